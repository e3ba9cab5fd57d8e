"""The limits of the city as far as they are known: where lines cross them, and which ends stop near one.

No boundary is drawn. What is known of it are the points at which a line that crosses is cut into its sections, and the
rivers that lie on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, SURE, Span, span, within
from analysis.spatial.findings import Finding, Ties, around_towns, how_far, said, ties
from analysis.spatial.ground import Ground, Mask, ground_of, members
from analysis.view import View
from geodata.codes import Location
from geodata.model import Feature
from geodata.positions import to_degrees

LIMITS = "limits"
"""What one asks for by this name, in the place of a theme."""
_SAME = 150.0
"""Metres by which the ends of a section and of its whole lie apart where they are drawn from one."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A point or a river of which it is known that the limit runs there."""

    feature: str
    """The whole line that is cut there, or the river."""
    section: str
    """The section inside; empty for a river."""
    shape: BaseGeometry
    """In the metric system of the place."""
    error: float


def limits_of(view: View) -> list[Limit]:
    """All that is known of the limits, in the order of the register."""
    register = view.register
    features = register.by_id(Feature)
    ground = ground_of(view, register.placed)
    found: list[Limit] = []
    for name, place in ground.at.items():
        row, shape, error = features[name], ground.shapes[place], float(ground.errors[place])
        whole = ground.at.get(row.part_of)
        if (
            row.location == Location.INSIDE
            and whole is not None
            and features[row.part_of].location == Location.CROSSING
        ):
            own = _ends(ground.shapes[whole])
            cut = [end for end in _ends(shape) if all(end.distance(other) > _SAME for other in own)]
            found += [Limit(row.part_of, name, end, error) for end in cut]
    rivers = register.context & (register.features["location"] == Location.BOUNDARY).to_numpy()
    along = ground_of(view, rivers)
    is_line = shapely.get_dimensions(along.shapes) == 1
    found += [
        Limit(str(along.ids[at]), "", along.shapes[at], float(along.errors[at])) for at in np.flatnonzero(is_line)
    ]
    return found


def _ends(shape: BaseGeometry) -> list[Point]:
    """The ends of a line, each part of it by itself."""
    merged = shapely.line_merge(shape) if shapely.get_dimensions(shape) == 1 else shape
    lines = [part for part in shapely.get_parts(merged) if shapely.get_dimensions(part) == 1]
    return [shapely.get_point(part, at) for part in lines for at in (0, -1)]


def at_limits(view: View, first: str, near: float = 2000.0) -> list[Finding]:
    """Where lines of `first`, a theme or the id of a feature, cross a known limit of the city, and which of their ends
    may stop within `near` metres of one without another line that goes on from there.

    `second` is the section that ends at the limit, or the river or line by which the limit is known. Whether an end
    stops short is certain only where its error is smaller than what is asked; where it is larger, nothing is told.
    UnknownPlace for what is neither a theme nor a feature.
    """
    known, limits = ties(view), limits_of(view)
    chosen: Mask = members(view, first)
    ids = set(view.register.features["id"][chosen])
    cut = [limit for limit in limits if limit.section and ids & {limit.feature, limit.section}]
    crossing = [_crossing(view, limit, known) for limit in cut]
    told = {limit.feature for limit in cut} | {limit.section for limit in cut}
    return [*crossing, *_unknown(view, chosen, told, known), *_open_ends(view, chosen, limits, near, known)]


def _unknown(view: View, chosen: Mask, told: set[str], known: Ties) -> list[Finding]:
    """Lines that are said to cross the limit, of which no point is known: nothing is told, which is not nothing."""
    features = view.register.by_id(Feature)
    asked = ground_of(view, chosen & ~view.register.sections & ~view.register.context)
    found = []
    for at in np.flatnonzero(shapely.get_dimensions(asked.shapes) == 1).tolist():
        name = str(asked.ids[at])
        if features[name].location in (Location.CROSSING, Location.BOUNDARY) and name not in told:
            sentence, far = said("limit-unknown", a=asked.names[name]), Span(0.0, 0.0, float("inf"))
            more = {"kind": "unknown"}
            found.append(Finding(name, "", far, CANNOT_TELL, sentence, None, *known.behind(name), more))
    return found


