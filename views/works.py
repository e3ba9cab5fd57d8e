"""Files are made two at a time, in the order in which they are asked for, and once for all who ask for the same.

Making a file holds the interpreter for seconds: thirty at once would hold up every click of everybody else.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition, Timer

from layers.paper import typesetting
from outputs.products import Order, Product, make

Made = tuple[tuple[str, bytes], ...]
"""Names and bytes of files."""
AT_ONCE = 2
"""As many as the least machine has processors."""
MOST_BYTES, LONGEST_SECONDS = 64_000_000, 600.0
"""What is kept for the next who asks for the same, and how long."""
_LOOK_SECONDS = 0.4


@dataclass
class _Job:
    """A file that somebody asked for."""

    made: Made | None = None
    error: Exception | None = None
    is_over: bool = False
    """Made, failed, or left by who was to make it."""


@dataclass
class Works:
    """The line of jobs, and what was made of late."""

    _turn: Condition = field(default_factory=Condition)
    _line: dict[Hashable, _Job] = field(default_factory=dict)
    """Jobs by what is asked for, the first ones being made."""
    _kept: OrderedDict[Hashable, tuple[float, Made]] = field(default_factory=OrderedDict)

    def made(self, key: Hashable, make: Callable[[], Made], waiting: Callable[[int], None]) -> Made:
        """The files of `key`: those kept, those that another visitor has made meanwhile, or what `make` makes.

        `waiting` hears now and then how many jobs are made before this one; what it raises, as `make` does, ends the
        wait and is raised.
        """
        while True:
            with self._turn:
                self._forget()
                if kept := self._kept.get(key):
                    self._kept.move_to_end(key)
                    return kept[1]
                job = self._line.get(key)
                if mine := job is None:
                    job = self._line[key] = _Job()
            assert job is not None
            try:
                self._wait(key, job, mine, waiting)
                if mine:
                    job.made = make()
                    self._keep(key, job.made)
            except Exception as error:
                job.error = error if mine else job.error
                raise
            finally:
                if mine:
                    self._end(key, job)
            if job.made is not None:
                return job.made
            # Who was to make it has gone away: the next who asks takes it on.

    def _wait(self, key: Hashable, job: _Job, mine: bool, waiting: Callable[[int], None]) -> None:
        """Until it is this job's turn or, where another visitor makes it, until that is over."""
        while True:
            with self._turn:
                place = list(self._line).index(key) if key in self._line else 0
                if job.is_over or (mine and place < AT_ONCE):
                    break
                self._turn.wait(_LOOK_SECONDS)
            waiting(max(0, place - AT_ONCE + 1))
        if not mine and job.error:
            raise job.error

    def _end(self, key: Hashable, job: _Job) -> None:
        with self._turn:
            job.is_over = True
            self._line.pop(key, None)
            self._turn.notify_all()

    def _keep(self, key: Hashable, made: Made) -> None:
        with self._turn:
            self._kept[key] = time.monotonic(), made
            while sum(len(data) for _, files in self._kept.values() for _, data in files) > MOST_BYTES:
                self._kept.popitem(last=False)
        later = Timer(LONGEST_SECONDS + 1, self._forget_later)
        later.daemon = True
        later.start()

    def _forget_later(self) -> None:
        with self._turn:
            self._forget()

    def _forget(self) -> None:
        oldest = time.monotonic() - LONGEST_SECONDS
        for key in [key for key, (since, _) in self._kept.items() if since < oldest]:
            del self._kept[key]


WORKS = Works()
"""Of this process."""


def files(
    product: Product,
    name: str,
    order: Order,
    waiting: Callable[[int], None],
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """The files of an order, the first under `name`; errors as `outputs.products.make`, `waiting` as `Works.made`."""

    typesetting.set_apart()

    def made() -> Made:
        with TemporaryDirectory(prefix="guantu-made-") as folder:
            paths = make(product, Path(folder) / name, order, progress)
            return tuple((path.name, path.read_bytes()) for path in paths)

    return WORKS.made((product.name, name, order.identity), made, waiting)
