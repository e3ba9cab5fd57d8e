"""A journal is backed up, brought back, moved to a server and merged with another copy, all from the terminal."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from journals import note, put, server, where  # noqa: F401
from test_journal import accept, act, entry

import cli
from geodata import CATALOG
from geodata.journal import current
from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.feed import standings_of
from geodata.journal.reading import read_known
from geodata.journal.states import standings
from geodata.journal.store import Store, open_store


def fact(number: int, **values: str) -> Entry:
    """An act of the number; the id of its row is made of how its id begins."""
    return replace(act(number, **values), id=f"{number:02x}" * 16)


class Terminal:
    """The commands of the journal, one place after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def at(self, where: str, *words: str) -> tuple[int, str]:
        """Exit code, and what was said, of a command on the journal at a place."""
        self.monkeypatch.setenv(current.PLACE, where)
        self.capsys.readouterr()
        code = cli.main(["journal", *words])
        said = self.capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def entries(store: Store) -> list[Entry]:
    store.verify()
    return [link.entry for link in store.links()]


def said_so_far() -> list[Entry]:
    """A fact that was accepted and corrected, one that waits, one that was sent back, and a note."""
    one, two, three = fact(1), fact(2, text_zh="又说。"), fact(3, text_zh="再说。")
    better = entry(Kind.ADD, 5, table="events", about=one.id, values={"text_zh": "更正。"})
    back = entry(Kind.RETURN, 7, about=three.id, role=Role.COORDINATOR, author="li", text="请补出处，“引号”\n与换行")
    return [one, two, three, accept(4, one), better, accept(6, better), back, note("电话已打")]


def test_a_backup_brings_back_what_was_there_then(tmp_path: Path, terminal: Terminal) -> None:
    """Also for a program that had the journal open, and had read more than the backup holds."""
    where, copy = tmp_path / "journal.db", tmp_path / "copy.db"
    store = open_store(str(where))
    put(store, *said_so_far())
    before, seal = entries(store), store.head()[1]
    assert terminal.at(str(where), "backup", str(copy))[0] == 0
    late = fact(20, text_zh="备份之后。")
    put(store, late, accept(21, late))
    after = read_known(CATALOG).version
    # As whoever brings back a backup does it: the files of the journal go, the copy comes in their place.
    for each in (where, Path(f"{where}-wal"), Path(f"{where}-shm")):
        each.unlink(missing_ok=True)
    shutil.copyfile(copy, where)
    assert entries(store) == before and store.head()[1] == seal
    code, said = terminal.at(str(where), "verify")
    assert code == 0 and seal[:16] in said
    assert read_known(CATALOG).version != after
    put(store, note("之后"))
    assert [each.text for each in entries(open_store(str(where)))[-1:]] == ["之后"] and len(entries(store)) == 9


def test_a_journal_moves_to_another_place_and_back_with_its_seal(
    where: str, tmp_path: Path, terminal: Terminal
) -> None:
    """From the file of a desk to the server of an office as well as to another file, and from there to a third."""
    desk, third, file = str(tmp_path / "desk.db"), str(tmp_path / "third.db"), str(tmp_path / "out.txt")
    put(open_store(desk), *said_so_far())
    assert terminal.at(desk, "export", file)[0] == 0
    version = read_known(CATALOG).version
    code, said = terminal.at(where, "import", file)
    assert (code, "8 entries taken in; 0 were there" in said) == (0, True)
    assert entries(open_store(where)) == said_so_far()[:7] + entries(open_store(desk))[7:]
    assert open_store(where).head() == open_store(desk).head() and read_known(CATALOG).version == version
    statuses = [terminal.at(place, "status") for place in (desk, where)]
    assert statuses[0] == statuses[1] and "已采纳" in statuses[0][1]
    assert terminal.at(where, "export", f"{file}2")[0] == 0
    assert Path(file).read_bytes() == Path(f"{file}2").read_bytes()
    assert terminal.at(third, "import", f"{file}2")[0] == 0
    assert terminal.at(third, "verify") == terminal.at(desk, "verify")


def test_what_would_leave_the_register_unsound_is_not_taken_in(where: str, tmp_path: Path, terminal: Terminal) -> None:
    """Two copies, each sound: that both know of the same fact shows when they meet. It is undone where it was said."""
    other, file = str(tmp_path / "other.db"), str(tmp_path / "out.txt")
    one, twin = fact(1), fact(2)
    put(open_store(where), one, accept(3, one))
    put(open_store(other), note("一"), twin, accept(4, twin))
    assert terminal.at(other, "export", file)[0] == 0
    head = open_store(where).head()
    code, said = terminal.at(where, "import", file)
    assert code == 1 and open_store(where).head() == head
    assert "nothing was taken in" in said and "没有并入任何条目" in said
    # The head of the file, the note, then the twin.
    assert said.count("out.txt:3 [text_zh]") == 2
    undo = entry(Kind.UNDO, 5, about=twin.id)
    put(open_store(other), undo, accept(6, undo))
    assert terminal.at(other, "export", file)[0] == 0
    assert terminal.at(where, "import", file)[0] == 0
    assert open_store(where).head()[0] == head[0] + 5 and len(read_known(CATALOG).changes) == 0
    assert open_store(where).verify()


def test_what_was_wrong_before_holds_up_nothing_that_comes(where: str, tmp_path: Path, terminal: Terminal) -> None:
    """The row that was lacking comes from the copy that has it; that alone brought it nobody could say otherwise."""
    file = str(tmp_path / "out.txt")
    source = entry(Kind.ADD, 1, table="sources", values={"id": "s-new", "title_zh": "通报", "title_en": "Report",
                   "publisher_zh": "交通局", "publisher_en": "Bureau of transport", "grade": "own-word"})  # fmt: skip
    one = fact(2, source="s-new")
    put(open_store(where), one, accept(3, one))
    other = str(tmp_path / "other.db")
    put(open_store(other), source, accept(4, source))
    assert terminal.at(other, "export", file)[0] == 0
    assert terminal.at(where, "import", file)[0] == 0
    assert "s-new" in set(read_known(CATALOG)["sources"]["id"])


def test_of_two_merged_copies_it_does_not_matter_which_was_first(tmp_path: Path, terminal: Terminal) -> None:
    """The version is of what has effect, in the order in which it was said, whatever came in first."""
    one, two = fact(1), fact(2, text_zh="又说。")
    back = entry(Kind.RETURN, 3, about=two.id, role=Role.COORDINATOR, author="li", text="请补出处")
    sides = {"a": [one, accept(5, one)], "b": [two, accept(4, two)], "c": [two, back]}
    versions, seals = set(), set()
    for name, said in sides.items():
        put(open_store(str(tmp_path / f"{name}.db")), *said)
        assert terminal.at(str(tmp_path / f"{name}.db"), "export", str(tmp_path / f"{name}.txt"))[0] == 0
    for order in ("abc", "bca", "cab"):
        store = open_store(str(tmp_path / f"{order}.db"))
        for name in order:
            assert terminal.at(str(tmp_path / f"{order}.db"), "import", str(tmp_path / f"{name}.txt"))[0] == 0
            # What was said earlier may come later: it stands as if all were read at once.
            with store.reading() as connection:
                found = standings_of(connection)
            assert found == (tuple(entries(store)), standings(entries(store)))
        versions.add(read_known(CATALOG).version)
        seals.add(open_store(str(tmp_path / f"{order}.db")).verify())
    assert len(versions) == 1 and len(seals) == 3
