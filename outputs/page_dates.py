"""What the one screen knows of the dates of a measure: the pace of its promised numbers, and moves of its due date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from analysis.moved import moved, told
from analysis.pace import courses, pace, percent
from geodata import Register
from geodata.model import Target
from geodata.text import Text

Json = dict[str, Any]
Said = Callable[[Text], list[str]]
"""A text in each language of the page."""


def paces(register: Register, measure: str, until: date, said: Said) -> list[Json]:
    """The promised numbers of a measure (an id): begin and end of the time (empty without one), and turns of the pace.

    A turn is the day from which it holds (empty for all days before), the verdict, the shares of the time and of the
    number in whole percent, the day of the number, and the sentence. None is of a day after `until`.
    """
    found = []
    for course in courses(register).get(measure, ()):
        turns: list[list[Any]] = []
        for day in (date.min, *(turn for turn in course.turns if turn <= until)):
            known = pace(course, day)
            shares = [percent(known.time), percent(known.done), str(known.measured or "")]
            turn = [str(known.pacing), *shares, said(known.said)]
            if not turns or turns[-1][1:] != turn:
                turns.append(["" if day == date.min else day.isoformat(), *turn])
        metric = register.by_id(Target)[course.target].metric
        span = {"begin": course.begin.isoformat(), "due": str(course.due or "")}
        found.append({"name": said(metric), **span, "turns": turns})
    return found


def moves(register: Register, measure: str, said: Said) -> list[list[str]]:
    """How often the date of a measure (an id) was moved and what was promised first, then each move; none for most."""
    known = moved(register).get(measure)
    return [said(known.said), *(said(told(register, move)) for move in known.moves)] if known else []
