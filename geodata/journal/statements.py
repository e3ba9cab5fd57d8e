"""What was said of one measure in one act: a source, an event and what it shows stand or fall together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from geodata.journal.entries import Entry, Kind, State
from geodata.journal.replay import row_id
from geodata.journal.states import Standing, active

_ORDER = (State.PROPOSED, State.RETURNED, State.ACCEPTED, State.WITHDRAWN)
"""Where entries of one statement stand apart, the first of these is where it stands."""
_SOURCES = "sources"


@dataclass(frozen=True)
class Statement:
    """The proposals of one act that speak of one measure, and the sources that they name."""

    standings: tuple[Standing, ...]
    """As they came; a source may be one of several statements."""
    is_undone: bool = False
    """Whether it was accepted and then undone."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its entries, as they came."""
        return tuple(row.entry for row in self.standings)

    @property
    def first(self) -> Entry:
        """One of them, for who said it, and when; no source where there is anything else."""
        return next((entry for entry in self.entries if entry.table != _SOURCES), self.entries[0])

    @property
    def id(self) -> str:
        """By which it is known: that of its first entry."""
        return self.first.id

    @property
    def state(self) -> State:
        """Where it stands: withdrawn, where it was undone. A source that others rest on too says nothing of it."""
        if self.is_undone:
            return State.WITHDRAWN
        own = {row.state for row in self.standings if row.entry.table != _SOURCES}
        states = own or {row.state for row in self.standings}
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
        return tuple(dict.fromkeys(filter(None, map(measure_of, self.entries))))

    @property
    def is_undo(self) -> bool:
        """Whether it takes something back."""
        return self.first.kind == Kind.UNDO


def measure_of(entry: Entry) -> str:
    """The id of the measure that an entry speaks of; empty for one of something else."""
    if entry.table == "measures" and entry.key:
        return entry.key[0]
    return entry.values.get("measure", "") or entry.values.get("target", "").rpartition("-")[0]


def statements(standings: Mapping[str, Standing]) -> list[Statement]:
    """All statements, the newest first. `standings` are in the order in which the entries came."""
    acts: dict[tuple[str, str], list[Standing]] = {}
    for row in standings.values():
        acts.setdefault(row.entry.act, []).append(row)
    effective = {entry.id for entry in active(standings)}
    found = [one for _, rows in sorted(acts.items(), reverse=True) for one in _of_act(rows)]
    return [replace(one, is_undone=_is_undone(one, effective)) for one in found]


def _is_undone(one: Statement, effective: Set[str]) -> bool:
    """Whether nothing is left of what was accepted; a correction of it is a statement of its own."""
    own = [row for row in one.standings if row.entry.table != _SOURCES or len(one.standings) == 1]
    accepted = [row.entry.id for row in own if row.state == State.ACCEPTED]
    return len(accepted) == len(own) and not effective & set(accepted)


def _of_act(rows: Sequence[Standing]) -> list[Statement]:
    """An act, parted where it goes on to another measure."""
    parts: list[tuple[str, list[Standing]]] = []
    for row in rows:
        measure = measure_of(row.entry)
        if row.entry.table == _SOURCES:
            continue
        # What names no measure, as the stage of a project, belongs to what was said before it.
        if not parts or (measure and parts[-1][0] and measure != parts[-1][0]):
            parts.append((measure, []))
        elif measure and not parts[-1][0]:
            parts[-1] = (measure, parts[-1][1])
        parts[-1][1].append(row)
    sources = {row_id(_SOURCES, row.entry.values, row.entry.id): row for row in rows if row.entry.table == _SOURCES}
    found = []
    for _, part in parts:
        cited = {row.entry.values.get("source", "") for row in part}
        named = [row for name, row in sources.items() if name in cited]
        found.append(Statement((*named, *part)))
    loose = [row for name, row in sources.items() if not any(row in one.standings for one in found)]
    return [*found, *(Statement((row,)) for row in loose)]


def to_decide(picked: Iterable[Statement], said: Iterable[Statement], state: State, keep: bool) -> list[str]:
    """Ids of the entries of some statements that stand so, each once, as they came.

    With `keep`, not those sources that other statements of `said` still rest on: what is sent back or undone must
    not take the ground from what stays.
    """
    picked = list(picked)
    names = list(dict.fromkeys(row.entry.id for one in picked for row in one.standings if row.state == state))
    if not keep:
        return names
    mine = {one.id for one in picked}
    others = [one for one in said if one.id not in mine and one.state in (State.PROPOSED, State.ACCEPTED)]
    needed = {entry.id for one in others for entry in one.entries if entry.table == _SOURCES}
    return [name for name in names if name not in needed]
