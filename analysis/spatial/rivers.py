"""The rivers of a register as water runs through them: what lies up and down of a point, and by what way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from analysis.stages import SOURCED
from geodata import Register
from geodata.codes import FlowRelation, Grade
from geodata.facts import Flow
from geodata.flows import Passage, passage
from geodata.model import Feature
from geodata.positions import to_metric
from geodata.text import Text

UP, DOWN = "upstream", "downstream"


@dataclass(frozen=True, eq=False)
class Rivers:
    """Courses from source to mouth, and where the water of one goes on in another."""

    courses: Mapping[str, LineString]
    """In the metric system of the place."""
    passages: tuple[tuple[Passage, Flow], ...]
    lying: Mapping[str, Flow]
    """The river that a feature is said to lie on."""
    errors: Mapping[str, float]
    """Accuracy of each course, metres."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A stretch of a river that water comes from, or goes to, and how far it is to its near end."""

    river: str
    near_m: float
    """Along the river, where the way from the start enters it."""
    far_m: float
    """Where it ends: the source, or the mouth."""
    way_m: float
    """From the start to the near end."""
    loose_m: float
    """How far the near end may be off: the error of the start, or of a mouth; 0 at an end of the river."""
    is_sure: bool
    """Whether the start lies on the right side of every passage for every true position."""
    is_proven: bool
    """Whether a source says of every passage on the way that there is one."""
    sources: tuple[str, ...]
    """Of the passages."""
    note: Text
    """Of the last one."""
    path: tuple[BaseGeometry, ...]
    """From the start to the near end (metric)."""

    def holds(self, at: float, error: float) -> bool:
        """Whether a place along the river, known to `error` metres, may lie on the stretch."""
        beyond = (at - self.near_m) * (1 if self.far_m >= self.near_m else -1)
        return beyond >= 0 or -beyond < self.slack(error)

    def is_certain(self, at: float, error: float) -> bool:
        """Whether it does for every true position."""
        return abs(at - self.near_m) >= self.slack(error)

    def slack(self, error: float) -> float:
        """Metres by which the near end and a place known to `error` metres may be off together."""
        return self.loose_m + error if self.loose_m or not self.path else 0.0


def rivers_of(register: Register) -> Rivers:
    """The rivers of a register, made once."""
    return register.derived(_rivers)


def _rivers(register: Register) -> Rivers:
    flows, features = register.rows(Flow), register.by_id(Feature)
    shapes = dict(zip(register.features["id"], register.features.geometry, strict=True))
    flowing = [row for row in flows if row.relation == FlowRelation.FLOWS_TO]
    named = dict.fromkeys((*(row.river for row in flows), *(row.feature for row in flowing)))
    crs = register.place.metric_crs
    courses = {name: to_metric(shapes[name], crs) for name in named if _is_course(shapes.get(name))}
    return Rivers(
        courses=courses,
        passages=tuple(
            (passage(row.feature, courses[row.feature], row.river, courses[row.river]), row) for row in flowing
        ),
        lying={row.feature: row for row in flows if row.relation == FlowRelation.LIES_ON},
        errors={name: features[name].accuracy_m or 0.0 for name in courses},
    )


def _is_course(shape: BaseGeometry | None) -> bool:
    return isinstance(shape, LineString)


def is_proven(flow: Flow) -> bool:
    """Whether a source says so, and not the drawing or an inference alone."""
    return flow.grade in (*SOURCED, Grade.SEED)


def reaches(rivers: Rivers, river: str, at: float, error: float, way: str) -> list[Reach]:
    """All that lies up or down (`UP`, `DOWN`) of a place on a river, each river by its surest way, and of those the
    shortest; nearest first.

    `error` is that of the place, in metres. A passage that may lie on the other side of the place is followed, and
    what comes by it is not sure.
    """
    course = rivers.courses[river]
    first = Reach(river, at, 0.0 if way == UP else course.length, 0.0, error, True, True, (), Text("", ""), ())
    found, left = [first], [first]
    best: dict[tuple[str, float], tuple[bool, float]] = {}
    while left:
        here = left.pop(0)
        for each in _onward(rivers, here, way):
            key = each.river, each.near_m
            rank = not each.is_sure, round(each.way_m, 3)
            if rank < best.get(key, (True, float("inf"))):
                best[key] = rank
                found = [old for old in found if (old.river, old.near_m) != key or old is first] + [each]
                left.append(each)
    return sorted(found, key=lambda reach: reach.way_m)


def _onward(rivers: Rivers, here: Reach, way: str) -> Iterator[Reach]:
    """The reaches that one leads to, or that lead to it."""
    course = rivers.courses[here.river]
    for each, flow in rivers.passages:
        mine, other, there = (each.into, each.river, each.out_m) if way == UP else (each.river, each.into, each.in_m)
        at = each.in_m if way == UP else each.out_m
        # The ends of a river are its ends wherever they are drawn.
        error = 0.0 if at in (0.0, course.length) else rivers.errors[other]
        if mine != here.river or not here.holds(at, error):
            continue
        yield Reach(
            river=other,
            near_m=there,
            far_m=0.0 if way == UP else rivers.courses[other].length,
            way_m=here.way_m + abs(here.near_m - at) + each.gap_m,
            loose_m=0.0 if there in (0.0, rivers.courses[other].length) else rivers.errors[here.river],
            is_sure=here.is_sure and (not error or here.is_certain(at, error)),
            is_proven=here.is_proven and is_proven(flow),
            sources=tuple(dict.fromkeys((*here.sources, *((flow.source,) if flow.source else ())))),
            note=flow.note,
            path=(*here.path, stretch(course, here.near_m, at)),
        )


def stretch(course: LineString, begin: float, end: float) -> BaseGeometry:
    """A course between two places on it, in the direction from the first to the second."""
    part: BaseGeometry = substring(course, begin, end)
    return part if part.geom_type == "LineString" else shapely.linestrings([part.coords[0]] * 2)
