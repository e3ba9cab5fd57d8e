"""The tour as an editable PPTX: native text, tables and charts, the map as a picture, notes for the speaker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from geodata.files import replacing, zipped
from layers.symbology import rules
from outputs.escape import xml_text
from outputs.meeting.slide_room import BOTTOM, CELL, LINE, MARGIN, TABLES, WIDTH, Row, fitting, pages, shortened
from outputs.meeting.table import Table

HEIGHT = 7.5
"""Of a slide, in inches."""
LATIN, ASIAN = "Arial", "Microsoft YaHei"
"""Fonts that Windows and WPS have."""
Box = tuple[float, float, float, float]
"""Left, top, width and height in inches."""
_LANGUAGE = {"zh": "zh-CN", "en": "en-US"}
_TITLE_ONLY = 5
_TIME = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Bars:
    """A bar chart: title of each bar, its value and its colour (#rrggbb)."""

    title: str
    bars: Sequence[tuple[str, int, str]]


@dataclass(frozen=True)
class Slide:
    """A chapter. `picture` is a PNG, empty where there is no map; `alt` says what it shows."""

    title: str
    sentences: Sequence[str]
    picture: bytes = b""
    alt: str = ""
    bars: Bars | None = None
    tables: Sequence[Table] = ()
    notes: str = ""


@dataclass(frozen=True)
class Deck:
    """All slides; `foot` and `stamp` stand on each. `words` has `more` (with {n}) and `continued`."""

    title: str
    lines: Sequence[str]
    foot: str
    stamp: str
    slides: Sequence[Slide]
    words: Mapping[str, str]
    lang: str = "zh"


def write_slides(path: Path, deck: Deck) -> None:
    """Write the deck; the same deck gives the same bytes. Raises OSError, and nothing is left half-written."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDTH), Inches(HEIGHT)
    about = show.core_properties
    about.title, about.author, about.last_modified_by = xml_text(deck.title), "guantu", "guantu"
    about.created = about.modified = _TIME
    pen = _Pen(show, deck)
    pen.opening()
    for slide in deck.slides:
        pen.chapter(slide)
    out = io.BytesIO()
    show.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    theme = "ppt/theme/theme1.xml"
    members[theme] = _fonts(members[theme])
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


def _fonts(theme: bytes) -> bytes:
    """The theme with fonts for Latin and Chinese letters, in titles and text alike."""
    from lxml import etree

    root = etree.fromstring(theme)
    for tag, name in (("latin", LATIN), ("ea", ASIAN)):
        for node in root.findall(f".//{{*}}fontScheme/*/{{*}}{tag}"):
            node.set("typeface", name)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class _Pen:
    """Puts a deck on the slides of a presentation."""

    def __init__(self, show: Any, deck: Deck) -> None:
        self.show, self.deck = show, deck
        ground = rules()["ground"]["light"]
        self.ink, self.faint, self.paper = (_rgb(ground[name]) for name in ("ink", "faint", "halo"))
        self.accent, self.head = _rgb(rules()["context"]["named"]), _rgb(rules()["context"]["graticule"])
        self.stamp = _rgb(rules()["restricted"]["color"])

    def opening(self) -> None:
        slide = self._slide(self.deck.title, Inches(2.3), 40)
        self._text(slide, self.deck.lines, (MARGIN, 3.9, WIDTH - 2 * MARGIN, 2.0), 18, self.faint)

    def chapter(self, chapter: Slide) -> None:
        slide = self._slide(chapter.title)
        left, wide = MARGIN, WIDTH - 2 * MARGIN
        if chapter.picture:
            left, wide = MARGIN + 7.75, WIDTH - 2 * MARGIN - 7.75
            self._picture(slide, chapter, (MARGIN, 1.4, 7.5, 5.25))
        bars = chapter.bars.bars if chapter.bars else ()
        below = min(2.65, 0.5 + 0.45 * len(bars)) if bars else 0.0
        # A chapter of words alone has its table beside them.
        alone = bool(chapter.tables) and not chapter.picture and not bars
        self._text(
            slide,
            chapter.sentences,
            (left, 1.4, wide, 1.3 if alone else 5.1 - below),
            20 if chapter.picture or alone else 24,
            self.ink,
        )
        if chapter.bars and bars:
            self._chart(slide, chapter.bars, (left, 6.65 - below, wide, below))
        slide.notes_slide.notes_text_frame.text = xml_text(chapter.notes)
        self._tables(chapter, slide if alone else None)

    def _slide(self, title: str, top: Any = None, largest: int = 28) -> Any:
        slide = self.show.slides.add_slide(self.show.slide_layouts[_TITLE_ONLY])
        head = slide.shapes.title
        head.left, head.top = Inches(MARGIN), top or Inches(0.35)
        head.width, head.height = Inches(WIDTH - 2 * MARGIN), Inches(1.2 if top else 0.85)
        width = WIDTH - 2 * MARGIN - 0.2
        points = fitting([title], width, 1.2 if top else 0.85, largest, 14)
        self._fill(head.text_frame, [shortened(title, width, points, 2)], points, self.ink, bold=True)
        head.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        line = slide.shapes.add_connector(1, *(Inches(at) for at in (MARGIN, 1.25, WIDTH - MARGIN, 1.25)))
        if top:
            line.top = Inches(3.65)
        # The style of a connector casts a shadow.
        line._element.remove(line._element.find(qn("p:style")))
        line.line.color.rgb, line.line.width = self.accent, Pt(1.5)
        number = f"{len(self.show.slides)}"
        self._text(slide, [self.deck.foot], (MARGIN, 6.85, WIDTH - 2 * MARGIN - 2.6, 0.4), 10, self.faint)
        self._text(
            slide,
            [f"{self.deck.stamp}    {number}"],
            (WIDTH - MARGIN - 2.5, 6.85, 2.5, 0.4),
            11,
            self.stamp,
            right=True,
        )
        return slide

    def _text(
        self,
        slide: Any,
        texts: Sequence[str],
        box: Box,
        largest: int,
        colour: Any,
        right: bool = False,
    ) -> None:
        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        self._fill(frame, texts, fitting(texts, box[2], box[3], largest), colour, right=right)

    def _fill(
        self, frame: Any, texts: Sequence[str], points: int, colour: Any, bold: bool = False, right: bool = False
    ) -> None:
        frame.word_wrap = True
        for place, text in enumerate(texts or [""]):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            paragraph.space_after = Pt(points * 0.35 if len(texts) > 1 else 0)
            run = paragraph.add_run()
            run.text = xml_text(" ".join(text.split()))
            run.font.size, run.font.bold, run.font.color.rgb = Pt(points), bold, colour
            run._r.get_or_add_rPr().set("lang", _LANGUAGE[self.deck.lang])

    def _picture(self, slide: Any, chapter: Slide, box: Box) -> None:
        """As large as the box lets it be, in its own proportions."""
        with Image.open(io.BytesIO(chapter.picture)) as image:
            scale = min(box[2] / image.width, box[3] / image.height)
            size = image.width * scale, image.height * scale
        shape = slide.shapes.add_picture(io.BytesIO(chapter.picture), *(Inches(at) for at in (*box[:2], *size)))
        shape._element.nvPicPr.cNvPr.set("descr", xml_text(chapter.alt))

    def _chart(self, slide: Any, bars: Bars, box: Box) -> None:
        data = CategoryChartData()
        data.categories = [xml_text(title) for title, _, _ in bars.bars]
        data.add_series(xml_text(bars.title), [value for _, value, _ in bars.bars])
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *(Inches(side) for side in box), data)
        chart, points = frame.chart, Pt(12 if len(bars.bars) < 7 else 10)
        chart.has_legend, chart.has_title = False, True
        self._fill(chart.chart_title.text_frame, [bars.title], 13, self.ink, bold=True)
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        chart.value_axis.minimum_scale = 0
        chart.category_axis.reverse_order = True
        chart.category_axis.format.line.fill.background()
        chart.category_axis.tick_labels.font.size = points
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 45, True
        plot.data_labels.font.size, plot.data_labels.position = points, XL_LABEL_POSITION.OUTSIDE_END
        for point, (_, _, colour) in zip(
            (plot.series[0].points[i] for i in range(len(bars.bars))), bars.bars, strict=True
        ):
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = _rgb(colour)

    def _tables(self, chapter: Slide, first: Any) -> None:
        """The tables one under the other, from under the words of `first` on; what does not fit is counted."""
        slide, top, used, left = first, 2.75, int(bool(first)), 0
        for table in chapter.tables:
            for page in pages(table, beside=bool(first) and top == 2.75):
                high = 0.42 + LINE + sum(each for _, each in page)
                if slide is None or top + high > BOTTOM:
                    if used == TABLES:
                        left += len(page)
                        continue
                    slide, top, used = self._slide(chapter.title + self.deck.words["continued"]), 1.38, used + 1
                self._text(slide, [table.title], (MARGIN, top, WIDTH - 2 * MARGIN, 0.35), 15, self.ink)
                self._table(slide, table, page, (MARGIN, top + 0.42, WIDTH - 2 * MARGIN))
                top += high + 0.25
        if left:
            more = self.deck.words["more"].format(n=left)
            self._text(slide, [more], (MARGIN, 6.5, WIDTH - 2 * MARGIN, 0.3), 12, self.faint)

    def _table(self, slide: Any, table: Table, page: Sequence[Row], box: tuple[float, float, float]) -> None:
        heights = [LINE, *(high for _, high in page)]
        sides = (*box, sum(heights))
        grid = slide.shapes.add_table(len(heights), len(table.head), *(Inches(side) for side in sides)).table
        for column, share in zip(grid.columns, table.widths, strict=True):
            column.width = Emu(int(Inches(box[2]) * share / sum(table.widths)))
        for row, high, cells in zip(grid.rows, heights, [table.head, *(cells for cells, _ in page)], strict=True):
            row.height = Inches(high)
            first = cells is table.head
            for cell, text in zip(row.cells, cells, strict=True):
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                cell.fill.fore_color.rgb = self.head if first else self.paper
                self._fill(cell.text_frame, [text], CELL, self.ink, bold=first)


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))
