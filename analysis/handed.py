"""What agencies have handed in for a half-year: who has, who is late, what contradicts what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.halves import Half, NoHalf, half_of, read_half
from geodata import Register
from geodata.codes import Role, Shows
from geodata.journal.entries import Entry, Kind, State
from geodata.journal.statements import Statement
from geodata.model import Agency, Measure

PERIOD = "period"
"""The value of a note by which an agency hands in its half-year: its name."""
_NAMED = "-H"
"""What a name of a half-year has in it."""
_AGAINST: Mapping[str, tuple[str, ...]] = {
    Shows.FULFILLED: (Shows.NOT_DONE, Shows.UNREACHABLE),
    Shows.PART: (Shows.NOT_DONE, Shows.UNREACHABLE),
    Shows.UNDER_WAY: (Shows.UNREACHABLE, Shows.NOT_DONE),
}
"""What cannot be shown of one measure in one half-year by two agencies."""


@dataclass(frozen=True)
class Handed:
    """How one agency stands for a half-year."""

    agency: str
    leads: int
    """Measures in whose article it leads or is responsible."""
    cooperates: int
    states: Mapping[State, int]
    """Statements of the half-year by where they stand."""
    on: date | None
    """The last day on which it handed in; None where it has not."""

    def is_late(self, half: Half, today: date) -> bool:
        """Whether the half-year is over and it has not handed in."""
        return self.on is None and today > half.last


@dataclass(frozen=True)
class Dispute:
    """Two statements that cannot both be, or that say the same."""

    statement: Statement
    other: Statement
    same: bool
    """Whether it says the same over again; else it contradicts."""


def half_said(statement: Statement, zone: str) -> Half:
    """The half-year that a statement reports on."""
    told = (half_told(entry, zone) for entry in statement.entries if _NAMED in entry.text)
    return next(told, half_told(statement.first, zone))


def half_told(entry: Entry, zone: str) -> Half:
    """The half-year that an entry reports on; without its word that of the day on which it was said."""
    try:
        return read_half(entry.text)
    except NoHalf:
        return half_of(entry.day(zone))


def handed_in(register: Register, entries: Sequence[Entry], said: Sequence[Statement], half: Half) -> list[Handed]:
    """Every agency that has a part in a measure, in the order of the register.

    `said` are the statements of these entries; a part as cooperating agency is counted apart.
    """
    zone = register.place.time_zone
    leads, helps = _parts(register)
    states: dict[str, Counter[State]] = defaultdict(Counter)
    for statement in said:
        if half_said(statement, zone) == half:
            states[statement.first.agency][statement.state] += 1
    days = dict(_days(entries, half, zone))
    return [
        Handed(agency, len(leads[agency]), len(helps[agency] - leads[agency]), states[agency], days.get(agency))
        for agency in register.by_id(Agency)
        if leads[agency] or helps[agency]
    ]


def _parts(register: Register) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Ids of measures by agency: those it leads or is responsible for, those it cooperates in."""
    leads: dict[str, set[str]] = defaultdict(set)
    helps: dict[str, set[str]] = defaultdict(set)
    for measure in register.rows(Measure):
        for row in register.assignments_of[measure.article]:
            (helps if row.role == Role.COOPERATING else leads)[row.agency].add(measure.id)
    return leads, helps


def _days(entries: Sequence[Entry], half: Half, zone: str) -> Iterator[tuple[str, date]]:
    for entry in entries:
        if entry.kind == Kind.NOTE and entry.values.get(PERIOD) == half.name:
            yield entry.agency, datetime.fromisoformat(entry.time).astimezone(ZoneInfo(zone)).date()


def disputes(said: Sequence[Statement], zone: str) -> dict[str, Dispute]:
    """What is against, or the same as, another statement that waits or was accepted; by id, the later one named."""
    found: dict[str, Dispute] = {}
    held: dict[tuple[str, Half], list[Statement]] = defaultdict(list)
    living = [each for each in said if each.state in (State.PROPOSED, State.ACCEPTED) and not each.is_undo]
    for statement in sorted(living, key=lambda each: each.first.act):
        half = half_said(statement, zone)
        for place in (*statement.measures, statement.cells("events").get("feature", "")):
            for other in held[place, half] if place else ():
                if dispute := _between(statement, other):
                    found.setdefault(statement.id, dispute)
            if place:
                held[place, half].append(statement)
    return found


def _between(statement: Statement, other: Statement) -> Dispute | None:
    mine, theirs = statement.cells("evidence").get("shows", ""), other.cells("evidence").get("shows", "")
    event, before = statement.cells("events"), other.cells("events")
    told = [row.entry.values for row in statement.standings if row.entry.table == "events"]
    earlier = [row.entry.values for row in other.standings if row.entry.table == "events"]
    apart = statement.first.agency != other.first.agency or event.get("date") == before.get("date")
    if not apart:
        return None
    if theirs in _AGAINST.get(mine, ()) or mine in _AGAINST.get(theirs, ()):
        return Dispute(statement, other, same=False)
    stages = {(row["feature"], row["date"]): row["stage"] for row in earlier if row.get("stage")}
    for row in told:
        known = stages.get((row.get("feature", ""), row.get("date", "")))
        if known and row.get("stage") and row["stage"] != known:
            return Dispute(statement, other, same=False)
    alike = (mine, event.get("date"), event.get("text_zh")) == (theirs, before.get("date"), before.get("text_zh"))
    return Dispute(statement, other, same=True) if event and alike else None
