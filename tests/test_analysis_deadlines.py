"""Deadlines: what falls due between two days, how each period stands, and which periods count."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deadlines import Deadline, Kind, Mark, deadlines, runs
from analysis.filters import Filter
from analysis.periods import PERIODS, ends, periods
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from geodata.codes import Outcome, Recurrence, Role
from geodata.journal.entries import Entry
from geodata.journal.entries import Kind as Entries
from geodata.model import Measure

REPORT, CONFERENCE, MONITORING = "d2017-29-1-05", "d2012-00-2-05", "d2017-22-1-16"
BEGIN, END = date(2026, 1, 1), date(2026, 12, 31)


def of(view: View, first: date, last: date, measure: str) -> list[Deadline]:
    return [each for each in deadlines(view, first, last) if each.measure.id == measure]


def test_the_reports_of_a_year(view: View) -> None:
    found = of(view, BEGIN, END, REPORT)
    assert [(each.day, each.kind, each.period, each.state) for each in found] == [
        (date(2026, 6, 30), Kind.REPORT, "2026-H1", Mark.OPEN),
        (date(2026, 12, 31), Kind.REPORT, "2026-H2", Mark.AHEAD),
    ]
    assert found[0].of(Role.LEAD) == ("fagai",)
    assert found[0].of(Role.COOPERATING) == ("xiangguan-bumen", "zhenjie-yuanqu") and not found[0].of(Role.RESPONSIBLE)


def test_a_year_of_the_register_by_hand(view: View) -> None:
    """Six sections each month, two analyses each half-year, one publication a year, and the reports."""
    found = deadlines(view, BEGIN, END)
    assert Counter((each.kind, each.measure.recurrence) for each in found) == {
        (Kind.DUTY, Recurrence.MONTHLY): 72,
        (Kind.DUTY, Recurrence.TWICE_YEARLY): 4,
        (Kind.DUTY, Recurrence.YEARLY): 1,
        (Kind.REPORT, Recurrence.TWICE_YEARLY): 2,
    }
    months = [each.state for each in found if each.measure.id == MONITORING]
    assert months == [Mark.SILENT, Mark.SILENT, Mark.OPEN, *[Mark.AHEAD] * 9], "the last day of March is in time"
    assert [each.day for each in found] == sorted(each.day for each in found)


def test_every_date_of_the_register_is_found(view: View, register: Register) -> None:
    found = [each for each in deadlines(view, date(2012, 1, 1), END) if each.kind == Kind.DUE]
    assert {each.measure.id: each.day for each in found} == {
        row.id: row.due_date for row in register.rows(Measure) if row.due_date
    }
    shown = {each.measure.id: (each.state, each.words.zh) for each in found}
    assert shown["d2017-21-1-04"] == (Outcome.MET, "已达成")


def test_a_period_that_the_document_does_not_live_to_the_end_of_has_no_day(view: View) -> None:
    years = [each.day.year for each in of(view, date(2010, 1, 1), END, CONFERENCE)]
    assert years == list(range(2012, 2022)), "the agreement ran from February 2012 to February 2022"


def test_a_period_stands_by_its_own_facts(register: Register) -> None:
    """Of two of the six sections a month is known here and there; that shows nothing of the months beside it."""

    def shown(day: date) -> set[tuple[str, str]]:
        found = deadlines(look_at(register, Filter(), day), date(2017, 1, 1), END)
        return {(each.measure.id, each.period) for each in found if each.state == Mark.SHOWN}

    qiping, gonghe = "d2017-22-1-20", "d2017-22-1-21"
    first = {(qiping, "2018-03"), (gonghe, "2018-03")}
    later = {(gonghe, "2019-12"), (gonghe, "2020-02"), (qiping, "2021-12"), (gonghe, "2021-12")}
    assert shown(date(2026, 3, 31)) == first | later
    assert shown(date(2019, 6, 1)) == first and shown(date(2018, 3, 30)) == set(), "nobody knew the rest then"


def test_a_filter_of_an_agency_leaves_its_own(register: Register) -> None:
    view = look_at(register, Filter(agency=("fagai",)), date(2026, 3, 31))
    assert {each.measure.id for each in deadlines(view, BEGIN, END)} == {REPORT}


def test_runs_hold_a_series_together(view: View) -> None:
    found = deadlines(view, BEGIN, END)
    grouped = runs(found)
    assert sum(map(len, grouped)) == len(found) and len(grouped) == 10
    assert all(len({(each.measure.id, each.kind) for each in run}) == 1 for run in grouped)


def test_a_moved_date_stands_on_the_new_day() -> None:
    cells = {"due_date": "2026-05-31", "due_text": "2026年5月"}
    move = Entry(Entries.CHANGE, "a", "fagai", "editor", "measures", ("d2017-24-1-02",), cells)
    view = look_at(read_register(CATALOG, [move]), Filter(), date(2026, 3, 31))
    (found,) = [each for each in deadlines(view, BEGIN, END) if each.kind == Kind.DUE]
    assert (found.measure.id, found.day, found.state) == ("d2017-24-1-02", date(2026, 5, 31), Outcome.DUE_SOON)


DAYS = st.dates(date(1999, 1, 1), date(2031, 12, 31))


@pytest.mark.parametrize("recurrence", list(Recurrence))
@given(one=DAYS, other=DAYS)
def test_periods_end_where_the_next_begins(recurrence: str, one: date, other: date) -> None:
    first, last = sorted((one, other))
    found = list(ends(recurrence, first, last))
    if recurrence not in PERIODS:
        assert found == []
        return
    begins = dict((name, day) for day, name in periods(recurrence, first, last + timedelta(days=1)))
    assert all(first <= day <= last and begins[name] <= day for day, name in found)
    following = [day - timedelta(days=1) for day in sorted(begins.values()) if day > first]
    assert [day for day, _ in found] == following
