"""The tables of the sheet of one agency: what it has to do and by when, what is new, who else acts."""

from __future__ import annotations

from analysis.duties import Duties, News, urgency
from analysis.words import Speech
from geodata import edtf
from layers import swatch
from outputs.fields import tables
from outputs.meeting.brief import Brief
from outputs.meeting.chapter_tables import filled
from outputs.meeting.table import Cell, Table
from outputs.words import words

NEWEST = 12
"""Facts on a sheet."""


def agency_tables(brief: Brief, duties: Duties, lang: str) -> list[Table]:
    """Measures, newest facts and partners, in one language; what is empty is left out."""
    speech = Speech(brief.view.register, lang)
    found = (_measures(brief, duties, speech), _news(brief, duties, speech), _partners(duties, speech))
    return [filled(table) for table in found if any(any(row) for row in table.rows)]


def _measures(brief: Brief, duties: Duties, speech: Speech) -> Table:
    """By role, and those first that want a hand."""
    lang, titles = speech.lang, {field.name: field.title(speech.lang) for field in tables()["measures"].fields}
    newest: dict[str, str] = {}
    for news in duties.news:
        for measure in news.measures:
            newest.setdefault(measure, edtf.printed(news.event.date))
    rows: list[list[Cell]] = []
    for role, named in duties.by_role.items():
        for status in sorted((brief.view.standing.measure_status[name] for name in named), key=urgency):
            row, outcome = status.measure, str(status.verdict.outcome)
            due = row.due_text if lang == "zh" else str(row.due_date or "")
            # What the number of the past due counts is seen in its row.
            due = words("passed", lang, due=due) if urgency(status) < 0 else due
            state = (swatch.marker("outcome", outcome), speech.title("outcome", outcome))
            cells: list[Cell] = [row.id, row.title.in_(lang), speech.title("role", role), due, state]
            rows.append([*cells, newest.get(row.id, "")])
    head = [titles["code"], words("sheet-title", lang), words("own-role", lang), titles["due_text"], titles["outcome"]]
    title = f"{tables()['measures'].title(lang)} ({len(rows)})"
    return Table(title, [*head, words("newest-fact", lang)], (1.45, 5, 1.1, 1.6, 1.4, 1.2), rows)


def _news(brief: Brief, duties: Duties, speech: Speech) -> Table:
    """The newest facts with the measures that they serve."""
    lang, status = speech.lang, brief.view.standing.measure_status

    def row(news: News) -> list[Cell]:
        served = speech.items(status[name].measure.title.in_(lang) for name in news.measures)
        return [
            edtf.printed(news.event.date),
            news.event.text.in_(lang),
            served,
            speech.sources.get(news.event.source, ""),
        ]

    head = [words(f"sheet-{key}", lang) for key in ("date", "text", "title", "source")]
    return Table(words("newest-facts", lang), head, (1, 4.4, 3, 2.6), [row(news) for news in duties.news[:NEWEST]])


def _partners(duties: Duties, speech: Speech) -> Table:
    """Who else the same articles name."""
    named = [f"{speech.agencies[name]} {count}" for name, count in duties.partners]
    return Table(words("works-with", speech.lang), [words("in-common", speech.lang)], (1,), [[speech.listed(named)]])
