"""A report as a workbook: a sheet a section, all measures listed, and the small workbook behind a chart."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from geodata.files import replacing
from geodata.text import Text
from layers.swatch import ink_on
from layers.symbology import look
from outputs.escape import FORMULA, xml_text
from outputs.report.content import PAPER, TEXTS, Cell, Chart, Paragraph, Report, Section, Table, cited
from outputs.report.drawn import png_of

_A3, _A4 = 8, 9
_WHOLE = 170
"""Characters across a page of A3."""
_NUMBER = re.compile(r"\d{1,9}")
_STAMP = datetime(2000, 1, 1)
_LINE = 15
"""Points that a line of a cell is high."""


def bars_book(title: str, bars: Sequence[tuple[str, float]]) -> bytes:
    """A workbook of one sheet that holds the numbers of a chart: names in A, values in B, from the second row."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _STAMP})
        sheet = book.add_worksheet("Sheet1")
        sheet.write_string(0, 1, xml_text(title))
        for row, (name, value) in enumerate(bars, start=1):
            sheet.write_string(row, 0, xml_text(name))
            sheet.write_number(row, 1, value)
    return out.getvalue()


def write_xlsx(path: Path, report: Report, langs: Sequence[str]) -> None:
    """Write a report in its languages: a cover with the numbers, then a sheet for each kind of rows of a section.

    Sheets print on A3, one page wide, heads on every page. No cell is a formula. The same report gives the same bytes.
    Raises OSError, and nothing is left half-written.
    """
    out = io.BytesIO()
    # In memory, for the library has errors of its own for a disk that is full.
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        made = datetime(report.day.year, report.day.month, report.day.day)
        book.set_properties({"title": report.title.in_(langs[0]), "author": "guantu", "created": made})
        for lang in langs:
            writer = _Writer(book, report, lang, len(langs) > 1)
            writer.cover()
            for place, section in enumerate(report.sections, start=1):
                writer.section(place, section)
    with replacing(path) as fresh:
        fresh.write_bytes(out.getbuffer())


