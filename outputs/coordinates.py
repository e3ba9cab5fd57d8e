"""A point that stands for each feature in a table: degrees, and metres with the north first in name, not in doubt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyproj
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geodata.place import STORAGE_CRS
from outputs.words import words

NAMES = ("lon", "lat", words("north-column", "zh"), words("east-column", "zh"))
"""Columns: degrees of EPSG:4326; metres of the metric system of the place, x and y called by what they are."""


def titles(crs: str, lang: str) -> list[str]:
    """What the columns are called; `crs` is the metric system."""
    return [words(f"coordinate-{key}", lang, crs=crs) for key in ("lon", "lat", "north", "east")]


def coordinates(shapes: Iterable[BaseGeometry | None], crs: str) -> list[list[float | None]]:
    """Longitude and latitude, north and east in `crs` of a point on each shape (EPSG:4326); None without a shape.

    Of a line it is the middle of its longest part, of an area a point inside. Six and one digits after the point.
    """
    to_metres = pyproj.Transformer.from_crs(STORAGE_CRS, crs, always_xy=True)
    found: list[list[float | None]] = []
    for shape in shapes:
        if shape is None or shape.is_empty:
            found.append([None] * len(NAMES))
            continue
        point = point_of(shape)
        east, north = to_metres.transform(point.x, point.y)
        found.append([round(point.x, 6), round(point.y, 6), round(north, 1), round(east, 1)])
    return found


def point_of(shape: BaseGeometry) -> Point:
    """The first point, the middle of the longest line, or a point inside the largest area."""
    parts: list[Any] = sorted(shapely.get_parts(shape), key=lambda part: (part.area, part.length), reverse=True)
    largest = parts[0]
    if shapely.get_dimensions(largest) == 1:
        middle: Point = shapely.line_interpolate_point(largest, 0.5, normalized=True)
        return middle
    inside: Point = largest if shapely.get_dimensions(largest) == 0 else largest.representative_point()
    return inside
