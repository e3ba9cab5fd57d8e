"""Due dates that were moved since they were promised: from what to what, when, on whose word. The first stays known.

A move is an entry of the journal that puts another day, or none, in the place of the due date of a measure. A date
given to a measure that had none is its first promise. A correction of an entry is no move of its own, and an entry
that was undone is none at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from analysis.halves import NoHalf, read_half
from analysis.words import TEXTS
from geodata import Register
from geodata.journal.entries import Entry
from geodata.journal.replay import Change
from geodata.model import Agency, Measure
from geodata.text import Text

DUE = "due_date"


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a due date."""

    measure: str
    before: date | None
    after: date | None
    """None where the date was taken back."""
    day: date
    """On which it was said, where the city is."""
    agency: str
    """Id of the agency that said it, as the journal has it."""
    text: str
    """Why, and who decided, in the words of the entry."""


@dataclass(frozen=True, slots=True)
class Moved:
    """All moves of the due date of one measure; at least one."""

    first: date
    """The day that was promised before any of them."""
    moves: tuple[Move, ...]
    """In the order in which they took effect."""

    @property
    def said(self) -> Text:
        """How often, and what was promised first, in a clause."""
        return TEXTS["moved" if len(self.moves) > 1 else "moved-once"].filled(n=len(self.moves), day=self.first)


def moves(changes: Iterable[Change], zone: str) -> dict[str, Moved]:
    """The moved due dates by measure, of changes in the order in which they took effect.

    `zone` is the IANA name of the time zone of the city.
    """
    first: dict[str, date] = {}
    found: dict[str, list[Move]] = {}
    for change in changes:
        if change.entry.table != Measure.table or DUE not in change.after:
            continue
        name, before, after = change.entry.key[0], change.before[DUE], change.after[DUE]
        if before is not None:
            first.setdefault(name, before)
        # A date that comes back after none was set is a move too.
        if name in first and before != after:
            entry = change.entry
            move = Move(name, before, after, entry.day(zone), entry.agency, _why(entry))
            found.setdefault(name, []).append(move)
    return {name: Moved(first[name], tuple(each)) for name, each in found.items()}


def moved(register: Register) -> Mapping[str, Moved]:
    """The moved due dates of a register by measure; none where there is no journal."""
    return register.derived(_moved)


def _moved(register: Register) -> dict[str, Moved]:
    return moves(register.changes, register.place.time_zone)


def told(register: Register, move: Move) -> Text:
    """One move as a sentence: from what to what, when, on whose word, and why."""
    agency = register.by_id(Agency).get(move.agency)
    return TEXTS["move-dropped" if move.after is None else "move"].filled(
        before=move.before or TEXTS["no-day"],
        after=move.after,
        day=move.day,
        agency=agency.name if agency else move.agency or TEXTS["no-agency-named"],
        text=TEXTS["move-why"].filled(text=move.text) if move.text else "",
    )


def _why(entry: Entry) -> str:
    """Who decided, and why: the words of the date, where the entry itself only names its half-year."""
    try:
        read_half(entry.text)
    except NoHalf:
        return entry.text
    return entry.values.get("due_text", "")
