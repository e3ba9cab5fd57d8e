"""The outcome of a measure on any day, with the reason in words and a warning that keeps memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from analysis.stages import RANK, SOURCED, History, Step, histories
from analysis.words import TEXTS
from geodata import Register, edtf
from geodata.codes import Alert, Due, Fit, Grade, Outcome, Relation, Stage
from geodata.model import Event, Feature, Link, Measure
from geodata.text import Text

SOON = timedelta(days=183)
"""A due date is near when the next half-yearly report is the last one before it."""

NO_HISTORY = History()


@dataclass(frozen=True)
class Verdict:
    """What the evidence says of a measure; `reason` names the deciding fact."""

    outcome: Outcome
    warning: Alert
    reason: Text
    due: Due = Due.NONE


@dataclass(frozen=True)
class Promise:
    """What a measure promises: a stage (or none) by a day (or none), in a document with a life of its own."""

    issued: date
    ends: date | None = None
    """Last day of the document's validity."""
    stage: str = ""
    due: date | None = None
    facts: tuple[tuple[date, str], ...] = ()
    """Last possible day and date as given of each sourced fact that speaks of the measure, ascending."""
    weak: str = ""
    """What there is where no fact has a day: the key of a reason; empty when nothing was found."""
    searched: date | None = None
    """The day of the newest search that found nothing."""
    titles: Mapping[str, Text] = field(default_factory=dict)
    """Titles of all stages."""

    def title(self, stage: str) -> Text:
        """The title of a stage."""
        return self.titles.get(stage, Text(stage, stage))

    @property
    def deadline(self) -> date | None:
        """The due date of the measure, else the end of its document."""
        return self.due or self.ends

    @property
    def turns(self) -> set[date]:
        """The days on which the verdict may change without any event."""
        days = {self.issued} | ({self.due - SOON} if self.due else set())
        days |= {day for day, _ in self.facts}
        return days | {day + timedelta(days=1) for day in (self.due, self.ends) if day}

    def fact_on(self, day: date) -> tuple[date, str] | None:
        """The newest fact up to `day` that is dated after the document was issued and within its validity."""
        known = (fact for fact in reversed(self.facts) if self.issued <= fact[0] <= min(day, self.ends or day))
        return next(known, None)

    @property
    def deadline_words(self) -> Text:
        """The deadline, saying which of the two it is."""
        if self.due:
            return _said("deadline-due", day=self.due)
        return _said("deadline-ends", day=self.ends) if self.ends else _said("deadline-none")


def due_on(promised: date | None, day: date) -> Due:
    """The date of a measure, if it has one, against `day`."""
    if promised is None:
        return Due.NONE
    if promised < day:
        return Due.PASSED
    return Due.SOON if promised - day <= SOON else Due.LATER


def _said(key: str, **values: Any) -> Text:
    """A reason or a part of one."""
    return TEXTS[f"reason-{key}"].filled(**values)


def _and(first: Text, second: Text) -> Text:
    return first.joined(second, TEXTS["reason-and"])


def outcomes_on(register: Register, day: date) -> Iterator[Verdict]:
    """The verdict on each measure on a day, in the order of the measures."""
    return (verdict(promise, deciding, day) for promise, deciding in promises(register))


def promises(register: Register) -> list[tuple[Promise, list[History]]]:
    """What each measure promises and the histories that decide on it, in the order of the measures."""
    return register.derived(_promises)


def _promises(register: Register) -> list[tuple[Promise, list[History]]]:
    features, known = register.by_id(Feature), histories(register)
    # Features without any event weigh alike, however many: one empty history stands for them all.
    targets: dict[str, dict[tuple[int, bool], tuple[History, bool]]] = defaultdict(dict)
    for link in register.rows(Link):
        if link.relation == Relation.TARGET:
            history = known.get(link.feature, NO_HISTORY)
            is_place = features[link.feature].stage_stretch and not history.steps
            targets[link.measure][id(history), is_place] = history, is_place
    titles = {code: row.title for code, row in register.codes("stage").items()}
    found = []
    for measure in register.rows(Measure):
        document = register.document_of(measure)
        promise = Promise(
            issued=document.date_issued,
            ends=document.valid_until,
            stage=measure.target_stage,
            due=measure.due_date,
            titles=titles,
            **_known(register, measure),
        )
        found.append((promise, _deciding(list(targets.get(measure.id, {}).values()))))
    return found


def _known(register: Register, measure: Measure) -> dict[str, Any]:
    """What is known of a measure itself: its facts by date, and when nothing was found."""
    events, evidence = register.by_id(Event), register.evidence_of[measure.id]
    facts = [events[row.event] for row in evidence if row.fit != Fit.CONTEXT]
    dates = [fact.date for fact in facts if fact.grade in SOURCED]
    # An interval is said by its two ends, one that goes on by its begin.
    dated = sorted(
        (span[1], " – ".join(text.removesuffix("/..").split("/"))) for text in dates if (span := edtf.bounds(text))
    )
    weak = ""
    if evidence and not dated:
        weak = "undated" if dates else Grade.UNVERIFIED if facts else "near"
    searches = [row.date for row in register.searches_of[measure.id]]
    return {"facts": tuple(dated), "weak": weak, "searched": max(searches, default=None)}


def _deciding(targets: list[tuple[History, bool]]) -> list[History]:
    """The histories that decide: a mere place without a stage does not, beside a project that has one."""
    projects = [history for history, is_place in targets if not is_place]
    return projects or [history for history, _ in targets]


def verdict(promise: Promise, histories: Sequence[History], day: date) -> Verdict:
    """The verdict on one measure on `day`, given the histories of the features it acts on."""
    return replace(_verdict(promise, histories, day), due=due_on(promise.due, day))


