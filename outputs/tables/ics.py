"""Deadlines as an iCalendar file (RFC 5545): whole days where the city is, a series for what recurs, an alarm before.

The same deadlines give the same bytes: an event is stamped with the day of the view, its sequence number counts how
often its date was moved, and its UID is that of the measure, so that a calendar that knows it takes the newer word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from analysis.deadlines import Deadline, Mark, moved_words, runs
from analysis.moved import moved, told
from analysis.view import View
from analysis.words import Speech
from geodata.codes import Recurrence, Role
from geodata.model import Article
from geodata.text import catalogue
from outputs.escape import xml_text

ALARM = timedelta(days=-14)
"""When an event is called to mind, against its day."""
_TEXTS = catalogue(__file__)
_RULES: Mapping[str, Mapping[str, Any]] = {
    Recurrence.MONTHLY: {"freq": "MONTHLY", "bymonthday": -1},
    Recurrence.TWICE_YEARLY: {"freq": "YEARLY", "bymonth": [6, 12], "bymonthday": -1},
    Recurrence.YEARLY: {"freq": "YEARLY", "bymonth": 12, "bymonthday": 31},
}
"""The last days of periods, by code of the recurrence; a test holds them equal to `analysis.periods`."""
_MOST_STATES = 12
"""Periods of a series whose state is told, the newest ones."""


def calendar_of(view: View, found: Sequence[Deadline], lang: str) -> bytes:
    """The file of the deadlines of a view in `lang` (zh or en), UTF-8, lines folded and ended as RFC 5545 has it."""
    place = view.register.place
    calendar = Calendar()
    calendar.add("prodid", f"-//guantu//guantu//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _TEXTS("calendar-name", lang, city=place.name))
    calendar.add("x-wr-caldesc", place.licence.in_(lang))
    calendar.add("x-wr-timezone", place.time_zone)
    speech = Speech(view.register, lang)
    for run in runs(found):
        calendar.add_component(_event(view, run, speech))
    return bytes(calendar.to_ical())


def _event(view: View, run: Sequence[Deadline], speech: Speech) -> Event:
    """What is due once, or a series."""
    first, lang = run[0], speech.lang
    title = _line(speech.pair(first.kind.words.in_(lang), first.measure.title.in_(lang)))
    known = moved(view.register).get(first.measure.id)
    event = Event()
    event.add("uid", f"{first.measure.id}.{first.kind}@guantu")
    event.add("dtstamp", datetime.combine(view.day, time(), UTC))
    event.add("sequence", len(known.moves) if known else 0)
    event.add("summary", title)
    event.add("dtstart", first.day)
    event.add("dtend", first.day + timedelta(days=1))
    if len(run) > 1:
        event.add("rrule", {**_RULES[first.measure.recurrence], "until": run[-1].day})
    event.add("description", "\n".join(map(_line, _about(view, run, speech))))
    event.add("categories", [first.kind.words.in_(lang)])
    # A deadline takes nobody's day.
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM)
    alarm.add("description", title)
    event.add_component(alarm)
    return event


def _about(view: View, run: Sequence[Deadline], speech: Speech) -> Iterator[str]:
    """Article, agencies, how it stands, moves of its date, where to look, a line each."""
    first, lang = run[0], speech.lang
    row = first.measure
    article = view.register.by_id(Article)[row.article]
    yield speech.pair(_TEXTS("calendar-article", lang), speech.article_cited(article))
    if row.due_text and lang == "zh":
        yield speech.pair(_TEXTS("calendar-due-text", lang), row.due_text)
    for role in Role:
        if first.of(role):
            yield speech.pair(speech.title("role", role), speech.listed(speech.assigned(row.article, role)))
    yield from _states(view, run, speech)
    known = moved(view.register).get(row.id)
    if known:
        yield speech.pair(_TEXTS("calendar-moved", lang), moved_words(view.register, row.id).in_(lang))
        yield from (told(view.register, move).in_(lang) for move in known.moves)
    yield speech.pair(_TEXTS("calendar-where", lang), f"?show=measures:{row.id}&lang={lang}")


def _states(view: View, run: Sequence[Deadline], speech: Speech) -> Iterator[str]:
    """The outcome with its reason, or how the newest periods stand that have begun."""
    first, lang = run[0], speech.lang
    label = _TEXTS("calendar-state", lang, day=view.day)
    if not first.period:
        reason = first.status.verdict.reason.in_(lang)
        yield speech.pair(label, speech.items((first.words.in_(lang), reason)))
        return
    begun = [each for each in run if each.state != Mark.AHEAD] or [first]
    states = (f"{each.period} {each.words.in_(lang)}" for each in begun[-_MOST_STATES:])
    yield speech.pair(label, speech.listed(states))


def _line(text: str) -> str:
    """A text on one line, without characters that a file of text cannot hold."""
    return " ".join(xml_text(text).split())
