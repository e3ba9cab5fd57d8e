"""What a file is called when nobody names it: told by its filter, and good on every system."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli
from analysis.filters import Filter
from analysis.view import View
from geodata import Register
from outputs.names import LONGEST, clean, file_name
from outputs.products import PRODUCTS, Order

WINDOWS = set('<>:"/\\|?*')
"""What no name on Windows holds, beside control characters."""


def named(view: View, chosen: Filter, product: str = "qgis", lang: str = "zh", **more: str) -> str:
    return file_name(PRODUCTS[product], Order(view.narrowed(chosen), lang), **more)


@pytest.mark.parametrize(
    ("chosen", "lang", "name"),
    [
        (Filter(), "zh", "guantu-qgis-2026-03-31.zip"),
        (Filter(agency=("jiaotong",)), "zh", "guantu-市交通局-qgis-2026-03-31.zip"),
        (
            Filter(stage=("maintenance",), theme=("rail", "roads")),
            "zh",
            "guantu-投用运营-铁路与轨道-公路-qgis-2026-03-31.zip",
        ),
        (Filter(theme=("rail",), q="港 口"), "en", "guantu-Rail-lines-港-口-qgis-2026-03-31.zip"),
        (Filter(since=date(2026, 1, 1)), "zh", "guantu-2026-01-01以来-qgis-2026-03-31.zip"),
        (Filter(since=date(2026, 1, 1)), "en", "guantu-since-2026-01-01-qgis-2026-03-31.zip"),
        (Filter(agency=("jiaotong",)), "both", "guantu-市交通局-qgis-2026-03-31.zip"),
    ],
)
def test_the_filter_is_in_the_name(view: View, chosen: Filter, lang: str, name: str) -> None:
    assert named(view, chosen, lang=lang) == name


def test_layers_subject_and_ending(view: View) -> None:
    order = Order(view, "zh", themes=("rail",))
    assert file_name(PRODUCTS["kml"], order, ".kml") == "guantu-铁路与轨道-kml-2026-03-31.kml"
    assert file_name(PRODUCTS["kml"], order) == "guantu-铁路与轨道-kml-2026-03-31.kmz"
    assert (
        named(view, Filter(), "sheet", ending=".png", subject="theme=rail-A3")
        == "guantu-sheet-theme-rail-A3-2026-03-31.png"
    )


@pytest.mark.parametrize(
    "text", ['../../<x>|"?*', "CON", "a. ", "a\x00\r\n\tb", "\u202egnp.exe", "…", "港" * 200, "𠮷" * 200]
)
def test_a_hostile_search_is_a_name_like_others(view: View, text: str) -> None:
    name = named(view, Filter(q=text), subject="x" * 300)
    assert name.startswith("guantu-") and name.endswith("-2026-03-31.zip")
    assert not WINDOWS & set(name) and all(char.isprintable() and not char.isspace() for char in name)
    assert ".." not in name and name.count(".") == 1
    assert len(name) <= LONGEST == 120 and len(name.encode()) <= 255
    assert "…" in name if len(text) == 200 else "…" not in name


@given(st.text(max_size=200))
def test_no_text_gets_through(text: str) -> None:
    kept = clean(text)
    assert not WINDOWS & set(kept) and "." not in kept and not any(char.isspace() for char in kept)
    assert kept == kept.strip("-") and clean(kept) == kept
    kept.encode()


def test_many_values_leave_room_for_the_rest(register: Register, view: View) -> None:
    everyone = tuple(register["agencies"]["id"])
    name = named(view, replace(Filter(), agency=everyone), "agency-sheets")
    assert (
        len(name) <= 120
        and name.endswith("…-agency-sheets-2026-03-31.zip")
        and name.startswith("guantu-东莞边防检查站-")
    )


def test_the_terminal_takes_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["export", "--format", "geojson", "--theme", "bridges", "--as-of", "2026-03-31"]
    assert cli.main(asked) == 0
    (made,) = tmp_path.iterdir()
    assert made.name == "guantu-桥梁与过江通道-geojson-2026-03-31.geojson"
    assert made.name in capsys.readouterr().out
    made.write_text("mine", encoding="utf-8")
    assert cli.main(asked) == 2, "nobody named that file: it is not replaced"
    assert made.name in capsys.readouterr().err and made.read_text(encoding="utf-8") == "mine"
    assert cli.main([*asked, "--format", "kml", "--lang", "en"]) == 0
    assert (tmp_path / "guantu-Bridges-and-crossings-kml-2026-03-31.kmz").exists()
    assert cli.main(["export"]) == 2
    said = capsys.readouterr().err
    assert "--format geojson" in said and "--format kml" in said and "without a name" in said


def test_an_ending_of_several_formats_is_a_choice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its title, ready to be typed."""
    assert cli.main(["export", str(tmp_path / "a.zip")]) == 2
    lines = capsys.readouterr().err.splitlines()
    offered = {line.split()[1]: line for line in lines[1:]}
    assert set(offered) == {
        name for name, each in PRODUCTS.items() if ".zip" in each.endings and each.takes == "extract"
    }
    assert "QGIS 工程包" in offered["qgis"] and "CSV data package" in offered["csv"]
    assert list(tmp_path.iterdir()) == []
