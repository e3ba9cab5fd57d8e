"""How sure a distance is: positions have an error, and so has every distance between them.

The true distance lies within d ± (a + b), where a and b are the errors of the two positions in metres. A statement is
certain where it holds for every true position, possible where it holds for some, and nothing can be told where the
error alone is larger than what is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CERTAIN, POSSIBLE, CANNOT_TELL = "certain", "possible", "cannot-tell"
SURE = (CERTAIN, POSSIBLE, CANNOT_TELL)
"""Surest first."""


@dataclass(frozen=True, slots=True)
class Span:
    """A distance in metres as measured, and the least and the most that it can be."""

    metres: float
    low: float
    high: float


def span(metres: float, *errors: float) -> Span:
    """The distance between two positions with their errors in metres; an error of NaN is one that nobody states."""
    error = sum(errors)
    if math.isnan(error):
        return Span(metres, 0.0, math.inf)
    return Span(metres, max(0.0, metres - error), metres + error)


def within(found: Span, limit: float) -> str:
    """How sure it is that a distance is at most `limit` metres; empty where it certainly is not."""
    if found.low > limit:
        return ""
    if found.high <= limit:
        return CERTAIN
    return CANNOT_TELL if found.high - found.metres > limit else POSSIBLE


def spans(metres: NDArray[np.float64], error: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the most of many distances, given the sums of their errors (NaN: not stated)."""
    known = ~np.isnan(error)
    low = np.where(known, np.maximum(0.0, metres - np.where(known, error, 0.0)), 0.0)
    return low, np.where(known, metres + np.where(known, error, 0.0), np.inf)


def sure_within(
    metres: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], limit: float
) -> NDArray[np.object_]:
    """`within` for many distances."""
    told = np.where(high - metres > limit, CANNOT_TELL, POSSIBLE)
    return np.where(low > limit, "", np.where(high <= limit, CERTAIN, told)).astype(object)
