"""The deadlines of a view in a range of days: due dates, recurring duties by the end of each period, and reports.

A duty without a period (regular, as needed) has no day and is left out. A period counts if its last day lies within
the life of the document. A report is a duty whose days the text itself names, in a document that has a rule for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analysis.moved import moved
from analysis.periods import PERIODS, ends, period_of
from analysis.promises import Promise, promises
from analysis.standing import MeasureStatus
from analysis.view import View
from analysis.words import TEXTS
from geodata import Register
from geodata.codes import Role, Shows
from geodata.model import Measure
from geodata.text import Text

_ACTED = (Shows.UNDER_WAY, Shows.PART, Shows.FULFILLED)


class Kind(StrEnum):
    """What falls due."""

    DUE = "due"
    """A measure, once."""
    DUTY = "duty"
    """One period of a recurring duty."""
    REPORT = "report"
    """One period of a duty to report."""

    @property
    def words(self) -> Text:
        """The kind in words."""
        return TEXTS[f"deadline-{self}"]


class Mark(StrEnum):
    """How one period of a recurring duty stands on a day."""

    SHOWN = "shown"
    """A fact of the period shows that something was done."""
    SHORT = "short"
    """All that is known of the period shows that nothing was."""
    SILENT = "silent"
    """The period is over, and nothing is known of it."""
    OPEN = "open"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which something is to be done."""

    day: date
    """The last day on which it is in time."""
    kind: Kind
    status: MeasureStatus
    state: str
    """Code of the outcome of a measure that is due once, else of the mark of the period."""
    words: Text
    """The same in words."""
    period: str = ""
    """Name of the period; empty for what is due once."""
    agencies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each role with the ids of its agencies in the order of the text; without roles that nobody has."""

    @property
    def measure(self) -> Measure:
        """The measure that is due."""
        return self.status.measure

    def of(self, role: Role) -> tuple[str, ...]:
        """Ids of the agencies in a role."""
        return dict(self.agencies).get(role, ())


def deadlines(view: View, first: date, last: date) -> list[Deadline]:
    """What falls due from `first` to `last` among the measures of a view, by day, then in the order of the register."""
    known = view.register.derived(_promises_by_id)
    found = [
        each
        for status in view.measure_status()
        for each in _of_measure(view, status, known[status.measure.id], first, last)
    ]
    return sorted(found, key=lambda each: each.day)


def moved_words(register: Register, measure: str) -> Text:
    """How often the date of a measure (an id) was moved and what was promised first; empty for one that was not."""
    found = moved(register).get(measure)
    return found.said if found else Text()


def _promises_by_id(register: Register) -> dict[str, Promise]:
    return {row.id: promise for row, promise in zip(register.rows(Measure), promises(register), strict=True)}


def _of_measure(view: View, status: MeasureStatus, promise: Promise, first: date, last: date) -> Iterator[Deadline]:
    row, register = status.measure, view.register
    agencies = _agencies(register, row)
    if row.due_date and first <= row.due_date <= last:
        outcome = status.verdict.outcome
        title = register.codes("outcome")[outcome].title
        yield Deadline(row.due_date, Kind.DUE, status, outcome, title, "", agencies)
    if row.recurrence not in PERIODS:
        return
    is_report = bool(row.due_text and register.document_of(row).reporting_rule)
    lived = max(first, promise.issued), min(last, promise.ends or last)
    for day, name in ends(row.recurrence, *lived):
        mark = _mark(promise, day, name, view.day)
        kind = Kind.REPORT if is_report else Kind.DUTY
        yield Deadline(day, kind, status, mark, TEXTS[f"period-{mark}"], name, agencies)


def _mark(promise: Promise, end: date, name: str, day: date) -> Mark:
    """How the period `name`, which ends with `end`, stands on `day`."""
    facts = [
        each
        for each in promise.counted_on(day)
        if period_of(promise.recurrence, each.first, each.day) == name
    ]  # fmt: skip
    if any(each.shows in _ACTED for each in facts):
        return Mark.SHOWN
    if facts:
        return Mark.SHORT
    if end < day:
        return Mark.SILENT
    return Mark.OPEN if period_of(promise.recurrence, day, day) == name else Mark.AHEAD


def _agencies(register: Register, measure: Measure) -> tuple[tuple[str, tuple[str, ...]], ...]:
    assigned = register.assignments_of[measure.article]
    by_role = ((str(role), tuple(row.agency for row in assigned if row.role == role)) for role in Role)
    return tuple((role, names) for role, names in by_role if names)


def runs(found: Sequence[Deadline]) -> list[list[Deadline]]:
    """The deadlines of each measure and kind together, by their first day: a due date alone, a duty as a series."""
    grouped: dict[tuple[str, Kind], list[Deadline]] = {}
    for each in found:
        grouped.setdefault((each.measure.id, each.kind), []).append(each)
    return list(grouped.values())
