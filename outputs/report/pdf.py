"""A report as a PDF, set by Typst in the layout of an official paper."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geodata.files import replacing
from geodata.text import Text
from layers.paper.typesetting import fonts, installed, typeset
from layers.symbology import look, rules
from outputs.escape import xml_text
from outputs.report.content import TEXTS, Cell, Chart, Paragraph, Part, Report, Table, cited
from outputs.report.drawn import SIZE, png_of

TEMPLATE = Path(__file__).with_name("report.typ")
_ROLES = ("title", "heading", "second", "body")


def write_pdf(path: Path, report: Report, langs: Sequence[str]) -> None:
    """Write a report in its languages, one after the other; the same report gives the same bytes.

    Raises NoFont where Chinese would come out as boxes, and OSError; nothing is left half-written.
    """
    (data,) = typeset(TEMPLATE, [_told(report, lang) for lang in langs], large=True, format="pdf", timestamp=0)
    with replacing(path) as fresh:
        fresh.write_bytes(data)


def _told(report: Report, lang: str) -> dict[str, Any]:
    """What the template is told: texts, shares of widths, pictures."""
    return {
        "lang": lang,
        "fonts": {role: _fonts(role, lang) for role in _ROLES},
        "colours": rules()["report"],
        "title": _said(report.title, lang),
        "subtitle": _said(report.subtitle, lang),
        "lines": [_said(text, lang) for text in (report.stamp, *report.about)],
        "sections": [
            {"title": _said(section.title, lang), "parts": [_part(part, lang) for part in section.on_paper()]}
            for section in report.sections
        ],
        "signed": [_said(text, lang) for text in (report.signed, report.dated) if text],
        "notes": {"title": TEXTS("notes", lang), "lines": [_said(text, lang) for text in report.notes]},
        "words": {key: TEXTS(f"caption-{key}", lang) for key in ("table", "drawing")},
    }


def _said(text: Text, lang: str) -> str:
    return xml_text(text.in_(lang))


def _fonts(role: str, lang: str) -> list[str]:
    """The installed ones of those that an official paper asks for, then those of printed sheets; NoFont without any."""
    known = {name.casefold() for name in installed().families()}
    wanted = (*TEXTS(f"pdf-fonts-{role}", lang).split(", "), *fonts())
    return [name for name in wanted if name.casefold() in known]


def _part(part: Part, lang: str) -> Mapping[str, Any]:
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "text": _said(part.text, lang) + cited(part.cites)}
    if isinstance(part, Table):
        return {
            "kind": "table",
            "title": _said(part.title, lang),
            "head": [_said(text, lang) for text in part.head],
            "widths": part.widths,
            "rows": [[_cell(cell, lang) for cell in row] for row in part.rows],
        }
    if isinstance(part, Chart):
        return {
            "kind": "chart",
            "title": _said(part.title, lang),
            "bars": [
                {
                    "title": _said(bar.title, lang),
                    "value": bar.value,
                    "text": f"{bar.value:g}",
                    "colour": _colour(bar.outcome),
                }
                for bar in part.bars
            ],
        }
    data = base64.b64encode(png_of(part, lang)).decode()
    return {"kind": "picture", "title": _said(part.title, lang), "png": data, "width": SIZE[0], "height": SIZE[1]}


def _cell(cell: Cell, lang: str) -> dict[str, str]:
    url = cell.url if cell.url.startswith(("http://", "https://")) else ""
    return {"text": _said(cell.text, lang) + cited(cell.cites), "url": url}


def _colour(outcome: str) -> str:
    found: str = look("outcome", outcome)["color"] if outcome else rules()["ground"]["light"]["press"]
    return found
