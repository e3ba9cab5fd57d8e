from __future__ import annotations

import dataclasses
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stages import RANK, SOURCED, History, _history, histories, stage_on, stages_on
from analysis.standing import standing_on
from geodata import Register, edtf
from geodata.codes import EventKind, Grade, Restriction, Stage


def event(day: str, stage: str = "", grade: str = Grade.VERIFIED, **more: str) -> SimpleNamespace:
    given = {"id": f"x-{day}-{stage}", "feature": "x", "kind": EventKind.STAGE, "restriction": ""} | more
    return SimpleNamespace(date=day, stage=stage, grade=grade, **given)


def on(history: History, day: str) -> str:
    step = history.step_on(date.fromisoformat(day))
    return str(step.stage) if step else ""


# The tiny register, worked out by hand


@pytest.mark.parametrize(
    ("feature", "day", "stage", "since"),
    [
        ("line-east", "2012-02-12", Stage.UNKNOWN, ""),
        ("line-east", "2012-02-13", Stage.PREPARATION, "2012-02-13"),
        ("line-east", "2014-12-30", Stage.PREPARATION, "2012-02-13"),
        ("line-east", "2014-12-31", Stage.IMPLEMENTATION, "2014"),
        ("line-east", "2017-11-08", Stage.IMPLEMENTATION, "2014"),
        ("line-east", "2018-03-01", Stage.IMPLEMENTATION, "2014"),
        ("line-east", "2019-02-10", Stage.IMPLEMENTATION, "2014"),
        ("line-east", "2019-06-29", Stage.IMPLEMENTATION, "2014"),
        ("line-east", "2019-06-30", Stage.MAINTENANCE, "2019-06"),
        ("line-east", "2026-03-31", Stage.MAINTENANCE, "2019-06"),
        ("station-east", "2018-05-31", Stage.UNKNOWN, ""),
        ("station-east", "2018-06-01", Stage.IMPLEMENTATION, "2018-06-01"),
        ("station-east", "2026-03-31", Stage.IMPLEMENTATION, "2018-06-01"),
        ("station-lost", "2019-06-29", Stage.UNKNOWN, ""),
        ("station-lost", "2019-06-30", Stage.MAINTENANCE, "2019-06"),
        ("town-north", "2026-03-31", Stage.NOT_APPLICABLE, ""),
    ],
)
def test_stage_on_a_day(tiny: Register, feature: str, day: str, stage: Stage, since: str) -> None:
    row = stages_on(tiny, histories(tiny), date.fromisoformat(day)).set_index(tiny.features["id"]).loc[feature]
    assert (row["stage"], row["stage_since"]) == (stage, since)


@pytest.mark.parametrize(
    ("day", "restriction"),
    [
        ("2020-04-30", ""),
        ("2020-05-01", Restriction.CLOSED_TO_TRAFFIC),
        ("2020-12-31", Restriction.CLOSED_TO_TRAFFIC),
        ("2021-01-01", ""),
    ],
)
def test_restriction_on_a_day(tiny: Register, day: str, restriction: str) -> None:
    history = histories(tiny)["line-east"]
    assert history.restriction_on(date.fromisoformat(day))[0] == restriction
    assert on(history, day) == Stage.MAINTENANCE


def test_a_section_shares_the_history_of_its_whole(tiny: Register) -> None:
    known = histories(tiny)
    assert known["line-east-north"] is known["line-east"]
    lost = known["station-lost"]
    assert lost.steps[0].of_line == "line-east" and [step.stage for step in lost.steps] == [Stage.MAINTENANCE]
    assert not lost.steps[0].begins, "a station is no section of its line: it is only known to lie on an open one"
    assert known["station-east"].steps[0].of_line == "", "it has facts of its own"


def test_a_whole_that_opened_in_parts_lends_nothing(tiny: Register) -> None:
    """Its sections have courses of their own."""
    events = tiny["events"].copy()
    events.loc[events["id"] == "line-east-e05", "kind"] = EventKind.PARTIAL
    known = histories(dataclasses.replace(tiny, tables=dict(tiny.tables) | {"events": events}))
    assert known["line-east"].in_parts and "line-east-north" not in known


