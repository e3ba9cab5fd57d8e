"""The engine in this process, of shapely: the default, and the measure of the others."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.spatial.engines.corridor import along_table
from analysis.spatial.engines.face import EngineError, Layer, Source
from analysis.spatial.engines.nearest import nearest_table
from analysis.spatial.engines.pairs import crossings_table, within_table


class InProcess:
    """See `face.Engine`."""

    def nearest(self, first: Source, second: Source, k: int = 1, limit: float | None = None) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        return nearest_table(_layer(first), _layer(second), k, limit)

    def within(self, first: Source, second: Source, limit: float, once: bool = False) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        return within_table(_layer(first), _layer(second), limit, once)

    def crossings(self, first: Source, second: Source) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        return crossings_table(_layer(first), _layer(second), first == second)

    def along(self, line: Layer, second: Source, width: float) -> Iterator[pd.DataFrame]:
        """See `face.Engine`."""
        yield along_table(line, _layer(second), width)


def _layer(source: Source) -> Layer:
    if isinstance(source, Layer):
        return source
    raise EngineError("no-such-layer", engine="shapely")


IN_PROCESS = InProcess()
