"""The rows of each output table: plain values and codes, no word of any language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta

import numpy as np

from analysis.view import View
from geodata.codes import Outcome, Relation, Role
from geodata.facts import Flow
from geodata.model import Agency, Article, Assignment, ControlPoint, Document, Link, Target
from outputs import fact_rows
from outputs.fact_rows import Cells, bilingual
from outputs.listed import steps_of, uid

GRAVITY = (
    *(Outcome.OVERDUE, Outcome.NOT_MET, Outcome.UNREACHABLE, Outcome.DUE_SOON, Outcome.MET_LATE),
    *(Outcome.NOT_SEARCHED, Outcome.NO_EVIDENCE, Outcome.UNDER_WAY, Outcome.ALREADY_SO, Outcome.MET),
)
"""Outcomes from the gravest: what can still be put right first, then as the three-colour warning ranks them."""


def gravest(outcomes: Collection[str]) -> str:
    """The outcome that needs attention most; empty without any."""
    return next((str(outcome) for outcome in GRAVITY if outcome in outcomes), "")


def features(view: View, shown: Collection[str], kept: Collection[str]) -> Iterator[Cells]:
    """The features `shown`; those that are not `kept` are background."""
    acting = _acting(view)
    for status in (view.standing.feature_status[name] for name in shown):
        row, stage = status.feature, status.stage
        mine = acting.get(row.id, [])
        yield bilingual(name=row.name, note=row.note) | {
            "uid": uid(row.id),
            "code": row.id,
            "aliases": row.aliases,
            "theme": row.theme,
            "kind": row.kind,
            "background": row.id not in kept,
            "stage": stage.stage,
            "stage_since": stage.stage_since,
            "stage_grade": stage.stage_grade,
            "stage_stretch": row.stage_stretch,
            "town_drawn": row.town_drawn,
            "restriction": stage.restriction,
            "restricted_since": stage.restricted_since,
            "evidence": stage.evidence,
            "stale": bool(stage.stale),
            "outcome": gravest({outcome for _, outcome in mine}),
            "measures": len(status.measures),
            "measure_codes": status.measures,
            "location": row.location,
            "position_basis": row.position_basis,
            "accuracy_m": None if row.accuracy_m is None else float(row.accuracy_m),
            "part_of": row.part_of,
            **_roles(view, dict.fromkeys(article for article, _ in mine)),
            "town_codes": row.town,
            "source_codes": row.sources,
        }


def _acting(view: View) -> Mapping[str, list[tuple[str, str]]]:
    """Article and outcome of the measures that act on each feature, not of those that only name it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for link in view.register.rows(Link):
        if link.relation == Relation.TARGET:
            status = view.standing.measure_status[link.measure]
            found[link.feature].append((status.measure.article, str(status.verdict.outcome)))
    return found


def _roles(view: View, articles: Collection[str]) -> Cells:
    """Ids of the agencies of some articles by role, in the order of the texts."""
    assigned = [row for article in articles for row in view.register.assignments_of[article]]
    return {f"{role}_codes": tuple(dict.fromkeys(row.agency for row in assigned if row.role == role)) for role in Role}


def history(view: View, shown: Collection[str]) -> Iterator[Cells]:
    """The steps of features, up to the day of the view."""
    for name in shown:
        feature = view.standing.feature_status[name].feature
        for step, after in steps_of(view, name):
            yield bilingual(name=feature.name) | {
                "uid": uid(name, step.day.isoformat()),
                "code": name,
                "theme": feature.theme,
                "stage": step.stage,
                "date_from": step.day,
                "date_to": after and after.day - timedelta(days=1),
                "stage_grade": step.grade,
            }


def _measures(view: View) -> Iterator[Cells]:
    for status in view.standing.measure_status.values():
        row, verdict = status.measure, status.verdict
        yield bilingual(title=row.title, note=row.note, reason=verdict.reason) | {
            "uid": uid(row.id),
            "code": row.id,
            "sentence": row.sentence,
            "promise": row.promise,
            "firmness": row.firmness,
            "target_stage": row.target_stage,
            "due_date": row.due_date,
            "due_text": row.due_text,
            "due_word": row.due_word,
            "recurrence": row.recurrence,
            "mappable": row.mappable,
            "outcome": str(verdict.outcome),
            "warning": str(verdict.warning),
            "feature_codes": status.features,
            "document_code": status.document,
            "article_code": row.article,
            **_roles(view, (row.article,)),
            "target_codes": tuple(target.id for target in view.register.targets_of[row.id]),
            "counterpart_codes": row.counterpart,
        }


