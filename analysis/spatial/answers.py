"""The answer to a question as a chapter, a table or a layer needs it: a headline, and rows of one shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.balance import Group
from analysis.spatial.certainty import SURE
from analysis.spatial.compare import Contrast, Turn
from analysis.spatial.findings import Finding, listed, said
from analysis.spatial.questions import Asked
from analysis.view import View
from analysis.words import TEXTS
from geodata.text import Text


@dataclass(frozen=True)
class Row:
    """One row of an answer."""

    sentence: Text
    sure: str
    """One of `certainty.SURE`; empty for what is counted only."""
    features: tuple[str, ...]
    measures: tuple[str, ...]
    line: BaseGeometry | None
    """Where it is (EPSG:4326): a line or a point."""


@dataclass(frozen=True)
class Answer:
    """A question with its answer on one view."""

    asked: Asked
    title: Text
    headline: Text
    """How many rows there are, and how sure they are."""
    found: Sequence[Any]
    """The rows as the question gives them: Finding, Group, Turn or Contrast."""
    rows: tuple[Row, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """All that the rows are about, once."""
        return _once(name for row in self.rows for name in row.features)

    @property
    def measures(self) -> tuple[str, ...]:
        """All that acts on them, once."""
        return _once(name for row in self.rows for name in row.measures)


def answer(view: View, asked: Asked) -> Answer:
    """The answer of a view to a question; UnknownPlace for a place that it does not know."""
    found = asked.answer(view)
    rows = tuple(_row(each) for each in found)
    return Answer(asked, asked.title(view.register), headline(rows), found, rows)


def headline(rows: Sequence[Row]) -> Text:
    """How many rows there are, and how many of them are how sure, in words."""
    if not rows:
        return TEXTS["answer-none"]
    counts = [(sure, sum(row.sure == sure for row in rows)) for sure in SURE]
    parts = [said(f"answer-{sure}", n=n) for sure, n in counts if n]
    return said("answer-some", n=len(rows), parts=listed(parts)) if parts else said("answer-counted", n=len(rows))


def _row(each: Any) -> Row:
    if isinstance(each, Finding):
        features = _once((each.first, each.second, *each.more.get("projects", ())))
        line = each.line
        if line is not None and line.geom_type == "LineString" and line.length == 0:
            line = shapely.get_point(line, 0)
        return Row(each.sentence, each.sure, features, each.measures, line)
    if isinstance(each, Group):
        return Row(each.sentence, "", each.features, each.measures, None)
    if isinstance(each, Contrast):
        features, measures = (
            _once(name for group in (each.mine, each.theirs) for name in getattr(group, field))
            for field in ("features", "measures")
        )
        return Row(each.sentence, "", features, measures, None)
    assert isinstance(each, Turn)
    is_feature = each.table == "features"
    return Row(each.sentence, "", (each.id,) if is_feature else (), () if is_feature else (each.id,), None)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
