"""Questions of place about layers of one's own, beside the register or without it; rows come as they are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from analysis.spatial.along import along_more, along_sentence
from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, Span
from analysis.spatial.crossings import crossing_place, crossing_sentence
from analysis.spatial.engines.face import TEXTS, Engine, EngineError, Layer, Source
from analysis.spatial.engines.ways import UNBEGUN, Left
from analysis.spatial.findings import Finding, how_far, said
from analysis.spatial.near import near_sentence
from analysis.spatial.works import Works, gap_years
from geodata.text import Text

_NOTHING: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]] = ((), (), (), ())
"""Measures, agencies, articles and sources: a layer of one's own has none."""


@dataclass(frozen=True)
class Own:
    """A layer and what it is called."""

    source: Source
    title: Text
    names: Mapping[str, Text] = field(default_factory=dict)
    """Of features, by id; one without a name is called by its id."""
    works: Mapping[str, tuple[str, Works]] | None = None
    """Who leads a project and when it is built, by id; for `coordination`. None where the layer does not tell."""

    def name(self, feature: str) -> Text:
        """What a feature is called."""
        return self.names.get(feature) or Text(feature, feature)


def near_own(engine: Engine, first: Own, second: Own, k: int, limit: float | None) -> Iterator[Finding]:
    """`near` for layers that no register knows."""
    for row in _rows(engine.nearest(first.source, second.source, k, limit)):
        names = [first.name(row.first), *([second.name(row.second)] if row.second else [])]
        yield _finding(row, near_sentence(names, second.title, _span(row), limit, row.sure))


def crossings_own(engine: Engine, first: Own, second: Own) -> Iterator[Finding]:
    """`crossings` for layers that no register knows."""
    for row in _rows(engine.crossings(first.source, second.source)):
        here, more = crossing_place(row, first.source.crs)
        sentence = crossing_sentence(first.name(row.first), second.name(row.second), row.sure, here)
        yield Finding(row.first, row.second, _span(row), row.sure, sentence, here, *_NOTHING, more)


def along_own(engine: Engine, line: Layer, name: Text, layer: Own, width: float) -> Iterator[Finding]:
    """`along` for a layer that no register knows."""
    for row in _rows(engine.along(line, layer.source, width)):
        yield _finding(row, along_sentence(name, layer.name(row.second), _span(row), row), **along_more(row))


def coordination_own(engine: Engine, layer: Own, limit: float, years: float, day: date) -> Iterator[Finding]:
    """`coordination` for a layer with columns lead, begin and end, in the order of the layer.

    A feature of which no works are known has no part in it. EngineError where the layer has none of these columns.
    """
    if layer.works is None:
        raise EngineError("no-works", name=layer.title)
    for row in _rows(engine.within(layer.source, layer.source, limit, once=True)):
        if row.first not in layer.works or row.second not in layer.works:
            continue
        (lead, works), (other, theirs) = layer.works[row.first], layer.works[row.second]
        gap = gap_years(works, theirs, day)
        if gap is None or gap > years or not lead or not other or lead == other:
            continue
        far = Span(0.0, 0.0, 0.0) if row.crosses else _span(row)
        sure = CERTAIN if row.crosses else row.sure
        if sure == CANNOT_TELL and far.metres > limit:
            continue
        how = said("crosses" if far.metres < 1 else "comes-close", far=how_far(far))
        when = TEXTS["works-apart"].filled(years=f"{gap:.1f}") if gap else TEXTS["works-overlap"]
        leads = {"a": layer.name(row.first), "b": layer.name(row.second), "lead": lead, "other": other}
        sentence = TEXTS["coordination-own"].filled(how=how, when=when, **leads)
        more = {"gap_years": round(gap, 2)}
        yield Finding(row.first, row.second, far, sure, sentence, None, (), (lead, other), (), (), more)


def _rows(tables: Iterator[pd.DataFrame]) -> Iterator[Any]:
    for table in tables:
        yield from table.itertuples(index=False)


def _span(row: Any) -> Span:
    return Span(float(row.metres), float(row.low), float(row.high))


def _finding(row: Any, sentence: Text, **more: Any) -> Finding:
    return Finding(row.first, row.second, _span(row), row.sure, sentence, None, *_NOTHING, more)


def works_in(title: str, ids: list[str], frame: pd.DataFrame) -> tuple[dict[str, tuple[str, Works]] | None, list[Text]]:
    """Who leads and when it is built, from the columns lead, begin and end (days, or empty), and notes on rows that
    are left out: an end without a begin does not tell when it is built. None without these columns.

    EngineError for a day that is none.
    """
    if not {"lead", "begin"} <= set(frame.columns):
        return None, []
    ends = frame["end"] if "end" in frame else [None] * len(frame)
    known, left = {}, Left(title)
    for name, lead, begin, end in zip(ids, frame["lead"], frame["begin"], ends, strict=True):
        works = Works(_day(name, begin), _day(name, end))
        if works.begin is None and works.end is not None:
            left.add(UNBEGUN, 1, [name])
        else:
            known[name] = ("" if pd.isna(lead) else str(lead), works)
    return known, left.notes()


def _day(name: str, given: Any) -> date | None:
    if given is None or given == "" or pd.isna(given):
        return None
    try:
        day: date = pd.Timestamp(given).date()
    except ValueError:
        raise EngineError("no-day", name=name, found=given) from None
    return day


def names_in(ids: list[str], frame: pd.DataFrame) -> dict[str, Text]:
    """Names of features from the columns name_zh and name_en, as far as there are."""
    known = [name for name in ("name_zh", "name_en") if name in frame]
    if not known:
        return {}
    rows = zip(ids, frame[known[0]], frame[known[-1]], strict=True)
    found = ((name, "" if pd.isna(zh) else str(zh), "" if pd.isna(en) else str(en)) for name, zh, en in rows)
    return {name: Text(zh or en, en or zh) for name, zh, en in found if zh or en}
