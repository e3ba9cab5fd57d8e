"""People who write in a journal, and what they say: for the tests of the door and of what stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geodata.journal import people
from geodata.journal.door import Draft
from geodata.journal.entries import Kind, Role
from geodata.journal.people import Person
from geodata.journal.replay import row_id
from geodata.journal.store import Store

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


def act(measure: str = MEASURE, shows: str = "under-way", **values: str) -> list[Draft]:
    """What an agency says it did for a measure: its own word as a source, the event, and what that shows."""
    source = Draft(Kind.ADD, table="sources", values=_source(values.pop("agency", "jiaotong")))
    cells = {"measure": measure, "date": "2026-05-20", "kind": "progress", "text_zh": "完成可行性研究。"}
    cells |= {"source": row_id("sources", source.values, source.id), "grade": "own-word"}
    event = Draft(Kind.ADD, table="events", values={**cells, **values})
    link = {"event": row_id("events", event.values, event.id), "measure": measure, "fit": "direct", "shows": shows}
    return [source, event, Draft(Kind.ADD, table="evidence", values=link)]


def _source(agency: str) -> Mapping[str, str]:
    return {
        "title_zh": f"{agency} 2026 年上半年自报",
        "publisher_zh": agency,
        "date_published": "2026-06-20",
        "date_accessed": "2026-06-20",
        "grade": "own-word",
    }


def decide(kind: str, *drafts: Draft, **more: Any) -> list[Draft]:
    """A decision about each of some drafts."""
    return [Draft(kind, about=each.id, **more) for each in drafts]
