"""Who has handed in for a half-year, what was said in one act, what contradicts what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from writers import MEASURE, act

from analysis.halves import Half
from analysis.handed import PERIOD, disputes, half_said, handed_in
from geodata import Register
from geodata.journal.door import Draft
from geodata.journal.entries import Entry, Kind, Role, State
from geodata.journal.statements import Statement, statements, to_decide
from geodata.journal.states import standings

ZONE = "Asia/Shanghai"


def entries(drafts: list[Draft], agency: str, time: str = "2026-06-20T08:00:00.000000Z") -> list[Entry]:
    return [
        Entry(d.kind, agency, agency, Role.EDITOR, d.table, d.key, d.values, d.about, d.text, "", d.id, time)
        for d in drafts
    ]


def said(*groups: list[Entry]) -> list[Statement]:
    return statements(standings([entry for group in groups for entry in group]))


def test_what_was_said_in_one_act_is_one_thing() -> None:
    (one,) = said(entries(act(), "jiaotong"))
    assert len(one.entries) == 3 and one.measures == (MEASURE,) and one.state == State.PROPOSED
    assert one.cells("evidence")["shows"] == "under-way" and one.cells("targets") == {}
    assert half_said(one, ZONE) == Half(2026, 1)


def test_an_act_about_several_measures_is_a_statement_each() -> None:
    """As a workbook is handed in; a source that two of them cite is part of both."""
    one, two = act(), act("d2017-07-2-02", text_zh="完成招标。", source=act()[1].values["source"])
    shared = Draft(Kind.ADD, table="events", values={**two[1].values, "source": one[1].values["source"]}, id=two[1].id)
    stage = Draft(Kind.ADD, table="events", values={"feature": "road-huanggong", "stage": "completion"})
    number = Draft(Kind.ADD, table="observations", values={"target": "d2017-07-3-01-t1", "value": "3"})
    found = said(entries([*one, stage, shared, two[2], number], "jiaotong"))
    assert [each.measures for each in found] == [(MEASURE,), ("d2017-07-2-02",), ("d2017-07-3-01",)]
    assert [len(each.entries) for each in found] == [4, 3, 1]
    first, second, _ = found
    assert len({each.id for each in found}) == 3 and first.entries[0] == second.entries[0]
    # What is sent back leaves the source to the other that rests on it; both together take it with them.
    assert one[0].id not in to_decide([first], found, State.PROPOSED, keep=True)
    assert to_decide([first], found, State.PROPOSED, keep=False)[0] == one[0].id
    assert to_decide([first, second], found, State.PROPOSED, keep=True).count(one[0].id) == 1


def test_a_half_year_has_its_day_where_the_city_is_and_an_agency_its_word() -> None:
    late = "2026-06-30T20:00:00.000000Z"
    (one,) = said(entries(act(), "jiaotong", late))
    assert half_said(one, ZONE) == Half(2026, 2)
    told = [replace(draft, text="2026-H1") for draft in act()]
    (other,) = said(entries(told, "jiaotong", late))
    assert half_said(other, ZONE) == Half(2026, 1)


def test_who_has_handed_in_and_who_is_late(register: Register) -> None:
    group = entries(act(), "jiaotong")
    note = entries([Draft(Kind.NOTE, values={PERIOD: "2026-H1"}, text="交")], "jiaotong", "2026-06-30T17:00:00.000000Z")
    rows = {row.agency: row for row in handed_in(register, [*group, *note], said(group), Half(2026, 1))}
    assert rows["jiaotong"].on == date(2026, 7, 1) and rows["jiaotong"].states == {State.PROPOSED: 1}
    assert rows["shuiwu"].on is None and rows["shuiwu"].states == {}
    assert not rows["shuiwu"].is_late(Half(2026, 1), date(2026, 6, 30))
    assert rows["shuiwu"].is_late(Half(2026, 1), date(2026, 7, 1))
    assert not rows["jiaotong"].is_late(Half(2026, 1), date(2026, 8, 1))
    assert rows["jiaotong"].leads > 0 and rows["jiaotong"].cooperates > 0
    assert {row.on for row in handed_in(register, note, [], Half(2026, 2))} == {None}


def test_contradictions_and_the_same_again_are_told() -> None:
    first = entries(act(shows="fulfilled"), "jiaotong")
    again = entries(act(shows="fulfilled"), "guihua", "2026-06-21T08:00:00.000000Z")
    against = entries(act(shows="not-done"), "fagai", "2026-06-22T08:00:00.000000Z")
    elsewhere = entries(act("d2017-22-1-01", shows="not-done"), "shuiwu", "2026-06-23T08:00:00.000000Z")
    found = disputes(said(first, again, against, elsewhere), ZONE)
    assert {(row.statement.first.author, row.same, row.other.first.agency) for row in found.values()} == {
        ("guihua", True, "jiaotong"),
        ("fagai", False, "jiaotong"),
    }


def test_an_agency_that_goes_on_does_not_contradict_itself() -> None:
    first = entries(act(shows="not-done", date="2026-03-01"), "jiaotong")
    later = entries(
        act(shows="under-way", date="2026-05-01", text_zh="开工。"), "jiaotong", "2026-06-22T08:00:00.000000Z"
    )
    assert disputes(said(first, later), ZONE) == {}


def test_two_stages_of_one_project_on_one_day_contradict() -> None:
    def stage(code: str, agency: str, day: int) -> list[Entry]:
        cells = {"feature": "road-huanggong", "date": "2026-05-20", "kind": "stage", "stage": code, "text_zh": code}
        return entries([Draft(Kind.ADD, table="events", values=cells)], agency, f"2026-06-{day}T08:00:00.000000Z")

    found = disputes(said(stage("implementation", "jiaotong", 20), stage("completion", "fagai", 21)), ZONE)
    assert [row.same for row in found.values()] == [False]
