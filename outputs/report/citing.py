"""The numbers of sources: in the order in which paper cites them, then what the workbook alone cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from outputs.report.content import Cell, Paragraph, Part, Section, Table


def renumbered(sections: Sequence[Section], count: int) -> tuple[list[Section], list[int], int]:
    """The same sections with numbers in that order, the old number of each new one, and how many paper cites.

    `count` is how many sources there are; old numbers are 1 … `count`.
    """
    paper = [number for section in sections for part in section.on_paper() for number in _cites(part)]
    order = list(dict.fromkeys(paper))
    known = {old: new for new, old in enumerate([*order, *sorted(set(range(1, count + 1)) - set(order))], start=1)}
    fresh = [replace(section, parts=tuple(_with(part, known) for part in section.parts)) for section in sections]
    return fresh, list(known), len(order)


def _cites(part: Part) -> Iterator[int]:
    if isinstance(part, Paragraph):
        yield from part.cites
    elif isinstance(part, Table):
        yield from (number for row in part.rows for cell in row for number in cell.cites)


def _with(part: Part, known: Mapping[int, int]) -> Part:
    if isinstance(part, Paragraph):
        return replace(part, cites=_new(part.cites, known))
    if isinstance(part, Table):
        return replace(part, rows=tuple(tuple(_cell(cell, known) for cell in row) for row in part.rows))
    return part


def _cell(cell: Cell, known: Mapping[int, int]) -> Cell:
    return replace(cell, cites=_new(cell.cites, known)) if cell.cites else cell


def _new(cites: tuple[int, ...], known: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(sorted(known[number] for number in cites))