class _Writer:
    """Writes the sheets of one language."""

    def __init__(self, book: Any, report: Report, lang: str, is_one_of: bool) -> None:
        self.book, self.report, self.lang = book, report, lang
        self.tail = f" {lang}" if is_one_of else ""
        base = {"text_wrap": True, "valign": "top"}
        self.plain, self.bold = book.add_format(base), book.add_format({"bold": True, **base})
        self.head = book.add_format(base | {"bold": True, "border": 1, "align": "center"})
        self.body = book.add_format(base | {"border": 1})
        self.loose = book.add_format(base | {"quote_prefix": True})
        self.quoted = book.add_format(base | {"border": 1, "quote_prefix": True})
        self.link = book.add_format(base | {"border": 1, "underline": 1, "quote_prefix": True})
        self.looks: dict[str, Any] = {}

    def cover(self) -> None:
        """What it is, and the paragraphs of every section."""
        report, lang = self.report, self.lang
        sheet = self.book.add_worksheet(f"{TEXTS('cover', lang)}{self.tail}")
        sheet.set_column(0, 0, 4)
        sheet.set_column(1, 1, 100)
        lines: list[tuple[str, str, bool]] = [("", report.title.in_(lang), True), ("", report.subtitle.in_(lang), True)]
        lines += [("", text.in_(lang), False) for text in (report.stamp, *report.about)]
        for place, section in enumerate(report.sections, start=1):
            lines.append((str(place), section.title.in_(lang), True))
            said = (part for part in section.on_paper() if isinstance(part, Paragraph))
            lines += [("", part.text.in_(lang) + cited(part.cites), False) for part in said]
        lines += [("", note.in_(lang), False) for note in report.notes]
        for row, (number, text, is_bold) in enumerate(lines):
            style = self.bold if is_bold else self.plain
            sheet.write_string(row, 0, number, style)
            sheet.write_string(row, 1, xml_text(text), self.loose if text.startswith(FORMULA) else style)
            sheet.set_row(row, _LINE * _lines(text, 100))
        self._picture(sheet, len(lines) + 1)
        self._printed(sheet, report.title.in_(lang), is_cover=True)

    def _picture(self, sheet: Any, row: int) -> None:
        parts = [part for section in self.report.sections for part in section.parts]
        for part in parts:
            if not isinstance(part, Paragraph | Table | Chart) and (data := png_of(part, self.lang)):
                told = {"image_data": io.BytesIO(data), "description": part.title.in_(self.lang)}
                sheet.insert_image(row, 1, "map.png", told | {"x_scale": 0.6, "y_scale": 0.6})

    def section(self, place: int, section: Section) -> None:
        """A sheet for the tables of one head, those of several roles in one; charts beside the first table."""
        short = section.short.in_(self.lang)
        found = list(_merged(part for part in section.parts if isinstance(part, Table) and part.on != PAPER))
        charts = [part for part in section.parts if isinstance(part, Chart)]
        for number, table in enumerate(found, start=1):
            name = f"{place} {short}" if number == 1 else f"{place}-{number} {short}"
            sheet = self.book.add_worksheet(f"{name[: 30 - len(self.tail)]}{self.tail}")
            self.table(sheet, table)
            if number == 1:
                for chart in charts:
                    self.chart(sheet, chart, len(table.head))

    def table(self, sheet: Any, table: Table) -> None:
        """A head that stays, a filter, rows in words."""
        lang = self.lang
        shares = [share / sum(table.widths) for share in table.widths]
        widths = [max(8, round(_WHOLE * share)) for share in shares]
        for column, (title, width) in enumerate(zip(table.head, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, xml_text(title.in_(lang)), self.head)
        for row, cells in enumerate(table.rows, start=1):
            for column, cell in enumerate(cells):
                self.cell(sheet, row, column, cell)
            lines = max(_lines(cell.text.in_(lang), width) for cell, width in zip(cells, widths, strict=True))
            sheet.set_row(row, _LINE * lines)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.head) - 1)
        sheet.repeat_rows(0)
        self._printed(sheet, table.title.in_(lang))

    def cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        """A number as one, an address that opens, all else as a text that is never a formula."""
        text = xml_text(cell.text.in_(self.lang)) + cited(cell.cites)
        style = self._look(cell.outcome) if cell.outcome else self.body
        if _NUMBER.fullmatch(text):
            sheet.write_number(row, column, int(text), style)
        elif cell.url.startswith(("http://", "https://")) and len(cell.url) < 2079:
            sheet.write_url(row, column, cell.url, self.link, text)
        else:
            sheet.write_string(row, column, text[:32_000], self.quoted if text.startswith(FORMULA) else style)

    def _look(self, outcome: str) -> Any:
        if outcome not in self.looks:
            colour = look("outcome", outcome)["color"]
            told = {"text_wrap": True, "valign": "top", "border": 1, "bg_color": colour, "font_color": ink_on(colour)}
            self.looks[outcome] = self.book.add_format(told)
        return self.looks[outcome]

    def chart(self, sheet: Any, part: Chart, column: int) -> None:
        """The chart beside a table, over numbers of its own."""
        left, lang = column + 1, self.lang
        sheet.write_string(0, left + 1, xml_text(part.title.in_(lang)), self.bold)
        for row, bar in enumerate(part.bars, start=1):
            sheet.write_string(row, left, xml_text(bar.title.in_(lang)))
            sheet.write_number(row, left + 1, bar.value)
        made, last = self.book.add_chart({"type": "bar"}), len(part.bars)
        points = [
            {"fill": {"color": look("outcome", bar.outcome)["color"]}} if bar.outcome else None for bar in part.bars
        ]
        names, values = ([sheet.name, 1, at, last, at] for at in (left, left + 1))
        made.add_series({"categories": names, "values": values, "points": points, "data_labels": {"value": True}})
        made.set_title({"name": part.title.in_(lang), "name_font": {"size": 11}})
        made.set_legend({"none": True})
        made.set_y_axis({"reverse": True})
        made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        made.set_size({"width": 560, "height": 80 + 26 * last})
        sheet.insert_chart(last + 2, left, made, {"description": part.title.in_(lang)})

    def _printed(self, sheet: Any, title: str, is_cover: bool = False) -> None:
        """One page wide on A3 landscape, the cover as one page of A4, with what it is at the head and which page at the
        foot."""
        sheet.set_paper(_A4 if is_cover else _A3)
        if not is_cover:
            sheet.set_landscape()
        sheet.fit_to_pages(1, int(is_cover))
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        head, stamp = (xml_text(text)[:60].replace("&", "&&") for text in (title, self.report.stamp.in_(self.lang)))
        sheet.set_header(f"&L{head}&R{xml_text(self.report.dated.in_(self.lang))}")
        sheet.set_footer(f"&L{stamp}&R&P / &N")


def _merged(tables: Iterator[Table]) -> Iterator[Table]:
    """Tables of one head as one; where they are of roles, the role stands in the first column."""
    found = sorted(enumerate(tables), key=lambda pair: ([text.en for text in pair[1].head], pair[0]))
    groups = [[each for _, each in rows] for _, rows in groupby(found, key=lambda pair: pair[1].head)]
    places = {id(table): place for place, table in found}
    for same in sorted(groups, key=lambda rows: places[id(rows[0])]):
        first = same[0]
        if len(same) == 1 and not first.group:
            yield first
            continue
        rows = tuple((Cell(_kind(table)), *row) for table in same for row in table.rows)
        yield Table(first.title, (TEXTS["col-kind"], *first.head), (0.3, *first.widths), rows)


def _kind(table: Table) -> Text:
    """What the rows of a table are among those of others."""
    return Text(*(re.sub(r"\s*[（(]\d.*$", "", text) for text in (table.title.zh, table.title.en)))


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column, a Chinese character twice as wide as another."""
    across = sum(2 if ord(char) > 0x2E80 else 1 for char in text)
    return min(27, max(1, -(-across // width)))
