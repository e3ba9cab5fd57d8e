"""The form of an agency for a half-year: an XLSX workbook to be filled in and sent back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from analysis.halves import Half
from analysis.view import View
from analysis.words import Speech
from geodata.journal.states import Standing
from geodata.model import Document, Measure
from layers.symbology import rules
from outputs.escape import FORMULA
from outputs.forms.columns import ASKED, COLUMNS, FORMAT, HIDDEN, META, SPARE, TEXTS, Column, first_day, statuses
from outputs.forms.rows import FormRow, form_rows
from outputs.tables.terminal import width

_STAMP = datetime(2000, 1, 1)
"""Creation time of every form: the same register gives the same bytes."""
_LINE, _MOST_LINES = 16, 25
"""Points that a line of a cell is high; a row is no higher than a workbook holds."""
_A3, _A4 = 8, 9
_WIDE = 96
"""Width of the sheet that says how to fill in the form."""
_HEAD = 2
"""The row of the heads, from 0; under it stand the measures."""
STEPS = ("cells", "status", "date", "text", "number", "source", "due", "more", "return")
"""What is said of filling in, in order."""


@dataclass(frozen=True)
class _Form:
    """What all sheets are made of."""

    view: View
    agency: str
    half: Half
    lang: str
    rows: Sequence[FormRow]
    head: tuple[int, str]
    book: Any

    def said(self, key: str, **values: object) -> str:
        """A text in the language of the form."""
        return TEXTS(key, self.lang, **values)

    @property
    def name(self) -> str:
        """Of the agency."""
        return Speech(self.view.register, self.lang).agencies[self.agency]

    @property
    def period(self) -> str:
        """The half-year in words."""
        return half_words(self.half, self.lang)

    def look(self, **more: Any) -> Any:
        """A format over that of every cell."""
        look = rules()["form"]
        base = {"text_wrap": True, "valign": "top", "font_name": self.said("font"), "font_size": 11}
        return self.book.add_format({**base, "font_color": look["ink"], **more})


def half_words(half: Half, lang: str) -> str:
    """A half-year in words."""
    return TEXTS(f"half-{half.half}", lang, year=half.year)


def form_of(
    view: View,
    agency: str,
    half: Half,
    standings: Mapping[str, Standing],
    lang: str = "zh",
    head: tuple[int, str] = (0, ""),
) -> bytes:
    """The form of an agency (an id) for a half-year, as the bytes of an XLSX workbook; the same for the same register.

    `standings` say what was sent back, `head` is the number and seal of the last entry of the journal. KeyError for an
    agency that the register does not have.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        form = _Form(view, agency, half, lang, form_rows(view, agency, standings, lang), head, book)
        title = form.said("title", agency=form.name, period=form.period)
        book.set_properties({"title": title, "created": _STAMP})
        guide, sheet = book.add_worksheet(form.said("sheet-guide")), book.add_worksheet(form.said("sheet-form"))
        hidden = book.add_worksheet(HIDDEN)
        _guide(form, guide, title)
        listed = _hidden(form, hidden)
        _asked_sheet(form, sheet, title, listed)
        sheet.activate()
        hidden.very_hidden()
    return out.getvalue()


