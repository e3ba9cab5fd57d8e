"""A report as a Word document in the layout of an official paper: native headings, styles, tables, charts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from geodata.files import replacing, zipped
from outputs.escape import xml_text
from outputs.report.content import TEXTS, Cell, Chart, Paragraph, Picture, Report, Section, Table, cited
from outputs.report.docx_parts import WIDTH, chart, escaped, is_number, layout, paragraph, run, table
from outputs.report.docx_styles import style_of, styled
from outputs.report.drawn import SIZE, png_of


def write_docx(path: Path, report: Report, langs: Sequence[str]) -> None:
    """Write a report in its languages, one after the other, as an A4 document that opens in Word, WPS and LibreOffice.

    The same report gives the same bytes. Raises OSError, and nothing is left half-written.
    """
    document = docx.Document()
    _without_thumbnail(document)
    styled(document, langs)
    layout(document)
    for lang in langs:
        _Writer(document, report, lang, langs).all()
    about = document.core_properties
    about.title, about.subject = (xml_text(text.in_(langs[0]))[:255] for text in (report.title, report.subtitle))
    about.author = about.last_modified_by = "guantu"
    about.comments = xml_text(report.stamp.in_(langs[0]))
    about.created = about.modified = datetime(report.day.year, report.day.month, report.day.day)
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with replacing(path) as fresh:
        fresh.write_bytes(zipped(members))


def _without_thumbnail(document: Any) -> None:
    """Folders would show the empty page of which the library brings a picture along."""
    relations = document.part.package.rels
    for name in [name for name, each in relations.items() if each.reltype.endswith("/thumbnail")]:
        del relations[name]


class _Writer:
    """Puts a report in one language at the end of a document."""

    def __init__(self, document: Any, report: Report, lang: str, langs: Sequence[str]) -> None:
        self.document, self.report, self.lang, self.langs = document, report, lang, langs
        self.end = document.element.body.sectPr
        self.counts = {"table": 0, "drawing": 0}

    def all(self) -> None:
        lang, report = self.lang, self.report
        self.text("Title", report.title.in_(lang), "" if lang == self.langs[0] else "<w:pageBreakBefore/>")
        self.text("Subtitle", report.subtitle.in_(lang))
        for line in (report.stamp, *report.about):
            self.text("ReportNote", line.in_(lang))
        self.text("ReportGap", "")
        for section in report.sections:
            self.section(section)
        if report.signed:
            self.text("ReportSignature", report.signed.in_(lang), "<w:keepNext/>")
        self.text("ReportSignature", report.dated.in_(lang))
        self.text("ReportEndNote", TEXTS("notes", lang), "<w:keepNext/>")
        for number, note in enumerate((*report.notes, TEXTS["note-fonts"]), start=1):
            self.text("ReportEndNote", f"{number}. {note.in_(lang)}")

    def section(self, section: Section) -> None:
        self.text("Heading1", section.title.in_(self.lang))
        for part in section.on_paper():
            if isinstance(part, Paragraph):
                self.text("BodyText", part.text.in_(self.lang) + cited(part.cites))
            elif isinstance(part, Table):
                self.table(part)
            elif isinstance(part, Chart):
                self.chart(part)
            else:
                self.picture(part)

    def text(self, style: str, text: str, more: str = "") -> None:
        self.put(paragraph(style_of(style, self.lang, self.langs), run(text), more))

    def caption(self, kind: str, text: str, keep: bool) -> None:
        """A caption with a number that follows when captions move."""
        self.counts[kind] += 1
        label = TEXTS(f"caption-{kind}", self.lang)
        # Numbers of the language that comes second begin anew.
        again = f" \\r {self.counts[kind]}" if self.counts[kind] == 1 else ""
        field = (
            f'{run(f"{label} ")}<w:fldSimple w:instr=" SEQ {escaped(label)} \\* ARABIC{again} ">'
            f"{run(str(self.counts[kind]))}</w:fldSimple>{run(f'  {text}')}"
        )
        self.put(paragraph(style_of("Caption", self.lang, self.langs), field, "<w:keepNext/>" if keep else ""))

    def table(self, part: Table) -> None:
        self.caption("table", part.title.in_(self.lang), keep=True)
        head = [text.in_(self.lang) for text in part.head]
        rows = [[(self.cell(cell), is_number(cell.text.zh)) for cell in row] for row in part.rows]
        self.put(table(head, rows, part.widths))
        self.text("ReportGap", "")

    def cell(self, cell: Cell) -> str:
        """The runs of a cell; an address is opened by its text."""
        runs = run(cell.text.in_(self.lang) + cited(cell.cites))
        if not cell.url.startswith(("http://", "https://")):
            return runs
        kind = RELATIONSHIP_TYPE.HYPERLINK
        number = self.document.part.relate_to(xml_text(cell.url), kind, is_external=True)
        return f'<w:hyperlink r:id="{number}">{runs}</w:hyperlink>'

    def chart(self, part: Chart) -> None:
        high = 18 + 8.5 * len(part.bars)
        title = part.title.in_(self.lang)
        drawing = chart(self.document, part, self.lang, (WIDTH, high))
        self.put(paragraph("ReportFigure", drawing))
        self.caption("drawing", title, keep=False)

    def picture(self, part: Picture) -> None:
        data = png_of(part, self.lang)
        if not data:
            return
        figure = self.document.add_paragraph(style="Report Figure")
        figure.add_run().add_picture(io.BytesIO(data), width=Mm(SIZE[0]))
        shape = figure._p.xpath(".//wp:inline")[0]
        shape.xpath("./wp:docPr")[0].set("descr", xml_text(part.title.in_(self.lang)))
        for side in "TBLR":
            # Without it LibreOffice takes an eighth of an inch.
            shape.set(f"dist{side}", "0")
        self.caption("drawing", part.title.in_(self.lang), keep=False)

    def put(self, xml: str) -> None:
        """XML of the body before its end."""
        head, _, rest = xml.partition(">")
        names = ("w", "r", "wp", "a", "c") if "<wp:" in xml else ("w", "r")
        head, slash = (head[:-1], "/") if head.endswith("/") else (head, "")
        self.end.addprevious(parse_xml(f"{head} {nsdecls(*names)}{slash}>{rest}"))
