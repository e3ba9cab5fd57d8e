"""Styles as SLD: the numbers of the symbology, and what a real reader, QGIS, makes of them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import contents
import pytest
from test_qgis_real import qgis_python

from geodata import Register
from layers.symbology import look, rules, theme_look
from outputs.extract import Extract
from outputs.gis.qgis import write_geopackage, write_package
from outputs.gis.qgis.plan import Plan, make_plan
from outputs.gis.shapefile import write_shapefile
from outputs.gis.sld import sld

NS = {"s": "http://www.opengis.net/sld", "o": "http://www.opengis.net/ogc"}
SCRIPT = Path(__file__).with_name("sld_check.py")
SHAPES = {"diamond": "square", "saltire": "circle", "cross": "circle", "ring": "circle"}
"""Marks under a marker; its own name where there is one."""


@pytest.fixture(scope="module")
def plan(whole: Extract) -> Plan:
    return make_plan(whole)


def style(plan: Plan, name: str, names: dict[str, str] | None = None) -> ET.Element:
    layer = next(layer for layer in plan.layers if layer.name == name)
    return ET.fromstring(sld(layer, plan, names))


def css(element: ET.Element | None) -> dict[str, str]:
    assert element is not None
    return {str(each.get("name")): each.text or "" for each in element.iterfind("s:CssParameter", NS)}


def rule_of(root: ET.Element, name: str) -> ET.Element:
    (found,) = (rule for rule in root.iterfind(".//s:Rule", NS) if rule.findtext("s:Name", "", NS) == name)
    return found


def test_lines_have_colour_dash_and_width_of_the_symbology(plan: Plan) -> None:
    root = style(plan, "rail")
    assert root.get("version") == "1.0.0" and root.findtext("s:NamedLayer/s:Name", "", NS) == "rail"
    for stage, rule in rules()["stage"].items():
        width = theme_look("rail")["width"] * rule.get("scale", 1)
        strokes = [css(each) for each in rule_of(root, stage).iterfind("s:LineSymbolizer/s:Stroke", NS)]
        casing, line = strokes
        assert (line["stroke"], float(line["stroke-width"])) == (rule["color"], pytest.approx(width))
        assert line.get("stroke-dasharray", "") == " ".join(map(str, rule["dash"]))
        assert casing["stroke"] == rules()["ground"]["light"]["edge"]
        assert float(casing["stroke-width"]) == pytest.approx(width + 2.5)
        assert len(rule_of(root, f"{stage}-hollow").findall("s:LineSymbolizer", NS)) == 3


def test_markers_have_shape_colour_and_size_of_the_symbology(plan: Plan) -> None:
    root = style(plan, "stations")
    for stage, rule in rules()["stage"].items():
        _, mark, *more = rule_of(root, stage).findall("s:PointSymbolizer/s:Graphic", NS)
        name = mark.findtext("s:Mark/s:WellKnownName", "", NS)
        assert name == SHAPES.get(rule["marker"], rule["marker"])
        assert (mark.findtext("s:Rotation", "", NS) == "45") == (rule["marker"] == "diamond")
        assert css(mark.find("s:Mark/s:Stroke", NS))["stroke"] == rule["color"]
        fill = css(mark.find("s:Mark/s:Fill", NS))["fill"]
        assert (fill == rule["color"]) == (rule["marker"] != "ring")
        assert len(more) == (rule["marker"] in ("cross", "saltire"))
        # What has no name everywhere has its shape too.
        others = [each.text or "" for each in mark.iterfind("s:Mark/s:WellKnownName", NS)][1:]
        assert bool(others) == (name in ("pentagon", "hexagon"))
        assert all(other.startswith("wkt://POLYGON((0.0000 0.5000, ") for other in others)


def test_rules_ask_for_codes(plan: Plan) -> None:
    root = style(plan, "rail", {"stage": "stage_c", "position_basis": "basis_c"})
    asked = {each.text for each in root.iterfind(".//o:PropertyName", NS)}
    assert asked == {"stage_c", "basis_c", "name_zh"}
    assert root.find(".//s:ElseFilter", NS) is None, "QGIS 3.22 takes it for always"


def test_orientation_is_plain(plan: Plan) -> None:
    context = rules()["context"]
    river = {each["stroke"] for each in map(css, style(plan, "rivers").iterfind(".//s:LineSymbolizer/s:Stroke", NS))}
    assert river == {context["water"], context["named"]}
    town = style(plan, "towns")
    assert rule_of(town, "plain").findtext("s:MaxScaleDenominator", "", NS) == "600000"
    assert css(rule_of(town, "plain").find(".//s:Mark/s:Fill", NS))["fill"] == context["town"]


def test_english_names_with_chinese_where_there_is_none(tiny: Register) -> None:
    plan = make_plan(contents.small(tiny, "en"))
    root = style(plan, "rail")
    labels = {
        rule.findtext("s:Name", "", NS): rule.findtext("s:TextSymbolizer/s:Label/o:PropertyName", "", NS)
        for rule in root.iterfind(".//s:Rule[s:TextSymbolizer]", NS)
    }
    assert labels == {"names": "name_en", "names-zh": "name_zh"}


def test_the_package_has_a_style_a_layer(whole: Extract, plan: Plan, tmp_path: Path) -> None:
    write_package(tmp_path / "a.zip", whole)
    layers = {layer.name: layer for layer in plan.layers if layer.theme}
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name for name in archive.namelist() if name.startswith("sld/")} == {
            f"sld/{name}.sld" for name in layers
        }
        assert archive.read("sld/rail.sld") == sld(layers["rail"], plan)
        note = archive.read("README.txt").decode("utf-8-sig")
    assert "GeoServer" in note and "sld 文件夹" in note


def test_the_geopackage_has_them_too(whole: Extract, plan: Plan, tmp_path: Path) -> None:
    """Where QGIS and GeoServer's tools keep them: beside the QML of the default style."""
    write_geopackage(tmp_path / "a.gpkg", whole)
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        found = base.execute("SELECT f_table_name, styleSLD FROM layer_styles WHERE useAsDefault").fetchall()
    kept = {name: style for name, style in found if style}
    assert set(kept) == {layer.name for layer in plan.layers if layer.theme}
    assert kept["rail"].encode() == sld(next(layer for layer in plan.layers if layer.name == "rail"), plan)


