"""The engine on many workers, for layers in tiles that do not fit into memory: dask-geopandas on dask.distributed.

Each task reads one tile of the first layer and of the second what is within reach; a layer in memory is sent to every
worker once. The client holds as many tables as are under way.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.spatial.engines.face import EngineError, Layer, Source, Stored
from analysis.spatial.engines.geoparquet import Tiles
from analysis.spatial.engines.inprocess import InProcess
from analysis.spatial.engines.tasks import ByTasks, Task, run_whole, tasks
from geodata.text import Text

try:
    import dask
    import dask_geopandas
    import distributed
except ImportError:
    # `Distributed` says so.
    distributed = None  # type: ignore[assignment]

_WAIT = 30.0
"""Seconds that a run waits for a worker before it is given up."""


class Distributed(ByTasks):
    """See `face.Engine`. It holds a connection to a scheduler, or a cluster of this machine; `close` ends it."""

    def __init__(self, scheduler: str = "", workers: int = 2, memory: str = "auto") -> None:
        """`scheduler` as `tcp://host:port`; without it so many `workers` of this machine, each of so much memory."""
        if distributed is None:
            raise EngineError("no-extra", engine="dask")
        self.local, self.scheduler, self._reader = None, scheduler, InProcess()
        try:
            if not scheduler:
                # What its processes tell of their end is no word for who asked; `EngineError` has those.
                logging.getLogger("distributed").setLevel(logging.CRITICAL)
                dask.config.set({"logging.distributed": "critical"})
                self.local = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    memory_limit=memory,
                    dashboard_address="127.0.0.1:0",
                    protocol="tcp",
                )
            self.client = distributed.Client(self.local or scheduler, timeout=10)
            self.client.wait_for_workers(1, timeout=_WAIT)
        except (OSError, ValueError, TimeoutError) as error:
            raise EngineError("no-scheduler", name=scheduler, why=" ".join(str(error).split())) from None

    @property
    def notes(self) -> list[Text]:
        """What was left out of the layers that were read."""
        return self._reader.notes

    def close(self) -> None:
        """End the connection, and the cluster if it is ours."""
        self.client.close(timeout=5)
        if self.local is not None:
            self.local.close(timeout=5)

    def _asked(self, kind: str, first: Source, second: Source, *told: Any) -> Iterator[pd.DataFrame]:
        start, goal = self._held(first), self._held(second)
        sent = self.client.scatter(goal, broadcast=True, hash=False) if isinstance(goal, Layer) else goal
        yield from self._run(tasks(kind, start, None, *told), sent)

    def _held(self, source: Source) -> Layer | Tiles:
        held = self._reader.hold(source)
        if isinstance(held, Tiles) and isinstance(source, Stored) and held.tiles:
            self._is_whole(source, held)
        return held

    def _is_whole(self, source: Stored, tiles: Tiles) -> None:
        """EngineError where the folder is not what its index says, or workers do not see it."""
        boxes = dask_geopandas.read_parquet(source.path, gather_spatial_partitions=True).spatial_partitions
        if boxes is None or len(boxes) != len(tiles.tiles) or not np.allclose(boxes.bounds, tiles.boxes, atol=0.01):
            raise EngineError("changed-tiles", name=source.path)
        seen = self.client.run(_sees, tiles.tiles[0].path)
        if blind := sorted(worker for worker, sees in seen.items() if not sees):
            raise EngineError("unseen", name=source.path, workers=", ".join(blind))

    def _run(self, todo: Iterator[Task], second: Any) -> Iterator[pd.DataFrame]:
        """Tables in the order of their tasks; a few more tasks are under way than there are threads."""
        waiting: deque[Any] = deque()
        try:
            for task in todo:
                waiting.append(self.client.submit(run_whole, task, second, pure=False))
                if len(waiting) > 2 * max(1, sum(self.client.nthreads().values())) + 1:
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())
        finally:
            # What is still under way when nobody wants it any more is broken off.
            if waiting and self.client.status == "running":
                self.client.cancel(list(waiting), force=True)

    def _result(self, future: Any) -> pd.DataFrame:
        idle = 0.0
        while True:
            try:
                found: pd.DataFrame = future.result(timeout=1)
                return found
            except distributed.KilledWorker as error:
                raise EngineError("killed-worker", why=" ".join(str(error).split())) from None
            except (distributed.CancelledError, OSError) as error:
                # A time-out is an OSError too.
                if not isinstance(error, TimeoutError) or self.client.status != "running":
                    raise EngineError("lost-scheduler", name=self.scheduler, why=str(error)) from None
                idle = idle + 1 if not self.client.nthreads() else 0.0
                if idle > _WAIT:
                    raise EngineError("no-worker", seconds=int(_WAIT)) from None


def _sees(path: str) -> bool:
    """Whether a worker can read a file."""
    from pathlib import Path

    return Path(path).is_file()
