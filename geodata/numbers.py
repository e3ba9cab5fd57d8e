"""Numbers as files hold them."""

from __future__ import annotations

from math import isfinite


def is_finite(value: float) -> bool:
    """Whether a number is one to reckon with: JSON holds whole numbers of any length."""
    try:
        return isfinite(value)
    except OverflowError:
        return False
