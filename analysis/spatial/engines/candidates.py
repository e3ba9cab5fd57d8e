"""Which pairs can be among the nearest: bounds that are cheap to compute leave few distances to be measured."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from analysis.spatial.engines.face import Ids, Layer, Mask, Numbers, Places
from analysis.spatial.engines.grid import Grid

AT_ONCE = 2_000_000
"""Pairs that are held in memory at once."""
EQUAL = 6
"""Digits of a metre to which distances are compared."""
SLACK = 1e-6
"""Metres that a bound is widened by, for what is lost in rounding."""
_APART = 100_000
"""Pairs from which more than one thread pays; the measuring of distances lets others run."""
_FEW = 20
"""So many features are measured all, without bounds."""


@dataclass(frozen=True)
class Best:
    """The `m` nearest of each row, nearest first: arrays of rows × m."""

    places: Places
    """-1 where there is no further one."""
    metres: Numbers
    """Infinite there."""


def measured(one: Ids, other: Ids) -> Numbers:
    """The distance of each pair of shapes, metres."""
    threads = min(os.cpu_count() or 1, len(one) // _APART + 1)
    if threads < 2:
        found: Numbers = shapely.distance(one, other)
        return found
    with ThreadPoolExecutor(threads) as pool:
        parts = (np.array_split(each, threads) for each in (one, other))
        return np.concatenate(list(pool.map(shapely.distance, *parts)))


def middles(shapes: Ids) -> Numbers:
    """A corner of each shape, half way along its course: no distance to a shape is larger than that to its corner."""
    coordinates, index = shapely.get_coordinates(shapes, return_index=True)
    counts = np.bincount(index, minlength=len(shapes))
    found: Numbers = coordinates[np.cumsum(counts) - counts + counts // 2]
    return found


def between_boxes(one: Numbers, other: Numbers) -> Numbers:
    """The least distance of each pair of boxes (west, south, east, north)."""
    x = np.maximum(0.0, np.maximum(one[:, 0] - other[:, 2], other[:, 0] - one[:, 2]))
    y = np.maximum(0.0, np.maximum(one[:, 1] - other[:, 3], other[:, 1] - one[:, 3]))
    found: Numbers = np.sqrt(x * x + y * y)
    return found


def not_self(first: Layer, second: Layer, rows: Places, places: Places) -> Mask:
    """Which pairs are of two features."""
    differs: Mask = (first.ids[rows] != second.ids[places]).astype(bool)
    return differs


def share_ids(first: Layer, second: Layer) -> bool:
    """Whether a feature lies in both."""
    return first is second or not set(first.ids.tolist()).isdisjoint(second.at)


def best(first: Layer, second: Layer, m: int) -> Best:
    """For each row of `first` its `m` nearest in `second`, never one of its own id; as many rows as fit in memory."""
    shared = share_ids(first, second)
    if len(second.ids) <= _FEW or len(first.ids) * len(second.ids) <= AT_ONCE // 20:
        rows = np.repeat(np.arange(len(first.ids)), len(second.ids))
        places = np.tile(np.arange(len(second.ids)), len(first.ids))
        return _measured_best(first, second, rows, places, m, shared)
    roots = middles(first.shapes)
    near = _nearest_corners(first, second, roots, m, shared)
    if _are_points(first) and _are_points(second):
        return near
    rows, at = np.nonzero(near.places >= 0)
    places = near.places[rows, at]
    metres = np.full(near.metres.shape, np.inf)
    metres[rows, at] = measured(first.shapes[rows], second.shapes[places])
    more = _in_reach(first, second, metres.max(axis=1, initial=0.0), near.places, shared)
    all_rows, all_places = np.concatenate([rows, more[0]]), np.concatenate([places, more[1]])
    all_metres = np.concatenate([metres[rows, at], measured(first.shapes[more[0]], second.shapes[more[1]])])
    by = np.argsort(all_rows, kind="stable")
    return chosen(all_rows[by], all_places[by], all_metres[by], (len(first.ids), m), second.order)


def _measured_best(first: Layer, second: Layer, rows: Places, places: Places, m: int, shared: bool) -> Best:
    if shared:
        keep = not_self(first, second, rows, places)
        rows, places = rows[keep], places[keep]
    metres = measured(first.shapes[rows], second.shapes[places])
    return chosen(rows, places, metres, (len(first.ids), m), second.order)


def _are_points(layer: Layer) -> bool:
    return bool((shapely.get_type_id(layer.shapes) == 0).all())


def chosen(rows: Places, places: Places, metres: Numbers, shape: tuple[int, int], order: Places) -> Best:
    """The nearest pairs of each row; `rows` are sorted, `shape` is how many there are and how many are wanted."""
    found = Best(np.full(shape, -1, dtype=np.int64), np.full(shape, np.inf))
    by, left = order[places], np.round(metres, EQUAL)
    index = np.arange(len(rows))
    for rank in range(shape[1]):
        if not len(index):
            break
        begins = np.flatnonzero(np.diff(rows[index], prepend=-1))
        lengths = np.diff(np.append(begins, len(index)))
        least = left[index] == np.repeat(np.minimum.reduceat(left[index], begins), lengths)
        tied = np.where(least, by[index], np.iinfo(np.int64).max)
        first = tied == np.repeat(np.minimum.reduceat(tied, begins), lengths)
        pick = index[first]
        found.places[rows[pick], rank], found.metres[rows[pick], rank] = places[pick], metres[pick]
        index = index[~first]
    return found


def _nearest_corners(first: Layer, second: Layer, roots: Numbers, m: int, shared: bool) -> Best:
    """The `m` nearest corners of each corner: in a grid, and by growing circles where that tells too little."""
    theirs = middles(second.shapes)
    grid = Grid.of(theirs, m + shared)
    rows, places, sound = grid.around(roots)
    if shared:
        keep = not_self(first, second, rows, places)
        rows, places = rows[keep], places[keep]
    apart = roots[rows] - theirs[places]
    metres = np.sqrt(apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1])
    found = chosen(rows, places, metres, (len(roots), m), second.order)
    weak = np.flatnonzero(found.metres[:, -1] > sound)
    if len(weak):
        wide = _circles(first, second, roots, theirs, weak, m, shared)
        found.places[weak], found.metres[weak] = wide.places, wide.metres
    return found


def _circles(first: Layer, second: Layer, roots: Numbers, theirs: Numbers, rows: Places, m: int, shared: bool) -> Best:
    tree, points = shapely.STRtree(shapely.points(theirs)), shapely.points(roots[rows])
    (index, _), start = tree.query_nearest(points, all_matches=False, return_distance=True)
    reach = np.zeros(len(rows))
    reach[index] = start
    spread = float(np.hypot(*np.ptp(theirs, axis=0)))
    step = max(spread * np.sqrt((m + 1) / len(theirs)), 1.0)
    found = Best(np.full((len(rows), m), -1, dtype=np.int64), np.full((len(rows), m), np.inf))
    left = np.arange(len(rows))
    while len(left):
        one, places = tree.query(points[left], predicate="dwithin", distance=reach[left] + step)
        if shared:
            keep = not_self(first, second, rows[left[one]], places)
            one, places = one[keep], places[keep]
        apart = roots[rows[left[one]]] - theirs[places]
        metres = np.sqrt(apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1])
        wide = chosen(one, places, metres, (len(left), m), second.order)
        found.places[left], found.metres[left] = wide.places, wide.metres
        # Past the whole layer there is nothing more to find.
        left = left[(wide.places[:, -1] < 0) & (step < 2 * spread)]
        step *= 2
    return found


def _in_reach(first: Layer, second: Layer, reach: Numbers, known: Places, shared: bool) -> tuple[Places, Places]:
    """Pairs whose boxes are as near as `reach` of the row; those that are `known` (rows × m) left out."""
    rows, places = boxes_within(first, second, np.minimum(reach, 1e9))
    keep = np.ones(len(rows), dtype=bool)
    for column in known.T:
        keep &= column[rows] != places
    if shared:
        keep &= not_self(first, second, rows, places)
    return rows[keep], places[keep]


def boxes_within(first: Layer, second: Layer, reach: Numbers) -> tuple[Places, Places]:
    """Pairs whose boxes are as near as `reach` metres of the row: all that are as near themselves, and some more."""
    boxes, theirs = shapely.bounds(first.shapes), shapely.bounds(second.shapes)
    wide = reach[:, None] + SLACK
    rows, places = second.tree.query(shapely.box(*np.hstack([boxes[:, :2] - wide, boxes[:, 2:] + wide]).T))
    keep = between_boxes(boxes[rows], theirs[places]) <= wide[rows, 0]
    return rows[keep], places[keep]
