"""Rivers as they flow: where one goes on in another, whether that leads in a circle, and what lies on which.

A river is drawn from its source to its mouth; distances along it are metres from its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from geodata import positions
from geodata.codes import FlowRelation, Grade
from geodata.faults import TEXTS, Fault, quoted
from geodata.place import Place
from geodata.tables import Row

Rows = Mapping[str, list[Row]]
_LIES_ON = 150.0
"""Metres beside the accuracy of both."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where the water of one river goes on in another: at the mouth of the one, or where the other branches off."""

    river: str
    out_m: float
    """Along the river that it leaves."""
    into: str
    in_m: float
    """Along the river that it reaches."""
    gap_m: float
    """Between the two as they are drawn."""


def passage(river: str, course: LineString, into: str, other: LineString) -> Passage:
    """The passage from a river to another one, both drawn downstream, in a metric system."""
    mouth, begin = shapely.get_point(course, -1), shapely.get_point(other, 0)
    at_mouth, at_branch = float(shapely.distance(mouth, other)), float(shapely.distance(begin, course))
    if at_mouth <= at_branch:
        return Passage(river, float(course.length), into, float(shapely.line_locate_point(other, mouth)), at_mouth)
    return Passage(river, float(shapely.line_locate_point(course, begin)), into, 0.0, at_branch)


def flow_faults(rows: Rows, place: Place, passed: Set[str]) -> Iterator[Fault]:
    """What is wrong in the flows; files in `passed` are not looked at."""
    flows, features = rows["flows"], {row["id"]: row for row in rows["features"] if row["_file"] not in passed}
    for row in flows:
        if not row["source"] and row["grade"] != Grade.UNVERIFIED:
            yield _fault(row, "source", "", "fault-want-flow-source")
        if row["relation"] == FlowRelation.FLOWS_TO and row["bank"]:
            yield _fault(row, "bank", row["bank"], "fault-want-no-bank")
    shapes = {name: positions.to_metric(row["geometry"], place.metric_crs) for name, row in features.items()
              if row["geometry"] is not None}  # fmt: skip
    yield from _off_their_river(flows, features, shapes)
    found = dict(_passages(flows, shapes))
    for at, each in found.items():
        limit = _accuracy(features, each.river) + _accuracy(features, each.into) + _LIES_ON
        limit += float(flows[at]["reach_m"] or 0)
        if each.gap_m > limit:
            far = TEXTS["fault-distance"].filled(km=f"{each.gap_m / 1000:.1f}", other=each.into)
            expected = TEXTS["fault-want-mouth"].filled(km=f"{limit / 1000:.1f}")
            yield Fault(flows[at]["_file"], flows[at]["_row"], "river", far, expected)
    yield from _astray(flows, found)
    yield from _without_river(flows, features)


def _fault(row: Row, field: str, found: object, words: str, **values: object) -> Fault:
    return Fault(row["_file"], row["_row"], field, quoted(found, 100), TEXTS[words].filled(**values))


def _accuracy(features: Mapping[str, Row], name: str) -> float:
    return float(features[name]["accuracy_m"] or 0)


def _passages(flows: list[Row], shapes: Mapping[str, BaseGeometry]) -> Iterator[tuple[int, Passage]]:
    for at, row in enumerate(flows):
        one, other = shapes.get(row["feature"]), shapes.get(row["river"])
        if (
            row["relation"] == FlowRelation.FLOWS_TO
            and isinstance(one, LineString)
            and isinstance(other, LineString)
            and row["feature"] != row["river"]
        ):
            yield at, passage(row["feature"], one, row["river"], other)


def _off_their_river(
    flows: list[Row], features: Mapping[str, Row], shapes: Mapping[str, BaseGeometry]
) -> Iterator[Fault]:
    for row in flows:
        one, river = features.get(row["feature"]), features.get(row["river"])
        if one is None or river is None:
            continue
        lines = [("river", row["river"])]
        lines += [("feature", row["feature"])] if row["relation"] == FlowRelation.FLOWS_TO else []
        unlike = [(field, name) for field, name in lines if not isinstance(shapes.get(name), LineString)]
        yield from (_fault(row, field, name, "fault-want-course") for field, name in unlike)
        if row["feature"] == row["river"]:
            yield _fault(row, "river", row["river"], "fault-want-other-river")
        elif not unlike and row["relation"] == FlowRelation.LIES_ON and row["feature"] in shapes:
            limit = _accuracy(features, row["feature"]) + _accuracy(features, row["river"]) + _LIES_ON
            far = float(shapely.distance(shapes[row["feature"]], shapes[row["river"]]))
            if far > limit:
                found = TEXTS["fault-distance"].filled(km=f"{far / 1000:.1f}", other=row["river"])
                expected = TEXTS["fault-want-on-river"].filled(km=f"{limit / 1000:.1f}")
                yield Fault(row["_file"], row["_row"], "river", found, expected)


def _astray(flows: list[Row], found: Mapping[int, Passage]) -> Iterator[Fault]:
    """Water that comes round to where it left, and water that ends in several places."""
    goes_on = {
        at: [to for to, other in found.items() if other.river == each.into and other.out_m >= each.in_m]
        for at, each in found.items()
    }
    for at in found:
        if at in _reached(goes_on, at):
            yield _fault(flows[at], "river", f"{flows[at]['feature']} > {flows[at]['river']}", "fault-want-no-circle")
            return
    leaving = {each.river for each in found.values()}
    for river in dict.fromkeys(each.river for each in found.values()):
        first = next(at for at, each in found.items() if each.river == river)
        after = {
            found[to].into for at, each in found.items() if each.river == river for to in (at, *_reached(goes_on, at))
        }
        ends = sorted(after - leaving)
        if len(ends) > 1:
            yield _fault(flows[first], "river", " ".join(ends), "fault-want-one-outlet")


def _reached(goes_on: Mapping[int, list[int]], start: int) -> set[int]:
    """The passages that the water of one comes to."""
    found: set[int] = set()
    left = list(goes_on[start])
    while left:
        at = left.pop()
        if at not in found:
            found.add(at)
            left += goes_on[at]
    return found


def _without_river(flows: list[Row], features: Mapping[str, Row]) -> Iterator[Fault]:
    """Points of a theme of which others lie on a river."""
    lying = {row["feature"] for row in flows if row["relation"] == FlowRelation.LIES_ON}
    themes = {features[name]["theme"] for name in lying if name in features}
    for row in features.values():
        is_point = row["geometry"] is not None and row["geometry"].geom_type == "Point"
        if is_point and row["theme"] in themes and row["id"] not in lying:
            yield _fault(row, "id", row["id"], "fault-want-a-river")
