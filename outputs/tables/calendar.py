"""The calendar on the terminal: deadlines and recurring duties of a view as a table, CSV, JSON or an iCalendar file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analysis.deadlines import Deadline, deadlines, moved_words
from analysis.filters import LAST_DAY
from analysis.moved import moved
from analysis.view import View
from analysis.words import Speech
from geodata.codes import Role
from geodata.files import replacing
from geodata.text import catalogue
from outputs.tables import terminal
from outputs.tables.asked import add_filter, day_typed, view_of

FORMATS = ("table", "csv", "json", "ics")
_ROLES = (Role.LEAD, Role.COOPERATING, Role.RESPONSIBLE)
COLUMNS = (
    *("day", "kind", "period", "measure", "title_zh", "title_en", "article", "state", "state_zh", "state_en"),
    *(*_ROLES, "due_text", "moved", "first_due", "moved_zh", "moved_en"),
)
"""Of CSV and JSON: codes, and what has no code in both languages."""
_BRIEF = ("calendar-day", "calendar-kind", "calendar-title", "calendar-state", "calendar-lead", "calendar-others")
_YEAR = timedelta(days=365)
_TEXTS = catalogue(__file__)


def add_calendar(commands: Any) -> None:
    """The command."""
    said = terminal.said
    parser = commands.add_parser("calendar", help=said("calendar"))
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT.ics", help=said("calendar-out"))
    parser.add_argument("--from", dest="first", type=day_typed, metavar="YYYY-MM-DD", help=said("calendar-from"))
    parser.add_argument("--to", dest="last", type=day_typed, metavar="YYYY-MM-DD", help=said("calendar-to"))
    parser.add_argument("--format", choices=FORMATS, help=said("calendar-format"))
    add_filter(parser)
    parser.set_defaults(run=_calendar)


def _calendar(options: argparse.Namespace) -> int:
    form = options.format or ("ics" if options.out else "table")
    if options.out and (form != "ics" or options.out.suffix.lower() != ".ics"):
        return _refused("calendar-not-ics", name=options.out)
    # Not Path.resolve: it fails on links that lead in a circle.
    if options.out and Path(os.path.realpath(options.out)).is_relative_to(os.path.realpath(options.catalog)):
        return _refused("in-register", name=options.out)
    view = view_of(options)
    if view is None:
        return 2
    first, last = span(view.day, options.first, options.last)
    if first > last:
        return _refused("calendar-days", first=first, last=last)
    found = deadlines(view, first, last)
    if form == "ics":
        return _ics(options, view, found)
    if not found:
        print(terminal.said("no-row"), file=sys.stderr)
    if form == "table":
        lines = [_spoken(each, view, options.lang) for each in found]
        terminal.write_table(lines, [_heading(name, view, options.lang) for name in _BRIEF])
    elif form == "csv":
        terminal.write_csv([row(each, view) for each in found], list(COLUMNS))
    else:
        json.dump([row(each, view) for each in found], sys.stdout, ensure_ascii=False, indent=1)
        print()
    return 0


def span(day: date, first: date | None, last: date | None) -> tuple[date, date]:
    """The days asked for: a year from the day looked at where nothing else is said."""
    begin = first or day
    return begin, last or (begin + _YEAR if begin < LAST_DAY - _YEAR else LAST_DAY)


def row(each: Deadline, view: View) -> dict[str, Any]:
    """A deadline as plain values, JSON-ready."""
    known, words = moved(view.register).get(each.measure.id), moved_words(view.register, each.measure.id)
    values = (
        *(each.day.isoformat(), str(each.kind), each.period, each.measure.id),
        *(each.measure.title.zh, each.measure.title.en, each.measure.article),
        *(str(each.state), each.words.zh, each.words.en),
        *(list(each.of(role)) for role in _ROLES),
        *(each.measure.due_text, len(known.moves) if known else 0, known.first.isoformat() if known else ""),
        *(words.zh, words.en),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _spoken(each: Deadline, view: View, lang: str) -> dict[str, Any]:
    """A deadline as a line to read."""
    speech = Speech(view.register, lang)
    who = [name for role in (Role.LEAD, Role.RESPONSIBLE) for name in speech.assigned(each.measure.article, role)]
    state = (each.period, each.words.in_(lang), moved_words(view.register, each.measure.id).in_(lang))
    others = speech.assigned(each.measure.article, Role.COOPERATING)
    cells = (
        *(each.day.isoformat(), each.kind.words.in_(lang), each.measure.title.in_(lang)),
        *(" ".join(filter(None, state)), speech.listed(who), speech.listed(others)),
    )
    return dict(zip((_heading(name, view, lang) for name in _BRIEF), cells, strict=True))


def _heading(name: str, view: View, lang: str) -> str:
    return _TEXTS(name, lang, day=view.day)


def _ics(options: argparse.Namespace, view: View, found: list[Deadline]) -> int:
    # Late, for it brings a library that no other command needs.
    from outputs.tables.ics import calendar_of

    made = calendar_of(view, found, options.lang)
    if not found:
        print(terminal.said("no-row"), file=sys.stderr)
    if not options.out:
        sys.stdout.buffer.write(made)
        return 0
    try:
        with replacing(options.out) as path:
            path.write_bytes(made)
    except OSError as error:
        print(f"{terminal.said('not-written')}: {options.out}: {error.strerror or error}", file=sys.stderr)
        return 2
    print(f"{options.out} ({options.out.stat().st_size / 1000:.0f} KB)")
    return 0


def _refused(key: str, **values: Any) -> int:
    print(f"{terminal.said('not-written')}: {terminal.said(key, **values)}", file=sys.stderr)
    return 2
