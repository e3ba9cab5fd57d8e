"""The QGIS export without QGIS: same bytes, whole names, nothing left behind, looks as the symbology says."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
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
from shapely.geometry import GeometryCollection, MultiPoint, Point

from geodata import Register
from layers.symbology import MM_PER_PX, look, rules
from outputs.extract import Extract
from outputs.fields import tables
from outputs.gis.qgis import Options, write_geopackage, write_package
from outputs.gis.qgis.plan import VERSIONS, make_plan, words
from outputs.gis.qgis.project import project, variables
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
    assert all(line in note for line in ["内部使用" if content.lang == "zh" else "Internal use", "𠮷"])


def test_layers_and_kinds(base: Path, content: Extract) -> None:
    found = {name: kind for name, kind in pyogrio.list_layers(base)}
    assert {name: kind for name, kind in found.items() if kind} == {
        **{"rail": "Point", "rail_line": "MultiLineString", "stations": "Point", "roads": "MultiLineString"},
        **{"zones": "MultiPolygon", "rivers": "MultiLineString", "towns": "Point"},
        **{"history_point": "Point", "history_line": "MultiLineString"},
    }
    plain = {name for name, kind in found.items() if not kind}
    assert plain == {*PLAIN, "about", "layer_styles"} and len(PLAIN) == len(content.tables)


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
    plan = make_plan(contents.small(register))
    with_token = ElementTree.fromstring(project(plan, Options(CRS, tianditu_token=" se&cret ")))
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
    found = ElementTree.fromstring(project(make_plan(contents.small(register)), Options(CRS, qgis=qgis)))
    assert {each.get("version", "")[:4] for each in [found, *found.iter("qgis")]} == {qgis}


def test_ids_are_whole_and_known(root: Element) -> None:
    ids = {each.findtext("id") for each in root.iter("maplayer")}
    assert all(len(each or "") > 10 for each in ids)
    named = {each.get("id") for each in root.iter("layer-tree-layer")}
    named |= {each.get(end) for each in root.iter("relation") for end in ("referencedLayer", "referencingLayer")}
    named |= {each.get("id") for preset in root.iter("visibility-preset") for each in preset}
    named |= {each.get("coverageLayer") for each in root.iter("Atlas")}
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
    found = project(make_plan(contents.small(register, title="a\x0bb\x00c\ufffe")), OPTIONS)
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
    root = ElementTree.fromstring(project(make_plan(whole), OPTIONS))
    bookmarks = list(root.iter("Bookmark"))
    assert len({each.get("id") for each in bookmarks}) == len(bookmarks) == 1 + len(towns)
    names = [each.get("name") for each in bookmarks]
    assert names.count("名town-b") == 2
    corners = re.findall(r"([\d.]+) ([\d.]+)", bookmarks[1].get("extent", ""))[:4]
    middle = sum(float(x) for x, _ in corners) / 4, sum(float(y) for _, y in corners) / 4
    wanted = gpd.GeoSeries([Point(113.7, 22.9)], crs="EPSG:4326").to_crs("EPSG:4547")[0]
    assert middle == pytest.approx((wanted.x, wanted.y), abs=20)


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
    found = variables(make_plan(content), "EPSG:4490")
    assert found["guantu_filter"] == contents.HOSTILE and found["guantu_as_of"] == "2026-03-31"
    assert found["guantu_stamp"] == content.about["use"]
    numbered = replace(content, about={**content.about, "approval": "粤S(2026)001号"})
    stamp = variables(make_plan(numbered), "EPSG:4490")["guantu_stamp"]
    assert stamp.startswith(content.labels["approval"]) and stamp.endswith("粤S(2026)001号")
    assert "EPSG:4490" in found["guantu_note"] and content.labels["day"] not in found["guantu_note"]


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
    plan = make_plan(replace(content, codes=codes))
    text = project(plan, Options("EPSG:4490")).decode()
    assert "桥[%" not in text and "桥[ % env" in text
    labels = re.findall(r'labelText="([^"]*)"', text)
    assert labels and not any("[%1%]" in label for label in labels)
