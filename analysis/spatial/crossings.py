"""Where lines cross: each other, and rivers; and whether they certainly do."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import Span
from analysis.spatial.engines.face import Engine, one
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.engines.pairs import both_go_on, points_of
from analysis.spatial.findings import Finding, said, ties
from analysis.spatial.ground import Ground, Mask, ground_of, members
from analysis.spatial.limits import LIMITS, at_limits
from analysis.view import View
from geodata.model import Feature
from geodata.positions import to_degrees
from geodata.text import Text


def crossings(view: View, first: str, second: str, *, engine: Engine = IN_PROCESS) -> list[Finding]:
    """Where lines of `first` cross lines of `second`, each a theme or the id of a feature, in the order of the former.

    A crossing is certain where each line goes on, on both sides of the other, farther than both positions may be off;
    it is possible otherwise, and nothing is told where an error is not stated. Parts of one whole do not cross, and
    sections are left to their whole.
    `second` may be `LIMITS`: the known limits of the city, and the ends that stop near one (see `limits`).
    UnknownPlace for what is neither a theme nor a feature.
    """
    if second == LIMITS:
        return at_limits(view, first)
    start, goal = (_lines(ground_of(view, _whole(view, name))) for name in (first, second))
    known, found = ties(view), list[Finding]()
    features = view.register.by_id(Feature)
    seen: dict[frozenset[str], tuple[str, str]] = {}
    for row in one(engine.crossings(start, goal)).itertuples(index=False):
        pair = (row.first, row.second)
        if row.first == row.second or _is_one_line(features[row.first], features[row.second]):
            continue
        # Each pair once, in the order in which it was found first.
        if seen.setdefault(frozenset(pair), pair) != pair:
            continue
        far = Span(0.0, float(row.low), float(row.high))
        here, more = crossing_place(row, start.crs)
        sentence = crossing_sentence(start.names[row.first], goal.names[row.second], row.sure, here)
        found.append(Finding(*pair, far, row.sure, sentence, here, *known.behind(*pair), more))
    return found


def crossing_place(row: Any, crs: str) -> tuple[Point, dict[str, float]]:
    """Where a crossing is (EPSG:4326, six digits); `row` is one of the table of `Engine.crossings`."""
    here = to_degrees(Point(row.x, row.y), crs)
    lon, lat = round(here.x, 6), round(here.y, 6)
    return Point(lon, lat), {"lon": lon, "lat": lat}


def crossing_sentence(one_: Text, other: Text, sure: str, here: Point) -> Text:
    """That two lines cross, as sure as it is."""
    return said(f"crossing-{sure}", a=one_, b=other, lon=f"{here.x:.4f}", lat=f"{here.y:.4f}")


def _whole(view: View, name: str) -> Mask:
    """The features that are asked for; of a theme not those that are a section of another one."""
    kept: Mask = members(view, name) & ~(view.register.sections & (name in view.register.themes))
    return kept


def _lines(ground: Ground) -> Ground:
    return ground.only(shapely.get_dimensions(ground.shapes) == 1)


def _is_one_line(one_: Feature, other: Feature) -> bool:
    """Whether they are parts of one whole, or one is part of the other."""
    return (
        one_.part_of == other.id or other.part_of == one_.id or (bool(one_.part_of) and one_.part_of == other.part_of)
    )


def meeting_points(one_: BaseGeometry, other: BaseGeometry) -> list[Point]:
    """A point for each crossing of two lines; of a stretch that both share its middle."""
    _, points = points_of(np.array([one_], dtype=object), np.array([other], dtype=object))
    return list(points)


def certainly_cross(start: Ground, place: int, goal: Ground, at: int) -> bool:
    """Whether two lines cross somewhere for every true position that they may have."""
    shapes = start.shapes[[place]], goal.shapes[[at]]
    error = start.errors[[place]] + goal.errors[[at]]
    if np.isnan(error).any() or any((shapely.get_dimensions(each) != 1).any() for each in shapes):
        return False
    pair, points = points_of(*shapes)
    return bool(both_go_on(shapes[0][pair], shapes[1][pair], points, error[pair]).any())
