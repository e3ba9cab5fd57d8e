"""A deck as an editable PPTX: native text, tables and charts, maps as pictures, notes for the speaker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from geodata.files import replacing, zipped
from layers.symbology import rules
from outputs.escape import xml_text
from outputs.meeting.slide_master import COVER, DIVIDER, PLAIN, TITLES, Box, layout, presentation
from outputs.meeting.slide_parts import Bars, Hand, rgb
from outputs.meeting.slide_room import (
    BOTTOM,
    CELL,
    CLOSE,
    HEIGHT,
    LINE,
    MARGIN,
    SMALL,
    TABLES,
    WIDTH,
    Row,
    fitting,
    fitting_rows,
    lines_of,
    pages,
    rows_of,
    shortened,
)
from outputs.meeting.table import Table

_TIME = datetime(2000, 1, 1)
_TOP, _WIDE = 1.72, WIDTH - 2 * MARGIN
"""Where what a slide shows begins, and how wide it is, in inches."""
_MAP: Box = (MARGIN, _TOP, 7.5, BOTTOM - _TOP)


@dataclass(frozen=True)
class Slide:
    """A chapter on one slide. `picture` is a PNG, empty where there is no map; `alt` says what it shows."""

    title: str
    """The message."""
    kicker: str = ""
    """What it is about."""
    sentences: Sequence[str] = ()
    picture: bytes = b""
    alt: str = ""
    bars: Bars | None = None
    tables: Sequence[Table] = ()
    """At most two, beside each other; what has no room is counted."""
    notes: str = ""


@dataclass(frozen=True)
class Part:
    """Slides that belong together, behind a divider where they have a title."""

    title: str
    slides: Sequence[Slide]


@dataclass(frozen=True)
class Deck:
    """All slides in one language; `foot` and `stamp` stand on each."""

    title: str
    subtitle: str
    lines: Sequence[str]
    """On the cover: filter, day, version."""
    foot: str
    stamp: str
    parts: Sequence[Part]
    words: Mapping[str, str]
    """`more` (with {n}), `continued`, `annex`, `numbers` (of parts, one character each)."""
    lang: str = "zh"
    cover: bytes = b""
    """A PNG beside the title."""
    annex: Sequence[tuple[str, Sequence[Table]]] = ()
    """Titles and tables that follow all slides."""


def write_slides(path: Path, decks: Sequence[Deck]) -> None:
    """Write the decks one after the other; the same ones give the same bytes.

    Raises OSError, and nothing is left half-written.
    """
    show = presentation()
    about = show.core_properties
    about.title, about.author, about.last_modified_by = xml_text(decks[0].title), "guantu", "guantu"
    about.created = about.modified = _TIME
    for deck in decks:
        _Pen(show, deck).all()
    out = io.BytesIO()
    show.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    # The workbook inside a chart is a zip of its own, with times of its own.
    members = {name: _fixed(data) if name.endswith(".xlsx") else data for name, data in members.items()}
    with replacing(path) as fresh:
        fresh.write_bytes(zipped(members))


def _fixed(data: bytes) -> bytes:
    """A workbook without the day on which it was written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped({name: part for name, part in members.items() if name != "docProps/core.xml"} | _core(members))


def _core(members: Mapping[str, bytes]) -> dict[str, bytes]:
    name = "docProps/core.xml"
    if name not in members:
        return {}
    head, _, rest = members[name].partition(b"<dcterms:created")
    return {name: head + rest[rest.rindex(b"</dcterms:modified>") + len(b"</dcterms:modified>") :]}


