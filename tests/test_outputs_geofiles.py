from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import contents
import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
from contents import FAR
from shapely.geometry import shape

from geodata import Register
from geodata.files import replacing
from outputs.extract import Extract
from outputs.fields import tables
from outputs.gis.flatgeobuf import write_flatgeobuf
from outputs.gis.geojson import write_geojson
from outputs.gis.geoparquet import write_geoparquet
from outputs.gis.qgis import write_geopackage

STATION = "rail-dongguannan"
"""A station whose position the register takes from OpenStreetMap: 114.06354 E, 22.84806 N."""
WHERE = {
    "EPSG:4326": (114.06354, 22.84806, 2e-3),
    "EPSG:4490": (114.06354, 22.84806, 2e-3),
    # By the published formulas of Gauss-Kruger on the CGCS2000 ellipsoid, metres.
    "EPSG:4547": (506520.0, 2527770.0, 250.0),
    "EPSG:4526": (38506520.0, 2527770.0, 250.0),
}
FIELDS = [field.name for field in tables()["features"].fields]


def read(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(path) if path.suffix == ".parquet" else pyogrio.read_dataframe(path)


@pytest.mark.parametrize("crs", WHERE)
@pytest.mark.parametrize(("write", "name"), [(write_geoparquet, "a.parquet"), (write_flatgeobuf, "a.fgb")])
def test_a_known_station_is_where_it_should_be(
    write: contents.Write, name: str, crs: str, whole: Extract, tmp_path: Path
) -> None:
    write(tmp_path / name, whole, crs)
    found = read(tmp_path / name).set_index("code")
    east, north, near = WHERE[crs]
    point = found.loc[STATION].geometry
    assert found.crs == crs
    assert abs(point.x - east) < near and abs(point.y - north) < near
    back = found.to_crs("EPSG:4326").loc[STATION].geometry
    assert abs(back.x - 114.06354) < 2e-3 and abs(back.y - 22.84806) < 2e-3


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4526"])
@pytest.mark.parametrize(
    ("write", "name"), [(write_geoparquet, "a.parquet"), (write_flatgeobuf, "a.fgb"), (write_geopackage, "a.gpkg")]
)
def test_what_a_system_is_not_made_for_has_no_position(
    write: contents.Write, name: str, crs: str, whole: Extract, tmp_path: Path
) -> None:
    """Addis Ababa in a zone of 3 degrees: a table keeps the row, no shape is 100 km off, and the file says whom."""
    write(tmp_path / name, whole, crs)
    if name == "a.gpkg":
        found = pyogrio.read_dataframe(tmp_path / name, layer="places")
        lost = set(pyogrio.read_dataframe(tmp_path / name, layer="unplaced")["code"])
        about = pyogrio.read_dataframe(tmp_path / name, layer="about").set_index("label")["value"]
        steps = pyogrio.read_dataframe(tmp_path / name, layer="history_point")
        assert not FAR & set(steps["code"])
    else:
        found = read(tmp_path / name)
        lost = set(found["code"][found.geometry.isna()])
    placed = found[found.geometry.notna()]
    assert not FAR & set(placed["code"]) and (lost >= FAR or name == "a.fgb")
    assert len(placed) and placed.total_bounds[3] < 2_900_000 and placed.total_bounds[1] > 2_300_000
    if name == "a.fgb":
        said = pyogrio.read_info(tmp_path / name)["layer_metadata"]["DESCRIPTION"]
    elif name == "a.gpkg":
        said = about[whole.labels["far"]]
    else:
        said = json.loads(pq.read_schema(tmp_path / name).metadata[b"about"])[whole.labels["far"]]
    assert "8 处" in said and "埃塞俄比亚" in said
    assert whole.within("EPSG:4490") is whole and len(whole.within(crs).far) == 8


def test_hundreds_of_far_features_are_counted(whole: Extract) -> None:
    said = replace(whole, far=tuple(str(i) for i in range(300))).said({})[whole.labels["far"]]
    assert said == f"300 处，本文件中没有位置：{'；'.join(map(str, range(20)))}…"


@pytest.mark.parametrize(
    ("write", "name"), [(write_geojson, "a.geojson"), (write_geoparquet, "a.parquet"), (write_flatgeobuf, "a.fgb")]
)
def test_hard_names_and_the_same_bytes(write: contents.Write, name: str, tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write, hard, tmp_path / name)
    found = read(tmp_path / name)
    placed = found[found.geometry.notna()]
    assert dict(zip(placed["code"], placed["name_zh"], strict=True)) == contents.names(hard)


@pytest.mark.parametrize(
    ("write", "name"), [(write_geojson, "a.geojson"), (write_geoparquet, "a.parquet"), (write_flatgeobuf, "a.fgb")]
)
def test_nothing_left_can_be_written_and_read(write: contents.Write, name: str, tiny: Register, tmp_path: Path) -> None:
    write(tmp_path / name, contents.nothing(tiny), None)
    assert len(read(tmp_path / name)) == 0


def test_geojson_is_rfc_7946(whole: Extract, register: Register, tmp_path: Path) -> None:
    write_geojson(tmp_path / "a.geojson", whole)
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    collection: dict[str, Any] = json.loads(text)
    assert set(collection) == {"type", "about", "features"} and "crs" not in collection
    assert collection["about"] == whole.said(whole.count("features", "unplaced"), "EPSG:4326")
    features = {feature["id"]: feature for feature in collection["features"]}
    assert len(features) == len(collection["features"])
    assert set(features) == set(register.features["id"][~register.backdrop])
    assert len(text.splitlines()) == len(features) + 2
    shapes = register.features.set_index("id").geometry
    for code, feature in features.items():
        assert list(feature["properties"]) == FIELDS
        assert (feature["geometry"] is None) == (shapes[code] is None)
        if feature["geometry"]:
            assert shape(feature["geometry"]).equals_exact(shapes[code], 5e-7)
    assert features[STATION]["geometry"]["coordinates"] == pytest.approx([114.06354, 22.84806], abs=2e-3)


def test_geojson_refuses_metres(whole: Extract, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="always EPSG:4326"):
        write_geojson(tmp_path / "a.geojson", whole, "EPSG:4547")
    assert list(tmp_path.iterdir()) == []


def test_geoparquet_is_typed_and_says_what_it_is(whole: Extract, tmp_path: Path) -> None:
    write_geoparquet(tmp_path / "a.parquet", whole, "EPSG:4547")
    schema = pq.read_schema(tmp_path / "a.parquet")
    arrow = {"string": "large_string", "integer": "int64", "number": "double", "boolean": "bool", "date": "date32[day]"}
    for field in tables()["features"].fields:
        assert str(schema.field(field.name).type).replace("large_", "") == arrow[field.type].replace("large_", "")
    assert json.loads(schema.metadata[b"about"])["本文件坐标系"] == "EPSG:4547"
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0" and geo["columns"]["geometry"]["encoding"] == "WKB"
    assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 4547}
    found = gpd.read_parquet(tmp_path / "a.parquet")
    assert found.geometry.isna().sum() == len(whole.tables["unplaced"]) + len(FAR)
    assert found["evidence"].dropna().iloc[0] == next(day for day in whole.layers["rail"]["evidence"] if day)


