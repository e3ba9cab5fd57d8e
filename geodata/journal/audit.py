"""What was tried at the door and refused, and what was done to the table of people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from geodata.journal.entries import now
from geodata.journal.store import Store
from geodata.journal.tables import AUDIT

_LONGEST = 1000


@dataclass(frozen=True)
class Tried:
    """One line of the audit list."""

    time: str
    login: str
    way: str
    """By which way somebody came: page, upload, command."""
    what: str
    refused: str
    """Why it was refused; empty for what was done."""


def note(connection: Connection, login: str, way: str, what: str, refused: str = "") -> None:
    """Put a line behind the list, in a transaction of `Store.writing`."""
    row = {
        "time": now(),
        "login": login[:200],
        "way": way[:20],
        "what": what[:_LONGEST],
        "refused": refused[:_LONGEST],
    }
    connection.execute(AUDIT.insert(), [row])


def listed(store: Store, most: int = 500) -> list[Tried]:
    """The newest lines, the newest first."""
    with store.reading() as connection:
        rows = connection.execute(select(AUDIT).order_by(AUDIT.c.number.desc()).limit(most)).all()
    return [Tried(row.time, row.login, row.way, row.what, row.refused) for row in rows]
