"""Seeded test features in the box of the city: points, lines and polygons, a stage and an agency each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.apps.common import AGENCIES, STAGES

WEST, SOUTH, EAST, NORTH = 113.51, 22.65, 114.27, 23.15
REACH = 0.01
"""Degrees that a feature may reach from its place."""
KINDS = ("point", "line", "polygon")


def features(n: int, seed: int = 20) -> gpd.GeoDataFrame:
    """`n` features (EPSG:4326, lon/lat) with id, name, kind, stage (code) and agency."""
    rng = np.random.default_rng(seed)
    places = np.column_stack([rng.uniform(WEST + REACH, EAST - REACH, n), rng.uniform(SOUTH + REACH, NORTH - REACH, n)])
    kind = np.arange(n) % len(KINDS)
    shapes = np.empty(n, dtype=object)
    shapes[kind == 0] = shapely.points(places[kind == 0])
    shapes[kind == 1] = shapely.linestrings(_walks(places[kind == 1], rng))
    shapes[kind == 2] = shapely.polygons(_rings(places[kind == 2], rng))
    columns = {
        "id": [f"f-{i:06d}" for i in range(n)],
        "name": [f"Feature {i}" for i in range(n)],
        "kind": np.array(KINDS)[kind],
        "stage": np.array(STAGES)[rng.integers(0, len(STAGES), n)],
        "agency": np.array(AGENCIES)[rng.integers(0, len(AGENCIES), n)],
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _walks(places: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Lines of eight vertices that wander off from their places."""
    steps = rng.normal(0, REACH / 6, (len(places), 8, 2)).cumsum(axis=1)
    walks: NDArray[np.float64] = places[:, None, :] + steps.clip(-REACH, REACH)
    return walks


def _rings(places: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Closed rings of twelve vertices around their places."""
    angle = np.linspace(0, 2 * np.pi, 13)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    radius = rng.uniform(0.1, 0.4, (len(places), 1)) * rng.uniform(0.7, 1.0, (len(places), 13)) * REACH
    radius[:, -1] = radius[:, 0]
    rings: NDArray[np.float64] = places[:, None, :] + circle[None] * radius[:, :, None]
    return rings


def by_stage(frame: gpd.GeoDataFrame) -> dict[str, int]:
    """How many features each stage has."""
    return {str(stage): int(count) for stage, count in frame["stage"].value_counts().items()}
