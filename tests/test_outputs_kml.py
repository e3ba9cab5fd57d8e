from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import contents
import numpy as np
import pyogrio
import pytest
from fastkml import validator
from PIL import Image, ImageColor
from shapely.geometry import MultiPolygon, Polygon

from analysis.view import View
from geodata import Register
from layers.paper.typesetting import NoFont
from layers.symbology import look, rules
from outputs.extract import Extract, extract
from outputs.gis import icons as icons_module
from outputs.gis.kml import write_kml
from outputs.gis.kml_parts import kml_colour
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
    sizes |= {"过程（时间滑块）": len(whole.history)}
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
    colour = text(styles["stations-maintenance"], "k:LineStyle/k:color")
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
        write_kml(tmp_path / "a.kmz", found)
        with zipfile.ZipFile(tmp_path / "a.kmz") as archive:
            (tmp_path / "doc.kml").write_bytes(archive.read("doc.kml"))
        assert validator.validate(file_to_validate=tmp_path / "doc.kml")
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
    contents.check_writer(write_kml, hard, tmp_path / "a.kmz")
    (tmp_path / "a.kmz").unlink()
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


def unpacked(path: Path) -> tuple[ET.Element, dict[str, bytes]]:
    """The document of a KMZ, and its pictures by name."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names[0] == "doc.kml"
        return ET.fromstring(archive.read("doc.kml")), {name: archive.read(name) for name in names[1:]}


@pytest.fixture(scope="module")
def kmz(whole: Extract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kmz") / "a.kmz"
    write_kml(path, whole)
    return path


def test_a_plain_document_needs_no_other_file(root: ET.Element) -> None:
    assert root.find(".//k:href", NS) is None and root.find(".//k:IconStyle/k:color", NS) is not None


def test_pictures_have_the_colour_and_the_shape_of_the_stage(kmz: Path) -> None:
    """Each is used, each that is asked for is there, and two stages differ in grey too."""
    document, icons = unpacked(kmz)
    asked = {element.text for element in document.iterfind(".//k:Icon/k:href", NS)}
    assert asked == set(icons) and 20 <= len(icons) <= 60
    shapes = {}
    for name, data in icons.items():
        picture = np.array(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)
        assert picture.shape == (80, 80, 4) and picture[0, 0, 3] == 0
        stage = next((stage for stage in rules()["stage"] if f"-{stage}" in name), "")
        if "ground" not in name:
            colour = ImageColor.getrgb(look("stage", stage)["color"])
            assert (abs(picture[..., :3] - colour).max(axis=2) + (255 - picture[..., 3]) == 0).sum() > 60, name
        shapes[name] = picture[..., 3] > 127
    of_stations = [shapes[f"icons/stations-{stage}.png"] for stage in ("maintenance", "completion", "implementation")]
    for one, other in zip(of_stations, of_stations[1:] + of_stations[:1], strict=True):
        assert (one != other).sum() > 100
    assert icons["icons/ports-maintenance.png"] != icons["icons/stations-maintenance.png"], "the letter of the theme"
    assert icons["icons/ports-maintenance.png"] != icons["icons/ports-maintenance-hollow.png"]


def test_signs_stand_beside_the_marker(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    rows = found.layers["stations"]
    for number, (restriction, grade) in enumerate([("closed-to-traffic", ""), ("", "seed")][: len(rows)]):
        rows.loc[number, "restriction"], rows.loc[number, "stage_grade"] = restriction, grade
    write_kml(tmp_path / "a.kmz", found)
    document, icons = unpacked(tmp_path / "a.kmz")
    style = text(document, f".//k:Placemark[@id='{rows['code'][0]}']/k:styleUrl")
    picture = np.array(Image.open(io.BytesIO(icons[f"icons/{style[1:]}.png"])).convert("RGB")).astype(int)
    red = ImageColor.getrgb(rules()["restricted"]["color"])
    assert style.endswith("-restricted") and (abs(picture[:40, 40:] - red).max(axis=2) == 0).sum() > 100


def test_without_a_font_the_letter_is_left_out(tiny: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without Chinese fonts still gives colour and shape."""

    def none() -> None:
        raise NoFont

    monkeypatch.setattr(icons_module, "fonts", none)
    write_kml(tmp_path / "a.kmz", contents.small(tiny))
    assert unpacked(tmp_path / "a.kmz")[1]


