"""What the meeting kit is made from, and a chapter of it as a sheet with its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.about import about, labels
from analysis.chapters import Chapter
from analysis.filters import Filter
from analysis.join import Joined
from analysis.stages import is_later
from analysis.tourfile import Picked
from analysis.tours import tour
from analysis.words import Speech, words
from geodata.codes import Stage
from geodata.outputs import tables
from layers import swatch, webmap
from layers.sheet import Sheet, Table
from views.words import LANGS, by_language


@dataclass(frozen=True, eq=False)
class Kit:
    """What all four outputs are made from."""

    joined: Joined
    chosen: Filter
    lang: str
    """zh, en or both."""
    picked: Picked = ()
    """Key and note of each chapter; empty for the usual tour."""
    map_number: str = ""
    """Map approval number; without one the outputs are for internal use."""

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages, Chinese first."""
        return LANGS if self.lang == "both" else (self.lang,)

    def tour(self, lang: str) -> list[Chapter]:
        """The chapters in a language; ValueError names one that does not exist."""
        return tour(self.joined, self.chosen, lang, self.picked)

    def said(self, lang: str) -> dict[str, str]:
        """What every output says of itself, by key."""
        return about(self.joined, self.chosen, (), self.map_number, Speech(self.joined.register, lang))

    def foot(self, lang: str) -> list[str]:
        """Filter and day, sources and licence, accuracy: a line each."""
        said, label, colon = self.said(lang), labels(lang), words("colon", lang)
        pairs = {key: f"{label[key]}{colon}{said[key]}" for key in ("filter", "day", "version", "sources", "accuracy")}
        return [f"{pairs['filter']}    {pairs['day']}    {pairs['version']}", pairs["sources"], pairs["accuracy"]]

    def stamp(self, lang: str) -> str:
        """Map approval number, or internal use."""
        return f"{labels(lang)['approval']} {self.map_number}" if self.map_number else self.said(lang)["use"]


def chapter_sheet(kit: Kit, one: Chapter, lang: str, callouts: bool = False) -> Sheet:
    """A sheet that shows what a chapter shows."""
    joined, said = kit.joined, kit.said(lang)
    label, colon = labels(lang), words("colon", lang)
    numbers = [(tables()[name].title(lang), str(len(getattr(one, name)))) for name in ("measures", "features")]
    if one.chart:
        numbers += [(title, str(len(rows.ids))) for _, title, rows in one.chart.bars]
    return Sheet(
        title=said["title"] if one.key == "overview" else one.title,
        lines=[
            f"{label['filter']}{colon}{said['filter']}    {label['day']}{colon}{said['day']}",
            one.text.splitlines()[0],
        ],
        features=joined.features,
        shown=frozenset(one.features),
        themes=joined.register.codelist("theme"),
        bounds=one.bounds,
        legend=webmap.legend(joined.register, by_language()),
        numbers=numbers,
        tables=tables_of(kit, one, lang),
        foot=kit.foot(lang),
        stamp=kit.stamp(lang),
        words={key: words(f"sheet-{key}", lang) for key in ("unscaled", "off")},
        stages=joined.register.titles("stage", lang),
        lang=lang,
        callouts=callouts,
    )


def tables_of(kit: Kit, one: Chapter, lang: str, brief: bool = False) -> list[Table]:
    """The features, the changes and the measures of a chapter, those that are not empty; `brief` for a slide."""
    if one.changes:
        return [_changes(kit, one, lang)]
    found = [_features(kit, one, lang), _measures(kit, one, lang, brief)]
    # A slide about one feature says in words what its only row would.
    found = found[1:] if brief and one.key.startswith("feature=") else found
    # An agency asks first what it is to do.
    found = found[::-1] if _own(kit, one, lang) else found
    found += [_history(kit, one, lang)] if one.key.startswith("feature=") else []
    found = [_agencies(kit, one, lang), *found] if one.key.startswith("article=") and not brief else found
    return [_filled(table) for table in found if table.rows]


def _filled(table: Table) -> Table:
    """A table without the columns that have nothing in any row."""
    kept = [place for place in range(len(table.head)) if any(row[place] for row in table.rows)]
    head, widths, *rows = ([row[place] for place in kept] for row in (table.head, table.widths, *table.rows))
    return Table(table.title, head, widths, rows)


def _head(table: str, fields: Sequence[str], lang: str) -> list[str]:
    titles = {field.name: field.title(lang) for field in tables()[table].fields}
    titles |= {f"{field}_{lang}": words(f"sheet-{field}", lang) for field in ("name", "title", "text")}
    titles |= {field: words(f"sheet-{field}", lang) for field in ("date", "source")}
    return [titles[field] for field in fields]


