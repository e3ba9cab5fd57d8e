"""Reads CSV tables of the register and checks every cell against the data dictionary."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from geodata import edtf
from geodata.faults import TEXTS, Fault, listed, quoted
from geodata.numbers import is_finite
from geodata.schema import Field, Table
from geodata.text import Text

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, which no cell may hold."""

Row = dict[str, Any]
"""A row by field name, with `_row` (its line) and `_file` (where it stands)."""


def read_text(path: Path, name: str, faults: list[Fault]) -> str | None:
    """The text of a UTF-8 file, or None and a fault that says why not; a byte-order mark is passed over."""

    def fault(found: Text, expected: Text, line: int = 0) -> None:
        faults.append(Fault(name, line, "", found, expected, unread=True))

    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        fault(TEXTS["fault-no-file"], TEXTS["fault-want-file"])
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
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = [field.name for field in table.fields]
    rows: list[Row] = []
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
                rows.append(_row(table, cells, line, faults))
            line = reader.line_num + 1
    except csv.Error as error:
        found = TEXTS["fault-broken-csv"].filled(reason=error)
        faults.append(Fault(table.path, line, "", found, TEXTS["fault-want-quotes"], unread=True))
    return rows


def _row(table: Table, cells: list[str], line: int, faults: list[Fault]) -> Row:
    row: Row = {"_row": line, "_file": table.path}
    for field, cell in zip(table.fields, cells, strict=True):
        row[field.name] = cast_cell(field, cell, table.path, line, faults)
    return row


def _finite(cell: str) -> float:
    value = float(cell)
    if not is_finite(value):
        raise ValueError(cell)
    return value


def _whole(cell: str) -> int:
    if not re.fullmatch("-?[0-9]{1,9}", cell):
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
        if field.required:
            fault(TEXTS["fault-want-value"])
        return empty
    if cell != cell.strip() or CONTROL.search(cell):
        fault(TEXTS["fault-want-clean"])
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


def check_value(field: Field, value: Any, fault: Callable[[Text], None]) -> bool:
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
                    fault(TEXTS["fault-want-date"])
                    return False
        if field.enum and value not in field.enum:
            fault(TEXTS["fault-want-one-of"].filled(names=listed(field.enum)))
            return False
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if field.minimum is not None and value < field.minimum:
            fault(TEXTS["fault-want-at-least"].filled(limit=field.minimum))
            return False
        if field.maximum is not None and value > field.maximum:
            fault(TEXTS["fault-want-at-most"].filled(limit=field.maximum))
            return False
    return True


def _pattern_words(field: Field) -> Text:
    assert field.pattern is not None
    if field.pattern.pattern.startswith("http"):
        return TEXTS["fault-want-address"]
    if "XXXX" in field.pattern.pattern:
        return TEXTS["fault-want-date"]
    return TEXTS["fault-want-id"]
