"""Printed sheets: exact size, searchable text, embedded fonts, names that do not collide, the one symbology."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from fonts import needs_font, tool
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from analysis.duties import duties_of
from analysis.filters import Filter
from analysis.tours import chapter
from analysis.view import View
from analysis.words import Speech, numeral
from geodata.codes import Grade
from geodata.place import Place, read_place
from geodata.positions import to_metric
from geodata.schema import CATALOG
from layers.paper import typesetting
from layers.paper.label_place import Name, place
from layers.paper.label_text import short
from layers.paper.paper import SIZES, fit
from layers.paper.picture import draw
from layers.symbology import look, rules
from outputs.errors import BadOption, WouldReplace
from outputs.meeting import poster as sheet
from outputs.meeting import poster_layout
from outputs.meeting.brief import Brief
from outputs.meeting.numbering import numbers_of
from outputs.meeting.posters import agencies, chapter_sheet, write_agency_sheets, write_sheets
from outputs.meeting.table import Table
from outputs.words import words

HARD = [
    "<script>",
    '"q"',
    "#panic()",
    "*bold*",
    "_x_",
    "$x$",
    "@ref",
    "a\\b",
    "𠮷野家",
    "العربية",
    "一\n二",
    "长" * 300,
]


@pytest.fixture(scope="module")
def make(view: View) -> Callable[..., sheet.Sheet]:
    needs_font()

    def sheet_of(key: str = "overview", lang: str = "zh", **more: Any) -> sheet.Sheet:
        return chapter_sheet(Brief(view, lang), chapter(view, key, lang), lang, **more)

    return sheet_of


@cache
def home() -> Place:
    """The city of the register."""
    found = read_place(CATALOG, [])
    assert found is not None
    return found


def said(program: str, *arguments: str) -> str:
    return subprocess.run([tool(program), *arguments], capture_output=True, text=True, check=True).stdout


boxes = st.tuples(*(st.floats(low, high) for low, high in ((113.3, 114.5), (22.4, 23.5), (0, 0.4), (0, 0.3))))


@given(boxes, st.floats(60, 900), st.floats(60, 800))
def test_a_frame_shows_all_of_its_bounds_at_its_scale(box: tuple[float, ...], width: float, height: float) -> None:
    west, south, wide, high = box
    frame = fit((west, south, west + wide, south + high), width, height, home())
    corners = frame.paper(np.array([[west, south], [west + wide, south + high], [west, south + high]]))
    assert (corners > -0.01).all() and (corners[:, 0] < width + 0.01).all() and (corners[:, 1] < height + 0.01).all()
    assert frame.is_metric and (high < 0.01 or corners[1, 1] < corners[0, 1])
    line = shapely.LineString([(west, south), (west + wide, south + high)])
    on_paper = np.hypot(*(corners[1] - corners[0]))
    assert on_paper == pytest.approx(to_metric(line, home().metric_crs).length * 1000 / frame.scale, abs=0.01)
    length, words = frame.bar(40)
    assert 0 < length <= 40 and re.fullmatch(r"[125]0* (km|m)", words)


def test_far_places_have_no_one_scale() -> None:
    frame = fit((38.7, 8.9, 131.9, 49.6), 200, 150, home())
    assert not frame.is_metric
    assert np.isfinite(frame.paper(np.array([[38.7, 8.9], [131.9, 49.6]]))).all()


wanted = st.lists(
    st.tuples(st.floats(0, 200), st.floats(0, 150), st.floats(3, 50), st.floats(2, 9), st.integers(0, 3)), max_size=40
)


@given(wanted, st.sampled_from([0.0, 40.0]))
def test_no_name_covers_another(items: list[tuple[float, float, float, float, int]], reach: float) -> None:
    taken = np.array([[0.0, 120.0, 50.0, 150.0]])
    given_ = [Name(str(i), "x", "", 8, x, y, w, h, 2, "point", r) for i, (x, y, w, h, r) in enumerate(items)]
    found = place(given_, np.empty((0, 4)), 200, 150, reach, taken)
    assert_apart([item.box for item in found] + [tuple(taken[0])], 200, 150)
    assert found == place(given_[::-1], np.empty((0, 4)), 200, 150, reach, taken)
    assert reach or not any(item.leader for item in found)


def assert_apart(found: list[Any], width: float, height: float) -> None:
    rows = np.array(found).reshape(-1, 4)
    assert (rows[:-1, :2] >= 0).all() and (rows[:, 2] <= width).all() and (rows[:, 3] <= height).all()
    for place_, box in enumerate(rows):
        rest = rows[place_ + 1 :]
        over = (rest[:, 0] < box[2]) & (rest[:, 2] > box[0]) & (rest[:, 1] < box[3]) & (rest[:, 3] > box[1])
        assert not over.any()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_names_on_the_usual_sheets_are_apart(make: Callable[..., sheet.Sheet], size: str, lang: str) -> None:
    laid = poster_layout.layout(make(lang=lang, callouts=size in ("A0", "A1")), size, portrait=False)["map"]
    found = [(item["x"], item["y"], item["x"] + item["width"], item["y"] + item["height"]) for item in laid["names"]]
    assert len(found) > 60
    assert_apart(found, laid["width"], laid["height"])


def test_a_wall_map_calls_out_every_project(make: Callable[..., sheet.Sheet], view: View) -> None:
    one = make(callouts=True)
    laid = poster_layout.layout(one, "A0", portrait=False)["map"]
    frame = poster_layout.frame_of(one, laid["width"], laid["height"])
    drawn = draw(one.features, one.shown, one.themes, frame, "zh", 2.2)
    hushed = {name for name, number in one.numbers_of.items() if not number}
    projects = {anchor.id for anchor in drawn.anchors if anchor.kind in ("point", "line") and anchor.id in one.shown}
    projects -= hushed
    labelled = [item for item in laid["names"] if item["more"]]
    assert len(labelled) == len(projects) > 100


def test_the_picture_has_the_looks_of_the_symbology(make: Callable[..., sheet.Sheet], view: View) -> None:
    one = make()
    features = view.standing.features[view.standing.features.geometry.notna()].copy()
    lines = features[
        features.geometry.geom_type.str.contains("Line") & ~features["theme"].isin(poster_layout._context(one))
    ]
    row = lines.iloc[[0]]
    for code, rule in rules()["stage"].items():
        drawn = draw(row.assign(stage=code), set(row["id"]), one.themes, fit(None, 200, 150, home()), "zh")
        root = ElementTree.fromstring(drawn.svg)
        strokes = [node for node in root.iter() if node.get("stroke") == rule["color"]]
        assert strokes, code
        assert bool(strokes[0].get("stroke-dasharray")) == bool(rule["dash"]), code
        assert not any(node.tag.endswith("text") for node in root.iter())
    muted = draw(row, (), one.themes, fit(None, 200, 150, home()), "zh")
    assert rules()["muted"]["color"] in muted.svg and not muted.markers.size


def test_a_stage_of_the_document_alone_has_a_sheet_of_paper(make: Callable[..., sheet.Sheet], view: View) -> None:
    one, paper = make(), rules()["on-paper"]["color"]
    drawn = draw(one.features, one.shown, one.themes, fit(None, 400, 300, home()), "zh")
    claimed = one.features[one.features["id"].isin(one.shown) & (one.features["stage_grade"] == Grade.SEED)]
    on = set(claimed[claimed.geometry.notna()]["id"]) - set(drawn.off)
    assert 5 < drawn.svg.count(paper) == len(on) < len(one.shown)


def test_what_has_a_stage_lies_on_top(make: Callable[..., sheet.Sheet], view: View) -> None:
    """Whatever its theme: an unknown stage hides no known one."""
    one = make()
    points = one.features[one.features["theme"].isin(["ports", "stations"]) & one.features.geometry.notna()].iloc[:2]
    frame = fit(None, 200, 150, home())
    for stages in (["unknown", "maintenance"], ["maintenance", "unknown"]):
        drawn = draw(points.assign(stage=stages), set(points["id"]), one.themes, frame, "zh").svg
        assert drawn.index(look("stage", "unknown")["color"]) < drawn.index(look("stage", "maintenance")["color"])


def test_no_letter_stands_on_the_marker_of_another(make: Callable[..., sheet.Sheet], view: View) -> None:
    one = make()
    points = view.standing.features[view.standing.features["theme"] == "stations"].dropna(subset="geometry").iloc[:2]
    points = points.assign(stage="maintenance", stage_grade="", geometry=points.geometry.iloc[0])
    frame = fit(None, 200, 150, home())
    both = draw(points, set(points["id"]), one.themes, frame, "zh")
    alone = draw(points.iloc[1:], set(points["id"]), one.themes, frame, "zh")
    assert len(both.markers) == 2 and both.letters == alone.letters and len(alone.letters) == 1


def test_a_guess_shows_how_far_off_it_may_be(make: Callable[..., sheet.Sheet], view: View) -> None:
    one, frame = make(), fit(None, 200, 150, home())
    guesses = view.standing.features[
        (view.standing.features["position_basis"] == "schematic") & (view.standing.features.geom_type == "Point")
    ]
    row = guesses[guesses["accuracy_m"].between(2000, 9000)].iloc[[0]]
    rings = re.findall(r'<circle[^>]* r="([\d.]+)" fill="none"', draw(row, set(row["id"]), one.themes, frame, "zh").svg)
    assert [float(radius) for radius in rings] == [
        pytest.approx(row["accuracy_m"].iloc[0] * 1000 / frame.scale, abs=0.01)
    ]
    assert "<circle" not in draw(row.assign(accuracy_m=1.0), set(row["id"]), one.themes, frame, "zh").svg


def test_every_shown_feature_is_drawn_or_said_to_be_off(make: Callable[..., sheet.Sheet], view: View) -> None:
    one = make()
    drawn = draw(one.features, one.shown, one.themes, fit(None, 300, 200, home()), "zh")
    features = view.standing.features
    placed = features[features.geometry.notna() & features["id"].isin(one.shown)]
    off = set(drawn.off)
    assert 5 < len(off) < 40
    inside = placed[placed.geometry.intersects(shapely.box(*home().box)) & ~placed["id"].isin(off)]
    assert len(inside) > 120 and not off & set(inside["id"])


def test_the_legend_is_that_of_the_stages_shown(make: Callable[..., sheet.Sheet], view: View) -> None:
    for lang in ("zh", "en"):
        one = make(lang=lang)
        shown = set(view.standing.features.loc[view.standing.features["id"].isin(one.shown), "stage"])
        titles = view.register.titles("stage", lang)
        first = poster_layout._legend(one)[0]
        assert [item["text"] for item in first["items"]] == [titles[code] for code in titles if code in shown]


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_the_paper_has_its_size(make: Callable[..., sheet.Sheet], tmp_path: Path, size: str, portrait: bool) -> None:
    sheet.write_pdf(tmp_path / "a.pdf", [make()], size, portrait)
    width, height = re.search(r"Page size: +([\d.]+) x ([\d.]+)", said("pdfinfo", str(tmp_path / "a.pdf"))).groups()
    found = sorted(float(points) * 25.4 / 72 for points in (width, height))
    assert found == pytest.approx(sorted(SIZES[size]), abs=0.1)
    assert (float(width) < float(height)) == portrait


def test_the_hand_out_of_every_article_is_one_page(make: Callable[..., sheet.Sheet], view: View) -> None:
    for article in view.register["articles"]["id"]:
        one = make(f"article={article}")
        assert len(sheet.png_pages([one], "A4", portrait=True, dpi=20)) == 1, article
        agencies = one.tables[0]
        named = view.register["assignments"]
        assert len(agencies.rows) == named.loc[named["article"] == article, "role"].nunique() or "(" in agencies.title


def test_text_is_text_and_fonts_are_embedded(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    path = str(tmp_path / "a.pdf")
    sheet.write_pdf(Path(path), [make()], "A3")
    text = said("pdftotext", path, "-").replace(" ", "")
    for part in ("莞图", "内部使用", "虎门二桥", "截至日期"):
        assert part in text
    table = said("pdffonts", path).splitlines()[2:]
    assert table and all(re.search(r" yes yes yes ", line) for line in table), table
    assert len(said("pdfimages", "-list", path).splitlines()) == 2


def test_the_same_sheet_gives_the_same_bytes(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    for name in "ab":
        sheet.write_pdf(tmp_path / name, [make("changes=2017-11-08")], "A4", True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_server_sets_sheets_in_a_process_of_their_own(
    make: Callable[..., sheet.Sheet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet.write_pdf(tmp_path / "a.pdf", [make("theme=bridges")], "A4")
    (page, *_) = sheet.png_pages([make("theme=bridges")], "A4", dpi=40)
    monkeypatch.setattr(typesetting, "_server", [])
    typesetting.set_apart()
    monkeypatch.setattr(typesetting.typst, "compile", None)
    sheet.write_pdf(tmp_path / "b.pdf", [make("theme=bridges")], "A4")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert sheet.png_pages([make("theme=bridges")], "A4", dpi=40)[0] == page
    with pytest.raises(RuntimeError, match="typeset_apart"):
        typesetting.typeset(sheet.TEMPLATE, [{"bare": True}], large=True, format="unexpected")


def test_hard_names_are_shown_as_they_are(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    table = Table("#t", ["*a*", "b"], [1, 1], [[name, name] for name in HARD])
    one = make("overview")
    features = one.features.copy()
    features["name_zh"] = [HARD[place_ % len(HARD)] for place_ in range(len(features))]
    one = replace(one, title="#panic() " * 30, features=features, tables=[table], foot=HARD, lines=HARD[:3])
    sheet.write_pdf(tmp_path / "a.pdf", [one], "A4")
    text = said("pdftotext", "-raw", str(tmp_path / "a.pdf"), "-")
    for name in ("<script>", "#panic()", "*bold*", "$x$", "@ref", "𠮷野家"):
        assert name in text, name


def test_an_empty_sheet(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    sheet.write_pdf(tmp_path / "a.pdf", [replace(make(), shown=frozenset(), tables=[], numbers=[], foot=[])], "A4")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_picture_has_its_size(make: Callable[..., sheet.Sheet]) -> None:
    (page, *_) = sheet.png_pages([make()], "A4", dpi=50)
    with Image.open(io.BytesIO(page)) as image:
        assert image.size == pytest.approx([297 / 25.4 * 50, 210 / 25.4 * 50], abs=1)
    with Image.open(io.BytesIO(sheet.picture(make(), 120, 80, dpi=100))) as image:
        assert image.size == pytest.approx([120 / 25.4 * 100, 80 / 25.4 * 100], abs=1)


def test_an_unknown_size_and_a_lost_folder(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="A4, A3"):
        sheet.write_pdf(tmp_path / "a.pdf", [make()], "B5")
    with pytest.raises(OSError, match="No such file"):
        sheet.write_pdf(tmp_path / "none" / "a.pdf", [make()], "A4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("dpi", [19.0, 0.0, -200.0, 1e6, float("nan")])
def test_a_picture_of_too_few_or_too_many_dots_is_refused(make: Callable[..., sheet.Sheet], dpi: float) -> None:
    with pytest.raises(BadOption, match="dpi"):
        sheet.png_pages([make()], "A4", dpi=dpi)


def test_further_pages_replace_nothing_that_nobody_named(view: View, tmp_path: Path) -> None:
    needs_font()
    (tmp_path / "a.png").write_bytes(b"named")
    (tmp_path / "a-2.png").write_bytes(b"not named")
    brief = Brief(view, "both", (("theme=bridges", ""),))
    with pytest.raises(WouldReplace, match=r"a-2\.png"):
        write_sheets(tmp_path / "a.png", brief, "A4", dpi=20)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.png": b"named", "a-2.png": b"not named"}
    (tmp_path / "a-2.png").unlink()
    written = write_sheets(tmp_path / "a.png", brief, "A4", dpi=20)
    assert sorted(written) == sorted(tmp_path.iterdir()) and len(written) >= 2
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_without_a_font_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules()["fonts"], "families", ["No Such Font"])
    typesetting.fonts.cache_clear()
    try:
        with pytest.raises(typesetting.NoFont, match="install one of: No Such Font"):
            typesetting.fonts()
    finally:
        typesetting.fonts.cache_clear()


def test_a_sheet_for_every_agency_of_a_filter(view: View, tmp_path: Path) -> None:
    needs_font()
    import zipfile

    brief = Brief(view.narrowed(Filter(theme=("bridges",))), "zh")
    heard: list[tuple[int, int]] = []
    count = write_agency_sheets(tmp_path / "a.zip", brief, "A4", lambda *at: heard.append(at))
    assert count == len(agencies(brief))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert len(archive.namelist()) == count == len(heard) > 0
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


def test_the_sheet_of_an_agency_says_what_it_has_to_do(view: View, tmp_path: Path) -> None:
    """By when, what is new and who else acts, in the language of the sheet."""
    needs_font()
    import zipfile

    duties, register = duties_of(view, "huanbao"), view.register
    for lang in ("zh", "en"):
        write_agency_sheets(tmp_path / "a.zip", Brief(view.narrowed(Filter(agency=("huanbao",))), lang), "A3")
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            (name,) = archive.namelist()
            (tmp_path / "a.pdf").write_bytes(archive.read(name))
        text = "".join(said("pdftotext", "-raw", str(tmp_path / "a.pdf"), "-").split())
        for key in ("newest-fact", "newest-facts", "works-with", "past-due", "own-role"):
            assert "".join(words(key, lang).split()) in text, key
        assert "".join(duties.news[0].event.text.in_(lang).split())[:12] in text
        partner, count = duties.partners[0]
        assert "".join(f"{Speech(register, lang).agencies[partner]}{count}".split()) in text


def test_both_languages_follow_each_other(view: View, tmp_path: Path) -> None:
    needs_font()
    write_sheets(tmp_path / "a.pdf", Brief(view, "both", (("theme=bridges", ""),)), "A4")
    text = said("pdftotext", str(tmp_path / "a.pdf"), "-")
    assert "桥梁" in text and "Bridges and crossings" in text and "Internal use" in text


def test_the_sheet_of_the_whole_has_a_round_scale_and_the_estuary(make: Callable[..., sheet.Sheet]) -> None:
    one = make()
    estuary = one.features.loc[one.features["id"] == "river-shiziyang"].geometry.iloc[0]
    for size, scale in (("A4", 400_000), ("A3", 300_000), ("A0", 100_000)):
        drawn = poster_layout.layout(one, size, portrait=False)["map"]
        frame = poster_layout.frame_of(one, drawn["width"], drawn["height"])
        assert frame.scale == scale and drawn["bar"]["scale"] == f"1 : {scale:,}"
        corners = shapely.Polygon(frame.corner_points())
        assert corners.covers(shapely.box(*home().first_view)) and corners.covers(estuary)


def test_a_wall_map_is_read_from_three_metres(make: Callable[..., sheet.Sheet]) -> None:
    """Five minutes of arc at 3 m are 4.4 mm; a title is seen from across the room."""
    laid = poster_layout.layout(make(callouts=True), "A0", portrait=False)
    em = laid["size"] * 25.4 / 72
    assert em * 0.92 > 4.4 and em * 2.5 > 20
    assert min(item["size"] for item in laid["map"]["names"] if item["more"]) * 25.4 / 72 > 4.4
    small = poster_layout.layout(make(), "A4", portrait=False)
    assert laid["size"] / small["size"] == pytest.approx(SIZES["A0"][0] / SIZES["A4"][0], rel=0.03)


@pytest.mark.parametrize("key", ["overview", "theme=rail", "theme=water-sections"])
def test_numbers_of_list_map_and_table_are_the_same(make: Callable[..., sheet.Sheet], key: str) -> None:
    one = make(key)
    listed = {entry.number: entry.name for entry in one.listed}
    (table,) = (each for each in one.tables if each.head[0] == words("sheet-number", "zh"))
    in_table = {row[0]: row[1] for row in table.rows if row[0]}
    assert list(listed.items()) == list(in_table.items()) and len(listed) == len(one.listed) > 5
    names = [item["text"] for item in poster_layout.layout(one, "A0", portrait=False)["map"]["names"]]
    on_map = {name.partition(" ")[0]: name.partition(" ")[2] for name in names if name[0].isdigit()}
    assert len(on_map) > 3
    for number, name in on_map.items():
        # Where a name has no room its number stands alone.
        assert name in ("", short(listed[number])), number


def test_every_feature_on_the_sheet_has_a_name_a_number_or_a_whole(make: Callable[..., sheet.Sheet]) -> None:
    one = make()
    for size in ("A3", "A0"):
        laid = poster_layout.layout(one, size, portrait=False)
        frame = poster_layout.frame_of(one, laid["map"]["width"], laid["map"]["height"])
        drawn = draw(one.features, one.shown, one.themes, frame, "zh", 1)
        wanted_ = {one.numbers_of[anchor.id] for anchor in drawn.anchors if one.numbers_of.get(anchor.id)}
        said_ = {item["text"].partition(" ")[0] for item in laid["map"]["names"]}
        missing = wanted_ - said_
        assert len(missing) <= {"A3": 0.12, "A0": 0.03}[size] * len(wanted_), sorted(missing)


def test_the_main_projects_come_first_and_sections_behind_their_whole(view: View) -> None:
    found = numbers_of(view, list(view.features["id"]))
    frame = view.standing.features.set_index("id")
    places = [name for name, number in found.items() if number.isdigit()]
    far = [frame.at[name, "location"] == "outside" or frame.at[name, "geometry"] is None for name in places]
    assert far == sorted(far) and 20 < far.count(False) < len(far)
    assert [found[name] for name in places] == [str(number) for number in range(1, len(places) + 1)]
    wholes = {number: name for name, number in found.items() if number.isdigit()}
    for name, number in found.items():
        if not number.isdigit():
            assert frame.at[name, "part_of"] == wholes[number[:-1]]
    assert found["rail-ganshen"][:-1] == found["rail-ganshen-line"]


def test_a_map_on_paper_knows_where_it_is(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    """Read by GDAL: the corner of the map on the page lies where the frame says, on the pages of both sheets."""
    path, sheets = tmp_path / "a.pdf", [make(), make("theme=bridges", "en")]
    sheet.write_pdf(path, sheets, "A3")
    reader = PdfReader(path)
    placed = [number for number, page in enumerate(reader.pages) if "/VP" in page]
    assert [item.title for item in reader.outline] == [each.title for each in sheets]
    assert placed == [reader.get_destination_page_number(item) for item in reader.outline] and len(placed) == 2
    for one, number in zip(sheets, placed, strict=True):
        laid = poster_layout.layout(one, "A3", portrait=False)
        frame = poster_layout.frame_of(one, laid["map"]["width"], laid["map"]["height"])
        seen = json.loads(said("gdalinfo", "-json", f"PDF:{number + 1}:{path}"))
        east, wide, _, north, _, high = seen["geoTransform"]
        left, top = (laid["page"]["margin"] / 25.4, (laid["page"]["margin"] + laid["page"]["head"]) / 25.4)
        dots = seen["size"][0] / (420 / 25.4)
        assert (east + left * dots * wide, north + top * dots * high) == pytest.approx((frame.west, frame.north), abs=3)
        assert "Gauss-Kruger CM 114E" in seen["coordinateSystem"]["wkt"]


def test_later_pages_say_what_they_belong_to(make: Callable[..., sheet.Sheet], tmp_path: Path) -> None:
    sheet.write_pdf(tmp_path / "a.pdf", [make("theme=rail")], "A4")
    text = said("pdftotext", "-f", "2", "-l", "2", str(tmp_path / "a.pdf"), "-")
    assert "铁路与轨道" in text.split("\n")[0] and "截至日期" in text


def test_a_hand_out_is_named_as_one_cites_it_and_rests_on_evidence(make: Callable[..., sheet.Sheet]) -> None:
    one = make("article=d2017-07-2")
    assert one.title == "东府办〔2017〕136号 第七条　共建现代化综合交通运输体系 · 公路"
    assert make("article=d2012-03-1").title == "广州市·东莞市战略合作框架协议：交通运输"
    assert make("article=d2017-27-1", "en").title.startswith("东府办〔2017〕136号, article 27: ")
    _, measures, _ = one.tables
    assert list(measures.head) == ["措施", "期限原文", "结果", "最近事实", "来源", "编号"]
    rows = {row[-1]: row for row in measures.rows}
    assert rows["d2017-07-2-04"][3] == "2019-04-02 建成通车。" and rows["d2017-07-2-04"][4]
    assert rows["d2017-07-2-10"][1:2] == ["文件未定"] and rows["d2017-07-2-10"][3:5] == ["未见", ""]


@pytest.mark.parametrize(("number", "said_"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (29, "二十九")])
def test_articles_are_counted_as_in_the_text(number: int, said_: str) -> None:
    assert numeral(number) == said_
