"""Reads CSV tables of the register and checks every cell against the data dictionary."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

from geodata import edtf
from geodata.faults import Fault, shorten
from geodata.schema import Field, Table

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
"""Control characters, which no cell may hold."""

Row = dict[str, Any]
"""A row by field name, with `_row` (its line) and `_file` (where it stands)."""


def read_text(path: Path, name: str, faults: list[Fault]) -> str | None:
    """The text of a UTF-8 file, or None and a fault that says why not; a byte-order mark is passed over."""

    def fault(found: str, expected: str) -> None:
        faults.append(Fault(name, 0, "", found, expected, unread=True))

    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        fault("no such file", "the file, even if it holds a header only; restore it from version control")
        return None
    except OSError as error:
        fault(f"a file that cannot be read ({error.strerror})", "a readable file; check its permissions")
        return None
    if not raw.strip():
        fault("an empty file", "a header line at least; restore it from version control")
        return None
    try:
        # Excel and WPS write a byte-order mark when they save as "CSV UTF-8".
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        guess = " (it reads as GBK)" if _is_gbk(raw) else ""
        found = f"bytes that are not UTF-8{guess}"
        faults.append(Fault(name, line, "", found, "UTF-8; save the file as UTF-8", unread=True))
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
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = [field.name for field in table.fields]
    rows: list[Row] = []
    line = 1
    try:
        header = next(reader)
        if header != names:
            found, expected = shorten(",".join(header), 120), "the header " + ",".join(names)
            faults.append(Fault(table.path, 1, "", found, expected, unread=True))
            return []
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(names):
                faults.append(Fault(table.path, line, "", f"{len(cells)} cells", f"{len(names)} cells", unread=True))
            else:
                rows.append(_row(table, cells, line, faults))
            line = reader.line_num + 1
    except csv.Error as error:
        found = f"broken CSV ({error})"
        faults.append(Fault(table.path, line, "", found, "quotes closed on every row", unread=True))
    return rows


def _row(table: Table, cells: list[str], line: int, faults: list[Fault]) -> Row:
    row: Row = {"_row": line, "_file": table.path}
    for field, cell in zip(table.fields, cells, strict=True):
        row[field.name] = cast_cell(field, cell, table.path, line, faults)
    return row


def _finite(cell: str) -> float:
    value = float(cell)
    if not isfinite(value):
        raise ValueError(cell)
    return value


def _whole(cell: str) -> int:
    if not re.fullmatch("-?[0-9]+", cell):
        raise ValueError(cell)
    return int(cell)


def _day(cell: str) -> date:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


def _boolean(cell: str) -> bool:
    return {"true": True, "false": False}[cell]


_CASTS: dict[str, tuple[Callable[[str], Any], str]] = {
    "integer": (_whole, "a whole number"),
    "number": (_finite, "a number"),
    "boolean": (_boolean, "true or false"),
    "date": (_day, "a day of the calendar as YYYY-MM-DD"),
}
_EMPTY: dict[str, Any] = {"string": "", "integer": None, "number": None, "boolean": None, "date": None}


def cast_cell(field: Field, cell: str, file: str, line: int, faults: list[Fault]) -> Any:
    """The typed value of a cell: str, int, float, bool, date, or tuple of str for a list.

    An empty or faulty cell gives "" for text, () for a list and None for the rest.
    """

    def fault(expected: str) -> None:
        faults.append(Fault(file, line, field.name, shorten(cell), expected))

    empty: Any = () if field.separator else _EMPTY[field.type]
    if cell == "":
        if field.required:
            fault("a value; this field must not be empty")
        return empty
    if cell != cell.strip() or CONTROL.search(cell):
        fault("text without spaces at its ends, tabs, line breaks or control characters")
        return empty
    if field.separator:
        parts = tuple(part.strip() for part in cell.split(field.separator))
        if not all(parts) or len(set(parts)) < len(parts):
            fault(f"items between '{field.separator}', none empty and none twice")
            return empty
        return parts
    value: Any = cell
    if field.type in _CASTS:
        cast, expected = _CASTS[field.type]
        try:
            value = cast(cell)
        except (ValueError, KeyError):
            fault(expected)
            return empty
    return value if check_value(field, value, fault) else empty


def check_value(field: Field, value: Any, fault: Callable[[str], None]) -> bool:
    """Whether a typed value meets the constraints of its field; tells `fault` what was expected if not."""
    if isinstance(value, str):
        if field.pattern is not None:
            if not field.pattern.fullmatch(value):
                fault(_pattern_words(field))
                return False
            if "XXXX" in field.pattern.pattern:
                try:
                    edtf.bounds(value)
                except ValueError:
                    fault("a date that exists, such as 2018, 2018-09, 2018-09-03 or XXXX-03-05")
                    return False
        if field.enum and value not in field.enum:
            fault("one of " + ", ".join(field.enum))
            return False
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if field.minimum is not None and value < field.minimum:
            fault(f"at least {field.minimum}")
            return False
        if field.maximum is not None and value > field.maximum:
            fault(f"at most {field.maximum}")
            return False
    return True


def _pattern_words(field: Field) -> str:
    assert field.pattern is not None
    if field.pattern.pattern.startswith("http"):
        return "an address that starts with http:// or https://"
    if "XXXX" in field.pattern.pattern:
        return "a date that exists, such as 2018, 2018-09, 2018-09-03 or XXXX-03-05"
    return "lower-case letters, digits and hyphens, starting with a letter"
