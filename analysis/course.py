"""What happened to a feature, as a day shows it: the one rule for every card, page, sheet and file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.stages import is_later
from geodata import Register
from geodata.codes import EventKind
from geodata.facts import Event


@dataclass(frozen=True, slots=True)
class Course:
    """The events of one feature; each part by the date that its source gives, facts without a year last."""

    known: tuple[Event, ...]
    """Facts up to the day, and those of an unknown year."""
    later: tuple[Event, ...]
    """Facts dated wholly after the day: nothing that leaves the house shows them."""
    gaps: tuple[Event, ...]
    """What was looked for and not found: no part of the course."""


def course_on(register: Register, feature: str, day: date) -> Course:
    """The course of a feature as `day` shows it."""
    events = sorted(register.events_of[feature], key=lambda event: event.date)
    facts = [event for event in events if event.kind != EventKind.GAP]
    return Course(
        known=tuple(event for event in facts if not is_later(event.date, day)),
        later=tuple(event for event in facts if is_later(event.date, day)),
        gaps=tuple(event for event in events if event.kind == EventKind.GAP),
    )
