"""What a report is made of, whatever it is set as: sections of paragraphs, tables, charts and pictures, no looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.view import View
from geodata.text import Text, catalogue

TEXTS = catalogue(__file__)
NOTHING = Text()
PAPER, BOOK = "paper", "book"
"""Where a table stands that does not stand everywhere: on paper alone, or in the workbook alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: Text
    cites: tuple[int, ...] = ()
    """Numbers of the sources that it rests on."""
    outcome: str = ""
    """Code of the outcome that it names, for its colour."""
    url: str = ""
    """Where its text leads."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `widths` are shares of the page."""

    title: Text
    head: tuple[Text, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    group: Text = NOTHING
    """The role whose measures it holds; the tables of one section that differ by this alone are one in a workbook."""
    on: str = ""
    """`PAPER` or `BOOK`; everywhere where empty."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Text
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in the colour of an outcome or in the common one."""

    title: Text
    value: float
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart; the title says what is counted and in what unit."""

    title: Text
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The map of a view."""

    title: Text
    view: View


Part = Paragraph | Table | Chart | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A section; its number is its place. `short` names it where there is no room."""

    title: Text
    short: Text
    parts: tuple[Part, ...]

    def on_paper(self) -> Iterator[Part]:
        """What stands on paper: what is for the workbook alone is left out."""
        return (part for part in self.parts if not (isinstance(part, Table) and part.on == BOOK))


@dataclass(frozen=True, slots=True)
class Report:
    """A report in both languages."""

    title: Text
    subtitle: Text
    stamp: Text
    """Whether it is a draft, and for whom."""
    about: tuple[Text, ...]
    """The day, what was known, on how many entries it rests: a line each."""
    sections: tuple[Section, ...]
    signed: Text
    """Who reports; empty where nobody signs."""
    dated: Text
    notes: tuple[Text, ...]
    day: date
    name: str
    """What a file of it is called, without an ending."""


def plain(value: object) -> Text:
    """A value that is the same in both languages."""
    return Text(str(value), str(value))


def cited(cites: Sequence[int]) -> str:
    """The numbers of sources as they stand behind a text: [1][3]."""
    return "".join(f"[{number}]" for number in cites)
