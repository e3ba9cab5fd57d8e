from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import contents
import geopandas as gpd
import pyogrio
import pyproj
import pytest
from contents import FAR
from shapely.geometry import MultiPoint, Point, Polygon

from geodata import Register
from outputs.extract import Extract
from outputs.fields import tables
from outputs.gis.shapefile import NAME_LETTERS, TEXT_BYTES, columns, write_shapefile

STATION = "rail-dongguannan"
WHERE = {
    "EPSG:4490": (114.06354, 22.84806, 2e-3),
    "EPSG:4326": (114.06354, 22.84806, 2e-3),
    # By the published formulas of Gauss-Kruger on the CGCS2000 ellipsoid, metres.
    "EPSG:4547": (506520.0, 2527770.0, 250.0),
    "EPSG:4526": (38506520.0, 2527770.0, 250.0),
}


def unpacked(found: Extract, folder: Path, crs: str | None = None) -> Path:
    write_shapefile(folder / "a.zip", found, crs)
    with zipfile.ZipFile(folder / "a.zip") as archive:
        archive.extractall(folder / "a")
    return folder / "a"


def rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def folder(whole: Extract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(whole, tmp_path_factory.mktemp("shapefile"))


def test_a_shapefile_a_theme_and_kind(folder: Path, whole: Extract) -> None:
    kinds = {
        (theme, {"Point": "point"}.get(shape.geom_type.removeprefix("Multi"), "line"))
        for theme, frame in whole.layers.items()
        for shape in frame.geometry
    }
    found = {path.stem for path in folder.glob("*.shp")}
    assert len(found) == len(kinds) == 15 and {"ports", "ports_line", "water_works", "water_works_line"} <= found
    for name in found:
        beside = {path.suffix for path in folder.glob(f"{name}.*")}
        assert beside == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".sld"}
        assert (folder / f"{name}.cpg").read_text() == "UTF-8"
        info = pyogrio.read_info(folder / f"{name}.shp")
        assert info["features"] > 0 and info["encoding"] == "UTF-8"
    assert sum(pyogrio.read_info(folder / f"{name}.shp")["features"] for name in found) == sum(
        map(len, whole.layers.values())
    )


@pytest.mark.parametrize("crs", WHERE)
def test_a_known_station_is_where_it_should_be(crs: str, whole: Extract, tmp_path: Path) -> None:
    found = gpd.read_file(unpacked(whole, tmp_path, crs) / "stations.shp").set_index("code")
    east, north, near = WHERE[crs]
    point = found.loc[STATION].geometry
    assert abs(point.x - east) < near and abs(point.y - north) < near
    assert found.crs == pyproj.CRS.from_user_input(crs)
    # What ArcGIS calls it.
    written = pyproj.CRS.from_wkt((tmp_path / "a/stations.prj").read_text())
    assert written.to_epsg(min_confidence=60) == int(crs.removeprefix("EPSG:"))


