"""Up and down the river: what lies above and below a section or works, how far by water, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, Span, span
from analysis.spatial.findings import Finding, Ties, how_far, kilometres, listed, said, ties
from analysis.spatial.ground import UnknownPlace, ground_of
from analysis.spatial.rivers import DOWN, UP, Reach, Rivers, is_proven, reaches, rivers_of, stretch
from analysis.view import View
from geodata import edtf
from geodata.facts import WaterQuality
from geodata.model import Agency, Feature
from geodata.positions import to_degrees
from geodata.text import Text

ON, BESIDE, RIVER = "on", "beside", "river"
"""How a thing belongs to a river: it lies on it as somebody says, it is drawn near it, or it is a river itself."""
EITHER = "either"
"""The direction of what may lie up or down: nobody can tell."""
_NO = Text("", "")


class NoRiver(UnknownPlace):
    """A feature that lies on no river of the register."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Something on a river."""

    feature: str
    river: str
    at: float
    """Metres from the source."""
    error: float
    how: str
    is_proven: bool
    beside: Span | None = None


def upstream(view: View, feature: str, width: float = 1000.0) -> list[Finding]:
    """What lies upstream of a feature, then what lies downstream, nearest first: rivers, what lies on them, and what of
    the view is drawn across them or within `width` metres. Of what runs along a river or crosses it more than once the
    distance is that of the middle, and its error reaches to both ends.

    Distances are along the rivers as they are drawn, with the errors of both positions. A row is certain where the
    order holds for every true position and a source says so of each river on the way; it is possible where only the
    drawing or an inference does; where the errors are larger than the distance, nothing is told. A river is asked for
    at its mouth.
    UnknownPlace for a feature that the register has not, NoRiver for one that lies on no river.
    """
    rivers = rivers_of(view.register)
    start = _start(view, rivers, feature, width)
    places = list(_places(view, rivers, width))
    known, found, seen = ties(view), list[Finding](), {feature, start.river}
    for way in (UP, DOWN):
        nearest = _nearest(rivers, start, places, way, seen)
        rows = [_finding(view, rivers, start, place, reach, way, known) for place, reach in nearest]
        # What may lie on either side is told once.
        seen |= {row.second for row in rows if row.sure == CANNOT_TELL}
        found += sorted(rows, key=lambda row: (row.span.metres, row.second))
    return found


def _nearest(
    rivers: Rivers, start: _Place, places: list[_Place], way: str, seen: set[str]
) -> list[tuple[_Place, Reach]]:
    """Each thing up or down of a place, by the surest way to it and of those the shortest."""
    best: dict[str, tuple[tuple[bool, float], _Place, Reach]] = {}
    for reach in reaches(rivers, start.river, start.at, start.error, way):
        error = rivers.errors[reach.river]
        own = [_Place(reach.river, reach.river, reach.near_m, error, RIVER, True)] if reach.path else []
        for place in (*own, *(each for each in places if each.river == reach.river)):
            rank = not _is_sure(place, reach), _metres(place, reach)
            if (
                place.feature not in seen
                and (place.how == RIVER or reach.holds(place.at, place.error))
                and (place.feature not in best or rank < best[place.feature][0])
            ):
                best[place.feature] = rank, place, reach
    return [(place, reach) for _, place, reach in best.values()]


def _is_sure(place: _Place, reach: Reach) -> bool:
    return reach.is_sure and (place.how == RIVER or reach.is_certain(place.at, place.error))


def _metres(place: _Place, reach: Reach) -> float:
    return reach.way_m + abs(place.at - reach.near_m)


def askable(view: View) -> tuple[str, ...]:
    """The features that certainly can be asked for: what lies on a river as somebody says, and the rivers."""
    rivers, features = rivers_of(view.register), view.register.by_id(Feature)
    return tuple(name for name in (*rivers.lying, *rivers.courses) if features[name].is_placed)


def _start(view: View, rivers: Rivers, feature: str, width: float) -> _Place:
    row = view.register.by_id(Feature).get(feature)
    if row is None or not row.is_placed:
        raise UnknownPlace(feature)
    if feature in rivers.courses:
        return _Place(feature, feature, rivers.courses[feature].length, rivers.errors[feature], RIVER, True)
    ground = ground_of(view, (view.standing.features["id"] == feature).to_numpy())
    shape, error = ground.shapes[0], float(ground.errors[0])
    if feature in rivers.lying:
        return _lying(rivers, feature, shape, error)
    near = {name: float(shapely.distance(shape, course)) for name, course in rivers.courses.items()}
    if not near or min(near.values()) > width:
        raise NoRiver(feature)
    river = min(near, key=near.__getitem__)
    return _Place(feature, river, _at(rivers, river, shape), error, BESIDE, False)


def _lying(rivers: Rivers, feature: str, shape: BaseGeometry, error: float) -> _Place:
    flow = rivers.lying[feature]
    return _Place(feature, flow.river, _at(rivers, flow.river, shape), error, ON, is_proven(flow))


