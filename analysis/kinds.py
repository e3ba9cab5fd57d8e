"""The kinds of chapters: what each is called, keeps and shows. A new kind is a row of `KINDS` and its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from analysis.changes import changed_outcomes, changed_stages
from analysis.chapters import Figure, Kind, Scope
from analysis.counts import LATE, past_due
from analysis.filters import FIRST_DAY, Filter, Mask
from analysis.standing import Standing, standing_on
from analysis.view import View
from analysis.words import TEXTS, Speech
from geodata.codes import Role
from geodata.model import Article, Document


def pressing(standing: Standing) -> Mask:
    """Measures that are late or whose own date has passed without evidence."""
    late: Mask = standing.measures["outcome"].isin(LATE).to_numpy()
    return late | past_due(standing)


def before(standing: Standing, value: str) -> date | None:
    """The day written as YYYY-MM-DD, if it lies before that of the standing and can be read."""
    try:
        since = date.fromisoformat(value)
    except ValueError:
        return None
    return since if FIRST_DAY <= since < standing.day and since.isoformat() == value else None


def narrowed(chosen: Filter, facet: str, values: tuple[str, ...]) -> Filter:
    """`chosen` with a facet narrowed to those of `values` that it allows; one that allows none keeps nothing."""
    allowed = getattr(chosen, facet)
    kept = tuple(value for value in values if value in allowed) if allowed else values
    # A value that no row has keeps no row.
    changed: Any = {facet: kept or ("",)}
    return replace(chosen, **changed)


def _all(view: View, value: str, speech: Speech) -> Scope:
    return view, {}


def _facet(facet: str) -> Any:
    """The scope of a kind whose value is one of a facet."""

    def scope(view: View, value: str, speech: Speech) -> Scope:
        return view.narrowed(narrowed(view.filter, facet, (value,))), {}

    return scope


def _section(view: View, value: str, speech: Speech) -> Scope:
    document, _, section = value.partition(".")
    rows = view.register.rows(Article)
    mine = tuple(row.id for row in rows if row.document == document and str(row.section) == section)
    return view.narrowed(narrowed(view.filter, "article", mine)), {}


def _feature(view: View, value: str, speech: Speech) -> Scope:
    standing, selection = view.standing, view.selection
    alone = (standing.features["id"] == value).to_numpy()
    measures = np.zeros(len(standing.measures), dtype=bool)
    measures[standing.link_measure[selection.links & alone[standing.link_feature]]] = True
    own = standing.feature_status[value].stage
    stage = speech.title("stage", own.stage)
    more = {"stage": f"{stage} ({own.stage_since})" if own.stage_since else stage}
    return replace(view, selection=replace(selection, features=alone & selection.features, measures=measures)), more


def _agency(view: View, value: str, speech: Speech) -> Scope:
    own = view.narrowed(narrowed(view.filter, "agency", (value,)))
    listed = {"all": own.selection.measures}
    listed |= {f"{role}s": view.narrowed(replace(own.filter, role=(str(role),))).selection.measures for role in Role}
    standing, selection = view.standing, own.selection
    due = selection.measures & pressing(standing)
    linked = np.zeros(len(standing.features), dtype=bool)
    linked[standing.link_feature[selection.links & due[standing.link_measure]]] = True
    figures = {name: Figure("measures", tuple(standing.measures.loc[mask, "id"])) for name, mask in listed.items()}
    return replace(own, selection=replace(selection, features=linked, measures=due)), figures


def _changes(view: View, value: str, speech: Speech) -> Scope:
    now = view.standing
    then = standing_on(view.register, date.fromisoformat(value))
    kept = set(now.features.loc[view.selection.features, "id"]) | view.measure_ids
    found = [*changed_stages(then, now, speech), *changed_outcomes(then, now, speech)]
    found = [change for change in found if change.id in kept]
    changed = {change.id for change in found}
    selection = replace(
        view.selection,
        features=now.features["id"].isin(changed).to_numpy(),
        measures=now.measures["id"].isin(changed).to_numpy(),
    )
    return replace(view, selection=selection), {"changes": tuple(found)}


def _overviews(standing: Standing, speech: Speech) -> Mapping[str, str]:
    return {"": TEXTS("chapter-overview", speech.lang)}


def _sections(standing: Standing, speech: Speech) -> Mapping[str, str]:
    documents, lang = standing.register.by_id(Document), speech.lang
    return {
        f"{row.document}.{row.section}": TEXTS(
            "chapter-section",
            lang,
            document=documents[row.document].short_title.in_(lang),
            section=row.section_title.in_(lang),
        )
        for row in standing.register.rows(Article)
    }


def _agencies(standing: Standing, speech: Speech) -> Mapping[str, str]:
    return {code: TEXTS("chapter-agency", speech.lang, agency=name) for code, name in speech.agencies.items()}


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("overview", _overviews, _all, chart="outcome", on_slides="none", is_whole=True),
        Kind(
            "theme",
            lambda standing, speech: standing.register.titles("theme", speech.lang),
            _facet("theme"),
            chart="stage",
            on_slides="first",
            hidden=("theme",),
        ),
        Kind(
            "section",
            _sections,
            _section,
            chart="outcome",
            on_slides="last-unless-map",
            may_name_nobody=True,
            is_short=False,
        ),
        Kind(
            "article",
            lambda standing, speech: speech.articles,
            _facet("article"),
            chart="outcome",
            tables=("agencies", "features", "measures"),
            hidden=("lead", "cooperating"),
            may_name_nobody=True,
        ),
        Kind(
            "feature",
            lambda standing, speech: speech.features,
            _feature,
            tables=("features", "measures", "history"),
        ),
        Kind(
            "agency",
            _agencies,
            _agency,
            on_slides="first",
            is_told_empty=True,
        ),
        Kind(
            "town",
            lambda standing, speech: {row.id: row.name.in_(speech.lang) for row in standing.register.towns},
            _facet("town"),
            chart="stage",
            on_slides="first",
            by_points=True,
        ),
        # Its titles are days: there is one for each day before that of the standing.
        Kind("changes", lambda standing, speech: {}, _changes, tables=("changes",)),
    )
}


def kind_of(key: str) -> Kind:
    """The kind of a chapter by its key; KeyError for one that there is not."""
    return KINDS[key.partition("=")[0]]
