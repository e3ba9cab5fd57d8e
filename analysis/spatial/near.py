"""Near and nearest: for each feature of one kind those of another that are nearest, or that there is none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, Span, within
from analysis.spatial.findings import Finding, Ties, how_far, kilometres, said, ties
from analysis.spatial.ground import Ground, ground_of, members
from analysis.view import View
from geodata.text import Text

_AT_ONCE = 2_000_000
"""Distances that are held in memory at once."""


def near(view: View, first: str, second: str, k: int = 1, limit: float | None = None) -> list[Finding]:
    """For each feature of `first` in the view the `k` nearest of `second`, nearest first.

    `first` and `second` are themes, or the id of one feature. A row is sure where no other one can be nearer. With
    `limit` (metres) only what may lie within it, as sure as that is, and where nothing can a finding that says so, for
    certain: `second` is then empty, its span that of the nearest.
    UnknownPlace for what is neither a theme nor a feature, ValueError for a `k` under 1.
    """
    if k < 1:
        raise ValueError("k < 1")
    start, goal = (ground_of(view, members(view, name)) for name in (first, second))
    kind, known = _title(view, second), ties(view)
    found: list[Finding] = []
    for place, nearest, others in _nearest(start, goal, k):
        if not nearest:
            continue
        spans = [(at, start.between(place, goal, at)) for at in nearest]
        kept = [(at, span) for at, span in spans if limit is None or within(span, limit)]
        for at, span in kept:
            sure = _is_nearest(span, others) if limit is None else within(span, limit)
            found.append(_pair(start, place, goal, at, span, sure, known, limit))
        if limit is not None and not kept:
            found.append(_none(start, place, spans[0][1], limit, kind, known))
    return found


def _title(view: View, name: str) -> Text:
    theme = view.register.themes.get(name)
    return theme.title if theme else view.standing.feature_status[name].feature.name


def _nearest(start: Ground, goal: Ground, k: int) -> Iterator[tuple[int, list[int], float]]:
    """Each feature of `start`, the places of its `k` nearest in `goal`, and how near any other may be at the least.

    It is none of its own nearest; of equal ones the first comes first.
    """
    step = max(1, _AT_ONCE // max(1, len(goal.ids)))
    for at in range(0, len(start.ids), step):
        rows = shapely.distance(start.shapes[at : at + step, None], goal.shapes[None, :])
        rows[start.ids[at : at + step, None] == goal.ids[None, :]] = np.inf
        lows = np.nan_to_num(rows - start.errors[at : at + step, None] - goal.errors[None, :], nan=0.0)
        for row, places in enumerate(np.argsort(rows, axis=1, kind="stable")):
            chosen = [int(place) for place in places[:k] if np.isfinite(rows[row, place])]
            left = lows[row, places[k:]]
            yield at + row, chosen, max(0.0, float(left.min())) if len(left) else np.inf


def _is_nearest(span: Span, others: float) -> str:
    """How sure it is that no other one is nearer than this one."""
    if not np.isfinite(span.high):
        return CANNOT_TELL
    return CERTAIN if span.high <= others else POSSIBLE


def _pair(
    start: Ground, place: int, goal: Ground, at: int, span: Span, sure: str, known: Ties, limit: float | None
) -> Finding:
    one, other = str(start.ids[place]), str(goal.ids[at])
    key, asked = ("near-pair", "") if limit is None else ("near-within", kilometres(limit))
    sentence = said(key, a=start.names[one], b=goal.names[other], far=how_far(span), limit=asked)
    return Finding(one, other, span, sure, sentence, start.line_to(place, goal, at), *known.behind(one, other))


def _none(start: Ground, place: int, span: Span, limit: float, kind: Text, known: Ties) -> Finding:
    one = str(start.ids[place])
    sentence = said("near-none", a=start.names[one], kind=kind, limit=kilometres(limit), far=how_far(span))
    return Finding(one, "", span, CERTAIN, sentence, None, *known.behind(one))
