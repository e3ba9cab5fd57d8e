"""A journal in trouble: it says what is wrong and how to mend it in both languages, and loses nothing that it held."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import postgis
import psycopg
import pytest
from journals import note, place_of, put, server, texts, trouble, where  # noqa: F401
from writers import WANG, enrol

from geodata import CATALOG, RegisterError
from geodata.journal import current
from geodata.journal import store as stores
from geodata.journal.door import Draft, write
from geodata.journal.entries import Kind
from geodata.journal.reading import read_known
from geodata.journal.states import known_by
from geodata.journal.store import open_store

KILLED = """
import os, random, signal, sys, time
import alembic.command
from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.store import open_store
open_store(sys.argv[1]).close()
chance = random.Random(7)
for round_ in range(50):
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        store = open_store(sys.argv[1])
        while True:
            notes = [Entry(kind=Kind.NOTE, author=f"{round_}", agency="", role=Role.EDITOR) for _ in range(3)]
            with store.writing() as connection:
                store.append(connection, notes)
            os.write(1, "".join(f"{each.id}\\n" for each in notes).encode())
            os.write(told, b".")
    # Every other one is killed while it writes, the rest at any time from its start on.
    if round_ % 2:
        os.read(heard, 1)
    time.sleep(chance.uniform(0, 0.04 if round_ % 2 else 0.16))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(heard)
    os.close(told)
"""


def test_killed_fifty_times_in_mid_write_what_was_confirmed_is_there_and_nothing_is_half(tmp_path: Path) -> None:
    where = str(tmp_path / "journal.db")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, where], stdout=subprocess.PIPE, text=True, check=True, timeout=120
    )
    confirmed = [line for line in done.stdout.splitlines() if len(line) == 32]
    store = open_store(where)
    store.verify()
    entries = [link.entry for link in store.links()]
    names = [each.id for each in entries]
    assert set(confirmed) <= set(names) and len(set(names)) == len(names)
    assert len({each.author for each in entries}) >= 25, "every other one came so far as to write"
    # What is said in one act is there as a whole.
    assert len(names) % 3 == 0 and all(
        len({each.author for each in entries[at : at + 3]}) == 1 for at in range(0, len(entries), 3)
    )


@contextmanager
def small_disk(folder: Path, way: str) -> Iterator[Callable[[], None]]:
    """A disk of a megabyte, else files that may not grow larger; yields what makes room."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if way == "disk" and shutil.which("mount") and subprocess.run(mount, capture_output=True).returncode == 0:
        try:
            yield lambda: subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True) and None
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python does not let the signal of the limit end it: what is written past it fails.
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("way", ["disk", "limit"])
def test_a_disk_that_is_full_keeps_what_was_confirmed_and_goes_on_when_there_is_room(tmp_path: Path, way: str) -> None:
    path = tmp_path / "disk" / "journal.db"
    with small_disk(path.parent, way) as make_room:
        store = open_store(str(path))
        kept: list[str] = []
        with trouble("nothing of this was written", str(path)):
            for number in range(1000):
                put(store, *(note(f"{number}.{n}" + "长" * 5_000) for n in range(3)))
                kept += [f"{number}.{n}" for n in range(3)]
        assert 3 <= len(kept) < 300
        for _ in range(3):
            with trouble("nothing of this was written", str(path)):
                put(store, *(note("later" + "长" * 15_000) for _ in range(30)))
        assert [each.rstrip("长") for each in texts(store)] == kept
        make_room()
        put(store, note("again"))
        assert [each.rstrip("长") for each in texts(open_store(str(path)))] == [*kept, "again"]
        store.close()