def _crossing(view: View, limit: Limit, known: Ties) -> Finding:
    features = view.register.by_id(Feature)
    here = to_degrees(limit.shape, view.register.place.metric_crs)
    lon, lat = round(here.x, 6), round(here.y, 6)
    town = around_towns(view, features[limit.section].town, [limit.shape])
    sentence = said(
        "crosses-limit", a=features[limit.feature].name, where=town, lon=f"{lon:.4f}", lat=f"{lat:.4f}",
        error=f"{limit.error:.0f}",
    )  # fmt: skip
    far = span(0.0, limit.error)
    more = {"kind": "limit", "lon": lon, "lat": lat}
    return Finding(
        limit.feature, limit.section, far, CERTAIN, sentence, Point(lon, lat),
        *known.behind(limit.feature, limit.section), more,
    )  # fmt: skip


def _open_ends(view: View, chosen: Mask, limits: list[Limit], near: float, known: Ties) -> list[Finding]:
    register = view.register
    inside = (register.features["location"] == Location.INSIDE).to_numpy()
    asked = ground_of(view, chosen & inside & ~register.sections & ~register.context)
    lines = ground_of(view, register.placed & ~register.context & ~register.sections)
    lines = lines.only(shapely.get_dimensions(lines.shapes) == 1)
    found = []
    for place in np.flatnonzero(shapely.get_dimensions(asked.shapes) == 1).tolist():
        for end in _ends(asked.shapes[place]):
            limit, far = _nearest(limits, end, float(asked.errors[place]))
            if limit is None or not (sure := within(far, near)):
                continue
            partner, other = _goes_on(view, asked, place, end, lines)
            if partner == CERTAIN or (sure == CANNOT_TELL and far.metres > near):
                continue
            sure = POSSIBLE if partner and sure == CERTAIN else sure
            found.append(_open(view, asked, place, end, limit, far, sure, other, known))
    return found


def _nearest(limits: list[Limit], end: Point, error: float) -> tuple[Limit | None, Span]:
    spans = [(limit, span(float(shapely.distance(end, limit.shape)), error, limit.error)) for limit in limits]
    return min(spans, key=lambda each: each[1].metres) if spans else (None, Span(0.0, 0.0, 0.0))


def _goes_on(view: View, asked: Ground, place: int, end: Point, lines: Ground) -> tuple[str, str]:
    """How sure it is that another line of the same theme goes on from an end, and which; empty where none does."""
    features, own = view.register.by_id(Feature), str(asked.ids[place])
    found: list[tuple[int, float, str, str]] = []
    for at, name in enumerate(lines.ids.tolist()):
        if name != own and features[name].theme == features[own].theme:
            metres = float(shapely.distance(end, lines.shapes[at]))
            word = within(span(metres, float(asked.errors[place]), float(lines.errors[at])), _SAME)
            found += [(SURE.index(word), metres, word, name)] if word else []
    return min(found)[2:] if found else ("", "")


def _open(
    view: View, asked: Ground, place: int, end: Point, limit: Limit, far: Span, sure: str, other: str, known: Ties
) -> Finding:
    name, features = str(asked.ids[place]), view.register.by_id(Feature)
    here = to_degrees(end, asked.crs)
    sentence = said(
        f"open-end-{sure}", a=asked.names[name], b=features[limit.feature].name, far=how_far(far),
        goes=said("may-go-on", other=features[other].name) if other else said("goes-nowhere"),
        known=said("limit-at-river" if not limit.section else "limit-at-line", b=features[limit.feature].name),
    )  # fmt: skip
    line = to_degrees(shapely.shortest_line(end, limit.shape), asked.crs)
    more = {"kind": "end", "lon": round(here.x, 6), "lat": round(here.y, 6)}
    return Finding(name, limit.feature, far, sure, sentence, line, *known.behind(name), more)
