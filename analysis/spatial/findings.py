"""An answer: what lies how far from what, in a sentence, with all that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import Span
from analysis.spatial.ground import ground_of
from analysis.view import View
from analysis.words import TEXTS
from geodata.codes import Relation
from geodata.model import Feature, Link, Measure
from geodata.text import LANGS, Text


@dataclass(frozen=True)
class Finding:
    """One row of an answer."""

    first: str
    """Id of a feature; empty for a line that somebody drew."""
    second: str
    """Id of the other one; empty where the finding is that there is none."""
    span: Span
    sure: str
    """One of `analysis.spatial.certainty.SURE`."""
    sentence: Text
    line: BaseGeometry | None
    """From the one to the other (EPSG:4326); None where there is no other."""
    measures: tuple[str, ...]
    agencies: tuple[str, ...]
    """Those that lead, or are responsible for, these measures."""
    articles: tuple[str, ...]
    sources: tuple[str, ...]
    """Of both positions."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What only this kind of answer has, by name: numbers, texts, tuples of ids."""


@dataclass(frozen=True, eq=False)
class Ties:
    """What measures, agencies and articles stand behind the features of a view."""

    measures: Mapping[str, tuple[str, ...]]
    """Those of the view that act on a feature, by its id."""
    leads: Mapping[str, tuple[str, ...]]
    """Agencies that lead, or are responsible for, a measure, by its id."""
    article: Mapping[str, str]
    """Of a measure."""
    sources: Mapping[str, tuple[str, ...]]
    """Of a feature."""

    def behind(self, *features: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Measures, agencies, articles and sources of features, each named once."""
        measures = _once(name for feature in features for name in self.measures.get(feature, ()))
        return (
            measures,
            _once(agency for name in measures for agency in self.leads[name]),
            _once(self.article[name] for name in measures),
            _once(source for feature in features for source in self.sources.get(feature, ())),
        )


def ties(view: View) -> Ties:
    """The ties of a view; a measure that only names a feature does not act on it."""
    register, status, kept = view.register, view.standing.measures, view.measure_ids
    acting: dict[str, list[str]] = {}
    for link in register.rows(Link):
        if link.relation == Relation.TARGET and link.measure in kept:
            acting.setdefault(link.feature, []).append(link.measure)
    pairs = zip(status["id"], status["lead"], status["responsible"], strict=True)
    return Ties(
        measures={feature: _once(names) for feature, names in acting.items()},
        leads={name: _once((*lead, *responsible)) for name, lead, responsible in pairs},
        article={row.id: row.article for row in register.rows(Measure)},
        sources={row.id: tuple(row.sources) for row in register.rows(Feature)},
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def listed(names: Iterable[Text]) -> Text:
    """Names in a row, with the comma of each language."""
    rows = list(names)
    found = {lang: TEXTS("comma", lang).join(name.in_(lang) for name in rows) for lang in LANGS}
    return Text(found["zh"], found["en"])


def kilometres(metres: float) -> str:
    """A distance as one says it: metres below one kilometre, else kilometres to one digit."""
    return f"{metres:.0f} m" if metres < 995 else f"{metres / 1000:.1f} km"


def said(key: str, **values: Any) -> Text:
    """A sentence in both languages; a value that is a Text is put in by its language."""
    found = {
        lang: TEXTS(key, lang).format(
            **{name: value.in_(lang) if isinstance(value, Text) else value for name, value in values.items()}
        )
        for lang in LANGS
    }
    return Text(found["zh"], found["en"])


def how_far(found: Span) -> Text:
    """A distance with its error, in words."""
    error = found.high - found.metres
    if found.metres < 1 and error < 1:
        return said("far-touching")
    if error == float("inf"):
        return said("far-unknown", d=kilometres(found.metres))
    key = "far-exact" if error < 1 else "far-meets" if found.metres < 1 else "far-about"
    return said(key, d=kilometres(found.metres), error=kilometres(error))


def around_towns(view: View, towns: Collection[str], points: Iterable[BaseGeometry]) -> Text:
    """Around which of some towns points (metric) lie: the nearest of each; empty where no town has a position."""
    ground = ground_of(view, view.register.features["id"].isin(towns).to_numpy())
    if not len(ground.ids):
        return Text("", "")
    nearest = dict.fromkeys(str(ground.ids[int(shapely.distance(ground.shapes, point).argmin())]) for point in points)
    return said("in-towns", towns=listed(ground.names[town] for town in nearest))
