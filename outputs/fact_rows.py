"""The rows of what is known: facts, values, searches and sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.stages import is_later
from analysis.view import View
from geodata import edtf
from geodata.codes import Grade
from geodata.facts import Event, Evidence, Observation, Search, Source, WaterQuality
from geodata.model import Measure
from geodata.text import Text
from outputs.listed import uid

Cells = dict[str, Any]
"""A row by column of the output dictionary."""
_WEAK = (Grade.ENCYCLOPAEDIA, Grade.UNVERIFIED)


def bilingual(**pairs: Text) -> Cells:
    """Both languages of texts, as the columns name them."""
    return {f"{name}_{lang}": getattr(text, lang) for name, text in pairs.items() for lang in ("zh", "en")}


def events(view: View) -> Iterator[Cells]:
    """Dated facts of the day of the view or before."""
    for row in view.register.rows(Event):
        if not is_later(row.date, view.day):
            yield (
                bilingual(text=row.text)
                | _dated(row.date)
                | {
                    "code": row.id,
                    "feature": row.feature,
                    "measure": row.measure,
                    "kind": row.kind,
                    "stage": row.stage,
                    "restriction": row.restriction,
                    "source": row.source,
                    "grade": row.grade,
                }
            )


def evidence(view: View) -> Iterator[Cells]:
    """What facts show of measures: measure by measure, oldest fact first."""
    known = view.register.by_id(Event)
    place = {measure: at for at, measure in enumerate(view.register.by_id(Measure))}
    for row in sorted(
        view.register.rows(Evidence), key=lambda row: (place[row.measure], known[row.event].date, row.event)
    ):
        if not is_later(known[row.event].date, view.day):
            cells = {"event": row.event, "measure": row.measure, "fit": row.fit, "shows": row.shows}
            yield bilingual(note=row.note) | cells | {"uid": uid(row.event, row.measure)}


def observations(view: View) -> Iterator[Cells]:
    """Measured values."""
    for row in view.register.rows(Observation):
        if not is_later(row.date, view.day):
            yield (
                bilingual(note=row.note)
                | _dated(row.date)
                | {
                    "code": row.id,
                    "feature": row.feature,
                    "target": row.target,
                    "metric": row.metric,
                    "value": row.value,
                    "number": row.number,
                    "unit": row.unit,
                    "source": row.source,
                    "grade": row.grade,
                }
            )


def _dated(text: str) -> Cells:
    """A partial date as written, and the first and last day that it may mean."""
    return {"date": text} | _span(text)


def _span(text: str) -> Cells:
    """The first and the last day that a partial date or an interval may mean."""
    first, last = edtf.bounds(text) or (None, None)
    return {"date_from": first, "date_to": last}


def searches(view: View) -> Iterator[Cells]:
    """What was looked for and not found."""
    for row in view.register.rows(Search):
        cells = {"measure": row.measure, "feature": row.feature, "date": row.date, "searched": row.searched}
        yield bilingual(note=row.note) | cells | {"code": row.id}


def sources(view: View) -> Iterator[Cells]:
    """Publications; those that an original should replace are marked."""
    for row in view.register.rows(Source):
        yield bilingual(title=row.title, publisher=row.publisher) | {
            "code": row.id,
            "url": row.url,
            "date_published": row.date_published,
            "date_accessed": row.date_accessed,
            "grade": row.grade,
            "licence": row.licence,
            "to_replace": row.grade in _WEAK or (row.grade == Grade.VERIFIED_REPOST and not row.url),
        }


def water_quality(view: View) -> Iterator[Cells]:
    """The class of water sections by period."""
    for row in view.register.rows(WaterQuality):
        if is_later(row.period, view.day):
            continue
        yield (
            bilingual(site=row.site, exceeded=row.exceeded, note=row.note)
            | _span(row.period)
            | {
                "code": row.id,
                "period": row.period,
                "feature": row.feature,
                "span": row.span,
                "water_class": row.water_class,
                "control_target": row.control_target,
                "interim_target": row.interim_target,
                "attained": row.attained,
                "source": row.source,
                "grade": row.grade,
            }
        )
