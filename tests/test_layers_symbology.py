"""The symbology covers every code and stays readable for colour-blind eyes and in grey."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE

from geodata import Register
from geodata.codes import Stage
from layers import swatch
from layers.symbology import MM_PER_PX, look, rules, theme_look

STAGES = tuple(rules()["stage"])
VISION = {
    "normal": None,
    "deuteranopia": {"name": "sRGB1+CVD", "cvd_type": "deuteranomaly", "severity": 100},
    "protanopia": {"name": "sRGB1+CVD", "cvd_type": "protanomaly", "severity": 100},
    "tritanopia": {"name": "sRGB1+CVD", "cvd_type": "tritanomaly", "severity": 100},
}


def colour(code: str) -> np.ndarray:
    value = look("stage", code)["color"]
    return np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255


@pytest.mark.parametrize(
    ("kind", "codelist"), [("stage", "stage"), ("outcome", "outcome"), ("theme", "theme"), ("basis", "position-basis")]
)
def test_every_code_has_a_rule_and_every_rule_a_code(register: Register, kind: str, codelist: str) -> None:
    assert set(rules()[kind]) == set(register.codelist(codelist).index)


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(KeyError, match=r"\[stage\.nonsense\]"):
        look("stage", "nonsense")


def test_a_theme_of_another_city_has_the_common_look(register: Register) -> None:
    """With all that a theme of points or of lines may be asked for; those of the register keep their own."""
    common = theme_look("lighthouses")
    assert common == rules()["theme-default"] and {"width", "size", "order"} <= set(common)
    assert all(theme_look(code) is look("theme", code) for code in register.themes)


def test_no_two_stages_share_marker_or_dash() -> None:
    """A place has the mark of what has no stage on record, only paler: it is no project."""
    told = [code for code in STAGES if code != Stage.NOT_APPLICABLE]
    assert len({look("stage", code)["marker"] for code in told}) == len(told)
    assert len({tuple(look("stage", code)["dash"]) for code in told}) == len(told)
    place, unknown = look("stage", Stage.NOT_APPLICABLE), look("stage", Stage.UNKNOWN)
    assert (place["marker"], place["scale"]) == (unknown["marker"], unknown["scale"])
    assert place["color"] != unknown["color"]


@pytest.mark.parametrize("vision", VISION)
def test_the_normal_course_is_told_apart_by_colour_alone(vision: str) -> None:
    """CAM02-UCS distance between the five stages of a normal project, as each eye sees them."""
    space = VISION[vision]
    seen = {}
    for code in STAGES[:5]:
        value = colour(code) if space is None else np.clip(cspace_convert(colour(code), space, "sRGB1"), 0, 1)
        seen[code] = value
    for a, b in itertools.combinations(seen, 2):
        assert deltaE(seen[a], seen[b], input_space="sRGB1") > 15, (vision, a, b)


@pytest.mark.parametrize("code", STAGES)
def test_colours_stand_out_from_the_paper(code: str) -> None:
    paper = rules()["ground"]["light"]["paper"]
    ground = np.array([int(paper[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    assert deltaE(colour(code), ground, input_space="sRGB1") > 20


def test_swatches_are_svg_with_the_rule_in_them() -> None:
    for code in STAGES:
        svg = swatch.line_and_marker(code)
        assert svg.startswith("<svg") and look("stage", code)["color"] in svg
        assert swatch.data_uri(svg).startswith("data:image/svg+xml;base64,")
    assert "stroke-dasharray" in swatch.basis(True) and "stroke-dasharray" not in swatch.basis(False)
    assert rules()["muted"]["color"] in swatch.muted()
    found = rules()["ground"]["light"]["found"]
    # A halo is whole, what is gone is dashed.
    assert found in swatch.changed() and "stroke-dasharray" not in swatch.changed()
    assert swatch.gone().count(f'stroke="{found}"') == swatch.gone().count("stroke-dasharray") == 2


def test_pixels_become_millimetres() -> None:
    assert pytest.approx(25.4) == 96 * MM_PER_PX
