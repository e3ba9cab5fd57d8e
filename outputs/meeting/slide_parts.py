"""The native parts of a slide: text with fonts for both scripts on every run, tables, charts, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from layers.symbology import rules
from outputs.escape import xml_text
from outputs.meeting.slide_master import ASIAN, LATIN, Box
from outputs.meeting.slide_room import LINE, Row
from outputs.meeting.table import Table

_LANGUAGE = {"zh": "zh-CN", "en": "en-US"}
_NUMBER = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
"""Id of the field that says the number of a slide."""


@dataclass(frozen=True)
class Bars:
    """A bar chart: title of each bar, its value and its colour (#rrggbb)."""

    title: str
    bars: Sequence[tuple[str, int, str]]


def rgb(colour: str) -> RGBColor:
    """A colour written as #rrggbb."""
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))


@dataclass(frozen=True)
class Hand:
    """Writes in one language."""

    lang: str

    def fill(
        self, frame: Any, texts: Sequence[str], points: float, colour: Any, bold: bool = False, right: bool = False
    ) -> None:
        """A paragraph for each text."""
        frame.word_wrap = True
        for place, text in enumerate(texts or [""]):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            paragraph.space_after = Pt(points * 0.35 if len(texts) > 1 else 0)
            run = paragraph.add_run()
            run.text = xml_text(" ".join(text.split()))
            run.font.size, run.font.bold, run.font.color.rgb = Pt(points), bold, colour
            self._speak(run._r.get_or_add_rPr())

    def _speak(self, properties: Any) -> None:
        """Language and fonts of a run: without a font of its own a program takes one that lacks Chinese."""
        properties.set("lang", _LANGUAGE[self.lang])
        for tag, name in (("latin", LATIN), ("ea", ASIAN)):
            for old in properties.findall(qn(f"a:{tag}")):
                properties.remove(old)
            etree.SubElement(properties, qn(f"a:{tag}")).set("typeface", name)

    def numbered(self, frame: Any, stamp: str, colour: Any) -> None:
        """The stamp and the number of the slide, a field that follows when slides move."""
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        self.fill(frame, [f"{stamp}\u2003"], 11, colour, right=True)
        paragraph = frame.paragraphs[0]
        frame.paragraphs[0].runs[0].text = f"{xml_text(stamp)}    "
        field = etree.SubElement(paragraph._p, qn("a:fld"))
        field.set("id", _NUMBER)
        field.set("type", "slidenum")
        field.append(etree.fromstring(etree.tostring(paragraph.runs[0]._r.rPr)))
        etree.SubElement(field, qn("a:t")).text = "‹#›"

    def notes(self, slide: Any, text: str) -> None:
        """What only the speaker sees."""
        frame = slide.notes_slide.notes_text_frame
        frame.text = xml_text(text)
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                self._speak(run._r.get_or_add_rPr())

    def table(
        self, slide: Any, table: Table, rows: Sequence[Row], place: tuple[float, float, float], points: float
    ) -> None:
        """A native table of `rows` at left and top, of a width, in inches."""
        ground, head = rules()["ground"]["light"], rules()["deck"]
        heights = [LINE, *(high for _, high in rows)]
        sides = (*place, sum(heights))
        shape = slide.shapes.add_table(len(heights), len(table.head), *(Inches(side) for side in sides))
        shape._element.nvGraphicFramePr.cNvPr.set("descr", xml_text(table.title))
        grid = shape.table
        for column, share in zip(grid.columns, table.widths, strict=True):
            column.width = Emu(int(Inches(place[2]) * share / sum(table.widths)))
        for at, (row, cells) in enumerate(zip(grid.rows, [table.head, *(cells for cells, _ in rows)], strict=True)):
            row.height = Inches(heights[at])
            fill = head["cover"] if at == 0 else ground["halo"] if at % 2 else ground["paper"]
            for cell, text in zip(row.cells, cells, strict=True):
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                cell.fill.fore_color.rgb = rgb(fill)
                ink = rgb(head["ink"] if at == 0 else ground["ink"])
                self.fill(cell.text_frame, [text], points, ink, bold=at == 0)

    def chart(self, slide: Any, bars: Bars, box: Box, ink: Any) -> None:
        """A native bar chart, each bar with its value."""
        data = CategoryChartData()
        data.categories = [xml_text(title) for title, _, _ in bars.bars]
        data.add_series(xml_text(bars.title), [value for _, value, _ in bars.bars])
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *(Inches(side) for side in box), data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", xml_text(bars.title))
        chart, points = frame.chart, Pt(12 if len(bars.bars) < 7 else 10)
        chart.font.size = points
        self._speak(chart._chartSpace.find(f".//{qn('c:txPr')}//{qn('a:defRPr')}"))
        chart.has_legend, chart.has_title = False, True
        self.fill(chart.chart_title.text_frame, [bars.title], 13, ink, bold=True)
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        chart.value_axis.minimum_scale = 0
        chart.category_axis.reverse_order = True
        chart.category_axis.format.line.fill.background()
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 45, True
        plot.data_labels.position, plot.data_labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
        for point, (_, _, colour) in zip(
            (plot.series[0].points[i] for i in range(len(bars.bars))), bars.bars, strict=True
        ):
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = rgb(colour)
        _positive(chart._chartSpace)


def _positive(chart: Any) -> None:
    """Ids of axes that are no negative numbers: the format knows none, and strict readers ask for a repair."""
    known: dict[str, str] = {}
    for tag in ("axId", "crossAx"):
        for node in chart.iter(qn(f"c:{tag}")):
            node.set("val", known.setdefault(node.get("val"), str(len(known) + 1)))
