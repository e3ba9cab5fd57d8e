"""Tables for spreadsheets: one XLSX workbook."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from geodata.files import replacing
from outputs.escape import FORMULA
from outputs.extract import Extract
from outputs.fields import OutputTable, tables
from outputs.wording import coded_columns, table_of
from outputs.words import words

SHEETS = (
    *("measures", "features", "agencies", "events", "evidence", "sources", "links"),
    *("documents", "articles", "targets", "observations", "water-quality", "searches", "control-points"),
)
LONGEST = 32767
"""Characters (UTF-16 units) that a cell of a spreadsheet holds."""
LONGEST_LINK = 2079
"""Characters of an address that a spreadsheet opens; a longer one is a text, which is better than an empty cell."""
WIDEST = 48
STAMP = datetime(2000, 1, 1)
"""Creation time of every workbook: the same extract gives the same bytes."""


def write_xlsx(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A workbook: a cover that says what it is, then one sheet a table, placed and unplaced features together.

    Headers are field titles and codes are their titles, in the language of the extract;
    dates and numbers are typed; no cell is a formula. It holds no coordinates: `crs` is
    not used. Texts that are longer than a cell are cut and end with an ellipsis.
    """
    out = io.BytesIO()
    # In memory, for the library has errors of its own for a disk that is full.
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": extract.title, "created": STAMP})
        _cover(book, extract)
        for name in SHEETS:
            _sheet(book, extract, tables()[name])
    with replacing(path) as fresh:
        fresh.write_bytes(out.getbuffer())


def _cover(book: Any, extract: Extract) -> None:
    sheet = book.add_worksheet(words("cover", extract.lang))
    label = book.add_format({"bold": True, "valign": "top"})
    value = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (key, text) in enumerate(extract.said(extract.count(*SHEETS, "unplaced")).items()):
        _text(sheet, row, 0, key, label, label)
        _text(sheet, row, 1, text, value, value)


def _sheet(book: Any, extract: Extract, table: OutputTable) -> None:
    sheet = book.add_worksheet(table.title(extract.lang))
    base: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    header = book.add_format(base | {"bold": True, "bottom": 1})
    plain, day = book.add_format(base), book.add_format(base | {"num_format": "yyyy-mm-dd"})
    quoted = book.add_format(base | {"quote_prefix": True})
    frame = table_of(extract, table.name)
    coded = coded_columns(table)
    for column, field in enumerate(table.fields):
        titles = extract.titles(field.codelist) if field.codelist else {}
        cells = [_spoken(cell, titles, extract.lang) for cell in frame[field.name]]
        title = field.title(extract.lang)
        _text(sheet, 0, column, title, header, header)
        # What a column says in words is there as codes too, for machines: hidden, not lost.
        hidden = {"hidden": field.name in coded}
        sheet.set_column(column, column, _width([title, *map(str, cells)]), None, hidden)
        for row, cell in enumerate(cells, start=1):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell, plain)
            elif (
                cell and field.name == "url" and cell.startswith(("http://", "https://")) and len(cell) <= LONGEST_LINK
            ):
                sheet.write_url(row, column, cell, plain, cell)
            elif cell:
                _text(sheet, row, column, cell, plain, quoted)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(table.fields) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _spoken(cell: Any, titles: Mapping[str, str], lang: str) -> Any:
    """A cell as a reader expects it: the title of a code, yes or no; empty for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return words("yes" if cell else "no", lang)
    return titles.get(cell, cell)


def _text(sheet: Any, row: int, column: int, text: str, plain: Any, quoted: Any) -> None:
    if len(text.encode("utf-16-le")) > 2 * LONGEST:
        text = text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    sheet.write_string(row, column, text, quoted if text.startswith(FORMULA) else plain)


def _width(texts: Iterable[str]) -> int:
    """A column width that shows nine cells in ten without a break; a Chinese character takes two."""
    widths = sorted(
        max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) for line in text.split("\n"))
        for text in texts
    )
    return min(WIDEST, max(8, widths[int(0.9 * (len(widths) - 1))] + 2))
