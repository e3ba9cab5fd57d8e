"""The one door for writing: who may, about what, whether it is sound; all or nothing, and every refusal is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from writers import EVERYBODY, GUEST, LI, MEASURE, SUN, WANG, ZHAO, act, decide, enrol

from geodata import CATALOG
from geodata.journal import audit, current, door, drafts, people, staffing
from geodata.journal.door import Draft, Refused, write
from geodata.journal.entries import Entry, Kind, Role, State
from geodata.journal.people import DESK, Person
from geodata.journal.reading import read_known
from geodata.journal.statements import statements
from geodata.journal.states import standings
from geodata.journal.store import Store, open_store

WATER = "d2017-22-1-01"
"""A measure that the water bureau cooperates in, and that of transport has no part in."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A journal that people of the table write in."""
    monkeypatch.setenv(current.PLACE, str(tmp_path / "journal.db"))
    monkeypatch.setenv(current.WRITING, "sign-in")
    opened = open_store(str(tmp_path / "journal.db"))
    enrol(opened)
    return opened


def say(store: Store, who: Person, said: Sequence[Draft], way: str = "page") -> int:
    return len(write(store, CATALOG, who.login, said, way))


def refusal(store: Store, who: Person | str, said: Sequence[Draft]) -> str:
    """The code with which something is refused; nothing of it was written, and it stands in the audit list."""
    login = who if isinstance(who, str) else who.login
    before = store.head()
    with pytest.raises(Refused) as caught:
        write(store, CATALOG, login, said, "page")
    assert store.head() == before
    newest = audit.listed(store)[0]
    assert (newest.login, newest.way) == (login, "page") and newest.refused == caught.value.code
    assert caught.value.reason.zh and caught.value.reason.en
    return caught.value.code


def test_what_an_agency_says_is_proposed_then_accepted_then_seen(store: Store) -> None:
    said = act()
    assert say(store, WANG, said) == 3
    assert "own-word" not in set(read_known(CATALOG)["events"]["grade"])
    assert "own-word" in set(read_known(CATALOG, proposed=True)["events"]["grade"])
    assert say(store, LI, decide(Kind.ACCEPT, *said)) == 3
    events = read_known(CATALOG)["events"]
    (row,) = events[events["grade"] == "own-word"].to_dict("records")
    assert (
        row["measure"] == MEASURE
        and row["text_en"] == ""
        and row["source"] in set(read_known(CATALOG)["sources"]["id"])
    )
    entry = store.links()[1].entry
    assert (entry.author, entry.agency, entry.role) == (WANG.login, "jiaotong", "editor")