def test_only_a_stage_event_dates_the_entry(tiny: Register) -> None:
    """Progress within a stage says that it began no later."""
    entered = _history([event("2016-01-01", Stage.IMPLEMENTATION)]).steps[0]
    found = _history([event("2016-01-01", Stage.IMPLEMENTATION, kind=EventKind.PROGRESS)]).steps[0]
    assert (entered.begins, found.begins) == (True, False)
    frame = stages_on(tiny, histories(tiny), date(2020, 6, 1)).set_index(tiny.features["id"])
    assert bool(frame.at["line-east", "stage_begins"]) and not frame.at["station-lost", "stage_begins"]


def test_a_whole_whose_stage_is_a_stretch_lends_nothing(tiny: Register) -> None:
    features = tiny.features.copy()
    features["stage_stretch"] = features["id"] == "line-east"
    assert "line-east-north" not in histories(dataclasses.replace(tiny, features=features))


def test_evidence_leaves_out_wording_rumours_and_other_sections(tiny: Register) -> None:
    known = histories(tiny)
    days = [date(2014, 12, 31), date(2019, 2, 10), date(2019, 6, 30), date(2020, 5, 1), date(2021, 1, 1)]
    assert list(known["line-east"].evidence) == days
    assert known["line-east"].evidence_on(date(2019, 6, 29)) == date(2019, 2, 10)
    assert known["line-east"].evidence_on(date(2014, 12, 30)) is None
    assert list(known["station-east"].evidence) == [date(2018, 6, 1), date(2022, 8, 1)]


@pytest.mark.parametrize(
    ("stage", "day", "stale"),
    [
        (Stage.IMPLEMENTATION, date(2017, 1, 1), False),
        (Stage.IMPLEMENTATION, date(2017, 1, 2), True),
        (Stage.PREPARATION, date(2020, 1, 1), True),
        (Stage.MAINTENANCE, date(2020, 1, 1), False),
        (Stage.CANCELLED, date(2020, 1, 1), False),
        ("", date(2020, 1, 1), False),
    ],
)
def test_only_what_is_unfinished_goes_stale_after_a_year(stage: str, day: date, stale: bool) -> None:
    """Of a road in use nobody expects news."""
    seen = event("2016-01-02", stage, kind=EventKind.STAGE if stage else EventKind.PROGRESS)
    assert stage_on(_history([seen]), day).stale is stale


def test_a_restriction_wants_news_whatever_the_stage() -> None:
    closed = event("2016-01-02", Stage.MAINTENANCE, restriction=Restriction.CLOSED_TO_TRAFFIC)
    row = stage_on(_history([closed]), date(2018, 1, 1))
    assert row.stale and (row.restriction, row.restricted_since) == (Restriction.CLOSED_TO_TRAFFIC, "2016-01-02")


def test_the_text_says_what_is_so_at_its_date_not_what_began_then() -> None:
    said = _history([event("2017-11-08", Stage.IMPLEMENTATION, Grade.SEED)])
    assert not stage_on(said, date(2018, 1, 1)).stage_begins


def test_a_demand_is_no_fact_where_a_source_dates_the_start_later() -> None:
    history = _history([
        event("2012-02-13", Stage.PREPARATION, Grade.SEED),
        event("2017-11-08", Stage.IMPLEMENTATION, Grade.SEED),
        event("2018-03-31", Stage.IMPLEMENTATION),
    ])  # fmt: skip
    assert [on(history, day) for day in ("2018-03-30", "2018-03-31")] == [Stage.PREPARATION, Stage.IMPLEMENTATION]
    assert stage_on(history, date(2019, 1, 1)).stage_begins


def test_an_interval_says_by_when(tiny: Register) -> None:
    row = stage_on(_history([event("2018-03-05/2026-03-05", Stage.MAINTENANCE)]), date(2026, 3, 5))
    assert (row.stage, row.stage_since, row.stage_begins) == (Stage.MAINTENANCE, "2026-03-05", False)


