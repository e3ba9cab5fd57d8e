"""A table with pictures in its cells, for printed maps and slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | tuple[str, str]
"""A text, or a picture (SVG) and a text."""


@dataclass(frozen=True)
class Table:
    """A table under the map: `widths` are shares; a cell is a text or a (svg, text) pair."""

    title: str
    head: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[Cell]]