class _Pen:
    """Puts a deck on the slides of a presentation."""

    def __init__(self, show: Any, deck: Deck) -> None:
        self.show, self.deck, self.hand = show, deck, Hand(deck.lang)
        ground, look = rules()["ground"]["light"], rules()["deck"]
        self.ink, self.faint = rgb(ground["ink"]), rgb(ground["faint"])
        self.dark, self.white, self.pale = rgb(look["cover"]), rgb(look["ink"]), rgb(look["pale"])
        self.rule, self.stamp = rgb(look["rule"]), rgb(rules()["restricted"]["color"])

    def all(self) -> None:
        self.opening()
        titled = 0
        for part in self.deck.parts:
            if part.title:
                self.divider(self.deck.words["numbers"][titled], part.title, [each.kicker for each in part.slides])
                titled += 1
            for slide in part.slides:
                self.chapter(slide)
        if self.deck.annex:
            self.divider(self.deck.words["numbers"][titled], self.deck.words["annex"], [])
            for title, tables in self.deck.annex:
                self.annex(title, tables)

    def opening(self) -> None:
        slide, (left, top, width, high) = self._slide(COVER, self.deck.title, 38, self.white), TITLES[COVER]
        if self.deck.cover:
            self._cover(slide)
        self._rule(slide, left, top + high + 0.12, 1.2)
        self._text(slide, [self.deck.subtitle], (left, top + high + 0.35, width, 1.0), 18, self.white)
        self._text(slide, self.deck.lines, (left, 5.5, width, 1.1), 12, self.pale)

    def _cover(self, slide: Any) -> None:
        """The picture over the whole height, its sides cut; behind nothing, for it has an area of its own."""
        left, room = 6.9, (WIDTH - 6.9, HEIGHT)
        with Image.open(io.BytesIO(self.deck.cover)) as image:
            share = room[0] / room[1] / (image.width / image.height)
        shape = slide.shapes.add_picture(io.BytesIO(self.deck.cover), *(Inches(side) for side in (left, 0, *room)))
        shape.crop_left = shape.crop_right = max(0.0, (1 - share) / 2)
        shape._element.nvPicPr.cNvPr.set("descr", xml_text(self.deck.title))

    def divider(self, number: str, title: str, holds: Sequence[str]) -> None:
        slide, (left, top, width, high) = self._slide(DIVIDER, title, 34, self.dark), TITLES[DIVIDER]
        self._text(slide, [number], (0.4, top, 2.0, high), 60, self.white, right=True)
        self._rule(slide, left, top + high + 0.05, 1.2)
        named = list(dict.fromkeys(filter(None, holds)))
        self._text(slide, named, (left, top + high + 0.3, width, 2.3), 16, self.faint)

    def chapter(self, chapter: Slide) -> None:
        slide = self._slide(PLAIN, chapter.title, 26, self.dark)
        self._text(slide, [chapter.kicker], (MARGIN, 0.3, _WIDE, 0.35), 13, self.rule, bold=True)
        self._rule(slide, MARGIN, 1.5, _WIDE, thin=True)
        if chapter.picture:
            self._picture(slide, chapter)
            self._column(slide, chapter, (MARGIN + 7.75, _TOP, _WIDE - 7.75, BOTTOM - _TOP))
        elif chapter.tables:
            self._text(slide, chapter.sentences, (MARGIN, _TOP, _WIDE, 0.62), 15, self.ink)
            self._beside(slide, chapter)
        else:
            self._column(slide, chapter, (MARGIN, _TOP, _WIDE, BOTTOM - _TOP))
        self.hand.notes(slide, chapter.notes)

    def _column(self, slide: Any, chapter: Slide, box: Box) -> None:
        """Words above their chart."""
        left, top, wide, high = box
        bars = chapter.bars.bars if chapter.bars else ()
        below = min(2.65, 0.5 + 0.45 * len(bars)) if bars else 0.0
        largest = 16 if chapter.picture else 20
        self._text(slide, chapter.sentences, (left, top, wide, high - below - 0.1), largest, self.ink)
        if chapter.bars and bars:
            self.hand.chart(slide, chapter.bars, (left, top + high - below, wide, below), self.ink)

    def _beside(self, slide: Any, chapter: Slide) -> None:
        """One table over the whole width, or a table and beside it another one or the chart."""
        top, room = _TOP + 0.72, BOTTOM - _TOP - 0.72
        first, others = chapter.tables[0], chapter.tables[1:2]
        alone = not (others or chapter.bars)
        wide = _WIDE if alone else _WIDE * 0.63
        self._grid(slide, first, (MARGIN, top, wide, room))
        left, rest = MARGIN + wide + 0.35, _WIDE - wide - 0.35
        if others:
            self._grid(slide, others[0], (left, top, rest, room))
        elif chapter.bars:
            self.hand.chart(
                slide, chapter.bars, (left, top, rest, min(room, 0.6 + 0.5 * len(chapter.bars.bars))), self.ink
            )

    def _grid(self, slide: Any, table: Table, box: Box) -> None:
        """A table under its title, with the rows that have room; those left are counted."""
        left, top, wide, high = box
        room = high - 0.42 - LINE
        points = SMALL
        rows = rows_of(table, wide, points, CLOSE)
        if fitting_rows(rows, room) < len(rows):
            points = SMALL - 1
            rows = rows_of(table, wide, points, CLOSE)
        kept = fitting_rows(rows, room)
        if kept < len(rows):
            kept = fitting_rows(rows, room - 0.3)
            more = self.deck.words["more"].format(n=len(rows) - kept)
            self._text(slide, [more], (left, top + high - 0.25, wide, 0.25), 11, self.faint)
        self._table(slide, table, rows[:kept], (left, top, wide), points)

    def annex(self, title: str, tables: Sequence[Table]) -> None:
        """The tables one under the other, on at most `TABLES` slides; what does not fit is counted."""
        slide, top, used, left = None, 0.0, 0, 0
        for table in tables:
            for page in pages(rows_of(table, _WIDE)):
                high = 0.42 + LINE + sum(each for _, each in page)
                if slide is None or top + high > BOTTOM:
                    if used == TABLES:
                        left += len(page)
                        continue
                    slide = self._slide(PLAIN, title + self.deck.words["continued"] * bool(used), 22, self.dark)
                    self._rule(slide, MARGIN, 1.5, _WIDE, thin=True)
                    top, used = _TOP, used + 1
                self._table(slide, table, page, (MARGIN, top, _WIDE))
                top += high + 0.2
        if left:
            more = self.deck.words["more"].format(n=left)
            self._text(slide, [more], (MARGIN, BOTTOM, _WIDE, 0.25), 11, self.faint)

    def _table(
        self, slide: Any, table: Table, rows: Sequence[Row], place: tuple[float, float, float], points: int = CELL
    ) -> None:
        left, top, wide = place
        self._text(slide, [table.title], (left, top, wide, 0.35), 14, self.dark, bold=True)
        self.hand.table(slide, table, rows, (left, top + 0.42, wide), points)

    def _slide(self, name: str, title: str, largest: int, colour: Any) -> Any:
        """A slide of a layout with its title, foot, stamp and number."""
        slide, (_, _, width, high) = self.show.slides.add_slide(layout(self.show, name)), TITLES[name]
        head = slide.shapes.title
        points = fitting([title], width - 0.2, high, largest, 14)
        if name == COVER:
            # A name that is cut in two is no cover, if it can be helped.
            points = next((each for each in range(largest, 25, -1) if lines_of(title, width, each) == 1), points)
        self.hand.fill(head.text_frame, [shortened(title, width - 0.2, points, 3)], points, colour, bold=True)
        head.text_frame.margin_left = head.text_frame.margin_right = 0
        head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM if name == COVER else MSO_ANCHOR.MIDDLE
        front = name == COVER
        left = {COVER: TITLES[COVER][0], DIVIDER: TITLES[DIVIDER][0], PLAIN: MARGIN}[name]
        wide = TITLES[COVER][2] if front else WIDTH - left - MARGIN - 2.6
        self._text(slide, [self.deck.foot], (left, 6.85, wide, 0.4), 9, self.pale if front else self.faint)
        if front:
            self._text(slide, [self.deck.stamp], (left, 0.7, wide, 0.4), 13, self.white, bold=True)
        else:
            box = slide.shapes.add_textbox(*(Inches(side) for side in (WIDTH - MARGIN - 2.5, 6.85, 2.5, 0.4)))
            self.hand.numbered(box.text_frame, self.deck.stamp, self.stamp)
        return slide

    def _text(
        self,
        slide: Any,
        texts: Sequence[str],
        box: Box,
        largest: int,
        colour: Any,
        right: bool = False,
        bold: bool = False,
    ) -> None:
        if any(texts):
            frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
            self.hand.fill(frame, texts, fitting(texts, box[2], box[3], largest), colour, bold=bold, right=right)

    def _rule(self, slide: Any, left: float, top: float, wide: float, thin: bool = False) -> None:
        line = slide.shapes.add_connector(1, *(Inches(at) for at in (left, top, left + wide, top)))
        # The style of a connector casts a shadow.
        line._element.remove(line._element.find(qn("p:style")))
        line.line.color.rgb, line.line.width = (self.pale, Pt(1)) if thin else (self.rule, Pt(3))

    def _picture(self, slide: Any, chapter: Slide) -> None:
        """As large as its box lets it be, in its own proportions."""
        with Image.open(io.BytesIO(chapter.picture)) as image:
            scale = min(_MAP[2] / image.width, _MAP[3] / image.height)
            size = image.width * scale, image.height * scale
        shape = slide.shapes.add_picture(io.BytesIO(chapter.picture), *(Inches(at) for at in (*_MAP[:2], *size)))
        shape._element.nvPicPr.cNvPr.set("descr", xml_text(chapter.alt))
