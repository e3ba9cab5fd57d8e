"""What a chapter of a tour shows, counts and says: computed from the rows that it keeps, never written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import pandas as pd

from analysis.changes import Change
from analysis.counts import LATE, MET, SILENT, past_due, placed_measures
from analysis.spatial.answers import Row
from analysis.stages import BUILT, EARLY
from analysis.standing import Standing
from analysis.view import View
from analysis.words import TEXTS, Speech
from geodata.codes import Basis, Location, Outcome, Stage
from geodata.facts import Event
from geodata.model import Document

STAGES = ("open", "building", "early", "unstaged")
OUTCOMES = ("done", "going", "late", "none")
"""What a message counts, in the order in which it says it."""


@dataclass(frozen=True)
class Figure:
    """A number in a sentence, with the rows that it counts."""

    table: str
    """measures, features or agencies."""
    ids: tuple[str, ...]

    def __str__(self) -> str:
        """The number."""
        return str(len(self.ids))


Sentence = tuple[str | Figure, ...]


@dataclass(frozen=True)
class Chart:
    """Bars of a chapter: code, title and rows, in the order of the codelist, none of them empty."""

    title: str
    codelist: str
    """stage or outcome: what the symbology colours by."""
    bars: tuple[tuple[str, str, Figure], ...]


@dataclass(frozen=True)
class Chapter:
    """One stop of a tour."""

    key: str
    """Kind and value, such as theme=rail; see `keys`."""
    title: str
    message: str
    """What there is to say of it, in one line: the title of a slide."""
    sentences: tuple[Sentence, ...]
    chart: Chart | None
    changes: tuple[Change, ...]
    features: tuple[str, ...]
    """What the map shows strongly; the rest is muted."""
    measures: tuple[str, ...]
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north in degrees (EPSG:4326) of the features with a position; None for the whole city."""
    sources: tuple[str, ...]
    """Ids of the sources that the stages of the features and the measures rest on."""
    note: str = ""
    """What a presenter wrote to it."""
    answers: tuple[Row, ...] = ()
    """The rows of the answer, where it is about a question of place."""

    @property
    def text(self) -> str:
        """The sentences as plain text, a line each."""
        return "\n".join("".join(map(str, sentence)) for sentence in self.sentences)


Titles = Callable[[Standing, Speech], Mapping[str, str]]
Scope = tuple[View, dict[str, Any]]
"""The rows of a chapter, and what it has beside them: figures by name, `changes`."""


@dataclass(frozen=True)
class Kind:
    """A kind of chapter: all that tells it from the others."""

    name: str
    """Its key is `name=value`, or the name alone where there is no value; its sentences are the text `tell-name`."""
    titles: Titles
    """Title by value."""
    scope: Callable[[View, str, Speech], Scope]
    """The rows that a chapter keeps of a view."""
    chart: str = ""
    """stage or outcome: the codelist of its bars."""
    counts: tuple[str, ...] = ()
    """The figures that its message names where they are not nought; its line is the text `say-name`."""
    tables: tuple[str, ...] = ("features", "measures")
    """Tables on its sheet, in their order."""
    annex: str = "all"
    """Which of its tables go into the annex of the slides: all, first, last or none."""
    is_table: bool = False
    """Whether its slide shows its tables and no map."""
    hidden: tuple[str, ...] = ()
    """Columns of its tables that would say the same in every row."""
    is_whole: bool = False
    """Whether it shows the whole city where nothing is filtered."""
    is_told_empty: bool = False
    """Whether it says its numbers although no row is left."""
    may_name_nobody: bool = False
    """Whether its text may name no agency at all."""
    part: str = "duties"
    """The part of a deck that it belongs to: duties, works, or none at the start."""
    by_points: bool = False
    """Whether points alone say where it is: lines lead far out of it."""
    is_handout: bool = False
    """Whether its sheet is given to those who answer for it: its measures stand with their evidence."""
    is_short: bool = True
    """Whether it is part of a short tour."""
    is_usual: bool = True
    """Whether it is part of the usual tour."""


def tell(view: View, kind: Kind, speech: Speech, key: str, title: str, more: Mapping[str, Any], note: str) -> Chapter:
    """The chapter of the rows that `view` keeps.

    `more` gives figures that its sentences name beside those counted here, `changes`, and whether it is the `whole`.
    """
    return _Teller(view, kind, speech).chapter(key, title, more, note)