def test_frame_keeps_the_rows_of_the_register(tiny: Register) -> None:
    frame = stages_on(tiny, histories(tiny), date(2020, 6, 1))
    assert frame.index.equals(tiny.features.index)
    assert set(frame.columns) == {
        *("stage", "stage_since", "stage_begins", "stage_grade", "stage_event", "evidence", "stale"),
        *("restriction", "restricted_since", "of_line"),
    }
    row = frame.set_index(tiny.features["id"]).loc["line-east"]
    assert (row["stage_grade"], row["stage_event"]) == (Grade.VERIFIED_REPOST, "line-east-e06")


def test_no_events_at_all(tiny: Register) -> None:
    tables = dict(tiny.tables) | {name: tiny[name].iloc[:0] for name in ("events", "evidence")}
    bare = dataclasses.replace(tiny, tables=tables)
    assert histories(bare) == {}
    assert set(stages_on(bare, {}, date(2020, 1, 1))["stage"]) == {Stage.UNKNOWN, Stage.NOT_APPLICABLE}
    assert set(standing_on(bare, date(2020, 1, 1)).measures["outcome"]) <= {"not-searched", "no-evidence", "due-soon"}


# Rules, one by one


def test_the_document_advances_but_never_takes_back() -> None:
    history = _history([
        event("2016-01-01", Stage.IMPLEMENTATION),
        event("2017-11-08", Stage.PREPARATION, Grade.SEED),
        event("2018-11-08", Stage.COMPLETION, Grade.SEED),
    ])  # fmt: skip
    assert [on(history, day) for day in ("2017-11-08", "2018-11-08")] == [Stage.IMPLEMENTATION, Stage.COMPLETION]


def test_a_source_may_take_back() -> None:
    history = _history([
        event("2016-01-01", Stage.COMPLETION, Grade.SEED),
        event("2017-01-01", Stage.PREPARATION),
        event("2018-01-01", Stage.CANCELLED),
    ])  # fmt: skip
    assert on(history, "2017-01-01") == Stage.PREPARATION and on(history, "2018-01-01") == Stage.CANCELLED


def test_a_source_on_the_day_of_the_document_wins() -> None:
    for order in (1, -1):
        pair = [event("2017-11-08", Stage.PREPARATION), event("2017-11-08", Stage.IMPLEMENTATION, Grade.SEED)]
        assert on(_history(pair[::order]), "2017-11-08") == Stage.PREPARATION


def test_a_source_that_confirms_the_document_takes_its_place() -> None:
    history = _history([event("2017-11-08", Stage.PREPARATION, Grade.SEED), event("2018-05-01", Stage.PREPARATION)])
    step = history.step_on(date(2018, 5, 1))
    assert step is not None and step.grade == Grade.VERIFIED


@pytest.mark.parametrize("grade", [Grade.UNVERIFIED, Grade.NOT_FOUND])
def test_weak_facts_move_nothing(grade: Grade) -> None:
    history = _history([
        event("2016-01-01", Stage.PREPARATION),
        event("2017-01-01", Stage.MAINTENANCE, grade, restriction=Restriction.CLOSED_TO_TRAFFIC),
    ])  # fmt: skip
    assert on(history, "2020-01-01") == Stage.PREPARATION
    assert history.restriction_on(date(2020, 1, 1)) == ("", "")
    assert history.evidence_on(date(2020, 1, 1)) == date(2016, 1, 1)


@pytest.mark.parametrize("kind", [EventKind.OTHER_SECTION, EventKind.PREDECESSOR, EventKind.RELATED, EventKind.GAP])
def test_facts_about_something_else_move_nothing(kind: EventKind) -> None:
    history = _history([event("2017-01-01", Stage.MAINTENANCE, kind=kind)])
    assert history == History()


def test_a_new_name_is_evidence_and_moves_nothing() -> None:
    history = _history([event("2017-01-01", kind=EventKind.NAMING)])
    assert history.steps == () and history.evidence == (date(2017, 1, 1),)


@pytest.mark.parametrize("text", ["", "XXXX", "XXXX-03-05"])
def test_an_unknown_year_belongs_to_no_day(text: str) -> None:
    assert _history([event(text, Stage.MAINTENANCE, restriction=Restriction.CLOSED_TO_TRAFFIC)]) == History()


