"""The nearest of each feature, and whether no other one can be nearer, given the errors of all of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, spans, sure_within
from analysis.spatial.engines.candidates import SLACK, Best, best, measured, not_self
from analysis.spatial.engines.face import Layer, Mask, Numbers, Places

_ROWS = 25_000
"""Rows that are computed at once."""


def nearest_table(first: Layer, second: Layer, k: int, limit: float | None = None) -> Iterator[pd.DataFrame]:
    """`Engine.nearest` for two layers in memory."""
    for begin in range(0, len(first.ids), _ROWS):
        part = first if len(first.ids) <= _ROWS else first.part(slice(begin, begin + _ROWS))
        yield nearest_part(part, second, k, limit)


def nearest_part(first: Layer, second: Layer, k: int, limit: float | None = None) -> pd.DataFrame:
    """The same for as many rows as fit into memory."""
    if not len(first.ids) or not len(second.ids):
        return as_table(first, second, Best(np.empty((0, 1), dtype=np.int64), np.empty((0, 1))))
    if limit is not None:
        return limited(as_table(first, second, best(first, second, k)), limit)
    found = best(first, second, k + 1)
    table = as_table(first, second, Best(found.places[:, :k], found.metres[:, :k]))
    return table.assign(sure=_words(first, second, found, k))


def as_table(first: Layer, second: Layer, found: Best) -> pd.DataFrame:
    """Ids and spans of what was found, row by row; `sure` is still empty."""
    rows, at = np.nonzero(found.places >= 0)
    places, metres = found.places[rows, at], found.metres[rows, at]
    low, high = spans(metres, first.errors[rows] + second.errors[places])
    return pd.DataFrame(
        {"first": first.ids[rows], "second": second.ids[places], "metres": metres, "low": low, "high": high, "sure": ""}
    )


def limited(table: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Of the nearest those that may lie within `limit`; where none does, a row that says so for certain."""
    metres, low, high = (table[name].to_numpy() for name in ("metres", "low", "high"))
    sure = sure_within(metres, low, high, limit)
    kept = sure != ""
    some = table["first"].isin(table["first"][kept]).to_numpy()
    none = ~some & ~table["first"].duplicated().to_numpy()
    table = table.assign(sure=np.where(none, CERTAIN, sure))
    table.loc[none, "second"] = ""
    return table[kept | none].reset_index(drop=True)


def _words(first: Layer, second: Layer, found: Best, k: int) -> np.ndarray:
    """How sure it is of each pair that no feature but the `k` nearest can be nearer; row by row."""
    _, high = _lowest(first, second, found, slice(0, k))
    bound, _ = _lowest(first, second, found, slice(k, k + 1))
    others = bound.min(axis=1)
    least = _bounded(found.metres[:, k] - first.errors - _largest(second.errors))
    there = found.places[:, k] >= 0
    others[there & _unknown_beside(first, second, found, k)] = 0.0
    # An error of the row itself that nobody states leaves nothing to be told, whatever the others are.
    open_ = there[:, None] & np.isfinite(high) & (high <= others[:, None]) & (high > least[:, None])
    rows = np.flatnonzero(open_.any(axis=1))
    if len(rows):
        cap = np.where(open_, high, 0.0).max(axis=1)
        _look_farther(first, second, found.places[:, :k], rows, cap, others)
    words = np.where(np.isfinite(high), np.where(high <= others[:, None], CERTAIN, POSSIBLE), CANNOT_TELL)
    told: np.ndarray = words[found.places[:, :k] >= 0].astype(object)
    return told


def _lowest(first: Layer, second: Layer, found: Best, columns: slice) -> tuple[Numbers, Numbers]:
    """The least and the most that the distances of some ranks can be; infinite where there is none."""
    places, metres = found.places[:, columns], found.metres[:, columns]
    low, high = spans(metres, first.errors[:, None] + second.errors[places])
    low[places < 0] = np.inf
    high[places < 0] = np.inf
    return low, high


def _bounded(metres: Numbers) -> Numbers:
    return np.maximum(0.0, np.nan_to_num(metres, nan=0.0, posinf=np.inf))


def _largest(errors: Numbers) -> float:
    return float(np.nan_to_num(errors, nan=0.0).max(initial=0.0))


def _unknown_beside(first: Layer, second: Layer, found: Best, k: int) -> Mask:
    """Rows beside whose `k` nearest there is a feature that may lie anywhere: nobody states its error."""
    unknown = np.isnan(second.errors)
    total = int(unknown.sum())
    if not total:
        return np.zeros(len(first.ids), dtype=bool)
    places = found.places[:, :k]
    taken = (unknown[places] & (places >= 0)).sum(axis=1)
    own = np.array([unknown[second.at[name]] if name in second.at else False for name in first.ids.tolist()])
    beside: Mask = total - taken - own > 0
    return beside


def _look_farther(first: Layer, second: Layer, taken: Places, rows: Places, cap: Numbers, others: Numbers) -> None:
    """Lower `others` of `rows` to the least that a feature but those `taken` can be away, where that is under `cap`.

    Features of like errors are asked together, so that a few rough ones do not widen the search among all.
    """
    errors = np.nan_to_num(second.errors, nan=0.0)
    kinds = np.ceil(np.log2(np.maximum(errors, 1.0)) / 2).astype(int)
    for kind in np.unique(kinds):
        alike = np.flatnonzero(kinds == kind)
        some = second if len(alike) == len(second.ids) else second.part(alike)
        for begin in range(0, len(rows), 5_000):
            now = rows[begin : begin + 5_000]
            reach = cap[now] + first.errors[now] + errors[alike].max() + SLACK
            one, at = some.tree.query(first.shapes[now], predicate="dwithin", distance=reach)
            whole, places = now[one], alike[at]
            keep = not_self(first, second, whole, places)
            for column in taken.T:
                keep &= column[whole] != places
            whole, places = whole[keep], places[keep]
            metres = measured(first.shapes[whole], second.shapes[places])
            low = _bounded(metres - first.errors[whole] - errors[places])
            np.minimum.at(others, whole, low)
