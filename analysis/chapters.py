"""The chapters of a tour: what each shows, counts and says, computed from the register for a filter and a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from analysis.changes import Change, changed_outcomes, changed_stages
from analysis.filters import Filter, Selection, apply
from analysis.join import Joined, join
from analysis.summary import is_context, past_due, placed_measures
from analysis.words import Speech, words
from geodata.codes import Basis, Location, Outcome, Role, Stage

_EARLY = (Stage.IDENTIFICATION, Stage.PREPARATION)
_OPEN = (Stage.COMPLETION, Stage.MAINTENANCE)
_LATE = (Outcome.OVERDUE, Outcome.NOT_MET)
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


def keys(joined: Joined, chosen: Filter) -> dict[str, tuple[str, ...]]:
    """The chapters that a filter can have, by kind, empty ones left out.

    Kinds: overview, theme, section (document.section), agency, town, changes (since a day: the newest document's).
    """
    selection = apply(joined, chosen)
    shown = joined.features[selection.features & ~is_context(joined)]
    measures = joined.measures[selection.measures]
    articles = joined.register["articles"]
    articles = articles[articles["id"].isin(measures["article"])]
    assigned = joined.register["assignments"]
    named = set(assigned.loc[assigned["article"].isin(articles["id"]), "agency"])
    found_in = {town for row in shown["town"] for town in row}
    sections = dict.fromkeys(f"{row.document}.{row.section}" for row in articles.itertuples())
    documents = joined.register["documents"].sort_values("date_issued", ascending=False)
    order, issued = documents["id"].tolist(), max(documents["date_issued"])
    themes = joined.register.codelist("theme")
    themes = themes.index[~themes["context"].astype(bool)]
    return {
        "overview": ("",),
        "theme": tuple(code for code in themes if (shown["theme"] == code).any()),
        "section": tuple(sorted(sections, key=lambda key: (order.index(key.split(".")[0]), int(key.split(".")[1])))),
        "agency": tuple(code for code in joined.register["agencies"]["id"] if code in named),
        "town": tuple(code for code in joined.register.features["id"] if code in found_in),
        "changes": (issued.isoformat(),) if issued < joined.day else (),
    }


def default_tour(joined: Joined, chosen: Filter) -> list[str]:
    """Overview, every theme and section, the agency with most to answer for, the richest town, what changed."""
    found = keys(joined, chosen)
    selection = apply(joined, chosen)
    due = joined.measures.loc[selection.measures & _pressing(joined), "article"].value_counts()
    assigned = joined.register["assignments"]
    weight = assigned.assign(due=assigned["article"].map(due)).groupby("agency")["due"].sum()
    kept = joined.features[selection.features & ~is_context(joined)]
    towns = pd.Series([town for row in kept["town"] for town in row], dtype=object).value_counts()
    one = {
        "agency": chosen.agency or _first(weight[weight > 0].reindex(found["agency"]).dropna()),
        "town": chosen.town or _first(towns.reindex(found["town"]).dropna()),
    }
    return [
        f"{kind}={value}".removesuffix("=")
        for kind, values in found.items()
        for value in one.get(kind, values)
        if value in values
    ]


def _first(counts: pd.Series) -> tuple[str, ...]:
    """The one with the highest count, the first of equals."""
    return (str(counts.idxmax()),) if len(counts) else ()


def _pressing(joined: Joined) -> Any:
    """Measures that are late or whose own date has passed without evidence."""
    return joined.measures["outcome"].isin(_LATE).to_numpy() | past_due(joined)


def chapter(joined: Joined, chosen: Filter, key: str, lang: str, note: str = "") -> Chapter:
    """The chapter `key` under `chosen`; ValueError for a key that names nothing in the register."""
    kind, _, value = key.partition("=")
    if kind not in _KINDS:
        raise ValueError(f"no such chapter: {key!r}; kinds are {', '.join(_KINDS)}")
    speech = Speech(joined.register, lang)
    try:
        title, selection, more = _KINDS[kind](joined, chosen, value, speech)
    except (KeyError, ValueError) as error:
        raise ValueError(f"no such chapter: {key!r} ({kind}: {value!r})") from error
    told = _Told(joined, selection, speech)
    return told.chapter(key, title, kind, more, note)


Scope = tuple[str, Selection, dict[str, Any]]


def _overview(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    if value:
        raise ValueError(value)
    return words("chapter-overview", speech.lang), apply(joined, chosen), {}


def _theme(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    title = speech.named("codelist-theme", "title")[value]
    return title, apply(joined, _narrowed(chosen, "theme", (value,))), {}


def _section(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    document, _, section = value.partition(".")
    articles = joined.register["articles"]
    mine = articles[(articles["document"] == document) & (articles["section"].astype(str) == section)]
    if mine.empty:
        raise KeyError(value)
    row = next(mine.itertuples())
    title = words("chapter-section", speech.lang, year=row.document[1:], section=speech.of(row, "section_title"))
    return title, apply(joined, _narrowed(chosen, "article", tuple(mine["id"]))), {}


def _agency(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    name = speech.named("agencies")[value]
    kept = _narrowed(chosen, "agency", (value,))
    selection = apply(joined, kept)
    listed = {"all": selection.measures}
    listed |= {f"{role}s": apply(joined, replace(kept, role=(str(role),))).measures for role in Role}
    pressing = selection.measures & _pressing(joined)
    linked = np.zeros(len(joined.features), dtype=bool)
    linked[joined.link_feature[selection.links & pressing[joined.link_measure]]] = True
    title = words("chapter-agency", speech.lang, agency=name)
    figures = {role: Figure("measures", tuple(joined.measures.loc[mask, "id"])) for role, mask in listed.items()}
    return title, replace(selection, features=linked, measures=pressing), figures


def _town(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    if value not in {town for row in joined.register.features["town"] for town in row}:
        raise KeyError(value)
    return speech.named("features")[value], apply(joined, _narrowed(chosen, "town", (value,))), {}


def _changes(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    since = date.fromisoformat(value)
    if since >= joined.day:
        raise ValueError(f"{since} is not before {joined.day}")
    selection, before = apply(joined, chosen), join(joined.register, since)
    kept = set(joined.features.loc[selection.features, "id"]) | set(joined.measures.loc[selection.measures, "id"])
    found = [*changed_stages(before, joined, speech), *changed_outcomes(before, joined, speech)]
    found = [change for change in found if change.id in kept]
    changed = {change.id for change in found}
    features = joined.features["id"].isin(changed).to_numpy()
    measures = joined.measures["id"].isin(changed).to_numpy()
    title = words("chapter-changes", speech.lang, since=since, day=joined.day)
    return title, replace(selection, features=features, measures=measures), {"changes": tuple(found)}


_KINDS: dict[str, Callable[[Joined, Filter, str, Speech], Scope]] = {
    "overview": _overview,
    "theme": _theme,
    "section": _section,
    "agency": _agency,
    "town": _town,
    "changes": _changes,
}
_CHARTS = {"overview": "outcome", "theme": "stage", "section": "outcome", "town": "stage"}


def _narrowed(chosen: Filter, facet: str, values: tuple[str, ...]) -> Filter:
    """`chosen` with a facet narrowed to those of `values` that it allows; one that allows none keeps nothing."""
    allowed = getattr(chosen, facet)
    kept = tuple(value for value in values if value in allowed) if allowed else values
    # A value that no row has keeps no row.
    changed: Any = {facet: kept or ("",)}
    return replace(chosen, **changed)


class _Told:
    """The rows of a chapter, and what is counted of them."""

    def __init__(self, joined: Joined, selection: Selection, speech: Speech) -> None:
        self.joined, self.speech = joined, speech
        self.features = joined.features[selection.features & ~is_context(joined)]
        self.measures = joined.measures[selection.measures]
        self.selection = selection

    def chapter(self, key: str, title: str, kind: str, more: Mapping[str, Any], note: str) -> Chapter:
        changes = more.get("changes", ())
        figures = self.figures() | {name: figure for name, figure in more.items() if name != "changes"}
        return Chapter(
            key=key,
            title=title,
            sentences=tuple(self.sentences(kind, figures)),
            chart=self.chart(_CHARTS.get(kind, "")),
            changes=changes,
            features=tuple(self.features["id"]),
            measures=tuple(self.measures["id"]),
            bounds=None if kind == "overview" else self.bounds(),
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
            "met": outcome.isin(_MET),
            "late": outcome.isin(_LATE),
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

    def sentences(self, kind: str, figures: Mapping[str, Figure]) -> Iterator[Sentence]:
        """What the chapter says, or that there is nothing to say."""
        if self.features.empty and self.measures.empty and kind != "agency":
            yield (words(f"tell-{'unchanged' if kind == 'changes' else 'empty'}", self.speech.lang),)
            return
        for line in words(f"tell-{kind}", self.speech.lang).splitlines():
            yield _filled(line, figures)

    def chart(self, codelist: str) -> Chart | None:
        """How many rows each code has."""
        table, frame = ("features", self.features) if codelist == "stage" else ("measures", self.measures)
        if not codelist or frame.empty:
            return None
        titles = self.speech.named(f"codelist-{codelist}", "title")
        bars = (
            (code, title, Figure(table, tuple(frame.loc[frame[codelist] == code, "id"])))
            for code, title in titles.items()
        )
        return Chart(words(f"chart-{codelist}", self.speech.lang), codelist, tuple(bar for bar in bars if bar[2].ids))

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Of the features with a position; those outside the city count only where there are no others."""
        placed = self.features[self.features.geometry.notna()]
        near = placed[placed["location"] != Location.OUTSIDE]
        frame = near if len(near) else placed
        if frame.empty:
            return None
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


def _filled(line: str, figures: Mapping[str, Figure]) -> Sentence:
    """A line of text with its figures in place of their names."""
    parts: list[str | Figure] = []
    for before, name, _, _ in Formatter().parse(line):
        parts += [before] if before else []
        parts += [figures[name]] if name else []
    return tuple(parts)


def tour(joined: Joined, chosen: Filter, lang: str, picked: Sequence[tuple[str, str]] = ()) -> list[Chapter]:
    """The chapters `picked` (key and note each), or those of `default_tour`, in their order."""
    asked: Iterable[tuple[str, str]] = picked or ((key, "") for key in default_tour(joined, chosen))
    return [chapter(joined, chosen, key, lang, note) for key, note in asked]
