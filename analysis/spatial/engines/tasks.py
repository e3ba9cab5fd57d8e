"""An answer in tasks: each takes one tile of the first layer and of the second what is within reach of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from analysis.spatial.engines.candidates import SLACK, best
from analysis.spatial.engines.corridor import along_table, by_chainage
from analysis.spatial.engines.face import Layer, Numbers, Places, Source, one
from analysis.spatial.engines.geoparquet import Tiles
from analysis.spatial.engines.nearest import Others, look_farther, nearest_of, nearest_table, unknown_itself
from analysis.spatial.engines.pairs import crossings_table, within_table

Held = Layer | Tiles
"""A layer in memory, or one that is read tile by tile."""
_ROWS = 25_000


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked of one part of a layer."""

    kind: str
    first: Held
    number: int
    """The tile of `first`; -1 for a layer in memory."""
    second: Any
    """Held, or what a scheduler puts in its place."""
    told: tuple[Any, ...]


def tasks(kind: str, first: Held, second: Any, *told: Any) -> Iterator[Task]:
    """The tasks of a question; a layer in memory is one."""
    if isinstance(first, Layer):
        yield Task(kind, first, -1, second, told)
        return
    for number in range(len(first.tiles)):
        yield Task(kind, first, number, second, told)


def run(task: Task, second: Held) -> Iterator[pd.DataFrame]:
    """The tables of a task."""
    first = task.first.read(task.number) if isinstance(task.first, Tiles) else task.first
    for part in _parts(first, second):
        yield from _ASKED[task.kind](part, second, *task.told)


def run_whole(task: Task, second: Held) -> pd.DataFrame:
    """The same as one table."""
    return one(run(task, second))


class ByTasks(ABC):
    """The questions of `face.Engine`, for engines that answer them task by task."""

    @abstractmethod
    def _asked(self, kind: str, first: Source, second: Source, *told: Any) -> Iterator[pd.DataFrame]:
        """The tables of the tasks of a question."""

    def nearest(self, first: Source, second: Source, k: int = 1, limit: float | None = None) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        return self._asked("nearest", first, second, k, limit)

    def within(self, first: Source, second: Source, limit: float, once: bool = False) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        return self._asked("within", first, second, limit, once)

    def crossings(self, first: Source, second: Source) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        return self._asked("crossings", first, second, first == second)

    def along(self, line: Layer, second: Source, width: float) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        yield by_chainage(self._asked("along", second, line, width))


def _parts(layer: Layer, second: Held) -> Iterator[Layer]:
    """A layer as it is beside one in memory; beside tiles in parts of neighbours, so that each asks for few tiles."""
    if isinstance(second, Layer) or len(layer.ids) <= 1 or not second.tiles:
        yield layer
        return
    middle = shapely.bounds(layer.shapes)[:, :2]
    spread = np.ptp(middle, axis=0).max()
    if len(layer.ids) <= _ROWS and spread <= np.ptp(second.boxes[:, [0, 2]]) / np.sqrt(len(second.tiles)):
        yield layer
        return
    slabs = max(1, int(np.sqrt(len(second.tiles))))
    for slab in np.array_split(np.argsort(middle[:, 0], kind="stable"), slabs):
        for part in np.array_split(slab[np.argsort(middle[slab, 1], kind="stable")], slabs):
            for begin in range(0, len(part), _ROWS):
                yield layer.part(np.sort(part[begin : begin + _ROWS]))


def _nearest(first: Layer, second: Held, k: int, limit: float | None) -> Iterator[pd.DataFrame]:
    if isinstance(second, Layer):
        yield from nearest_table(first, second, k, limit)
        return
    near = _within_reach(first, second, k if limit is not None else k + 1)
    unknown, largest = (
        sum(tile.unknown for tile in second.tiles),
        max((tile.largest for tile in second.tiles), default=0.0),
    )
    others = Others(unknown, unknown_itself(first, near), largest)

    def farther(taken: Places, rows: Places, cap: Numbers) -> Numbers:
        some = first.part(rows)
        around = second.around(_box(some), float((cap + some.errors).max()) + SLACK, rough=True)
        return look_farther(some, around, taken[rows], np.arange(len(rows)), cap)

    yield nearest_of(first, near, k, limit, others, farther)


def _within_reach(first: Layer, second: Tiles, m: int) -> Layer:
    """Of `second` all that can be among the `m` nearest of any feature of `first`."""
    box, enough, total = _box(first), m + 1, sum(tile.rows for tile in second.tiles)
    while True:
        some = second.closest(box, enough)
        far = best(first, some, m).metres.max(initial=0.0)
        if np.isfinite(far) or len(some.ids) >= total:
            break
        enough = 2 * len(some.ids)
    return second.around(box, float(far) + SLACK) if np.isfinite(far) else some


def _within(first: Layer, second: Held, limit: float, once: bool) -> Iterator[pd.DataFrame]:
    if isinstance(second, Tiles):
        reach = limit + float(np.nan_to_num(first.errors, nan=0.0).max(initial=0.0)) + SLACK
        second = second.around(_box(first), reach, rough=True)
    yield from within_table(first, second, limit, once)


def _crossings(first: Layer, second: Held, once: bool) -> Iterator[pd.DataFrame]:
    if isinstance(second, Tiles):
        second = second.around(_box(first), SLACK)
    yield from crossings_table(first, second, once)


def _along(first: Layer, second: Held, width: float) -> Iterator[pd.DataFrame]:
    """`first` is the tile here, and `second` the line that is carried along it."""
    assert isinstance(second, Layer)
    yield along_table(second, first, width)


def _box(layer: Layer) -> Numbers:
    found: Numbers = shapely.total_bounds(layer.shapes)
    return found


_ASKED: Mapping[str, Callable[..., Iterator[pd.DataFrame]]] = {
    "nearest": _nearest,
    "within": _within,
    "crossings": _crossings,
    "along": _along,
}
