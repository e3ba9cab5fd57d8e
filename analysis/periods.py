"""The periods of a recurring duty, and which of them a fact falls into."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from geodata.codes import Recurrence

PERIODS: Mapping[str, Callable[[date], str]] = {
    Recurrence.MONTHLY: lambda day: f"{day:%Y-%m}",
    Recurrence.TWICE_YEARLY: lambda day: f"{day.year}-H{1 if day.month < 7 else 2}",
    Recurrence.YEARLY: lambda day: f"{day.year}",
}
"""The name of the period in which a day lies, by code of the recurrence; other recurrences have none."""


def period_of(recurrence: str, first: date, last: date) -> str:
    """The one period in which a fact of `first` to `last` lies; an empty text for none or several."""
    name = PERIODS.get(recurrence)
    return name(first) if name and name(first) == name(last) else ""


def ends(recurrence: str, first: date, last: date) -> Iterator[tuple[date, str]]:
    """The last day and the name of each period that ends from `first` to `last`."""
    name, day = PERIODS.get(recurrence), first
    while name and day <= last:
        # Every period ends with a month.
        end = day.replace(day=monthrange(day.year, day.month)[1])
        if end > last:
            return
        if end == date.max or name(end + timedelta(days=1)) != name(end):
            yield end, name(end)
        if end == date.max:
            return
        day = end + timedelta(days=1)


def periods(recurrence: str, first: date, last: date) -> Iterator[tuple[date, str]]:
    """The periods from `first` to `last`: the first day of each, within them, and its name."""
    name, day, held = PERIODS.get(recurrence), first, ""
    while name and day <= last:
        if name(day) != held:
            held = name(day)
            yield day, held
        # Every period begins with a month.
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