@pytest.mark.parametrize("mode", ["", "Desk", "on", "1"])
def test_nobody_writes_unless_it_was_chosen(store: Store, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv(current.WRITING, mode)
    for who in (*EVERYBODY, Person(DESK, "", Role.ADMIN)):
        assert refusal(store, who, act()) == "off"


def test_viewers_strangers_and_those_who_left_write_nothing(store: Store) -> None:
    gone = Person("gone@jt.example", "离", Role.EDITOR, ("jiaotong",), active=False)
    enrol(store, *EVERYBODY, gone)
    for who in (GUEST, gone, "nobody@x.example", "", DESK, "wang@jt.example'--"):
        assert refusal(store, who, act()) == "no-writer"
        assert refusal(store, who, [Draft(Kind.NOTE, text="你好")]) == "no-writer"


def test_at_the_one_desk_only_who_sits_there_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(current.WRITING, "desk")
    said = act()
    assert len(write(store, CATALOG, DESK, [*said], "page")) == 3
    assert len(write(store, CATALOG, DESK, decide(Kind.ACCEPT, *said), "page")) == 3
    assert refusal(store, SUN, act()) == "no-writer"


def test_an_agency_speaks_of_its_own_measures_alone(store: Store) -> None:
    assert say(store, ZHAO, act(WATER, agency="shuiwu")) == 3
    assert refusal(store, WANG, act(WATER)) == "scope"
    moved = {"table": "measures", "values": {"due_date": "2027-12-31"}, "text": "市政府批准延期"}
    assert refusal(store, WANG, [Draft(Kind.CHANGE, key=(WATER,), **moved)]) == "scope"
    for table, key in (("documents", ("d2017",)), ("agencies", ("shuiwu",)), ("sources", ("s-chinanews-csns",))):
        assert refusal(store, WANG, [Draft(Kind.CHANGE, table=table, key=key, values={"name_zh": "甲"})]) == "scope"
    for table in ("assignments", "articles", "codelist-stage", "people", "events; drop table entries"):
        assert refusal(store, LI, [Draft(Kind.ADD, table=table, values={"id": "x"})]) == "table"
    name = Draft(Kind.CHANGE, table="agencies", key=("jiaotong",), values={"note_zh": "已并入市交通运输局。"})
    assert say(store, WANG, [name]) == 1


def test_nobody_takes_a_row_of_others_for_their_own(store: Store) -> None:
    said = act(WATER, agency="shuiwu")
    say(store, ZHAO, said)
    say(store, LI, decide(Kind.ACCEPT, *said))
    row = f"{WATER}-j{said[1].id[:12]}"
    stolen = Draft(Kind.CHANGE, table="events", key=(row,), values={"measure": MEASURE})
    assert refusal(store, WANG, [stolen]) == "scope"
    undo = Draft(Kind.UNDO, about=said[1].id)
    assert refusal(store, WANG, [undo]) == "scope"
    assert refusal(store, WANG, [Draft(Kind.ADD, "shuiwu", "events", values={})]) == "agency"


def test_an_agency_corrects_and_undoes_what_it_said_itself_however_often(store: Store) -> None:
    """A correction of a correction, and the undo of an undo, speak of what was said first."""
    said = act()
    say(store, WANG, said)
    say(store, LI, decide(Kind.ACCEPT, *said))
    last = said[1].id
    for text in ("更正。", "再更正。"):
        fix = Draft(Kind.ADD, table="events", about=last, values={"text_zh": text})
        assert refusal(store, ZHAO, [fix]) == "scope"
        say(store, WANG, [fix])
        say(store, LI, decide(Kind.ACCEPT, fix))
        last = fix.id
    given_away = Draft(Kind.ADD, table="events", about=last, values={"measure": WATER})
    assert refusal(store, WANG, [given_away]) == "scope"
    for _ in range(3):
        undo = Draft(Kind.UNDO, about=last)
        assert refusal(store, ZHAO, [undo]) == "scope"
        say(store, WANG, [undo])
        say(store, LI, decide(Kind.ACCEPT, undo))
        last = undo.id
    events = read_known(CATALOG)["events"]
    assert list(events[events["grade"] == "own-word"]["text_zh"]) == ["更正。"], "three undos are one"


def test_the_source_of_an_agency_is_corrected_and_undone_by_that_agency(store: Store) -> None:
    said = act()
    say(store, WANG, said)
    say(store, LI, decide(Kind.ACCEPT, *said))
    fix = Draft(Kind.ADD, table="sources", about=said[0].id, values={"title_zh": "别的标题"})
    assert refusal(store, ZHAO, [fix]) == "scope"
    assert refusal(store, ZHAO, [Draft(Kind.UNDO, about=said[0].id)]) == "scope"
    assert say(store, WANG, [fix]) == 1


def test_editors_do_not_decide_and_nothing_is_decided_twice(store: Store) -> None:
    said = act()
    say(store, WANG, said)
    assert refusal(store, WANG, decide(Kind.ACCEPT, *said)) == "role"
    assert refusal(store, WANG, decide(Kind.RETURN, *said, text="好")) == "role"
    assert refusal(store, ZHAO, decide(Kind.WITHDRAW, *said)) == "foreign"
    assert refusal(store, LI, decide(Kind.RETURN, said[1])) == "reason"
    assert refusal(store, LI, [*decide(Kind.ACCEPT, *said), *decide(Kind.ACCEPT, said[0])]) == "decided"
    assert say(store, LI, decide(Kind.RETURN, *said, text="请附批文")) == 3
    assert refusal(store, LI, decide(Kind.ACCEPT, *said)) == "decided"
    assert refusal(store, LI, decide(Kind.ACCEPT, Draft(Kind.ADD))) == "about"


def test_an_entry_obeys_the_checks_and_its_fault_names_the_field(store: Store) -> None:
    for wrong, field in (
        ({"date": "2026-13-01"}, "date"),
        ({"date": "2099-01-01"}, "date"),
        ({"text_en": "完成可行性研究。", "text_zh": "Done."}, "text_en"),
        ({"kind": "riot"}, "kind"),
        ({"text_zh": "a\u202eb"}, "text_zh"),
        ({"text_zh": ""}, "text_zh"),
        ({"text_zh": "锟斤拷"}, "text_zh"),
        ({"stage": "unknown"}, "stage"),
        ({"source": "s-none"}, "source"),
        ({"colour": "red"}, "colour"),
        ({"measure": MEASURE, "feature": "road-huanggong"}, "measure"),
    ):
        said = act(**wrong)
        with pytest.raises(Refused) as caught:
            say(store, WANG, said)
        assert caught.value.code == "faults"
        assert (2, field) in {(fault.row, fault.field) for fault in caught.value.faults}, wrong
        reason, faults = door.faults_of(store, CATALOG, WANG.login, said)
        assert reason == caught.value.reason and faults == caught.value.faults
    assert store.head()[0] == 0
    assert door.faults_of(store, CATALOG, WANG.login, act()) == (door.Text(), ())


def test_what_waits_for_another_is_not_accepted_alone(store: Store) -> None:
    said = act()
    say(store, WANG, said)
    with pytest.raises(Refused) as caught:
        say(store, LI, decide(Kind.ACCEPT, said[1]))
    assert {(fault.row, fault.field) for fault in caught.value.faults} == {(1, "source"), (1, "measure")}
    assert say(store, LI, decide(Kind.ACCEPT, *said)) == 3


def test_the_same_form_twice_is_one_entry_and_another_under_its_number_is_refused(store: Store) -> None:
    said = act()
    assert say(store, WANG, said) == 3
    assert say(store, WANG, said) == 0
    forged = [Draft(Kind.ADD, table="events", values={**said[1].values, "text_zh": "别的。"}, id=said[1].id)]
    assert refusal(store, WANG, forged) == "taken"
    assert refusal(store, LI, said) == "taken"


def test_a_change_of_what_has_changed_since_is_refused(store: Store) -> None:
    seen = read_known(CATALOG)["measures"].set_index("id").loc["d2017-07-2-01"]
    due = str(seen["due_date"] or "")
    later = {"due_date": "2027-12-31", "due_text": "2027 年底"}
    change = Draft(Kind.CHANGE, table="measures", key=(MEASURE,), values=later, text="延期。", seen={"due_date": due})
    other = Draft(
        Kind.CHANGE, table="measures", key=(MEASURE,), values=later, text="延期。", seen={"due_date": "2001-01-01"}
    )
    assert refusal(store, WANG, [other]) == "moved"
    assert say(store, WANG, [change]) == 1


def test_an_accepted_entry_is_corrected_and_undone_and_comes_back(store: Store) -> None:
    said = act()
    say(store, WANG, said)
    fix = Draft(Kind.ADD, table="events", about=said[1].id, values={"text_zh": "完成可行性研究报批。"})
    assert refusal(store, WANG, [fix]) == "correct"
    say(store, LI, decide(Kind.ACCEPT, *said))
    say(store, WANG, [fix])
    say(store, LI, decide(Kind.ACCEPT, fix))

    def texts() -> list[str]:
        events = read_known(CATALOG)["events"]
        return [str(text) for text in events[events["grade"] == "own-word"]["text_zh"]]

    assert texts() == ["完成可行性研究报批。"]
    # The evidence goes with the event, its correction goes too; the undo of the undo brings all back.
    assert refusal(store, WANG, [Draft(Kind.UNDO, about=said[1].id)]) == "faults"
    undone = [Draft(Kind.UNDO, about=each.id) for each in said]
    say(store, WANG, undone)
    assert texts() == ["完成可行性研究报批。"]
    say(store, LI, decide(Kind.ACCEPT, *undone))
    assert texts() == [] and len({link.entry.act for link in store.links()[-3:]}) == 1
    back = [Draft(Kind.UNDO, about=each.id) for each in undone]
    say(store, LI, back)
    say(store, LI, decide(Kind.ACCEPT, *back))
    assert texts() == ["完成可行性研究报批。"]


def test_a_clock_set_back_is_told_and_time_never_runs_backwards(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    say(store, WANG, act())
    newest = store.links()[-1].entry.time

    def at(shift: timedelta) -> None:
        moment = datetime.now(UTC) - shift
        text = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        monkeypatch.setattr(door, "now", lambda: text)

    at(timedelta(minutes=5))
    say(store, WANG, act())
    assert store.links()[-1].entry.time > newest
    at(timedelta(days=400))
    assert refusal(store, WANG, act()) == "clock"


def test_a_correction_may_not_reach_another_row(store: Store) -> None:
    """It lies over the cells of what it corrects: of the same table and row, and of one's own measures."""
    own, other = act(), act(WATER, agency="shuiwu")
    say(store, WANG, own)
    say(store, ZHAO, other)
    say(store, LI, decide(Kind.ACCEPT, *own, *other))
    for table, key in (("sources", ()), ("features", ()), ("measures", (MEASURE,)), ("evidence", ())):
        kind = Kind.CHANGE if key else Kind.ADD
        wrong = Draft(kind, table=table, key=key, values={"text_zh": "改写。"}, about=other[1].id)
        assert refusal(store, WANG, [wrong]) == "correct"
    wrong = Draft(Kind.ADD, table="events", values={"text_zh": "改写。", "measure": MEASURE}, about=other[1].id)
    assert refusal(store, WANG, [wrong]) == "scope"
    assert "完成可行性研究。" in set(read_known(CATALOG)["events"]["text_zh"])


def test_an_agency_does_not_grade_itself(store: Store) -> None:
    assert refusal(store, WANG, act(grade="verified")) == "grade"
    assert say(store, LI, act(agency="fagai", measure="d2017-01-1-01", grade="verified")) == 3


def test_what_was_overtaken_is_not_accepted_without_effect(store: Store) -> None:
    older, newer = (
        Draft(Kind.CHANGE, table="measures", key=(MEASURE,), values={"due_date": day, "due_text": "会议"})
        for day in ("2030-12-31", "2031-12-31")
    )
    say(store, WANG, [older])
    say(store, WANG, [newer])
    say(store, LI, decide(Kind.ACCEPT, newer))
    assert refusal(store, LI, decide(Kind.ACCEPT, older)) == "overtaken"


def test_what_was_undone_is_not_undone_again(store: Store) -> None:
    said = act()
    say(store, WANG, said)
    say(store, LI, decide(Kind.ACCEPT, *said))
    undone = [Draft(Kind.UNDO, about=each.id) for each in said]
    say(store, WANG, undone)
    say(store, LI, decide(Kind.ACCEPT, *undone))
    assert refusal(store, WANG, [Draft(Kind.UNDO, about=said[0].id)]) == "undo"
    found = standings([link.entry for link in store.links()])
    assert [one.state for one in statements(found) if not one.is_undo] == [State.WITHDRAWN]


def test_a_second_form_may_cite_the_source_that_the_first_one_brought(store: Store) -> None:
    first = act()
    say(store, WANG, first)
    second = act(text_zh="完成招标。", source=first[1].values["source"])[1:]
    assert say(store, WANG, second) == 2
    found = statements(standings([link.entry for link in store.links()]))
    assert len(found) == 2
    say(store, LI, decide(Kind.RETURN, *first[1:], text="请附批文"))
    found = statements(standings([link.entry for link in store.links()]))
    # The source that waits says nothing of where the statement stands.
    assert {one.cells("events")["text_zh"]: one.state for one in found} == {
        "完成可行性研究。": State.RETURNED,
        "完成招标。": State.PROPOSED,
    }


def test_what_waits_and_does_not_go_together_is_left_out_of_the_look_ahead(store: Store) -> None:
    """Each is sound beside what was accepted; the same words twice are not, and must not take the map away."""
    first, again = act(), act()
    say(store, WANG, first)
    say(store, WANG, again)
    own = [text for text in read_known(CATALOG, proposed=True)["events"]["text_zh"] if text == "完成可行性研究。"]
    assert len(own) == 1


def test_who_has_no_agency_names_one_that_there_is(store: Store) -> None:
    assert refusal(store, SUN, [Draft(Kind.NOTE, "nobody-such", text="你好")]) == "agency"
    assert say(store, SUN, [Draft(Kind.NOTE, "jiaotong", text="你好")]) == 1
    assert refusal(store, SUN, [Draft(Kind.NOTE, values={str(n): "a" * 19_000 for n in range(5)}, text="a")]) == "long"


def test_notes_and_questions_need_words_and_a_row(store: Store) -> None:
    assert refusal(store, WANG, [Draft(Kind.NOTE, text="  ")]) == "empty"
    assert refusal(store, LI, [Draft(Kind.QUESTION, table="measures", key=("d2017-x",), text="如何？")]) == "no-row"
    ask = Draft(Kind.QUESTION, table="measures", key=(MEASURE,), values={"agency": "jiaotong"}, text="何时开工？")
    assert say(store, LI, [ask]) == 1
    assert standings([link.entry for link in store.links()]) == {}


def test_too_much_at_once_and_too_long(store: Store) -> None:
    assert refusal(store, WANG, []) == "size"
    assert refusal(store, WANG, [Draft(Kind.NOTE, text="a")] * (door.MOST + 1)) == "size"
    assert refusal(store, WANG, [Draft(Kind.NOTE, text="a" * 20_001)]) == "entry"
    assert refusal(store, WANG, [Draft(Kind.NOTE, text="a", id="../../etc")]) == "entry"


def test_people_are_kept_as_they_are_entered(store: Store) -> None:
    with store.reading() as connection:
        assert people.everybody(connection) == sorted(EVERYBODY, key=lambda each: each.login)
        assert people.find(connection, " Wang@JT.example ") == WANG


def test_an_administrator_alone_changes_the_table_of_people(store: Store) -> None:
    def listed() -> list[Person]:
        with store.reading() as connection:
            return people.everybody(connection)

    new = [SUN, WANG, Person("Qian@JT.example ", "钱", Role.EDITOR, ("jiaotong", "gongan"))]
    staffing.save_people(store, SUN.login, new)
    assert [each.login for each in listed()] == ["qian@jt.example", SUN.login, WANG.login]
    assert audit.listed(store)[0].what.startswith("people: sun@dg.example admin")
    kept = listed()
    for who, wrong, code in (
        (WANG, [SUN], "no-admin"),
        (LI, [SUN], "no-admin"),
        (SUN, [WANG], "last-admin"),
        (SUN, [SUN, SUN], "login"),
        (SUN, [SUN, Person("desk", "", Role.VIEWER)], "login"),
        (SUN, [SUN, Person(" ", "", Role.VIEWER)], "login"),
        (SUN, [SUN, Person("a@b", "", Role.EDITOR)], "no-agency"),
    ):
        with pytest.raises(Refused) as caught:
            staffing.save_people(store, who.login, wrong)
        assert caught.value.code == code and audit.listed(store)[0].refused == code
    assert listed() == kept


def test_drafts_outlive_the_program_and_belong_to_one_person(store: Store) -> None:
    drafts.keep(store, WANG.login, MEASURE, {"text_zh": "写了一半"})
    drafts.keep(store, WANG.login, MEASURE, {"text_zh": "写了一半多"})
    again = open_store(str(store.engine.url.database))
    assert drafts.kept(again, WANG.login) == {MEASURE: {"text_zh": "写了一半多"}}
    assert drafts.kept(again, ZHAO.login) == {}
    with pytest.raises(drafts.DraftTooLong):
        drafts.keep(store, WANG.login, MEASURE, {"text_zh": "长" * 50_000})
    drafts.drop(store, WANG.login, MEASURE)
    assert drafts.kept(again, WANG.login) == {}


def test_what_came_late_from_another_copy_does_not_turn_the_time_back(store: Store) -> None:
    """A thousand older entries stand behind the newest: what is said next is still the newest."""
    ahead = (datetime.now(UTC) + timedelta(minutes=30)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    told = {"kind": Kind.NOTE, "author": ZHAO.login, "agency": "shuiwu", "role": Role.EDITOR, "text": "旧"}
    older = [Entry(**told, time="2026-01-01T08:00:00.000000Z") for _ in range(1_200)]
    with store.writing() as connection:
        store.append(connection, [Entry(**told, time=ahead), *older])
    say(store, WANG, act())
    assert store.links()[-1].entry.time > ahead
