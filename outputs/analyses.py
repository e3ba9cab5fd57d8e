"""Every analysis by name: what it is told, and the rows that it answers with.

The terminal reads this registry. To add an analysis, write one function in `analysis/spatial/` that gives findings and
add one line to `ANALYSES`; the help of its options are texts of `outputs/tables/texts.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.along import along
from analysis.spatial.balance import GROUPS, Group, balance
from analysis.spatial.compare import Turn, compare
from analysis.spatial.coordination import coordination
from analysis.spatial.crossings import crossings
from analysis.spatial.findings import Finding
from analysis.spatial.near import near
from analysis.spatial.upstream import upstream
from geodata.text import LANGS, Text

PLACE, FEATURE, RIVER, AGENCY = "place", "feature", "river", "agency"


@dataclass(frozen=True)
class Told:
    """Something that an analysis is told."""

    name: str
    """As an option; its help is the text `analyse-<name>`."""
    kind: type = str
    """str, int, float or date."""
    default: Any = None
    """None: it must be given."""
    is_optional: bool = False
    """Whether it may be left out although it has no default."""
    choices: tuple[str, ...] = ()
    """All values there are; empty for free ones."""
    what: str = ""
    """What its text names: PLACE (a theme or a feature), FEATURE (one with a position), RIVER (one of the river graph)
    or AGENCY; empty for what is no name."""


@dataclass(frozen=True)
class Analysis:
    """A question about place."""

    name: str
    """Its title is the text `analyse-is-<name>`."""
    told: tuple[Told, ...]
    answer: Callable[..., Sequence[Any]]
    """Takes a view and what is told, in their order; UnknownPlace names a theme or feature that there is not."""
    row: Callable[[Any], dict[str, Any]]
    """One answer as a plain row, its sentence in both languages among the columns."""
    shape: Callable[[Any], BaseGeometry | None] = lambda _: None
    """Where it is (EPSG:4326)."""

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


_FINDINGS = (_finding, _line)
_PARTY = Told("party", default="", is_optional=True, what=AGENCY)
_WITHIN, _PLACES = Told("within", float, 2000.0), (Told("from", what=PLACE), Told("to", what=PLACE))
ANALYSES: Mapping[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        Analysis("coordination", (_WITHIN, Told("years", float, 1.0), _PARTY), coordination, *_FINDINGS),
        Analysis("along", (Told("feature", what=FEATURE), Told("width", float, 1000.0)), along, *_FINDINGS),
        Analysis("crossings", _PLACES, crossings, *_FINDINGS),
        Analysis("near", (*_PLACES, Told("k", int, 1), Told("within", float, is_optional=True)), near, *_FINDINGS),
        Analysis("upstream", (Told("feature", what=RIVER), Told("width", float, 1000.0)), upstream, *_FINDINGS),
        Analysis("balance", (Told("by", choices=tuple(GROUPS), default="theme"),), balance, _group),
        Analysis("compare", (Told("with", date),), compare, _turn),
    )
}
