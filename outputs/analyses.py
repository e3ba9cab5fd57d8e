"""Every analysis by name: what it is told, and the rows that it answers with.

The terminal reads this registry. To add an analysis, write one function in `analysis/spatial/` that gives findings and
add one line to `ANALYSES`; the help of its options are texts of `outputs/tables/texts.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from analysis.spatial.along import along
from analysis.spatial.coordination import coordination
from analysis.spatial.crossings import crossings
from analysis.spatial.findings import Finding
from analysis.spatial.near import near


@dataclass(frozen=True)
class Told:
    """Something that an analysis is told."""

    name: str
    """As an option; its help is the text `analyse-<name>`."""
    kind: type = str
    """str, int or float."""
    default: Any = None
    """None: it must be given."""
    is_optional: bool = False
    """Whether it may be left out although it has no default."""


@dataclass(frozen=True)
class Analysis:
    """A question about place."""

    name: str
    """Its title is the text `analyse-is-<name>`."""
    told: tuple[Told, ...]
    answer: Callable[..., Sequence[Finding]]
    """Takes a view and what is told, in their order; UnknownPlace names a theme or feature that there is not."""


ANALYSES: Mapping[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        Analysis("coordination", (Told("within", float, 500.0), Told("years", float, 1.0)), coordination),
        Analysis("along", (Told("feature"), Told("width", float, 1000.0)), along),
        Analysis("crossings", (Told("from"), Told("to")), crossings),
        Analysis("near", (Told("from"), Told("to"), Told("k", int, 1), Told("within", float, is_optional=True)), near),
    )
}


def rows(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as plain rows: ids, metres to a tenth (None for an error that nobody states), sentences."""
    return [
        {
            "from": each.first,
            "to": each.second,
            "distance_m": round(each.span.metres, 1),
            "low_m": round(each.span.low, 1),
            "high_m": round(each.span.high, 1) if each.span.high != float("inf") else None,
            "sure": each.sure,
            "sentence_zh": each.sentence.zh,
            "sentence_en": each.sentence.en,
            "measures": list(each.measures),
            "agencies": list(each.agencies),
            "articles": list(each.articles),
            "sources": list(each.sources),
            **{name: list(value) if isinstance(value, tuple) else value for name, value in each.more.items()},
        }
        for each in found
    ]


def geojson(found: Sequence[Finding]) -> dict[str, Any]:
    """The findings as GeoJSON: the line from the one to the other, six digits after the point."""
    features = [
        {
            "type": "Feature",
            "geometry": None
            if each.line is None
            else shapely.geometry.mapping(shapely.set_precision(each.line, 1e-6, mode="pointwise")),
            "properties": row,
        }
        for each, row in zip(found, rows(found), strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
