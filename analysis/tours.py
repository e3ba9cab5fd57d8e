"""Tours: which chapters a filter has, and each of them by its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.changes import changed_outcomes, changed_stages
from analysis.chapters import LATE, Chapter, Figure, tell
from analysis.filters import FIRST_DAY, Filter, Selection, apply, towns
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


def default_tour(joined: Joined, chosen: Filter, found: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """Overview, every theme and section, the agency with most to answer for, the richest town, what changed.

    `found` are the chapters to choose from, those of `keys` unless given.
    """
    found = keys(joined, chosen) if found is None else found
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


def titles(joined: Joined, wanted: Iterable[str], lang: str) -> dict[str, str]:
    """Title of each chapter by its key; those that name nothing are left out."""
    speech, known, found = Speech(joined.register, lang), dict[str, Mapping[str, str]](), {}
    for key in wanted:
        kind, _, value = key.partition("=")
        if kind == "changes":
            if _before(joined, value):
                found[key] = words("chapter-changes", lang, since=value, day=joined.day)
        elif kind in _TITLES:
            known.setdefault(kind, _TITLES[kind](joined, speech))
            found |= {key: known[kind][value]} if value in known[kind] else {}
    return found


def chapter(joined: Joined, chosen: Filter, key: str, lang: str, note: str = "") -> Chapter:
    """The chapter `key` under `chosen`; ValueError for a key that names nothing in the register.

    Beside the kinds of `keys` there are article and feature, by id: what a hand-out is about.
    """
    title = titles(joined, [key], lang).get(key)
    if title is None:
        kinds = ", ".join(f"{kind}=…" for kind in _SCOPES)
        raise ValueError(f"没有这一章 no such chapter: {key!r} (overview, {kinds})")
    kind, _, value = key.partition("=")
    speech = Speech(joined.register, lang)
    selection, more = _SCOPES[kind](joined, chosen, value, speech) if value else (apply(joined, chosen), {})
    more = {"whole": True, **more} if kind == "overview" and chosen.is_empty else more
    return tell(joined, selection, speech, key, title, more, note)


def _sections(joined: Joined, speech: Speech) -> dict[str, str]:
    return {
        f"{row.document}.{row.section}": words(
            "chapter-section", speech.lang, year=row.document[1:], section=speech.of(row, "section_title")
        )
        for row in joined.register["articles"].itertuples()
    }


def _agencies(joined: Joined, speech: Speech) -> dict[str, str]:
    names = speech.named("agencies")
    return {code: words("chapter-agency", speech.lang, agency=name) for code, name in names.items()}


_TITLES: dict[str, Callable[[Joined, Speech], Mapping[str, str]]] = {
    "overview": lambda joined, speech: {"": words("chapter-overview", speech.lang)},
    "theme": lambda joined, speech: speech.named("codelist-theme", "title"),
    "section": _sections,
    "article": lambda joined, speech: speech.articles(),
    "feature": lambda joined, speech: speech.named("features"),
    "agency": _agencies,
    "town": lambda joined, speech: {row.id: speech.of(row, "name") for row in towns(joined.register).itertuples()},
}

Scope = tuple[Selection, dict[str, Any]]


def _theme(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    return apply(joined, _narrowed(chosen, "theme", (value,))), {}


def _section(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    document, _, section = value.partition(".")
    articles = joined.register["articles"]
    mine = articles[(articles["document"] == document) & (articles["section"].astype(str) == section)]
    return apply(joined, _narrowed(chosen, "article", tuple(mine["id"]))), {}


def _article(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    return apply(joined, _narrowed(chosen, "article", (value,))), {}


def _feature(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    selection, alone = apply(joined, chosen), (joined.features["id"] == value).to_numpy()
    measures = np.zeros(len(joined.measures), dtype=bool)
    measures[joined.link_measure[selection.links & alone[joined.link_feature]]] = True
    (row,) = joined.features[alone].itertuples()
    stage = speech.named("codelist-stage", "title")[row.stage]
    more = {"stage": f"{stage} ({row.stage_since})" if row.stage_since else stage}
    return replace(selection, features=alone & selection.features, measures=measures), more


def _agency(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    kept = _narrowed(chosen, "agency", (value,))
    selection = apply(joined, kept)
    listed = {"all": selection.measures}
    listed |= {f"{role}s": apply(joined, replace(kept, role=(str(role),))).measures for role in Role}
    pressing = selection.measures & _pressing(joined)
    linked = np.zeros(len(joined.features), dtype=bool)
    linked[joined.link_feature[selection.links & pressing[joined.link_measure]]] = True
    figures = {role: Figure("measures", tuple(joined.measures.loc[mask, "id"])) for role, mask in listed.items()}
    return replace(selection, features=linked, measures=pressing), figures


def _town(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    return apply(joined, _narrowed(chosen, "town", (value,))), {}


def _before(joined: Joined, value: str) -> date | None:
    """The day written as YYYY-MM-DD, if it lies before that of the join and can be read."""
    try:
        since = date.fromisoformat(value)
    except ValueError:
        return None
    return since if FIRST_DAY <= since < joined.day and since.isoformat() == value else None


def _changes(joined: Joined, chosen: Filter, value: str, speech: Speech) -> Scope:
    selection, before = apply(joined, chosen), join(joined.register, date.fromisoformat(value))
    kept = set(joined.features.loc[selection.features, "id"]) | set(joined.measures.loc[selection.measures, "id"])
    found = [*changed_stages(before, joined, speech), *changed_outcomes(before, joined, speech)]
    found = [change for change in found if change.id in kept]
    changed = {change.id for change in found}
    features = joined.features["id"].isin(changed).to_numpy()
    measures = joined.measures["id"].isin(changed).to_numpy()
    return replace(selection, features=features, measures=measures), {"changes": tuple(found)}


_SCOPES: dict[str, Callable[[Joined, Filter, str, Speech], Scope]] = {
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
