"""Reads CSV tables of the register and checks every cell against the data dictionary."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any

from geodata import edtf
from geodata.addresses import address_fault
from geodata.faults import TEXTS, Fault, listed, quoted
from geodata.files import NotAFile, read_regular
from geodata.hygiene import are_plain, is_calm, text_fault
from geodata.numbers import is_finite
from geodata.schema import Field, Table
from geodata.text import Text

YEARS = (1900, 2100)
"""The first and the last year that a date of the register may lie in."""
_LARGEST = 99_999
"""Of the whole numbers, which all count something or number it."""

Row = dict[str, Any]
"""A row by field name, with `_row` (its line) and `_file` (where it stands)."""


def read_text(path: Path, name: str, faults: list[Fault]) -> str | None:
    """The text of a UTF-8 file, or None and a fault that says why not; a byte-order mark is passed over."""

    def fault(found: Text, expected: Text, line: int = 0) -> None:
        faults.append(Fault(name, line, "", found, expected, unread=True))

    try:
        raw = read_regular(path)
    except FileNotFoundError:
        fault(TEXTS["fault-no-file"], TEXTS["fault-want-file"])
        return None
    except NotAFile:
        fault(TEXTS["fault-not-a-file"], TEXTS["fault-want-readable"])
        return None
    except OSError as error:
        fault(TEXTS["fault-unreadable"].filled(reason=error.strerror), TEXTS["fault-want-readable"])
        return None
    if not raw.strip():
        fault(TEXTS["fault-empty-file"], TEXTS["fault-want-content"])
        return None
    try:
        # Excel and WPS write a byte-order mark when they save as "CSV UTF-8".
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault(TEXTS["fault-gbk" if _is_gbk(raw) else "fault-not-utf8"], TEXTS["fault-want-utf8"], line)
        return None


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def read_table(table: Table, catalog: Path, faults: list[Fault]) -> list[Row]:
    """The rows of a CSV table in file order; cells typed by the data dictionary.

    Every fault goes to `faults`; a row with a bad cell keeps the empty value there.
    """
    text = read_text(catalog / table.path, table.path, faults)
    if text is None:
        return []
    if not text.endswith(("\n", "\r")):
        last = text.count("\n") + 1
        faults.append(Fault(table.path, last, "", TEXTS["fault-cut-line"], TEXTS["fault-want-line-end"]))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = [field.name for field in table.fields]
    records: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        header = next(reader)
        if header != names:
            expected = TEXTS["fault-want-header"].filled(names=",".join(names))
            faults.append(Fault(table.path, 1, "", quoted(",".join(header), 120), expected, unread=True))
            return []
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(names):
                found, expected = (TEXTS["fault-cells"].filled(n=len(each)) for each in (cells, names))
                faults.append(Fault(table.path, line, "", found, expected, unread=True))
            else:
                records.append(cells)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        found = TEXTS["fault-broken-csv"].filled(reason=error)
        faults.append(Fault(table.path, line, "", found, TEXTS["fault-want-quotes"], unread=True))
    return _rows(table, records, lines, is_calm(text), faults)


def _rows(table: Table, records: list[list[str]], lines: list[int], calm: bool, faults: list[Fault]) -> list[Row]:
    """The rows of cells, cast column by column: most columns are good as they are."""
    columns: list[Sequence[Any]] = []
    for field, cells in zip(table.fields, zip(*records, strict=True), strict=bool(records)):
        good = calm and is_good(field, cells)
        columns.append(cells if good else _cast(field, cells, table.path, lines, faults))
    names = ("_row", "_file", *(field.name for field in table.fields))
    return [dict(zip(names, values, strict=True)) for values in zip(lines, repeat(table.path), *columns)]


def _cast(field: Field, cells: Sequence[str], file: str, lines: list[int], faults: list[Fault]) -> list[Any]:
    empty: Any = () if field.separator else _EMPTY[field.type]
    asked = field.required
    return [
        cast_cell(field, cell, file, line, faults) if cell or asked else empty
        for cell, line in zip(cells, lines, strict=True)
    ]


def is_good(field: Field, texts: Sequence[str]) -> bool:
    """Whether the texts of a field in a calm file need no second look; some may be empty."""
    if not field.is_free or not texts or max(map(len, texts)) > field.longest or (field.required and "" in texts):
        return False
    if field.pattern is not None and not all(map(field.pattern.fullmatch, texts)):
        return False
    return are_plain(texts)


def _finite(cell: str) -> float:
    value = float(cell) if re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", cell) else float("nan")
    if not is_finite(value):
        raise ValueError(cell)
    return value


def _whole(cell: str) -> int:
    if not re.fullmatch("0|-?[1-9][0-9]{0,8}", cell):
        raise ValueError(cell)
    return int(cell)


def _day(cell: str) -> date:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


def _boolean(cell: str) -> bool:
    return {"true": True, "false": False}[cell]


_CASTS: dict[str, tuple[Callable[[str], Any], str]] = {
    "integer": (_whole, "fault-want-whole"),
    "number": (_finite, "fault-want-number"),
    "boolean": (_boolean, "fault-want-boolean"),
    "date": (_day, "fault-want-day"),
}
"""How the text of a cell becomes a value, and the text that says what was expected if it does not."""
_EMPTY: dict[str, Any] = {"string": "", "integer": None, "number": None, "boolean": None, "date": None}


def cast_cell(field: Field, cell: str, file: str, line: int, faults: list[Fault]) -> Any:
    """The typed value of a cell: str, int, float, bool, date, or tuple of str for a list.

    An empty or faulty cell gives "" for text, () for a list and None for the rest.
    """

    def fault(expected: Text) -> None:
        faults.append(Fault(file, line, field.name, quoted(cell), expected))

    empty: Any = () if field.separator else _EMPTY[field.type]
    if cell == "":
        fault(TEXTS["fault-want-value"])
        return empty
    if wrong := None if field.is_spelled else words_fault(field, cell):
        fault(wrong)
        return empty
    if field.separator:
        parts = tuple(part.strip() for part in cell.split(field.separator))
        if not all(parts) or len(set(parts)) < len(parts):
            fault(TEXTS["fault-want-items"].filled(separator=field.separator))
            return empty
        return parts
    value: Any = cell
    if field.type in _CASTS:
        cast, words = _CASTS[field.type]
        try:
            value = cast(cell)
        except (ValueError, KeyError):
            fault(TEXTS[words])
            return empty
    return value if check_value(field, value, fault) else empty


def cell_text(value: Any) -> str:
    """A typed value as it would stand in a cell; nothing for none, a semicolon between the items of a list."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def words_fault(field: Field, text: str) -> Text | None:
    """What a text that is not empty should be instead; None when it is sound and not too long for its field."""
    if len(text) > field.longest:
        return TEXTS["fault-want-shorter"].filled(limit=field.longest, n=len(text))
    return text_fault(text)


