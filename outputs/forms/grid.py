"""A table as it was sent in, cell by cell, out of a workbook or plain text; nothing in it is run or believed."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

MOST_ROWS, MOST_COLUMNS = 5000, 100
"""Of a sheet that is read: a form has some hundred rows and less than twenty columns."""
_LONGEST_CELL = 32_767
"""Characters: what a cell of a spreadsheet holds."""
_LAST_ROW = 1_048_576
"""Of any sheet."""
_MERGED = re.compile(
    rb'<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"'
)
_ENCODINGS = ("utf-8-sig", "gb18030")
_SERIALS = (20_000, 80_000)
"""Days since 1900 that a cell without the look of a day may mean."""
Value = str | float | date | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that says something."""

    address: str
    value: Value
    is_formula: bool = False
    is_error: bool = False
    """Whether a spreadsheet has put #REF! or the like there."""
    is_percent: bool = False


@dataclass(frozen=True)
class Grid:
    """A sheet: its rows by number, from 1, and in each its cells by column, from 1."""

    name: str
    rows: dict[int, dict[int, Cell]]
    merged: tuple[tuple[str, int, int], ...] = ()
    """Of each merged range its address, first and last row."""
    early: date = date(1900, 1, 1)
    """The first day that its numbers of days count from: 1900 or 1904."""
    is_cut: bool = False
    """Whether it has more rows than are read."""


class Unreadable(ValueError):
    """A file of the right kind that holds no table that can be read."""


def letter(column: int) -> str:
    """The letter of a column that is counted from 1."""
    return str(get_column_letter(column))


def grids_of_workbook(data: bytes) -> list[Grid]:
    """The sheets of a workbook that `container.wrong` found sound. Raises Unreadable."""
    try:
        with warnings.catch_warnings():
            # What a workbook lacks in looks does not matter here.
            warnings.simplefilter("ignore")
            # Formulas are read as such, so that the value somebody kept beside one is never seen.
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            try:
                # A number that looks like a day and is none comes as an error else, and what was typed is lost.
                book._date_formats, book._timedelta_formats = set(), set()
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    return [_grid(sheet, archive, book.epoch) for sheet in book.worksheets]
            finally:
                book.close()
    # The library has no error of its own: what is not where it belongs fails anywhere in it.
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from error


def _grid(sheet: Any, archive: zipfile.ZipFile, epoch: Any) -> Grid:
    rows: dict[int, dict[int, Cell]] = {}
    early = epoch.date() if isinstance(epoch, datetime) else epoch
    sheet.reset_dimensions()
    is_cut, blank = False, ()
    for at, cells in enumerate(sheet.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS), start=1):
        # Rows that are not there are all one and the same.
        if cells is blank:
            continue
        found = {each.column: _cell(each, early) for each in cells if each.value is not None}
        if found and at > MOST_ROWS:
            is_cut = True
            break
        if found:
            rows[at] = found
        else:
            blank = cells
    merged = _merged(archive, str(sheet._worksheet_path).lstrip("/"))
    return Grid(sheet.title, rows, merged, early, is_cut)


def _cell(cell: Any, early: date) -> Cell:
    value, address = cell.value, f"{letter(cell.column)}{cell.row}"
    if cell.data_type == "f" or not isinstance(value, str | int | float | date | time | timedelta):
        return Cell(address, None, is_formula=True)
    if cell.data_type == "e":
        return Cell(address, str(value), is_error=True)
    if isinstance(value, datetime):
        value = value.date()
    elif isinstance(value, time | timedelta):
        value = str(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = float(value)
        if is_date_format(cell.number_format) and abs(value) < _SERIALS[1]:
            # The time of a day does not matter.
            value = day_of_serial(float(int(value)), early) or value
    return Cell(address, value, is_percent=str(cell.number_format or "").endswith("%"))


def _merged(archive: zipfile.ZipFile, part: str) -> tuple[tuple[str, int, int], ...]:
    """The library does not tell of merged cells when it reads row by row."""
    # Bounded, and nothing inside of comments: a search that tries every beginning to the end takes hours.
    found = _MERGED.findall(_without_comments(archive.read(part))) if part in archive.namelist() else []
    return tuple((f"{a.decode()}{b.decode()}:{c.decode()}{d.decode()}", int(b), int(d)) for a, b, c, d in found)


def _without_comments(data: bytes) -> bytes:
    """XML without its comments, in one pass."""
    parts, at = [], 0
    while (start := data.find(b"<!--", at)) >= 0:
        parts.append(data[at:start])
        end = data.find(b"-->", start)
        at = end + 3 if end >= 0 else len(data)
    return b"".join([*parts, data[at:]])


def day_of_serial(number: float, early: date) -> date | None:
    """The day that a number of days means, by what a workbook counts from; None for a number that is no day."""
    if not number.is_integer() or not _SERIALS[0] <= number <= _SERIALS[1]:
        return None
    found = from_excel(number, datetime(early.year, early.month, early.day))
    return found.date() if isinstance(found, datetime) else None


def grid_of_text(data: bytes) -> Grid:
    """The table of a CSV in UTF-8 or GB 18030, which is what GBK has become. Raises Unreadable."""
    text = next((each for name in _ENCODINGS if (each := _decoded(data, name)) is not None), None)
    if text is None:
        raise Unreadable("neither UTF-8 nor GB 18030")
    first = text.partition("\n")[0]
    mark = max(",\t;，", key=first.count)
    rows: dict[int, dict[int, Cell]] = {}
    is_cut = False
    try:
        for at, cells in enumerate(_lines(text, mark), start=1):
            if at > MOST_ROWS:
                is_cut = True
                break
            # The reader's own bound is one for the whole process, which a library may have raised.
            if max(map(len, cells), default=0) > _LONGEST_CELL:
                raise Unreadable(f"a cell of more than {_LONGEST_CELL} characters")
            told = enumerate(cells[:MOST_COLUMNS], start=1)
            found = {place: _plain(cell, f"{letter(place)}{at}") for place, cell in told if cell.strip()}
            if found:
                rows[at] = found
    except csv.Error as error:
        raise Unreadable(str(error)) from error
    return Grid("CSV", rows, is_cut=is_cut)


def _lines(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plain(text: str, address: str) -> Cell:
    """A cell of plain text; ours have an apostrophe before what a spreadsheet would run."""
    found = text.strip()
    return Cell(address, found, is_formula=found.startswith("=") and len(found) > 1)
