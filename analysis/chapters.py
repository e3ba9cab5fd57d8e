"""What a chapter of a tour shows, counts and says: computed from the rows that it keeps, never written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import pandas as pd

from analysis.changes import Change
from analysis.filters import Selection
from analysis.join import Joined
from analysis.summary import is_context, past_due, placed_measures
from analysis.words import Speech, words
from geodata.codes import Basis, Location, Outcome, Stage

_EARLY = (Stage.IDENTIFICATION, Stage.PREPARATION)
_OPEN = (Stage.COMPLETION, Stage.MAINTENANCE)
LATE = (Outcome.OVERDUE, Outcome.NOT_MET)
_MET = (Outcome.MET, Outcome.MET_LATE)


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

    @property
    def text(self) -> str:
        """The sentences as plain text, a line each."""
        return "\n".join("".join(map(str, sentence)) for sentence in self.sentences)


_CHARTS = {"overview": "outcome", "theme": "stage", "section": "outcome", "article": "outcome", "town": "stage"}


def tell(
    joined: Joined, selection: Selection, speech: Speech, key: str, title: str, more: Mapping[str, Any], note: str
) -> Chapter:
    """The chapter of the rows that `selection` keeps.

    `more` gives figures that its sentences name beside those counted here, `changes`, and whether it is the `whole`.
    """
    return _Told(joined, selection, speech).chapter(key, title, more, note)


class _Told:
    """The rows of a chapter, and what is counted of them."""

    def __init__(self, joined: Joined, selection: Selection, speech: Speech) -> None:
        self.joined, self.speech = joined, speech
        self.features = joined.features[selection.features & ~is_context(joined)]
        self.measures = joined.measures[selection.measures]
        self.selection = selection

    def chapter(self, key: str, title: str, more: Mapping[str, Any], note: str) -> Chapter:
        kind, changes = key.partition("=")[0], more.get("changes", ())
        figures: dict[str, Any] = {**self.figures(), **more}
        return Chapter(
            key=key,
            title=title,
            sentences=tuple(self.sentences(kind, figures)),
            chart=self.chart(_CHARTS.get(kind, "")),
            changes=changes,
            features=tuple(self.features["id"]),
            measures=tuple(self.measures["id"]),
            bounds=None if more.get("whole") else self.bounds(kind),
            sources=self.sources(),
            note=note,
        )

    def figures(self) -> dict[str, Figure]:
        """Every number that a sentence may name."""
        joined, features, measures = self.joined, self.features, self.measures
        outcome, stage = measures["outcome"], features["stage"]
        assigned = joined.register["assignments"]
        named = dict.fromkeys(assigned.loc[assigned["article"].isin(measures["article"]), "agency"])
        of_features = {
            "features": stage.notna(),
            "open": stage.isin(_OPEN),
            "building": stage == Stage.IMPLEMENTATION,
            "early": stage.isin(_EARLY),
            "sketched": features["position_basis"] == Basis.SCHEMATIC,
            "stale": features["stale"].astype(bool),
        }
        of_measures = {
            "measures": outcome.notna(),
            "done": outcome.isin(_MET),
            "late": outcome.isin(LATE),
            "none": outcome == Outcome.NO_EVIDENCE,
            "past": pd.Series(past_due(joined)[self.selection.measures], index=measures.index),
            "placed": pd.Series(placed_measures(joined)[self.selection.measures], index=measures.index),
            "unplaced": pd.Series(~placed_measures(joined)[self.selection.measures], index=measures.index),
        }
        return (
            {name: Figure("features", tuple(features.loc[mask, "id"])) for name, mask in of_features.items()}
            | {name: Figure("measures", tuple(measures.loc[mask, "id"])) for name, mask in of_measures.items()}
            | {"agencies": Figure("agencies", tuple(named))}
        )

    def sentences(self, kind: str, figures: Mapping[str, Any]) -> Iterator[Sentence]:
        """What the chapter says, or that there is nothing to say."""
        if self.features.empty and self.measures.empty and kind != "agency":
            yield (words(f"tell-{'unchanged' if kind == 'changes' else 'empty'}", self.speech.lang),)
            return
        for line in words(f"tell-{kind}", self.speech.lang).splitlines():
            # The agreement names hardly any agency of the city.
            nobody = kind in ("section", "article") and "{agencies}" in line and not figures["agencies"].ids
            yield _filled(words("tell-nobody", self.speech.lang) if nobody else line, figures)

    def chart(self, codelist: str) -> Chart | None:
        """How many rows each code has, where more than one has any."""
        table, frame = ("features", self.features) if codelist == "stage" else ("measures", self.measures)
        if not codelist or frame.empty:
            return None
        titles = self.speech.named(f"codelist-{codelist}", "title")
        counted = (
            (code, title, Figure(table, tuple(frame.loc[frame[codelist] == code, "id"])))
            for code, title in titles.items()
        )
        bars = tuple(bar for bar in counted if bar[2].ids)
        return Chart(words(f"chart-{codelist}", self.speech.lang), codelist, bars) if len(bars) > 1 else None

    def bounds(self, kind: str) -> tuple[float, float, float, float] | None:
        """Of the features with a position; those outside the city count only where there are no others."""
        placed = self.features[self.features.geometry.notna()]
        frame = placed[placed["location"] != Location.OUTSIDE]
        if kind == "town":
            # Lines lead far out of a town: its points say where it is.
            points = frame[frame.geom_type == "Point"]
            frame = points if len(points) else frame
        if placed.empty:
            return None
        if frame.empty:
            # Places elsewhere say something only together with the city.
            frame = pd.concat([placed, self.joined.features[self.joined.features["theme"] == "towns"]])
        west, south, east, north = frame.total_bounds
        return float(west), float(south), float(east), float(north)

    def sources(self) -> tuple[str, ...]:
        """Of the documents first, then of the events that stages rest on."""
        register = self.joined.register
        documents, events = register["documents"], register["events"]
        used = documents["id"].isin(self.measures["document"])
        dated = events[events["id"].isin(self.features["stage_event"])]
        found = [*documents.loc[used, "source"], *dated["source"]]
        return tuple(dict.fromkeys(source for source in found if source))


def _filled(line: str, figures: Mapping[str, Any]) -> Sentence:
    """A line of text with its figures in place of their names."""
    parts: list[str | Figure] = []
    for before, name, _, _ in Formatter().parse(line):
        parts += [before] if before else []
        parts += [figures[name]] if name else []
    return tuple(parts)