class _Teller:
    """The rows of a chapter, and what is counted of them."""

    def __init__(self, view: View, kind: Kind, speech: Speech) -> None:
        self.view, self.kind, self.speech = view, kind, speech
        self.features, self.measures = view.features, view.measures

    def chapter(self, key: str, title: str, more: Mapping[str, Any], note: str) -> Chapter:
        figures: dict[str, Any] = {**self.figures(), **more}
        return Chapter(
            key=key,
            title=title,
            message=more.get("message") or self.message(title, figures),
            sentences=more.get("told") or tuple(self.sentences(figures)),
            chart=self.chart(self.kind.chart),
            changes=more.get("changes", ()),
            features=tuple(self.features["id"]),
            measures=tuple(self.measures["id"]),
            bounds=None if more.get("whole") else self.bounds(),
            sources=self.sources(),
            note=note,
            answers=more.get("answers", ()),
        )

    @property
    def says_nothing(self) -> bool:
        """Whether no row is left, and its numbers are not told."""
        return self.features.empty and self.measures.empty and not self.kind.is_told_empty

    def figures(self) -> dict[str, Figure]:
        """Every number that a sentence may name."""
        features, measures, kept = self.features, self.measures, self.view.selection.measures
        outcome, stage = measures["outcome"], features["stage"]
        assigned = self.view.register["assignments"]
        named = dict.fromkeys(assigned.loc[assigned["article"].isin(measures["article"]), "agency"])
        due, placed = past_due(self.view.standing)[kept], placed_measures(self.view.standing)[kept]
        of_features = {
            "features": stage.notna(),
            "projects": stage != Stage.NOT_APPLICABLE,
            "open": stage.isin(BUILT),
            "building": stage == Stage.IMPLEMENTATION,
            "early": stage.isin(EARLY),
            "closed": features["restriction"] != "",
            "unstaged": stage == Stage.UNKNOWN,
            "sketched": features["position_basis"] == Basis.SCHEMATIC,
            "stale": features["stale"].astype(bool),
        }
        of_measures = {
            "measures": outcome.notna(),
            "done": outcome.isin(MET),
            "late": outcome.isin(LATE),
            "going": outcome == Outcome.UNDER_WAY,
            "none": outcome.isin(SILENT),
            "past": pd.Series(due, index=measures.index),
            "placed": pd.Series(placed, index=measures.index),
            "unplaced": pd.Series(~placed, index=measures.index),
        }
        return (
            {name: Figure("features", tuple(features.loc[mask, "id"])) for name, mask in of_features.items()}
            | {name: Figure("measures", tuple(measures.loc[mask, "id"])) for name, mask in of_measures.items()}
            | {"agencies": Figure("agencies", tuple(named))}
        )

    def sentences(self, figures: Mapping[str, Any]) -> Iterator[Sentence]:
        """What the chapter says, or that there is nothing to say."""
        kind, lang = self.kind, self.speech.lang
        if self.says_nothing:
            own = f"tell-{kind.name}-empty"
            yield (TEXTS(own if own in TEXTS else "tell-empty", lang),)
            return
        for line in TEXTS(f"tell-{kind.name}", lang).splitlines():
            # The agreement names hardly any agency of the city.
            nobody = kind.may_name_nobody and "{agencies}" in line and not figures["agencies"].ids
            yield _filled(TEXTS("tell-nobody", lang) if nobody else line, figures)

    def message(self, title: str, figures: Mapping[str, Any]) -> str:
        """The line of its kind, with the numbers that are not nought, those first that want a hand or are done."""
        lang, own = self.speech.lang, f"say-{self.kind.name}"
        counts = self.kind.counts
        parts = [TEXTS(f"part-{name}", lang).format(n=figures[name]) for name in counts if figures[name].ids]
        says_nothing = self.says_nothing or (counts and not parts)
        if own not in TEXTS or says_nothing:
            return title
        # What is closed is one of those: it is said, not counted once more.
        closed = figures["closed"] if "open" in counts else None
        tail = TEXTS("part-closed", lang).format(n=closed) if closed is not None and closed.ids else ""
        return TEXTS(own, lang).format(title=title, parts=self.speech.listed(parts) + tail, **figures)

    def chart(self, codelist: str) -> Chart | None:
        """How many rows each code has, where more than one has any."""
        table, frame = ("features", self.features) if codelist == "stage" else ("measures", self.measures)
        if not codelist or frame.empty:
            return None
        titles = self.view.register.titles(codelist, self.speech.lang)
        counted = (
            (code, title, Figure(table, tuple(frame.loc[frame[codelist] == code, "id"])))
            for code, title in titles.items()
        )
        bars = tuple(bar for bar in counted if bar[2].ids)
        return Chart(TEXTS(f"chart-{codelist}", self.speech.lang), codelist, bars) if len(bars) > 1 else None

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Of the features with a position; those outside the city count only where there are no others."""
        placed = self.features[self.features.geometry.notna()]
        frame = placed[placed["location"] != Location.OUTSIDE]
        if self.kind.by_points:
            points = frame[frame.geom_type == "Point"]
            frame = points if len(points) else frame
        if placed.empty:
            return None
        if frame.empty:
            # Places elsewhere say something only together with the city.
            themes = [code for code, theme in self.view.register.themes.items() if theme.holds_towns]
            every = self.view.standing.features
            frame = pd.concat([placed, every[every["theme"].isin(themes)]])
        west, south, east, north = frame.total_bounds
        return float(west), float(south), float(east), float(north)

    def sources(self) -> tuple[str, ...]:
        """Of the documents first, then of the events that stages rest on."""
        documents, used = set(self.measures["document"]), set(self.features["stage_event"])
        register = self.view.register
        found = [row.source for row in register.rows(Document) if row.id in documents]
        found += [row.source for row in register.rows(Event) if row.id in used]
        return tuple(dict.fromkeys(source for source in found if source))


def _filled(line: str, figures: Mapping[str, Any]) -> Sentence:
    """A line of text with its figures in place of their names."""
    parts: list[str | Figure] = []
    for before, name, _, _ in Formatter().parse(line):
        parts += [before] if before else []
        parts += [figures[name]] if name else []
    return tuple(parts)
