"""What a filled cell means: days, numbers, texts and statuses as clerks write them, mended where that is sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from geodata import edtf
from geodata.hygiene import HIDDEN
from outputs.forms.columns import STATUSES, Column, every_word
from outputs.forms.grid import Cell, Grid, day_of_serial

_YEARS = (1990, 2100)
"""What a form may speak of: another year is a slip of the hand."""
_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?-?(?: 0?0:00(?::00)?)?", re.ASCII)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DOTS = str.maketrans({"年": "-", "月": "-", "日": "", "号": "", "/": "-", ".": "-", "。": "-", "、": "-"})
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,9})?)\s*(\D*)", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ID = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*")


@dataclass(frozen=True)
class Meant:
    """What a cell means: a value, perhaps with what was mended, or what is wrong, both by their names in the texts."""

    value: str = ""
    note: str = ""
    wrong: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


_NOTHING = Meant()


def meant(cell: Cell | None, column: Column, grid: Grid, target: str) -> Meant:
    """What a cell of an open column means; `target` is what its row says of a number."""
    if cell is None:
        return _NOTHING
    if cell.is_formula:
        return Meant(wrong="formula")
    if cell.is_error:
        return Meant(wrong="error")
    if isinstance(cell.value, bool):
        return Meant(wrong="bool")
    if isinstance(cell.value, str) and not cell.value.strip():
        return _NOTHING
    if column.key == "number":
        return _number(cell, target)
    return _READ.get(column.key, _text)(cell, column, grid)


def measure_id(cell: Cell | None) -> str:
    """The id of a measure that stands in a cell, alone or before its title; empty for a text that holds none."""
    if cell is None or not isinstance(cell.value, str):
        return ""
    first = (normalize("NFKC", cell.value).lower().split() or [""])[0]
    return first if _ID.fullmatch(first) and "-" in first else ""


def plain(text: str) -> str:
    """A text for comparing: narrow letters, small, without blanks."""
    return "".join(normalize("NFKC", text).casefold().split())


def shown(cell: Cell | None) -> str:
    """A cell that is not asked for, as a text."""
    if cell is None or cell.value is None:
        return ""
    return _number_text(cell.value) if isinstance(cell.value, float) else str(cell.value)


def _status(cell: Cell, column: Column, grid: Grid) -> Meant:
    text = plain(shown(cell))
    for code in STATUSES:
        if text in (code, *map(plain, every_word(f"status-{code}"))):
            return Meant(str(code))
    return Meant(wrong="status")


def _day(cell: Cell, column: Column, grid: Grid) -> Meant:
    """A day, for what happened also a month or a year."""
    value = cell.value
    if isinstance(value, date):
        return _sane(value.isoformat(), "", column)
    if isinstance(value, float):
        return _day_of_number(value, column, grid)
    text = normalize("NFKC", str(value)).strip()
    if text.isascii() and text.isdigit() and len(text) in (4, 5, 8):
        return _day_of_number(float(text), column, grid)
    found = _DAY.fullmatch(re.sub(r"\s*-\s*", "-", text.translate(_DOTS)).strip())
    if not found:
        return Meant(wrong="day")
    parts = [found[1], *(f"{int(each):02d}" for each in found.groups()[1:] if each)]
    told = "-".join(parts)
    return _sane(told, "" if told == value else "wide" if told == text else "day", column)


def _day_of_number(number: float, column: Column, grid: Grid) -> Meant:
    text = _number_text(number)
    if packed := _PACKED.fullmatch(text):
        return _sane("-".join(packed.groups()), "day", column)
    if number.is_integer() and _YEARS[0] <= number <= _YEARS[1]:
        return _sane(text, "", column)
    day = day_of_serial(number, grid.early)
    return _sane(day.isoformat(), "day", column) if day else Meant(wrong="day")


def _sane(told: str, note: str, column: Column) -> Meant:
    """A day of the calendar, in a year that a form may speak of; a due date is a whole day."""
    try:
        span = edtf.bounds(told)
    except ValueError:
        return Meant(wrong="day")
    if span is None or not _YEARS[0] <= span[0].year <= _YEARS[1] or (column.key == "due_new" and len(told) < 10):
        return Meant(wrong="whole-day" if column.key == "due_new" else "day")
    return Meant(told, note, told={"value": told})


def _number(cell: Cell, target: str) -> Meant:
    """A number without its unit; `target` names the unit, and one that is repeated is taken off."""
    value = cell.value
    if isinstance(value, date):
        return Meant(wrong="number")
    if isinstance(value, float):
        if not abs(value) < 1e15:
            return Meant(wrong="number")
        if cell.is_percent:
            share = _number_text(float(Decimal(repr(value)) * 100))
            return Meant(share, "percent", told={"value": share}) if "%" in target else Meant(wrong="number")
        return Meant(_number_text(value))
    text = normalize("NFKC", str(value)).strip()
    bare = text.replace(",", "") if _GROUPED.match(text) else text
    found = _NUMBER.fullmatch(bare)
    if not found or (found[2] and plain(found[2]) not in plain(target)):
        return Meant(wrong="number")
    told = _number_text(found[1])
    return Meant(told, "" if told == value else "number", told={"value": told})


def _number_text(number: object) -> str:
    """A number as the register holds it: as short as it can be, never with an exponent."""
    try:
        found = Decimal(repr(number) if isinstance(number, float) else str(number))
    except InvalidOperation:
        return str(number)
    if not found.is_finite():
        return str(number)
    text = format(found if found else Decimal(0), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(cell: Cell, column: Column, grid: Grid) -> Meant:
    """A text on one line, without what nobody sees."""
    raw = shown(cell)
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)
    text = " ".join(normalize("NFC", text.replace("\ufeff", "")).split())
    if hidden := HIDDEN.search(text):
        return Meant(wrong="hidden", told={"code": f"U+{ord(hidden[0]):04X}", "place": hidden.start() + 1})
    if len(text) > column.longest:
        return Meant(wrong="long", told={"n": len(text), "most": column.longest})
    return Meant(text, "" if text == raw.strip() else "text")


_READ: Mapping[str, Callable[[Cell, Column, Grid], Meant]] = {"status": _status, "date": _day, "due_new": _day}
"""How the cells of a column are read; the others are texts."""
