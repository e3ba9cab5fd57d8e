"""The journal as the pages see it: read on when it has grown, the same value for all who look at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from analysis.view import View
from geodata.codes import Grade
from geodata.faults import Fault
from geodata.journal import current
from geodata.journal.door import Draft, Refused, write
from geodata.journal.entries import Entry, Kind, State
from geodata.journal.feed import standings_of
from geodata.journal.replay import row_id
from geodata.journal.statements import Statement, statements
from geodata.journal.states import Standing
from geodata.journal.store import Store, opened
from geodata.tables import cell_text
from geodata.text import Text
from outputs.forms.columns import TEXTS as FORM
from views import catalog
from views.identity import Visitor
from views.words import Words


@dataclass(frozen=True, eq=False)
class Told:
    """All that was said."""

    entries: Sequence[Entry]
    standings: Mapping[str, Standing]
    statements: Sequence[Statement]
    """Newest first."""


def store() -> Store:
    """The journal; NoStore where it cannot be opened."""
    return opened(current.where())


def told() -> Told:
    """All that was said up to now; NoStore."""
    return _told(current.where(), current.head())


@st.cache_resource(show_spinner=False, max_entries=4)
def _told(place: str, head: tuple[int, str]) -> Told:
    with opened(place).reading() as connection:
        entries, found = standings_of(connection)
    return Told(entries, found, statements(found))


def say(visitor: Visitor, drafts: Sequence[Draft], way: str = "page") -> tuple[Text, tuple[Fault, ...]]:
    """Write; why it was refused, and what is wrong by field. An empty reason for what was taken. NoStore."""
    try:
        write(store(), catalog.where(), visitor.login, drafts, way)
    except Refused as refused:
        return refused.reason, refused.faults
    return Text(), ()


def shown(code: str, words: Words) -> str:
    """What a fact shows, in the words of the form that bureaus know; empty for no code."""
    return FORM(f"status-{code}", words.lang) if code else ""


def waiting() -> tuple[str, ...]:
    """Rows of which something waits to be accepted, as `table:id`; NoStore."""
    found: set[str] = set()
    for statement in told().statements:
        if statement.state != State.PROPOSED:
            continue
        found |= {f"measures:{name}" for name in statement.measures}
        for entry in statement.entries:
            added = row_id(entry.table, entry.values, entry.id) if entry.kind == Kind.ADD else ""
            own = (entry.key[0] if entry.key else added) if entry.table == "features" else ""
            name = entry.values.get("feature", "") or own
            found |= {f"features:{name}"} if name else set()
    return tuple(sorted(found))


PLAIN = ("events", "evidence", "observations", "sources")
"""Tables whose added rows the line of a statement tells of already."""
SAID = ("measure", "feature", "event", "target", "source", "metric", "unit", "kind", "fit", "grade", "text_zh", "date",
        "shows", "stage", "value", "title_zh", "publisher_zh", "publisher_en", "date_published", "date_accessed", "url",
        "title_en")  # fmt: skip
"""Cells of such rows that the line tells of, or that follow from what it tells."""


def cells_of(view: View, words: Words, statement: Statement) -> list[str]:
    """What a statement would change beside what its line tells, cell by cell: before and after."""
    standings, found = told().standings, []
    for entry in statement.entries:
        about = standings.get(entry.about)
        shown = entry if entry.kind != Kind.UNDO or about is None else about.entry
        if entry.kind == Kind.UNDO:
            cells = ", ".join(f"{name} = {value}" for name, value in shown.values.items())
            found.append(words("undoes", table=shown.table, cells=cells))
            continue
        plain = entry.kind == Kind.ADD and not entry.about and entry.table in PLAIN
        row = _row(view, shown)
        for name, value in entry.values.items():
            if plain and (name in SAID) and not (name == "grade" and value != Grade.OWN_WORD):
                continue
            before = cell_text(row.get(name)) if row is not None else ""
            told_as = value if len(value) <= 120 else f"{value[:119]}…"
            key = " ".join(entry.key)
            found.append(f"{entry.table} {key} {name}: {before or '–'} → {told_as}".replace("  ", " "))
        if entry.kind == Kind.CHANGE and entry.text and "-H" not in entry.text:
            found.append(words("because", reason=entry.text))
    return found


def _row(view: View, entry: Entry) -> Mapping[str, Any] | None:
    """The row that an entry is about, as the register has it."""
    if entry.table not in view.register.dictionary.tables or not entry.key:
        return None
    frame = view.register[entry.table]
    for name, value in zip(view.register.dictionary.tables[entry.table].key, entry.key, strict=False):
        frame = frame[frame[name].astype(str) == value]
    return dict(frame.iloc[0]) if len(frame) else None
