"""The entries of a journal as a process has read them: what is new is read on, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, select

from geodata.journal.chain import START
from geodata.journal.entries import Entry
from geodata.journal.store import head_of, links_of
from geodata.journal.tables import ENTRIES


@dataclass
class _Read:
    number: int = 0
    seal: str = START
    entries: tuple[Entry, ...] = ()
    lock: Lock = field(default_factory=Lock)


_read: dict[str, _Read] = {}
_lock = Lock()


def entries_of(connection: Connection) -> tuple[Entry, ...]:
    """All entries of the journal of a connection, in the order in which they came."""
    place = connection.engine.url.render_as_string(hide_password=False)
    with _lock:
        held = _read.setdefault(place, _Read())
    with held.lock:
        number, seal = head_of(connection)
        if (number, seal) == (held.number, held.seal):
            return held.entries
        # Another journal was put in the place of this one, as when a backup is brought back.
        if held.number and not _holds(connection, held.number, held.seal):
            held.number, held.seal, held.entries = 0, START, ()
        links = links_of(connection, held.number)
        if links:
            held.entries += tuple(link.entry for link in links)
            held.number, held.seal = links[-1].number, links[-1].seal
        return held.entries


def _holds(connection: Connection, number: int, seal: str) -> bool:
    return connection.scalar(select(ENTRIES.c.seal).where(ENTRIES.c.number == number)) == seal
