"""The columnar file holds what went in."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from geodata import Register
from layers.web.packing import pack_register
from layers.web.payload import Drawing, pack


def drawing(count: int, **more: Any) -> Drawing:
    small = np.zeros(count, dtype=np.uint8)
    values: dict[str, Any] = {
        "ids": [f"f{i}" for i in range(count)],
        "names": {"zh": ["名"] * count, "en": ["name"] * count},
        "themes": ["a"],
        "theme": small,
        "context": small,
        "hollow": small.astype(bool),
        "near": np.ones(count, dtype=bool),
        "accuracy": np.full(count, 10, dtype=np.float32),
        "section": small.astype(bool),
        "letter": small,
        "letters": {"zh": ["甲"], "en": ["A"]},
    }
    return Drawing(**(values | more))


def unpack(data: bytes) -> dict[str, Any]:
    """What the browser does: header, sections, and vertices summed up part by part."""
    raw = gzip.decompress(data)
    length = int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4 : 4 + length])
    out = dict(head)
    for name, (kind, offset, count) in head["sections"].items():
        assert offset % 4 == 0
        out[name] = np.frombuffer(raw, dtype=f"<{kind}", count=count, offset=4 + length + offset)
    starts = out["vertexStart"]
    xy = out["steps"].reshape(-1, 2).astype(np.int64)
    xy[starts[:-1]] += out["first"].reshape(-1, 2)
    out["parts"] = [np.cumsum(xy[a:b], axis=0) / 1e6 for a, b in pairwise(starts)]
    return out


SHAPES = [
    Point(113.75, 22.9),
    LineString([(113.7, 22.8), (113.8, 22.9), (113.8, 22.7)]),
    MultiLineString([[(113.6, 22.8), (113.7, 22.8)], [(113.9, 23.0), (114.0, 23.0)]]),
    Polygon([(114, 23), (114.1, 23), (114.1, 23.1)]),
]


def test_geometry_survives_to_six_decimals() -> None:
    data = unpack(pack(gpd.GeoSeries(SHAPES, crs=4326), drawing(4)))
    assert data["kind"].tolist() == [0, 1, 1, 2]
    assert data["partStart"].tolist() == [0, 1, 2, 4, 5]
    want = [
        np.array(part.exterior.coords if part.geom_type == "Polygon" else part.coords)
        for part in shapely.get_parts(SHAPES)
    ]
    for got, expected in zip(data["parts"], want, strict=True):
        assert np.allclose(got, expected, atol=5e-7)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=2, max_size=30))
def test_any_line_survives(points: list[tuple[float, float]]) -> None:
    data = unpack(pack(gpd.GeoSeries([LineString(points)], crs=4326), drawing(1)))
    assert np.allclose(data["parts"][0], np.array(points), atol=5.1e-7)


def test_names_of_any_kind_survive() -> None:
    names = ["<script>", '"quote" </script>', "𠮷\u202e🛤️", "line\nbreak"]
    data = unpack(pack(gpd.GeoSeries(SHAPES, crs=4326), drawing(4, names={"zh": names, "en": names})))
    assert data["names"]["zh"] == names


def test_same_input_same_bytes() -> None:
    series = gpd.GeoSeries(SHAPES, crs=4326)
    assert pack(series, drawing(4)) == pack(series, drawing(4))


def test_other_crs_and_missing_geometry_are_refused() -> None:
    with pytest.raises(ValueError, match="EPSG:4326"):
        pack(gpd.GeoSeries(SHAPES, crs=4326).to_crs(4547), drawing(4))
    with pytest.raises(ValueError, match="without a geometry"):
        pack(gpd.GeoSeries([None], crs=4326), drawing(1))


def test_the_register_packs_whole(register: Register) -> None:
    data = unpack(pack_register(register))
    on = register.placed
    assert data["ids"] == register.features["id"][on].tolist()
    assert len(data["parts"]) == len(shapely.get_parts(register.features.geometry[on].to_numpy()))
    assert data["hollow"].sum() == (register.features["position_basis"][on] == "schematic").sum()


def test_some_of_the_register_can_be_packed_alone(register: Register) -> None:
    """What has no position stays out, asked for or not."""
    keep = (register.features["theme"] == "stations").to_numpy()
    data = unpack(pack_register(register, keep))
    assert data["ids"] == register.features["id"][register.placed & keep].tolist() and data["ids"]
