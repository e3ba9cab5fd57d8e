"""What was said in one act, as one thing: a source, an event and what it shows stand or fall together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geodata.journal.entries import Entry, Kind, State
from geodata.journal.states import Standing

_ORDER = (State.PROPOSED, State.RETURNED, State.ACCEPTED, State.WITHDRAWN)
"""Where entries of one act stand apart, the first of these is where it stands."""


@dataclass(frozen=True)
class Statement:
    """The proposals of one act."""

    standings: tuple[Standing, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its entries, as they came."""
        return tuple(row.entry for row in self.standings)

    @property
    def first(self) -> Entry:
        """One of them, for who said it, and when."""
        return self.standings[0].entry

    @property
    def state(self) -> State:
        """Where it stands."""
        states = {row.state for row in self.standings}
        return next(state for state in _ORDER if state in states)

    @property
    def reason(self) -> str:
        """Why it was sent back or withdrawn, in the words of who did."""
        return next((row.decided.text for row in self.standings if row.decided and row.decided.text), "")

    def cells(self, table: str) -> Mapping[str, str]:
        """The cells of its first entry on a table; empty without one."""
        return next((row.entry.values for row in self.standings if row.entry.table == table), {})

    @property
    def measures(self) -> tuple[str, ...]:
        """Ids of the measures that it names."""
        named = [row.entry.values.get("measure", "") for row in self.standings]
        named += [row.entry.key[0] for row in self.standings if row.entry.table == "measures" and row.entry.key]
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def is_undo(self) -> bool:
        """Whether it takes something back."""
        return self.first.kind == Kind.UNDO


def statements(standings: Mapping[str, Standing]) -> list[Statement]:
    """All acts that propose something, the newest first."""
    found: dict[tuple[str, str], list[Standing]] = {}
    for row in standings.values():
        found.setdefault(row.entry.act, []).append(row)
    return [Statement(tuple(rows)) for _, rows in sorted(found.items(), reverse=True)]


def ids(picked: Iterable[Statement], state: State) -> Sequence[str]:
    """Ids of the entries of some acts that stand so."""
    return [row.entry.id for each in picked for row in each.standings if row.state == state]
