"""Where a journal is kept: nothing lost, nothing doubled, whoever writes at once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from journals import NOTES, WRITER, note, put, server, where, writers  # noqa: F401
from test_journal import accept, act
from writers import enrol

import cli
from geodata import CATALOG
from geodata.journal import current
from geodata.journal.chain import BrokenChain, write_chain
from geodata.journal.reading import read_known
from geodata.journal.store import NoStore, open_store


def test_what_was_written_is_read_again(where: str) -> None:
    store = open_store(where)
    entries = [note("一"), note("二"), act(1)]
    put(store, *entries)
    again = open_store(where)
    assert [link.entry for link in again.links()] == entries and again.verify() == store.head()[1]
    put(again, entries[0], note("三"), entries[1])
    assert [link.entry.text for link in store.links()] == ["一", "二", "", "三"], "each id once"


def test_writers_at_once_lose_and_double_nothing(where: str) -> None:
    open_store(where)
    told = writers(where, 8, 50, NOTES)
    store = open_store(where)
    assert sorted(link.entry.id for link in store.links()) == sorted(told) and len(set(told)) == 400
    store.verify()


AT_THE_DOOR = """
from writers import WANG, act
from geodata import CATALOG
from geodata.journal.door import Draft, write
from geodata.journal.examine import ground
from geodata.journal.store import open_store

# What each of them would read anew.
ground(CATALOG, ())

def write_all(where, name, count):
    store = open_store(where)
    for number in range(count):
        said = act(text_zh=f"{name} {number}。") if number % 5 == 0 else [Draft("note", text=f"{name} {number}")]
        kept = write(store, CATALOG, WANG.login, said)
        os.write(1, "".join(f"{link.entry.id}\\n" for link in kept).encode())
"""


def test_writers_at_the_door_at_once_lose_and_double_nothing(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty notes and five acts of three entries each; what is one act stands together."""
    monkeypatch.setenv(current.PLACE, where)
    monkeypatch.setenv(current.WRITING, "sign-in")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))))
    enrol(open_store(where))
    told = writers(where, 8, 25, AT_THE_DOOR)
    store = open_store(where)
    store.verify()
    links = store.links()
    assert sorted(link.entry.id for link in links) == sorted(told) and len(set(told)) == 8 * (20 + 5 * 3)
    times = [link.entry.time for link in links]
    assert times == sorted(times) and len(set(times)) == 8 * 25, "each act has a time of its own, in order"


def test_a_transaction_that_fails_leaves_nothing(where: str) -> None:
    store = open_store(where)
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        store.append(connection, [note("half")])
        raise ZeroDivisionError
    assert store.links() == [] and store.head()[0] == 0


def test_a_row_that_was_changed_by_hand_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    store = open_store(str(path))
    put(store, *(note(str(n)) for n in range(5)))
    with sqlite3.connect(path) as raw:
        raw.execute('UPDATE entries SET body = replace(body, \'"text":"2"\', \'"text":"7"\')')
    with pytest.raises(BrokenChain) as broken:
        open_store(str(path)).verify()
    assert broken.value.line == 3


@pytest.mark.parametrize("place", ["/proc/nowhere/j.db", "postgresql://nobody:x@127.0.0.1:1/none", "mars://x", "://"])
def test_a_place_that_cannot_be_is_told(place: str) -> None:
    with pytest.raises(NoStore):
        open_store(place)


def test_a_journal_that_may_only_be_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    put(open_store(str(path)), note("一"))
    text = f"file:{path}?mode=ro"
    with sqlite3.connect(text, uri=True) as raw:
        assert raw.execute("SELECT count(*) FROM entries").fetchone() == (1,)


def test_the_terminal_takes_a_journal_there_and_back(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Out of one, into another, twice: the second time nothing is new; a file that was touched is refused whole."""
    one = act(1)
    put(open_store(where), one, accept(2, one))
    monkeypatch.setenv(current.PLACE, where)
    out = tmp_path / "journal.txt"
    assert cli.main(["journal", "verify"]) == 0 and cli.main(["journal", "export", str(out)]) == 0
    assert cli.main(["journal", "status"]) == 0
    assert "已采纳" in capsys.readouterr().out
    other = str(tmp_path / "other.db")
    monkeypatch.setenv(current.PLACE, other)
    assert cli.main(["journal", "import", str(out)]) == 0 and cli.main(["journal", "import", str(out)]) == 0
    assert "0 entries taken in; 2 were there" in capsys.readouterr().out
    assert write_chain(open_store(other).links()) == out.read_text(encoding="utf-8")
    out.write_text(out.read_text(encoding="utf-8").replace("开工", "完工"), encoding="utf-8")
    monkeypatch.setenv(current.PLACE, str(tmp_path / "third.db"))
    assert cli.main(["journal", "import", str(out)]) == 1
    assert open_store(str(tmp_path / "third.db")).links() == []


def test_what_is_accepted_is_what_the_terminal_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(tmp_path / "journal.db")
    monkeypatch.setenv(current.PLACE, where)
    one = act(1)
    put(open_store(where), one)
    asked = ["list", "features", "--q", "黄江至公明", "--as-of", "2026-07-01", "--format", "csv"]
    told = []
    for more in ([], ["--proposed"]):
        assert cli.main([*asked, *more]) == 0
        told.append(capsys.readouterr().out)
    assert "implementation" not in told[0] and "implementation" in told[1]
    put(open_store(where), accept(30, one))
    for day, shown in (("2026-06-01", False), ("2026-06-30", True)):
        assert cli.main([*asked, "--known-by", day]) == 0
        assert ("implementation" in capsys.readouterr().out) == shown, day
    assert read_known(CATALOG).version != read_known(CATALOG, one.day("Asia/Shanghai")).version


def test_a_journal_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(current.PLACE, "postgresql://nobody:x@127.0.0.1:1/none")
    assert cli.main(["list", "flows"]) == 1
    assert "GUANTU_JOURNAL" in capsys.readouterr().err
    assert cli.main(["journal", "status"]) == 2
    monkeypatch.delenv(current.PLACE)
    assert cli.main(["journal", "status"]) == 2 and "GUANTU_JOURNAL" in capsys.readouterr().err


def test_a_backup_is_whole_while_others_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "journal.db"
    monkeypatch.setenv(current.PLACE, str(where))
    put(open_store(str(where)), *(note(str(n)) for n in range(50)))
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(where), "w", "200"], stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    assert cli.main(["journal", "backup", str(tmp_path / "copy.db")]) == 0
    assert writer.wait(timeout=120) == 0
    copy = open_store(str(tmp_path / "copy.db"))
    copy.verify()
    assert 50 <= copy.head()[0] <= 250 and open_store(str(where)).head()[0] == 250
    assert cli.main(["journal", "backup", str(tmp_path / "copy.db")]) == 2, "nothing is replaced"
    assert os.environ[current.PLACE] == str(where)


def test_an_older_journal_is_brought_up_and_keeps_what_it_holds(where: str) -> None:
    from alembic import command
    from sqlalchemy import inspect

    from geodata.journal.migrating import config

    store = open_store(where)
    put(store, note("一"), note("二"))
    seal = store.verify()
    command.downgrade(config(store.engine), "0001")
    assert not inspect(store.engine).has_table("people")
    store.close()
    again = open_store(where)
    assert inspect(again.engine).has_table("people") and again.verify() == seal
