"""Everything that the tour page needs to know: the rows a view keeps, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from analysis.chapters import Chapter, Figure
from analysis.course import course_on
from analysis.filters import Mask, narrows
from analysis.search import haystacks
from analysis.stages import FeatureStage
from analysis.timeline import State, Timeline, timelines
from analysis.view import View
from analysis.words import Speech
from geodata import Register, edtf
from geodata.model import Agency, Article, Document, Event, Feature, Link, Measure, Source
from geodata.text import Text

Json = dict[str, Any]
_CODES = ("stage", "outcome", "theme", "role", "restriction", "grade", "position-basis", "location", "event-kind")


def tour_data(view: View, tours: Mapping[str, Sequence[Chapter]]) -> Json:
    """The rows of a view, and a tour a language; rows refer to each other by their place in their list.

    A further filter of the page finds what the same filter joined to that of the view finds here:
    `links` holds the links that meet it, `narrowed` says which side needs one.
    """
    return _Data(view, tuple(tours)).all(tours)


class _Data:
    """The rows of one page, with the place of each."""

    def __init__(self, view: View, langs: Sequence[str]) -> None:
        self.view, self.langs, self.register = view, langs, view.register
        # The backdrop stays for orientation whatever the filter; it is told apart by `kept`.
        self.on: Mask = view.selection.features | self.register.backdrop
        self.lines = timelines(self.register)
        self.reasons: dict[Text, int] = {}
        """The place of each reason that a measure has on any day."""
        self.plain, self.spelled = haystacks(self.register, False), haystacks(self.register, True)
        self.places = {
            "features": _numbered(self.register.features.loc[self.on, "id"]),
            "measures": _numbered(view.measures["id"]),
            "agencies": _numbered(self.register.by_id(Agency)),
            "sources": _numbered(self.register.by_id(Source)),
            "articles": _numbered(self.register.by_id(Article)),
        }

    def all(self, tours: Mapping[str, Sequence[Chapter]]) -> Json:
        features, measures = self.places["features"], self.places["measures"]
        return {
            "langs": list(self.langs),
            "day": self.view.day.isoformat(),
            "narrowed": list(narrows(self.view.filter)),
            "codes": {name: self.titles(name) for name in _CODES} | self.named(),
            "first": min(row.date_issued for row in self.register.rows(Document)).isoformat(),
            "features": [self.feature(place) for place in np.flatnonzero(self.on).tolist()],
            "measures": [self.measure(place) for place in np.flatnonzero(self.view.selection.measures).tolist()],
            "links": [
                [features[row.feature], measures[row.measure], row.relation]
                for row, kept in zip(self.register.rows(Link), self.view.selection.links, strict=True)
                if kept
            ],
            "agencies": [{"id": row.id, "name": self.said(row.name)} for row in self.register.rows(Agency)],
            "articles": [self.article(row) for row in self.register.rows(Article)],
            "sources": [self.source(row) for row in self.register.rows(Source)],
            # Filled by the measures above.
            "reasons": [self.said(reason) for reason in self.reasons],
            "tours": {lang: [self.chapter(chapter) for chapter in tours[lang]] for lang in self.langs},
        }

    def said(self, text: Text) -> list[str]:
        """A text in each language of the page."""
        return [text.in_(lang) for lang in self.langs]

    def titles(self, codelist: str) -> dict[str, list[str]]:
        return {code: self.said(row.title) for code, row in _by_file(self.register, codelist)}

    def named(self) -> dict[str, dict[str, list[str]]]:
        """Names of what is filtered by and has no codelist."""
        headings = {lang: Speech(self.register, lang) for lang in self.langs}
        return {
            "document": {row.id: self.said(row.short_title) for row in self.register.rows(Document)},
            "article": {
                row.id: [headings[lang].article_heading(row, numbered=True) for lang in self.langs]
                for row in self.register.rows(Article)
            },
            "town": {row.id: self.said(row.name) for row in self.register.towns},
        }

    def turns(self, line: Timeline[State], told: Callable[[State], list[Any]]) -> list[list[Any]]:
        """Each day up to that of the view on which anything told changes, and what is told from then on."""
        found: list[list[Any]] = []
        for day, state in zip(line.days, line.states, strict=True):
            said = told(state)
            if day <= self.view.day and (not found or found[-1][1:] != said):
                found.append(["" if day == date.min else day.isoformat(), *said])
        return found

    def reason(self, reason: Text) -> int:
        return self.reasons.setdefault(reason, len(self.reasons))

    def feature(self, place: int) -> Json:
        row: Feature = self.register.rows(Feature)[place]
        course = course_on(self.register, row.id, self.view.day)
        return {
            "id": row.id,
            "name": self.said(row.name),
            "aliases": list(row.aliases),
            "theme": row.theme,
            "turns": self.turns(self.lines.features[row.id], _told_of_stage),
            "location": row.location,
            "town": list(row.town),
            "basis": row.position_basis,
            "accuracy": None if row.accuracy_m is None else float(row.accuracy_m),
            "placed": bool(self.register.placed[place]),
            "note": self.said(row.note),
            "events": [self.event(event) for event in course.known],
            "gaps": [self.said(event.text) for event in course.gaps],
            "sources": [self.places["sources"][source] for source in row.sources],
            "kept": bool(self.view.counted[place]),
            "text": self.text(0, place),
        }  # fmt: skip

    def event(self, row: Event) -> Json:
        return {
            "date": row.date,
            "from": str(bounds[0]) if (bounds := edtf.bounds(row.date)) else "",
            "kind": row.kind,
            "stage": row.stage,
            "restriction": row.restriction,
            "grade": row.grade,
            "text": self.said(row.text),
            "source": self.places["sources"].get(row.source, -1),
        }

    def measure(self, place: int) -> Json:
        row: Measure = self.register.rows(Measure)[place]
        line = self.lines.measures[row.id]
        return {
            "id": row.id,
            "name": self.said(row.title),
            "article": self.places["articles"][row.article],
            "turns": self.turns(line, lambda verdict: [verdict.outcome, self.reason(verdict.reason)]),
            "due": " · ".join(filter(None, (row.due_text, str(row.due_date or "")))),
            "targets": [
                [f"{target.metric.in_(lang)} {target.amount(lang)}" for lang in self.langs]
                for target in self.register.targets_of[row.id]
            ],
            "note": self.said(row.note),
            "text": self.text(1, place),
        }

    def text(self, kind: int, place: int) -> list[str]:
        """What search looks through, and the pinyin that a Latin word also finds."""
        plain = self.plain[kind][place]
        return [plain, self.spelled[kind][place][len(plain) :]]

    def article(self, row: Article) -> Json:
        return {
            "id": row.id,
            "document": row.document,
            "agencies": [
                [each.role, self.places["agencies"][each.agency], each.written_as]
                for each in self.register.assignments_of[row.id]
            ],
        }

    def source(self, row: Source) -> Json:
        return {
            "name": self.said(row.title),
            "publisher": self.said(row.publisher),
            "url": row.url if row.url.startswith(("https://", "http://")) else "",
            "date": row.date_published,
            "grade": row.grade,
        }

    def at(self, table: str, rows: Iterable[str]) -> list[int]:
        """The places of those rows that the page has."""
        return [self.places[table][row] for row in rows if row in self.places[table]]

    def part(self, item: str | Figure) -> str | Json:
        return item if isinstance(item, str) else {"table": item.table, "rows": self.at(item.table, item.ids)}

    def chapter(self, chapter: Chapter) -> Json:
        chart = chapter.chart
        return {
            "key": chapter.key,
            "title": chapter.title,
            "sentences": [[self.part(item) for item in sentence] for sentence in chapter.sentences],
            "chart": chart
            and {
                "title": chart.title,
                "codelist": chart.codelist,
                "bars": [[code, title, self.part(figure)] for code, title, figure in chart.bars],
            },
            "changes": [
                {
                    "table": change.table,
                    "row": self.places[change.table][change.id],
                    "name": change.name,
                    "before": change.before,
                    "after": change.after,
                    "reason": change.reason,
                }
                for change in chapter.changes
                if change.id in self.places[change.table]
            ],
            "features": self.at("features", chapter.features),
            "measures": self.at("measures", chapter.measures),
            "bounds": chapter.bounds,
            "sources": self.at("sources", chapter.sources),
            "note": chapter.note,
        }


def _told_of_stage(row: FeatureStage) -> list[Any]:
    return [row.stage, row.stage_since, row.stage_begins, row.stage_grade, row.restriction, row.stale]


def _by_file(register: Register, codelist: str) -> Iterable[tuple[str, Any]]:
    """The codes of a codelist in the order of its file."""
    codes = register.codes(codelist)
    return ((code, codes[code]) for code in register[f"codelist-{codelist}"]["code"])


def _numbered(ids: Iterable[str]) -> dict[str, int]:
    return {code: place for place, code in enumerate(ids)}
