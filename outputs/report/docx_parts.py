"""The native parts of a Word document: pages with their numbers, paragraphs, tables, charts with their workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from layers.symbology import look, rules
from outputs.escape import xml_text
from outputs.report.content import Chart
from outputs.report.docx_styles import SMALL, fonts
from outputs.report.xlsx import bars_book

PAGE = (210, 297)
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""Millimetres, by GB/T 9704."""
WIDTH = PAGE[0] - MARGINS["left"] - MARGINS["right"]
"""Of the text."""
_TWIPS = 1440 / 25.4
_NUMBER = re.compile(r"[\d.]+%?|–|\d{4}(-\d\d){1,2}")
_EMU = 36000
"""A millimetre."""


def escaped(text: str) -> str:
    """A text that XML can hold, in an attribute too."""
    return escape(xml_text(text), {'"': "&quot;"})


def run(text: str) -> str:
    """A run of text; line breaks become blanks."""
    return f'<w:r><w:t xml:space="preserve">{escaped(" ".join(text.split(chr(10))))}</w:t></w:r>'


def paragraph(style: str, runs: str, more: str = "") -> str:
    """A paragraph of a style (id), with `more` of its own properties."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>'


def layout(document: Any) -> None:
    """A4 with the margins of an official paper; the number of a page outside at its foot."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(side) for side in PAGE)
    for side, length in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(length))
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    for mode in document.settings.element.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            # An older one would say so in the title bar of Word.
            mode.set(qn("w:val"), "15")
    for foot, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        foot.is_linked_to_previous = False
        own = foot.paragraphs[0]._p
        indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/>'
        field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        number = (
            f"{run('— ')}{field.format('begin')}<w:r><w:instrText> PAGE </w:instrText></w:r>"
            f"{field.format('separate')}{run('1')}{field.format('end')}{run(' —')}"
        )
        fresh = f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="Footer"/>{indent}</w:pPr>{number}</w:p>'
        own.getparent().replace(own, parse_xml(fresh))


def is_number(text: str) -> bool:
    """Whether a cell holds a number, a share or a date alone, which stands in the middle of its column."""
    return bool(_NUMBER.fullmatch(text))


def table(head: Sequence[str], rows: Sequence[Sequence[tuple[str, bool]]], shares: Sequence[float]) -> str:
    """A table as wide as the text, its head on every page. Cells are runs, and whether they are a number. No row is
    broken between pages."""
    whole = round(WIDTH * _TWIPS)
    widths = [round(whole * share / sum(shares)) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)

    def row(cells: Sequence[tuple[str, str]], more: str = "") -> str:
        made = (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph(style, runs)}</w:tc>'
            for width, (style, runs) in zip(widths, cells, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{''.join(made)}</w:tr>"

    first = row([("ReportTableHead", run(text)) for text in head], "<w:tblHeader/>")
    styles = {False: "ReportTableText", True: "ReportTableNumber"}
    others = "".join(row([(styles[centred], runs) for runs, centred in cells]) for cells in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{first}{others}</w:tbl>'
    )


def chart(document: Any, part: Chart, lang: str, size: tuple[float, float]) -> str:
    """A run with a native bar chart of `size` mm, whose numbers can be edited in a workbook of its own."""
    package, made = document.part.package, document.part
    place = 1 + sum(str(each.partname).startswith("/word/charts/") for each in package.iter_parts())
    names = [bar.title.in_(lang) for bar in part.bars]
    title = part.title.in_(lang)
    book = Part(
        PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{place}.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        bars_book(title, list(zip(names, (bar.value for bar in part.bars), strict=True))),
        package,
    )
    # The first relation of a part is called so.
    drawn = Part(
        PackURI(f"/word/charts/chart{place}.xml"), CONTENT_TYPE.DML_CHART, _chart_xml(part, lang, "rId1"), package
    )
    drawn.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    number = made.relate_to(drawn, RELATIONSHIP_TYPE.CHART)
    wide, high = (round(side * _EMU) for side in size)
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{made.next_id}" name="chart {place}" descr="{escaped(title)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_uri("c")}"><c:chart r:id="{number}"/></a:graphicData></a:graphic>'
        f"</wp:inline></w:drawing></w:r>"
    )


def _uri(prefix: str) -> str:
    return nsdecls(prefix).split('"')[1]


def _chart_xml(part: Chart, lang: str, book: str) -> bytes:
    """Bars from above, each with its value."""
    count = len(part.bars)
    names = "".join(
        f'<c:pt idx="{i}"><c:v>{escaped(bar.title.in_(lang))}</c:v></c:pt>' for i, bar in enumerate(part.bars)
    )
    values = "".join(f'<c:pt idx="{i}"><c:v>{bar.value:g}</c:v></c:pt>' for i, bar in enumerate(part.bars))
    points = "".join(
        f'<c:dPt><c:idx val="{i}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"{_fill(_colour(bar.outcome))}</c:dPt>"
        for i, bar in enumerate(part.bars)
    )
    latin, asian = fonts("body")
    size = round(SMALL * 100)
    text = (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}"><a:latin typeface="{latin}"/>'
        f'<a:ea typeface="{asian}"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
    bare = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {nsdecls("c", "a", "r")}>'
        f'<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{escaped(part.title.in_(lang))}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'{_fill(_colour(""))}<c:invertIfNegative val="0"/>{points}'
        f'<c:dLbls><c:spPr><a:noFill/></c:spPr><c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        f'<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f'<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache><c:ptCount val="{count}"/>{names}'
        f"</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!$B$2:$B${count + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser>'
        f'<c:gapWidth val="45"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{bare}'
        f'<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/>'
        f'<c:lblOffset val="100"/>'
        f'<c:noMultiLvlLbl val="0"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="1"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/>'
        f'<c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx></c:plotArea>'
        f'<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{text}"
        f'<c:externalData r:id="{book}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _colour(outcome: str) -> str:
    found: str = look("outcome", outcome)["color"] if outcome else rules()["ground"]["light"]["press"]
    return found.removeprefix("#")


def _fill(colour: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr>'
