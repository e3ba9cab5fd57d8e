"""Where positions may lie: bounds, swapped axes and the GCJ-02 shift.

Storage is WGS 84 (EPSG:4326), longitude before latitude, degrees. Distances are
measured in CGCS2000 / 3-degree Gauss-Kruger CM 114E (EPSG:4547), metres.
"""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

STORAGE_CRS = "EPSG:4326"
METRIC_CRS = "EPSG:4547"
REGION = (113.2, 22.3, 114.7, 23.6)
"""Longitude and latitude box (west, south, east, north) of Dongguan and its neighbours."""

GCJ_SHIFT_M = (518.0, -310.0)
"""East and north shift of GCJ-02 against WGS 84 around Dongguan.

Mean over a grid of the region, by the published approximation of the GCJ-02
transform; it varies by less than 35 m here.
"""


@cache
def _to_metric() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(STORAGE_CRS, METRIC_CRS, always_xy=True)


def to_metric(geometry: BaseGeometry) -> BaseGeometry:
    """`geometry` (degrees, lon/lat) in EPSG:4547 (metres, east/north)."""

    def transform(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = _to_metric().transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([east, north])

    projected: BaseGeometry = shapely.transform(geometry, transform)
    return projected


def position_fault(geometry: BaseGeometry, outside: bool) -> tuple[str, str] | None:
    """What is wrong with a position, as (found, expected); None when it is plausible.

    `outside` is True for places that the register says lie outside the city: they
    only have to be on Earth.
    """
    west, south, east, north = shapely.bounds(geometry)
    found = f"longitude {west:.4f}…{east:.4f}, latitude {south:.4f}…{north:.4f}"
    on_earth = west >= -180 and east <= 180 and south >= -90 and north <= 90
    if not on_earth or (not outside and not _within((west, south, east, north), REGION)):
        if _within((south, west, north, east), REGION) or (not on_earth and abs(west) <= 90):
            return found + " (the axes look swapped)", "longitude first, then latitude"
        if abs(west) > 1000:
            return found + " (these look like metres)", "degrees in WGS 84 (EPSG:4326)"
        box = f"longitude {REGION[0]}…{REGION[2]}, latitude {REGION[1]}…{REGION[3]}"
        return found, "longitude -180…180 and latitude -90…90" if outside else f"{box}, or location = outside"
    return None


def _within(inner: tuple[float, float, float, float], outer: tuple[float, float, float, float]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def outside_area(geometry: gpd.GeoSeries, crs: str) -> NDArray[np.bool_]:
    """Which shapes (EPSG:4326) lie outside the area for which a projected system is made; none for degrees.

    Their coordinates in that system can be computed but not trusted.
    """
    system = pyproj.CRS.from_user_input(crs)
    if not system.is_projected or system.area_of_use is None:
        return np.zeros(len(geometry), dtype=bool)
    inside = geometry.intersects(shapely.box(*system.area_of_use.bounds))
    outside: NDArray[np.bool_] = (geometry.notna() & ~inside).to_numpy()
    return outside


def looks_gcj(geometry: BaseGeometry, control: BaseGeometry) -> bool:
    """Whether `geometry` misses its control point, and meets it once the GCJ-02 shift is taken off.

    Both in degrees, lon/lat. The control point lies on the true geometry within 150 m.
    """
    metric, point = to_metric(geometry), to_metric(control)
    east, north = GCJ_SHIFT_M
    moved = shapely.transform(metric, lambda xy: xy - np.array([east, north]))
    return bool(shapely.distance(metric, point) > 250 and shapely.distance(moved, point) < 150)