@pytest.fixture(scope="module")
def opened(whole: Extract, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What QGIS makes of the shapefiles with their styles."""
    folder = tmp_path_factory.mktemp("sld")
    write_shapefile(folder / "a.zip", whole)
    with zipfile.ZipFile(folder / "a.zip") as archive:
        archive.extractall(folder)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    command = [qgis_python(), str(SCRIPT), str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_qgis_reads_every_style_and_draws_every_feature_once(opened: dict[str, Any], whole: Extract) -> None:
    assert len(opened) == 15
    for name, layer in opened.items():
        assert (layer["said"], layer["done"]) == ("", True), name
        assert sum(rule["drawn"] for rule in layer["rules"].values()) == layer["count"] > 0, name
        assert layer["labels"] == ["name_zh"], name
        assert not any(rule["else"] for rule in layer["rules"].values())


def test_qgis_draws_what_the_symbology_says(opened: dict[str, Any], whole: Extract) -> None:
    titles, schematic = whole.titles("stage"), whole.titles("position-basis")["schematic"]
    shapes = {"triangle": "triangle", "square": "square", "pentagon": "pentagon", "hexagon": "hexagon"}
    for stage, title in titles.items():
        rule = look("stage", stage)
        _, line = opened["rail"]["rules"][title]["parts"]
        assert line["color"] == rule["color"] and line["dash"] == rule["dash"]
        assert line["width"] == pytest.approx(theme_look("rail")["width"] * rule.get("scale", 1))
        assert len(opened["rail"]["rules"][f"{title} · {schematic}"]["parts"]) == 3
        mark = opened["stations"]["rules"][title]["parts"][1]
        assert mark["stroke"] == rule["color"]
        expected = "square" if rule["marker"] == "diamond" else shapes.get(rule["marker"], "circle")
        assert (mark["shape"], mark["angle"] % 90) == (expected, {"diamond": 45, "hexagon": 30}.get(rule["marker"], 0))
        assert mark["fill"] == (rules()["ground"]["light"]["halo"] if rule["marker"] == "ring" else rule["color"])
