"""Points in the cells of a grid, so that those round a place are found without asking each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spatial.engines.face import Numbers, Places

_MOST_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of one size over the box of all points, counted row by row from the southwest."""

    west: float
    south: float
    size: float
    """Metres."""
    columns: int
    rows: int
    begins: Places
    """Where the points of each cell begin in `points`; one more at the end."""
    points: Places

    @classmethod
    def of(cls, points: Numbers, few: int) -> Grid:
        """Cells that hold somewhat more than `few` of the points (x, y in metres) each."""
        (west, south), (wide, high) = points.min(axis=0), np.ptp(points, axis=0)
        cells = min(max(1.0, len(points) / (few + 0.5)), _MOST_CELLS)
        # Points on one line have no area: then the cells are as many along it.
        size = max(np.sqrt(wide * high / cells), max(wide, high) / cells, 1e-3)
        columns, rows = int(wide / size) + 1, int(high / size) + 1
        column, row = ((points[:, axis] - least) // size for axis, least in enumerate((west, south)))
        cell = (row * columns + column).astype(np.int64)
        begins = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=columns * rows))])
        return cls(float(west), float(south), float(size), columns, rows, begins, np.argsort(cell, kind="stable"))

    def around(self, places: Numbers) -> tuple[Places, Places, Numbers]:
        """Pairs (row of `places`, point) of the nine cells round each place, by row; and how far they are complete."""
        x, y = places[:, 0] - self.west, places[:, 1] - self.south
        column = np.clip(x // self.size, 0, self.columns - 1).astype(np.int64)
        row = np.clip(y // self.size, 0, self.rows - 1).astype(np.int64)
        left, right = np.maximum(column - 1, 0), np.minimum(column + 1, self.columns - 1)
        lines = row[:, None] + np.array([-1, 0, 1])
        there = (lines >= 0) & (lines < self.rows)
        line = np.clip(lines, 0, self.rows - 1) * self.columns
        begins = np.where(there, self.begins[line + left[:, None]], 0).ravel()
        lengths = np.where(there, self.begins[line + right[:, None] + 1], 0).ravel() - begins
        ends = np.cumsum(lengths)
        index = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)
        rows = np.repeat(np.arange(len(places)), lengths.reshape(-1, 3).sum(axis=1))
        return rows, self.points[index], self._complete(x, y, column, row)

    def _complete(self, x: Numbers, y: Numbers, column: Places, row: Places) -> Numbers:
        """The distance from each place to the edge of its nine cells; an edge of the grid has nothing behind it."""
        size, far = self.size, np.inf
        sides = (
            np.where(column > 1, x - (column - 1) * size, far),
            np.where(column < self.columns - 2, (column + 2) * size - x, far),
            np.where(row > 1, y - (row - 1) * size, far),
            np.where(row < self.rows - 2, (row + 2) * size - y, far),
        )
        found: Numbers = np.minimum.reduce(sides)
        return found
