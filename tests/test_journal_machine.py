"""The door and the chain under whatever people do in whatever order, held against a small model."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from writers import enrol

from geodata import catalog_files, read_register
from geodata.journal import current, door, feed
from geodata.journal.chain import read_chain, write_chain
from geodata.journal.door import Draft, Refused, write
from geodata.journal.entries import DECISIONS, EFFECTS, Entry, Kind, Role
from geodata.journal.people import Person
from geodata.journal.states import active, known_by, standings
from geodata.journal.store import Store, open_store
from geodata.register import checked, put_in

ZONE = "Asia/Shanghai"
MEASURE, LINE = "recent-01-1-01", "line-east"
EDITOR = Person("wang@jia.example", "王", Role.EDITOR, ("jia",))
COORDINATOR = Person("li@jia.example", "李", Role.COORDINATOR, ("jia",))
PICK = st.integers(0, 10**6)
OVER_AGAIN = settings(max_examples=14, stateful_step_count=25, phases=(Phase.generate,))


@dataclass
class Said:
    """An entry as the model knows it."""

    entry: Draft
    act: list[str]
    state: str = "proposed"
    undos: list[str] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return self.entry.values.get("measure") or self.entry.values["feature"]


class Machine(RuleBasedStateMachine):
    """An editor and a coordinator; what they write goes through the door of one journal."""

    def __init__(self, catalog: Path) -> None:
        super().__init__()
        self.source = catalog_files.read(catalog)
        self.catalog, self.folder = catalog, Path(tempfile.mkdtemp(prefix="guantu-machine-"))
        self.clock = datetime(2026, 3, 1, 1, tzinfo=UTC)
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv(current.PLACE, str(self.folder / "journal.db"))
        self.patch.setenv(current.WRITING, "sign-in")
        self.patch.setattr(door, "now", lambda: self.clock.isoformat(timespec="microseconds").replace("+00:00", "Z"))
        self.store = self.opened()
        enrol(self.store, EDITOR, COORDINATOR)
        self.said: dict[str, Said] = {}
        self.bodies: list[str] = []
        self.days: dict[date, tuple[dict[str, str], str]] = {}
        self.count = 0

    def opened(self) -> Store:
        return open_store(str(self.folder / "journal.db"))

    def teardown(self) -> None:
        assert read_register(self.catalog, self.in_effect(self.entries())).version == self.seen(self.entries())[1]
        self.store.close()
        self.patch.undo()
        shutil.rmtree(self.folder)

    # What people do.

    def say(self, who: Person, *drafts: Draft) -> bool:
        """Whether it was taken; what was not leaves the chain as it was."""
        head = self.store.head()
        try:
            links = write(self.store, self.catalog, who.login, drafts)
        except Refused as refused:
            assert refused.reason.zh and self.store.head() == head
            return False
        assert [link.entry.id for link in links] == [each.id for each in drafts]
        self.bodies += [link.entry.body for link in links]
        for each in drafts:
            if each.kind in EFFECTS:
                self.said[each.id] = Said(each, [other.id for other in drafts])
            if each.kind == Kind.UNDO:
                self.said[each.about].undos.append(each.id)
        today, self.clock = self.today, self.clock + timedelta(hours=7)
        if today != self.today:
            self.days[today] = self.seen(self.entries())
        return True

    @property
    def today(self) -> date:
        return self.clock.astimezone(ZoneInfo(ZONE)).date()

    def which(self, pick: int, state: str, *kinds: str) -> str:
        """One of those that stand so, and are of these kinds; empty where there is none."""
        names = [name for name, each in self.said.items() if each.state == state and each.entry.kind in kinds]
        return names[pick % len(names)] if names else ""

    def text(self) -> str:
        self.count += 1
        return f"第 {self.count} 句。"

    def accept(self, *names: str) -> None:
        if self.say(COORDINATOR, *(Draft(Kind.ACCEPT, about=name) for name in names)):
            for name in names:
                self.said[name].state = "accepted"

    def propose_and(self, accepted: bool, *drafts: Draft) -> bool:
        taken = self.say(EDITOR, *drafts)
        if taken and accepted:
            self.accept(*(each.id for each in drafts))
        return taken

    @initialize()
    def begin(self) -> None:
        for of_measure in (True, False):
            self.propose(of_measure, True)

    @rule(of_measure=st.booleans(), at_once=st.booleans())
    def propose(self, of_measure: bool, at_once: bool) -> None:
        """What was done for a measure shows something of it; what became of a line stands by itself."""
        subject = {"measure": MEASURE, "kind": "act"} if of_measure else {"feature": LINE, "kind": "progress"}
        told = {"date": "2024-05-20", "text_zh": self.text(), "grade": "own-word"}
        event = Draft(Kind.ADD, table="events", values=subject | told)
        shows = {"event": f"{MEASURE}-j{event.id[:12]}", "measure": MEASURE, "fit": "direct", "shows": "under-way"}
        more = [Draft(Kind.ADD, table="evidence", values=shows)] if of_measure else []
        assert self.propose_and(at_once, event, *more)

    @rule(at_once=st.booleans())
    def move(self, at_once: bool) -> None:
        told = {"due_text": self.text(), "due_date": "2027-12-31"}
        moved = Draft(Kind.CHANGE, table="measures", key=(MEASURE,), values=told, text="延期。")
        assert self.propose_and(at_once, moved)

    @rule(pick=PICK, kind=st.sampled_from((Kind.ACCEPT, Kind.RETURN, Kind.WITHDRAW)))
    @precondition(lambda self: self.which(0, "proposed", *EFFECTS))
    def decide(self, pick: int, kind: Kind) -> None:
        name = self.which(pick, "proposed", *EFFECTS)
        if self.say(COORDINATOR, Draft(kind, about=name, text="理由")):
            self.said[name].state = DECISIONS[kind]

    @rule()
    @precondition(lambda self: self.which(0, "proposed", *EFFECTS))
    def accept_all(self) -> None:
        self.accept(*(name for name, each in self.said.items() if each.state == "proposed"))

    @rule(pick=PICK, at_once=st.booleans())
    @precondition(lambda self: self.which(0, "accepted", Kind.ADD))
    def correct(self, pick: int, at_once: bool) -> None:
        name = self.which(pick, "accepted", Kind.ADD)
        if self.said[name].entry.table == "events":
            self.propose_and(at_once, Draft(Kind.ADD, table="events", about=name, values={"text_zh": self.text()}))

    @rule(pick=PICK, at_once=st.booleans(), and_back=st.booleans())
    @precondition(lambda self: self.which(0, "accepted", *EFFECTS))
    def undo(self, pick: int, at_once: bool, and_back: bool) -> None:
        """A fact, a change or an undo, with all that was said with it; it may come back by an undo of that."""
        name = self.which(pick, "accepted", *EFFECTS)
        act = [each for each in self.said[name].act if self.said[each].state == "accepted"]
        for _ in range(1 + (at_once and and_back)):
            undos = [Draft(Kind.UNDO, about=each) for each in act]
            if not self.propose_and(at_once, *undos):
                break
            act = [each.id for each in undos if self.said[each.id].state == "accepted"]

    @rule(kind=st.sampled_from((Kind.NOTE, Kind.QUESTION)))
    def talk(self, kind: Kind) -> None:
        assert self.say(EDITOR, Draft(kind, text=self.text()))

    @rule()
    def reopen(self) -> None:
        self.store.close()
        feed._read.clear()
        self.store = self.opened()

    # What is seen.

    def entries(self) -> list[Entry]:
        return [link.entry for link in self.store.links()]

    def in_effect(self, entries: list[Entry], day: date | None = None) -> list[Entry]:
        return active(standings(known_by(entries, day, ZONE)))

    def seen(self, entries: list[Entry], day: date | None = None) -> tuple[dict[str, str], str]:
        """The sentences of the register by id, and its version; it is sound, as `read_register` asks it."""
        found = checked(put_in(self.source, self.in_effect(entries, day)), thorough=False)
        assert found.faults == []
        moved = {row["id"]: row["due_text"] for row in found.rows["measures"] if row["id"] == MEASURE}
        own = {row["id"]: row["text_zh"] for row in found.rows["events"] if row["grade"] == "own-word"}
        return own | moved, found.version

    def has_effect(self, name: str) -> bool:
        """By the model: accepted, what it corrects has effect, and nothing that has effect undoes it."""
        one = self.said[name]
        below = one.entry.kind != Kind.UNDO and one.entry.about
        if one.state != "accepted" or (below and not self.has_effect(below)):
            return False
        return not any(self.has_effect(each) for each in one.undos)

    def expected(self) -> dict[str, str]:
        """What a model shows that knows nothing of chains: the last sentence of each fact that has effect."""
        found, roots = {MEASURE: "2018年"}, {}
        for name, each in self.said.items():
            if each.entry.table in ("events", "measures"):
                roots[name] = roots.get(each.entry.about, name)
                if self.has_effect(name):
                    row = MEASURE if each.entry.key else f"{self.said[roots[name]].subject}-j{roots[name][:12]}"
                    found[row] = each.entry.values.get("text_zh") or each.entry.values["due_text"]
        return found

    @invariant()
    def it_is_sound_and_shows_what_was_accepted_last(self) -> None:
        assert self.seen(self.entries())[0] == self.expected()

    @invariant()
    def nothing_is_lost_hidden_or_touched(self) -> None:
        self.store.verify()
        assert [each.body for each in self.entries()] == self.bodies
        with self.store.reading() as connection:
            entries, found = feed.standings_of(connection)
        assert list(entries) == self.entries() and found == standings(entries)

    @invariant()
    def what_was_known_of_a_day_stays_as_it_was(self) -> None:
        entries = self.entries()
        for day in list(self.days)[-1:]:
            assert self.seen(entries, day) == self.days[day]

    @rule(seed=PICK)
    @precondition(lambda self: self.bodies)
    def another_copy(self, seed: int) -> None:
        """Out, and into another in another order, in two parts of which the second holds the first again."""
        links = read_chain(write_chain(self.store.links()))
        mixed = random.Random(seed).sample([link.entry for link in links], len(links))
        other = open_store(str(self.folder / f"copy-{seed}.db"))
        for part in (mixed[: len(mixed) // 2], mixed):
            with other.writing() as connection:
                other.append(connection, part)
        entries = [link.entry for link in other.links()]
        assert other.verify() and sorted(each.id for each in entries) == sorted(each.id for each in mixed)
        assert self.seen(entries) == self.seen(self.entries())
        assert self.in_effect(entries) == self.in_effect(self.entries())
        for day, seen in self.days.items():
            assert self.seen(entries, day) == seen
        other.close()
        (self.folder / f"copy-{seed}.db").unlink()


def test_whatever_people_do_the_register_is_sound_and_nothing_is_hidden(tiny_written: Path) -> None:
    run_state_machine_as_test(lambda: Machine(tiny_written), settings=OVER_AGAIN)
