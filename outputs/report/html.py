"""A report as HTML for a page to show before a file is made: the same content, class names and no styles."""

from __future__ import annotations

from html import escape

from geodata.text import Text
from outputs.report.content import TEXTS, Cell, Chart, Paragraph, Part, Picture, Report, Section, Table, cited


def preview_html(report: Report, lang: str) -> str:
    """A report in a language as one `<article>`. Every text is escaped; a map is named, not drawn."""
    lines = "".join(f'<p class="report-note">{_said(text, lang)}</p>' for text in (report.stamp, *report.about))
    sections = "".join(
        f"<section><h2>{place}. {_said(each.title, lang)}</h2>{_parts(each, lang)}</section>"
        for place, each in enumerate(report.sections, start=1)
    )
    signed = "".join(
        f'<p class="report-signed">{_said(text, lang)}</p>' for text in (report.signed, report.dated) if text
    )
    notes = "".join(f"<li>{_said(text, lang)}</li>" for text in report.notes)
    return (
        f'<article class="report" lang="{"zh-CN" if lang == "zh" else "en"}"><h1>{_said(report.title, lang)}</h1>'
        f'<p class="report-subtitle">{_said(report.subtitle, lang)}</p>{lines}{sections}{signed}'
        f'<aside class="report-notes"><h2>{escape(TEXTS("notes", lang))}</h2><ol>{notes}</ol></aside></article>'
    )


def _said(text: Text, lang: str) -> str:
    return escape(text.in_(lang))


def _parts(section: Section, lang: str) -> str:
    return "".join(_part(part, lang) for part in section.on_paper())


def _part(part: Part, lang: str) -> str:
    if isinstance(part, Paragraph):
        return f"<p>{_said(part.text, lang)}{cited(part.cites)}</p>"
    if isinstance(part, Table):
        head = "".join(f'<th scope="col">{_said(text, lang)}</th>' for text in part.head)
        rows = "".join(f"<tr>{''.join(_cell(cell, lang) for cell in row)}</tr>" for row in part.rows)
        caption = f"<caption>{_said(part.title, lang)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    if isinstance(part, Chart):
        bars = "".join(f"<li>{_said(bar.title, lang)} <b>{bar.value:g}</b></li>" for bar in part.bars)
        return _figure(part, lang, f"<ul>{bars}</ul>")
    return _figure(part, lang, "")


def _figure(part: Chart | Picture, lang: str, inside: str) -> str:
    return f"<figure>{inside}<figcaption>{_said(part.title, lang)}</figcaption></figure>"


def _cell(cell: Cell, lang: str) -> str:
    text = f"{_said(cell.text, lang)}{cited(cell.cites)}"
    if cell.url.startswith(("http://", "https://")):
        text = f'<a href="{escape(cell.url)}" rel="noopener noreferrer">{text}</a>'
    kind = f' class="outcome-{escape(cell.outcome)}"' if cell.outcome else ""
    return f"<td{kind}>{text}</td>"