def test_names_of_columns_and_their_dictionary(folder: Path, whole: Extract) -> None:
    table = tables()["features"]
    names = [column.name for column in columns(table)]
    assert all(name.isascii() and 0 < len(name) <= NAME_LETTERS == 10 for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert {column.field.name for column in columns(table)} == {field.name for field in table.fields}
    found = {row["字段名"]: row for row in rows(folder / "fields.csv")}
    assert list(found) == names == list(pyogrio.read_info(folder / "rail.shp")["fields"])
    assert found["stage"] == {
        **{"字段名": "stage", "全名": "stage", "含义": "阶段", "类型": "string", "单位": "", "代码表": "stage"}
    }
    assert found["stage_c"]["含义"] == "阶段（编码）" and found["accuracy_m"]["单位"] == "m"
    assert (found["restr_from"]["全名"], found["restr_from"]["含义"]) == ("restricted_since", "限制始于")
    assert found["evidence"]["类型"] == "date" and found["stale"]["类型"] == "string"


def test_values_are_words_and_dates_are_dates(folder: Path, whole: Extract) -> None:
    found = pyogrio.read_dataframe(folder / "rail.shp").set_index("code")
    known = whole.layers["rail"].set_index("code")
    assert found["name_zh"].to_dict() == known["name_zh"].to_dict()
    assert found["stage_c"].to_dict() == known["stage"].to_dict()
    titles = whole.titles("stage")
    assert found["stage"].to_dict() == {code: titles[stage] for code, stage in known["stage"].items()}
    assert set(found["stale"]) <= {"是", "否"} and found["measures"].to_dict() == known["measures"].to_dict()
    types = dict(zip(*(pyogrio.read_info(folder / "rail.shp")[key] for key in ("fields", "dtypes")), strict=True))
    assert types["evidence"] == "datetime64[D]" and types["accuracy_m"] == "float64"
    day = known["evidence"].dropna()
    assert str(found.loc[day.index[0], "evidence"])[:10] == day.iloc[0].isoformat()
    assert found["accuracy_m"].to_dict() == known["accuracy_m"].to_dict()


def test_what_is_cut_is_counted_and_stands_in_full_beside(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    frame = found.layers["stations"]
    long = {"甲" * 85: "甲" * 83 + "…", "a" * 255: "a" * 251 + "…", "𠮷" * 64: "𠮷" * 62 + "…", "甲" * 84 + "ab": ""}
    codes = []
    for number, (given, _) in enumerate(list(long.items())[: len(frame)]):
        frame.loc[number, "name_zh"] = given
        codes.append(frame.loc[number, "code"])
    folder = unpacked(found, tmp_path)
    read = pyogrio.read_dataframe(folder / "stations.shp").set_index("code")["name_zh"]
    for code, (given, kept) in zip(codes, long.items(), strict=False):
        assert read[code] == (kept or given) and len(read[code].encode()) <= TEXT_BYTES == 254
    cut = [row for row in rows(folder / "cut.csv") if row["字段名"] == "name_zh"]
    expected = [given for given, kept in list(long.items())[: len(codes)] if kept]
    assert [row["全文"] for row in cut] == expected and {row["图层"] for row in cut} == {"stations"}
    assert f"截断、以“…”结尾的有 {len(rows(folder / 'cut.csv'))} 处" in (folder / "README.txt").read_text("utf-8-sig")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_note_names_layers_and_what_is_not_there(lang: str, tiny: Register, tmp_path: Path) -> None:
    folder = unpacked(contents.small(tiny, lang), tmp_path)
    said = (folder / "README.txt").read_bytes()
    text = said.decode("utf-8-sig")
    assert said.startswith(b"\xef\xbb\xbf") and b"\r\n" in said and "stations.shp" in text and "UTF-8" in text
    lost = rows(folder / "unplaced.csv")
    assert [row["code"] for row in lost] == ["station-lost"] and "2023-01-01" in text
    sentence = {
        "zh": "没有位置、因而不在图层里的要素有 1 个",
        "en": "Features without a position, which no layer holds: 1,",
    }
    assert sentence[lang] in text


def test_what_lies_far_away_is_listed(whole: Extract, tmp_path: Path) -> None:
    folder = unpacked(whole, tmp_path, "EPSG:4547")
    assert not FAR & set(pyogrio.read_dataframe(folder / "places.shp")["code"])
    assert {row["code"] for row in rows(folder / "unplaced.csv")} >= FAR
    assert "8 处，本文件中没有位置：" in (folder / "README.txt").read_text("utf-8-sig")


def test_hard_names_and_the_same_bytes(tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write_shapefile, hard, tmp_path / "a.zip")
    names = {}
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "a")
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    for path in (tmp_path / "a").glob("*.shp"):
        names |= dict(pyogrio.read_dataframe(path)[["code", "name_zh"]].to_numpy())
        assert path.with_suffix(".dbf").read_bytes()[1:4] == bytes([2023 - 1900, 1, 1]), "no day of this machine"
    assert names == contents.names(hard)


def test_a_text_that_is_no_unicode_is_written(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    found.layers["rail"].loc[0, "name_zh"] = "a\ud800b"
    assert "a?b" in set(pyogrio.read_dataframe(unpacked(found, tmp_path) / "rail.shp")["name_zh"])


def test_areas_and_sets_of_points(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    rail, stations = found.layers["rail"], found.layers["stations"]
    area = Polygon([(113.7, 22.9), (113.8, 22.9), (113.8, 23), (113.7, 22.9)])
    rail.geometry = [area] * len(rail)
    stations.geometry = [MultiPoint([(113.7, 22.9), (113.8, 23)]), *[Point(113.7, 22.9)] * (len(stations) - 1)]
    folder = unpacked(found, tmp_path)
    assert set(pyogrio.read_dataframe(folder / "rail.shp").geometry.geom_type) == {"Polygon"}
    assert set(pyogrio.read_dataframe(folder / "stations.shp").geometry.geom_type) == {"MultiPoint"}


def test_nothing_left_is_a_note_and_the_dictionary(tiny: Register, tmp_path: Path) -> None:
    folder = unpacked(contents.nothing(tiny), tmp_path)
    assert {path.name for path in folder.iterdir()} == {"README.txt", "fields.csv"}
