"""The entries that have effect now: those of the journal that `GUANTU_JOURNAL` names, none where it names none."""

from __future__ import annotations

import os
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from geodata.journal.entries import Entry
from geodata.journal.states import active, known_by, standings

PLACE = "GUANTU_JOURNAL"
"""The variable that says where the journal lies: a path, or the URL of a database."""

WRITING = "GUANTU_WRITE"
"""The variable that opens the journal for writing; without it nobody writes."""


class Mode(StrEnum):
    """Who may write, as chosen when the program starts."""

    OFF = ""
    DESK = "desk"
    """Whoever sits at this machine, without signing in."""
    SIGN_IN = "sign-in"
    """People of the table, who sign in."""


def mode() -> Mode:
    """Who may write; nobody without a journal, and nobody for a word that is none of ours."""
    chosen = os.environ.get(WRITING, "").strip()
    return Mode(chosen) if where() and chosen in tuple(Mode) else Mode.OFF


def where() -> str:
    """Where the journal lies: as the variable says, else in the user's folder; empty for none.

    An empty variable means none. In the user's folder there is one once somebody may write.
    """
    told = os.environ.get(PLACE)
    if told is not None:
        return told.strip()
    own = _own()
    return own if os.environ.get(WRITING, "").strip() or Path(own).exists() else ""


@cache
def _own() -> str:
    import platformdirs

    return str(platformdirs.user_data_path("guantu", appauthor=False) / "journal.db")


def head() -> tuple[int, str]:
    """Number and seal of the last entry; it changes with every entry. NoStore where the journal cannot be read."""
    if not where():
        return 0, ""
    from geodata.journal.chain import START
    from geodata.journal.store import opened

    number, seal = opened(where()).head()
    return number, "" if seal == START else seal


def entries_now(day: date | None, zone: str, proposed: bool = False) -> tuple[Entry, ...]:
    """The entries that have effect, as known by a day where the city is (today without one), in order.

    NoStore where the journal cannot be read.
    """
    if not where():
        return ()
    return _entries(where(), head(), day, zone, proposed)


@lru_cache(maxsize=16)
def _entries(place: str, at: tuple[int, str], day: date | None, zone: str, proposed: bool) -> tuple[Entry, ...]:
    from geodata.journal.feed import standings_of
    from geodata.journal.store import opened

    with opened(place).reading() as connection:
        entries, found = standings_of(connection)
    if day is not None:
        found = standings(known_by(entries, day, zone))
    return tuple(active(found, proposed))
