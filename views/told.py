"""The journal as the pages see it: read on when it has grown, the same value for all who look at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from geodata.faults import Fault
from geodata.journal import current
from geodata.journal.door import Draft, Refused, write
from geodata.journal.entries import Entry, Kind, State
from geodata.journal.feed import standings_of
from geodata.journal.replay import row_id
from geodata.journal.statements import Statement, statements
from geodata.journal.states import Standing
from geodata.journal.store import Store, opened
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
