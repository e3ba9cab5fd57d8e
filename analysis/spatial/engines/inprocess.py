"""The engine in this process, of shapely: the default, and the measure of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.spatial.engines.face import EngineError, Layer, Source, Stored
from analysis.spatial.engines.geoparquet import opened, read_whole
from analysis.spatial.engines.tasks import ByTasks, Held, run, tasks
from geodata.text import Text


@dataclass(eq=False)
class InProcess(ByTasks):
    """See `face.Engine`. Tiled layers are read tile by tile, others whole."""

    notes: list[Text] = field(default_factory=list)
    held: dict[Stored, Held] = field(default_factory=dict)

    def close(self) -> None:
        """See `face.Engine`."""
        self.held.clear()

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
