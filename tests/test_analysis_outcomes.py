"""The verdict on a measure: every outcome by hand, then what must hold for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.outcomes import verdict
from analysis.promises import SOON, Fact, Promise, Value
from analysis.stages import SOURCED, History, Step
from analysis.standing import Standing, standing_on
from geodata import Register
from geodata.codes import Alert, Due, Firmness, Fit, Outcome, Recurrence, Shows, Stage
from geodata.codes import Promise as Kind
from geodata.edtf import bounds
from geodata.facts import Event, Evidence
from geodata.model import Feature, Link, Measure
from geodata.text import Text

ISSUED = date(2017, 11, 8)
DUE = date(2018, 12, 31)
OPEN = Promise(ISSUED, kind=Kind.BUILD)
DATED = replace(OPEN, due=DUE)
ENDING = replace(OPEN, issued=date(2012, 2, 13), ends=date(2022, 2, 13))
ONGOING = replace(OPEN, kind=Kind.ONGOING)
SEEN, PARTIAL = "seen", "partial"


def fact(text: str, shows: str, *marks: str) -> Fact:
    """A fact of an EDTF date; it dates what it shows, of the measure's own object, unless it is marked."""
    first, day = bounds(text)  # type: ignore[misc]
    return Fact(first, day, text, shows, is_direct=PARTIAL not in marks, is_seen=SEEN in marks)


def known(promise: Promise, *facts: Fact) -> Promise:
    return replace(promise, facts=tuple(sorted(facts, key=lambda each: (each.day, each.first))))


DONE = fact("2018-06-30", Shows.FULFILLED)
EARLY = fact("2015", Shows.FULFILLED)
WORKS = fact("2018-02-01", Shows.UNDER_WAY)
BEHIND = fact("2019-03-01", Shows.UNDER_WAY)
LATE = fact("2020-01-01", Shows.FULFILLED)
LATE_SEEN = fact("2020-01-01", Shows.FULFILLED, SEEN)
AFTER = fact("2023", Shows.UNDER_WAY)
LOST = fact("2018-05-01", Shows.UNREACHABLE)

