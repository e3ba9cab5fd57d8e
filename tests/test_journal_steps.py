"""The tables of a journal brought up step by step: what is older is kept, what is newer or not ours left as it is."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command, op
from journals import note, place_of, put, server, texts, trouble, where  # noqa: F401
from sqlalchemy import inspect, text

import cli
from geodata.journal import current
from geodata.journal import store as stores
from geodata.journal.migrating import config
from geodata.journal.store import open_store


@pytest.fixture
def old(where: str) -> str:
    """A journal as the first step left it, with two entries."""
    store = open_store(where)
    put(store, note("一"), note("二"))
    command.downgrade(config(store.engine), "0001")
    store.close()
    return where


def tables(where: str) -> set[str]:
    engine = stores.create_engine(place_engine(where))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def place_engine(where: str) -> str:
    return where.replace("postgresql:", "postgresql+psycopg:") if "://" in where else f"sqlite:///{where}"


def test_a_step_that_fails_half_way_keeps_the_old_journal(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make = op.create_table

    def fail(name: str, *columns: object) -> None:
        if name == "audit":
            raise RuntimeError("the light went out")
        make(name, *columns)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(op, "create_table", fail)
        with pytest.raises(RuntimeError, match="the light went out"):
            open_store(old)
    assert tables(old) == {"alembic_version", "entries"}
    assert texts(open_store(old)) == ["一", "二"] and tables(old) >= {"people", "audit", "drafts"}


ENDED = """
import os, signal, sys
from alembic import op
from geodata.journal.store import open_store
make = op.create_table
op.create_table = lambda name, *rest: os.kill(os.getpid(), signal.SIGKILL) if name == "drafts" else make(name, *rest)
open_store(sys.argv[1])
"""


def test_a_step_that_is_killed_half_way_keeps_the_old_journal(old: str) -> None:
    done = subprocess.run([sys.executable, "-c", ENDED, old])
    assert done.returncode == -signal.SIGKILL
    assert tables(old) == {"alembic_version", "entries"}
    assert texts(open_store(old)) == ["一", "二"] and tables(old) >= {"people", "audit", "drafts"}


def test_a_journal_of_a_newer_program_is_left_as_it_is(
    where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(where)
    put(store, note("一"))
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    store.close()
    before = store.links()
    with trouble("newer guantu", place_of(where)):
        open_store(where)
    with store.reading() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0999"
    assert store.links() == before
    monkeypatch.setenv(current.PLACE, where)
    assert cli.main(["journal", "status"]) == 2
    said = capsys.readouterr().err
    assert "newer guantu" in said and "更新版本" in said


def test_what_is_no_journal_is_left_as_it_is(tmp_path: Path) -> None:
    letter, map_ = tmp_path / "letter.db", tmp_path / "map.gpkg"
    letter.write_bytes(b"Dear colleagues, " * 500)
    with sqlite3.connect(map_) as raw:
        raw.execute("CREATE TABLE gpkg_contents (name TEXT)")
    raw.close()
    before = [path.read_bytes() for path in (letter, map_)]
    with trouble("is no database", str(letter)):
        open_store(str(letter))
    with trouble("database of another program", str(map_)):
        open_store(str(map_))
    assert [path.read_bytes() for path in (letter, map_)] == before
    assert {path.name for path in tmp_path.iterdir()} == {"letter.db", "map.gpkg"}
    for place in ("://", "sqlite://", "sqlite:///:memory:"):
        with trouble("no address", place):
            open_store(place)
