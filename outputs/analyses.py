"""Every analysis by name: its question, and the rows that it answers with.

The terminal and the page read this registry; the help of its options are texts of `outputs/tables/texts.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.balance import Group
from analysis.spatial.compare import Contrast, Turn
from analysis.spatial.findings import Finding
from analysis.spatial.questions import AGENCY, FEATURE, PLACE, QUESTIONS, RIVER, Question, Told
from geodata.text import LANGS, Text

__all__ = ["AGENCY", "ANALYSES", "FEATURE", "PLACE", "RIVER", "Analysis", "Told"]


@dataclass(frozen=True)
class Analysis:
    """A question about place, and its answers as rows."""

    question: Question
    """Its title is the text `analyse-is-<name>`."""
    row: Callable[[Any], dict[str, Any]]
    """One answer as a plain row, its sentence in both languages among the columns."""
    shape: Callable[[Any], BaseGeometry | None] = lambda _: None
    """Where it is (EPSG:4326)."""

    @property
    def name(self) -> str:
        """Of the question."""
        return self.question.name

    @property
    def told(self) -> tuple[Told, ...]:
        """What it is told."""
        return self.question.told

    @property
    def answer(self) -> Callable[..., Sequence[Any]]:
        """Who answers it."""
        return self.question.answer

    def rows(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The answers as plain rows, JSON-ready."""
        return [self.row(each) for each in found]

    def geojson(self, found: Sequence[Any]) -> dict[str, Any]:
        """The answers as GeoJSON, six digits after the point; those of no place have no geometry."""
        features = [
            {"type": "Feature", "geometry": _rounded(self.shape(each)), "properties": self.row(each)} for each in found
        ]
        return {"type": "FeatureCollection", "features": features}


def _rounded(shape: BaseGeometry | None) -> Any:
    return None if shape is None else shapely.geometry.mapping(shapely.set_precision(shape, 1e-6, mode="pointwise"))


def _said(sentence: Text) -> dict[str, str]:
    return {f"sentence_{lang}": sentence.in_(lang) for lang in LANGS}


def _finding(each: Finding) -> dict[str, Any]:
    """Ids, metres to a tenth (None for an error that nobody states), sentences."""
    return {
        "from": each.first,
        "to": each.second,
        "distance_m": round(each.span.metres, 1),
        "low_m": round(each.span.low, 1),
        "high_m": round(each.span.high, 1) if each.span.high != float("inf") else None,
        "sure": each.sure,
        **_said(each.sentence),
        "measures": list(each.measures),
        "agencies": list(each.agencies),
        "articles": list(each.articles),
        "sources": list(each.sources),
        **{name: list(value) if isinstance(value, tuple) else value for name, value in each.more.items()},
    }


def _group(each: Group) -> dict[str, Any]:
    return {
        "group": each.group,
        "title_zh": each.title.zh,
        "title_en": each.title.en,
        "features": list(each.features),
        "open": list(each.open),
        "measures": list(each.measures),
        "km": each.km,
        "km_open": each.km_open,
        **_said(each.sentence),
    }


def _contrast(each: Contrast) -> dict[str, Any]:
    return {
        "group": each.group,
        "title_zh": each.title.zh,
        "title_en": each.title.en,
        "features": list(each.mine.features),
        "open": list(each.mine.open),
        "km": each.mine.km,
        "km_open": each.mine.km_open,
        "other_features": list(each.theirs.features),
        "other_open": list(each.theirs.open),
        "other_km": each.theirs.km,
        "other_km_open": each.theirs.km_open,
        **_said(each.sentence),
    }


def _compared(each: Turn | Contrast) -> dict[str, Any]:
    return _contrast(each) if isinstance(each, Contrast) else _turn(each)


def _turn(each: Turn) -> dict[str, Any]:
    return {
        "table": each.table,
        "id": each.id,
        "name_zh": each.name.zh,
        "name_en": each.name.en,
        "before": each.before,
        "after": each.after,
        "reason_zh": each.reason.zh,
        "reason_en": each.reason.en,
        **_said(each.sentence),
    }


def _line(each: Finding) -> BaseGeometry | None:
    return each.line


_COUNTED: Mapping[str, Callable[[Any], dict[str, Any]]] = {"balance": _group, "compare": _compared}
"""Questions whose answers are no findings, and how their rows are written."""
ANALYSES: Mapping[str, Analysis] = {
    name: Analysis(question, _COUNTED[name]) if name in _COUNTED else Analysis(question, _finding, _line)
    for name, question in QUESTIONS.items()
}