TABLE = [
    # Before the document
    ("not yet issued", known(OPEN, DONE), "2017-11-07", Outcome.NO_EVIDENCE, Alert.GREY),
    ("not yet issued, done", known(DATED, EARLY), "2017-11-07", Outcome.NO_EVIDENCE, Alert.GREY),
    ("day of issue, done", known(DATED, EARLY), "2017-11-08", Outcome.ALREADY_SO, Alert.GREEN),
    ("done before, for ever", known(OPEN, EARLY), "2090-01-01", Outcome.ALREADY_SO, Alert.GREY),
    # No date set
    ("nobody has looked", OPEN, "2018-01-01", Outcome.NOT_SEARCHED, Alert.GREY),
    ("looked for in vain", replace(OPEN, searched=DUE), "2018-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("only something near it", replace(OPEN, weak="near"), "2018-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("only work before", known(OPEN, fact("2016", Shows.UNDER_WAY)), "2018-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("work in the year of issue", known(OPEN, fact("2017", Shows.UNDER_WAY)), "2018-01-01", "no-evidence", Alert.GREY),
    ("under way", known(OPEN, WORKS), "2018-06-29", Outcome.UNDER_WAY, Alert.GREY),
    ("the day before", known(OPEN, DONE), "2018-06-29", Outcome.NO_EVIDENCE, Alert.GREY),
    ("that day", known(OPEN, DONE), "2018-06-30", Outcome.MET, Alert.GREY),
    ("a month counts from its end", known(OPEN, fact("2018-06", "fulfilled")), "2018-06-29", "no-evidence", "grey"),
    ("a part of it", known(OPEN, fact("2018-02", Shows.PART)), "2019-01-01", Outcome.UNDER_WAY, Alert.GREY),
    ("another scope", known(OPEN, fact("2018-02", Shows.FULFILLED, PARTIAL)), "2019-01-01", "under-way", "grey"),
    ("not done", known(OPEN, fact("2018-02", Shows.NOT_DONE)), "2019-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    # A due date
    ("far off, under way", known(DATED, WORKS), "2018-06-30", Outcome.UNDER_WAY, Alert.GREEN),
    ("far off, unknown", replace(DATED, weak="near"), "2018-06-30", Outcome.NO_EVIDENCE, Alert.GREY),
    ("half a year before", known(DATED, WORKS), "2018-07-01", Outcome.DUE_SOON, Alert.YELLOW),
    ("soon, not searched", DATED, "2018-07-01", Outcome.DUE_SOON, Alert.YELLOW),
    ("soon, but done", known(DATED, DONE), "2018-07-01", Outcome.MET, Alert.GREEN),
    ("the last day", known(DATED, WORKS), "2018-12-31", Outcome.DUE_SOON, Alert.YELLOW),
    ("the day after, unknown", known(DATED, WORKS), "2019-01-01", Outcome.NO_EVIDENCE, Alert.GREY),
    ("the day after, not searched", DATED, "2019-01-01", Outcome.NOT_SEARCHED, Alert.GREY),
    ("missed and shown", known(DATED, WORKS, BEHIND), "2019-03-01", Outcome.OVERDUE, Alert.RED),
    ("missed, of another scope", known(DATED, fact("2019-03", "part", PARTIAL)), "2019-06-01", "no-evidence", "grey"),
    ("missed, not shown yet", known(DATED, BEHIND), "2019-02-28", Outcome.NO_EVIDENCE, Alert.GREY),
    ("said not to be there", known(DATED, fact("2019-03", Shows.NOT_DONE)), "2019-06-01", Outcome.OVERDUE, "red"),
    ("caught up", known(DATED, BEHIND, LATE), "2020-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("caught up, for ever yellow", known(DATED, BEHIND, LATE), "2090-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("on time, for ever green", known(DATED, DONE), "2090-01-01", Outcome.MET, Alert.GREEN),
    ("on the very day", known(DATED, fact("2018-12-31", "fulfilled")), "2019-01-01", Outcome.MET, Alert.GREEN),
    ("a day late", known(DATED, fact("2019-01-01", "fulfilled")), "2019-01-01", Outcome.MET_LATE, Alert.YELLOW),
    ("found done, day unknown", known(DATED, fact("2019-03-01", "fulfilled", SEEN)), "2019-06-01", "met", "grey"),
    ("found done in time", known(DATED, fact("2018-03-01", "fulfilled", SEEN)), "2019-06-01", "met", "green"),
    ("done in a span across it", known(DATED, fact("2018/2020", "fulfilled")), "2021-01-01", "met", "grey"),
    ("found done, but was behind", known(DATED, BEHIND, LATE_SEEN), "2021-01-01", "met-late", "yellow"),
    # A document with an end
    ("document runs", known(ENDING, BEHIND), "2019-06-01", Outcome.UNDER_WAY, Alert.GREY),
    ("document ended, reached in it", known(ENDING, LATE), "2023-01-01", Outcome.MET, Alert.GREY),
    ("document ended, unknown", known(ENDING, WORKS), "2022-02-14", Outcome.NO_EVIDENCE, Alert.GREY),
    ("last day of the document", known(ENDING, WORKS), "2022-02-13", Outcome.UNDER_WAY, Alert.GREY),
    ("ended, not reached", known(ENDING, fact("2022-08-01", "under-way")), "2022-08-01", Outcome.NOT_MET, Alert.RED),
    ("reached after", known(ENDING, fact("2022-08-01", "fulfilled")), "2022-08-01", Outcome.MET_LATE, Alert.YELLOW),
    ("due in it, missed", known(replace(ENDING, due=DUE), BEHIND), "2019-06-01", Outcome.OVERDUE, Alert.RED),
    ("due in it, ended", known(replace(ENDING, due=DUE), BEHIND), "2022-02-14", Outcome.NOT_MET, Alert.RED),
    ("acted upon while it ran", known(replace(ENDING, kind=Kind.ONGOING), WORKS), "2023-01-01", "under-way", "grey"),
    ("only after it", known(replace(ENDING, kind="ongoing"), AFTER), "2024-01-01", "no-evidence", "grey"),
    # No longer possible
    ("closed for good", known(OPEN, LOST), "2018-05-01", Outcome.UNREACHABLE, Alert.RED),
    ("closed tomorrow", known(OPEN, LOST), "2018-04-30", Outcome.NO_EVIDENCE, Alert.GREY),
    ("closed before a date", known(DATED, LOST), "2018-12-01", Outcome.UNREACHABLE, Alert.RED),
    ("done, then closed", known(DATED, DONE, fact("2020", "unreachable")), "2021-01-01", Outcome.MET, Alert.GREEN),
    ("an ongoing one too", known(ONGOING, WORKS, LOST), "2019-01-01", Outcome.UNREACHABLE, Alert.RED),
    # What cannot be fulfilled
    ("ongoing, done once", known(ONGOING, DONE), "2019-01-01", Outcome.UNDER_WAY, Alert.GREY),
    ("recurring, done once", known(replace(ONGOING, kind=Kind.RECURRING), DONE), "2019-01-01", "under-way", "grey"),
    # Not a duty
    ("strove in vain", known(replace(DATED, firmness=Firmness.STRIVE), BEHIND), "2019-06-01", "overdue", "yellow"),
    ("encouraged in vain", known(replace(OPEN, firmness="encourage"), LOST), "2019-01-01", "unreachable", "yellow"),
]  # fmt: skip


@pytest.mark.parametrize(("promise", "day", "outcome", "colour"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
def test_verdict(promise: Promise, day: str, outcome: Outcome, colour: Alert) -> None:
    judged = verdict(promise, date.fromisoformat(day))
    assert (judged.outcome, judged.warning) == (outcome, colour), judged.reason.en
    assert judged.reason.zh and judged.reason.en and not judged.reason.en[0].islower()


def test_the_table_shows_every_outcome_and_colour() -> None:
    assert {str(row[3]) for row in TABLE} == set(Outcome)
    assert {str(row[4]) for row in TABLE} == set(Alert)


def test_reasons_print_the_date_as_the_source_gives_it() -> None:
    """Never the last day of a month or a year that a source did not name."""
    for promise, day, wanted, never in [
        (known(DATED, fact("2018-09", "fulfilled")), date(2019, 1, 1), ("2018-09", "2018-12-31"), "2018-09-30"),
        (known(DATED, WORKS, fact("2019-02", "part")), date(2019, 6, 1), ("2019-02", "2018-12-31"), "2019-02-28"),
        (known(OPEN, fact("2018?", "under-way")), date(2019, 6, 1), ("2018?",), "2018-12-31"),
        (known(OPEN, fact("2018/2019-04", "under-way")), date(2019, 6, 1), ("2018 – 2019-04",), "2019-04-30"),
        (known(ENDING, fact("2019", "under-way")), date(2023, 1, 1), ("2019", "2022-02-13"), "2019-12-31"),
    ]:
        for text in (verdict(promise, day).reason.zh, verdict(promise, day).reason.en):
            assert all(part in text for part in wanted) and never not in text, text


def test_a_promise_that_was_no_duty_says_so() -> None:
    strove = known(replace(DATED, firmness=Firmness.STRIVE), BEHIND)
    assert "争取" in verdict(strove, date(2019, 6, 1)).reason.zh
    assert "争取" not in verdict(known(DATED, BEHIND), date(2019, 6, 1)).reason.zh
    assert "争取" in verdict(replace(DATED, firmness=Firmness.STRIVE), date(2019, 6, 1)).reason.zh


def test_a_recurring_one_names_the_periods_with_a_fact() -> None:
    promise = replace(OPEN, kind=Kind.RECURRING, recurrence=Recurrence.TWICE_YEARLY)
    facts = [fact("2018-05", Shows.UNDER_WAY), fact("2019-12-02", Shows.PART), fact("2020", Shows.UNDER_WAY)]
    said = verdict(known(promise, *facts), date(2021, 1, 1)).reason.zh
    assert "2018-H1、2019-H2" in said and "2020-H" not in said, "a year lies in no half of it"


def test_a_number_says_its_share_from_the_day_it_was_measured() -> None:
    value = Value(date(2018, 12, 31), Text("38.85 / 115（34%）", "38.85 of 115 (34%)"))
    promise = replace(known(replace(DATED, kind=Kind.NUMBER, due=date(2020, 12, 31)), WORKS), values=(value,))
    assert "34%" not in verdict(promise, date(2018, 12, 30)).reason.zh
    assert "34%" in verdict(promise, date(2018, 12, 31)).reason.zh
    late = verdict(promise, date(2021, 1, 1))
    assert late.outcome == Outcome.NO_EVIDENCE and "34%" in late.reason.en and late.due == Due.PASSED


def test_a_met_one_says_what_has_become_of_its_object(register: Register) -> None:
    steps = (Step(date(2018, 6, 30), Stage.MAINTENANCE, "e", "verified", "2018-06-30", True),)
    words = {name: register.codes(name) for name in ("stage", "restriction")}
    closed = History(steps=steps, restrictions=((date(2023, 8, 31), "closed-to-traffic", "2023-08"),))
    promise = replace(known(OPEN, DONE), object=closed, words=words)
    assert "封闭" not in verdict(promise, date(2023, 8, 30)).reason.zh
    assert "封闭" in verdict(promise, date(2023, 8, 31)).reason.zh


# Whatever is known

DAYS = st.dates(date(2011, 1, 1), date(2026, 12, 31))
FACTS = st.builds(
    lambda first, length, shows, direct, seen: Fact(
        first, first + timedelta(days=length), first.isoformat(), shows, direct, seen
    ),
    DAYS,
    st.sampled_from([0, 0, 30, 365]),
    st.sampled_from([code for code in Shows if code != Shows.NOTHING]),
    st.booleans(),
    st.booleans(),
)
PROMISES = st.builds(
    known,
    st.builds(
        Promise,
        issued=st.just(date(2014, 6, 1)),
        ends=st.one_of(st.none(), st.dates(date(2016, 1, 1), date(2024, 1, 1))),
        kind=st.sampled_from(list(Kind)),
        firmness=st.sampled_from(list(Firmness)),
        due=st.one_of(st.none(), st.dates(date(2014, 7, 1), date(2024, 1, 1))),
        first_due=st.one_of(st.none(), st.none(), st.dates(date(2014, 7, 1), date(2024, 1, 1))),
        weak=st.sampled_from(["", "near"]),
    ),
    *[FACTS] * 4,
)
LATER = st.dates(date(2010, 1, 1), date(2028, 1, 1))
HAPPY = (Outcome.MET, Outcome.MET_LATE, Outcome.ALREADY_SO)


@settings(max_examples=500)
@given(PROMISES, LATER, LATER)
def test_red_never_turns_green(promise: Promise, one: date, other: date) -> None:
    first, second = (verdict(promise, day) for day in sorted((one, other)))
    if first.warning == Alert.RED:
        assert second.warning != Alert.GREEN, second.reason.en
    if first.outcome in (Outcome.OVERDUE, Outcome.NOT_MET):
        assert second.outcome not in (Outcome.MET, Outcome.ALREADY_SO), "a miss that was shown is met late at best"
    if first.outcome in HAPPY:
        assert second.outcome == first.outcome, "what is done stays done"


@settings(max_examples=500)
@given(PROMISES, LATER)
def test_outcomes_rest_on_what_they_need(promise: Promise, day: date) -> None:
    judged = verdict(promise, day)
    direct = [each for each in promise.facts if each.is_direct and each.day <= day]
    done = [each for each in direct if each.shows == Shows.FULFILLED]
    if judged.outcome in HAPPY:
        assert done and promise.kind not in (Kind.ONGOING, Kind.RECURRING)
        assert (done[0].day < promise.issued) == (judged.outcome == Outcome.ALREADY_SO)
    if judged.outcome in (Outcome.OVERDUE, Outcome.NOT_MET):
        assert promise.deadline and promise.deadline < day
        assert not done or promise.kind in (Kind.ONGOING, Kind.RECURRING)
        assert any(each.first > promise.deadline for each in direct)
    if judged.outcome == Outcome.UNREACHABLE:
        assert any(each.shows == Shows.UNREACHABLE for each in direct)
    if judged.outcome == Outcome.NOT_SEARCHED:
        assert not promise.facts and not promise.weak
    if day < promise.issued:
        assert judged.outcome == Outcome.NO_EVIDENCE


@given(PROMISES, LATER)
def test_colours_agree_with_outcomes(promise: Promise, day: date) -> None:
    alarm = Alert.RED if promise.firmness == Firmness.SHALL else Alert.YELLOW
    allowed = {
        "calm": (Outcome.MET, Outcome.ALREADY_SO, Outcome.UNDER_WAY, Outcome.NO_EVIDENCE, Outcome.NOT_SEARCHED),
        Alert.YELLOW: (Outcome.MET_LATE, Outcome.DUE_SOON),
        "alarm": (Outcome.OVERDUE, Outcome.NOT_MET, Outcome.UNREACHABLE),
    }
    judged = verdict(promise, day)
    moved = promise.first_due is not None and day > promise.first_due
    colours = {
        "calm": (Alert.GREEN, Alert.GREY, *([Alert.YELLOW] if moved else [])),
        Alert.YELLOW: (Alert.YELLOW,),
        "alarm": (alarm,),
    }
    assert any(judged.outcome in outcomes and judged.warning in colours[key] for key, outcomes in allowed.items())
    if promise.deadline and day > promise.deadline and judged.warning == Alert.GREEN:
        assert any(each.shows == Shows.FULFILLED and each.day <= promise.deadline for each in promise.facts)
    if moved and judged.outcome == Outcome.UNDER_WAY:
        assert judged.warning == Alert.YELLOW, "a date that was moved makes nothing green again"


@given(PROMISES, LATER)
def test_later_facts_do_not_reach_back(promise: Promise, day: date) -> None:
    """What was not known on the day changes only whether it is said that somebody looked."""
    cut = replace(promise, facts=tuple(each for each in promise.facts if each.day <= day))
    now, then = verdict(promise, day), verdict(cut, day)
    silent = (Outcome.NO_EVIDENCE, Outcome.NOT_SEARCHED)
    assert now == then or (now.outcome in silent and then.outcome in silent)


@given(PROMISES, LATER, st.builds(fact, DAYS.map(str), st.just(Shows.FULFILLED)))
def test_more_evidence_never_makes_it_worse(promise: Promise, day: date, more: Fact) -> None:
    """Another fact that shows it done: what was met stays met."""
    if verdict(promise, day).outcome in HAPPY:
        assert verdict(known(promise, *promise.facts, more), day).outcome in HAPPY


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
        ("recent-01-1-02", "2020-01-01", Outcome.UNDER_WAY),
        ("recent-02-1-01", "2018-05-03", Outcome.NO_EVIDENCE),
        ("recent-02-1-01", "2018-05-04", Outcome.UNDER_WAY),
        ("recent-02-1-01", "2020-01-01", Outcome.UNDER_WAY),
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


def test_every_met_has_a_direct_sourced_fact(standing: Standing) -> None:
    """After the document was issued, or it says that it was so before."""
    register = standing.register
    events = register.by_id(Event)
    for row in standing.measure_status.values():
        if row.verdict.outcome not in HAPPY:
            continue
        issued, dates = register.document_of(row.measure).date_issued, []
        for read in register.evidence_of[row.measure.id]:
            event = events[read.event]
            if read.fit == Fit.DIRECT and read.shows == Shows.FULFILLED and event.grade in SOURCED:
                assert event.source
                dates += [span[1]] if (span := bounds(event.date)) else []
        first = min(dates)
        assert (first < issued) == (row.verdict.outcome == Outcome.ALREADY_SO), row.measure.id


WITHDRAWN = {
    **dict.fromkeys(("d2012-03-1-08", "d2012-03-1-09", "d2017-07-1-04", "d2017-19-1-10"), Outcome.NO_EVIDENCE),
    **dict.fromkeys(("d2017-01-1-11", "d2017-01-2-12", "d2017-19-1-02", "d2017-26-1-08"), Outcome.UNDER_WAY),
    "d2017-01-2-06": Outcome.MET,
    "d2017-01-2-07": Outcome.MET,
    "d2017-01-2-08": Outcome.MET,
    "d2017-07-2-08": Outcome.ALREADY_SO,
    "d2017-21-1-04": Outcome.MET,
    "d2017-21-1-12": Outcome.UNREACHABLE,
    "d2017-08-1-11": Outcome.NO_EVIDENCE,
}


@pytest.mark.parametrize(("measure", "outcome"), WITHDRAWN.items())
def test_verdicts_that_were_read_again(standing: Standing, measure: str, outcome: Outcome) -> None:
    judged = standing.measure_status[measure].verdict
    assert judged.outcome == outcome, judged.reason.zh


@pytest.mark.parametrize(
    ("measure", "day", "outcome"),
    [
        ("d2017-07-2-04", "2017-12-01", Outcome.NO_EVIDENCE),
        ("d2017-07-2-04", "2019-04-01", Outcome.UNDER_WAY),
        ("d2017-07-2-04", "2019-04-02", Outcome.MET),
        ("d2017-11-1-17", "2017-12-22", Outcome.MET),
        ("d2012-03-1-07", "2019-12-14", Outcome.UNDER_WAY),
        ("d2012-03-1-07", "2019-12-15", Outcome.MET),
    ],
)
def test_works_asked_to_speed_up_go_on_until_they_open(
    register: Register, measure: str, day: str, outcome: Outcome
) -> None:
    judged = standing_on(register, date.fromisoformat(day)).measure_status[measure].verdict
    assert judged.outcome == outcome, judged.reason.zh


def test_what_its_bridge_has_become_is_said_with_the_verdict(standing: Standing) -> None:
    assert "封闭交通" in standing.measure_status["d2017-07-2-07"].verdict.reason.zh


def test_no_fact_is_told_twice_of_a_measure(register: Register) -> None:
    """What one source says of one day serves a measure once, whether it is kept with the measure or with an object."""
    events = register.by_id(Event)
    for measure, rows in register.evidence_of.items():
        serving = [events[row.event] for row in rows if row.fit != "context"]
        told = [(event.source, event.date) for event in serving if event.measure and event.kind != "figure"]
        again = [(event.source, event.date) for event in serving if event.feature]
        assert not set(told) & set(again), measure


def test_a_reading_that_is_not_plain_says_why(register: Register) -> None:
    """What can no longer be done is read out of a fact that speaks of something else."""
    rows = register.rows(Evidence)
    assert all(row.note.zh and row.note.en for row in rows if row.shows == "unreachable")
    assert 25 < sum(bool(row.note.zh) for row in rows) < len(rows) / 4
    assert all(bool(row.note.zh) == bool(row.note.en) for row in rows)


def test_every_sourced_fact_on_an_object_was_read(register: Register) -> None:
    """No fact about what a measure acts on is left out, also where it stands on the whole line."""
    features, read = register.by_id(Feature), {(row.event, row.measure) for row in register["evidence"].itertuples()}
    for link in register.rows(Link):
        row = features[link.feature]
        own = register.events_of[row.id]
        whole = features.get(row.part_of)
        shared = whole is not None and not own and whole.theme == row.theme and row.id != "port-anchorage"
        for event in register.events_of[row.part_of] if shared else own:
            if link.relation == "target" and event.grade in SOURCED:
                assert (event.id, link.measure) in read, (event.id, link.measure)


def test_nothing_found_is_said_as_what_it_is(standing: Standing) -> None:
    """Searched in vain, not searched, unverified, near, without a year: each in its own words, whatever the row."""
    register = standing.register
    for row in standing.measure_status.values():
        said, evidence = row.verdict.reason.zh, register.evidence_of[row.measure.id]
        searches = register.searches_of[row.measure.id]
        assert ("尚未检索" in said) == (row.verdict.outcome == Outcome.NOT_SEARCHED), said
        if row.verdict.outcome == Outcome.NOT_SEARCHED:
            assert not searches and not evidence, row.measure.id
        if "检索过" in said:
            assert searches and not evidence, row.measure.id
        if row.verdict.outcome == Outcome.UNDER_WAY:
            assert any(each.fit != Fit.CONTEXT for each in evidence), row.measure.id


def test_a_strive_that_was_missed_is_never_red(standing: Standing) -> None:
    for row in standing.measure_status.values():
        if row.measure.firmness != Firmness.SHALL:
            assert row.verdict.warning != Alert.RED, row.measure.id


@pytest.mark.parametrize("day", [date(2012, 2, 12), date(2017, 11, 7), date(2018, 6, 1), date(2023, 1, 1)])
def test_nothing_is_judged_before_its_document(register: Register, day: date) -> None:
    rows = standing_on(register, day).measures
    issued = register["documents"].set_index("id")["date_issued"]
    early = rows[[issued[document] > day for document in rows["document"]]]
    assert set(early["outcome"]) <= {Outcome.NO_EVIDENCE}


def test_the_values_of_targets_are_values_of_numbers(register: Register) -> None:
    promises = {row.id: row.promise for row in register.rows(Measure)}
    targets = register["targets"].set_index("id")["measure"]
    observed = [row for row in register["observations"].itertuples() if row.target]
    assert len(observed) >= 3
    assert {promises[targets[row.target]] for row in observed} == {Kind.NUMBER}
