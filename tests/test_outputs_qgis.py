"""The QGIS export without QGIS: same bytes, whole names, nothing left behind, looks as the symbology says."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import qgis_contents as contents
from shapely.geometry import GeometryCollection, MultiPoint, Point, box

from geodata import Register
from layers.symbology import MM_PER_PX, look, rules
from outputs.extract import Extract
from outputs.fields import tables
from outputs.gis.qgis import Options, write_geopackage, write_package
from outputs.gis.qgis.fitting import ems, lines
from outputs.gis.qgis.lists import page_rows
from outputs.gis.qgis.plan import VERSIONS, Box, make_plan, words
from outputs.gis.qgis.project import project, variables
from outputs.gis.qgis.sheets import MAP_SIZE, Row, View, fitting, make_sheets
from outputs.products import PRODUCTS

CRS = "EPSG:4490"
OPTIONS = Options(CRS)
PLAIN = [name.replace("-", "_") for name in tables() if name not in ("features", "history")]
"""Tables without a position, as the GeoPackage names them."""
NAMES = ("guantu.gpkg", "guantu.qgz", "README.txt")


@pytest.fixture(scope="module", params=["zh", "en"])
def content(request: pytest.FixtureRequest, register: Register) -> Extract:
    return contents.small(register, request.param)


@pytest.fixture(scope="module")
def package(content: Extract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "export.zip"
    write_package(path, content)
    return path


@pytest.fixture(scope="module")
def base(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with zipfile.ZipFile(package) as archive:
        return Path(archive.extract("guantu.gpkg", tmp_path_factory.mktemp("base")))


@pytest.fixture(scope="module")
def root(package: Path) -> Element:
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(io.BytesIO(archive.read("guantu.qgz"))) as inner:
        return ElementTree.fromstring(inner.read("guantu.qgs"))


def made(content: Extract, options: Options = OPTIONS) -> bytes:
    plan = make_plan(content)
    return project(plan, options, make_sheets(plan))


def said_by(content: Extract) -> dict[str, str]:
    plan = make_plan(content)
    return variables(plan, CRS, make_sheets(plan))


def layer(root: Element, name: str) -> Element:
    return next(each for each in root.iter("maplayer") if each.findtext("id") == f"guantu-layer-{name}")


def values(part: Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("value", "") for each in part.findall("Option/Option")}


def rgba(code: str) -> str:
    return ",".join(str(int(code[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def millimetres(text: str) -> float:
    return float(text) / MM_PER_PX


def test_same_extract_same_bytes(package: Path, content: Extract, tmp_path: Path) -> None:
    write_package(tmp_path / "again.zip", content)
    with zipfile.ZipFile(package) as first, zipfile.ZipFile(tmp_path / "again.zip") as second:
        assert tuple(first.namelist()[: len(NAMES)]) == NAMES
        assert all(name.startswith("sld/") for name in first.namelist()[len(NAMES) :])
        for name in first.namelist():
            assert first.read(name) == second.read(name), name
            assert first.getinfo(name).date_time == (1980, 1, 1, 0, 0, 0)
    assert package.read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_note_says_what_to_do_and_what_it_is(package: Path, content: Extract) -> None:
    with zipfile.ZipFile(package) as archive:
        note = archive.read("README.txt").decode("utf-8-sig")
    assert "先解压" in note and "Unzip" in note
    # Nothing here reads edits back: the note says so and asks for no file to be sent.
    assert "目前不能读回" in note and "does not read edits back" in note
    assert "发回" not in note and "send guantu.gpkg back" not in note
    assert "guantu_unit" in note
    assert all(line in note for line in ["内部使用" if content.lang == "zh" else "Internal use", "𠮷"])


def test_layers_and_kinds(base: Path, content: Extract) -> None:
    found = {name: kind for name, kind in pyogrio.list_layers(base)}
    assert {name: kind for name, kind in found.items() if kind} == {
        **{"rail": "Point", "rail_line": "MultiLineString", "stations": "Point", "roads": "MultiLineString"},
        **{"zones": "MultiPolygon", "rivers": "MultiLineString", "towns": "Point"},
        **{"history_point": "Point", "history_line": "MultiLineString", "sheet_pages": "Polygon"},
    }
    plain = {name for name, kind in found.items() if not kind}
    assert plain == {*PLAIN, "about", "layer_styles", "sheet_rows"} and len(PLAIN) == len(content.tables)


@pytest.mark.parametrize("name", ["rail", "rail_line", "history_line", *PLAIN])
def test_columns_and_types_are_those_of_the_dictionary(base: Path, name: str) -> None:
    named = {key.replace("-", "_"): table for key, table in tables().items()}
    table = named.get(name) or named.get(name.partition("_")[0], named["features"])
    with closing(sqlite3.connect(base)) as file:
        columns = [row[1:3] for row in file.execute(f"PRAGMA table_info({name})") if row[1] not in ("fid", "geom")]
        aliases = dict(file.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = ?", (name,)))
    types = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN", "date": "DATE"}
    assert columns == [(field.name, types[field.type]) for field in table.fields]
    assert set(aliases) == {field.name for field in table.fields}


def test_rows_arrive_whole(base: Path, content: Extract) -> None:
    rows = pyogrio.read_dataframe(base, layer="rail_line").set_index("code")
    assert rows.loc["rail-a", "name_zh"] == contents.HOSTILE
    assert rows.loc["rail-a", "lead"] == contents.BOTH[content.lang]
    assert rows.loc["rail-a", "lead_codes"] == f"{contents.FIRST};{contents.SECOND}"
    rivers = pyogrio.read_dataframe(base, layer="rivers").set_index("code")
    assert rivers["background"].to_dict() == {"river-a": False, "river-b": True}
    assert pyogrio.read_info(base, layer="rail_line")["crs"] == "EPSG:4490"
    stations = pyogrio.read_dataframe(base, layer="stations").set_index("code")
    assert str(stations.loc["station-a", "evidence"])[:10] == "2025-12-01"
    assert pd.isna(stations.loc["station-b", "evidence"]) and pd.isna(stations.loc["station-a", "outcome"])


def test_the_same_key_twice_is_refused(base: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(base.read_bytes())
    with closing(sqlite3.connect(copy)) as file:
        for column in ("uid", "code"):
            with pytest.raises(sqlite3.IntegrityError, match=column):
                file.execute(f"UPDATE unplaced SET {column} = 'x'")
                file.execute(f"INSERT INTO unplaced ({column}) VALUES ('x')")


def test_the_same_link_twice_is_refused(base: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(base.read_bytes())
    with closing(sqlite3.connect(copy)) as file:
        link = "INSERT INTO links (uid, measure, feature) VALUES (?, ?, ?)"
        file.execute(link, ("new", *contents.LINKS[0][::-1]))
        with pytest.raises(sqlite3.IntegrityError, match=r"links\.measure, links\.feature"):
            file.execute(link, ("newer", *contents.LINKS[0]))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4547", "EPSG:4526"])
def test_stored_east_before_north(register: Register, tmp_path: Path, crs: str) -> None:
    write_geopackage(tmp_path / "a.gpkg", contents.small(register), crs, styled=False)
    assert "layer_styles" not in {name for name, _ in pyogrio.list_layers(tmp_path / "a.gpkg")}
    found = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="towns").set_index("code").loc[["town-b"]]
    assert found.crs.to_string() == crs
    east, north = found.geometry.iloc[0].x, found.geometry.iloc[0].y
    wanted = {"EPSG:4326": (113.75, 22.9), "EPSG:4547": (474350.467, 2533485.022)}
    wanted["EPSG:4526"] = (38474350.467, 2533485.022)
    assert (east, north) == pytest.approx(wanted[crs], abs=0.001)


def test_another_system_is_refused(register: Register, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="EPSG:3857"):
        write_geopackage(tmp_path / "a.gpkg", contents.small(register), "EPSG:3857")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_failure(register: Register, tmp_path: Path) -> None:
    whole = contents.small(register)
    rail = whole.layers["rail"].copy()
    rail.geometry = [GeometryCollection([Point(113.7, 22.9)])] * len(rail)
    broken = replace(whole, layers={**whole.layers, "rail": rail})
    (tmp_path / "export.zip").write_bytes(b"before")
    with pytest.raises(ValueError, match="rail-a: a GeometryCollection"):
        write_package(tmp_path / "export.zip", broken)
    with pytest.raises(KeyError, match=r"2\.18"):
        write_package(tmp_path / "export.zip", whole, qgis="2.18")
    assert [path.name for path in tmp_path.iterdir()] == ["export.zip"]
    assert (tmp_path / "export.zip").read_bytes() == b"before"


def test_an_empty_content_can_be_written(register: Register, tmp_path: Path) -> None:
    whole = contents.small(register)
    tables_ = {name: frame.iloc[:0] for name, frame in whole.tables.items()}
    empty = replace(whole, layers={}, history=whole.history.iloc[:0], tables=tables_)
    write_package(tmp_path / "export.zip", empty)
    assert zipfile.ZipFile(tmp_path / "export.zip").namelist() == list(NAMES)


def test_no_basemap_without_a_token(register: Register, root: Element) -> None:
    text = ElementTree.tostring(root, encoding="unicode")
    assert "tianditu" not in text and "type=xyz" not in text and "{token}" not in text
    with_token = ElementTree.fromstring(made(contents.small(register), Options(CRS, tianditu_token=" se&cret ")))
    sources = [
        each.findtext("datasource") or "" for each in with_token.iter("maplayer") if each.get("type") == "raster"
    ]
    assert len(sources) == 2
    for source in sources:
        assert source.startswith("type=xyz&url=https://t0.tianditu.gov.cn/") and "/wmts?SERVICE%3DWMTS%26" in source
        assert source.count("&") == 3 and "tk%3Dse%26cret" in source


def test_every_version_that_can_be_asked_for_is_known() -> None:
    (option,) = (each for each in PRODUCTS["qgis"].options if each.name == "qgis")
    assert option.choices == tuple(VERSIONS) and option.default in VERSIONS


def test_exports_at_once_leave_no_setting_behind(register: Register, tmp_path: Path) -> None:
    """GDAL's options are the process's: who ends last must not leave what another one had switched off."""
    key, whole = "OGR_SQLITE_SYNCHRONOUS", contents.small(register)
    before = pyogrio.get_gdal_config_option(key)
    start = Barrier(4)

    def write(place: int) -> bytes:
        start.wait(30)
        write_geopackage(tmp_path / f"{place}.gpkg", whole, styled=False)
        return (tmp_path / f"{place}.gpkg").read_bytes()

    for value in (before, "FULL"):
        pyogrio.set_gdal_config_options({key: value})
        try:
            with ThreadPoolExecutor(4) as pool:
                made = set(pool.map(write, range(4)))
            assert pyogrio.get_gdal_config_option(key) == value
        finally:
            pyogrio.set_gdal_config_options({key: before})
        assert len(made) == 1
    assert pyogrio.get_gdal_config_option(key) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{place}.gpkg" for place in range(4)]


@pytest.mark.parametrize("qgis", VERSIONS)
def test_the_version_is_the_planners(register: Register, qgis: str) -> None:
    found = ElementTree.fromstring(made(contents.small(register), Options(CRS, qgis=qgis)))
    assert {each.get("version", "")[:4] for each in [found, *found.iter("qgis")]} == {qgis}


def test_ids_are_whole_and_known(root: Element) -> None:
    ids = {each.findtext("id") for each in root.iter("maplayer")}
    assert all(len(each or "") > 10 for each in ids)
    named = {each.get("id") for each in root.iter("layer-tree-layer")}
    named |= {each.get(end) for each in root.iter("relation") for end in ("referencedLayer", "referencingLayer")}
    named |= {each.get("id") for preset in root.iter("visibility-preset") for each in preset}
    named |= {each.get("coverageLayer") for each in root.iter("Atlas")}
    named |= {each.get("vectorLayer") for each in root.iter("LayoutMultiFrame")}
    assert named == ids
    for each in root.iter("maplayer"):
        assert each.find("provider") is not None and (each.findtext("datasource") or "").startswith("./guantu.gpkg|")
    for system in root.iter("spatialrefsys"):
        assert system.findtext("srsid") and (system.findtext("authid") or "").startswith("EPSG:")


def test_time_step_is_one_hour(root: Element) -> None:
    """Any other step makes QGIS 3.40 open the project with its time filter on."""
    settings = root.find("ProjectTimeSettings")
    assert settings is not None and (settings.get("timeStep"), settings.get("timeStepUnit")) == ("1", "h")


def test_hostile_names_stand_in_the_project(root: Element, content: Extract) -> None:
    bookmarks = {each.get("name") for each in root.iter("Bookmark")}
    assert contents.HOSTILE in bookmarks if content.lang == "zh" else "Town <A> & 'B'" in bookmarks
    assert any(contents.AGENCY in (each.get("name") or "") for each in root.iter("visibility-preset"))
    assert root.findtext("title") == content.title


def test_characters_that_xml_forbids_are_shown_as_such(register: Register) -> None:
    found = made(contents.small(register, title="a\x0bb\x00c\ufffe"))
    assert ElementTree.fromstring(found).findtext("title") == "a\ufffdb\ufffdc\ufffd"


@pytest.mark.parametrize("code", rules()["stage"])
def test_lines_are_those_of_the_symbology(root: Element, content: Extract, code: str) -> None:
    rule, renderer = look("stage", code), layer(root, "roads").find("renderer-v2")
    assert renderer is not None and renderer.get("attr") == "stage"
    category = next(each for each in renderer.iter("category") if each.get("value") == code)
    assert category.get("label") == content.titles("stage")[code]
    symbol = next(each for each in renderer.findall("symbols/symbol") if each.get("name") == category.get("symbol"))
    casing, stroke, inner = (values(part) for part in symbol.findall("layer")[:3])
    width = look("theme", "roads")["width"] * rule.get("scale", 1)
    assert (stroke["line_color"], millimetres(stroke["line_width"])) == (
        rgba(rule["color"]),
        pytest.approx(width, 1e-3),
    )
    assert casing["line_color"] == rgba(rules()["ground"]["light"]["edge"])
    assert millimetres(casing["line_width"]) == pytest.approx(width + 2.5, 1e-3)
    dash = [millimetres(part) for part in stroke["customdash"].split(";")] if stroke["use_custom_dash"] == "1" else []
    assert dash == pytest.approx(rule["dash"], 1e-3)
    assert (inner["line_style"], inner["line_color"]) == ("no", rgba(rules()["ground"]["light"]["halo"]))


@pytest.mark.parametrize(("kind", "column"), [("stage", "stage"), ("outcome", "outcome")])
def test_markers_are_those_of_the_symbology(root: Element, kind: str, column: str) -> None:
    shapes = {"triangle": "equilateral_triangle", "cross": "circle", "saltire": "circle", "ring": "circle"}
    strokes = {"cross": "cross", "saltire": "cross2"}
    renderer = next(each for each in layer(root, "stations").iter("renderer-v2") if each.get("attr") == column)
    symbols = {each.get("name"): each for each in renderer.findall("symbols/symbol")}
    seen = set()
    for category in renderer.iter("category"):
        if code := category.get("value"):
            rule, parts = look(kind, code), [values(each) for each in symbols[category.get("symbol")].findall("layer")]
            shape = parts[2]
            assert shape["name"] == shapes.get(rule["marker"], rule["marker"])
            assert shape["outline_color"] == rgba(rule["color"])
            open_ = rule["marker"] == "ring"
            assert shape["color"] == rgba(rules()["ground"]["light"]["halo"] if open_ else rule["color"])
            if rule["marker"] not in ("diamond", "triangle", "square", "pentagon", "hexagon"):
                size = look("theme", "stations")["size"] * rule.get("scale", 1)
                assert millimetres(shape["size"]) == pytest.approx(size, 1e-3)
            if rule["marker"] in strokes:
                assert parts[3]["name"] == strokes[rule["marker"]]
            seen.add(code)
    assert seen == set(rules()[kind])


def test_each_list_of_lead_agencies_has_one_look(root: Element, content: Extract) -> None:
    looks: dict[str, set[str]] = {}
    for name in ("rail", "rail_line", "roads"):
        renderer = next(each for each in layer(root, name).iter("renderer-v2") if each.get("attr") == "lead")
        symbols = {each.get("name"): each for each in renderer.findall("symbols/symbol")}
        for category in renderer.iter("category"):
            parts = [values(part) for part in symbols[category.get("symbol")].findall("layer")]
            colour = parts[2]["color"] if name == "rail" else parts[1]["line_color"]
            looks.setdefault(category.get("value") or "", set()).add(colour)
    assert set(looks) == {"", "乙局", contents.AGENCY, contents.BOTH[content.lang]}
    assert len(set().union(*looks.values())) == 4 and all(len(found) == 1 for found in looks.values())


def test_a_list_names_its_agencies(content: Extract) -> None:
    between = {"zh": "；", "en": "; "}[content.lang]
    plan = make_plan(content)
    assert plan.agencies(f"A, B{between}C") == ["A, B", "C"] and plan.agencies("") == []
    assert plan.agencies(contents.BOTH[content.lang]) == [contents.AGENCY, "乙局"]


def test_each_town_has_its_bookmark(content: Extract) -> None:
    """Also one with several label points, and two of one name."""
    towns = content.layers["towns"].copy()
    towns.geometry = [MultiPoint([(113.6, 22.8), (113.8, 23.0)]), *towns.geometry[1:]]
    whole = replace(content, layers={**content.layers, "towns": towns})
    root = ElementTree.fromstring(made(whole))
    bookmarks = list(root.iter("Bookmark"))
    assert len({each.get("id") for each in bookmarks}) == len(bookmarks) == 1 + len(towns)
    names = [each.get("name") for each in bookmarks]
    assert names.count("名town-b") == 2
    corners = re.findall(r"([\d.]+) ([\d.]+)", bookmarks[1].get("extent", ""))[:4]
    middle = sum(float(x) for x, _ in corners) / 4, sum(float(y) for _, y in corners) / 4
    wanted = gpd.GeoSeries([Point(113.7, 22.9)], crs="EPSG:4326").to_crs("EPSG:4547")[0]
    assert middle == pytest.approx((wanted.x, wanted.y), abs=20)


def test_a_section_of_a_line_has_no_name_on_a_sheet(root: Element) -> None:
    """On a screen it has from 1 : 40,000 on, where the whole may be out of view."""
    name = layer(root, "roads").find("labeling/rules/rule/settings/text-style")
    assert name is not None
    hidden = "(\"part_of\" <> '' and (@layout_name is not null or @map_scale > 40000))"
    assert hidden in (name.get("fieldName") or "")


def test_scale_bars_have_round_steps(root: Element) -> None:
    """At most 50 mm for two: the pages of an atlas share that of the largest scale."""
    bars = [each for each in root.iter("LayoutItem") if each.get("id") == "scale"]
    assert [(each.get("numUnitsPerSegment"), each.get("segmentSizeMode")) for each in bars] == [("2", "0"), ("1", "0")]


def test_towns_are_drawn_from_a_scale_on(root: Element) -> None:
    ranged = {each.findtext("id"): each for each in root.iter("maplayer") if each.get("hasScaleBasedVisibilityFlag")}
    assert set(ranged) == {"guantu-layer-towns"}
    towns = ranged["guantu-layer-towns"]
    assert (towns.get("minScale"), towns.get("maxScale")) == (str(rules()["names"]["town"]["drawn"]), "0")


def test_a_measure_has_one_list_of_its_features(root: Element) -> None:
    shown, facts = layer(root, "measures").iter("attributeEditorRelation")
    assert facts.get("relation") == "rel_measures_events"
    assert (shown.get("relation"), shown.get("nmRelationId")) == ("rel_measures_links", "")
    assert "feature" in (layer(root, "links").findtext("previewExpression") or "")
    far = {each.get("nmRelationId") for each in layer(root, "stations").iter("attributeEditorRelation")}
    assert "rel_measures_links" in far


def test_what_is_said_becomes_variables(content: Extract) -> None:
    found = said_by(content)
    assert found["guantu_filter"] == contents.HOSTILE and found["guantu_as_of"] == "2026-03-31"
    assert found["guantu_stamp"] == content.about["use"]
    numbered = replace(content, about={**content.about, "approval": "粤S(2026)001号"})
    stamp = said_by(numbered)["guantu_stamp"]
    assert stamp.startswith(content.labels["approval"]) and stamp.endswith("粤S(2026)001号")
    assert "EPSG:4490" in found["guantu_note"] and content.labels["day"] not in found["guantu_note"]
    assert found["guantu_unit"] == ""
    assert found["guantu_subtitle"].startswith(content.labels["filter"]) and "2026-03-31" in found["guantu_subtitle"]
    assert "\n" not in found["guantu_subtitle"] and "甲&<乙>" in found["guantu_subtitle"]


def test_every_text_is_in_both_languages() -> None:
    assert len(list(words)) > 20
    for key in words:
        assert words[key].zh and words[key].en, key
        assert set(re.findall(r"{\w+}", words[key].zh)) == set(re.findall(r"{\w+}", words[key].en)), key


def test_no_text_of_the_register_runs_as_an_expression(register: Register) -> None:
    """Titles stand in names of layers, in legends and on sheets, where QGIS looks for expressions."""
    content = contents.small(register)
    bad = "桥[% env('HOME') %]"
    codes = {name: frame.copy() for name, frame in content.codes.items()}
    for name in ("theme", "stage", "outcome"):
        codes[name]["title_zh"] = [f"{bad}{place}" for place in range(len(codes[name]))]
    codes["theme"]["short_zh"] = "[%1%]"
    text = made(replace(content, codes=codes)).decode()
    assert "桥[%" not in text and "桥[ % env" in text
    labels = re.findall(r'labelText="([^"]*)"', text)
    assert labels and not any("[%1%]" in label for label in labels)


@pytest.mark.parametrize(
    ("must", "scale"),
    [
        ((0, 0, 71_000, 50_000), 300_000),
        ((0, 0, 70_750, 50_000), 250_000),
        ((0, 0, 1, 1), 1_000),
        ((0, 0, 56_600, 46_600), 200_000),
        ((0, 0, 56_600, 46_601), 250_000),
    ],
)
def test_a_scale_is_the_largest_round_one_that_shows_all(must: Box, scale: int) -> None:
    """The map is 288 × 238 mm, and 2.5 mm on each side stay free."""
    view = fitting(must, must)
    assert view.scale == scale
    west, south, east, north = view.box
    assert [(east - west) * 1000 / scale, (north - south) * 1000 / scale] == pytest.approx(MAP_SIZE)
    assert [west + east, south + north] == pytest.approx([must[0] + must[2], must[1] + must[3]])


def test_a_sheet_leans_to_what_else_is_wanted() -> None:
    """At 1 : 100,000 the map is 28.8 km wide; 14 mm of paper stay between what it must show and its edge."""
    view = fitting((0, 0, 20_000, 20_000), (0, -9_000, 20_000, 20_000))
    assert view == View((-4_400, -2_400, 24_400, 21_400), 100_000)
    far = fitting((0, 0, 20_000, 20_000), (0, -90_000, 200_000, 20_000))
    assert far.box == (-1_400, -2_400, 27_400, 21_400)


def test_the_sheet_shows_what_is_to_be_built_and_the_estuary(whole: Extract) -> None:
    """Lines in service run off it; the towns, what is planned and the banks of the estuary do not."""
    plan = make_plan(whole)
    view = make_sheets(plan).view
    shown = box(*view.box)
    assert view.scale == 300_000
    frames = [frame.to_crs("EPSG:4547").set_index("code") for frame in whole.layers.values()]
    features = pd.concat(frames)
    planned = features[features["stage"].isin(("identification", "preparation", "implementation"))]
    planned = planned[planned["location"].isin(("inside", "crossing", "boundary"))]
    assert len(planned) >= 15 and all(shown.contains(shape) for shape in planned.geometry)
    assert all(shown.contains(shape) for shape in features[features["theme"] == "towns"].geometry)
    assert shown.contains(features.geometry["river-shiziyang"]) and shown.contains(features.geometry["port-channel"])
    assert not shown.contains(features.geometry["rail-guangshengang"])


def test_numbers_are_the_same_everywhere(root: Element, content: Extract, base: Path) -> None:
    plan = make_plan(content)
    sheets = make_sheets(plan)
    assert [entry.number for entry in sheets.entries] == list(range(1, 9))
    assert list(sheets.numbers) == [
        *("rail-a", "rail-b", "rail-c", "station-a", "station-b", "road-a", "road-b", "zone-a")
    ]
    names = [each.text for each in root.findall("properties/Variables/variableNames/value")]
    values = [each.text for each in root.findall("properties/Variables/variableValues/value")]
    assert json.loads(values[names.index("guantu_numbers")] or "") == sheets.numbers
    listed = texts(root, "list-0-", "-number")
    assert sorted(listed, key=int) == [str(number) for number in range(1, 9)]
    assert (sheets.beyond, sheets.unplaced) == (0, 1)
    with closing(sqlite3.connect(base)) as file:
        rows = file.execute("SELECT number, text FROM sheet_rows WHERE page = 'town-d' AND NOT is_heading").fetchall()
    assert [row for row in rows if row[0] != "·"] == [("6", "名road-a"), ("–", "名nowhere")]


def texts(root: Element, start: str, end: str = "") -> list[str]:
    """What the labels of the sheet say whose ids start and end so."""
    sheet = root.find("Layouts/Layout")
    assert sheet is not None
    items = [each for each in sheet.findall("LayoutItem") if (each.get("id") or "").startswith(start)]
    return [each.get("labelText") or "" for each in items if (each.get("id") or "").endswith(end)]


def test_the_legend_has_what_occurs(root: Element, content: Extract) -> None:
    titles = content.titles("stage")
    used = {row["stage"] for row in contents.FEATURES if row["geometry"] and row["theme"] not in ("rivers", "towns")}
    assert texts(root, "legend-stages-", "-text") == [title for code, title in titles.items() if code in used]
    keys = ("surveyed", "schematic", "restricted", "on-paper", "water", "water-named", "town", "town-named")
    assert texts(root, "legend-signs-", "-text") == [words(f"legend-{key}", content.lang) for key in keys]


def test_the_legend_has_no_sign_that_does_not_occur(register: Register) -> None:
    """One marker of one stage, from a source: no line, no schematic position, no sign, nothing for orientation."""
    whole = contents.small(register)
    stations = whole.layers["stations"].iloc[:1]
    root = ElementTree.fromstring(made(replace(whole, layers={"stations": stations})))
    assert texts(root, "legend-stages-", "-text") == [whole.titles("stage")["completion"]]
    assert texts(root, "legend-signs-", "-text") == [words("legend-surveyed", "zh")]
    pictures = [each for each in root.iter("LayoutItem") if re.fullmatch(r"legend-\w+-0", each.get("id") or "")]
    drawn = [b64decode((each.get("file") or "").removeprefix("base64:")).decode() for each in pictures]
    assert len(drawn) == 2 and all('viewBox="38.5 0 19.5 18"' in svg for svg in drawn)


def test_a_sheet_without_features_says_so(register: Register) -> None:
    whole = contents.small(register)
    context = {theme: whole.layers[theme].assign(background=True) for theme in ("rivers", "towns")}
    empty = replace(whole, layers=context, tables={**whole.tables, "unplaced": whole.tables["unplaced"].iloc[:0]})
    root = ElementTree.fromstring(made(empty))
    assert texts(root, "empty") == [words("empty", "zh")] and texts(root, "list-") == []
    assert texts(ElementTree.fromstring(made(whole)), "empty") == []


def test_a_list_goes_on_overleaf_and_nothing_is_lost(register: Register) -> None:
    whole = contents.small(register)
    many = pd.concat([whole.layers["stations"].iloc[:1]] * 700, ignore_index=True)
    many["code"] = [f"station-{place:03}" for place in range(700)]
    root = ElementTree.fromstring(made(replace(whole, layers={"stations": gpd.GeoDataFrame(many, crs="EPSG:4326")})))
    listed = [int(number) for number in texts(root, "list-", "-number")]
    assert listed == list(range(1, 601))
    assert len(root.findall("Layouts/Layout[1]/PageCollection/LayoutItem")) == 3
    assert texts(root, "list-out") == ["图外或未编号 100 项；无位置 1 项，见“无位置的要素”表"]


def test_pages_are_towns_of_which_something_is_said(content: Extract) -> None:
    """Not the town that is only named outside the filter, nor those of which nothing is said."""
    (page,) = make_sheets(make_plan(content)).pages
    assert (page.code, page.name, page.view.scale) == ("town-d", "名town-b", 40_000)
    said = [(row.number, row.is_heading) for row in page.rows]
    assert said == [("", True), ("6", False), ("–", False), ("", True), ("·", False)]


def test_a_page_that_is_too_long_says_what_is_left_out(content: Extract) -> None:
    plan = make_plan(content)
    (page,) = make_sheets(plan).pages
    rows = page_rows(plan, replace(page, rows=page.rows * 30))
    assert rows[-1] == Row("", words("list-more", content.lang, count=150 - len(rows) + 1), "")
    assert 30 <= len(rows) <= 60 and rows[0].is_heading


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("东莞市轨道交通", 4, ["东莞市轨", "道交通"]),
        ("东莞市轨，道", 4, ["东莞市轨，", "道"]),
        ("one two three", 4, ["one two", "three"]),
        ("Guangzhou–Shenzhen", 6, ["Guangzhou–", "Shenzhen"]),
        ("", 4, [""]),
        ("甲\n乙\t丙", 9, ["甲 乙 丙"]),
    ],
)
def test_lines_are_as_long_as_there_is_room(text: str, width: float, expected: list[str]) -> None:
    """`width` in ems: 1 mm is one at this size."""
    assert lines(text, width, 72 / 25.4) == expected


def test_a_word_longer_than_a_line_is_cut() -> None:
    found = lines("x" * 100, 10, 72 / 25.4)
    assert "".join(found) == "x" * 100 and max(ems(line) for line in found) <= 10


def test_the_note_warns_of_a_key_that_is_in_the_project(register: Register, tmp_path: Path) -> None:
    for token, count in (("", 0), ("secret", 1)):
        write_package(tmp_path / "a.zip", contents.small(register), tianditu_token=token)
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            note = archive.read("README.txt").decode("utf-8-sig")
        assert note.count("天地图密钥") == count == note.count("Tianditu key") and "secret" not in note
