"""The outcome of a measure on any day, from facts that were read against it, with the reason in words.

What a fact shows of a measure is read by a person and kept as a row of `evidence`; nothing is concluded from the
stage of a feature. A fact counts from the last day that its date allows. Background, unverified and undated facts
never decide; a partial one never shows a measure to be met. A warning keeps memory: red never turns green, and where
a due date was moved, what was not done by the first one is not green either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analysis.periods import period_of
from analysis.promises import ENDLESS, SOON, Fact, Promise, promises
from analysis.words import TEXTS
from geodata import Register
from geodata.codes import Alert, Due, Firmness, Grade, Outcome, Shows
from geodata.codes import Promise as Kind
from geodata.text import Text

_GOING_ON = (Shows.UNDER_WAY, Shows.PART, Shows.FULFILLED)
_SHORT = (Shows.UNDER_WAY, Shows.PART, Shows.NOT_DONE)


@dataclass(frozen=True)
class Verdict:
    """What the evidence says of a measure; `reason` names the deciding fact."""

    outcome: Outcome
    warning: Alert
    reason: Text
    due: Due = Due.NONE


def due_on(promised: date | None, day: date) -> Due:
    """The date of a measure, if it has one, against `day`."""
    if promised is None:
        return Due.NONE
    if promised < day:
        return Due.PASSED
    return Due.SOON if promised - day <= SOON else Due.LATER


def outcomes_on(register: Register, day: date) -> Iterator[Verdict]:
    """The verdict on each measure on a day, in the order of the measures."""
    return (verdict(promise, day) for promise in promises(register))


def verdict(promise: Promise, day: date) -> Verdict:
    """The verdict on one measure on `day`."""
    return replace(_verdict(promise, day), due=due_on(promise.due, day))


def _verdict(promise: Promise, day: date) -> Verdict:
    """The same without what the date alone says."""
    if day < promise.issued:
        return Verdict(Outcome.NO_EVIDENCE, Alert.GREY, _said("not-issued"))
    direct = [each for each in promise.facts if each.day <= day and each.is_direct]
    done = next((each for each in direct if each.shows == Shows.FULFILLED), None)
    if done and promise.kind not in ENDLESS:
        return _met(promise, done, direct, day)
    lost = next((each for each in direct if each.shows == Shows.UNREACHABLE and each.first >= promise.issued), None)
    if lost:
        reason = _strived(promise, _and(_said("lost", day=lost.said), _deadline(promise)))
        return Verdict(Outcome.UNREACHABLE, _alarm(promise), reason)
    if promise.due and day <= promise.due and promise.due - day <= SOON:
        return Verdict(Outcome.DUE_SOON, Alert.YELLOW, _first(promise, _said("nearly-due", day=promise.due)))
    counted = promise.counted_on(day)
    if promise.deadline and day > promise.deadline:
        short = [each for each in direct if each.shows in _SHORT and each.first > promise.deadline]
        return _missed(promise, short[-1], day) if short else _silent(promise, day)
    acted = [each for each in counted if each.shows in _GOING_ON]
    return _under_way(promise, acted, day) if acted else _silent(promise, day)


def _met(promise: Promise, done: Fact, direct: list[Fact], day: date) -> Verdict:
    """In time, late, or so before the document; late only if a source dates it, or showed less, after the deadline."""
    key = "shown" if done.is_seen else "reached" if done.stage and promise.kind == Kind.BUILD else "done"
    reason = _and(_said(key, day=done.said, stage=done.stage), _deadline(promise))
    calm = Alert.GREEN if promise.due else Alert.GREY
    if done.day < promise.issued:
        return Verdict(Outcome.ALREADY_SO, calm, _with_today(promise, _and(reason, _said("before-issue")), done, day))
    deadline = promise.deadline
    if deadline is None or done.day <= deadline:
        if promise.first_due and _is_after(promise.first_due, done, direct):
            calm, reason = Alert.YELLOW, _and(reason, _said("after-first"))
        return Verdict(Outcome.MET, calm, _with_today(promise, reason, done, day))
    if _is_after(deadline, done, direct):
        return Verdict(Outcome.MET_LATE, Alert.YELLOW, _with_today(promise, _strived(promise, reason), done, day))
    return Verdict(Outcome.MET, Alert.GREY, _and(reason, _said("when-unknown")))


def _is_after(deadline: date, done: Fact, direct: list[Fact]) -> bool:
    """Whether it was surely done after a deadline: a source dates it so, or showed less after it."""
    behind = any(each.shows in _SHORT and deadline < each.first and each.day < done.day for each in direct)
    return behind or (done.first > deadline and not done.is_seen)


def _with_today(promise: Promise, reason: Text, done: Fact, day: date) -> Text:
    """The same, saying also where the one feature stands on `day` if that is more than the fact says."""
    words, now = promise.words, promise.object.step_on(day)
    if words is None:
        return reason
    if now and now.day > done.day and now.grade != Grade.SEED:
        key = "now-since" if now.begins else "now-no-later"
        reason = _and(reason, _said(key, stage=words["stage"][now.stage].title, day=now.date))
    limit, since = promise.object.restriction_on(day)
    if limit:
        reason = _and(reason, _said("now-restricted", restriction=words["restriction"][limit].title, day=since))
    return reason


def _under_way(promise: Promise, acted: list[Fact], day: date) -> Verdict:
    """There is evidence, and the date has not come or there is none."""
    newest, part = acted[-1], any(each.shows == Shows.PART for each in acted)
    reason = _and(_said("newest-part" if part else "newest", day=newest.said), _deadline(promise))
    if periods := sorted({name for each in acted if (name := period_of(promise.recurrence, each.first, each.day))}):
        reason = _and(reason, _said("periods", periods=Text("、".join(periods), ", ".join(periods))))
    late = promise.first_due is not None and day > promise.first_due
    calm = Alert.YELLOW if late else Alert.GREEN if promise.due else Alert.GREY
    return Verdict(Outcome.UNDER_WAY, calm, _measured(promise, reason, day))


def _missed(promise: Promise, short: Fact, day: date) -> Verdict:
    """The deadline has passed, and a source later than the deadline shows less than was promised."""
    words = _deadline(promise)
    over = promise.ends is not None and day > promise.ends
    reason = _and(Text(words.zh, f"{words.en[:1].upper()}{words.en[1:]}"), _said("not-reached", day=short.said))
    return Verdict(Outcome.NOT_MET if over else Outcome.OVERDUE, _alarm(promise), _strived(promise, reason))


def _silent(promise: Promise, day: date) -> Verdict:
    """No source decides: say what is known instead, or that nobody has looked."""
    outcome, counted = Outcome.NO_EVIDENCE, promise.counted_on(day)
    if counted:
        newest = counted[-1]
        reason = _said("not-yet" if newest.shows == Shows.NOT_DONE else "silent-after", day=newest.said)
        reason = _measured(promise, reason, day)
    elif any(each.day <= day for each in promise.facts):
        reason = _said("outside-term")
    elif promise.facts:
        reason = _said("none-yet")
    elif promise.weak:
        reason = _said(promise.weak)
    elif promise.searched:
        reason = _said("no-source", day=promise.searched)
    else:
        outcome, reason = Outcome.NOT_SEARCHED, _said("unsearched")
    if promise.deadline and day > promise.deadline:
        reason = _and(reason, _deadline(promise)).joined(_said("cannot-judge"), TEXTS["reason-comma"])
        reason = _strived(promise, reason) if promise.due else reason
    return Verdict(outcome, Alert.GREY, reason)


def _measured(promise: Promise, reason: Text, day: date) -> Text:
    """The same with the newest value of a target, if one was measured by then."""
    known = [value for value in promise.values if value.day <= day]
    if not known:
        return reason
    said = known[-1].text
    return _and(reason, Text(said.zh, f"{said.en[:1].lower()}{said.en[1:]}"))


def _strived(promise: Promise, reason: Text) -> Text:
    """The same, saying that the text did not promise more."""
    return reason if promise.firmness == Firmness.SHALL else _and(reason, _said(f"firmness-{promise.firmness}"))


def _deadline(promise: Promise) -> Text:
    """The deadline, saying which of the two it is, and what was promised first where it was moved."""
    if promise.due:
        return _first(promise, _said("deadline-due", day=promise.due))
    ends = _said("deadline-ends", day=promise.ends) if promise.ends else _said("deadline-none")
    if promise.first_due is None:
        return ends
    dropped = _first(promise, _said("deadline-dropped"))
    return dropped.joined(ends, TEXTS["reason-comma"]) if promise.ends else dropped


def _first(promise: Promise, said: Text) -> Text:
    """The same with the date that was promised first, where it was moved."""
    if promise.first_due is None:
        return said
    return said.joined(_said("first-promised", day=promise.first_due), TEXTS["reason-comma"])


def _alarm(promise: Promise) -> Alert:
    """The warning of a miss: who was to strive for it broke no promise."""
    return Alert.RED if promise.firmness == Firmness.SHALL else Alert.YELLOW


def _said(key: str, **values: Any) -> Text:
    """A reason or a part of one."""
    return TEXTS[f"reason-{key}"].filled(**values)


def _and(first: Text, second: Text) -> Text:
    return first.joined(second, TEXTS["reason-and"])
