"""Pairs within a distance, and where lines cross: for two layers in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, spans, sure_within
from analysis.spatial.engines.candidates import boxes_within, measured
from analysis.spatial.engines.face import Ids, Layer, Mask, Numbers, Places

_ROWS = 5_000
"""Rows whose pairs are looked for at once, and crossings that are followed at once."""
_STEPS = np.arange(1.0, 41.0)
"""How far a line is followed on either side of a crossing, in quarters of the error."""


def within_table(first: Layer, second: Layer, limit: float, once: bool = False) -> Iterator[pd.DataFrame]:
    """`Engine.within` for two layers in memory."""
    for begin in range(0, len(first.ids), _ROWS):
        part = first if len(first.ids) <= _ROWS else first.part(slice(begin, begin + _ROWS))
        rows, places = _within(part, second, limit, once)
        yield within_rows(part, second, (rows, places), limit, once)


def within_rows(first: Layer, second: Layer, pairs: tuple[Places, Places], limit: float, once: bool) -> pd.DataFrame:
    """Of pairs of places those that may lie within `limit`, by the orders of both layers."""
    rows, places = pairs
    metres = measured(first.shapes[rows], second.shapes[places])
    error = first.errors[rows] + second.errors[places]
    low, high = spans(metres, error)
    sure = sure_within(metres, low, high, limit)
    # What has no error that is stated may lie anywhere: it is told of what is drawn within the limit alone.
    keep = np.flatnonzero((sure != "") & (~np.isnan(error) | (metres <= limit)))
    keep = keep[np.lexsort((second.order[places[keep]], first.order[rows[keep]]))]
    one, other = rows[keep], places[keep]
    columns = {
        "first": first.ids[one], "second": second.ids[other], "metres": metres[keep],
        "low": low[keep], "high": high[keep], "sure": sure[keep],
    }  # fmt: skip
    if once:
        columns["crosses"] = certainly_cross(first, second, one, other, metres[keep])
    return pd.DataFrame(columns)


def _within(first: Layer, second: Layer, limit: float, once: bool) -> tuple[Places, Places]:
    """Pairs that may lie within the limit, and some more."""
    mine = np.nan_to_num(first.errors, nan=0.0)
    rows, places = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for largest, alike, some in second.alike:
        one, at = boxes_within(first, some, limit + mine + largest)
        keep = apart(first, second, one, alike[at], once)
        rows.append(one[keep])
        places.append(alike[at][keep])
    return np.concatenate(rows), np.concatenate(places)


def apart(first: Layer, second: Layer, rows: Places, places: Places, once: bool) -> Mask:
    """Pairs of two features; `once`: in their order alone."""
    if once:
        before: Mask = first.order[rows] < second.order[places]
        return before
    differs: Mask = (first.ids[rows] != second.ids[places]).astype(bool)
    return differs


def certainly_cross(first: Layer, second: Layer, rows: Places, places: Places, metres: Numbers) -> Mask:
    """Which pairs of places, `metres` apart, are lines that cross somewhere for every true position."""
    found = np.zeros(len(rows), dtype=bool)
    error = first.errors[rows] + second.errors[places]
    lines = (shapely.get_dimensions(first.shapes[rows]) == 1) & (shapely.get_dimensions(second.shapes[places]) == 1)
    met = np.flatnonzero(lines & (metres == 0) & ~np.isnan(error))
    pair, points = points_of(first.shapes[rows[met]], second.shapes[places[met]])
    whole = met[pair]
    sure = both_go_on(first.shapes[rows[whole]], second.shapes[places[whole]], points, error[whole])
    found[whole[sure]] = True
    return found


def crossings_table(first: Layer, second: Layer, once: bool = False) -> Iterator[pd.DataFrame]:
    """`Engine.crossings` for two layers in memory."""
    start, goal = lines_of(first), lines_of(second)
    for begin in range(0, len(start.ids), _ROWS):
        part = start if len(start.ids) <= _ROWS else start.part(slice(begin, begin + _ROWS))
        rows, places = goal.tree.query(part.shapes, predicate="intersects")
        yield crossing_rows(part, goal, (rows, places), once)


def lines_of(layer: Layer) -> Layer:
    """The lines of a layer."""
    are = shapely.get_dimensions(layer.shapes) == 1
    return layer if are.all() else layer.part(are)


def crossing_rows(first: Layer, second: Layer, pairs: tuple[Places, Places], once: bool) -> pd.DataFrame:
    """The crossings of pairs of lines that meet, by the orders of both layers."""
    rows, places = pairs
    keep = apart(first, second, rows, places, once)
    rows, places = rows[keep], places[keep]
    by = np.lexsort((second.order[places], first.order[rows]))
    rows, places = rows[by], places[by]
    pair, points = points_of(first.shapes[rows], second.shapes[places])
    rows, places = rows[pair], places[pair]
    error = first.errors[rows] + second.errors[places]
    low, high = spans(np.zeros(len(rows)), error)
    certain = both_go_on(first.shapes[rows], second.shapes[places], points, error)
    sure = np.where(np.isnan(error), CANNOT_TELL, np.where(certain, CERTAIN, POSSIBLE)).astype(object)
    return pd.DataFrame(
        {
            "first": first.ids[rows], "second": second.ids[places], "metres": np.zeros(len(rows)),
            "low": low, "high": high, "sure": sure, "x": shapely.get_x(points), "y": shapely.get_y(points),
        }
    )  # fmt: skip


def points_of(one: Ids, other: Ids) -> tuple[Places, Ids]:
    """A point for each crossing of each pair of lines, with the place of the pair; of a shared stretch its middle."""
    met, pair = shapely.get_parts(shapely.intersection(one, other), return_index=True)
    dimensions = shapely.get_dimensions(met)
    there = ~shapely.is_empty(met)
    are_points, are_lines = there & (dimensions == 0), there & (dimensions == 1)
    places, points, later = [pair[are_points]], [met[are_points]], [np.zeros(are_points.sum(), dtype=int)]
    for each in np.unique(pair[are_lines]):
        shared = shapely.line_merge(shapely.multilinestrings(met[are_lines & (pair == each)]))
        stretches = shapely.get_parts(shared)
        points.append(shapely.line_interpolate_point(stretches, 0.5, normalized=True))
        places.append(np.full(len(stretches), each))
        later.append(np.ones(len(stretches), dtype=int))
    whole, found = np.concatenate(places).astype(np.int64), np.concatenate(points)
    by = np.lexsort((np.concatenate(later), whole))
    return whole[by], found[by]


def both_go_on(one: Ids, other: Ids, points: Ids, error: Numbers) -> Mask:
    """Whether both lines, on both sides of a crossing, come farther from each other than `error` metres, and across.

    What touches, or leaves a shared stretch to the side from which it came, goes on but does not cross.
    """
    found = np.zeros(len(points), dtype=bool)
    for begin in range(0, len(points), _ROWS):
        now = slice(begin, begin + _ROWS)
        lines, across = nearest_part_of(one[now], points[now]), nearest_part_of(other[now], points[now])
        mine = _goes_on(lines, other[now], points[now], error[now])
        theirs = _goes_on(across, one[now], points[now], error[now])
        for row in np.flatnonzero((mine[:, 2] > 0) & (theirs[:, 2] > 0)):
            middle = shapely.get_coordinates(points[now][row])
            here, there = (_stretch(line[row], *to[row, :2]) - middle for line, to in ((lines, mine), (across, theirs)))
            found[begin + row] = _cross_oddly(here, there, float(min(mine[row, 2], theirs[row, 2])))
    return found


def _goes_on(part: Ids, across: Ids, points: Ids, error: Numbers) -> Numbers:
    """For each line: where before and after a crossing it first is farther than `error` from the other, in metres
    along it, and by how much at least; not above zero where it is nowhere."""
    found = np.zeros((len(points), 3))
    if not len(points):
        return found
    at, length = shapely.line_locate_point(part, points)[:, None], shapely.length(part)[:, None]
    steps = _STEPS * np.maximum(error, 1.0)[:, None] / 4
    found[:, 2], rows = np.inf, np.arange(len(points))
    for column, way in enumerate((-1.0, 1.0)):
        places = np.clip(at + way * steps, 0, length)
        away = shapely.distance(shapely.line_interpolate_point(part[:, None], places), across[:, None])
        beyond = np.nan_to_num(away - error[:, None], nan=-1.0)
        first = np.argmax(beyond > 0, axis=1)
        found[:, column] = places[rows, first]
        found[:, 2] = np.minimum(found[:, 2], beyond[rows, first])
    return found


def _stretch(line: shapely.LineString, begin: float, end: float) -> Numbers:
    """The vertices of a line from one place to another, both in metres along it."""
    course = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(course, axis=0).T))])
    ends = np.array([[np.interp(place, along, axis) for axis in course.T] for place in (begin, end)])
    return np.vstack([ends[:1], course[(along > begin) & (along < end)], ends[1:]])


def _cross_oddly(one: Numbers, other: Numbers, spare: float) -> bool:
    """Whether two courses cross an odd number of times: then no shift within the error, which keeps the ends of each
    apart from the other, takes them off each other. `spare` is what those ends are farther than the error."""
    # Put aside by less than is spared, vertices and shared stretches of one lie on neither side of the other no more.
    aside = one + min(spare / 2, 1e-4) * np.array([np.cos(1.0), np.sin(1.0)])
    return bool((_apart_by(aside, other) & _apart_by(other, aside).T).sum() % 2)


def _apart_by(one: Numbers, other: Numbers) -> Mask:
    """For each step of `one` and each of `other`: whether the step of `other` has its ends on both sides of it."""
    way, away = np.diff(one, axis=0)[:, None], other[None] - one[:-1, None]
    left = way[..., 0] * away[..., 1] - way[..., 1] * away[..., 0] > 0
    found: Mask = left[:, 1:] != left[:, :-1]
    return found


def nearest_part_of(lines: Ids, points: Ids) -> Ids:
    """Of each line, which may have several parts, the one that is nearest to its point."""
    parts, index = shapely.get_parts(lines, return_index=True)
    if len(parts) == len(lines):
        found: Ids = parts
        return found
    far = shapely.distance(parts, points[index])
    by = np.lexsort((far, index))
    first: Ids = parts[by[np.flatnonzero(np.diff(index[by], prepend=-1))]]
    return first
