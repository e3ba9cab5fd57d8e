"""What each measure promises, and the facts that were read against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analysis.moved import moved
from analysis.stages import SOURCED, History, histories
from analysis.words import TEXTS
from geodata import Register, edtf
from geodata.codes import EventKind, Firmness, Fit, Grade, Relation, Shows
from geodata.codes import Promise as Kind
from geodata.facts import Event, Evidence, Observation
from geodata.model import Code, Link, Measure, Target
from geodata.text import LANGS, Text

SOON = timedelta(days=183)
"""A due date is near when the next half-yearly report is the last one before it."""
_SEEN = (EventKind.PROGRESS, EventKind.FIGURE)
"""Kinds of facts that find a thing so; the others date it."""
_NO_WORDS, _UNKNOWN = Text(), History()
ENDLESS = (Kind.ONGOING, Kind.RECURRING)
"""Promises that nothing fulfils: they are only acted upon or not."""


@dataclass(frozen=True)
class Fact:
    """A sourced, dated fact and what it shows of the measure."""

    first: date
    """The first day that its date allows."""
    day: date
    """The last one."""
    date: str
    """As the source gives it (EDTF)."""
    shows: str
    is_direct: bool = True
    is_seen: bool = False
    """Whether it finds the thing so, and may have been so for longer."""
    stage: Text = _NO_WORDS
    """The stage of the feature that it dates, in words."""

    @property
    def said(self) -> str:
        """The date in words: an interval by its two ends, one that goes on by its begin."""
        return edtf.printed(self.date)


@dataclass(frozen=True)
class Value:
    """A measured value of a target."""

    day: date
    text: Text
    """Metric, value, target, share and date in words."""


@dataclass(frozen=True)
class Promise:
    """What a measure promises, in a document with a life of its own, and what is known of it."""

    issued: date
    ends: date | None = None
    """Last day of the document's validity."""
    kind: str = Kind.BUILD
    firmness: str = Firmness.SHALL
    due: date | None = None
    first_due: date | None = None
    """The date that was promised first, where another one, or none, stands there since."""
    recurrence: str = ""
    facts: tuple[Fact, ...] = ()
    """By their last day, ascending."""
    values: tuple[Value, ...] = ()
    """By day, ascending."""
    weak: str = ""
    """What there is where no fact has a day: the key of a reason; empty when nothing was found."""
    searched: date | None = None
    """The day of the newest search that found nothing."""
    object: History = _UNKNOWN
    """Of the one feature that it acts on, for words alone."""
    words: Mapping[str, Mapping[str, Code]] | None = None
    """Codelists of stages and restrictions, for words alone."""

    @property
    def deadline(self) -> date | None:
        """The due date of the measure, else the end of its document for what has an end of its own."""
        return self.due or (None if self.kind in ENDLESS else self.ends)

    @property
    def turns(self) -> set[date]:
        """The days on which the verdict may change."""
        days = {self.issued} | ({self.due - SOON} if self.due else set())
        days |= {each.day for each in self.facts} | {each.day for each in self.values} | self.object.turns
        return days | {day + timedelta(days=1) for day in (self.due, self.first_due, self.ends) if day}

    def counted_on(self, day: date) -> list[Fact]:
        """The facts up to `day` that lie surely after the document was issued, and within its validity."""
        return [each for each in self.facts if self.issued <= each.first and each.day <= min(day, self.ends or day)]


def promises(register: Register) -> list[Promise]:
    """What each measure promises and what is known of it, in the order of the measures."""
    return register.derived(_promises)


def _promises(register: Register) -> list[Promise]:
    known, words = histories(register), {name: register.codes(name) for name in ("stage", "restriction")}
    objects: dict[str, list[str]] = {}
    for link in register.rows(Link):
        if link.relation == Relation.TARGET:
            objects.setdefault(link.measure, []).append(link.feature)
    values, dates = _values(register), moved(register)
    found = []
    for row in register.rows(Measure):
        document = register.document_of(row)
        alone = objects.get(row.id, [])
        first = dates[row.id].first if row.id in dates else None
        promise = Promise(
            issued=document.date_issued,
            ends=document.valid_until,
            kind=row.promise,
            firmness=row.firmness,
            due=row.due_date,
            first_due=first if first != row.due_date else None,
            recurrence=row.recurrence,
            values=values.get(row.id, ()),
            searched=max((each.date for each in register.searches_of[row.id]), default=None),
            object=known.get(alone[0], History()) if len(alone) == 1 else History(),
            words=words,
        )
        found.append(_with_facts(register, row, promise))
    return found


def _with_facts(register: Register, row: Measure, promise: Promise) -> Promise:
    """The same with the facts that were read against it."""
    events = register.by_id(Event)
    read = [(events[each.event], each) for each in register.evidence_of[row.id]]
    telling = [(event, each) for event, each in read if each.fit != Fit.CONTEXT and each.shows != Shows.NOTHING]
    sourced = [(event, each) for event, each in telling if event.grade in SOURCED]
    facts = [fact for event, each in sourced if (fact := _fact(register, event, each))]
    weak = ""
    if read and not facts:
        weak = "undated" if sourced else Grade.UNVERIFIED if telling else "near"
    return replace(promise, facts=tuple(sorted(facts, key=lambda fact: (fact.day, fact.first))), weak=weak)


def _fact(register: Register, event: Event, read: Evidence) -> Fact | None:
    span = edtf.bounds(event.date)
    if span is None:
        return None
    begins = event.kind == EventKind.STAGE
    return Fact(
        *span,
        date=event.date,
        shows=read.shows,
        is_direct=read.fit == Fit.DIRECT,
        is_seen=event.kind in _SEEN,
        stage=register.codes("stage")[event.stage].title if begins and event.stage else Text(),
    )


def _values(register: Register) -> dict[str, tuple[Value, ...]]:
    """The measured values of the targets of each measure, by day."""
    targets, found = register.by_id(Target), dict[str, list[Value]]()
    for row in register.rows(Observation):
        span = edtf.bounds(row.date)
        if row.target and span and row.number is not None and row.grade in SOURCED:
            target = targets[row.target]
            text = Text(*(_against(target, row, lang) for lang in LANGS))
            found.setdefault(target.measure, []).append(Value(span[1], text))
    return {measure: tuple(sorted(each, key=lambda value: value.day)) for measure, each in found.items()}


def _against(target: Target, row: Observation, lang: str) -> str:
    """A value beside what was promised."""
    share = (row.number or 0) / target.value
    amount, metric = target.amount(lang), target.metric.in_(lang)
    return TEXTS(
        "reason-value", lang, metric=metric, value=row.value, target=amount, share=f"{share:.0%}", day=row.date
    )