def test_flatgeobuf_has_an_index_and_says_what_it_is(whole: Extract, tmp_path: Path) -> None:
    write_flatgeobuf(tmp_path / "a.fgb", whole)
    about = pyogrio.read_info(tmp_path / "a.fgb")
    assert about["capabilities"]["fast_spatial_filter"]
    assert about["layer_metadata"]["TITLE"] == whole.title
    assert "截至日期：2026-03-31" in about["layer_metadata"]["DESCRIPTION"]
    found = pyogrio.read_dataframe(tmp_path / "a.fgb")
    assert set(found["code"]) == {
        code for frame in whole.layers.values() for code in frame["code"][~frame["background"].astype(bool)]
    }
    assert found.set_index("code").loc["rail-dgmetro1", "evidence"] == "2025-11-28"
    near = pyogrio.read_dataframe(tmp_path / "a.fgb", bbox=(114.06, 22.84, 114.07, 22.85))
    assert STATION in set(near["code"])


def test_a_failure_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"), replacing(path) as fresh:
        fresh.write_text("half")
        raise OSError("disk full")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with replacing(path) as fresh:
        fresh.write_text("new")
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_what_nobody_means_to_lose_is_not_replaced(tmp_path: Path) -> None:
    """A link, what it points to, a device, a folder."""
    target, link, folder = tmp_path / "target.txt", tmp_path / "link.txt", tmp_path / "folder"
    target.write_text("old")
    link.symlink_to(target)
    folder.mkdir()
    os.mkfifo(tmp_path / "pipe")
    for path in (link, folder, tmp_path / "pipe"):
        with pytest.raises(OSError, match=re.escape(str(path))), replacing(path) as fresh:
            fresh.write_text("new")
    assert target.read_text() == "old" and link.is_symlink() and len(list(tmp_path.iterdir())) == 4


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o600)
    with replacing(path) as fresh:
        fresh.write_text("new")
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o600
