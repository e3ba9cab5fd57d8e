"""Moved due dates: every move is known, the first date stays in sight, and moving one never makes a measure green."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.moved import Move, moved, told
from analysis.outcomes import outcomes_on
from analysis.promises import promises
from geodata import CATALOG, Register, read_register
from geodata.codes import Alert, Outcome
from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.states import active, known_by, standings
from geodata.model import Measure

TRUNK = "d2017-24-1-02"
"""Due on 2017-12-31."""
SCHOOLS = "d2017-27-1-10"
"""Without a date."""


def edit(number: int, measure: str = TRUNK, **more: object) -> Entry:
    """An entry of day `number` of June 2026 that changes cells of a measure."""
    time = f"2026-06-{number:02d}T20:00:00.000000Z"
    told = {
        "kind": Kind.CHANGE,
        "table": "measures",
        "key": (measure,),
        "author": "wang",
        "agency": "fagai",
        "role": Role.EDITOR,
    }
    return Entry(time=time, id=f"{number:032x}", **{**told, **more})


def to(number: int, day: str, **more: object) -> Entry:
    """One that moves the date of a measure."""
    return edit(number, values={"due_date": day, "due_text": "新的期限" if day else ""}, **more)


def of(register: Register, measure: str = TRUNK) -> int:
    return [row.id for row in register.rows(Measure)].index(measure)


def test_without_a_journal_nothing_was_moved(register: Register) -> None:
    assert moved(register) == {} and register.changes == ()
    assert all(promise.first_due is None for promise in promises(register))


def test_every_move_is_known_and_the_first_date_with_them() -> None:
    entries = [to(1, "2018-06-30", text="专题会议决定"), to(3, "2019-12-31", agency="jiaotong")]
    register = read_register(CATALOG, entries)
    found = moved(register)
    assert list(found) == [TRUNK]
    first, second = found[TRUNK].moves
    # Eight in the evening UTC is the next day where the city is.
    assert first == Move(TRUNK, date(2017, 12, 31), date(2018, 6, 30), date(2026, 6, 2), "fagai", "专题会议决定")
    assert second == Move(TRUNK, date(2018, 6, 30), date(2019, 12, 31), date(2026, 6, 4), "jiaotong", "")
    assert found[TRUNK].first == date(2017, 12, 31)
    assert found[TRUNK].said.en == "date moved 2 times, first promised for 2017-12-31"
    assert found[TRUNK].said.zh == "期限改过 2 次，最初承诺 2017-12-31"
    assert told(register, first).zh == "2017-12-31 改为 2018-06-30（市发改局，2026-06-02：专题会议决定）"
    assert told(register, second).en.startswith("from 2018-06-30 to 2019-12-31 (")
    row = register.by_id(Measure)[TRUNK]
    promise = promises(register)[of(register)]
    assert (row.due_date, promise.due, promise.first_due) == (*(date(2019, 12, 31),) * 2, date(2017, 12, 31))


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        ([to(1, "2017-12-31")], 0),
        ([edit(1, values={"note_zh": "说明"})], 0),
        ([to(1, "")], 1),
        ([to(1, ""), to(2, "2018-06-30")], 2),
        ([to(1, "2018-06-30"), to(2, "2018-12-31", about=f"{1:032x}")], 1),
        ([to(1, "2018-06-30"), to(2, "2017-12-31")], 2),
        ([to(1, "2018-06-30", measure=SCHOOLS)], 0),
        ([to(1, "2018-06-30", measure=SCHOOLS), to(2, "2019-06-30", measure=SCHOOLS)], 1),
    ],
    ids=["same", "other cell", "dropped", "dropped, set", "corrected", "back again", "first given", "given, moved"],
)
def test_what_a_move_is(entries: list[Entry], count: int) -> None:
    register = read_register(CATALOG, entries)
    assert sum(len(each.moves) for each in moved(register).values()) == count
    if count:
        first = date(2018, 6, 30) if SCHOOLS in entries[0].key else date(2017, 12, 31)
        assert moved(register)[entries[0].key[0]].first == first


def test_a_correction_leaves_one_move_to_the_corrected_day() -> None:
    register = read_register(CATALOG, [to(1, "2018-06-30"), to(2, "2018-12-31", about=f"{1:032x}")])
    (move,) = moved(register)[TRUNK].moves
    assert (move.before, move.after) == (date(2017, 12, 31), date(2018, 12, 31))


def test_what_is_not_accepted_or_undone_moved_nothing() -> None:
    one = to(1, "2018-06-30")
    yes = Entry(kind=Kind.ACCEPT, author="li", agency="fagai", role=Role.COORDINATOR, about=one.id, time=one.time)
    undo = Entry(kind=Kind.UNDO, author="li", agency="fagai", role=Role.COORDINATOR, about=one.id)
    sure = Entry(kind=Kind.ACCEPT, author="li", agency="fagai", role=Role.COORDINATOR, about=undo.id)

    def count(*entries: Entry) -> int:
        found = active(standings(known_by(entries, None, "UTC")))
        return len(moved(read_register(CATALOG, found)))

    assert [count(one), count(one, yes), count(one, yes, undo), count(one, yes, undo, sure)] == [0, 1, 1, 0]


FACT = {"measure": TRUNK, "date": "2018-03-01", "kind": "act", "source": "s-cns-grid-investment", "grade": "verified"}
FACT |= {"text_zh": "已验收。", "text_en": "Accepted."}


def done(shows: str, day: str) -> list[Entry]:
    """Entries that tell a fact of the trunk, and what it shows."""
    more = {"kind": Kind.ADD, "key": ()}
    fact = edit(20, table="events", values=FACT | {"date": day, "id": f"{TRUNK}-e91"}, **more)
    cells = {"event": f"{TRUNK}-e91", "measure": TRUNK, "fit": "direct", "shows": shows}
    return [fact, edit(21, table="evidence", values=cells, **more)]


def verdict_of(entries: list[Entry], day: date) -> tuple[str, str, str, str]:
    register = read_register(CATALOG, entries)
    found = list(outcomes_on(register, day))[of(register)]
    return found.outcome, found.warning, found.reason.zh, found.reason.en


def test_one_done_between_the_first_date_and_the_moved_one_says_so() -> None:
    day = date(2026, 7, 1)
    late = verdict_of(done("fulfilled", "2018-03-01"), day)
    assert late[:2] == (Outcome.MET_LATE, Alert.YELLOW)
    outcome, warning, zh, en = verdict_of([to(1, "2018-06-30"), *done("fulfilled", "2018-03-01")], day)
    assert (outcome, warning) == (Outcome.MET, Alert.YELLOW), "moving a date makes nothing green"
    assert zh == "2018-03-01 做到；期限 2018-06-30，最初承诺 2017-12-31；做到时已过最初承诺的日期"
    assert en == (
        "Done on 2018-03-01; due 2018-06-30, first promised for 2017-12-31; done after the date first promised"
    )
    early = verdict_of([to(1, "2018-06-30"), *done("fulfilled", "2017-12-20")], day)
    assert early[:2] == (Outcome.MET, Alert.GREEN) and early[3].endswith("first promised for 2017-12-31")


def test_a_moved_date_never_hides_the_first() -> None:
    entries = [to(1, "2027-01-31"), *done("under-way", "2018-03-01")]
    soon = verdict_of(entries, date(2026, 9, 1))
    assert soon[:2] == (Outcome.DUE_SOON, Alert.YELLOW)
    assert soon[3] == "Less than half a year to 2027-01-31, first promised for 2017-12-31"
    going = verdict_of(entries, date(2019, 1, 1))
    assert going[:2] == (Outcome.UNDER_WAY, Alert.YELLOW), "what was late by the first date is not green by the next"
    dropped = verdict_of([to(1, ""), *done("under-way", "2018-03-01")], date(2019, 1, 1))
    assert dropped[:2] == (Outcome.UNDER_WAY, Alert.YELLOW)
    assert "the date was taken back, first promised for 2017-12-31" in dropped[3]
