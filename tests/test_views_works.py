"""Files are made in turn, once for all who ask for the same, and nobody who leaves holds up the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from views import works
from views.works import AT_ONCE, Made, Works

FILE: Made = (("a.zip", b"made"),)


def nothing(ahead: int) -> None:
    """A visitor who only waits."""


class Bench:
    """Makes files while it is let to, and says how many were made at once."""

    def __init__(self) -> None:
        self.open, self.lock = threading.Event(), threading.Lock()
        self.now = self.most = self.count = 0

    def make(self, file: Made = FILE) -> Callable[[], Made]:
        def made() -> Made:
            with self.lock:
                self.now, self.count = self.now + 1, self.count + 1
                self.most = max(self.most, self.now)
            assert self.open.wait(20)
            with self.lock:
                self.now -= 1
            return file

        return made


@contextmanager
def together(count: int) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(count) as pool:
        yield pool


def until(test: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not test():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_no_more_than_two_are_made_at_once_and_the_others_hear_their_place() -> None:
    line, bench, heard = Works(), Bench(), dict[int, list[int]]()
    with together(6) as pool:
        jobs = []
        for visitor in range(6):
            say = heard.setdefault(visitor, []).append
            jobs.append(pool.submit(line.made, visitor, bench.make(((f"{visitor}", b""),)), say))
            until(lambda visitor=visitor: len(line._line) == visitor + 1)
        until(lambda: all(heard[visitor] for visitor in range(AT_ONCE, 6)))
        assert [heard[visitor][-1] for visitor in range(6) if heard[visitor]] == [1, 2, 3, 4]
        bench.open.set()
        assert [job.result(20) for job in jobs] == [((f"{visitor}", b""),) for visitor in range(6)]
    assert bench.most == AT_ONCE and line._line == {}


def test_the_same_is_made_once_and_every_one_has_it() -> None:
    line, bench = Works(), Bench()
    with together(8) as pool:
        jobs = [pool.submit(line.made, "same", bench.make(), nothing) for _ in range(8)]
        until(lambda: bench.now == 1)
        bench.open.set()
        found = [job.result(20) for job in jobs]
    assert bench.count == 1 and all(each is found[0] for each in found)
    assert line.made("same", bench.make(), nothing) is found[0] and bench.count == 1


class Gone(BaseException):
    """A visitor who closed the page, as Streamlit says it."""


def test_one_who_leaves_holds_nobody_up() -> None:
    line, bench = Works(), Bench()

    def leave(ahead: int) -> None:
        raise Gone

    with together(4) as pool:
        first = [pool.submit(line.made, name, bench.make(), nothing) for name in "ab"]
        until(lambda: bench.now == 2)
        gone = pool.submit(line.made, "c", bench.make(), leave)
        with pytest.raises(Gone):
            gone.result(20)
        assert list(line._line) == ["a", "b"]
        last = pool.submit(line.made, "c", bench.make(), nothing)
        bench.open.set()
        assert [job.result(20) for job in (*first, last)] == [FILE] * 3
    assert line._line == {}


def test_one_who_leaves_in_the_middle_hands_the_work_on() -> None:
    line, started, let = Works(), threading.Event(), threading.Event()

    def stopped() -> Made:
        started.set()
        assert let.wait(20)
        raise Gone

    with together(2) as pool:
        first = pool.submit(line.made, "same", stopped, nothing)
        assert started.wait(20)
        second = pool.submit(line.made, "same", lambda: FILE, nothing)
        let.set()
        with pytest.raises(Gone):
            first.result(20)
        assert second.result(20) == FILE


def test_what_is_wrong_is_said_to_all_who_asked_and_kept_for_nobody() -> None:
    line, started, let = Works(), threading.Event(), threading.Event()

    def fails() -> Made:
        started.set()
        assert let.wait(20)
        raise OSError("disk full")

    with together(2) as pool:
        jobs = [pool.submit(line.made, "same", fails, nothing)]
        assert started.wait(20)
        jobs.append(pool.submit(line.made, "same", fails, nothing))
        until(lambda: line._turn._waiters.__len__() > 0)  # type: ignore[attr-defined]
        let.set()
        for job in jobs:
            with pytest.raises(OSError, match="disk full"):
                job.result(20)
    assert line.made("same", lambda: FILE, nothing) == FILE


def test_memory_is_bounded_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "MOST_BYTES", 100)
    line, now = Works(), [0.0]
    monkeypatch.setattr(works.time, "monotonic", lambda: now[0])
    for name in "abc":
        line.made(name, lambda name=name: ((name, b"x" * 40),), nothing)
    assert list(line._kept) == ["b", "c"]
    line.made("large", lambda: (("large", b"x" * 101),), nothing)
    assert "large" not in line._kept
    line.made("d", lambda: (("d", b""),), nothing)
    now[0] = works.LONGEST_SECONDS + 1
    line._forget_later()
    assert not line._kept
