from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import contents
import pyogrio
import pytest
from fastkml import validator
from shapely.geometry import MultiPolygon, Polygon

from analysis.view import View
from geodata import Register
from layers.symbology import look
from outputs.extract import Extract, extract
from outputs.gis.kml import kml_colour, write_kml
from outputs.gis.parts import settings

NS = {"k": "http://www.opengis.net/kml/2.2"}


@pytest.fixture(scope="module")
def root(whole: Extract, tmp_path_factory: pytest.TempPathFactory) -> ET.Element:
    path = tmp_path_factory.mktemp("kml") / "a.kml"
    write_kml(path, whole)
    return ET.parse(path).getroot()


def text(element: ET.Element, path: str) -> str:
    found = element.find(path, NS)
    assert found is not None
    return found.text or ""


def test_a_folder_a_theme_and_others_for_no_position_and_background(root: ET.Element, whole: Extract) -> None:
    assert settings()["kml"]["namespace"] == NS["k"]
    themes = {theme: frame["background"].astype(bool) for theme, frame in whole.layers.items()}
    sizes = {whole.titles("theme")[theme]: int((~behind).sum()) for theme, behind in themes.items()}
    sizes |= {"无位置的要素": len(whole.tables["unplaced"])}
    sizes |= {f"{whole.titles('theme')[theme]}（背景）": int(behind.sum()) for theme, behind in themes.items()}
    folders = [
        (text(item, "k:name"), len(item.findall("k:Placemark", NS))) for item in root.findall("k:Document/k:Folder", NS)
    ]
    assert folders == [(title, size) for title, size in sizes.items() if size]
    assert any("背景" in title for title, _ in folders)
    assert "截至日期" in text(root, "k:Document/k:description")


def test_every_style_is_there_in_the_colour_of_the_stage(root: ET.Element) -> None:
    styles = {style.get("id"): style for style in root.findall("k:Document/k:Style", NS)}
    for placemark in root.iterfind(".//k:Placemark", NS):
        url = placemark.find("k:styleUrl", NS)
        assert url is None or (url.text or "")[1:] in styles
    colour = text(styles["stations-maintenance-full"], "k:LineStyle/k:color")
    assert colour == kml_colour(look("stage", "maintenance")["color"], 1.0) == "ff739e00"
    assert re.fullmatch("[0-9a-f]{8}", colour)


def test_a_schematic_position_is_said_first(root: ET.Element) -> None:
    placemark = root.find(".//k:Placemark[@id='road-waihuan']", NS)
    assert placemark is not None
    description = text(placemark, "k:description")
    assert description.startswith("<p><b>没有公开来源，按文字推断，仅示意</b> ±5000 m</p><table>")
    assert "投用运营" in description and "39eda3dc" not in description
    assert text(placemark, "k:ExtendedData/k:Data[@name='stage']/k:value") == "maintenance"
    assert text(placemark, "k:ExtendedData/k:Data[@name='stage']/k:displayName") == "阶段"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_meets_the_schema(lang: str, view: View, tiny: Register, tmp_path: Path) -> None:
    """The schema of KML 2.2 by the OGC, which fastkml carries."""
    shape = Polygon([(113.7, 22.9), (113.8, 22.9), (113.8, 23), (113.7, 22.9)], [[(1, 1), (2, 1), (2, 2), (1, 1)]])
    areas = contents.small(tiny, lang)
    rail = areas.layers["rail"]
    areas.layers["rail"].geometry = [shape, MultiPolygon([shape, shape])][: len(rail)] + [shape] * (len(rail) - 2)
    for found in (extract(view, lang=lang), contents.hard(tiny), contents.nothing(tiny, lang), areas):
        write_kml(tmp_path / "a.kml", found)
        assert validator.validate(file_to_validate=tmp_path / "a.kml")
    broken = (tmp_path / "a.kml").read_text(encoding="utf-8").replace("outerBoundaryIs", "outside")
    (tmp_path / "a.kml").write_text(broken, encoding="utf-8")
    with pytest.raises(AssertionError):
        validator.validate(file_to_validate=tmp_path / "a.kml")


def test_where_a_station_is(root: ET.Element, whole: Extract, tmp_path: Path) -> None:
    placemark = root.find(".//k:Placemark[@id='rail-dongguannan']", NS)
    assert placemark is not None
    lon, lat = map(float, text(placemark, "k:Point/k:coordinates").split(","))
    assert (round(lon, 2), round(lat, 2)) == (114.06, 22.85)
    write_kml(tmp_path / "a.kml", whole)
    found = pyogrio.read_dataframe(tmp_path / "a.kml", layer="铁路与轨道")
    assert len(found) == len(whole.layers["rail"]) and found.crs.to_epsg() == 4326


def test_hard_names_and_the_same_bytes(tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write_kml, hard, tmp_path / "a.kml")
    placemarks = {
        item.get("id"): item for item in ET.parse(tmp_path / "a.kml").getroot().iterfind(".//k:Placemark", NS)
    }
    for code, name in contents.names(hard).items():
        assert text(placemarks[code], "k:name") == name
        assert name in unescape(text(placemarks[code], "k:description")).replace("<br>", "\n")
        assert "<script" not in text(placemarks[code], "k:description")


def test_characters_that_xml_cannot_hold(tiny: Register, tmp_path: Path) -> None:
    hard = contents.small(tiny)
    hard.layers["rail"].loc[0, "name_zh"] = "a\x00\x0b<script>alert(1)</script>"
    write_kml(tmp_path / "a.kml", hard)
    names = [text(item, "k:name") for item in ET.parse(tmp_path / "a.kml").getroot().iterfind(".//k:Placemark", NS)]
    assert "a\ufffd\ufffd<script>alert(1)</script>" in names


def test_nothing_left_and_no_metres(tiny: Register, tmp_path: Path) -> None:
    write_kml(tmp_path / "a.kml", contents.nothing(tiny, "en"))
    assert ET.parse(tmp_path / "a.kml").getroot().find(".//k:Placemark", NS) is None
    with pytest.raises(ValueError, match="always EPSG:4326"):
        write_kml(tmp_path / "b.kml", contents.small(tiny), "EPSG:4547")
    assert [path.name for path in tmp_path.iterdir()] == ["a.kml"]
