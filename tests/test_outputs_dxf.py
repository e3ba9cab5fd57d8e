from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import contents
import ezdxf
import geopandas as gpd
import pyogrio
import pytest
from contents import FAR
from ezdxf.colors import int2rgb
from shapely.geometry import Point, Polygon

from geodata import Register
from layers.symbology import look, rules
from outputs.coordinates import point_of
from outputs.extract import Extract
from outputs.gis.dxf import APP, encode_mtext, write_dxf
from outputs.gis.parts import settings


@pytest.fixture(scope="module")
def path(whole: Extract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dxf") / "a.dxf"
    write_dxf(path, whole)
    return path


def read(text: Any) -> str:
    """A text as CAD programs show it: the library leaves what the code page lacks as it was escaped."""
    return re.sub(r"\\U\+([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), text.plain_text())


def entities(drawing: Any, kind: str) -> dict[str, Any]:
    """Entities of a kind by the code of their feature."""
    found = {}
    for entity in drawing.modelspace().query(kind):
        if entity.has_xdata(APP):
            values = dict(tag.value.partition("=")[::2] for tag in entity.get_xdata(APP))
            found[values["code"]] = entity
    return found


def test_the_drawing_is_sound_and_in_metres(path: Path, whole: Extract) -> None:
    drawing = ezdxf.readfile(path)
    audit = drawing.audit()
    assert (audit.errors, audit.fixes) == ([], [])
    assert drawing.header["$INSUNITS"] == 6 and drawing.dxfversion == "AC1018"
    titles = whole.titles("theme")
    shapes = {
        f"{titles[theme]}（背景）" if background else titles[theme]
        for theme, frame in whole.layers.items()
        for background in frame["background"]
    }
    found = {entity.dxf.layer for entity in drawing.modelspace()} - {"0"}
    assert found == shapes | {f"{name}_注记" for name in shapes}
    assert {layer.dxf.name for layer in drawing.layers if layer.is_off()} == {name for name in found if "背景" in name}
    assert "背景" in drawing.modelspace()[0].dxf.layer, "what lies beneath is drawn first"
    assert {name for name, _ in drawing.header.custom_vars} >= {whole.labels[key] for key in whole.about}


@pytest.mark.parametrize(("crs", "prefix"), [(None, 0), ("EPSG:4547", 0), ("EPSG:4526", 38_000_000)])
def test_a_known_station_is_where_it_should_be(crs: str | None, prefix: int, whole: Extract, tmp_path: Path) -> None:
    write_dxf(tmp_path / "a.dxf", whole, crs)
    east, north, _ = entities(ezdxf.readfile(tmp_path / "a.dxf"), "POINT")["rail-dongguannan"].dxf.location
    assert 450_000 < east - prefix < 530_000 and 2_500_000 < north < 2_570_000
    assert (east - prefix, north) == pytest.approx((506520.0, 2527770.0), abs=250)


def test_stages_are_colours_and_dashes(path: Path, whole: Extract) -> None:
    drawing = ezdxf.readfile(path)
    lines = entities(drawing, "LWPOLYLINE")
    for row in whole.layers["roads"].itertuples():
        if row.geometry.geom_type == "LineString":
            rule, line = look("stage", row.stage), lines[row.code]
            assert "#{:02x}{:02x}{:02x}".format(*int2rgb(line.dxf.true_color)) == rule["color"]
            assert (line.dxf.linetype.upper() == "CONTINUOUS") == (not rule["dash"])


def test_names_stand_beside_and_say_schematic(path: Path) -> None:
    texts = entities(ezdxf.readfile(path), "MTEXT")
    assert texts["road-waihuan"].plain_text() == "深外环高速（东莞段） [示意 ±5000 m]"
    assert texts["road-waihuan"].dxf.style == "GUANTU"


def test_it_opens_on_the_city(path: Path, whole: Extract) -> None:
    drawing = ezdxf.readfile(path)
    view = drawing.viewports.get("*Active")[0]
    (west, south, _), (east, north, _) = drawing.header["$EXTMIN"], drawing.header["$EXTMAX"]
    assert 40_000 < east - west < 150_000 and 40_000 < north - south < 150_000
    assert (view.dxf.center.x, view.dxf.center.y) == pytest.approx(((west + east) / 2, (south + north) / 2))
    station = entities(drawing, "POINT")["rail-dongguannan"].dxf.location
    assert west < station[0] < east and south < station[1] < north


def test_gdal_reads_the_chinese_back(path: Path, whole: Extract) -> None:
    """Names of layers and texts, as QGIS and all that reads through GDAL see them."""
    found = pyogrio.read_dataframe(path)
    titles = whole.titles("theme")
    assert set(found["Layer"]) >= {titles["rail"], titles["stations"], f"{titles['rail']}_注记"}
    assert found["Text"].fillna("").str.startswith("深外环高速（东莞段） [示意 ±5000 m]").sum() == 1


def test_what_lies_far_away_is_named(path: Path, whole: Extract) -> None:
    drawing = ezdxf.readfile(path)
    placed = {row.code for frame in whole.layers.values() for row in frame.itertuples() if not row.background}
    drawn = set(entities(drawing, "MTEXT"))
    notes = [text.plain_text() for text in drawing.modelspace().query("MTEXT") if not text.has_xdata(APP)]
    assert len(notes) == 1 and placed - drawn
    assert placed - drawn == FAR
    assert f"{whole.labels['far']}：8 处，本文件中没有位置：" in notes[0]
    rows = whole.layers["places"].set_index("code")["name_zh"]
    assert all(rows[code] in notes[0] for code in FAR)
    assert "内部使用" in notes[0] and "2026-03-31" in notes[0]
    assert path.read_text(encoding="gbk").startswith("999\n标题：")


def test_what_gives_orientation_is_water_and_town(path: Path, whole: Extract) -> None:
    """Not the colour of a place without a stage, which a river and a town are too."""
    drawing = ezdxf.readfile(path)
    context = rules()["context"]
    for theme, kind, colour in (("rivers", "LWPOLYLINE", context["water"]), ("towns", "POINT", context["town"])):
        found = entities(drawing, kind)
        codes = set(whole.layers[theme]["code"]) & set(found)
        assert codes
        assert {"#{:02x}{:02x}{:02x}".format(*int2rgb(found[code].dxf.true_color)) for code in codes} == {colour}


def test_a_name_stands_at_the_one_point_of_a_feature(path: Path, whole: Extract) -> None:
    """Of a line the middle of its longest part, of an area a point inside: what tables take too."""
    texts = entities(ezdxf.readfile(path), "MTEXT")
    rail = whole.layers["rail"].to_crs("EPSG:4547")
    for code, shape in zip(rail["code"], rail.geometry, strict=True):
        at, point = texts[code].dxf.insert, point_of(shape)
        assert (at.x - settings()["dxf"]["mark"], at.y) == pytest.approx((point.x, point.y), abs=0.01)


def test_the_name_of_an_area_stands_inside(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    shape = Polygon([(113.7, 22.9), (113.8, 22.9), (113.8, 23), (113.7, 23)])
    found.layers["rail"].geometry = [shape] * len(found.layers["rail"])
    write_dxf(tmp_path / "a.dxf", found)
    at = entities(ezdxf.readfile(tmp_path / "a.dxf"), "MTEXT")[found.layers["rail"]["code"][0]].dxf.insert
    inside = gpd.GeoSeries([shape], crs="EPSG:4326").to_crs("EPSG:4547")[0]
    assert inside.contains(Point(at.x - settings()["dxf"]["mark"], at.y))


def test_hard_names_and_the_same_bytes(tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write_dxf, hard, tmp_path / "a.dxf")
    drawing = ezdxf.readfile(tmp_path / "a.dxf")
    assert drawing.audit().errors == []
    texts = entities(drawing, "MTEXT")
    for code, name in contents.names(hard).items():
        # Four digits are all that an escape holds.
        written = "".join(each if ord(each) <= 0xFFFF else "□" for each in name)
        assert read(texts[code]).partition(" [示意")[0] == written


@pytest.mark.parametrize("word", ["ENDSEC", "0\nENDSEC\n", "$TDCREATE\n 40\n7", f"{ezdxf.__version__} @ all"])
def test_words_of_the_format_are_words_like_others(word: str, tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    found.layers["rail"].loc[0, "name_zh"] = word
    found = replace(found, about={**found.about, "filter": word})
    contents.check_writer(write_dxf, found, tmp_path / "a.dxf")
    assert (tmp_path / "a.dxf").read_text(encoding="gbk").count("2451544.5") == 4
    drawing = ezdxf.readfile(tmp_path / "a.dxf")
    assert drawing.audit().errors == []
    assert drawing.header.custom_vars.get(found.labels["filter"]) == " ".join(word.split())
    assert word in {text.plain_text().partition(" [示意")[0] for text in entities(drawing, "MTEXT").values()}


def test_two_themes_of_one_layer_name_make_two_layers(tiny: Register, tmp_path: Path) -> None:
    """Their titles differ only in characters that the name of a layer cannot hold."""
    found = contents.small(tiny)
    themes = found.codes["theme"].copy()
    themes.loc["rail", "title_zh"], themes.loc["stations", "title_zh"] = "路/站", "路:站"
    found = replace(found, codes={**found.codes, "theme": themes})
    contents.check_writer(write_dxf, found, tmp_path / "a.dxf")
    drawing = ezdxf.readfile(tmp_path / "a.dxf")
    assert drawing.audit().errors == []
    kinds = ("POINT", "LWPOLYLINE")
    layer_of = {code: each.dxf.layer for kind in kinds for code, each in entities(drawing, kind).items()}
    rail, stations = ({layer_of[code] for code in found.layers[theme]["code"]} for theme in ("rail", "stations"))
    assert len(rail) == len(stations) == 1 and rail != stations
    assert rail | stations == {"路_站", "路_站 2"} <= {layer.dxf.name for layer in drawing.layers}
    points = {code: point.dxf.layer for code, point in entities(drawing, "POINT").items()}
    assert points["station-east"] == layer_of["station-east"]


def test_no_time_is_in_the_file(path: Path) -> None:
    text = path.read_text(encoding="gbk")
    assert text.count("2451544.5") == 4 and " @ 20" not in text


def test_characters_that_no_text_can_hold(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    found.layers["rail"].loc[0, "name_zh"] = "a\x00\x0b\ud800b"
    write_dxf(tmp_path / "a.dxf", found)
    drawing = ezdxf.readfile(tmp_path / "a.dxf")
    assert drawing.audit().errors == []
    assert any("a\ufffd\ufffd\ufffdb" in read(text) for text in entities(drawing, "MTEXT").values())


def test_mtext_takes_nothing_for_formatting() -> None:
    assert encode_mtext("a\\b{c}^d\r\ne") == "a\\\\b\\{c\\}^ d\\Pe"


def test_nothing_left_and_no_degrees(tiny: Register, tmp_path: Path) -> None:
    write_dxf(tmp_path / "a.dxf", contents.nothing(tiny))
    assert len(ezdxf.readfile(tmp_path / "a.dxf").modelspace()) == 1
    with pytest.raises(ValueError, match="in metres"):
        write_dxf(tmp_path / "b.dxf", contents.small(tiny), "EPSG:4490")
    assert [item.name for item in tmp_path.iterdir()] == ["a.dxf"]
