"""The tables of a chapter: on its sheet, and on slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.chapters import Chapter
from analysis.course import course_on
from analysis.kinds import kind_of
from analysis.words import Speech
from geodata import edtf
from geodata.codes import Role, Stage
from layers import swatch
from outputs.fields import tables
from outputs.meeting.brief import Brief
from outputs.meeting.table import Cell, Table
from outputs.words import words


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

    def on_sheet(self) -> list[Table]:
        """The tables of the kind of chapter, those that are not empty."""
        names = self._ordered(kind_of(self.chapter.key).tables)
        return [made for name in names if (made := self.table(name)).rows]

    def _ordered(self, names: Sequence[str]) -> list[str]:
        """An agency asks first what it is to do: its measures come before the features."""
        turned = {"features": "measures", "measures": "features"} if self._own() and len(names) > 1 else {}
        return [turned.get(name, name) for name in names]

    def on_slides(self, has_map: bool) -> list[Table]:
        """Those that go on slides: none for what would take dozens."""
        kind = kind_of(self.chapter.key)
        rule = kind.on_slides
        if rule == "none" or (rule == "last-unless-map" and has_map):
            return []
        # Who an article names and what a feature went through is not for a slide's brief lists.
        names = [name for name in kind.tables if name != "agencies"]
        # A slide about one feature says in words what its only row would.
        names = names[1:] if "history" in names else names
        names = self._ordered(names) if "features" in names else names
        found = [made for name in names if (made := self.table(name, brief=True)).rows]
        return found[:1] if rule == "first" else found[-1:] if rule == "last-unless-map" else found

    def table(self, name: str, brief: bool = False) -> Table:
        """One table of the chapter by its name, without empty columns; `brief` for slides."""
        make = {
            "features": self._features,
            "measures": lambda: self._measures(brief),
            "agencies": self._agencies,
            "history": self._history,
            "changes": self._changes,
        }[name]
        return filled(make())

    def _hides(self, column: str) -> bool:
        return column in kind_of(self.chapter.key).hidden

    def _features(self) -> Table:
        standing, speech = self.brief.view.standing, self.speech
        found = [standing.feature_status[name] for name in self.chapter.features]
        # What has a stage comes first; a chapter of one theme need not say it.
        found.sort(key=lambda status: status.stage.stage == Stage.UNKNOWN)
        rows: list[list[Cell]] = [
            [
                status.feature.name.in_(self.lang),
                "" if self._hides("theme") else speech.title("theme", status.feature.theme),
                (swatch.marker("stage", status.stage.stage), speech.title("stage", status.stage.stage)),
                status.stage.stage_since,
                speech.title("restriction", status.stage.restriction),
                speech.title("position-basis", status.feature.position_basis),
            ]
            for status in found
        ]
        fields = (f"name_{self.lang}", "theme", "stage", "stage_since", "restriction", "position_basis")
        title = f"{tables()['features'].title(self.lang)} ({len(rows)})"
        return Table(title, self._head("features", fields), (4, 1.6, 1.6, 1.3, 1.2, 1.6), rows)

    def _measures(self, brief: bool) -> Table:
        """Who leads and who helps; where all is about one agency, what its own part is instead of the others."""
        standing, speech, own = self.brief.view.standing, self.speech, self._own()
        rows: list[list[Cell]] = []
        for status in (standing.measure_status[name] for name in self.chapter.measures):
            row, outcome = status.measure, str(status.verdict.outcome)
            lead = speech.assigned(row.article, Role.LEAD) or speech.assigned(row.article, Role.RESPONSIBLE)
            others = speech.items(speech.assigned(row.article, Role.COOPERATING))
            rows.append(
                [
                    row.id,
                    row.title.in_(self.lang),
                    speech.items(lead),
                    own.get(row.article, "") if own else others,
                    row.due_text,
                    (swatch.marker("outcome", outcome), speech.title("outcome", outcome)),
                ]
            )
        fields, widths = (
            ("code", f"title_{self.lang}", "lead", "cooperating", "due_text", "outcome"),
            (1.45, 3.4, 2.2, 2.6, 1.2, 1.1),
        )
        head = self._head("measures", fields)
        head[2] = words("lead-or-responsible", self.lang)
        if own:
            head[3], widths = words("own-role", self.lang), (1.45, 4.4, 2.6, 1.2, 1.4, 1.2)
        title = f"{tables()['measures'].title(self.lang)} ({len(rows)})"
        if self._hides("lead") and not brief:
            rows = [[*row[:2], "", "", *row[4:]] for row in rows]
        elif brief and not own:
            rows = [[*row[:3], "", *row[4:]] for row in rows]
        return Table(title, head, widths, rows)

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

    def _changes(self) -> Table:
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
        ]
        head = [words(f"changes-{key}", self.lang) for key in ("name", "before", "after", "reason")]
        return Table(words("changes-title", self.lang), head, (3, 1.2, 1.4, 4), rows)

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
