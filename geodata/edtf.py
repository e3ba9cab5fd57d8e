"""The part of EDTF (ISO 8601-2) that the register uses: partial, unknown and doubtful dates, intervals."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache

_PATTERN = re.compile(r"([0-9]{4}|XXXX)(?:[?]?-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?[?]?")


@cache
def bounds(text: str) -> tuple[date, date] | None:
    """First and last calendar day that `text` may mean.

    `"2018-09"` gives 2018-09-01 and 2018-09-30, an interval the first day of its begin and the last
    of its end; one that has no end yet (`"2018/.."`) is known by its begin. A doubt (`"2018?"`) stands
    beside the date and does not move it. None when the year is unknown (`"XXXX-03-05"`) or `text` is
    empty: such a fact belongs to no day.

    Raises ValueError for anything else, for instance `"2017-02-30"`, also for a day of no month
    (`"2017-XX-05"`) and for an interval that ends before it begins or has an end of unknown year.
    """
    if not text:
        return None
    begin, slash, end = text.partition("/")
    if not slash:
        return _one(begin)
    first, last = _one(begin), _one(begin if end == ".." else end)
    if first is None or last is None or last[1] < first[0]:
        raise ValueError(f"{text!r} is no interval such as 2018-09/2019 or 2018/..")
    return first[0], last[1]


def printed(text: str) -> str:
    """A date as it is read: an interval with a dash, one without an end as its begin."""
    return " – ".join(text.removesuffix("/..").split("/"))


def _one(text: str) -> tuple[date, date] | None:
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date such as 2018, 2018-09 or 2018-09-03")
    year, month, day = match.groups()
    months = (1, 12) if month in (None, "XX") else (int(month), int(month))
    if not 1 <= months[0] <= 12:
        raise ValueError(f"{text!r} has no such month")
    if month == "XX" and day not in (None, "XX"):
        raise ValueError(f"{text!r} is a day of no month")
    if year == "XXXX":
        if day not in (None, "XX") and not 1 <= int(day) <= monthrange(2000, months[1])[1]:
            raise ValueError(f"{text!r} has no such day")
        return None
    if day in (None, "XX"):
        last = monthrange(int(year), months[1])[1]
        return date(int(year), months[0], 1), date(int(year), months[1], last)
    return date(int(year), months[0], int(day)), date(int(year), months[1], int(day))
