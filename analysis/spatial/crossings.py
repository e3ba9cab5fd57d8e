"""Where lines cross: each other, and rivers; and whether they certainly do."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, span
from analysis.spatial.findings import Finding, Ties, said, ties
from analysis.spatial.ground import Ground, Mask, ground_of, members
from analysis.spatial.limits import LIMITS, at_limits
from analysis.view import View
from geodata.model import Feature
from geodata.positions import to_degrees


def crossings(view: View, first: str, second: str) -> list[Finding]:
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
    seen: set[frozenset[str]] = set()
    for place, at in _meeting(start, goal):
        one, other = str(start.ids[place]), str(goal.ids[at])
        pair = frozenset((one, other))
        if one == other or pair in seen or _is_one_line(features[one], features[other]):
            continue
        seen.add(pair)
        for point in meeting_points(start.shapes[place], goal.shapes[at]):
            found.append(_finding(start, place, goal, at, point, known))
    return found


def _whole(view: View, name: str) -> Mask:
    """The features that are asked for; of a theme not those that are a section of another one."""
    kept: Mask = members(view, name) & ~(view.register.sections & (name in view.register.themes))
    return kept


def _lines(ground: Ground) -> Ground:
    return ground.only(shapely.get_dimensions(ground.shapes) == 1)


def _meeting(start: Ground, goal: Ground) -> Iterator[tuple[int, int]]:
    if not len(start.ids) or not len(goal.ids):
        return
    places, ats = goal.tree.query(start.shapes, predicate="intersects")
    yield from sorted(zip(places.tolist(), ats.tolist(), strict=True))


def _is_one_line(one: Feature, other: Feature) -> bool:
    """Whether they are parts of one whole, or one is part of the other."""
    return one.part_of == other.id or other.part_of == one.id or (bool(one.part_of) and one.part_of == other.part_of)


def meeting_points(one: LineString, other: LineString) -> list[Point]:
    """A point for each crossing; of a stretch that both share its middle."""
    met = shapely.get_parts(shapely.intersection(one, other))
    shared = MultiLineString(_of_dimension(met, 1))
    merged = shapely.get_parts(shapely.line_merge(shared)) if not shared.is_empty else []
    middles = [shapely.line_interpolate_point(line, 0.5, normalized=True) for line in merged if not line.is_empty]
    return [*_of_dimension(met, 0), *middles]


def _of_dimension(shapes: np.ndarray, dimension: int) -> list[shapely.Geometry]:
    return [shape for shape in shapes if shapely.get_dimensions(shape) == dimension and not shape.is_empty]


def _finding(start: Ground, place: int, goal: Ground, at: int, point: Point, known: Ties) -> Finding:
    one, other = str(start.ids[place]), str(goal.ids[at])
    error = float(start.errors[place] + goal.errors[at])
    far = span(0.0, float(start.errors[place]), float(goal.errors[at]))
    sure = CANNOT_TELL
    if not math.isnan(error):
        lines = (start.shapes[place], goal.shapes[at]), (goal.shapes[at], start.shapes[place])
        sure = CERTAIN if all(_goes_on(line, across, point, error) for line, across in lines) else POSSIBLE
    here = to_degrees(point, start.crs)
    lon, lat = round(here.x, 6), round(here.y, 6)
    sentence = said(f"crossing-{sure}", a=start.names[one], b=goal.names[other], lon=f"{lon:.4f}", lat=f"{lat:.4f}")
    return Finding(
        one, other, far, sure, sentence, Point(lon, lat), *known.behind(one, other), {"lon": lon, "lat": lat}
    )


def certainly_cross(start: Ground, place: int, goal: Ground, at: int) -> bool:
    """Whether two lines cross somewhere for every true position that they may have."""
    one, other = start.shapes[place], goal.shapes[at]
    error = float(start.errors[place] + goal.errors[at])
    if (
        math.isnan(error)
        or min(shapely.get_dimensions([one, other])) < 1
        or max(shapely.get_dimensions([one, other])) > 1
    ):
        return False
    pairs = (one, other), (other, one)
    return any(all(_goes_on(*pair, point, error) for pair in pairs) for point in meeting_points(one, other))


def _goes_on(line: LineString, across: LineString, point: Point, error: float) -> bool:
    """Whether a line, both ways from a crossing, comes farther from the other one than both may be off."""
    part = min(shapely.get_parts(line), key=lambda each: float(shapely.distance(each, point)))
    at = float(shapely.line_locate_point(part, point))
    steps = np.arange(1.0, 41.0) * max(error, 1.0) / 4
    for way in (-1.0, 1.0):
        places = np.clip(at + way * steps, 0, part.length)
        beyond = shapely.distance(shapely.line_interpolate_point(part, places), across)
        if not (beyond > error).any():
            return False
    return True