def test_a_vague_date_never_undoes_a_precise_one() -> None:
    """'In 2016: preparation' and 'on 1 July 2016: works start' do not contradict each other."""
    history = _history([event("2016", Stage.PREPARATION), event("2016-07-01", Stage.IMPLEMENTATION)])
    assert on(history, "2016-12-31") == Stage.IMPLEMENTATION
    assert on(history, "2016-07-01") == Stage.IMPLEMENTATION


def test_ranks_follow_the_codelist(register: Register) -> None:
    assert [str(stage) for stage in sorted(RANK, key=RANK.__getitem__)] == list(register.codelist("stage").index)


# Properties

EDTF_DATES = st.one_of(
    st.dates(date(2010, 1, 1), date(2025, 12, 31)).map(date.isoformat),
    st.dates(date(2010, 1, 1), date(2025, 12, 31)).map(lambda day: day.isoformat()[:7]),
    st.sampled_from(["2014", "2018", "XXXX-03-05", ""]),
)
EVENTS = st.lists(
    st.builds(
        event,
        EDTF_DATES,
        st.sampled_from(["", *(stage for stage in Stage if stage != Stage.UNKNOWN)]),
        st.sampled_from(list(Grade)),
        kind=st.sampled_from(list(EventKind)),
        restriction=st.sampled_from(["", *Restriction]),
    ),
    max_size=8,
)
DAYS = st.dates(date(2009, 1, 1), date(2027, 1, 1))


def certain_from(text: str) -> date | None:
    """The first day on which a fact dated `text` is certain: the last one that it may mean."""
    span = edtf.bounds(text)
    return span[1] if span else None


@given(EVENTS, DAYS)
def test_what_holds_on_a_day_comes_from_no_later_event(events: list[Any], day: date) -> None:
    past = [row for row in events if (known := certain_from(row.date)) and known <= day]
    one, other = _history(events), _history(past)
    assert one.step_on(day) == other.step_on(day)
    assert one.restriction_on(day) == other.restriction_on(day)
    assert one.evidence_on(day) == other.evidence_on(day)


@given(EVENTS, DAYS)
def test_every_step_is_allowed_to_move(events: list[Any], day: date) -> None:
    history = _history(events)
    assert [step.day for step in history.steps] == sorted(step.day for step in history.steps)
    assert list(history.evidence) == sorted(history.evidence)
    for step in history.steps:
        assert step.grade in (Grade.SEED, *SOURCED)
        assert step.day == certain_from(step.date)
    step = history.step_on(day)
    assert step is None or step.day <= day


@given(EVENTS, st.randoms())
def test_the_order_of_rows_does_not_matter(events: list[Any], random: Any) -> None:
    for number, row in enumerate(events):
        row.id = f"x-e{number:02d}"
    mixed = list(events)
    random.shuffle(mixed)
    assert _history(mixed) == _history(events)


@pytest.mark.parametrize("day", [date(2012, 2, 13), date(2017, 11, 8), date(2024, 1, 1), date(2026, 3, 31)])
def test_real_stages_can_be_traced(register: Register, day: date) -> None:
    """From every stage shown to the event that says so."""
    frame = stages_on(register, histories(register), day)
    events = register["events"].set_index("id")
    assert isinstance(frame, pd.DataFrame) and len(frame) == len(register.features)
    for row in frame.itertuples():
        if row.stage in (Stage.UNKNOWN, Stage.NOT_APPLICABLE):
            assert row.stage_event == row.stage_since == row.stage_grade == ""
        else:
            source = events.loc[row.stage_event]
            by = source["date"].rpartition("/")[2]
            assert (source["stage"], by, source["grade"]) == (row.stage, row.stage_since, row.stage_grade)


def test_real_stages_never_go_back(register: Register) -> None:
    """No project of the register was taken back: if one ever is, name it here."""
    for feature, history in histories(register).items():
        ranks = [RANK[Stage(step.stage)] for step in history.steps]
        assert ranks == sorted(ranks), feature
