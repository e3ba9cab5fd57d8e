"""How much text and how many rows of a table a slide holds; lengths in inches."""

from __future__ import annotations

from collections.abc import Sequence

from outputs.meeting.table import Table

WIDTH, HEIGHT, MARGIN, BOTTOM = 13.333, 7.5, 0.6, 6.6
"""Of a slide, and where its tables end."""
ROWS, TABLES = 12, 4
"""Rows of one line on a slide, and slides of an annex that the tables of a chapter may take."""
_TALLEST = 8
"""Lines of a cell at most."""
Row = tuple[list[str], float]
"""The texts of a row of a table, and its height in inches."""
CELL = 12
"""Points in a table."""
LINE = 0.33
"""Inches of a row of one line."""
SMALL, CLOSE = 11, 0.28
"""The same where a table shares its slide with words."""
ROOM = ROWS * LINE
"""Inches that the rows may take on a slide of their own."""


def em_width(text: str) -> float:
    """About how many ems a text takes: a Chinese character one, any other half of one."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in text)


def lines_of(text: str, width: float, points: float) -> int:
    """About how many lines a text takes in a box of `width` inches."""
    room = max(1.0, width * 72 / points)
    return sum(max(1, -int(-em_width(line) * 1.04 // room)) for line in text.split("\n"))


def shortened(text: str, width: float, points: float, most: int) -> str:
    """A text that takes at most `most` lines; what is cut off is shown as cut off."""
    while lines_of(text, width, points) > most:
        text = text[: (len(text) - 1) * 9 // 10].rstrip("…") + "…"
    return text


def fitting(texts: Sequence[str], width: float, height: float, largest: int, smallest: int = 8) -> int:
    """The largest size in points at which the paragraphs fit into a box of inches; never under `smallest`."""
    for points in range(largest, smallest, -1):
        if sum(lines_of(text, width, points) for text in texts) * points * 1.45 / 72 <= height:
            return points
    return smallest


def rows_of(table: Table, width: float, points: float = CELL, line: float = LINE) -> list[Row]:
    """The rows of a table of `width` inches, each with its height; a very long cell is cut and shows it."""
    shares = [width * share / sum(table.widths) - 0.2 for share in table.widths]
    found: list[Row] = []
    for row in table.rows:
        texts = [cell if isinstance(cell, str) else cell[1] for cell in row]
        cells = [shortened(text, share, points, _TALLEST) for text, share in zip(texts, shares, strict=True)]
        lines = max(lines_of(cell, share, points) for cell, share in zip(cells, shares, strict=True))
        found.append((cells, line + (lines - 1) * points * 1.25 / 72))
    return found


def pages(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a table, as many on a slide as fit."""
    found: list[list[Row]] = [[]]
    room = ROOM
    for row in rows:
        if found[-1] and room < row[1] - 1e-6:
            found.append([])
            room = ROOM
        found[-1].append(row)
        room -= row[1]
    return _balanced(found)


def fitting_rows(rows: Sequence[Row], room: float) -> int:
    """How many of the rows, from the first on, go into `room` inches."""
    for count, (_, high) in enumerate(rows):
        room -= high
        if room < -1e-6:
            return count
    return len(rows)


def _balanced(pages: list[list[Row]]) -> list[list[Row]]:
    """Pages of a table, those of equal rows about equally long: none ends in a row or two."""
    rows = [row for page in pages for row in page]
    if not 1 < len(pages) <= TABLES or len({high for _, high in rows}) > 1 or len(pages[0]) < len(pages[1]):
        return pages
    each = -(-len(rows) // len(pages))
    return [rows[at : at + each] for at in range(0, len(rows), each)]
