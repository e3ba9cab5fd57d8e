"""What every engine is given and gives: layers on the ground, and plain tables with errors and words of certainty.

The tables are pandas frames. `first` and `second` are ids, `metres` the distance as drawn, `low` and `high` the least
and the most that it can be, `sure` a word of `analysis.spatial.certainty`. Distances within a micrometre of each other
are equal, and of equal ones the first in the order of the layer comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.text import Text, catalogue

TEXTS = catalogue(__file__)
PAIR = ("first", "second", "metres", "low", "high", "sure")
"""Columns of every table. `crossings` adds x and y, `along` from_m, to_m and side, `within` for pairs `crosses`."""

Ids = NDArray[np.object_]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


class EngineError(ValueError):
    """What an engine cannot do: `text` says what, where and how to mend it."""

    def __init__(self, key: str, **values: Any) -> None:
        """`key` of a text of this package, with what is filled into it."""
        self.key, self.values = key, values
        self.text: Text = TEXTS[key].filled(**values)
        super().__init__(f"{self.text.zh} {self.text.en}")

    def __reduce__(self) -> tuple[Any, ...]:
        """As it comes from a worker."""
        return _error, (self.key, self.values)


def _error(key: str, values: dict[str, Any]) -> EngineError:
    return EngineError(key, **values)


@dataclass(frozen=True, eq=False)
class Layer:
    """Features in memory, in an order; only those that have a position."""

    crs: str
    """A projected system in metres."""
    ids: Ids
    shapes: Ids
    """In `crs`, metres."""
    errors: Numbers
    """Metres; NaN where nobody states one."""

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index of the shapes."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def alike(self) -> list[tuple[float, Places, Layer]]:
        """Features of like errors together: the largest error of them, their places, and they as a layer.

        Asked one after the other, a few rough ones do not widen the search among all. Not stated counts as none.
        """
        errors = np.nan_to_num(self.errors, nan=0.0)
        kinds = np.ceil(np.log2(np.maximum(errors, 1.0)) / 2).astype(int)
        places = [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
        if len(places) == 1:
            return [(float(errors.max()), places[0], self)]
        return [(float(errors[each].max()), each, self.part(each)) for each in places]

    @cached_property
    def at(self) -> dict[str, int]:
        """The place of each feature by its id."""
        return {name: place for place, name in enumerate(self.ids)}

    @property
    def order(self) -> Places:
        """A number for each feature: of equal ones the least comes first."""
        return np.arange(len(self.ids))

    def part(self, keep: Any) -> Layer:
        """Those that a mask, a slice or an array of places picks; nothing but what a layer has."""
        return Part(self.crs, self.ids[keep], self.shapes[keep], self.errors[keep], self.order[keep])


@dataclass(frozen=True, eq=False)
class Part(Layer):
    """Some features of a larger layer, which know their place in it."""

    places: Places

    @property
    def order(self) -> Places:
        """The places in the larger layer."""
        return self.places


@dataclass(frozen=True)
class Stored:
    """A layer in a GeoParquet file, or in a folder of them: its columns are id, geometry and perhaps accuracy_m."""

    path: Path
    crs: str
    """The projected system in metres in which it is measured."""


@dataclass(frozen=True)
class Table:
    """A layer in a table of PostGIS: its columns are id, geometry and perhaps accuracy_m."""

    schema: str
    name: str
    crs: str
    """The projected system in metres in which it is measured, as `EPSG:…`."""


Source = Layer | Stored | Table


class Engine(Protocol):
    """Where it is computed. Tables come in parts, so that an answer need not fit into memory.

    Rows come by the order of `first`; from layers that are stored in tiles, by tile. EngineError for a kind of layer
    that the engine cannot read.
    """

    @property
    def notes(self) -> list[Text]:
        """What was left out of the layers that were read, and what was mended."""

    def close(self) -> None:
        """Let go of what it holds."""

    def nearest(self, first: Source, second: Source, k: int = 1, limit: float | None = None) -> Iterator[pd.DataFrame]:
        """The `k` nearest of `second` for each of `first`, never itself; sure where no other one can be nearer.

        With `limit` (metres) those that may lie within it, as sure as that is, and one row with an empty `second`
        where certainly none does: its distance is that of the nearest.
        """

    def within(self, first: Source, second: Source, limit: float, once: bool = False) -> Iterator[pd.DataFrame]:
        """Pairs that may lie within `limit` metres; where an error is not stated, those drawn within it.

        `once` is for a layer with itself: each pair once, the earlier first, and a column `crosses` for lines that
        certainly cross.
        """

    def crossings(self, first: Source, second: Source) -> Iterator[pd.DataFrame]:
        """Where lines of both cross, a row a point (`x`, `y` in metres); a layer with itself gives each pair once."""

    def along(self, line: Layer, second: Source, width: float) -> Iterator[pd.DataFrame]:
        """What may lie within `width` metres of the one feature of `line`, by chainage, with the side."""


def one(tables: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """All parts of a table in one."""
    found = list(tables)
    whole: pd.DataFrame = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(PAIR))
    return whole
