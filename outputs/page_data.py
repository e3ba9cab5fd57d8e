"""What the one screen knows of a register: rows as plain values for JSON, standing on every day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from analysis.course import course_on
from analysis.filters import LAST_DAY, Mask, narrows
from analysis.outcomes import Verdict
from analysis.periods import period_of, periods
from analysis.search import haystacks, spelled
from analysis.stages import FeatureStage, is_later
from analysis.timeline import State, Timeline, timelines
from analysis.view import View
from analysis.words import Speech
from geodata import Register, edtf
from geodata.facts import Event, Observation, Source, WaterQuality
from geodata.model import Agency, Article, Assignment, Document, Feature, Link, Measure, Target
from geodata.text import Text
from outputs.columns import in_columns
from outputs.page_dates import moves, paces

Json = dict[str, Any]
_CODES = (
    *("stage", "outcome", "due", "theme", "role", "region", "restriction", "grade", "recurrence", "mappable"),
    *("promise", "firmness", "due-word", "warning"),
    *("position-basis", "location", "event-kind", "fit", "shows", "water-class", "water-span", "attained"),
)
_EXPLAINED = ("stage", "outcome", "warning", "promise", "due", "grade")
"""Codelists whose descriptions the page can show."""


class PageData:
    """The rows of a view that a page holds, with the place of each in its list: rows refer to each other by it.

    A further filter of the page finds what the same filter joined to that of the view finds: `links` holds
    the links that meet it, `narrowed` says which side needs one.
    """

    def __init__(self, view: View, langs: Sequence[str], until: date) -> None:
        """Rows of `view` in the languages `langs`; what happened after `until` is left out."""
        self.view, self.langs, self.until, self.register = view, langs, until, view.register
        # The backdrop stays for orientation whatever the filter; it is told apart by `kept`.
        self.on: Mask = view.selection.features | self.register.backdrop
        self.lines = timelines(self.register)
        self.reasons: dict[Text, int] = {}
        """The place of each reason that a measure has on any day."""
        self.written: dict[str, set[str]] = defaultdict(set)
        """The names of each agency in the texts."""
        for row in self.register.rows(Assignment):
            self.written[row.agency].add(row.written_as)
        self.plain, self.spelled = haystacks(self.register, False), haystacks(self.register, True)
        self.places = {
            "features": _numbered(self.register.features.loc[self.on, "id"]),
            "measures": _numbered(view.measures["id"]),
            "agencies": _numbered(self.register.by_id(Agency)),
            "sources": _numbered(self.register.by_id(Source)),
            "articles": _numbered(self.register.by_id(Article)),
        }

    def all(self) -> Json:
        """Everything, ready for JSON."""
        features, measures = self.places["features"], self.places["measures"]
        kept = zip(self.register.rows(Link), self.view.selection.links, strict=True)
        return {
            "langs": list(self.langs),
            "narrowed": list(narrows(self.view.filter)),
            "codes": {name: self.titles(name) for name in _CODES} | self.named(),
            "explained": {name: self.descriptions(name) for name in _EXPLAINED},
            "first": min(row.date_issued for row in self.register.rows(Document)).isoformat(),
            "newest": self.register.newest_source,
            "features": in_columns([self.feature(place) for place in np.flatnonzero(self.on).tolist()]),
            "measures": in_columns(
                [self.measure(place) for place in np.flatnonzero(self.view.selection.measures).tolist()]
            ),
            "links": [[features[row.feature], measures[row.measure], *self.tie(row)] for row, on in kept if on],
            "agencies": [self.agency(row) for row in self.register.rows(Agency)],
            "articles": [self.article(row) for row in self.register.rows(Article)],
            "sources": [self.source(row) for row in self.register.rows(Source)],
            # Filled by the measures above.
            "reasons": [self.said(reason) for reason in self.reasons],
        }

    def said(self, text: Text) -> list[str]:
        """A text in each language of the page."""
        return [text.in_(lang) for lang in self.langs]

    def tie(self, row: Link) -> list[Any]:
        """Relation, words of the text and, where the tie is a reading, the note on it."""
        note = self.said(row.note)
        return [row.relation, row.locator, *([note] if any(note) else [])]

    def titles(self, codelist: str) -> dict[str, list[str]]:
        """Titles by code."""
        return {code: self.said(row.title) for code, row in _by_file(self.register, codelist)}

    def descriptions(self, codelist: str) -> dict[str, list[str]]:
        """Descriptions by code."""
        return {code: self.said(row.description) for code, row in _by_file(self.register, codelist)}

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
        """Each day up to the last one on which anything told changes, and what is told from then on."""
        found: list[list[Any]] = []
        for day, state in zip(line.days, line.states, strict=True):
            said = told(state)
            if day <= self.until and (not found or found[-1][1:] != said):
                found.append(["" if day == date.min else day.isoformat(), *said])
        return found

    def feature(self, place: int) -> Json:
        """A feature with all that has happened to it."""
        row: Feature = self.register.rows(Feature)[place]
        course = course_on(self.register, row.id, self.until)
        return {
            "id": row.id,
            "name": self.said(row.name),
            "aliases": list(row.aliases),
            "theme": row.theme,
            "kind": row.kind,
            "turns": self.turns(self.lines.features[row.id], self.told_of_stage),
            "location": row.location,
            "town": list(row.town),
            "drawn": row.town_drawn,
            "whole": self.places["features"].get(row.part_of, -1),
            "stretch": row.stage_stretch,
            "basis": row.position_basis,
            "accuracy": None if row.accuracy_m is None else float(row.accuracy_m),
            "placed": bool(self.register.placed[place]),
            "note": self.said(row.note),
            "events": [self.event(event) for event in course.known],
            "gaps": [self.said(event.text) for event in course.gaps],
            "observations": [self.observation(each) for each in self.register.observations_of[row.id]],
            "water": [self.water(each) for each in self.register.water_of[row.id]],
            "sources": [self.places["sources"][source] for source in row.sources],
            "kept": bool(self.view.counted[place]),
            "text": self.text(0, place),
        }  # fmt: skip

    def event(self, row: Event) -> Json:
        """A dated fact."""
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

    def observation(self, row: Observation) -> Json:
        """A measured value, in words."""
        metrics, targets = self.register.codes("metric"), self.register.by_id(Target)
        unit = targets[row.target].unit if row.target else Text(row.unit, row.unit)
        return {
            "date": row.date,
            "from": str(bounds[0]) if (bounds := edtf.bounds(row.date)) else "",
            "metric": self.said(metrics[row.metric].title),
            "value": [f"{row.value} {unit.in_(lang)}".strip() for lang in self.langs],
            "note": self.said(row.note),
            "source": self.places["sources"].get(row.source, -1),
        }

    def water(self, row: WaterQuality) -> Json:
        """The class of one period; `until` is the day from which it can be known."""
        return {
            "site": self.said(row.site),
            "period": row.period,
            "until": str(bounds[1]) if (bounds := edtf.bounds(row.period)) else "",
            "span": row.span,
            "class": row.water_class,
            "targets": [row.control_target, row.interim_target],
            "attained": row.attained,
            "grade": row.grade,
            "exceeded": self.said(row.exceeded),
            "note": self.said(row.note),
            "source": self.places["sources"].get(row.source, -1),
        }

    def measure(self, place: int) -> Json:
        """A measure with its verdicts."""
        row: Measure = self.register.rows(Measure)[place]
        return {
            "id": row.id,
            "name": self.said(row.title),
            "article": self.places["articles"][row.article],
            "sentence": row.sentence,
            "turns": self.turns(self.lines.measures[row.id], self.told_of_outcome),
            "due": [self.due(row, lang) for lang in self.langs],
            "promise": row.promise,
            "firmness": row.firmness,
            "due_word": row.due_word,
            "recurrence": row.recurrence,
            "periods": self.periods(row),
            "region": list(row.counterpart),
            "mappable": row.mappable,
            "pace": paces(self.register, row.id, self.until, self.said),
            "moved": moves(self.register, row.id, self.said),
            "facts": self.facts(row),
            "targets": [self.target(each) for each in self.register.targets_of[row.id]],
            "note": self.said(row.note),
            "text": self.text(1, place),
        }

    def target(self, row: Target) -> Json:
        """A number that is promised, and the values that were measured of it."""
        return {
            "name": [f"{row.metric.in_(lang)} {row.amount(lang)}" for lang in self.langs],
            "value": row.value,
            "observations": [
                self.observation(each) | {"number": each.number}
                for each in sorted(self.register.observations_of[row.id], key=lambda each: each.date)
            ],
        }

    def periods(self, row: Measure) -> list[list[str]]:
        """The first day and the name of each period of a recurring duty, from the document to its end."""
        document = self.register.document_of(row)
        last = min(self.until, document.valid_until or LAST_DAY, LAST_DAY)
        return [[str(day), name] for day, name in periods(row.recurrence, document.date_issued, last)]

    def facts(self, row: Measure) -> list[Json]:
        """What is known of a measure, oldest first, and what each fact shows of it."""
        events = self.register.by_id(Event)
        known = [(events[each.event], each) for each in self.register.evidence_of[row.id]]
        found = []
        for event, each in sorted(known, key=lambda pair: pair[0].date):
            if not is_later(event.date, self.until):
                span = edtf.bounds(event.date)
                period = period_of(row.recurrence, *span) if span else ""
                note = self.said(each.note)
                read = {"fit": each.fit, "shows": each.shows, "period": period} | ({"note": note} if any(note) else {})
                found.append(self.event(event) | read)
        return found

    def due(self, row: Measure, lang: str) -> str:
        """The date of a measure: as the text has it and what that is; the text is Chinese."""
        day = str(row.due_date or "")
        if lang == "zh":
            return " · ".join(filter(None, (row.due_text, day)))
        return day or (row.due_text if not row.recurrence else "")

    def told_of_stage(self, row: FeatureStage) -> list[Any]:
        """Stage and restriction, since when, how sure, and the place of the line that it is told of."""
        dated = [row.stage, row.stage_since, row.stage_begins, row.stage_grade]
        line = self.places["features"].get(row.of_line, -1)
        return [*dated, row.restriction, row.restricted_since, row.stale, line]

    def told_of_outcome(self, row: Verdict) -> list[Any]:
        """Outcome, place of its reason, what the date says, and the colour of the warning."""
        return [row.outcome, self.reasons.setdefault(row.reason, len(self.reasons)), row.due, row.warning]

    def text(self, kind: int, place: int) -> list[str]:
        """What search looks through, and the pinyin that a Latin word also finds."""
        plain = self.plain[kind][place]
        return [plain, self.spelled[kind][place][len(plain) :]]

    def agency(self, row: Agency) -> Json:
        """A body by all the names it has."""
        names = (row.name.zh, row.name.en, row.full_name_zh, row.later_name.zh, row.later_name.en)
        return {
            "id": row.id,
            "name": self.said(row.name),
            "later": self.said(row.later_name),
            "grade": row.later_name_grade,
            "text": spelled((*names, *sorted(self.written[row.id]))),
        }

    def article(self, row: Article) -> Json:
        """An article and who is given what by it."""
        return {
            "id": row.id,
            "document": row.document,
            "list": row.list_text,
            "source": self.places["sources"].get(self.register.by_id(Document)[row.document].source, -1),
            "note": self.said(row.note),
            "agencies": [
                [each.role, self.places["agencies"][each.agency], each.written_as]
                for each in self.register.assignments_of[row.id]
            ],
        }

    def source(self, row: Source) -> Json:
        """A publication."""
        return {
            "name": self.said(row.title),
            "publisher": self.said(row.publisher),
            "url": row.url if row.url.startswith(("https://", "http://")) else "",
            "date": row.date_published,
            "grade": row.grade,
        }


def _by_file(register: Register, codelist: str) -> Iterable[tuple[str, Any]]:
    """The codes of a codelist in the order of its file."""
    codes = register.codes(codelist)
    return ((code, codes[code]) for code in register[f"codelist-{codelist}"]["code"])


def _numbered(ids: Iterable[str]) -> dict[str, int]:
    return {code: place for place, code in enumerate(ids)}
