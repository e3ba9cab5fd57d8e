"""The entries of a journal as a process has read them: what is new is read on, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, select

from geodata.journal.chain import START
from geodata.journal.entries import Entry
from geodata.journal.states import Standing, standings
from geodata.journal.store import head_of, links_of
from geodata.journal.tables import ENTRIES


@dataclass
class _Read:
    number: int = 0
    seal: str = START
    entries: tuple[Entry, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    stood: int = 0
    """Of how many entries the standings are."""
    newest: tuple[str, str] = ("", "")
    """Of those, where the newest stands in the order of time."""
    lock: Lock = field(default_factory=Lock)

    def read_on(self, connection: Connection) -> None:
        """Read what has come since."""
        number, seal = head_of(connection)
        if (number, seal) == (self.number, self.seal):
            return
        # Another journal was put in the place of this one, as when a backup is brought back.
        if self.number and not _holds(connection, self.number, self.seal):
            self.number, self.seal, self.entries = 0, START, ()
            self.standings, self.stood, self.newest = {}, 0, ("", "")
        links = links_of(connection, self.number)
        if links:
            self.entries += tuple(link.entry for link in links)
            self.number, self.seal = links[-1].number, links[-1].seal

    def stand(self) -> None:
        """Bring the standings up to what was read; where something older came late, from the beginning."""
        fresh = self.entries[self.stood :]
        if not fresh:
            return
        orders = [entry.order for entry in fresh]
        is_later = min(orders) > self.newest
        self.standings = standings(fresh, self.standings) if is_later else standings(self.entries)
        self.stood, self.newest = len(self.entries), max(self.newest, *orders)


_read: dict[str, _Read] = {}
_lock = Lock()


def entries_of(connection: Connection) -> tuple[Entry, ...]:
    """All entries of the journal of a connection, in the order in which they came."""
    held = _held(connection)
    with held.lock:
        held.read_on(connection)
        return held.entries


def standings_of(connection: Connection) -> tuple[tuple[Entry, ...], Mapping[str, Standing]]:
    """The same, and how each proposal stands."""
    held = _held(connection)
    with held.lock:
        held.read_on(connection)
        held.stand()
        return held.entries, held.standings


def _held(connection: Connection) -> _Read:
    place = connection.engine.url.render_as_string(hide_password=False)
    with _lock:
        return _read.setdefault(place, _Read())


def _holds(connection: Connection, number: int, seal: str) -> bool:
    return connection.scalar(select(ENTRIES.c.seal).where(ENTRIES.c.number == number)) == seal
