"""The engine in this process, of shapely: the default, and the measure of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.spatial.engines.corridor import by_chainage
from analysis.spatial.engines.face import EngineError, Layer, Source, Stored
from analysis.spatial.engines.geoparquet import opened, read_whole
from analysis.spatial.engines.tasks import Held, run, tasks
from geodata.text import Text


@dataclass(eq=False)
class InProcess:
    """See `face.Engine`. Tiled layers are read tile by tile, others whole."""

    notes: list[Text] = field(default_factory=list)
    held: dict[Stored, Held] = field(default_factory=dict)

    def close(self) -> None:
        """See `face.Engine`."""
        self.held.clear()

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

    def _asked(self, kind: str, first: Source, second: Source, *told: Any) -> Iterator[pd.DataFrame]:
        start, goal = self.hold(first), self.hold(second)
        for task in tasks(kind, start, goal, *told):
            yield from run(task, goal)

    def hold(self, source: Source) -> Held:
        """A layer in memory, or in tiles."""
        if isinstance(source, Layer):
            return source
        if not isinstance(source, Stored):
            raise EngineError("no-such-layer", engine="shapely")
        if source not in self.held:
            tiles = opened(source)
            if tiles is None:
                layer, _, notes = read_whole(source)
                self.notes.extend(notes)
                self.held[source] = layer
            else:
                self.held[source] = tiles
        return self.held[source]


IN_PROCESS = InProcess()
"""For layers in memory: it holds none."""
