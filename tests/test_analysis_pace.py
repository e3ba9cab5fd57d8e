"""The pace of promised numbers: right by hand, and never more than what is known of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.pace import Course, Pacing, Reading, Why, courses, pace
from geodata import CATALOG, Register, read_register
from geodata.journal.entries import Entry, Kind, Role

BEGIN, DUE = date(2020, 1, 1), date(2024, 1, 1)
HALF = date(2022, 1, 1)
COURSE = Course("t", BEGIN, DUE, 200.0, ("公里", "km"), is_total=False)
ORDER = (Pacing.BEHIND, Pacing.ON_TIME)


def read(
    first: date, number: float | None, last: date | None = None, unit: str = "公里", sourced: bool = True
) -> Reading:
    return Reading((first, last or first), number, unit, sourced)


def of(*readings: Reading, **more: object) -> Course:
    return replace(COURSE, readings=readings, **more)  # type: ignore[arg-type]


def test_half_of_the_time_and_a_third_of_the_road() -> None:
    found = pace(of(read(HALF, 66.0)), date(2023, 6, 1))
    # 731 of 1461 days.
    assert (found.pacing, found.measured, found.time, found.done) == (Pacing.BEHIND, HALF, 731 / 1461, 0.33)
    assert found.points == 17
    assert found.said.en == "By 2022-01-01, 50% of the time had passed and 33% was done: 17 percentage points behind"
    assert found.said.zh == "截至 2022-01-01，时间过去 50%，完成 33%：落后 17 个百分点"


@pytest.mark.parametrize(
    ("number", "pacing", "points"),
    [(0.0, Pacing.BEHIND, 50), (100.0, Pacing.BEHIND, 1), (100.1, Pacing.ON_TIME, 0), (500.0, Pacing.ON_TIME, 0)],
)
def test_a_pace_by_hand(number: float, pacing: Pacing, points: int) -> None:
    found = pace(of(read(HALF, number)), HALF)
    assert (found.pacing, found.points) == (pacing, points)


@pytest.mark.parametrize(
    ("readings", "why"),
    [
        ([], Why.NO_VALUE),
        ([read(DUE, 200.0)], Why.NO_VALUE),
        ([read(HALF, 100.0, sourced=False)], Why.UNSOURCED),
        ([read(HALF, None)], Why.NO_NUMBER),
        ([read(HALF, 50.0, unit="%")], Why.OTHER_UNIT),
        ([read(HALF, 100.0, unit="")], Why.OTHER_UNIT),
        ([Reading(None, 100.0, "公里")], Why.NO_DAY),
        ([read(date(2019, 12, 31), 100.0)], Why.BEFORE),
        ([read(date(2019, 1, 1), 100.0, date(2021, 1, 1))], Why.BEFORE),
    ],
)  # fmt: skip
def test_where_no_number_can_be_held_against_the_target_nothing_is_guessed(readings: list[Reading], why: Why) -> None:
    found = pace(of(*readings), date(2022, 6, 1))
    assert (found.pacing, found.why, found.measured, found.time, found.done) == (Pacing.UNKNOWN, why, None, 0.0, 0.0)
    assert found.points == 0 and found.said.zh and found.said.en


def test_the_value_of_one_year_is_no_total_of_several() -> None:
    year = read(date(2022, 1, 1), 150.0, date(2022, 12, 31))
    assert pace(of(year), DUE).pacing == Pacing.ON_TIME, "a share that holds for a year is known by its end"
    assert pace(of(year), date(2022, 12, 30)).why == Why.NO_VALUE
    assert pace(of(year, is_total=True), DUE).why == Why.PART
    assert pace(of(read(HALF, 150.0), year, is_total=True), DUE).measured == HALF, (
        "the last that can be held against it"
    )


def test_the_newest_value_counts_and_the_time_stops_with_it() -> None:
    course = of(read(date(2021, 1, 1), 100.0), read(HALF, 60.0))
    assert pace(course, HALF - timedelta(days=1)).pacing == Pacing.ON_TIME
    assert pace(course, HALF).pacing == Pacing.BEHIND
    assert pace(course, date(2030, 1, 1)) == pace(course, HALF), "nobody measured since"
    assert course.passed(date(2030, 1, 1)) == 1.0 and course.passed(date(2010, 1, 1)) == 0.0


def test_a_moved_date_makes_nobody_faster() -> None:
    course = of(read(HALF, 66.0), due=date(2030, 1, 1), first_due=DUE)
    found = pace(course, HALF)
    # 731 of 3653 days, and 731 of 1461 by the first date.
    assert (found.pacing, found.points, found.time) == (Pacing.ON_TIME, 0, 731 / 3653)
    assert (found.first_due, found.first_time, found.first_points) == (DUE, 731 / 1461, 17)
    assert found.said.en.endswith(
        "on time or ahead; by the date first promised, 2024-01-01, 17 percentage points behind"
    )
    assert found.said.zh.endswith("按期或提前；按最初承诺的 2024-01-01，落后 17 个百分点")
    fast = pace(of(read(HALF, 101.0), due=date(2030, 1, 1), first_due=DUE), HALF)
    assert (fast.first_due, fast.first_points) == (None, 0)
    assert pace(of(read(HALF, 66.0), first_due=BEGIN), HALF).first_time == 1.0, "that date had passed"


NUMBERS = st.one_of(st.none(), st.floats(0, 400))
READINGS = st.builds(
    lambda first, length, number, unit, sourced, known: Reading(
        (first, first + timedelta(days=length)) if known else None, number, unit, sourced
    ),
    st.dates(date(2018, 1, 1), date(2026, 1, 1)),
    st.sampled_from([0, 0, 30, 365]),
    NUMBERS,
    st.sampled_from(["公里", "公里", "km", "%"]),
    st.sampled_from([True, True, False]),
    st.sampled_from([True, True, False]),
)
COURSES = st.builds(
    lambda readings, is_total, first: of(*readings, is_total=is_total, first_due=first),
    st.lists(READINGS, max_size=5),
    st.booleans(),
    st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2026, 1, 1))),
)
ANY_DAY = st.dates(date(2017, 1, 1), date(2027, 1, 1))


@given(COURSES, ANY_DAY)
def test_a_pace_never_looks_beyond_the_day(course: Course, day: date) -> None:
    known = tuple(each for each in course.readings if each.span is None or each.span[1] <= day)
    found = pace(course, day)
    assert found == pace(replace(course, readings=known), day)
    assert found.measured is None or BEGIN <= found.measured <= day
    last = max((turn for turn in course.turns if turn <= day), default=None)
    assert last is None or pace(course, last) == found, "it changes on its turns alone"


@given(COURSES, ANY_DAY, st.floats(0, 400))
def test_more_done_is_never_a_worse_pace(course: Course, day: date, more: float) -> None:
    richer = replace(
        course,
        readings=tuple(
            replace(each, number=None if each.number is None else each.number + more) for each in course.readings
        ),
    )
    one, other = pace(course, day), pace(richer, day)
    assert (one.why, one.measured, one.time) == (other.why, other.measured, other.time)
    if one.why is None:
        assert ORDER.index(other.pacing) >= ORDER.index(one.pacing) and other.points <= one.points
        assert other.first_points <= one.first_points


@given(COURSES, ANY_DAY)
def test_a_verdict_rests_on_a_number(course: Course, day: date) -> None:
    found = pace(course, day)
    assert (found.pacing == Pacing.UNKNOWN) == (found.why is not None) == (found.measured is None)
    assert (found.pacing == Pacing.BEHIND) == (found.points > 0) == (found.done < found.time)


GRID = "d2017-08-1-11"


def test_the_register_has_three_promised_numbers_with_a_date(register: Register) -> None:
    """The grid company tells what it did in 2018 alone: no total, so no pace, however near 34% and 36% look."""
    found = {name: [pace(each, date(2026, 3, 31)).why for each in own] for name, own in courses(register).items()}
    assert found == {GRID: [Why.PART], "d2017-08-1-12": [Why.PART], "d2017-08-1-13": [Why.PART]}
    (grid,) = courses(register)[GRID]
    assert (grid.begin, grid.due, grid.goal, grid.is_total) == (date(2017, 1, 1), date(2020, 12, 31), 115.0, True)


def test_a_number_that_was_measured_but_has_no_date() -> None:
    """Towns of Dongguan paired with Zhaotong: six are promised, no date is."""
    towns = "d2017-16-1-03"
    cells = {"target": f"{towns}-t1", "date": "2019-03-01", "metric": "target-value", "value": "5", "unit": "个镇街"}
    cells |= {"source": "s-cns-grid-investment", "grade": "verified-repost"}
    told = Entry(kind=Kind.ADD, author="a", agency="fagai", role=Role.EDITOR, table="observations", values=cells)
    (course,) = courses(read_register(CATALOG, [told]))[towns]
    found = pace(course, date(2026, 3, 31))
    assert (found.why, found.said.en) == (Why.NO_DUE, "The pace cannot be told: no date was promised")


def test_a_total_on_a_day_is_held_against_the_time() -> None:
    cells = {"target": f"{GRID}-t1", "date": "2019-03-01", "metric": "target-value", "value": "46", "unit": "亿元"}
    cells |= {"source": "s-cns-grid-investment", "grade": "verified-repost"}
    told = Entry(kind=Kind.ADD, author="a", agency="fagai", role=Role.EDITOR, table="observations", values=cells)
    (course,) = courses(read_register(CATALOG, [told]))[GRID]
    found = pace(course, date(2026, 3, 31))
    # 789 of 1460 days, 46 of 115.
    assert (found.pacing, found.measured, found.time, found.done) == (Pacing.BEHIND, date(2019, 3, 1), 789 / 1460, 0.4)
    assert found.points == 14 and pace(course, date(2019, 2, 28)).why == Why.PART
