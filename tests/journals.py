"""Journals of the tests: where they lie, what is put in, and others who write at once, each a process of its own."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import postgis
import pytest
from catalogs import HAN

from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.store import NoStore, Store

NOTES = """
import sys
from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.store import open_store

def write_all(where, name, count):
    store = open_store(where)
    for number in range(count):
        entry = Entry(kind=Kind.NOTE, author=name, agency="", role=Role.EDITOR, text=str(number))
        with store.writing() as connection:
            store.append(connection, [entry])
        # In one piece, however many write to it.
        os.write(1, f"{entry.id}\\n".encode())
"""
WRITER = f"import os{NOTES}\nwrite_all(sys.argv[1], sys.argv[2], int(sys.argv[3]))"


@pytest.fixture(scope="module")
def server() -> Iterator[postgis.Server]:
    with postgis.server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of a journal that is yet to be made."""
    if request.param == "sqlite":
        return str(tmp_path / "journal.db")
    running: postgis.Server = request.getfixturevalue("server")
    name = f"journal_{uuid.uuid4().hex[:8]}"
    running.run(f"CREATE DATABASE {name}")
    return running.url(name)


def note(text: str, **more: Any) -> Entry:
    return Entry(kind=Kind.NOTE, author="wang", agency="jiaotong", role=Role.EDITOR, text=text, **more)


def put(store: Store, *entries: Entry) -> None:
    with store.writing() as connection:
        store.append(connection, entries)


@contextmanager
def trouble(words: str, place: str) -> Iterator[None]:
    """What is tried fails, and says so: these words, the place and something in Chinese; a password never."""
    with pytest.raises(NoStore) as caught:
        yield
    said = caught.value.reason
    assert words in said.en and HAN.search(said.zh) and not HAN.search(said.en), said.en
    assert place in said.en and place in said.zh and postgis.SECRET not in str(caught.value)


def place_of(where: str) -> str:
    return where.replace(postgis.SECRET, "***").replace("postgresql:", "postgresql+psycopg:")


def texts(store: Store) -> list[str]:
    store.verify()
    return [link.entry.text for link in store.links()]


AT_ONCE = """
import os, sys
exec(sys.argv[4])
children = []
for number in range(int(sys.argv[2])):
    child = os.fork()
    if not child:
        write_all(sys.argv[1], f"w{number}", int(sys.argv[3]))
        sys.stdout.flush()
        os._exit(0)
    children.append(child)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


def writers(where: str, count: int, each: int, script: str) -> list[str]:
    """The ids that so many processes were told are kept, each having run `write_all(where, name, each)` of a script."""
    command = [sys.executable, "-c", AT_ONCE, where, f"{count}", f"{each}", script]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    return done.stdout.split()
