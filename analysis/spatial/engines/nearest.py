"""The nearest of each feature, and whether no other one can be nearer, given the errors of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, spans, sure_within
from analysis.spatial.engines.candidates import Best, best, boxes_within, measured, not_self
from analysis.spatial.engines.face import Ids, Layer, Mask, Numbers, Places

Farther = Callable[[Places, Places, Numbers], Numbers]
_ROWS = 25_000
"""Rows that are computed at once."""


def nearest_table(first: Layer, second: Layer, k: int, limit: float | None = None) -> Iterator[pd.DataFrame]:
    """`Engine.nearest` for two layers in memory."""
    for begin in range(0, len(first.ids), _ROWS):
        part = first if len(first.ids) <= _ROWS else first.part(slice(begin, begin + _ROWS))
        yield nearest_part(part, second, k, limit)


def nearest_part(first: Layer, second: Layer, k: int, limit: float | None = None) -> pd.DataFrame:
    """The same for as many rows as fit into memory."""
    unknown = np.isnan(second.errors)
    others = Others(int(unknown.sum()), unknown_itself(first, second), _largest(second.errors))

    def farther(taken: Places, rows: Places, cap: Numbers) -> Numbers:
        return look_farther(first, second, taken, rows, cap)

    return nearest_of(first, second, k, limit, others, farther)


def nearest_of(
    first: Layer, second: Layer, k: int, limit: float | None, others: Others, farther: Farther
) -> pd.DataFrame:
    """The same where `second` holds no more than what can be among the nearest, and others are known by hearsay.

    `farther(taken, rows, cap)` is that of `words_of`; `taken` are the numbers in the order of the layer that are not
    to be counted again.
    """
    if not len(first.ids) or not len(second.ids):
        return as_table(first, second, Best(np.empty((0, 1), dtype=np.int64), np.empty((0, 1))))
    if limit is not None:
        return limited(as_table(first, second, best(first, second, k)), limit)
    found = best(first, second, k + 1)
    places = found.places
    theirs = np.where(places >= 0, second.errors[places], 0.0)
    taken = np.where(places >= 0, second.order[places], -1)[:, :k]
    ranks = Ranks(found.metres, places >= 0, first.errors, theirs)
    words = words_of(ranks, k, others, lambda rows, cap: farther(taken, rows, cap))
    return as_table(first, second, Best(places[:, :k], found.metres[:, :k])).assign(sure=words)


def unknown_itself(first: Layer, second: Layer) -> Mask:
    """Which rows are, in the other layer, a feature whose error nobody states."""
    unknown = np.isnan(second.errors)
    if not unknown.any():
        return np.zeros(len(first.ids), dtype=bool)
    return np.isin(first.ids.astype(str), second.ids[unknown].astype(str))


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


@dataclass(frozen=True)
class Ranks:
    """The `k` nearest of each row and the one after them: arrays of rows × (k + 1), but for `mine`."""

    metres: Numbers
    there: Mask
    mine: Numbers
    """The error of each row."""
    theirs: Numbers
    """The error of each that was found."""


@dataclass(frozen=True)
class Others:
    """What is known of all features that can be found."""

    unknown: int
    """How many there are whose error nobody states: these may lie anywhere."""
    own: Mask
    """Rows that are such a feature themselves, in the other layer."""
    largest: float
    """The largest error that is stated, metres."""


def words_of(ranks: Ranks, k: int, others: Others, farther: Callable[[Places, Numbers], Numbers]) -> Ids:
    """How sure it is of each pair that no feature but the `k` nearest can be nearer; row by row, rank by rank.

    `farther(rows, cap)` gives the least that any feature but these can be away from each of some rows, where that is
    under `cap`, and anything larger elsewhere; it is asked only where the one after the `k` leaves it open.
    """
    low, high = spans(ranks.metres, ranks.mine[:, None] + ranks.theirs)
    low, high = (np.where(ranks.there, each, np.inf) for each in (low, high))
    least, high, more = low[:, k], high[:, :k], ranks.there[:, k]
    taken = (np.isnan(ranks.theirs[:, :k]) & ranks.there[:, :k]).sum(axis=1)
    least = np.where(more & (others.unknown - taken - others.own > 0), 0.0, least)
    bound = np.maximum(0.0, ranks.metres[:, k] - ranks.mine - others.largest)
    # An error of the row itself that nobody states leaves nothing to be told, whatever the others are.
    asked = more[:, None] & np.isfinite(high) & (high <= least[:, None]) & (high > bound[:, None])
    rows = np.flatnonzero(asked.any(axis=1))
    if len(rows):
        cap = np.where(asked, high, 0.0).max(axis=1)[rows]
        least[rows] = np.minimum(least[rows], farther(rows, cap))
    told = np.where(np.isfinite(high), np.where(high <= least[:, None], CERTAIN, POSSIBLE), CANNOT_TELL)
    found: Ids = told[ranks.there[:, :k]].astype(object)
    return found


def _largest(errors: Numbers) -> float:
    return float(np.nan_to_num(errors, nan=0.0).max(initial=0.0))


def look_farther(first: Layer, second: Layer, taken: Places, rows: Places, cap: Numbers) -> Numbers:
    """The least that a feature but those `taken` can be away from `rows`, where that is under `cap`.

    `taken` are numbers in the order of `second`, for each row of `first` the same number of them.

    Features of like errors are asked together, so that a few rough ones do not widen the search among all.
    """
    found = np.full(len(rows), np.inf)
    for largest, alike, some in second.alike:
        for begin in range(0, len(rows), 5_000):
            now = slice(begin, begin + 5_000)
            reach = cap[now] + first.errors[rows[now]] + largest
            one, at = boxes_within(first.part(rows[now]), some, reach)
            place, places = begin + one, alike[at]
            whole = rows[place]
            keep = not_self(first, second, whole, places)
            for column in taken.T:
                keep &= column[whole] != second.order[places]
            place, whole, places = place[keep], whole[keep], places[keep]
            metres = measured(first.shapes[whole], second.shapes[places])
            low, _ = spans(metres, first.errors[whole] + second.errors[places])
            np.minimum.at(found, place, low)
    return found