def _guide(form: _Form, sheet: Any, title: str) -> None:
    """How to fill in the form, by when, and whom to ask."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 5, form.look())
    sheet.set_column(1, 1, _WIDE, form.look())
    sheet.merge_range(0, 0, 0, 1, title, form.look(bold=True, font_size=16))
    sheet.set_row(0, 30)
    documents = [row for row in form.view.register.rows(Document) if row.reporting_rule.zh]
    named = {form.view.register.document_of(form.view.register.by_id(Measure)[row.measure]).id for row in form.rows}
    rules_of = [row for row in documents if row.id in named]
    lines = [("", form.said("deadline", day=form.half.last.isoformat()))]
    lines += [("", form.said("rule", document=row.named(form.lang), rule=row.reporting_rule.in_(form.lang)))
              for row in rules_of]  # fmt: skip
    count = len({row.measure for row in form.rows})
    lines += [("", form.said("guide-what", n=count, day=form.view.day)), ("", "")]
    lines += [(str(place), form.said(f"guide-{key}")) for place, key in enumerate(STEPS, start=1)]
    lines += [("", ""), ("", form.said("guide-help"))]
    for row, (number, text) in enumerate(lines, start=1):
        strong = form.look(bold=True) if row == 1 else form.look()
        sheet.write_string(row, 0, number, form.look(align="right"))
        sheet.write_string(row, 1, text, strong)
        sheet.set_row(row, _LINE * _lines(text, _WIDE) + 3)
    sheet.protect("", _FREE)
    _printed(form, sheet, _A4, title)


def _hidden(form: _Form, sheet: Any) -> str:
    """What the program needs to know of the form; returns where the list of its measures stands."""
    number, seal = form.head
    told = (FORMAT, form.lang, form.half.name, form.agency, form.view.version, str(number), seal)
    for row, pair in enumerate(zip(META, told, strict=True)):
        for place, text in enumerate(pair):
            sheet.write_string(row, place, text)
    first = len(META)
    named = list(form.rows[0].cells) if form.rows else []
    for place, text in enumerate(["list", "due_date", "target_id", *named]):
        sheet.write_string(first, place, text)
    listed = list({row.measure: f"{row.measure} {row.cells['title']}" for row in form.rows}.values())
    for row, each in enumerate(form.rows, start=first + 1):
        cells = ["", each.due, each.target, *each.cells.values()]
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text)
    for row, text in enumerate(listed, start=first + 1):
        sheet.write_string(row, 0, text)
    sheet.protect()
    return f"='{HIDDEN}'!$A${first + 2}:$A${first + 1 + max(1, len(listed))}"


def _asked_sheet(form: _Form, sheet: Any, title: str, listed: str) -> None:
    """The form itself: a row a measure, then empty ones."""
    look = rules()["form"]
    line = {"border": 1, "border_color": look["line"]}
    told, asked = form.look(bg_color=look["told"], **line), form.look(bg_color=look["asked"], locked=False, **line)
    looks = {
        "told": told,
        "asked": asked,
        "text": form.look(bg_color=look["asked"], locked=False, num_format="@", **line),
        "day": form.look(bg_color=look["asked"], locked=False, num_format="yyyy-mm-dd", align="left", **line),
        "quoted": form.look(bg_color=look["told"], quote_prefix=True, **line),
    }
    sheet.write_string(0, 0, title, form.look(bold=True, font_size=14, text_wrap=False))
    sheet.write_string(1, 0, form.said("hint", day=form.half.last.isoformat()), form.look(text_wrap=False))
    for place, each in enumerate(COLUMNS):
        sheet.set_column(place, place, each.width)
        colour = look["asked-head" if each.is_open else "told-head"]
        sheet.write_string(_HEAD, place, each.title.in_(form.lang), form.look(bold=True, bg_color=colour, **line))
    sheet.set_row(0, 24)
    sheet.set_row(1, 18)
    sheet.set_row(_HEAD, 2 * _LINE + 3)
    row = _HEAD
    for row, told_of in enumerate(form.rows, start=_HEAD + 1):
        _measure(sheet, row, told_of, looks)
    more = row + 1
    for place in range(len(COLUMNS)):
        sheet.write_blank(more, place, None, told)
    # Not under the head of the measures: a text there would be taken for one.
    sheet.write_string(more, 1, form.said("more"), form.look(bg_color=look["told"], text_wrap=False, bold=True, **line))
    last = more + SPARE
    for row in range(more + 1, last + 1):
        for place, each in enumerate(COLUMNS):
            is_open = each.is_open or each.key in ("measure", "target")
            sheet.write_blank(row, place, None, _look_of(each, looks) if is_open else told)
        sheet.set_row(row, 2 * _LINE)
    _ask(form, sheet, _HEAD + 1, last)
    sheet.data_validation(
        more + 1, 0, last, 0,
        {"validate": "list", "source": listed, "input_title": form.said("col-measure"),
         "input_message": form.said("ask-measure"), "error_type": "warning", "error_message": form.said("ask-measure")},
    )  # fmt: skip
    sheet.freeze_panes(_HEAD + 1, 2)
    sheet.repeat_rows(_HEAD)
    sheet.autofilter(_HEAD, 0, last, len(COLUMNS) - 1)
    sheet.protect("", _FREE)
    _printed(form, sheet, _A3, title)


_FREE = {
    **dict.fromkeys(("format_cells", "format_columns", "format_rows", "sort", "autofilter"), True),
    "select_locked_cells": True,
}
"""What a protected sheet still lets a clerk do."""


def _measure(sheet: Any, row: int, each: FormRow, looks: Mapping[str, Any]) -> None:
    """The row of a measure: what is told of it, and room for what is asked."""
    most = 2
    for place, column in enumerate(COLUMNS):
        text = each.cells.get(column.key, "")
        if column.is_open:
            closed = column.key == "number" and not each.target
            sheet.write_blank(row, place, None, looks["told"] if closed else _look_of(column, looks))
        else:
            sheet.write_string(row, place, text, looks["quoted" if text.startswith(FORMULA) else "told"])
            most = max(most, _lines(text, column.width))
    sheet.set_row(row, _LINE * most + 2)


def _look_of(column: Column, looks: Mapping[str, Any]) -> Any:
    if column.key in ("date", "due_new"):
        return looks["day"]
    # A number of a document is no number, and a day that stands in a sentence is no day.
    return looks["text" if column.longest else "asked"]


def _ask(form: _Form, sheet: Any, first: int, last: int) -> None:
    """Lists, bounds of days and lengths of texts, each with a word of help."""
    low, high = first_day(form.view), form.half.last
    later = date(high.year + 30, 12, 31)
    told: dict[str, dict[str, Any]] = {
        "status": {"validate": "list", "source": statuses(form.lang)},
        "date": {"validate": "date", "criteria": "between", "minimum": low, "maximum": high, "error_type": "warning"},
        "number": {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15},
        "due_new": {"validate": "date", "criteria": "between", "minimum": low, "maximum": later},
    }
    for place, column in enumerate(COLUMNS):
        if column not in ASKED:
            continue
        rule = told.get(column.key) or {"validate": "length", "criteria": "<=", "value": column.longest}
        message = form.said(f"ask-{column.key}", low=low, high=high, n=column.longest)
        words = {"input_title": column.title.in_(form.lang)[:32], "input_message": message, "error_message": message}
        sheet.data_validation(first, place, last, place, {**rule, **words})


def _lines(text: str, wide: int) -> int:
    """The lines that a text takes in a column; a character of Chinese is two narrow ones wide, and a bit."""
    return min(_MOST_LINES, sum(max(1, -(-width(line) * 11 // (wide * 10))) for line in text.split("\n")))


def _printed(form: _Form, sheet: Any, paper: int, title: str) -> None:
    """One page wide, with what it is, of which day, and which page."""
    sheet.set_paper(paper)
    if paper == _A3:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    plain = title.replace("&", "&&")[:120]
    sheet.set_footer(f"&L{plain}&R{form.view.day} · &P / &N")
