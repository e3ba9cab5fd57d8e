"""The verdict on a measure: every outcome by hand, then what must hold for any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.outcomes import SOON, Promise, Verdict, outcomes_on, verdict
from analysis.stages import RANK, History, Step
from analysis.standing import Standing, standing_on
from geodata import Register
from geodata.codes import Alert, Fit, Grade, Outcome, Stage
from geodata.edtf import bounds
from geodata.model import Measure
from geodata.text import Text

ISSUED = date(2017, 11, 8)
DUE = date(2018, 12, 31)
TITLES = {Stage.MAINTENANCE: Text("投用", "In operation"), Stage.IMPLEMENTATION: Text("建设", "Under construction")}
OPEN = Promise(ISSUED, stage=Stage.MAINTENANCE, titles=TITLES)
DATED = replace(OPEN, due=DUE)
ENDING = replace(OPEN, issued=date(2012, 2, 13), ends=date(2022, 2, 13))


SEEN = "seen"


def past(*facts: tuple[str, str] | tuple[str, str, str]) -> History:
    """A history from (day, stage) facts; '' states no stage.

    Sources date the entry into the stage, or found it there already if marked SEEN; the
    document itself says so if marked seed.
    """
    steps, evidence = [], []
    for day, stage, *mark in facts:
        when = date.fromisoformat(day)
        seed = mark == [Grade.SEED]
        if stage:
            grade = Grade.SEED if seed else Grade.VERIFIED
            steps.append(Step(when, stage, "e", grade, day, begins=mark != [SEEN]))
        if not seed:
            evidence.append(when)
    return History(steps=tuple(steps), evidence=tuple(evidence))


BUILDING = past(("2016-05-01", Stage.IMPLEMENTATION))
OPENED = past(("2016-05-01", Stage.IMPLEMENTATION), ("2018-06-30", Stage.MAINTENANCE))
LATE = past(("2016-05-01", Stage.IMPLEMENTATION), ("2019-03-01", Stage.IMPLEMENTATION), ("2020-01-01", "maintenance"))
EARLY = past(("2015-01-01", Stage.MAINTENANCE))
MISSED = past(("2019-03-01", Stage.IMPLEMENTATION))
GIVEN_UP = past(("2018-01-01", Stage.MAINTENANCE), ("2020-01-01", Stage.CANCELLED))
WORDS = past(("2017-11-08", Stage.IMPLEMENTATION, Grade.SEED))

TABLE = [
    # Before the document
    ("not yet issued", OPEN, [OPENED], "2017-11-07", Outcome.NO_EVIDENCE, Alert.GREY),
    ("not yet issued, done", DATED, [EARLY], "2017-11-07", Outcome.NO_EVIDENCE, Alert.GREY),
    ("day of issue, done", DATED, [EARLY], "2017-11-08", Outcome.MET, Alert.GREEN),
    # No date set
    ("open-ended, no source", OPEN, [History()], "2018-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("open-ended, no feature", OPEN, [], "2018-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("open-ended, only the document", OPEN, [WORDS], "2030-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("open-ended, only older sources", OPEN, [BUILDING], "2018-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("open-ended, the day before", OPEN, [OPENED], "2018-06-29", Outcome.NO_EVIDENCE, Alert.GREY),
    ("open-ended, that day", OPEN, [OPENED], "2018-06-30", Outcome.MET, Alert.GREY),
    ("open-ended, done before", OPEN, [EARLY], "2018-06-30", Outcome.MET, Alert.GREY),
    ("open-ended, under way", OPEN, [LATE], "2019-06-01", Outcome.CONTINUING, Alert.GREY),
    ("a source on the day of issue", OPEN, [past(("2017-11-08", ""))], "2018-01-01", Outcome.CONTINUING, Alert.GREY),
    # A due date
    ("far off, under way", DATED, [past(("2017-12-01", ""))], "2018-06-30", Outcome.CONTINUING, Alert.GREEN),
    ("far off, no source", DATED, [History()], "2018-06-30", Outcome.NO_EVIDENCE, Alert.GREY),
    ("half a year before", DATED, [BUILDING], "2018-07-01", Outcome.DUE_SOON, Alert.YELLOW),
    ("soon, no source", DATED, [History()], "2018-07-01", Outcome.DUE_SOON, Alert.YELLOW),
    ("soon, but done", DATED, [OPENED], "2018-07-01", Outcome.MET, Alert.GREEN),
    ("the last day", DATED, [BUILDING], "2018-12-31", Outcome.DUE_SOON, Alert.YELLOW),
    ("the day after, unknown", DATED, [past(("2018-12-31", ""))], "2019-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("missed and shown", DATED, [LATE], "2019-03-01", Outcome.OVERDUE, Alert.RED),
    ("missed, not shown yet", DATED, [LATE], "2019-02-28", Outcome.NO_EVIDENCE, Alert.GREY),
    ("caught up", DATED, [LATE], "2020-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("caught up, for ever yellow", DATED, [LATE], "2090-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("on time, for ever green", DATED, [OPENED], "2090-01-01", Outcome.MET, Alert.GREEN),
    ("on the very day", DATED, [past(("2018-12-31", "maintenance"))], "2019-01-01", Outcome.MET, Alert.GREEN),
    ("a day late", DATED, [past(("2019-01-01", "maintenance"))], "2019-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("found done, day unknown", DATED, [past(("2019-03-01", "maintenance", SEEN))], "2019-06-01", "met", "grey"),
    ("found done in time", DATED, [past(("2018-03-01", "maintenance", SEEN))], "2019-06-01", "met", "green"),
    ("further than asked", DATED, [past(("2018-02-01", "decommissioned"))], "2019-01-01", Outcome.MET, Alert.GREEN),
    # A document with an end
    ("document runs", ENDING, [LATE], "2019-06-01", Outcome.CONTINUING, Alert.GREY),
    ("document ended, reached in it", ENDING, [LATE], "2023-01-01", Outcome.MET, Alert.GREY),
    ("document ended, unknown", ENDING, [BUILDING], "2022-02-14", Outcome.NO_EVIDENCE, Alert.GREY),
    ("last day of the document", ENDING, [BUILDING], "2022-02-13", Outcome.CONTINUING, Alert.GREY),
    ("ended, not reached", ENDING, [past(("2022-08-01", "completion"))], "2022-08-01", Outcome.NOT_MET, Alert.RED),
    ("reached after", ENDING, [past(("2022-08-01", "maintenance"))], "2022-08-01", Outcome.MET_LATE, Alert.YELLOW),
    ("due in it, missed", replace(ENDING, due=DUE), [LATE], "2019-06-01", Outcome.OVERDUE, Alert.RED),
    ("due in it, ended", replace(ENDING, due=DUE), [MISSED], "2022-02-14", Outcome.NOT_MET, Alert.RED),
    ("seen beyond it, after", ENDING, [past(("2022-08-01", "decommissioned"))], "2023-01-01", "met", Alert.GREY),
    # Given up
    ("cancelled", OPEN, [past(("2018-05-01", "cancelled"))], "2018-05-01", Outcome.NOT_MET, Alert.RED),
    ("cancelled tomorrow", OPEN, [past(("2018-05-01", "cancelled"))], "2018-04-30", Outcome.NO_EVIDENCE, Alert.GREY),
    ("cancelled is no stage reached", DATED, [past(("2018-05-01", "cancelled"))], "2018-12-01", "not-met", "red"),
    ("done, then given up", DATED, [GIVEN_UP], "2021-01-01", Outcome.MET, Alert.GREEN),
    # Several features
    ("one of two", DATED, [OPENED, BUILDING], "2018-07-01", Outcome.DUE_SOON, Alert.YELLOW),
    ("both, one late", DATED, [OPENED, LATE], "2020-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("both on time", DATED, [OPENED, EARLY], "2020-01-01", Outcome.MET, Alert.GREEN),
    ("one cancelled", DATED, [OPENED, past(("2018-05-01", "cancelled"))], "2018-07-01", "not-met", "red"),
    # No stage promised
    ("no stage, news of the place", replace(OPEN, stage=""), [OPENED], "2019-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("no stage, due soon", replace(DATED, stage=""), [OPENED], "2018-12-01", Outcome.DUE_SOON, Alert.YELLOW),
    ("no stage, past due", replace(DATED, stage=""), [LATE], "2019-06-01", Outcome.NO_EVIDENCE, Alert.GREY),
]  # fmt: skip


@pytest.mark.parametrize(
    ("promise", "known", "day", "outcome", "colour"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_verdict(promise: Promise, known: list[History], day: str, outcome: Outcome, colour: Alert) -> None:
    judged = verdict(promise, known, date.fromisoformat(day))
    assert (judged.outcome, judged.warning) == (outcome, colour), judged.reason.en
    assert judged.reason.zh and judged.reason.en and judged.reason.en[0].isupper()


def test_the_table_shows_every_outcome_and_colour() -> None:
    assert {str(row[4]) for row in TABLE} == set(Outcome)
    assert {str(row[5]) for row in TABLE} == set(Alert)


def test_a_source_on_one_feature_says_nothing_of_another() -> None:
    """The line opened in time and was seen again in 2020; of the station nothing is known after the due date."""
    line = past(("2018-06-30", Stage.MAINTENANCE), ("2020-01-01", ""))
    station = past(("2018-01-01", Stage.IMPLEMENTATION))
    judged = verdict(DATED, [line, station], date(2020, 6, 1))
    assert judged.outcome == Outcome.NO_EVIDENCE, judged.reason.en


def test_what_the_document_says_is_never_proof() -> None:
    """Not even where a source of the same day speaks of something else."""
    words = past(("2017-11-08", Stage.MAINTENANCE, Grade.SEED), ("2017-11-08", ""))
    assert verdict(OPEN, [words], date(2018, 6, 1)).outcome != Outcome.MET


def test_a_first_source_after_the_deadline_that_shows_more_is_not_called_late() -> None:
    """Planning was asked for by 2022; in 2023 the works are seen almost done: the planning day is not known."""
    promise = replace(ENDING, stage=Stage.PREPARATION)
    works = past(("2012-02-13", Stage.PREPARATION, Grade.SEED), ("2023-08-31", Stage.IMPLEMENTATION))
    judged = verdict(promise, [works], date(2024, 1, 1))
    assert (judged.outcome, judged.warning) == (Outcome.MET, Alert.GREY)
    assert "2023-08-31" in judged.reason.en and "2023-08-31" in judged.reason.zh


def test_a_source_after_the_deadline_that_showed_less_makes_the_next_one_late() -> None:
    """Red in March 2019, so the opening of 2020 is late even though it passes over the stage asked for."""
    promise = replace(DATED, stage=Stage.COMPLETION)
    assert verdict(promise, [LATE], date(2019, 6, 1)).outcome == Outcome.OVERDUE
    judged = verdict(promise, [LATE], date(2020, 1, 1))
    assert (judged.outcome, judged.warning) == (Outcome.MET_LATE, Alert.YELLOW)


@pytest.mark.parametrize("turn", [1, -1])
def test_one_feature_shown_late_makes_the_measure_late(turn: int) -> None:
    """Whatever is not known of the other."""
    late, beyond = past(("2019-03-01", "completion")), past(("2020-01-01", "maintenance"))
    judged = verdict(replace(DATED, stage=Stage.COMPLETION), [late, beyond][::turn], date(2021, 1, 1))
    assert (judged.outcome, judged.warning) == (Outcome.MET_LATE, Alert.YELLOW)


@pytest.mark.parametrize("turn", [1, -1])
def test_one_feature_of_unknown_day_takes_the_green_away(turn: int) -> None:
    soon, beyond = past(("2018-03-01", "completion")), past(("2020-01-01", "maintenance"))
    judged = verdict(replace(DATED, stage=Stage.COMPLETION), [soon, beyond][::turn], date(2021, 1, 1))
    assert (judged.outcome, judged.warning) == (Outcome.MET, Alert.GREY)


def test_reasons_name_the_deciding_day() -> None:
    def reasons(judged: Verdict) -> tuple[str, str]:
        return judged.reason.zh, judged.reason.en

    for promise, known, day, expected in [
        (DATED, OPENED, date(2019, 1, 1), ("2018-06-30", "2018-12-31")),
        (DATED, LATE, date(2019, 6, 1), ("2019-03-01", "2018-12-31")),
        (DATED, BUILDING, date(2018, 12, 1), ("2018-12-31",)),
        (ENDING, BUILDING, date(2023, 1, 1), ("2016-05-01", "2022-02-13")),
        (OPEN, LATE, date(2019, 6, 1), ("2019-03-01",)),
    ]:
        for text in reasons(verdict(promise, [known], day)):
            assert all(part in text for part in expected), text
    zh, en = reasons(verdict(DATED, [OPENED], date(2019, 1, 1)))
    assert "投用" in zh and "In operation" in en


# Whatever happened

STAGES = [stage for stage in Stage if RANK[stage] <= RANK[Stage.MAINTENANCE]]
FACT_DAYS = st.dates(date(2011, 1, 1), date(2026, 12, 31)).map(date.isoformat)
FACTS = st.tuples(FACT_DAYS, st.sampled_from(["", *STAGES]), st.sampled_from(["begins", SEEN, Grade.SEED]))
HISTORIES = st.lists(
    st.lists(FACTS, max_size=5).map(lambda facts: past(*sorted(facts))),
    max_size=3,
)
PROMISES = st.builds(
    Promise,
    issued=st.just(date(2014, 6, 1)),
    ends=st.one_of(st.none(), st.dates(date(2016, 1, 1), date(2024, 1, 1))),
    stage=st.sampled_from(["", *STAGES]),
    due=st.one_of(st.none(), st.dates(date(2014, 7, 1), date(2024, 1, 1))),
)
LATER = st.dates(date(2010, 1, 1), date(2028, 1, 1))


def all_reached(promise: Promise, known: list[History], day: date) -> bool:
    """Whether sources had shown the stage for every feature by `day`."""

    def reached(history: History) -> bool:
        shown = (step for step in history.steps if step.day <= day and step.grade != Grade.SEED)
        return any(RANK[Stage(step.stage)] >= RANK[Stage(promise.stage)] for step in shown)

    return bool(promise.stage and known) and all(map(reached, known))


@settings(max_examples=500)
@given(PROMISES, HISTORIES, LATER, LATER)
def test_red_never_turns_green(promise: Promise, known: list[History], one: date, other: date) -> None:
    first, second = sorted((one, other))
    if verdict(promise, known, first).warning == Alert.RED:
        later = verdict(promise, known, second)
        assert later.warning != Alert.GREEN, later.reason.en
        assert later.outcome != Outcome.MET, "a date that was shown as missed is met late at best"


@given(PROMISES, HISTORIES, LATER)
def test_a_missed_date_is_never_green(promise: Promise, known: list[History], day: date) -> None:
    deadline = promise.deadline
    judged = verdict(promise, known, day)
    if deadline and day > deadline and not all_reached(promise, known, deadline):
        assert judged.warning != Alert.GREEN
        assert judged.outcome not in (Outcome.CONTINUING, Outcome.DUE_SOON)


@given(PROMISES, HISTORIES, LATER)
def test_colours_agree_with_outcomes(promise: Promise, known: list[History], day: date) -> None:
    allowed = {
        Outcome.MET: {Alert.GREEN, Alert.GREY},
        Outcome.MET_LATE: {Alert.YELLOW},
        Outcome.NOT_MET: {Alert.RED},
        Outcome.OVERDUE: {Alert.RED},
        Outcome.DUE_SOON: {Alert.YELLOW},
        Outcome.CONTINUING: {Alert.GREEN, Alert.GREY},
        Outcome.NO_EVIDENCE: {Alert.GREY},
    }
    judged = verdict(promise, known, day)
    assert judged.warning in allowed[judged.outcome]


@given(PROMISES, HISTORIES, LATER)
def test_met_means_reached_and_red_means_not(promise: Promise, known: list[History], day: date) -> None:
    outcome = verdict(promise, known, day).outcome
    if outcome in (Outcome.MET, Outcome.MET_LATE):
        assert all_reached(promise, known, day)
    if outcome in (Outcome.OVERDUE, Outcome.NOT_MET):
        assert promise.deadline is not None and promise.deadline < day and not all_reached(promise, known, day)
    if day < promise.issued:
        assert outcome == Outcome.NO_EVIDENCE


@given(PROMISES, HISTORIES, LATER)
def test_later_facts_do_not_reach_back(promise: Promise, known: list[History], day: date) -> None:
    cut = [
        History(
            steps=tuple(step for step in history.steps if step.day <= day),
            evidence=tuple(seen for seen in history.evidence if seen <= day),
        )
        for history in known
    ]
    assert verdict(promise, known, day) == verdict(promise, cut, day)


def test_soon_is_half_a_year() -> None:
    assert timedelta(days=181) <= SOON <= timedelta(days=184)


# The tiny register


@pytest.mark.parametrize(
    ("measure", "day", "outcome"),
    [
        ("old-01-1-01", "2014-12-30", Outcome.NO_EVIDENCE),
        ("old-01-1-01", "2014-12-31", Outcome.MET),
        ("old-01-1-02", "2022-07-31", Outcome.NO_EVIDENCE),
        ("old-01-1-02", "2022-08-01", Outcome.NOT_MET),
        ("recent-01-1-01", "2017-11-07", Outcome.NO_EVIDENCE),
        ("recent-01-1-01", "2018-12-01", Outcome.DUE_SOON),
        ("recent-01-1-01", "2019-02-09", Outcome.NO_EVIDENCE),
        ("recent-01-1-01", "2019-02-10", Outcome.OVERDUE),
        ("recent-01-1-01", "2019-06-30", Outcome.MET_LATE),
        ("recent-01-1-02", "2020-01-01", Outcome.CONTINUING),
        ("recent-02-1-01", "2018-05-03", Outcome.NO_EVIDENCE),
        ("recent-02-1-01", "2018-05-04", Outcome.CONTINUING),
        ("recent-02-1-01", "2020-01-01", Outcome.CONTINUING),
        ("recent-02-1-02", "2020-12-31", Outcome.DUE_SOON),
        ("recent-02-1-02", "2021-01-01", Outcome.NO_EVIDENCE),
    ],
)
def test_outcome_on_a_day(tiny: Register, measure: str, day: str, outcome: Outcome) -> None:
    standing = standing_on(tiny, date.fromisoformat(day))
    judged = standing.measure_status[measure].verdict
    assert judged.outcome == outcome, judged.reason.en
    rows = standing.measures.set_index("id")
    assert (rows.at[measure, "outcome"], rows.at[measure, "warning"]) == (judged.outcome, judged.warning)


# The real register


def test_context_decides_nothing(standing: Standing) -> None:
    """A measure that only mentions places has no evidence but facts of its own."""
    links = standing.register["links"]
    acting = set(links["measure"][links["relation"] == "target"])
    evidence = standing.register["evidence"]
    acting |= set(evidence["measure"][evidence["fit"] != "context"])
    rows = standing.measures[~standing.measures["id"].isin(acting)]
    assert len(rows) > 50
    assert set(rows["outcome"]) <= {Outcome.NO_EVIDENCE, Outcome.DUE_SOON}


def fact(*dates: str, issued: date = ISSUED, **more: Any) -> Promise:
    dated = tuple(sorted((bounds(text)[1], text) for text in dates))  # type: ignore[index]
    return Promise(issued, facts=dated, **more)


def test_a_fact_counts_after_the_document_and_within_its_validity() -> None:
    day = date(2026, 1, 1)
    known = verdict(fact("2018", "2019-05"), [], day)
    assert known.outcome == Outcome.CONTINUING and "2019-05" in known.reason.zh and "2019-05-31" not in known.reason.zh
    assert verdict(fact("2018", "2019-05"), [], date(2018, 12, 30)).outcome == Outcome.NO_EVIDENCE
    assert verdict(fact("2010"), [], day).outcome == Outcome.NO_EVIDENCE, "before the document"
    ended = fact("2023", ends=date(2022, 2, 13))
    assert verdict(ended, [], day).outcome == Outcome.NO_EVIDENCE, "after its end"
    assert "early" not in verdict(ended, [], day).reason.en and "after its end" in verdict(ended, [], day).reason.en


def test_a_fact_before_a_date_says_nothing_after_it() -> None:
    due = fact("2018", due=date(2020, 12, 31))
    assert verdict(due, [], date(2019, 6, 1)).outcome == Outcome.CONTINUING
    late = verdict(due, [], date(2021, 1, 1))
    assert late.outcome == Outcome.NO_EVIDENCE and "2018" in late.reason.zh and late.due == "passed"


def test_nothing_found_is_said_as_what_it_is(register: Register) -> None:
    """Searched in vain, not searched, unverified, near, without a year: each in its own words, whatever the row."""
    evidence = register.evidence_of
    for row, one in zip(register.rows(Measure), outcomes_on(register, date(2026, 11, 27)), strict=True):
        said = one.reason.zh
        if "尚未检索" in said:
            assert not register.searches_of[row.id] and not evidence[row.id], row.id
        if "检索过" in said:
            assert register.searches_of[row.id] and not evidence[row.id], row.id
        if one.outcome == Outcome.CONTINUING and not row.target_stage:
            assert any(each.fit != Fit.CONTEXT for each in evidence[row.id]), row.id


def test_a_measure_on_a_plan_is_not_met_by_a_body_that_was_there_before(standing: Standing) -> None:
    """A target stage must be a stage of the object: 'list the base in a plan' is not met by the base being built."""
    wanted = standing.measures[standing.measures["title_zh"].str.contains("列入|申报|指定口岸")]
    assert len(wanted) > 0
    met = wanted[wanted["outcome"].isin([Outcome.MET, Outcome.MET_LATE])]
    assert list(met["id"]) == []


@pytest.mark.parametrize("day", [date(2012, 2, 12), date(2017, 11, 7), date(2018, 6, 1), date(2023, 1, 1)])
def test_nothing_is_judged_before_its_document(register: Register, day: date) -> None:
    rows = standing_on(register, day).measures
    issued = register["documents"].set_index("id")["date_issued"]
    early = rows[[issued[document] > day for document in rows["document"]]]
    assert set(early["outcome"]) <= {Outcome.NO_EVIDENCE}