def _verdict(promise: Promise, histories: Sequence[History], day: date) -> Verdict:
    """The same without what the date alone says.

    All features must reach the stage for the measure to be met. Evidence is what a
    source says; the document's own wording is none, and a fact about a place says nothing
    of an action that names no stage. Once a date is missed the warning is never green again.
    """
    if day < promise.issued:
        return Verdict(Outcome.NO_EVIDENCE, Alert.GREY, _said("not-issued"))
    if promise.stage and histories:
        steps = [_reached(history, promise.stage, day) for history in histories]
        reached = [step for step in steps if step]
        if len(reached) == len(histories):
            late = [step for step, history in zip(reached, histories, strict=True) if _is_late(promise, step, history)]
            met = _met(promise, reached, late)
            return _with_today(met, promise, histories[0], reached[0], day) if len(histories) == 1 else met
        histories = [history for history, step in zip(histories, steps, strict=True) if step is None]
        if any((step := history.step_on(day)) and step.stage == Stage.CANCELLED for history in histories):
            return Verdict(Outcome.NOT_MET, Alert.RED, _said("given-up"))
    newest = max((seen for history in histories if (seen := history.evidence_on(day))), default=None)
    if promise.due and day <= promise.due and promise.due - day <= SOON:
        return Verdict(Outcome.DUE_SOON, Alert.YELLOW, _said("nearly-due", day=promise.due))
    fact = promise.fact_on(day)
    if not promise.stage or newest is None or newest < promise.issued:
        if fact is None or (promise.due and day > promise.due):
            return _silent(promise, newest, day)
        return _continuing(promise, fact[1])
    if promise.deadline and day > promise.deadline:
        return _missed(promise, newest, day)
    return _continuing(promise, newest)


def _continuing(promise: Promise, newest: date | str) -> Verdict:
    """There is evidence, and the date has not come or there is none."""
    colour = Alert.GREEN if promise.due else Alert.GREY
    return Verdict(Outcome.CONTINUING, colour, _and(_said("newest", day=newest), promise.deadline_words))


def _with_today(met: Verdict, promise: Promise, history: History, reached: Step, day: date) -> Verdict:
    """The same, saying also where the one feature stands on `day` if it has gone further since."""
    now = history.step_on(day)
    if now is None or now.stage == reached.stage or now.grade == Grade.SEED:
        return met
    since = _said("now-since" if now.begins else "now-no-later", stage=promise.title(now.stage), day=now.date)
    return replace(met, reason=_and(met.reason, since))


def _reached(history: History, stage: str, day: date) -> Step | None:
    """The step by which a source (not the document itself) first showed `stage` reached, as known on `day`."""
    for step in history.steps:
        sourced = step.day <= day and step.grade != Grade.SEED
        if sourced and step.stage != Stage.CANCELLED and RANK[Stage(step.stage)] >= RANK[Stage(stage)]:
            return step
    return None


def _met(promise: Promise, steps: Sequence[Step], late: Sequence[Step]) -> Verdict:
    """Late only if a source dates the stage itself after the deadline.

    A later stage seen after the deadline shows that the target was reached, not when.
    """
    reached = max(late or steps, key=lambda step: step.day)
    dated = reached.stage == promise.stage and reached.begins
    reason = _said("reached" if dated else "shown", day=reached.day, stage=promise.title(reached.stage))
    reason = _and(reason, promise.deadline_words)
    if reached.day < promise.issued:
        reason = _and(reason, _said("before-issue"))
    if promise.deadline is None or reached.day <= promise.deadline:
        return Verdict(Outcome.MET, Alert.GREEN if promise.due else Alert.GREY, reason)
    if late:
        return Verdict(Outcome.MET_LATE, Alert.YELLOW, reason)
    return Verdict(Outcome.MET, Alert.GREY, _and(reason, _said("when-unknown")))


def _is_late(promise: Promise, step: Step, history: History) -> bool:
    """Dated after the deadline, or preceded by a source that showed less after the deadline."""
    deadline = promise.deadline
    if deadline is None or step.day <= deadline:
        return False
    dated = step.stage == promise.stage and step.begins
    return dated or any(deadline < seen < step.day for seen in history.evidence)


def _missed(promise: Promise, newest: date, day: date) -> Verdict:
    """The deadline has passed without the stage: red, if a source later than the deadline shows so."""
    if promise.deadline and newest <= promise.deadline:
        return _silent(promise, newest, day)
    zh, en = promise.deadline_words.zh, promise.deadline_words.en
    over = promise.ends is not None and day > promise.ends
    not_reached = _said("not-reached", day=newest, stage=promise.title(promise.stage))
    return Verdict(
        Outcome.NOT_MET if over else Outcome.OVERDUE,
        Alert.RED,
        _and(Text(zh, f"{en[:1].upper()}{en[1:]}"), not_reached),
    )


def _silent(promise: Promise, newest: date | None, day: date) -> Verdict:
    """No source decides: say since when nothing is known."""
    if fact := promise.fact_on(day):
        reason = _said("silent-after", day=fact[1])
    elif any(seen <= day for seen, _ in promise.facts):
        reason = _said("outside-term")
    elif promise.weak:
        reason = _said(promise.weak)
    elif newest is None:
        reason = _said("no-source", day=promise.searched) if promise.searched else _said("not-searched")
    else:
        reason = _said("silent-after" if promise.stage else "silent-of-place", day=newest)
    if promise.deadline and day > promise.deadline:
        reason = _and(reason, promise.deadline_words).joined(_said("cannot-judge"), TEXTS["reason-comma"])
    return Verdict(Outcome.NO_EVIDENCE, Alert.GREY, reason)
