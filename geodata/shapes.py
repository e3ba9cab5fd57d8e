"""Whether the geometry of a feature is one that can be drawn, and what is wrong with it if not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from math import isfinite
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geodata.codes import Location
from geodata.faults import TEXTS
from geodata.text import Text

_KINDS = {
    **{"Point": ("point", 0), "MultiPoint": ("point", 1)},
    **{"LineString": ("line", 1), "MultiLineString": ("line", 2)},
    **{"Polygon": ("polygon", 2), "MultiPolygon": ("polygon", 3)},
}
"""The geometries that a feature may have: what each is drawn as, and how deep its positions lie."""
_NUMBERS = (float, int)
_LEAST = {"line": 2, "polygon": 4}
_WANTED = {"point": "fault-want-point-theme", "line": "fault-want-line-theme", "polygon": "fault-want-polygon-theme"}
MOST_POSITIONS = 50_000
"""Of one feature: more of them no screen shows, and some programs take minutes over."""
_SMALLEST = 1e-9
"""Square degrees: some ten square metres."""


class Unfit(ValueError):
    """A geometry that cannot be used; its argument is the `Text` that says what is expected."""


def read_shape(value: Any) -> BaseGeometry:
    """The geometry (degrees, lon/lat) of a GeoJSON object; raises Unfit with what is expected in its place."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "GeometryCollection":
        raise Unfit(TEXTS["fault-want-one-shape"])
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Unfit(TEXTS["fault-want-shape"])
    drawn, depth = _KINDS[kind]
    groups = [[value.get("coordinates")]] if depth == 0 else list(_groups(value.get("coordinates"), depth))
    for position in chain.from_iterable(groups):
        if not _is_position(position):
            raise Unfit(TEXTS["fault-want-no-height" if _has_height(position) else "fault-want-geometry"])
    if sum(map(len, groups)) > MOST_POSITIONS:
        raise Unfit(TEXTS["fault-want-fewer-positions"].filled(n=MOST_POSITIONS))
    least = _LEAST.get(drawn, 1)
    short = next((number for number, group in enumerate(groups, start=1) if len(group) < least), 0)
    if not groups or short:
        raise Unfit(TEXTS["fault-want-positions"].filled(n=least, part=short or 1))
    if drawn != "point":
        _check_course(groups, drawn)
    geometry = shape(value)
    if drawn == "polygon" and not shapely.is_valid(geometry):
        place = shapely.is_valid_reason(geometry).partition("[")[2].rstrip("]")
        raise Unfit(TEXTS["fault-want-simple-ring"].filled(place=place))
    if drawn == "polygon" and shapely.area(geometry) < _SMALLEST:
        raise Unfit(TEXTS["fault-want-area"])
    return geometry


def _groups(value: Any, depth: int) -> Iterator[list[Any]]:
    """The lists of positions in coordinates, whatever their depth."""
    if not isinstance(value, list):
        raise Unfit(TEXTS["fault-want-geometry"])
    if depth == 1:
        yield value
    else:
        for item in value:
            yield from _groups(item, depth - 1)


def _is_position(value: Any) -> bool:
    if type(value) is not list or len(value) != 2:
        return False
    east, north = value
    try:
        return type(east) in _NUMBERS and type(north) in _NUMBERS and isfinite(east) and isfinite(north)
    except OverflowError:
        return False


def _has_height(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 2 and _is_position(value[:2])


def _check_course(groups: list[list[Any]], drawn: str) -> None:
    for number, group in enumerate(groups, start=1):
        if drawn == "polygon" and group[0] != group[-1]:
            raise Unfit(TEXTS["fault-want-closed-ring"].filled(n=number))
        for place, (one, other) in enumerate(pairwise(group), start=2):
            if one == other:
                raise Unfit(TEXTS["fault-want-no-repeat"].filled(n=place))


def theme_fault(geometry: BaseGeometry, usual: str, location: str) -> Text | None:
    """What a feature of a theme is drawn as instead, if not as this; None when it fits.

    A theme of points holds lines too where a feature crosses the limit of the city or runs along it: a channel has
    no one point. Nothing but an area stands in for an area.
    """
    drawn = _KINDS[geometry.geom_type][0]
    long = drawn == "line" and usual == "point" and location in (Location.CROSSING, Location.BOUNDARY)
    return None if not usual or drawn == usual or long else TEXTS[_WANTED[usual]]
