"""The pace of a promised number: the time that had passed when it was last measured, against what was done by then.

Both shares are of the same day, that of the number: an old number says nothing of the time since. What is measured of
a target that runs over several years is its total only where it stands on one day; the value of one year is a part of
it. Where there is no number that can be held against the target, the pace cannot be told, and why is said. A number
whose date was moved is told against the first date too: moving a date makes nobody faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from analysis.moved import moved
from analysis.stages import SOURCED
from analysis.words import TEXTS
from geodata import Register, edtf
from geodata.facts import Observation
from geodata.model import Measure, Target
from geodata.text import Text


class Pacing(StrEnum):
    """The verdict on a pace."""

    ON_TIME = "on-time"
    """As far as the time, or further."""
    BEHIND = "behind"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a pace cannot be told; of several reasons the first."""

    NO_DUE = "no-due"
    """It was measured, but no date was promised."""
    NO_VALUE = "no-value"
    """Nothing was measured up to the day."""
    UNSOURCED = "unsourced"
    NO_NUMBER = "no-number"
    OTHER_UNIT = "other-unit"
    NO_DAY = "no-day"
    """Its year is not known."""
    BEFORE = "before"
    """It may be from before the promise began."""
    PART = "of-one-part"
    """It is of one part of the time, not the total since the begin."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that was measured of a target."""

    span: tuple[date, date] | None
    """First and last day that its date allows; None for one of unknown year."""
    number: float | None
    unit: str
    is_sourced: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """A promised number on its way: `goal` of `units` by `due`, from `begin` on."""

    target: str
    """Id of the target; empty for none."""
    begin: date
    due: date | None
    """Later than the begin; None for a number that was measured but has no date."""
    goal: float
    """Above zero."""
    units: tuple[str, ...]
    """The unit, as it may be written."""
    is_total: bool
    """Whether it adds up over the time, as one that is promised of a span of years."""
    readings: tuple[Reading, ...] = ()
    first_due: date | None = None
    """The date that was promised first, where another one stands there since."""

    def passed(self, day: date, due: date | None = None) -> float:
        """The share of the time up to the due date, or to another one, that has passed on `day`: 0 to 1."""
        end = due or self.due
        length = (end - self.begin).days if end else 0
        return min(1.0, max(0.0, (day - self.begin).days / length)) if length > 0 else float(day > self.begin)

    @property
    def turns(self) -> list[date]:
        """The days on which the pace may change, ascending."""
        return sorted({reading.span[1] for reading in self.readings if reading.span})


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a promised number, as it can be known on a day."""

    pacing: Pacing
    why: Why | None = None
    """Why it cannot be told."""
    measured: date | None = None
    """The day by which the number stood; None where the pace cannot be told, as the two shares are then 0."""
    time: float = 0.0
    """The share of the time that had passed by then, 0 to 1."""
    done: float = 0.0
    """The share of the number that was reached by then; above 1 for more than was promised."""
    first_due: date | None = None
    """The date that was promised first, where it was moved and the number was behind it."""
    first_time: float = 0.0
    """The share of the time up to that date that had passed, 0 to 1."""

    @property
    def points(self) -> int:
        """By how many percentage points it is behind, at least 1; 0 where it is not."""
        return max(1, percent(self.time) - percent(self.done)) if self.pacing == Pacing.BEHIND else 0

    @property
    def first_points(self) -> int:
        """The same against the date that was promised first; 0 where that was not moved."""
        return max(1, percent(self.first_time) - percent(self.done)) if self.first_due else 0

    @property
    def said(self) -> Text:
        """The pace in a sentence."""
        if self.why is not None:
            return TEXTS["pace-unknown"].filled(why=TEXTS[f"pace-{self.why}"])
        shares = {"time": f"{percent(self.time)}%", "done": f"{percent(self.done)}%"}
        said = TEXTS[f"pace-{self.pacing}"].filled(day=self.measured, points=self.points, **shares)
        if self.first_due is None:
            return said
        first = TEXTS["pace-first"].filled(day=self.first_due, points=self.first_points)
        return said.joined(first, TEXTS["reason-and"])


def percent(share: float) -> int:
    """A share in whole percent, as it is shown."""
    return round(100 * share)


def pace(course: Course, day: date) -> Pace:
    """The pace by the newest number that can be known on `day` and held against what was promised."""
    if course.due is None:
        return Pace(Pacing.UNKNOWN, Why.NO_DUE)
    known = [each for each in course.readings if each.span is None or each.span[1] <= day]
    reasons = [_unfit(course, each) for each in known]
    fit = [each for each, reason in zip(known, reasons, strict=True) if reason is None]
    if not fit:
        return Pace(Pacing.UNKNOWN, next((reason for reason in reversed(reasons) if reason), Why.NO_VALUE))
    newest = max(fit, key=_age)
    assert newest.span is not None and newest.number is not None
    time, done = course.passed(newest.span[1]), newest.number / course.goal
    found = Pace(Pacing.ON_TIME if done >= time else Pacing.BEHIND, None, newest.span[1], time, done)
    if course.first_due is None:
        return found
    first = course.passed(newest.span[1], course.first_due)
    return replace(found, first_due=course.first_due, first_time=first) if done < first else found


def courses(register: Register) -> Mapping[str, tuple[Course, ...]]:
    """The promised numbers of each measure that have a date or were measured; without measures that have none."""
    return register.derived(_courses)


def _courses(register: Register) -> dict[str, tuple[Course, ...]]:
    found = {}
    for row in register.rows(Measure):
        each = [course for target in register.targets_of[row.id] if (course := _course(register, row, target))]
        if each:
            found[row.id] = tuple(each)
    return found


def _course(register: Register, measure: Measure, target: Target) -> Course | None:
    """The course of one target; None for what nobody measured and has no date, for a number of every period, and for
    one that is not above zero."""
    measured = register.observations_of[target.id]
    if not (measure.due_date or measured) or target.recurrence or target.value <= 0:
        return None
    span = edtf.bounds(target.period)
    is_total = "/" in target.period
    begin = span[0] if span and is_total else register.document_of(measure).date_issued
    if measure.due_date and measure.due_date <= begin:
        return None
    readings = sorted((_reading(each) for each in measured), key=_age)
    units = (target.unit.zh, target.unit.en)
    known = moved(register).get(measure.id)
    first = known.first if known and known.first != measure.due_date else None
    return Course(target.id, begin, measure.due_date, target.value, units, is_total, tuple(readings), first)


def _reading(row: Observation) -> Reading:
    return Reading(edtf.bounds(row.date), row.number, row.unit, row.grade in SOURCED)


def _age(reading: Reading) -> tuple[date, date]:
    """By the last day that its date allows, then by the first; one of unknown year comes before all."""
    return (reading.span[1], reading.span[0]) if reading.span else (date.min, date.min)


def _unfit(course: Course, reading: Reading) -> Why | None:
    """Why a value cannot be held against what was promised; None for one that can."""
    if not reading.is_sourced:
        return Why.UNSOURCED
    if reading.number is None:
        return Why.NO_NUMBER
    if reading.unit not in course.units:
        return Why.OTHER_UNIT
    if reading.span is None:
        return Why.NO_DAY
    if reading.span[0] < course.begin:
        return Why.BEFORE
    return Why.PART if course.is_total and reading.span[0] != reading.span[1] else None
