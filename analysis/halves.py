"""Half-years, for which every agency reports: their names, first and last days, and what follows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_NAME = re.compile(r"(\d{4})-?[Hh]([12])", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
"""Before and after these there is no half-year beside it that a date can name."""


class NoHalf(ValueError):
    """A text that names no half-year; 2026-H1 and 2026-H2 do."""


@dataclass(frozen=True, order=True)
class Half:
    """One half of a year."""

    year: int
    half: int
    """1 or 2."""

    @property
    def name(self) -> str:
        """As files and the terminal name it: 2026-H1."""
        return f"{self.year}-H{self.half}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 6 * self.half - 5, 1)

    @property
    def last(self) -> date:
        """Its last day, by which reports are due."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def before(self) -> Half:
        """The half-year before this one."""
        return Half(self.year, 1) if self.half == 2 else Half(self.year - 1, 2)

    @property
    def after(self) -> Half:
        """The half-year behind this one."""
        return Half(self.year, 2) if self.half == 1 else Half(self.year + 1, 1)


def half_of(day: date) -> Half:
    """The half-year in which a day lies."""
    return Half(day.year, 1 if day.month < 7 else 2)


def read_half(text: str) -> Half:
    """The half-year of a name; NoHalf for any other text."""
    found = _NAME.fullmatch(text.strip())
    if not found or not _FIRST_YEAR < int(found[1]) <= _LAST_YEAR:
        raise NoHalf(text[:60])
    return Half(int(found[1]), int(found[2]))
