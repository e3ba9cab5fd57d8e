"""The tables of a chapter: on its sheet, and on slides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.chapters import Chapter, Kind
from analysis.counts import LATE, MET, SILENT
from analysis.course import course_on
from analysis.duties import newest_fact, urgency
from analysis.kinds import kind_of
from analysis.words import TEXTS, Speech
from geodata import edtf
from geodata.codes import Outcome, Role
from geodata.model import Measure
from layers import swatch
from outputs.fields import tables
from outputs.meeting.brief import Brief
from outputs.meeting.numbering import numbers_of
from outputs.meeting.slide_room import shortened
from outputs.meeting.table import Cell, Table
from outputs.words import words

_FACT, _SOURCE = (2.0, 5.3, 2), (1.15, 5.3, 2)
"""Width in inches, points and lines of a fact and its source on a hand-out: two lines of an upright A4."""
MOST_LEADS = 8
"""Agencies in the list of those without evidence."""


@dataclass(frozen=True, eq=False)
class ChapterTables:
    """Makes the tables of one chapter in one language."""

    brief: Brief
    chapter: Chapter
    lang: str

    @property
    def speech(self) -> Speech:
        """The names of the register in the language of the chapter."""
        return Speech(self.brief.view.register, self.lang)

    @property
    def kind(self) -> Kind:
        """The kind of the chapter."""
        return kind_of(self.chapter.key)

    def on_sheet(self) -> list[Table]:
        """The tables of the kind of chapter, those that are not empty."""
        names = self._ordered(self.kind.tables)
        return [made for name in names if (made := self.table(name)).rows]

    def _ordered(self, names: Sequence[str]) -> list[str]:
        """An agency asks first what it is to do: its measures come before the features."""
        turned = {"features": "measures", "measures": "features"} if self._own() and len(names) > 1 else {}
        return [turned.get(name, name) for name in names]

    def on_slide(self, has_map: bool) -> list[Table]:
        """Those that stand on the slide of the chapter itself: of a kind that is a table, or where there is no map."""
        kind = self.kind
        if kind.is_table:
            names = [name for name in kind.tables if name not in ("features", "measures")]
            return self._made(names or self._ordered(kind.tables)[:1])
        return [] if has_map else self._made(kind.tables)[:1]

    def in_annex(self) -> list[Table]:
        """Those that follow all slides."""
        kind = self.kind
        # Who an article names is said in words.
        found = self._made(self._ordered([name for name in kind.tables if name != "agencies"]))
        return {"none": [], "first": found[:1], "last": found[-1:]}.get(kind.annex, found)

    def _made(self, names: Sequence[str]) -> list[Table]:
        return [made for name in names if (made := self.table(name, brief=True)).rows]

    def table(self, name: str, brief: bool = False) -> Table:
        """One table of the chapter by its name, without empty columns; `brief` for slides."""
        make = {
            "features": lambda: self._features(brief),
            "measures": lambda: self._measures(brief) if brief or not self.kind.is_handout else self._answers(),
            "agencies": self._agencies,
            "history": self._history,
            "changes": lambda: self._changes(brief),
            "sections": self._sections,
            "asks": self._asks,
            "leads": self._leads,
            "answers": self._found,
        }[name]
        return filled(make())

    def _hides(self, column: str) -> bool:
        return column in self.kind.hidden

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The number of each feature on the map and in its list, in the order of the list."""
        return numbers_of(self.brief.view, self.chapter.features)

    def _features(self, brief: bool) -> Table:
        standing, speech, numbers = self.brief.view.standing, self.speech, self.numbers
        found = [standing.feature_status[name] for name in (*numbers, *self.chapter.features) if name]
        rows: list[list[Cell]] = [
            [
                "" if brief else numbers.get(status.feature.id, ""),
                status.feature.name.in_(self.lang),
                "" if self._hides("theme") else speech.title("theme", status.feature.theme),
                (swatch.marker("stage", status.stage.stage), speech.title("stage", status.stage.stage)),
                status.stage.stage_since,
                speech.title("restriction", status.stage.restriction),
                speech.title("position-basis", status.feature.position_basis),
            ]
            for status in dict.fromkeys(found)
        ]
        fields = (f"name_{self.lang}", "theme", "stage", "stage_since", "restriction", "position_basis")
        title = f"{tables()['features'].title(self.lang)} ({len(rows)})"
        head = [words("sheet-number", self.lang), *self._head("features", fields)]
        return Table(title, head, (0.5, 4, 1.6, 1.6, 1.3, 1.2, 1.6), rows)

    def _measures(self, brief: bool) -> Table:
        """Who leads and who helps; where all is about one agency, what its own part is instead of the others."""
        standing, speech, own = self.brief.view.standing, self.speech, self._own()
        rows: list[list[Cell]] = []
        for status in (standing.measure_status[name] for name in self.chapter.measures):
            row, outcome = status.measure, str(status.verdict.outcome)
            others = speech.items(speech.assigned(row.article, Role.COOPERATING))
            rows.append(
                [
                    row.title.in_(self.lang),
                    speech.items(self._lead(row)),
                    own.get(row.article, "") if own else others,
                    row.due_text,
                    (swatch.marker("outcome", outcome), speech.title("outcome", outcome)),
                    row.id,
                ]
            )
        fields, widths = (
            (f"title_{self.lang}", "lead", "cooperating", "due_text", "outcome", "code"),
            (3.4, 2.2, 2.6, 1.2, 1.1, 1.45),
        )
        head = self._head("measures", fields)
        head[1] = words("lead-or-responsible", self.lang)
        if own:
            head[2], widths = words("own-role", self.lang), (4.4, 2.6, 1.2, 1.4, 1.2, 1.45)
        title = f"{tables()['measures'].title(self.lang)} ({len(rows)})"
        if self._hides("lead") and not brief:
            rows = [[row[0], "", "", *row[3:]] for row in rows]
        elif brief and not own:
            rows = [[*row[:2], "", *row[3:]] for row in rows]
        return Table(title, head, widths, rows)

    def _answers(self) -> Table:
        """The measures of a hand-out: by when, how they stand, on what fact that rests and who says so."""
        view, speech, lang = self.brief.view, self.speech, self.lang
        none, rows = words("no-fact", lang), list[list[Cell]]()
        for status in (view.standing.measure_status[name] for name in self.chapter.measures):
            row, outcome = status.measure, str(status.verdict.outcome)
            event = newest_fact(view, row.id)
            due = row.due_text if lang == "zh" else str(row.due_date or row.due_text)
            rows.append(
                [
                    row.title.in_(lang),
                    due or words("no-deadline", lang),
                    (swatch.marker("outcome", outcome), speech.title("outcome", outcome)),
                    shortened(f"{edtf.printed(event.date)} {event.text.in_(lang)}", *_FACT) if event else none,
                    shortened(speech.sources.get(event.source, ""), *_SOURCE) if event else "",
                    row.id,
                ]
            )
        fields = (f"title_{lang}", "due_text", "outcome", "code")
        title, due, outcome, code = self._head("measures", fields)
        head = [title, due, outcome, words("newest-fact", lang), words("sheet-source", lang), code]
        return Table(f"{tables()['measures'].title(lang)} ({len(rows)})", head, (3, 1.2, 1.2, 4, 2.4, 1.3), rows)

    def _lead(self, measure: Measure) -> list[str]:
        """Who leads a measure or, where nobody does, is responsible for it."""
        of = self.speech.assigned
        return of(measure.article, Role.LEAD) or of(measure.article, Role.RESPONSIBLE)

    def _own(self) -> dict[str, str]:
        """The roles by article of the one agency that a chapter or the filter is about; empty where it is none."""
        kind, _, value = self.chapter.key.partition("=")
        agency = (value,) if kind == "agency" else self.brief.view.filter.agency
        if len(agency) != 1:
            return {}
        roles: dict[str, dict[str, None]] = {}
        for article, assigned in self.brief.view.register.assignments_of.items():
            mine = [row.role for row in assigned if row.agency == agency[0]]
            if mine:
                roles[article] = dict.fromkeys(mine)
        return {
            article: self.speech.items(self.speech.title("role", role) for role in found)
            for article, found in roles.items()
        }

    def _agencies(self) -> Table:
        """Who an article names, in which role: once, for it holds for all of its measures."""
        article, speech = self.chapter.key.partition("=")[2], self.speech
        rows = [
            [title, speech.items(named)]
            for role, title in self.brief.view.register.titles("role", self.lang).items()
            if (named := speech.assigned(article, role))
        ]
        head = [words("role", self.lang), words("sheet-name", self.lang)]
        return Table(tables()["agencies"].title(self.lang), head, (1, 8), rows)

    def _changes(self, brief: bool) -> Table:
        """What changed; on slides a section is left to its whole."""
        register = self.brief.view.register
        sections = set(register.features["id"][register.sections]) if brief else set()
        kinds = {"features": "stage", "measures": "outcome"}
        rows: list[list[Cell]] = [
            [
                change.name,
                self.speech.title(kinds[change.table], change.before),
                (
                    swatch.marker(kinds[change.table], change.after),
                    self.speech.title(kinds[change.table], change.after),
                ),
                change.reason,
            ]
            for change in self.chapter.changes
            if change.id not in sections
        ]
        head = [words(f"changes-{key}", self.lang) for key in ("name", "before", "after", "reason")]
        return Table(words("changes-title", self.lang), head, (3, 1.2, 1.4, 4), rows)

    def _sections(self) -> Table:
        """The sections of a document: how many measures each has, and how many of them stand how."""
        articles = self.brief.view.register["articles"]
        kept = articles[articles["document"] == self.chapter.key.partition("=")[2]].set_index("id")
        measures = self.brief.view.measures[self.brief.view.measures["id"].isin(self.chapter.measures)]
        place = measures["article"].map(kept["section"])
        titles = dict(zip(kept["section"], kept[f"section_title_{self.lang}"], strict=True))
        groups = {"done": MET, "going": (Outcome.UNDER_WAY,), "late": LATE, "none": SILENT}
        rows: list[list[Cell]] = []
        for section in sorted(set(place)):
            outcome = measures["outcome"][place == section]
            counts = [len(outcome), *(int(outcome.isin(codes).sum()) for codes in groups.values())]
            rows.append([titles[section], *(str(count) if count else "–" for count in counts)])
        head = [words(f"section-{key}", self.lang) for key in ("title", "all", *groups)]
        return Table(words("section-table", self.lang), head, (3.8, 1.5, 1.0, 1.1, 1.6, 1.4), rows)

    def _asks(self) -> Table:
        """The measures that are late or past due, by who leads: what it is to account for, and by when it was due."""
        speech, statuses = self.speech, self.brief.view.standing.measure_status
        rows: list[list[Cell]] = []
        for status in sorted((statuses[name] for name in self.chapter.measures), key=urgency):
            row, outcome = status.measure, str(status.verdict.outcome)
            due = row.due_text if self.lang == "zh" else str(row.due_date or "")
            state = (swatch.marker("outcome", outcome), speech.title("outcome", outcome))
            rows.append([speech.items(self._lead(row)), row.title.in_(self.lang), due, state])
        rows.sort(key=lambda cells: cells[0])
        fields = ("lead", f"title_{self.lang}", "due_text", "outcome")
        head = self._head("measures", fields)
        head[0] = words("lead-or-responsible", self.lang)
        return Table(words("asks-table", self.lang), head, (2.2, 4.2, 2.2, 1.2), rows)

    def _leads(self) -> Table:
        """The agencies that lead most measures without evidence: where the next answers are to come from."""
        view, speech = self.brief.view, self.speech
        measures = view.measures
        silent = measures[measures["outcome"].isin(SILENT)]
        missing = Counter(agency for led in silent["lead"] for agency in led)
        leads = Counter(agency for led in measures["lead"] for agency in led)
        rows: list[list[Cell]] = [
            [speech.agencies[agency], str(leads[agency]), str(count)]
            for agency, count in missing.most_common(MOST_LEADS)
        ]
        head = [words(f"leads-{key}", self.lang) for key in ("agency", "all", "none")]
        return Table(words("leads-table", self.lang), head, (3.2, 1.1, 1.5), rows)

    def _found(self) -> Table:
        """The rows of an answer: what is found, and how sure it is."""
        rows: list[list[Cell]] = [
            [row.sentence.in_(self.lang), TEXTS(f"sure-{row.sure}", self.lang) if row.sure else ""]
            for row in self.chapter.answers
        ]
        head = [words("answer-sentence", self.lang), words("answer-sure", self.lang)]
        return Table(f"{words('answer-table', self.lang)} ({len(rows)})", head, (8, 1), rows)

    def _history(self) -> Table:
        """The dated facts of the features, up to the day."""
        view, speech = self.brief.view, self.speech
        courses = [course_on(view.register, name, view.day) for name in self.chapter.features]
        events = [event for course in courses for event in course.known]
        rows = [
            [
                edtf.printed(event.date),
                event.text.in_(self.lang),
                speech.sources.get(event.source, ""),
                speech.title("grade", event.grade),
            ]
            for event in sorted(events, key=lambda event: event.date)
        ]
        fields = ("date", f"text_{self.lang}", "source", "grade")
        return Table(words("history-title", self.lang), self._head("events", fields), (1, 3.5, 3, 1.2), rows)

    def _head(self, table: str, fields: Sequence[str]) -> list[str]:
        lang = self.lang
        titles = {field.name: field.title(lang) for field in tables()[table].fields}
        titles |= {f"{field}_{lang}": words(f"sheet-{field}", lang) for field in ("name", "title", "text")}
        titles |= {field: words(f"sheet-{field}", lang) for field in ("date", "source")}
        return [titles[field] for field in fields]


def filled(table: Table) -> Table:
    """A table without the columns that have nothing in any row."""
    kept = [place for place in range(len(table.head)) if any(row[place] for row in table.rows)]
    rows = [[row[place] for place in kept] for row in table.rows]
    return Table(table.title, [table.head[place] for place in kept], [table.widths[place] for place in kept], rows)