def _at(rivers: Rivers, river: str, shape: BaseGeometry) -> float:
    point = shapely.get_point(shapely.shortest_line(rivers.courses[river], shape), 0)
    return float(shapely.line_locate_point(rivers.courses[river], point))


def _extent(course: LineString, shape: BaseGeometry, width: float) -> tuple[float, float]:
    """The middle of where something crosses a river or, if it does not, comes within `width` metres of it, and how far
    it reaches from there to either side: along the river, metres."""
    met = shapely.intersection(shape, course)
    part = met if not shapely.is_empty(met) else shapely.intersection(shape, shapely.buffer(course, width + 1))
    places = shapely.line_locate_point(course, shapely.points(shapely.get_coordinates(part)))
    low, high = float(places.min()), float(places.max())
    return (low + high) / 2, (high - low) / 2


def _places(view: View, rivers: Rivers, width: float) -> Iterator[_Place]:
    """What lies on the rivers, be it in the view or not, and what of the view is drawn near them."""
    register = view.register
    frame = register.features
    placed = ground_of(view, frame["id"].isin(list(rivers.lying)).to_numpy())
    for name in rivers.lying:
        if name in placed.at:
            yield _lying(rivers, name, placed.shapes[placed.at[name]], float(placed.errors[placed.at[name]]))
    near = ground_of(
        view, view.counted & ~register.context & ~register.sections & ~frame["id"].isin(list(rivers.lying)).to_numpy()
    )
    for river, course in rivers.courses.items():
        for place, name in enumerate(near.ids.tolist()):
            error = float(near.errors[place])
            far = span(float(shapely.distance(course, near.shapes[place])), error, rivers.errors[river])
            if far.metres <= width and name not in rivers.courses:
                at, spread = _extent(course, near.shapes[place], width)
                yield _Place(name, river, at, error + spread, BESIDE, far.high <= width, far)


def _finding(view: View, rivers: Rivers, start: _Place, place: _Place, reach: Reach, way: str, known: Ties) -> Finding:
    far = span(_metres(place, reach), start.error, place.error)
    sure = CERTAIN if start.is_proven and place.is_proven and reach.is_proven else POSSIBLE
    sure = sure if _is_sure(place, reach) else CANNOT_TELL
    on = place.river
    flow, water = rivers.lying.get(place.feature), _water(view, place.feature)
    features = view.register.by_id(Feature)
    agencies = known.behind(place.feature)[1]
    parts = dict(
        a=features[start.feature].name,
        b=features[place.feature].name,
        way=said(way),
        d=kilometres(far.metres),
        error=kilometres(far.high - far.metres),
        river=said("across-river" if place.beside.metres < 1 else "beside-river", river=features[on].name,
                   far=how_far(place.beside)) if place.beside
        else said("on-river", river=features[on].name),
        bank=said("at-bank", bank=view.register.codes("bank")[flow.bank].title) if flow and flow.bank else _NO,
        water=_in_words(view, water),
        who=said("whose", agencies=listed(view.register.by_id(Agency)[name].name for name in agencies))
        if agencies else _NO,
        doubt=said("inferred-river") if sure == POSSIBLE else _NO,
        note=said("and-note", note=reach.note) if place.how == RIVER and reach.note.zh else _NO,
    )  # fmt: skip
    key = f"{'river-' if place.how == RIVER else ''}{'either-way' if sure == CANNOT_TELL else 'along-river'}"
    end = () if place.how == RIVER else (stretch(rivers.courses[place.river], reach.near_m, place.at),)
    line = to_degrees(shapely.multilinestrings([*reach.path, *end]), view.register.place.metric_crs)
    measures, agencies, articles, sources = known.behind(start.feature, place.feature)
    of_flows = [flow.source for flow in (rivers.lying.get(start.feature), flow) if flow and flow.source]
    more = {
        "direction": EITHER if sure == CANNOT_TELL else way,
        "how": place.how,
        "river": on,
        "bank": flow.bank if flow else "",
        "water_class": water.water_class if water else "",
        "water_period": water.period if water else "",
    }
    sources = tuple(dict.fromkeys((*sources, *reach.sources, *of_flows)))
    return Finding(
        start.feature, place.feature, far, sure, said(key, **parts), line, measures, agencies, articles, sources, more
    )


def _water(view: View, feature: str) -> WaterQuality | None:
    """The newest class of the water of a section that the day of the view can know."""
    dated = [(edtf.bounds(row.period), row) for row in view.register.water_of[feature] if row.water_class]
    known = [(span[1], row) for span, row in dated if span and span[1] <= view.day]
    return max(known, key=lambda each: (each[0], each[1].id))[1] if known else None


def _in_words(view: View, water: WaterQuality | None) -> Text:
    if water is None:
        return _NO
    title = view.register.codes("water-class")[water.water_class].title
    return said("water-was", title=title, period=edtf.printed(water.period))