def _documents(view: View) -> Iterator[Cells]:
    for row in view.register.rows(Document):
        texts = {"title": row.title, "short_title": row.short_title}
        yield bilingual(**texts, issuer=row.issuer, reporting_rule=row.reporting_rule) | {
            "code": row.id,
            "number": row.number,
            "date_issued": row.date_issued,
            "valid_until": row.valid_until,
            "validity_text": row.validity_text,
            "source": row.source,
        }


def _articles(view: View) -> Iterator[Cells]:
    for row in view.register.rows(Article):
        titles = {"section_title": row.section_title, "title": row.title, "block_title": row.block_title}
        yield bilingual(**titles, note=row.note) | {
            "code": row.id,
            "document": row.document,
            "section": row.section,
            "article": row.article,
            "block": row.block,
            "list_kind": row.list_kind,
            "list_text": row.list_text,
        }


def _targets(view: View) -> Iterator[Cells]:
    for row in view.register.rows(Target):
        yield bilingual(metric=row.metric, unit=row.unit) | {
            "code": row.id,
            "measure": row.measure,
            "value": row.value,
            "period": row.period,
            "recurrence": row.recurrence,
            "text": row.text,
        }


def _links(view: View) -> Iterator[Cells]:
    for row in view.register.rows(Link):
        yield bilingual(note=row.note) | {
            "uid": uid(row.measure, row.feature),
            "measure": row.measure,
            "feature": row.feature,
            "relation": row.relation,
            "locator": row.locator,
        }


def _agencies(view: View) -> Iterator[Cells]:
    standing, assignments = view.standing, view.register["assignments"]
    size = np.bincount(standing.measure_article, minlength=len(view.register["articles"]))
    counts: dict[tuple[str, str], int] = defaultdict(int)
    pairs = zip(assignments["agency"], assignments["role"], standing.assignment_article.tolist(), strict=True)
    for agency, role, article in dict.fromkeys(pairs):
        counts[agency, role] += int(size[article])
    for row in view.register.rows(Agency):
        yield bilingual(name=row.name, later_name=row.later_name, note=row.note) | {
            "code": row.id,
            "full_name_zh": row.full_name_zh,
            "kind": row.kind,
            "later_name_grade": row.later_name_grade,
            "later_name_date": row.later_name_date,
            **{f"measures_{role}": counts[row.id, str(role)] for role in Role},
        }


def _assignments(view: View) -> Iterator[Cells]:
    for row in view.register.rows(Assignment):
        yield {
            "uid": uid(row.article, row.agency, row.role),
            "article_code": row.article,
            "agency": row.agency,
            "role": row.role,
            "position": row.position,
            "written_as": row.written_as,
        }


def _control_points(view: View) -> Iterator[Cells]:
    for row in view.register.rows(ControlPoint):
        cells = {"feature": row.feature, "lon": row.lon, "lat": row.lat, "source": row.source}
        yield cells | {"uid": uid(row.feature, repr(row.lon), repr(row.lat))}


def _flows(view: View) -> Iterator[Cells]:
    for row in view.register.rows(Flow):
        yield {
            "uid": uid(row.feature, row.relation, row.river),
            "feature": row.feature,
            "relation": row.relation,
            "river": row.river,
            "reach_m": row.reach_m,
            "bank": row.bank,
            "source": row.source,
            "grade": row.grade,
            **bilingual(note=row.note),
        }


TABLES: Mapping[str, Callable[[View], Iterator[Cells]]] = {
    "measures": _measures,
    "links": _links,
    "agencies": _agencies,
    "assignments": _assignments,
    "events": fact_rows.events,
    "evidence": fact_rows.evidence,
    "sources": fact_rows.sources,
    "documents": _documents,
    "articles": _articles,
    "targets": _targets,
    "observations": fact_rows.observations,
    "water-quality": fact_rows.water_quality,
    "searches": fact_rows.searches,
    "control-points": _control_points,
    "flows": _flows,
}
"""The rows of the whole register on the day of a view, by output table."""
