"""The kinds of chapters: what each is called, keeps and shows. A new kind is a row of `KINDS` and its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from analysis.changes import changed_outcomes, changed_stages
from analysis.chapters import OUTCOMES, STAGES, Figure, Kind, Scope, Titles
from analysis.counts import LATE, past_due
from analysis.filters import FIRST_DAY, Filter, Mask
from analysis.spatial.answers import answer
from analysis.spatial.certainty import SURE
from analysis.spatial.questions import read_question
from analysis.standing import Standing, standing_on
from analysis.view import View
from analysis.words import TEXTS, Speech
from geodata.codes import FeatureKind, Role, Stage
from geodata.model import Article, Document

MAIN = 10
"""Projects in a list of the main ones."""
TOLD = 4
"""Rows of an answer that its chapter says; its table has all."""


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


def _projects(view: View, value: str, speech: Speech) -> Scope:
    return _only(view, top_projects(view)), {}


def top_projects(view: View) -> Mask:
    """The features that most of the kept measures act on: projects with a position, sections left to their whole."""
    standing, register = view.standing, view.register
    acts = standing.link_acts & view.selection.measures[standing.link_measure]
    weight = np.bincount(standing.link_feature[acts], minlength=len(standing.features))
    weight[~(view.counted & register.placed & ~register.sections)] = 0
    weight[(standing.features["kind"] != FeatureKind.PROJECT).to_numpy()] = 0
    # Of equal ones those of a known stage, then the first of the register.
    known = (standing.features["stage"] != Stage.UNKNOWN).to_numpy()
    order = np.lexsort((np.arange(len(weight)), ~known, -weight))[:MAIN]
    mask: Mask = np.zeros(len(weight), dtype=bool)
    mask[order[weight[order] > 0]] = True
    return mask


def _only(view: View, features: Mask) -> View:
    """Of a view only these features, and the measures that act on them."""
    standing, selection = view.standing, view.selection
    measures = np.zeros(len(standing.measures), dtype=bool)
    measures[standing.link_measure[selection.links & standing.link_acts & features[standing.link_feature]]] = True
    return replace(view, selection=replace(selection, features=features, measures=measures & selection.measures))


def _asks(view: View, value: str, speech: Speech) -> Scope:
    own = _due(view, view.selection.measures & pressing(view.standing))
    assigned = view.register["assignments"]
    asked = assigned["article"].isin(own.measures["article"]) & (assigned["role"] != Role.COOPERATING)
    return own, {"asked": Figure("agencies", tuple(dict.fromkeys(assigned.loc[asked, "agency"])))}


def _due(view: View, due: Mask) -> View:
    """Of a view only these measures, and the features that they name."""
    standing, selection = view.standing, view.selection
    linked = np.zeros(len(standing.features), dtype=bool)
    linked[standing.link_feature[selection.links & due[standing.link_measure]]] = True
    return replace(view, selection=replace(selection, features=linked, measures=due))


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
    standing = view.standing
    figures = {name: Figure("measures", tuple(standing.measures.loc[mask, "id"])) for name, mask in listed.items()}
    return _due(own, own.selection.measures & pressing(standing)), {**figures, "name": speech.agencies[value]}


def _question(view: View, value: str, speech: Speech) -> Scope:
    found, lang = answer(view, read_question(value, view.register)), speech.lang
    rows = [
        TEXTS("answer-row", lang, sure=TEXTS(f"sure-{row.sure}", lang), sentence=row.sentence.in_(lang))
        if row.sure
        else row.sentence.in_(lang)
        for row in sorted(found.rows, key=lambda row: SURE.index(row.sure) if row.sure else 0)[:TOLD]
    ]
    rest = len(found.rows) - TOLD
    rows += [TEXTS("answer-more", lang, n=rest)] if rest > 0 else []
    frame, measures = view.standing.features, view.standing.measures
    selection = replace(
        view.selection,
        features=frame["id"].isin(found.features).to_numpy(),
        measures=measures["id"].isin(found.measures).to_numpy(),
    )
    headline = found.headline.in_(lang)
    more = {"answers": found.rows, "message": headline, "told": tuple((row,) for row in (headline, *rows))}
    return replace(view, selection=selection), more


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
    return replace(view, selection=selection), {"changes": tuple(found), "since": value}


def _one(name: str) -> Titles:
    """The title of a kind of which there is one chapter."""
    return lambda standing, speech: {"": TEXTS(f"chapter-{name}", speech.lang)}


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


def _articles(standing: Standing, speech: Speech) -> Mapping[str, str]:
    return {row.id: speech.article_cited(row) for row in standing.register.rows(Article)}


def _agencies(standing: Standing, speech: Speech) -> Mapping[str, str]:
    return {code: TEXTS("chapter-agency", speech.lang, agency=name) for code, name in speech.agencies.items()}


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "overview", _one("overview"), _all, chart="outcome", counts=OUTCOMES, annex="none", is_whole=True, part=""
        ),
        Kind("projects", _one("projects"), _projects, chart="stage", counts=STAGES, annex="first", part=""),
        Kind(
            "theme",
            lambda standing, speech: standing.register.titles("theme", speech.lang),
            _facet("theme"),
            chart="stage",
            counts=STAGES,
            annex="first",
            hidden=("theme",),
            part="works",
        ),
        Kind(
            "document",
            lambda standing, speech: {
                row.id: row.short_title.in_(speech.lang) for row in standing.register.rows(Document)
            },
            _facet("document"),
            chart="outcome",
            counts=OUTCOMES,
            tables=("sections", "measures"),
            annex="none",
            is_table=True,
            may_name_nobody=True,
            is_usual=False,
        ),
        Kind(
            "section",
            _sections,
            _section,
            chart="outcome",
            counts=OUTCOMES,
            annex="last",
            may_name_nobody=True,
            is_short=False,
        ),
        Kind(
            "article",
            _articles,
            _facet("article"),
            chart="outcome",
            counts=OUTCOMES,
            tables=("agencies", "measures", "features"),
            hidden=("lead", "cooperating"),
            may_name_nobody=True,
            is_handout=True,
        ),
        Kind(
            "feature",
            lambda standing, speech: speech.features,
            _feature,
            tables=("features", "measures", "history"),
            part="works",
            is_handout=True,
        ),
        Kind(
            "agency",
            _agencies,
            _agency,
            counts=("late", "past"),
            annex="first",
            is_table=True,
            is_told_empty=True,
        ),
        Kind(
            "town",
            lambda standing, speech: {row.id: row.name.in_(speech.lang) for row in standing.register.towns},
            _facet("town"),
            chart="stage",
            counts=STAGES,
            annex="first",
            by_points=True,
            part="works",
        ),
        Kind("asks", _one("asks"), _asks, tables=("asks", "leads"), is_table=True),
        # Its titles are questions: there is one for each that can be asked.
        Kind(
            "question",
            lambda standing, speech: {},
            _question,
            tables=("answers", "features"),
            annex="first",
            is_told_empty=True,
            is_usual=False,
            part="works",
        ),
        # Its titles are days: there is one for each day before that of the standing.
        Kind("changes", lambda standing, speech: {}, _changes, tables=("changes",), is_table=True),
    )
}


def kind_of(key: str) -> Kind:
    """The kind of a chapter by its key; KeyError for one that there is not."""
    return KINDS[key.partition("=")[0]]
