"""Tables for spreadsheets: one XLSX workbook."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from geodata.files import replacing
from layers.swatch import ink_on
from layers.symbology import look, rules
from outputs.answers import AnswerTable, answer_tables
from outputs.coordinates import NAMES, coordinates, titles
from outputs.escape import FORMULA
from outputs.extract import Extract
from outputs.fields import OutputField, OutputTable, tables
from outputs.wording import all_features, coded_columns, table_of
from outputs.words import words

SHEETS = (
    *("measures", "features", "agencies", "events", "evidence", "sources", "links"),
    *("documents", "articles", "targets", "observations", "water-quality", "searches", "control-points", "flows"),
)
LONGEST = 32767
"""Characters (UTF-16 units) that a cell of a spreadsheet holds."""
LONGEST_LINK = 2079
"""Characters of an address that a spreadsheet opens; a longer one is a text, which is better than an empty cell."""
MOST_LINKS = 65_530
"""Addresses of a sheet that a spreadsheet opens; those after them are texts."""
WIDEST = 36
_SHEET_NAME = 31
"""Characters of the name of a sheet."""
_NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\'\x00-\x1f\ufffe\uffff]")
_HEAD_LINES = 3
"""Lines that a header may take: a column of yes and no is not as wide as its title."""
STAMP = datetime(2000, 1, 1)
"""Creation time of every workbook: the same extract gives the same bytes."""


def write_xlsx(path: Path, extract: Extract, crs: str | None = None, picture: bytes = b"") -> None:
    """A workbook: a cover that says what it is, then one sheet an answer and a table, placed and unplaced features
    together.

    Headers are field titles and codes are their titles, in the language of the extract;
    dates and numbers are typed; no cell is a formula. Stages and outcomes have their
    colours. A point on each feature is given in degrees and in metres of the place, so
    `crs` is not used. `picture`, a PNG, is the map on the cover. Every sheet prints one
    page wide. Texts that are longer than a cell are cut and end with an ellipsis.
    """
    out = io.BytesIO()
    # In memory, for the library has errors of its own for a disk that is full.
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": extract.title, "created": STAMP})
        found = enumerate(answer_tables(extract), start=1)
        answers = {_sheet_name(place, each.table.title(extract.lang)): each for place, each in found}
        _cover(book, extract, picture, answers)
        for called, each in answers.items():
            _sheet(book, extract, each.table, each.frame, called)
        for name in SHEETS:
            _sheet(book, extract, tables()[name], table_of(extract, name))
    with replacing(path) as fresh:
        fresh.write_bytes(out.getbuffer())


_COVER = 90
"""Width of the texts of the cover."""


def _sheet_name(place: int, title: str) -> str:
    """A question by its place as the name of a sheet: without what none can hold, and cut."""
    name = " ".join(_NOT_IN_A_SHEET.sub(" ", f"{place} {title}").split())
    short = name.encode("utf-16-le")[: 2 * (_SHEET_NAME - 1)].decode("utf-16-le", "ignore")
    return short if short == name else f"{short.rstrip()}…"


def _cover(book: Any, extract: Extract, picture: bytes, answers: Mapping[str, AnswerTable]) -> None:
    """What the workbook is, what is on which sheet, and how far things are, as counts and a picture of them."""
    lang, sheet = extract.lang, book.add_worksheet(words("cover", extract.lang))
    label = book.add_format({"bold": True, "valign": "top"})
    value = book.add_format({"text_wrap": True, "valign": "top"})
    head, link = book.add_format({"bold": True, "bottom": 1}), book.get_default_url_format()
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, _COVER)
    row = 0
    for key, text in extract.said(extract.count(*SHEETS, "unplaced")).items():
        _text(sheet, row, 0, key, label, label)
        _text(sheet, row, 1, text, value, value)
        sheet.set_row(row, _LINE * _lines(text, _COVER))
        row += 1
    row += 1
    _text(sheet, row, 0, words("sheets", lang), head, head)
    for called, each in answers.items():
        row += 1
        sheet.write_url(row, 0, f"internal:'{called}'!A1", link, called)
        text = words("asked-found", lang, asked=each.table.title(lang), found=each.headline)
        _text(sheet, row, 1, text, value, value)
        sheet.set_row(row, _LINE * _lines(text, _COVER))
    for name in SHEETS:
        row += 1
        title = tables()[name].title(lang)
        sheet.write_url(row, 0, f"internal:'{title}'!A1", link, title)
        rows = sum(extract.count(name, "unplaced").values()) if name == "features" else len(extract.tables[name])
        sheet.write_number(row, 1, rows, book.add_format({"align": "left"}))
    for codelist, frame in (("outcome", extract.tables["measures"]), ("stage", all_features(extract))):
        row = _counts(book, sheet, extract, codelist, frame, row + 2)
    if picture:
        wide = 850
        told = {"image_data": io.BytesIO(picture), "object_position": 2, "description": words("map", lang)}
        # The width of a PNG stands behind its first sixteen bytes.
        scale = wide / int.from_bytes(picture[16:20], "big") * 150 / 96
        sheet.insert_image(row + 2, 0, "map.png", told | {"x_scale": scale, "y_scale": scale})
    _printed(sheet, extract, paper=9)


def _counts(book: Any, sheet: Any, extract: Extract, codelist: str, frame: pd.DataFrame, row: int) -> int:
    """A table of how many rows have each code, with bars beside it; returns the last row that it takes."""
    head = book.add_format({"bold": True, "bottom": 1})
    title = f"{tables()['measures' if codelist == 'outcome' else 'features'].title(extract.lang)} · "
    title += words(f"by-{codelist}", extract.lang)
    _text(sheet, row, 0, title, head, head)
    counts = frame[codelist].value_counts()
    codes = [(code, title) for code, title in extract.titles(codelist).items() if counts.get(code)]
    for place, (code, said) in enumerate(codes, start=row + 1):
        _text(sheet, place, 0, said, None, None)
        sheet.write_number(place, 1, int(counts[code]), book.add_format({"align": "left"}))
    if not codes:
        return row
    last = row + len(codes)
    chart = book.add_chart({"type": "bar"})
    points = [{"fill": {"color": look(codelist, code)["color"]}} for code, _ in codes]
    names, values = ([sheet.name, row + 1, column, last, column] for column in (0, 1))
    series: dict[str, Any] = {"categories": names, "values": values, "points": points}
    chart.add_series(series | {"data_labels": {"value": True}})
    chart.set_legend({"none": True})
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_y_axis({"reverse": True, "line": {"none": True}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 560, "height": 60 + 24 * len(codes)})
    sheet.insert_chart(row, 1, chart, {"x_offset": 60, "description": title})
    return max(last, row + 3 + (24 * len(codes)) // 20)


def _sheet(book: Any, extract: Extract, table: OutputTable, frame: pd.DataFrame, called: str = "") -> None:
    """A sheet, `called` as its table unless told otherwise."""
    sheet = book.add_worksheet(called or table.title(extract.lang))
    base: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    header = book.add_format(base | {"bold": True, "bottom": 1})
    plain, day = book.add_format(base), book.add_format(base | {"num_format": "yyyy-mm-dd"})
    quoted = book.add_format(base | {"quote_prefix": True})
    columns = _columns(table)
    coded = {*coded_columns(table), *_unread(table, extract.lang)}
    lines = [1] * len(frame)
    for column, field in enumerate(columns):
        words_of = extract.titles(field.codelist) if field.codelist else {}
        cells = [_spoken(cell, words_of, extract.lang) for cell in frame[field.name]]
        title = field.title(extract.lang)
        _text(sheet, 0, column, title, header, header)
        # What a column says in words is there as codes too, for machines: hidden, not lost.
        folded = field.name in ASIDE.get(table.name, ())
        hidden = {"hidden": field.name in coded or folded, "level": int(folded)}
        width = _width(title, map(str, cells))
        sheet.set_column(column, column, width, None, hidden)
        if not hidden["hidden"]:
            lines = [max(most, _lines(str(cell), width)) for most, cell in zip(lines, cells, strict=True)]
        looks = {"": plain, "day": day, "quoted": quoted, **_colours(book, field, base)}
        for row, (code, cell) in enumerate(zip(frame[field.name], cells, strict=True), start=1):
            _cell(sheet, row, column, cell, looks, field, code)
    last = len(columns) - 1
    if table.name == "features" or (called and frame["geometry"].notna().any()):
        last = _add_coordinates(sheet, extract, frame["geometry"], last + 1, header, plain)
    sheet.freeze_panes(1, 1 + next((place for place, each in enumerate(columns) if each.name in _NAMED), 0))
    sheet.autofilter(0, 0, max(1, len(frame)), last)
    sheet.repeat_rows(0)
    # Not every program looks for the height of a row by itself.
    for row, most in enumerate([_HEAD_LINES, *lines]):
        if most > 1:
            sheet.set_row(row, _LINE * most)
    _printed(sheet, extract, paper=8, title=table.title(extract.lang) if called else "")


def _cell(
    sheet: Any, row: int, column: int, cell: Any, looks: Mapping[str, Any], field: OutputField, code: Any
) -> None:
    """One cell, typed; `looks` are formats by name, and by code where those have a colour."""
    plain = looks[""]
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, looks["day"])
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, plain)
    elif cell and field.name == "url" and row <= MOST_LINKS and _opens(cell):
        sheet.write_url(row, column, cell, plain, cell)
    elif cell:
        _text(sheet, row, column, cell, looks.get(code, plain), looks["quoted"])


def _opens(address: str) -> bool:
    return address.startswith(("http://", "https://")) and len(address) <= LONGEST_LINK


ASIDE = {
    "measures": (
        *("document", "sentence", "promise", "firmness", "target_stage", "due_word", "recurrence", "targets"),
        *("counterpart", "mappable", "warning", "feature_codes", "note"),
    ),
    "features": (
        *("aliases", "kind", "background", "stage_stretch", "restricted_since", "stale", "measure_codes"),
        *("cooperating", "responsible", "town_drawn", "part_of", "sources", "note"),
    ),
}
"""Columns that are folded away, a press on the + above them from view: a page with all of them nobody reads."""
_UID = "uid"
_NAMED = ("name_zh", "title_zh", "text_zh")
"""What a row is called: it stays in view with its code."""


def _columns(table: OutputTable) -> list[OutputField]:
    """Code and name first, what only machines read last."""
    return sorted(table.fields, key=lambda field: field.name == _UID)


def _unread(table: OutputTable, lang: str) -> set[str]:
    """Columns for machines, and those in the other language of what is there in the one of the file."""
    names = {field.name for field in table.fields}
    other = "_en" if lang == "zh" else "_zh"
    return {_UID} | {name for name in names if name.endswith(other) and f"{name.removesuffix(other)}_{lang}" in names}


def _colours(book: Any, field: OutputField, base: dict[str, Any]) -> dict[str, Any]:
    """Formats by code, in the colours of the map, for stages and outcomes."""
    if field.codelist not in ("stage", "outcome"):
        return {}
    return {
        code: book.add_format(base | {"bg_color": rule["color"], "font_color": ink_on(rule["color"])})
        for code, rule in rules()[field.codelist].items()
    }


def _add_coordinates(sheet: Any, extract: Extract, shapes: Any, column: int, header: Any, plain: Any) -> int:
    """A point on each feature, in degrees and metres; returns the last column."""
    crs = extract.place.metric_crs
    for place, title in enumerate(titles(crs, extract.lang), start=column):
        _text(sheet, 0, place, title, header, header)
        sheet.set_column(place, place, 14)
    for row, point in enumerate(coordinates(shapes, crs), start=1):
        for place, value in enumerate(point, start=column):
            if value is not None:
                sheet.write_number(row, place, value, plain)
    return column + len(NAMES) - 1


def _printed(sheet: Any, extract: Extract, paper: int, title: str = "") -> None:
    """One page wide on `paper` (8 is A3, 9 is A4), with what it is, of which day and which page at head and foot."""
    sheet.set_paper(paper)
    if paper == _A3:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    about = extract.about
    sheet.set_header(f"&L{_plain(title or extract.title)}&R{_plain(about['filter'])}")
    stamp = about.get("approval") or about["use"]
    sheet.set_footer(f"&L{_plain(stamp)} · {extract.as_of}&C&A&R&P / &N")


_A3 = 8
_HEAD = 60
"""Characters of a text of a head: two of them, with every ampersand doubled, are what a workbook holds."""


def _plain(text: str) -> str:
    """A text of a head: an ampersand is no code, and a long one is cut."""
    return " ".join(text.split())[:_HEAD].replace("&", "&&")


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


def _width(title: str, texts: Iterable[str]) -> int:
    """A column width that shows nine texts in ten without a break; a Chinese character takes two."""
    widths = sorted(max(map(_across, text.split("\n"))) for text in texts if text) or [0]
    head = -(-_across(title) // _HEAD_LINES)
    return min(WIDEST, max(8, head + 2, widths[int(0.9 * (len(widths) - 1))] + 2))


_LINE = 15
"""Points that a line of a cell is high."""
_MOST_LINES = 27
"""A row is no higher than a workbook holds."""


def _lines(text: str, width: int) -> int:
    """The lines that a text takes in a column."""
    return min(_MOST_LINES, sum(max(1, -(-_across(line) // width)) for line in text.split("\n")))


def _across(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
