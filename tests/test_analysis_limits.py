"""The limits of the city as far as they are known: ten points at which lines cross, and ends that stop near one."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString

import cli
from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE
from analysis.spatial.crossings import crossings
from analysis.spatial.limits import LIMITS, at_limits, limits_of
from analysis.view import View
from geodata.positions import to_degrees, to_metric

CROSSED = {
    ("rail-ganshen-line", 113.9706, 22.8036),
    ("rail-ganshen-line", 114.20545, 22.94581),
    ("rail-guangshengang", 113.56595, 22.8658),
    ("rail-guangshengang", 113.83632, 22.83657),
    ("rail-guangshen", 113.83968, 23.12841),
    ("rail-guangshen", 114.10616, 22.72459),
    ("rail-suiguanshen", 113.60267, 23.10485),
    ("rail-suiguanshen", 113.79165, 22.77711),
    ("rail-foguan", 113.51762, 23.01598),
    ("rail-guanhui", 114.21769, 22.98058),
}
"""Where lines cross the limit of the city by OpenStreetMap, to 100 m: a list that was made apart from the register."""


def metric(view: View, lon: float, lat: float) -> shapely.Point:
    return to_metric(shapely.Point(lon, lat), view.register.place.metric_crs)


def test_the_ten_crossings_that_are_known_are_found(view: View) -> None:
    found = [each for each in crossings(view, "rail", LIMITS) if each.more["kind"] == "limit"]
    places = [(each.first, metric(view, each.more["lon"], each.more["lat"])) for each in found]
    for line, lon, lat in CROSSED:
        near = [name for name, point in places if point.distance(metric(view, lon, lat)) < 100]
        assert near == [line], (line, near)
    others = {each.first for each in found} - {line for line, _, _ in CROSSED}
    assert others == {"rail-shenmao-line"} and len(found) == 12
    assert {each.span.high for each in found if each.first in others} == {3_000}, "as well as its course is known"


def test_an_end_near_a_limit_is_told_as_far_as_its_position_allows(view: View) -> None:
    found = [each for each in at_limits(view, "roads") if each.more["kind"] == "end"]
    assert {each.first for each in found} == {"road-hengxin", "road-yanhai"}
    assert all(each.sure == CANNOT_TELL and "不能判断" in each.sentence.zh for each in found)
    assert not [each for each in at_limits(view, "bridges") if each.more["kind"] == "end"], "a bridge over it crosses"


def planted(view: View, road: LineString, accuracy: float) -> View:
    """The view with a road drawn elsewhere, it and all others known to `accuracy` metres."""
    features = view.register.features.copy()
    at = int(np.flatnonzero(features["id"] == "road-hengxin")[0])
    # All roads: what may go on from an end within its own error leaves no end certain.
    features.loc[features["theme"] == "roads", "accuracy_m"] = accuracy
    shapes = features.geometry.to_list()
    shapes[at] = to_degrees(road, view.register.place.metric_crs)
    register = replace(view.register, features=features.set_geometry(shapes, crs=features.crs))
    return View(replace(view.standing, register=register), view.filter, view.selection)


def test_a_dead_end_is_certain_where_it_is_known_well_enough(view: View) -> None:
    """Planted: a road that stops 900 m short of where a railway crosses, known to 50 m; then one to 3 km."""
    limit = metric(view, 114.10616, 22.72459)
    road = LineString([(limit.x - 6_000, limit.y + 4_000), (limit.x - 900, limit.y)])
    (end,) = [each for each in at_limits(planted(view, road, 50), "road-hengxin") if each.more["kind"] == "end"]
    assert end.sure == CERTAIN and end.span.metres == pytest.approx(900, abs=25) and "断头" in end.sentence.zh
    (rough,) = [each for each in at_limits(planted(view, road, 3_000), "road-hengxin") if each.more["kind"] == "end"]
    assert rough.sure == CANNOT_TELL


def test_what_goes_on_from_an_end_makes_it_none(view: View) -> None:
    """Planted: the road ends where another begins, known well, less well, badly; then on a railway."""
    begin = metric(view, *view.register.features.set_index("id").geometry["road-waihuan"].coords[0])
    road = LineString([(begin.x + 8_000, begin.y + 300), (begin.x, begin.y)])
    for accuracy, sure in ((20, set()), (120, {POSSIBLE}), (4_000, {POSSIBLE, CANNOT_TELL})):
        found = at_limits(planted(view, road, accuracy), "road-hengxin", 7_000)
        ends = [each for each in found if each.more["kind"] == "end"]
        named = [each for each in ends if "深外环高速（东莞段）也许从那里接出去" in each.sentence.zh]
        assert {each.sure for each in named} <= sure and bool(named) == bool(sure), accuracy
    limit = metric(view, 114.10616, 22.72459)
    road = LineString([(limit.x - 6_000, limit.y + 4_000), (limit.x, limit.y)])
    (end,) = [each for each in at_limits(planted(view, road, 20), "road-hengxin") if each.more["kind"] == "end"]
    assert end.sure == CERTAIN and "没有同类的线从那里接出去" in end.sentence.zh


def test_the_limits_are_points_and_rivers_and_no_boundary(view: View) -> None:
    limits = limits_of(view)
    assert all((each.shape.geom_type == "Point") == bool(each.section) for each in limits)
    rivers = {each.feature for each in limits if not each.section}
    assert "river-maozhouhe" in rivers and all(name.startswith(("river-", "shore-")) for name in rivers)


def test_the_terminal_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["analyse", "crossings", "--from", "rail", "--to", "limits", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["kind"] for row in rows] == ["limit"] * 12 + ["unknown"] * 2
    assert {row["from"] for row in rows[12:]} == {"rail-jingjiu", "rail-zhongnanhu"}
    assert all("不画界线" in row["sentence_zh"] and row["sure"] == CANNOT_TELL for row in rows[12:])
