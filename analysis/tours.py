"""Tours: which chapters a filter has, and each of them by its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.changes import changed_outcomes, changed_stages
from analysis.chapters import LATE, Chapter, Figure, tell
from analysis.filters import Filter, Selection, apply
from analysis.join import Joined, join
from analysis.summary import is_context, past_due
from analysis.words import Speech, words
from geodata.codes import Role


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
    return joined.measures["outcome"].isin(LATE).to_numpy() | past_due(joined)


def chapter(joined: Joined, chosen: Filter, key: str, lang: str, note: str = "") -> Chapter:
    """The chapter `key` under `chosen`; ValueError for a key that names nothing in the register.

    Beside the kinds of `keys` there are article and feature, by id: what a hand-out is about.
    """
    kind, _, value = key.partition("=")
    if kind not in _KINDS:
        raise ValueError(f"no such chapter: {key!r}; kinds are {', '.join(_KINDS)}")
    speech = Speech(joined.register, lang)
    try:
        title, selection, more = _KINDS[kind](joined, chosen, value, speech)
    except (KeyError, ValueError) as error:
        raise ValueError(f"no such chapter: {key!r} ({kind}: {value!r})") from error
    return tell(joined, selection, speech, key, title, more, note)


Scope = tuple[str, Selection, dict[str, Any]]


def _overview(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    if value:
        raise ValueError(value)
    return words("chapter-overview", speech.lang), apply(joined, chosen), {"whole": chosen.is_empty}


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


def _article(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    return speech.articles()[value], apply(joined, _narrowed(chosen, "article", (value,))), {}


def _feature(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    name, selection = speech.named("features")[value], apply(joined, chosen)
    alone = (joined.features["id"] == value).to_numpy()
    measures = np.zeros(len(joined.measures), dtype=bool)
    measures[joined.link_measure[selection.links & alone[joined.link_feature]]] = True
    (row,) = joined.features[alone].itertuples()
    stage = speech.named("codelist-stage", "title")[row.stage]
    more = {"stage": f"{stage} ({row.stage_since})" if row.stage_since else stage}
    return name, replace(selection, features=alone & selection.features, measures=measures), more


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
    "article": _article,
    "feature": _feature,
    "agency": _agency,
    "town": _town,
    "changes": _changes,
}


def _narrowed(chosen: Filter, facet: str, values: tuple[str, ...]) -> Filter:
    """`chosen` with a facet narrowed to those of `values` that it allows; one that allows none keeps nothing."""
    allowed = getattr(chosen, facet)
    kept = tuple(value for value in values if value in allowed) if allowed else values
    # A value that no row has keeps no row.
    changed: Any = {facet: kept or ("",)}
    return replace(chosen, **changed)


def tour(joined: Joined, chosen: Filter, lang: str, picked: Sequence[tuple[str, str]] = ()) -> list[Chapter]:
    """The chapters `picked` (key and note each), or those of `default_tour`, in their order."""
    asked: Iterable[tuple[str, str]] = picked or ((key, "") for key in default_tour(joined, chosen))
    return [chapter(joined, chosen, key, lang, note) for key, note in asked]