def check_value(field: Field, value: Any, fault: Callable[[Text], None]) -> bool:
    """Whether a typed value meets the constraints of its field; tells `fault` what was expected if not."""
    wrong: Text | None = None
    if isinstance(value, str):
        if field.pattern is not None and not field.pattern.fullmatch(value):
            wrong = _pattern_words(field)
        elif field.pattern is not None:
            wrong = _meaning_fault(field.pattern.pattern, value)
        elif field.enum and value not in field.enum:
            wrong = TEXTS["fault-want-one-of"].filled(names=listed(field.enum))
    elif isinstance(value, date):
        wrong = None if YEARS[0] <= value.year <= YEARS[1] else years_wanted()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        most = field.maximum if field.maximum is not None else _LARGEST if field.type == "integer" else None
        if field.minimum is not None and value < field.minimum:
            wrong = TEXTS["fault-want-at-least"].filled(limit=field.minimum)
        elif most is not None and value > most:
            wrong = TEXTS["fault-want-at-most"].filled(limit=most)
    if wrong:
        fault(wrong)
    return wrong is None


def _meaning_fault(pattern: str, value: str) -> Text | None:
    """What is expected of a text that is spelled as its pattern asks and may yet mean nothing."""
    if pattern.startswith("http"):
        return address_fault(value)
    return date_fault(value) if "XXXX" in pattern else None


def date_fault(value: str) -> Text | None:
    """What is expected of a partial date; None when it is one of a year that the register may speak of."""
    try:
        span = edtf.bounds(value)
    except ValueError:
        return TEXTS["fault-want-date"]
    return None if span is None or (YEARS[0] <= span[0].year and span[1].year <= YEARS[1]) else years_wanted()


def years_wanted() -> Text:
    """That a date lies in the years of the register."""
    return TEXTS["fault-want-years"].filled(first=YEARS[0], last=YEARS[1])


def _pattern_words(field: Field) -> Text:
    assert field.pattern is not None
    if field.pattern.pattern.startswith("http"):
        return TEXTS["fault-want-address"]
    if "XXXX" in field.pattern.pattern:
        return TEXTS["fault-want-date"]
    return TEXTS["fault-want-id"]
