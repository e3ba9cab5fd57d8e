"""People who write in a journal, and what they say: for the tests of the door and of what stands before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from geodata.journal import people
from geodata.journal.door import Draft
from geodata.journal.entries import Role
from geodata.journal.people import Person
from geodata.journal.saying import Said, drafts_of
from geodata.journal.store import Store
from geodata.text import Text

MEASURE = "d2017-07-2-01"
"""A measure of an article in which the bureau of transport leads."""
WANG = Person("wang@jt.example", "王", Role.EDITOR, ("jiaotong",))
ZHAO = Person("zhao@sw.example", "赵", Role.EDITOR, ("shuiwu",))
LI = Person("li@fg.example", "李", Role.COORDINATOR, ("fagai",))
SUN = Person("sun@dg.example", "孙", Role.ADMIN)
GUEST = Person("guest@dg.example", "客", Role.VIEWER)
EVERYBODY = [WANG, ZHAO, LI, SUN, GUEST]


def enrol(store: Store, *who: Person) -> None:
    """Put people into the table, everybody without a name."""
    with store.writing() as connection:
        people.replace_all(connection, list(who) or EVERYBODY)


def act(measure: str = MEASURE, shows: str = "under-way", agency: str = "jiaotong", **values: str) -> list[Draft]:
    """What an agency says it did for a measure: its own word as a source, the event, and what that shows."""
    said = Said(measure, agency, shows, day="2026-05-20", text=Text("完成可行性研究。"))
    source, event, link = drafts_of(said, Text(agency), Text("2026-H1"), date(2026, 6, 20))
    return [source, replace(event, values={**event.values, **values}), link]


def decide(kind: str, *drafts: Draft, **more: Any) -> list[Draft]:
    """A decision about each of some drafts."""
    return [Draft(kind, about=each.id, **more) for each in drafts]