@pytest.fixture
def office() -> Iterator[Path]:
    """A folder that everybody on this machine can reach, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="guantu-office-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def as_somebody(*paths: Path) -> Iterator[None]:
    """These are not to be written, and we are not root, who may write everything."""
    modes = [path.stat().st_mode for path in paths]
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode & ~0o222)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


def test_a_file_and_a_folder_that_may_only_be_read(office: Path) -> None:
    path = office / "journal.db"
    store = open_store(str(path))
    put(store, note("一"))
    with as_somebody(path), trouble("may not write", str(path)):
        put(store, note("二"))
    assert texts(store) == ["一"]
    store.close()
    with as_somebody(office, path), trouble("may not write", str(path)):
        put(open_store(str(path)), note("三"))
    with as_somebody(office), trouble("is not there or cannot be opened", str(office / "new.db")):
        open_store(str(office / "new.db"))
    assert not (office / "new.db").exists()
    put(open_store(str(path)), note("四"))
    assert texts(open_store(str(path))) == ["一", "四"]


def test_a_file_that_is_away_is_missed_and_not_made_anew(tmp_path: Path) -> None:
    path, away = tmp_path / "journal.db", tmp_path / "away.db"
    store = open_store(str(path))
    put(store, note("一"))
    store.close()
    path.rename(away)
    for _ in range(2):
        with trouble("is not there", str(path)):
            put(store, note("二"))
    with trouble("is not there", str(path)):
        store.head()
    assert not path.exists()
    away.rename(path)
    put(store, note("三"))
    assert texts(store) == ["一", "三"]


def test_a_database_that_goes_away_and_comes_back_needs_no_new_start(
    server: postgis.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.run("CREATE DATABASE going")
    where = server.url("going")
    monkeypatch.setenv(current.PLACE, where)
    monkeypatch.setenv(current.WRITING, "sign-in")
    store = stores.opened(where)
    enrol(store)
    put(store, note("一"))
    with trouble("cannot be reached", place_of(where)), store.writing() as connection:
        store.append(connection, [note("half")])
        server.stop()
    try:
        for tried in (
            lambda: put(store, note("二")),
            store.head,
            lambda: write(store, CATALOG, WANG.login, [Draft(Kind.NOTE, text="二")]),
            lambda: open_store(where),
        ):
            with trouble("cannot be reached", place_of(where)):
                tried()
        with pytest.raises(RegisterError, match="cannot be reached"):
            read_known(CATALOG)
    finally:
        server.start()
    assert len(write(store, CATALOG, WANG.login, [Draft(Kind.NOTE, text="三")])) == 1
    assert texts(store) == ["一", "三"] and read_known(CATALOG).version


def test_a_journal_that_others_hold_too_long_is_told(
    where: str, server: postgis.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "_WAIT", 1)
    store = open_store(where)
    put(store, note("一"))
    held: sqlite3.Connection | psycopg.Connection
    if store.is_sqlite:
        held = sqlite3.connect(where, isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
    else:
        held = psycopg.connect(where)
        held.execute("SELECT pg_advisory_lock(%s)", [stores._LOCK])
    with trouble("others are writing", place_of(where)):
        put(store, note("二"))
    held.close()
    put(store, note("三"))
    assert texts(store) == ["一", "三"]


def test_a_clock_set_back_breaks_no_chain_and_takes_effect_in_order_of_time(where: str) -> None:
    store = open_store(where)
    put(store, note("六月", time="2026-06-10T08:00:00.000000Z"))
    put(store, note("五月", time="2026-05-10T08:00:00.000000Z"), note("七月", time="2026-07-10T08:00:00.000000Z"))
    again = open_store(where)
    assert texts(again) == ["六月", "五月", "七月"], "as they came"
    entries = [link.entry for link in again.links()]
    assert [each.text for each in known_by(entries, None, "Asia/Shanghai")] == ["五月", "六月", "七月"]
    day = entries[1].day("Asia/Shanghai")
    assert [each.text for each in known_by(entries, day, "Asia/Shanghai")] == ["五月"]


ANSWERS = """
import sys, time
from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.feed import entries_of
from geodata.journal.store import open_store
store, done = open_store(sys.argv[1]), 0
print("ready", flush=True)
while done < 5:
    with store.reading() as connection:
        found = [each for each in entries_of(connection) if each.author == "wang"]
    for each in found[done:]:
        answer = Entry(kind=Kind.NOTE, author="zhao", agency="", role=Role.EDITOR, text=each.text)
        with store.writing() as connection:
            store.append(connection, [answer])
        done += 1
    time.sleep(0.02)
"""


def test_two_programs_at_one_journal_see_each_other_within_two_seconds(where: str) -> None:
    """There and back: what one says, the other has seen and answered, and the first has read the answer."""
    store = open_store(where)
    command_ = [sys.executable, "-c", ANSWERS, where]
    with subprocess.Popen(command_, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "ready\n"
        for number in range(5):
            begin = time.monotonic()
            put(store, note(f"{number}"))
            while not any(link.entry.author == "zhao" for link in store.links(after=2 * number + 1)):
                assert time.monotonic() - begin < 2, number
                time.sleep(0.02)
        assert other.wait(30) == 0
    assert texts(store) == [f"{n}" for n in range(5) for _ in range(2)]
