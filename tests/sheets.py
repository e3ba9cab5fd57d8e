"""Forms as an agency fills them in: for the tests of the half-year forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import openpyxl

from analysis.halves import Half
from analysis.view import View
from outputs.forms.columns import COLUMNS
from outputs.forms.making import form_of

HALF, TODAY = Half(2026, 1), date(2026, 6, 20)
"""The half-year of the forms, and a day near its end."""
FORM, HEAD = "填报表", 3
KEYS = {each.title.zh: each.key for each in COLUMNS}


def form(view: View, agency: str = "jiaotong", **more: Any) -> bytes:
    """The form of an agency of the real register."""
    return form_of(view, agency, HALF, more.pop("standings", {}), **more)


def places(sheet: Any) -> dict[str, int]:
    """Columns by key, of a sheet in Chinese."""
    return {KEYS[cell.value]: cell.column for cell in sheet[HEAD]}


def filled(
    data: bytes, rows: Mapping[str | int, Mapping[str, object]], also: Callable[[Any], None] | None = None
) -> bytes:
    """A form with cells filled in: by measure its first row, or by the number of a row; `also` does the rest."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[FORM]
    at = places(sheet)
    number: dict[str | int, int] = {}
    for row in range(HEAD + 1, sheet.max_row + 1):
        number.setdefault(str(sheet.cell(row, 1).value), row)
    for row, cells in rows.items():
        for key, value in cells.items():
            sheet.cell(number.get(row, row), at[key]).value = value  # type: ignore[arg-type]
    if also:
        also(book)
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def _cells(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[FORM]
    return [[str(cell) if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def as_csv(data: bytes, encoding: str) -> bytes:
    """The sheet of the form saved as a CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(_cells(data))
    return out.getvalue().encode(encoding)
