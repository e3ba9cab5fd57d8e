"""The lists on the sheets: which rows they have, in how many columns and pages they stand, what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from outputs.escape import unrun
from outputs.gis.qgis.fitting import lines
from outputs.gis.qgis.legend import legend_height
from outputs.gis.qgis.plan import Plan
from outputs.gis.qgis.sheets import Entry, Page, Row, Sheets

POINTS = 7.2
"""Size of the text of a list."""
COLUMN = (312.0, 28.0, 98.0, 272.0)
"""Left and upper edge, width and lower edge of the column beside the map, with the legend and below it the list."""
NUMBER_MM, STATE_MM = 6.5, 22.0
"""Widths of the columns of numbers and of stages or outcomes."""
LINE_MM = 3.15
"""From one line of the list of the sheet to the next."""
GAP_MM = 2.5
"""Between two columns."""
_ROW_MM, _MORE_MM = 4.0, 3.7
"""Height of a row of one line in a table of QGIS, and of each line more, in the tallest of the fonts."""
AFTER_NUMBER_MM = 1.2
_SLACK_MM = 0.6
_BELOW_LEGEND_MM = 2.5
_COLUMNS, _OVERLEAF = (1, 2, 3), 2
"""How many columns are tried, and how many there are where the list goes on overleaf."""


@dataclass(frozen=True)
class Line:
    """A line of the list of the sheet: a heading, or a numbered name; what a name needs more has no number."""

    number: str
    text: str
    is_heading: bool = False


@dataclass(frozen=True)
class Part:
    """The columns of the list on a page, and the width of each."""

    width: float
    columns: tuple[tuple[Line, ...], ...]


def room(plan: Plan) -> tuple[float, float, float]:
    """Upper edge, width and height of the room for a list on the first page."""
    _, top, width, bottom = COLUMN
    top += legend_height(plan) + _BELOW_LEGEND_MM
    return top, width, bottom - top


def listing(plan: Plan, sheets: Sheets, room: tuple[float, float], paper: tuple[float, float]) -> list[Part]:
    """The list in a room (width and height) of the first page, in as few columns as can be; where there are too few,
    it goes on over as much `paper` as it needs. A part a page."""
    width, entries = room[0], list(sheets.entries)
    for columns in _COLUMNS:
        width = (room[0] - GAP_MM * (columns - 1)) / columns
        blocks = list(_blocks(plan, entries, width))
        filled = list(_columns(blocks, int(room[1] / LINE_MM)))
        if len(filled) <= columns:
            return [Part(width, tuple(filled))]
    columns, width = _OVERLEAF, (room[0] - GAP_MM * (_OVERLEAF - 1)) / _OVERLEAF
    filled = list(_columns(list(_blocks(plan, entries, width)), int(room[1] / LINE_MM)))[:columns]
    done = sum(bool(line.number) for column in filled for line in column)
    return [Part(width, tuple(filled)), *_overleaf(plan, entries[done:], room[0], paper)]


def _overleaf(plan: Plan, entries: Sequence[Entry], width: float, paper: tuple[float, float]) -> Iterator[Part]:
    """The list of entries over pages of paper, in columns of a width that are about equally long."""
    a_page, most = int((paper[0] + GAP_MM) / (width + GAP_MM)), int(paper[1] / LINE_MM)
    blocks = list(_blocks(plan, entries, width))
    even = -(-sum(map(len, blocks)) // a_page) + 1
    columns = list(_columns(blocks, min(most, even)))
    for start in range(0, len(columns), a_page):
        yield Part(width, tuple(columns[start : start + a_page]))


def _columns(blocks: Sequence[Sequence[Line]], most: int) -> Iterator[tuple[Line, ...]]:
    """The lines in columns of at most so many; a block is not divided."""
    column: list[Line] = []
    for block in blocks:
        if column and len(column) + len(block) > most:
            yield tuple(column)
            column = []
        column += block
    if column:
        yield tuple(column)


def _blocks(plan: Plan, entries: Sequence[Entry], width: float) -> Iterator[list[Line]]:
    """Lines that stay together: those of a name, and with the first of a theme its heading."""
    room = width - NUMBER_MM - AFTER_NUMBER_MM - _SLACK_MM
    letters = plan.extract.codes["theme"][f"short_{plan.extract.lang}"]
    for theme, group in groupby(entries, key=lambda entry: entry.theme):
        title = f"{unrun(str(letters[theme] or ''))} {plan.titles['theme'][theme]}".strip()
        heading = [Line("", lines(title, width - _SLACK_MM, POINTS)[0], is_heading=True)]
        for entry in group:
            first, *more = lines(unrun(entry.name), room, POINTS)
            yield [*heading, Line(str(entry.number), first), *(Line("", line) for line in more)]
            heading = []


def left_out(plan: Plan, sheets: Sheets) -> str:
    """What the list does not have, in words; empty where it has all."""
    parts = (("list-beyond", sheets.beyond), ("list-unplaced", sheets.unplaced))
    return plan.words("between").join(plan.words(key, count=count) for key, count in parts if count)


def page_rows(plan: Plan, page: Page) -> list[Row]:
    """The rows of a page of the atlas that fit beside the map, the last saying how many do not."""
    _, width, height = room(plan)
    wide, narrow = width - NUMBER_MM - STATE_MM - _SLACK_MM, STATE_MM - _SLACK_MM
    rows = [
        Row(row.number, _in_lines(row.text, wide), _in_lines(row.state, narrow), row.is_heading) for row in page.rows
    ]
    heights = [max(_height(row.text), _height(row.state)) for row in rows]
    if sum(heights) <= height:
        return rows
    used, kept = _ROW_MM, 0
    while used + heights[kept] <= height:
        used += heights[kept]
        kept += 1
    return [*rows[:kept], Row("", plan.words("list-more", count=len(rows) - kept), "")]


def _in_lines(text: str, width: float) -> str:
    return "\n".join(lines(text, width, POINTS))


def _height(text: str) -> float:
    return _ROW_MM + _MORE_MM * text.count("\n")
