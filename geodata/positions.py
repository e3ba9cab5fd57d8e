"""Where positions may lie: bounds, swapped axes and the shifts of GCJ-02 and BD-09.

Storage is WGS 84 (EPSG:4326), longitude before latitude, degrees. Distances are
measured in the metric system of the place, metres.
"""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.faults import TEXTS
from geodata.place import STORAGE_CRS, Box, Place
from geodata.text import Text


@cache
def _transformer(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(STORAGE_CRS, crs, always_xy=True)


def metric(coordinates: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Rows of longitude and latitude as rows of east and north in `crs`, a projected system in metres."""
    east, north = _transformer(crs).transform(coordinates[:, 0], coordinates[:, 1])
    return np.column_stack([east, north])


def to_metric(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """`geometry` (degrees, lon/lat) in `crs`, a projected system in metres (east/north)."""
    projected: BaseGeometry = shapely.transform(geometry, lambda coordinates: metric(coordinates, crs))
    return projected


def to_degrees(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """`geometry` in `crs` (metres, east/north) in degrees, lon/lat (EPSG:4326)."""

    def back(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = _transformer(crs).transform(coordinates[:, 0], coordinates[:, 1], direction="INVERSE")
        return np.column_stack([lon, lat])

    found: BaseGeometry = shapely.transform(geometry, back)
    return found


def position_fault(geometry: BaseGeometry, outside: bool, region: Box) -> tuple[Text, Text] | None:
    """What is wrong with a position (EPSG:4326), as (found, expected); None when it is plausible in `region`.

    `outside` is True for places that the register says lie outside the city: they
    only have to be on Earth.
    """
    west, south, east, north = shapely.bounds(geometry)
    on_earth = west >= -180 and east <= 180 and south >= -90 and north <= 90
    if not on_earth or (not outside and not _within((west, south, east, north), region)):
        found = TEXTS["fault-position"].filled(west=west, south=south, east=east, north=north)
        if _within((south, west, north, east), region) or (not on_earth and abs(west) <= 90):
            return TEXTS["fault-swapped"].filled(position=found), TEXTS["fault-want-longitude-first"]
        if abs(west) > 1000:
            return TEXTS["fault-metres"].filled(position=found), TEXTS["fault-want-degrees"]
        if outside:
            return found, TEXTS["fault-want-on-earth"]
        box = dict(zip(("west", "south", "east", "north"), region, strict=True))
        return found, TEXTS["fault-want-in-box"].filled(**box)
    if outside and (north > 88 or south < -88 or _within((west, south, east, north), (-0.1, -0.1, 0.1, 0.1))):
        found = TEXTS["fault-position"].filled(west=west, south=south, east=east, north=north)
        return found, TEXTS["fault-want-a-place"]
    return None


def _within(inner: Box, outer: Box) -> bool:
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


GCJ, BD = "gcj", "bd"
"""What Chinese web maps use in place of WGS 84: GCJ-02 (most of them), BD-09 (Baidu)."""
_TURN = np.pi * 3000 / 180


def from_bd(geometry: BaseGeometry) -> BaseGeometry:
    """`geometry` in degrees of GCJ-02, given in those of BD-09: the published formula, good to a metre."""

    def back(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = coordinates[:, 0] - 0.0065, coordinates[:, 1] - 0.006
        far = np.hypot(x, y) - 0.00002 * np.sin(y * _TURN)
        angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _TURN)
        return np.column_stack([far * np.cos(angle), far * np.sin(angle)])

    moved: BaseGeometry = shapely.transform(geometry, back)
    return moved


def looks_gcj(geometry: BaseGeometry, control: BaseGeometry, place: Place) -> bool:
    """Whether `geometry` misses its control point, and meets it once the GCJ-02 shift is taken off.

    Both in degrees, lon/lat. The control point lies on the true geometry within 150 m.
    """
    metric, point = (to_metric(each, place.metric_crs) for each in (geometry, control))
    return shift_of(geometry, control, float(shapely.distance(metric, point)), place) == GCJ


def shift_of(geometry: BaseGeometry, control: BaseGeometry, distance: float, place: Place) -> str:
    """GCJ or BD, if `geometry` meets its control point once that shift is taken off; empty if neither helps.

    Both in degrees, lon/lat; `distance` is what lies between them, in metres. Within 250 m no shift is told.
    """
    if place.datum_shift_m is None or distance <= 250:
        return ""
    point = to_metric(control, place.metric_crs)
    shift = np.array(place.datum_shift_m)
    for name, as_gcj in ((GCJ, geometry), (BD, from_bd(geometry))):
        moved = shapely.transform(to_metric(as_gcj, place.metric_crs), lambda xy: xy - shift)
        if shapely.distance(moved, point) < 150:
            return name
    return ""
