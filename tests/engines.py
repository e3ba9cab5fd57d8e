"""Layers for the tests of the engines: made by hand, or of the shape of a city."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.spatial.engines.face import Layer

ROUGH = (5.0, 40.0, 100.0, 500.0, 1500.0, 3000.0)
"""Errors as the register states them, metres."""


def layer(given: Sequence[tuple[str, shapely.Geometry, float]]) -> Layer:
    """Id, shape in metres and error of each feature."""
    shapes = np.empty(len(given), dtype=object)
    shapes[:] = [shape for _, shape, _ in given]
    ids = np.array([name for name, *_ in given], dtype=object)
    return Layer("EPSG:4547", ids, shapes, np.array([error for *_, error in given], dtype=float))


def city(n: int, seed: int, kinds: str = "mixed", prefix: str = "f", errors: Sequence[float] = ROUGH) -> Layer:
    """Points, or points, lines and areas in equal parts, in the box of the city (EPSG:4547), in no order of place."""
    source = np.random.default_rng(seed)
    middle = source.uniform((400_000, 2_510_000), (460_000, 2_560_000), (n, 2))
    shapes = shapely.points(middle)
    if kinds == "mixed":
        angle, length = source.uniform(0, 2 * np.pi, n), source.uniform(200, 3_000, n)
        way = np.column_stack([np.cos(angle), np.sin(angle)]) * length[:, None]
        steps = np.linspace(-0.5, 0.5, 8)[None, :, None]
        lines = shapely.linestrings(middle[:, None] + way[:, None] * steps + source.normal(0, 30, (n, 8, 2)))
        areas = shapely.buffer(shapes, source.uniform(50, 400, n), quad_segs=4)
        kind = np.arange(n) % 3
        shapes = np.where(kind == 0, shapes, np.where(kind == 1, lines, areas))
    ids = np.array([f"{prefix}{i}" for i in range(n)], dtype=object)
    return Layer("EPSG:4547", ids, np.asarray(shapes, dtype=object), source.choice(np.array(errors), n))


def equal(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Row by row the same ids and words, distances to a micrometre."""
    assert list(found.columns) == list(expected.columns) and len(found) == len(expected) > 0
    for name in expected.columns:
        if expected[name].dtype == float:
            np.testing.assert_allclose(found[name], expected[name], atol=1e-6, rtol=0, err_msg=name)
        else:
            assert found[name].tolist() == expected[name].tolist(), name


def written(path: Path, given: Layer) -> None:
    """A layer as a GeoParquet file."""
    frame = gpd.GeoDataFrame({"id": given.ids, "accuracy_m": given.errors}, geometry=list(given.shapes), crs=given.crs)
    frame.to_parquet(path)


_BASE = [(-1000.0, 0.0), (1000.0, 0.0)]
MEETINGS = {
    "touch": ([(-1000, 1000), (0, 0), (1000, 1000)], _BASE, [False]),
    "stays beside": ([(-1000, 1000), (-100, 0), (100, 0), (1000, 1000)], _BASE, [False]),
    "shared and across": ([(-1000, 1000), (-100, 0), (100, 0), (1000, -1000)], _BASE, [True]),
    "over and back": ([(-1000, 1000), (-20, -20), (20, -20), (1000, 1000)], _BASE, [False, False]),
    "thrice": ([(-1000, 1000), (-20, -20), (0, 20), (1000, -1000)], _BASE, [True, True, True]),
    "across": ([(0, 1000), (0, -1000)], _BASE, [True]),
    "across in a vertex": ([(0, 1000), (0, 0), (100, -1000)], [(-1000, 0), (0, 0), (1000, 0)], [True]),
    "round a bend": ([(-1000, 1000), (0, 0), (1000, 1000)], [(-1000, 500), (0, 0), (1000, 500)], [False]),
    "through a bend": ([(0, 1000), (0, -1000)], [(-1000, 500), (0, 0), (1000, 500)], [True]),
}
"""Two lines that meet, metres, each ±50 m: whether each of their meeting points is a crossing for certain."""


def meeting(name: str) -> tuple[Layer, Layer, list[bool]]:
    """One of `MEETINGS` as two layers, in the city."""
    one, other, sure = MEETINGS[name]
    made = [shapely.LineString(np.add(line, (430_000, 2_540_000))) for line in (one, other)]
    return layer([("a", made[0], 50.0)]), layer([("b", made[1], 50.0)]), sure


def both(first: Layer, second: Layer) -> Layer:
    """The features of two layers in one."""
    columns = ((getattr(each, name) for each in (first, second)) for name in ("ids", "shapes", "errors"))
    return Layer(first.crs, *(np.concatenate(list(column)) for column in columns))
