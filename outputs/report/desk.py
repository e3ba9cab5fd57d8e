"""What every section of a report works with: names in both languages, facts, numbers of sources, rows of measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from analysis.counts import LATE, MET, SILENT
from analysis.duties import urgency
from analysis.standing import MeasureStatus
from analysis.words import Speech
from geodata import edtf
from geodata.codes import Due, Fit, Outcome, Role, Shows
from geodata.facts import Event, Evidence, Source
from geodata.model import Article, Document
from geodata.text import LANGS, Text
from outputs.report.asked import Asked, Kind
from outputs.report.content import PAPER, TEXTS, Cell, Part, Table, plain

Statuses = Sequence[MeasureStatus]
Column = tuple[str, float, Callable[[MeasureStatus], Cell]]
"""Key of its head, share of the width, and what it says of a measure."""
GOING = (Outcome.UNDER_WAY, Outcome.DUE_SOON)
"""Work goes on, and the date has not passed."""
CODE, TITLE, LEAD, DAY, STATE = 0.28, 0.48, 0.32, 0.2, 0.2
"""Shares of a page that columns take, whatever table they stand in."""


@dataclass(frozen=True, eq=False)
class Desk:
    """A report while it is written; the sources are numbered as they are first cited."""

    asked: Asked
    sources: list[str] = field(default_factory=list)
    """Ids, in the order of their numbers."""

    @cached_property
    def speeches(self) -> dict[str, Speech]:
        """Names in each language."""
        return {lang: Speech(self.asked.register, lang) for lang in LANGS}

    def both(self, say: Callable[[Speech], str]) -> Text:
        """What is said in each language."""
        return Text(*(say(self.speeches[lang]) for lang in LANGS))

    def title(self, codelist: str, code: str) -> Text:
        """The title of a code."""
        return self.both(lambda speech: speech.title(codelist, str(code)))

    def cite(self, *sources: str) -> tuple[int, ...]:
        """The numbers of sources, in order; an empty id has none."""
        for source in sources:
            if source and source not in self.sources:
                self.sources.append(source)
        return tuple(sorted({self.sources.index(source) + 1 for source in sources if source}))

    @cached_property
    def statuses(self) -> Statuses:
        """The measures of the report."""
        return list(self.asked.now.measure_status())

    @cached_property
    def groups(self) -> list[tuple[Role | None, Statuses]]:
        """The measures of an agency by its role; all of them where no agency reports."""
        if self.asked.kind != Kind.AGENCY:
            return [(None, self.statuses)]
        mine: dict[Role, set[str]] = {role: set() for role in Role}
        for row in self.asked.register.assignments_of.values():
            for each in row:
                if each.agency == self.asked.agency:
                    mine[Role(each.role)].add(each.article)
        found = [(role, [each for each in self.statuses if each.measure.article in mine[role]]) for role in Role]
        return [(role, rows) for role, rows in found if rows]

    def facts(self, measure: str) -> list[tuple[Event, Evidence]]:
        """The facts up to the day that bear on a measure and what each shows, oldest first by their last day."""
        events, found = self.asked.register.by_id(Event), []
        for row in self.asked.register.evidence_of[measure]:
            span = edtf.bounds(events[row.event].date)
            if row.fit != Fit.CONTEXT and span and span[1] <= self.asked.now.day:
                found.append((span[1], events[row.event], row))
        return [(event, row) for _, event, row in sorted(found, key=lambda each: (each[0], each[1].id))]

    def newest(self, measure: str) -> Event | None:
        """The newest of them."""
        return self.facts(measure)[-1][0] if self.facts(measure) else None

    def moved(self, status: MeasureStatus) -> bool:
        """Whether a fact of the half-year bears on a measure."""
        newest = self.newest(status.measure.id)
        span = edtf.bounds(newest.date) if newest else None
        return span is not None and span[1] >= self.asked.period.first

    def proof(self, measure: str) -> tuple[int, ...]:
        """The numbers of the sources that a verdict rests on: of what fulfils it, else of the newest fact."""
        facts = self.facts(measure)
        shown = [event for event, row in facts if row.fit == Fit.DIRECT and row.shows == Shows.FULFILLED]
        return self.cite(*(event.source for event in shown[:1] or [event for event, _ in facts[-1:]]))

    # Columns

    def code(self, status: MeasureStatus) -> Cell:
        """The code of a measure."""
        return Cell(plain(status.measure.id))

    def lead(self, status: MeasureStatus, most: int = 1) -> Cell:
        """Who leads, or answers for it where nobody leads; `most` are named."""
        article = status.measure.article
        named = self.agencies(article, Role.LEAD, most) or self.agencies(article, Role.RESPONSIBLE, most)
        return Cell(named or TEXTS["no-agency"])

    def agencies(self, article: str, role: Role, most: int = 2) -> Text:
        """The agencies with a role in an article: `most` by their names, then how many there are."""
        named = [row.agency for row in self.asked.register.assignments_of[article] if row.role == role]

        def say(speech: Speech) -> str:
            names = speech.listed(speech.agencies[code] for code in named[:most])
            return TEXTS("and-more", speech.lang, names=names, n=len(named)) if len(named) > most else names

        return self.both(say)

    def due(self, status: MeasureStatus) -> Cell:
        """The date of a measure, as its text gives it."""
        day = str(status.measure.due_date or "")
        return Cell(Text(status.measure.due_text, day) if status.measure.due_text else TEXTS["no-date"])

    def state(self, status: MeasureStatus) -> Cell:
        """The outcome, or that the date has passed and nothing tells."""
        outcome = str(status.verdict.outcome)
        title = self.title("outcome", outcome)
        return Cell(TEXTS["passed-unseen"] if is_unseen(status) else title, outcome=outcome)

    # Tables

    def measures(self, title: str, statuses: Statuses, *columns: Column, **more: Any) -> Iterator[Part]:
        """The measures as a table for each role: code, title, who leads where several do, and `columns` (key of the
        head, share, cell). Nothing where there are none; no column of dates where no measure has one."""
        for role, rows in ((role, keep(rows, statuses)) for role, rows in self.groups):
            if not rows:
                continue
            group = self.title("role", role) if role else Text()
            own = [] if role else [("lead", LEAD, self.lead)]
            dated = any(each.measure.due_text for each in rows)
            told = [column for column in columns if dated or column[0] != "due"]
            all_columns = [("code", CODE, self.code), ("measure", TITLE, named), *own, *told]
            yield Table(
                title=TEXTS[title].filled(role=TEXTS["of-role"].filled(role=group) if role else "", n=len(rows)),
                head=tuple(TEXTS[f"col-{key}"] for key, _, _ in all_columns),
                widths=tuple(share for _, share, _ in all_columns),
                rows=tuple(tuple(cell(each) for _, _, cell in all_columns) for each in rows),
                group=group,
                **more,
            )

    def by_article(self, title: str, statuses: Statuses) -> Iterator[Part]:
        """The same for paper, counted by article: for what is too much to be listed."""
        rows = []
        for article in dict.fromkeys(each.measure.article for each in statuses):
            mine = [each for each in statuses if each.measure.article == article]
            row = self.asked.register.by_id(Article)[article]
            heading = self.both(partial(_heading, row))
            newest = max((event.date for each in mine if (event := self.newest(each.measure.id))), default="")
            rows.append(
                (Cell(heading), self.lead(mine[0], 2), Cell(plain(len(mine))), Cell(plain(edtf.printed(newest) or "–")))
            )
        if rows:
            head = tuple(TEXTS[f"col-{key}"] for key in ("article", "lead", "count", "newest-day"))
            yield Table(
                TEXTS[title].filled(role="", n=len(statuses)), head, (0.48, 0.3, 0.13, 0.22), tuple(rows), on=PAPER
            )

    def documents(self) -> list[Document]:
        """The documents of the measures."""
        named = set(self.asked.now.measures["document"])
        return [row for row in self.asked.register.rows(Document) if row.id in named]

    def source_rows(self, order: Sequence[int]) -> tuple[tuple[Cell, ...], ...]:
        """A row for each source that was cited, in an order of their numbers: number, then title, publisher, date."""
        known = self.asked.register.by_id(Source)
        return tuple(
            (Cell(plain(f"[{place}]")), Cell(self.both(partial(_reference, row)), url=row.url))
            for place, row in enumerate((known[self.sources[number - 1]] for number in order), start=1)
        )


def _heading(row: Article, speech: Speech) -> str:
    return speech.article_heading(row)


def _reference(row: Source, speech: Speech) -> str:
    """A source as one cites it; a date of unknown year says nothing."""
    day = "" if "X" in row.date_published else edtf.printed(row.date_published)
    told = filter(None, (row.title.in_(speech.lang), row.publisher.in_(speech.lang), day))
    return TEXTS("reference-comma", speech.lang).join(told)


def named(status: MeasureStatus) -> Cell:
    """The title of a measure."""
    return Cell(status.measure.title)


def keep(rows: Statuses, wanted: Iterable[MeasureStatus]) -> Statuses:
    """Those of `rows` that are wanted, the most urgent first."""
    ids = {each.measure.id for each in wanted}
    return sorted((each for each in rows if each.measure.id in ids), key=urgency)


def is_unseen(status: MeasureStatus) -> bool:
    """Whether the date of a measure has passed and nothing tells whether it is met."""
    return status.verdict.due == Due.PASSED and status.verdict.outcome in SILENT


def is_met(status: MeasureStatus) -> bool:
    """Whether what was promised is so."""
    return status.verdict.outcome in MET


def is_late(status: MeasureStatus) -> bool:
    """Whether a source shows it late or lost, or its date has passed unseen."""
    return status.verdict.outcome in LATE or is_unseen(status)


def is_silent(status: MeasureStatus) -> bool:
    """Whether nothing tells."""
    return status.verdict.outcome in SILENT