def _features(kit: Kit, one: Chapter, lang: str) -> Table:
    register, speech = kit.joined.register, Speech(kit.joined.register, lang)
    stages, themes = register.titles("stage", lang), register.titles("theme", lang)
    bases, restrictions = register.titles("position-basis", lang), register.titles("restriction", lang)
    features = kit.joined.features[kit.joined.features["id"].isin(one.features)]
    # What has a stage comes first; a chapter of one theme need not say it.
    features = features.sort_values("stage", key=lambda stage: stage == Stage.UNKNOWN, kind="stable")
    rows = [
        [
            speech.of(row, "name"),
            "" if one.key.startswith("theme=") else themes[row.theme],
            (swatch.marker("stage", row.stage), stages[row.stage]),
            row.stage_since,
            restrictions[row.restriction] if row.restriction else "",
            bases[row.position_basis],
        ]
        for row in features.itertuples()
    ]
    fields = (f"name_{lang}", "theme", "stage", "stage_since", "restriction", "position_basis")
    title = f"{tables()['features'].title(lang)} ({len(rows)})"
    return Table(title, _head("features", fields, lang), (4, 1.6, 1.6, 1.3, 1.2, 1.6), rows)


def _measures(kit: Kit, one: Chapter, lang: str, brief: bool) -> Table:
    """Who leads and who helps; where all is about one agency, what its own part is instead of the others."""
    speech = Speech(kit.joined.register, lang)
    outcomes, agencies, own = kit.joined.register.titles("outcome", lang), speech.agencies(), _own(kit, one, lang)
    rows = [
        [
            row.id,
            speech.of(row, "title"),
            speech.items(agencies.get((row.article, "lead")) or agencies.get((row.article, "responsible"), ())),
            own.get(row.article, "") if own else speech.items(agencies.get((row.article, "cooperating"), ())),
            row.due_text,
            (swatch.marker("outcome", row.outcome), outcomes[row.outcome]),
        ]
        for row in kit.joined.measures[kit.joined.measures["id"].isin(one.measures)].itertuples()
    ]
    fields, widths = (
        ("code", f"title_{lang}", "lead", "cooperating", "due_text", "outcome"),
        (1.45, 3.4, 2.2, 2.6, 1.2, 1.1),
    )
    head = _head("measures", fields, lang)
    head[2] = words("lead-or-responsible", lang)
    if own:
        head[3], widths = words("own-role", lang), (1.45, 4.4, 2.6, 1.2, 1.4, 1.2)
    title = f"{tables()['measures'].title(lang)} ({len(rows)})"
    if one.key.startswith("article=") and not brief:
        rows = [[*row[:2], "", "", *row[4:]] for row in rows]
    elif brief and not own:
        rows = [[*row[:3], "", *row[4:]] for row in rows]
    return Table(title, head, widths, rows)


def _own(kit: Kit, one: Chapter, lang: str) -> dict[str, str]:
    """The roles by article of the one agency that a chapter or the filter is about; empty where it is none."""
    kind, _, value = one.key.partition("=")
    agency = (value,) if kind == "agency" else kit.chosen.agency
    if len(agency) != 1:
        return {}
    assigned, titles = kit.joined.register["assignments"], kit.joined.register.titles("role", lang)
    roles = assigned[assigned["agency"] == agency[0]].groupby("article")["role"]
    comma = Speech(kit.joined.register, lang)
    return {article: comma.items([titles[role] for role in dict.fromkeys(found)]) for article, found in roles}


def _agencies(kit: Kit, one: Chapter, lang: str) -> Table:
    """Who an article names, in which role: once, for it holds for all of its measures."""
    article, agencies = one.key.partition("=")[2], Speech(kit.joined.register, lang)
    named = agencies.agencies()
    rows = [
        [title, agencies.items(named[article, role])]
        for role, title in kit.joined.register.titles("role", lang).items()
        if (article, role) in named
    ]
    return Table(tables()["agencies"].title(lang), [words("role", lang), words("sheet-name", lang)], (1, 8), rows)


def _changes(kit: Kit, one: Chapter, lang: str) -> Table:
    titles = {
        "features": kit.joined.register.titles("stage", lang),
        "measures": kit.joined.register.titles("outcome", lang),
    }
    kinds = {"features": "stage", "measures": "outcome"}
    rows = [
        [
            change.name,
            titles[change.table][change.before],
            (swatch.marker(kinds[change.table], change.after), titles[change.table][change.after]),
            change.reason,
        ]
        for change in one.changes
    ]
    head = [words(f"changes-{key}", lang) for key in ("name", "before", "after", "reason")]
    return Table(words("changes-title", lang), head, (3, 1.2, 1.4, 4), rows)


def _history(kit: Kit, one: Chapter, lang: str) -> Table:
    """The dated facts of a feature, up to the day."""
    register, speech = kit.joined.register, Speech(kit.joined.register, lang)
    sources, grades = speech.named("sources", "title"), register.titles("grade", lang)
    events = register["events"]
    rows = [
        [row.date, speech.of(row, "text"), sources.get(row.source, ""), grades[row.grade]]
        for row in events[events["feature"].isin(one.features)].sort_values("date").itertuples()
        if not is_later(row.date, kit.joined.day)
    ]
    fields = ("date", f"text_{lang}", "source", "grade")
    return Table(words("history-title", lang), _head("events", fields, lang), (1, 3.5, 3, 1.2), rows)
