"""What lies beside one line: how far along it, and on which side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.engines.face import Ids, Layer, Numbers, Places, one
from analysis.spatial.engines.pairs import within_rows

LEFT, RIGHT, ON = "left", "right", "on"


@dataclass(frozen=True, eq=False)
class Course:
    """The lines of a shape with the chainage at which each begins: one after the other, as they are drawn."""

    parts: Ids
    starts: Numbers

    @classmethod
    def of(cls, shape: BaseGeometry) -> Course:
        """The course of a shape in metres; nothing for what is no line."""
        merged = shapely.line_merge(shape) if shapely.get_dimensions(shape) == 1 else shape
        parts = [part for part in shapely.get_parts(merged) if shapely.get_dimensions(part) == 1 and part.length > 0]
        starts = np.concatenate([[0.0], np.cumsum([part.length for part in parts])])[: len(parts)]
        return cls(np.array(parts, dtype=object), starts)

    def nearest(self, points: Ids) -> Places:
        """Which part is nearest to each point."""
        found: Places = np.argmin(shapely.distance(self.parts[None, :], points[:, None]), axis=1)
        return found

    def at(self, points: Ids) -> Numbers:
        """The chainage of each point, metres."""
        part = self.nearest(points)
        found: Numbers = self.starts[part] + shapely.line_locate_point(self.parts[part], points)
        return found


def along_table(line: Layer, second: Layer, width: float) -> pd.DataFrame:
    """`Engine.along` for a layer in memory; by chainage, then by id."""
    error = np.nan_to_num(second.errors, nan=0.0)
    reach = width + float(np.nan_to_num(line.errors[0])) + error.max(initial=0.0)
    places = np.sort(second.tree.query(line.shapes[0], predicate="dwithin", distance=reach))
    places = places[second.ids[places] != line.ids[0]]
    table = within_rows(line, second, (np.zeros(len(places), dtype=np.int64), places), width, once=False)
    return beside(line.shapes[0], table, second.shapes[[second.at[name] for name in table["second"]]], width)


def beside(shape: BaseGeometry, table: pd.DataFrame, shapes: Ids, width: float) -> pd.DataFrame:
    """Rows of `within` with chainage and side: `shapes` are those of their second features."""
    course = Course.of(shape)
    metres, high = table["metres"].to_numpy(), table["high"].to_numpy()
    reach = width + np.where(np.isfinite(high), np.maximum(0.0, high - metres), 0.0)
    begins, ends = _chainage(course, shape, shapes, reach)
    table = table.assign(from_m=begins, to_m=ends, side=_sides(course, shapes, metres))
    return by_chainage(iter([table]))


def by_chainage(tables: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """All tables in one, by chainage, then by id."""
    return one(tables).sort_values(["from_m", "second"], kind="stable", ignore_index=True)


def _chainage(course: Course, shape: BaseGeometry, shapes: Ids, reach: Numbers) -> tuple[Numbers, Numbers]:
    """From where to where each shape lies beside a course, in metres from its beginning."""
    if not len(course.parts) or not len(shapes):
        return np.zeros(len(shapes)), np.zeros(len(shapes))
    near = shapes.copy()
    lines = np.flatnonzero(shapely.get_dimensions(shapes) == 1)
    for wide in np.unique(reach[lines]):
        # Only the stretch that is near counts, not where the other line goes on to.
        some = lines[reach[lines] == wide]
        corridor = shapely.buffer(shape, wide)
        near[some] = shapely.intersection(shapes[some], corridor)
    near = np.where(shapely.is_empty(near), shapes, near)
    coordinates, index = shapely.get_coordinates(near, return_index=True)
    at = course.at(shapely.points(coordinates))
    begins = np.flatnonzero(np.diff(index, prepend=-1))
    return np.minimum.reduceat(at, begins), np.maximum.reduceat(at, begins)


def _sides(course: Course, shapes: Ids, metres: Numbers) -> Ids:
    """On which side of the course each shape is, in the direction in which it is drawn."""
    sides = np.full(len(shapes), ON, dtype=object)
    apart = np.flatnonzero(metres >= 1)
    if not len(course.parts) or not len(apart):
        return sides
    points = shapely.centroid(shapes[apart])
    part = course.parts[course.nearest(points)]
    at = shapely.line_locate_point(part, points)
    before, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(part, np.maximum(0.0, at + step)))
        for step in (-1.0, 1.0)
    )
    here, way = shapely.get_coordinates(points), after - before
    turn = way[:, 0] * (here[:, 1] - before[:, 1]) - way[:, 1] * (here[:, 0] - before[:, 0])
    sides[apart] = np.where(turn > 0, LEFT, RIGHT)
    return sides
