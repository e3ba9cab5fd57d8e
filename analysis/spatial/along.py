"""Along a line: what lies in a corridor round a feature or a drawn line, in the order in which one comes by."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import span, within
from analysis.spatial.findings import Finding, how_far, said, ties
from analysis.spatial.ground import Mask, UnknownPlace, ground_of
from analysis.view import View
from geodata.positions import to_degrees, to_metric
from geodata.text import Text

LEFT, RIGHT, ON = "left", "right", "on"


def along(view: View, feature: str, width: float) -> list[Finding]:
    """What may lie within `width` metres of a feature, by chainage; the feature's own sections and whole left out.

    UnknownPlace for a feature that the register has not, or that has no position.
    """
    status = view.standing.feature_status.get(feature)
    if status is None or not status.feature.is_placed:
        raise UnknownPlace(feature)
    own = ground_of(view, (view.standing.features["id"] == feature).to_numpy())
    frame = view.standing.features
    family = {feature, status.feature.part_of, *frame.loc[frame["part_of"] == feature, "id"]}
    others: Mask = view.counted & ~frame["id"].isin(family).to_numpy()
    return _corridor(view, own.shapes[0], float(own.errors[0]), own.names[feature], feature, width, others)


def along_line(view: View, line: BaseGeometry, width: float) -> list[Finding]:
    """The same for a line that somebody drew (EPSG:4326), whose own position has no error."""
    metric = to_metric(line, view.register.place.metric_crs)
    return _corridor(view, metric, 0.0, said("along-drawn"), "", width, view.counted)


def _corridor(
    view: View, shape: BaseGeometry, error: float, name: Text, feature: str, width: float, keep: Mask
) -> list[Finding]:
    ground, known, course = ground_of(view, keep), ties(view), _course(shape)
    found: list[tuple[float, Finding]] = []
    for place, other in enumerate(ground.ids.tolist()):
        far = span(float(shapely.distance(shape, ground.shapes[place])), error, float(ground.errors[place]))
        if not (sure := within(far, width)):
            continue
        begins, ends = _chainage(course, shape, ground.shapes[place], width + max(0.0, far.high - far.metres))
        side = _side(course, ground.shapes[place], far.metres)
        sentence = said(
            "along-at" if ends - begins < 100 else "along-from", a=name, b=ground.names[other], far=how_far(far),
            km=f"{begins / 1000:.1f}", to=f"{ends / 1000:.1f}",
        )  # fmt: skip
        line = to_degrees(shapely.shortest_line(shape, ground.shapes[place]), ground.crs)
        more = {"from_m": round(begins), "to_m": round(ends), "side": side}
        names = (feature, other) if feature else (other,)
        found.append((begins, Finding(feature, other, far, sure, sentence, line, *known.behind(*names), more)))
    return [finding for _, finding in sorted(found, key=lambda each: (each[0], each[1].second))]


def _course(shape: BaseGeometry) -> list[tuple[float, LineString]]:
    """The lines of a shape with the chainage at which each begins: one after the other, as they are drawn."""
    merged = shapely.line_merge(shape) if shapely.get_dimensions(shape) == 1 else shape
    parts = [part for part in shapely.get_parts(merged) if shapely.get_dimensions(part) == 1 and part.length > 0]
    starts = np.concatenate([[0.0], np.cumsum([part.length for part in parts])])
    return list(zip(map(float, starts), parts, strict=False))


def _chainage(
    course: list[tuple[float, LineString]], shape: BaseGeometry, other: BaseGeometry, reach: float
) -> tuple[float, float]:
    """From where to where something lies beside a course, in metres from its beginning."""
    points = shapely.get_coordinates(other)
    if shapely.get_dimensions(other) == 1:
        # Only the stretch that is near counts, not where the other line goes on to.
        near = shapely.intersection(other, shapely.buffer(shape, reach))
        points = shapely.get_coordinates(near) if not shapely.is_empty(near) else points
    if not course:
        return 0.0, 0.0
    places = []
    for point in shapely.points(points):
        start, part = min(course, key=lambda each: float(shapely.distance(each[1], point)))
        places.append(start + float(shapely.line_locate_point(part, point)))
    return min(places), max(places)


def _side(course: list[tuple[float, LineString]], other: BaseGeometry, metres: float) -> str:
    """On which side of the course, in the direction in which it is drawn."""
    if metres < 1 or not course:
        return ON
    point = shapely.centroid(other)
    _, part = min(course, key=lambda each: float(shapely.distance(each[1], point)))
    at = float(shapely.line_locate_point(part, point))
    before, after = (shapely.line_interpolate_point(part, max(0.0, at + step)) for step in (-1.0, 1.0))
    turn = (after.x - before.x) * (point.y - before.y) - (after.y - before.y) * (point.x - before.x)
    return LEFT if turn > 0 else RIGHT
