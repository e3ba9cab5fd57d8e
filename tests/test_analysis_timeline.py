"""The timelines of a register say of each day what its standing says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from analysis.outcomes import SOON
from analysis.stages import STALE_AFTER
from analysis.standing import standing_on
from analysis.timeline import Timeline, timelines
from geodata import Register, edtf
from geodata.facts import Event
from geodata.model import Document, Measure

DAY = timedelta(days=1)
EARLY, LATE = date(1990, 1, 1), date(2060, 1, 1)


def days_of(register: Register) -> list[date]:
    """Every date of the register, read off the rows, with all that follows from it, and the days around each."""
    bounds = filter(None, (edtf.bounds(row.date) for row in register.rows(Event)))
    found = {day for span in bounds for day in span}
    found |= {day + STALE_AFTER for day in found}
    dues = {row.due_date for row in register.rows(Measure) if row.due_date}
    ends = {row.valid_until for row in register.rows(Document) if row.valid_until}
    found |= dues | ends | {due - SOON for due in dues} | {row.date_issued for row in register.rows(Document)}
    return sorted({day + step * DAY for day in found for step in (-1, 0, 1)} | {EARLY, LATE})


def differences(register: Register, days: Iterable[date]) -> list[tuple[date, str]]:
    known, found = timelines(register), []
    for day in days:
        standing = standing_on(register, day)
        found += [
            (day, name)
            for name, status in standing.feature_status.items()
            if status.stage != known.features[name].on(day)
        ]
        verdicts = zip(standing.measures["id"], standing.verdicts, strict=True)
        found += [(day, name) for name, verdict in verdicts if verdict != known.measures[name].on(day)]
    return found


def test_the_real_register_on_every_day_that_matters(register: Register) -> None:
    assert differences(register, days_of(register)) == []


def test_the_tiny_register_on_every_day_of_four_years(tiny: Register) -> None:
    first = date(2017, 6, 1)
    assert differences(tiny, (first + step * DAY for step in range(366 * 4))) == []


def test_a_turn_is_a_change(register: Register) -> None:
    known = timelines(register)
    for lines in (known.features, known.measures):
        for line in lines.values():
            assert line.days[0] == date.min and list(line.days) == sorted(set(line.days))
            assert all(before != after for before, after in zip(line.states, line.states[1:], strict=False))
    assert sum(len(line.days) > 1 for line in known.features.values()) > 60
    assert all(len(line.days) > 1 for line in known.measures.values()), "each document was issued on a day"


def test_all_days_are_ascending_and_leave_out_the_beginning(register: Register) -> None:
    days = timelines(register).days
    assert days == sorted(set(days)) and days[0] > date.min and len(days) > 100


@pytest.mark.parametrize(
    ("day", "state"),
    [(date.min, "a"), (date(2019, 12, 31), "a"), (date(2020, 1, 1), "b"), (date(2024, 5, 5), "b"), (date.max, "c")],
)
def test_a_state_holds_from_its_day_to_the_next(day: date, state: str) -> None:
    assert Timeline((date.min, date(2020, 1, 1), date(2025, 1, 1)), ("a", "b", "c")).on(day) == state