def test_lines_have_a_marker_with_their_name(kmz: Path, whole: Extract) -> None:
    """Earth viewers draw neither dashes nor names of lines."""
    document, _ = unpacked(kmz)
    (folder,) = (item for item in document.iterfind(".//k:Folder", NS) if text(item, "k:name") == "线路的标记与名称")
    lines = {
        row.code: row.name_zh
        for theme, frame in whole.layers.items()
        if theme != "rivers"
        for row in frame.itertuples()
        if "Point" not in row.geometry.geom_type
    }
    found = {str(item.get("id")): item for item in folder.iterfind("k:Placemark", NS)}
    assert {f"marker-{code}": name for code, name in lines.items()} == {
        code: text(item, "k:name") for code, item in found.items()
    }
    styles = {style.get("id"): style for style in document.iterfind(".//k:Style", NS)}
    for item in found.values():
        assert item.find("k:Point", NS) is not None
        assert styles[text(item, "k:styleUrl")[1:]].find("k:IconStyle/k:Icon/k:href", NS) is not None


@pytest.mark.parametrize("name", ["a.kml", "a.kmz"])
def test_it_opens_on_the_city_and_lists_no_html(name: str, whole: Extract, tmp_path: Path) -> None:
    write_kml(tmp_path / name, whole)
    document = unpacked(tmp_path / name)[0] if name == "a.kmz" else ET.parse(tmp_path / name).getroot()
    lon, lat, far = (
        float(text(document, f"k:Document/k:LookAt/k:{key}")) for key in ("longitude", "latitude", "range")
    )
    assert (lon, lat) == pytest.approx((113.89, 22.905)) and 60_000 < far < 150_000
    assert text(document, "k:Document/k:open") == "1"
    for item in document.iterfind(".//*[k:description]", NS):
        snippet = item.find("k:Snippet", NS)
        assert snippet is not None and snippet.get("maxLines") == "0"


def test_stages_over_time_and_background_are_off(root: ET.Element, whole: Extract) -> None:
    off = {text(item, "k:name"): item for item in root.iterfind(".//k:Folder[k:visibility='0']", NS)}
    assert set(off) == {"河流与岸线（背景）", "镇街（背景）", "过程（时间滑块）"}
    hidden = root.findall(".//k:Placemark[k:visibility='0']", NS)
    assert len(hidden) == sum(len(item.findall("k:Placemark", NS)) for item in off.values())
    steps = {str(item.get("id")): item for item in off["过程（时间滑块）"].iterfind("k:Placemark", NS)}
    assert len(steps) == len(whole.history)
    for row in whole.history.itertuples():
        item = steps[f"step-{row.uid}"]
        assert text(item, "k:TimeSpan/k:begin") == row.date_from.isoformat()
        end = item.find("k:TimeSpan/k:end", NS)
        assert (end is None) == (row.date_to is None)
        assert end is None or end.text == row.date_to.isoformat()
        assert row.stage in text(item, "k:styleUrl")
    assert root.find(".//k:Folder/k:Placemark[@id='road-waihuan']/k:TimeSpan", NS) is None


def test_rivers_are_water(root: ET.Element, whole: Extract) -> None:
    styles = {style.get("id"): style for style in root.iterfind(".//k:Style", NS)}
    context = rules()["context"]
    for row in whole.layers["rivers"].itertuples():
        style = styles[text(root, f".//k:Placemark[@id='{row.code}']/k:styleUrl")[1:]]
        colour = kml_colour(
            context["water" if row.background else "named"], 0.6 if row.position_basis == "schematic" else 1
        )
        assert text(style, "k:LineStyle/k:color") == colour


def test_gdal_reads_the_chinese_of_a_kmz(kmz: Path, whole: Extract) -> None:
    found = pyogrio.read_dataframe(kmz, layer="车站")
    assert dict(zip(found["id"], found["Name"], strict=True)) == {
        row.code: row.name_zh for row in whole.layers["stations"].itertuples()
    }
