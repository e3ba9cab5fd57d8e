"""What the map shows of an answer: the features that it is about, its lines, the corridor, marks of a size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from analysis.view import View
from geodata.model import Feature
from geodata.positions import to_degrees, to_metric
from views.analyse_question import DRAWN_IN, Question

DIGITS = 6
"""Of degrees: a tenth of a metre."""
_ROUNDNESS = 8
"""Segments of a quarter of a circle."""


def on_map(question: Question, found: Sequence[Any], rows: Sequence[Mapping[str, Any]], view: View) -> dict[str, Any]:
    """Lines with their rows, areas and marks for the browser: latitude before longitude (EPSG:4326)."""
    shapes = [question.analysis.shape(each) for each in found]
    lines = [
        {"row": place, "sure": row.get("sure", ""), "parts": _parts(shape)}
        for place, (row, shape) in enumerate(zip(rows, shapes, strict=True))
        if shape is not None and not shape.is_empty
    ]
    return {"lines": lines, **_corridor(question, view), "marks": _marks(question, rows, view)}


def _parts(shape: BaseGeometry) -> list[list[list[float]]]:
    """The parts of a shape, a point having one place only."""
    found = []
    for part in shapely.get_parts(shape):
        ring = part.exterior if part.geom_type == "Polygon" else part
        found.append([[round(lat, DIGITS), round(lon, DIGITS)] for lon, lat in shapely.get_coordinates(ring)])
    return found


def _corridor(question: Question, view: View) -> dict[str, Any]:
    """The ground within the width that is asked for, and the drawn line."""
    if question.name != DRAWN_IN or not (width := question.told.get("width")):
        return {"wide": [], "drawn": []}
    shape = shapely.LineString(question.line) if question.line else _shape(question.told.get("feature", ""), view)
    if shape is None:
        return {"wide": [], "drawn": []}
    crs = view.register.place.metric_crs
    wide = shapely.buffer(to_metric(shape, crs), width, quad_segs=_ROUNDNESS)
    area = to_degrees(shapely.simplify(wide, width / 50), crs)
    return {"wide": _parts(area), "drawn": _parts(shape) if question.line else []}


def _shape(name: str, view: View) -> BaseGeometry | None:
    frame = view.standing.features
    found = frame.geometry[frame["id"] == name]
    return found.iloc[0] if len(found) else None


def _marks(question: Question, rows: Sequence[Mapping[str, Any]], view: View) -> list[dict[str, Any]]:
    """Groups that are a place: a mark on each, as large as what is counted."""
    places = view.register.by_id(Feature)
    return [
        {"row": place, "id": row["group"], "n": len(row["features"])}
        for place, row in enumerate(rows)
        if row.get("group") in places
    ]
