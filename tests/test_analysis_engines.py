"""The engine in process: its tables are those of a computation of every pair, and its words those of the errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from engines import MEETINGS, both, city, layer, meeting
from hypothesis import given
from hypothesis import strategies as st

from analysis.spatial.certainty import CANNOT_TELL, CERTAIN, POSSIBLE, span, within
from analysis.spatial.engines.face import Layer, one
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.engines.pairs import points_of
from geodata.positions import metric

NEVER = float("nan")


def plainly(first: Layer, second: Layer, k: int) -> list[tuple[str, str, float, str]]:
    """Nearest by the definition: every pair measured, every other one asked whether it can be nearer."""
    rows = []
    for i, name in enumerate(first.ids):
        others = [j for j in range(len(second.ids)) if second.ids[j] != name]
        far = {j: float(shapely.distance(first.shapes[i], second.shapes[j])) for j in others}
        ranked = sorted(others, key=lambda j: (round(far[j], 6), j))
        spans = {j: span(far[j], float(first.errors[i]), float(second.errors[j])) for j in others}
        least = min((spans[j].low for j in ranked[k:]), default=np.inf)
        for j in ranked[:k]:
            sure = CANNOT_TELL if np.isinf(spans[j].high) else CERTAIN if spans[j].high <= least else POSSIBLE
            rows.append((name, second.ids[j], far[j], sure))
    return rows


def rows_of(table: pd.DataFrame) -> list[tuple[str, str, float, str]]:
    return list(table[["first", "second", "metres", "sure"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("kinds", ["points", "mixed"])
@pytest.mark.parametrize(("n", "m"), [(400, 900), (300, 7), (3000, 60)])
def test_the_nearest_are_those_of_every_pair(n: int, m: int, k: int, kinds: str) -> None:
    first, second = city(n, 1, kinds, prefix="a"), city(m, 2, kinds, prefix="b")
    found = rows_of(one(IN_PROCESS.nearest(first, second, k)))
    expected = plainly(first.part(slice(0, 300)), second, k)
    assert found[: len(expected)] == expected and len(found) == n * k
    assert {sure for *_, sure in found} >= {POSSIBLE}


def test_few_rough_ones_far_away_take_the_certainty() -> None:
    """One feature that may be off by 30 km can be nearer than the nearest; a precise one beside it cannot."""
    first, second = city(2000, 3, "points", prefix="a", errors=(1.0,)), city(2000, 4, "points", errors=(1.0,))
    exact = one(IN_PROCESS.nearest(first, second))
    rough = Layer(second.crs, second.ids, second.shapes, np.where(second.order == 5, 30_000.0, 1.0))
    found = one(IN_PROCESS.nearest(first, rough))
    away = shapely.distance(first.shapes, rough.shapes[5])
    expected = np.where((exact["second"] != rough.ids[5]) & (away - 30_001 < exact["high"]), POSSIBLE, exact["sure"])
    own = (exact["second"] == rough.ids[5]).to_numpy()
    assert found["sure"][~own].tolist() == expected[~own].tolist()
    assert (exact["sure"] == CERTAIN).sum() > 1500 > 1000 > (found["sure"] == CERTAIN).sum() > 0


def test_of_equal_ones_the_first_of_the_layer_comes_first() -> None:
    points = [("c", 100, 0), ("a", 0, 100), ("b", -100, 0), ("d", 0, -100)]
    second = layer([(name, shapely.Point(x, y), 1.0) for name, x, y in points])
    crowd = layer([(f"x{i}", shapely.Point(5_000 + i, 0), 1.0) for i in range(2000)])
    both = Layer(second.crs, *(np.concatenate([getattr(each, name) for each in (second, crowd)])
                               for name in ("ids", "shapes", "errors")))  # fmt: skip
    start = layer([(f"s{i}", shapely.Point(0, 0), 1.0) for i in range(2000)])
    for goal in (second, both):
        found = one(IN_PROCESS.nearest(start, goal, 3))
        assert found["second"].tolist() == ["c", "a", "b"] * 2000


def test_a_layer_with_itself_has_no_feature_as_its_own_neighbour() -> None:
    ground = city(1500, 5, "mixed")
    found = one(IN_PROCESS.nearest(ground, ground, 2))
    assert rows_of(found.iloc[:600]) == plainly(ground.part(slice(0, 300)), ground, 2)
    assert not (found["first"] == found["second"]).any()


def test_rows_far_from_all_others_are_found_too() -> None:
    first = layer([(f"a{i}", shapely.Point(900_000 + i, 2_900_000), 5.0) for i in range(400)])
    second = city(1200, 6, "mixed", prefix="b")
    assert rows_of(one(IN_PROCESS.nearest(first, second, 2))) == plainly(first, second, 2)


def test_all_in_one_point() -> None:
    heap = layer([(f"h{i}", shapely.Point(430_000, 2_540_000), 3.0) for i in range(1500)])
    found = one(IN_PROCESS.nearest(heap, heap, 1))
    assert found["metres"].max() == 0 and found["second"].tolist() == ["h1"] + ["h0"] * 1499
    assert set(found["sure"]) == {POSSIBLE}
    pairs = one(IN_PROCESS.within(heap, heap, 10, once=True))
    assert len(pairs) == 1500 * 1499 // 2 and set(pairs["sure"]) == {CERTAIN}


@pytest.mark.parametrize("k", [1, 5])
def test_one_feature_and_none(k: int) -> None:
    alone, nothing = city(1, 7, "points"), city(0, 7, "points")
    assert len(one(IN_PROCESS.nearest(alone, alone, k))) == 0
    for pair in ((alone, nothing), (nothing, alone), (nothing, nothing)):
        assert len(one(IN_PROCESS.nearest(*pair, k))) == len(one(IN_PROCESS.nearest(*pair, k, 10.0))) == 0
        assert len(one(IN_PROCESS.within(*pair, 10.0))) == len(one(IN_PROCESS.crossings(*pair))) == 0
    line = layer([("l", shapely.LineString([(0, 0), (10, 0)]), 1.0)])
    assert len(one(IN_PROCESS.along(line, nothing, 10.0))) == 0


def test_within_are_all_pairs_that_may_be_by_the_orders_of_both() -> None:
    first, second = city(300, 8, "mixed", prefix="a"), city(500, 9, "mixed", prefix="b")
    second.errors[3] = NEVER
    expected = []
    for i, j in np.ndindex(300, 500):
        far = span(float(shapely.distance(first.shapes[i], second.shapes[j])), first.errors[i], second.errors[j])
        sure = within(far, 800)
        if sure and (j != 3 or far.metres <= 800):
            expected.append((first.ids[i], second.ids[j], far.metres, sure))
    found = one(IN_PROCESS.within(first, second, 800))
    assert rows_of(found) == expected and set(found["sure"]) == {CERTAIN, POSSIBLE, CANNOT_TELL}


def test_pairs_of_one_layer_come_once_and_say_whether_they_cross() -> None:
    ground = city(400, 10, "mixed", errors=(5.0,))
    pairs = one(IN_PROCESS.within(ground, ground, 100, once=True))
    both = one(IN_PROCESS.within(ground, ground, 100))
    assert len(both) == 2 * len(pairs) and (pairs["first"].map(ground.at) < pairs["second"].map(ground.at)).all()
    crossed = one(IN_PROCESS.crossings(ground, ground))
    sure = crossed[crossed["sure"] == CERTAIN]
    expected = set(zip(sure["first"], sure["second"], strict=True))
    found = pairs[pairs["crosses"]]
    assert set(zip(found["first"], found["second"], strict=True)) == expected and len(expected) == 5


def test_a_shared_stretch_crosses_in_its_middle_and_a_point_after_it() -> None:
    one_ = shapely.LineString([(0, 0), (100, 0), (100, 50)])
    other = shapely.LineString([(20, 0), (60, 0), (60, 30), (120, 30)])
    pair, points = points_of(np.array([one_, one_]), np.array([other, shapely.LineString([(50, -5), (50, 5)])]))
    assert pair.tolist() == [0, 0, 1]
    assert shapely.get_coordinates(points).tolist() == [[100, 30], [40, 0], [50, 0]]


@pytest.mark.parametrize("name", MEETINGS)
def test_what_touches_or_stays_on_one_side_does_not_certainly_cross(name: str) -> None:
    one_, other, sure = meeting(name)
    for pair in ((one_, other), (other, one_)):
        found = one(IN_PROCESS.crossings(*pair))
        assert found["sure"].tolist() == [CERTAIN if each else POSSIBLE for each in sure]
    pairs = one(IN_PROCESS.within(both(one_, other), both(one_, other), 10, once=True))
    assert pairs["crosses"].tolist() == [any(sure)]


def test_along_has_chainage_and_side() -> None:
    line = layer([("l", shapely.MultiLineString([[(0, 0), (1000, 0)], [(1000, 0), (1000, 500)]]), 2.0)])
    goal = layer([
        ("late", shapely.Point(990, 400), 1.0), ("left", shapely.Point(300, 60), 1.0),
        ("off", shapely.Point(0, 900), 1.0),
        ("right", shapely.Point(300, -60), 1.0), ("over", shapely.LineString([(500, -900), (500, 900)]), 1.0),
        ("far", shapely.Point(300, 102), 5.0), ("l", shapely.Point(0, 0), 1.0), ("dark", shapely.Point(0, 101), NEVER),
    ])  # fmt: skip
    found = one(IN_PROCESS.along(line, goal, 100))
    assert list(found[["second", "from_m", "to_m", "side", "sure"]].itertuples(index=False, name=None)) == [
        ("far", 300, 300, "left", POSSIBLE), ("left", 300, 300, "left", CERTAIN), ("right", 300, 300, "right", CERTAIN),
        ("over", 500, 500, "on", CERTAIN), ("late", 1400, 1400, "left", CERTAIN),
    ]  # fmt: skip


coordinate = st.integers(0, 2_000).map(float)
shape = st.one_of(
    st.builds(lambda x, y: shapely.Point(x, y), coordinate, coordinate),
    st.builds(lambda x, y, u, v: shapely.LineString([(x, y), (u, v + 1)]), *[coordinate] * 4),
    st.builds(lambda x, y, r: shapely.Point(x, y).buffer(r + 1, 2), coordinate, coordinate, st.integers(0, 300)),
)
error = st.one_of(st.integers(0, 500).map(float), st.just(NEVER))
shapes = st.lists(st.tuples(shape, error), min_size=1, max_size=12)


def drawn(given_: list[tuple[shapely.Geometry, float]], prefix: str) -> Layer:
    return layer([(f"{prefix}{i}", shape, error) for i, (shape, error) in enumerate(given_)])


@given(shapes, shapes, st.integers(1, 4))
def test_nearest_is_its_definition(one_: list, other: list, k: int) -> None:
    first, second = drawn(one_, "a"), drawn(other, "b")
    assert rows_of(one(IN_PROCESS.nearest(first, second, k))) == plainly(first, second, k)


@given(shapes, shapes, st.integers(0, 1500))
def test_within_is_symmetric_and_monotone(one_: list, other: list, limit: int) -> None:
    first, second = drawn(one_, "a"), drawn(other, "b")
    there = one(IN_PROCESS.within(first, second, limit))
    back = one(IN_PROCESS.within(second, first, limit))
    # By the same arithmetic from either side, up to what is lost in rounding.
    keys = {(row.first, row.second): (round(row.metres, 6), row.sure) for row in there.itertuples()}
    assert {(row.second, row.first): (round(row.metres, 6), row.sure) for row in back.itertuples()} == keys
    farther = one(IN_PROCESS.within(first, second, limit + 100.0))
    assert set(keys) <= set(zip(farther["first"], farther["second"], strict=True))
    certain = {(row.first, row.second) for row in farther.itertuples() if row.sure == CERTAIN}
    assert {pair for pair, (_, sure) in keys.items() if sure == CERTAIN} <= certain
    rougher = Layer(first.crs, first.ids, first.shapes, first.errors + 50)
    weaker = one(IN_PROCESS.within(rougher, second, limit))
    assert set(keys) <= set(zip(weaker["first"], weaker["second"], strict=True))
    still = {(row.first, row.second) for row in weaker.itertuples() if row.sure == CERTAIN}
    assert still <= {pair for pair, (_, sure) in keys.items() if sure == CERTAIN}


@given(st.lists(st.tuples(coordinate, coordinate, st.integers(0, 300)), min_size=3, max_size=3))
def test_intervals_keep_the_triangle(given_: list[tuple[float, float, int]]) -> None:
    """Of three points no way round is shorter: the least of one side is at most the most of the two others."""
    three = layer([(f"p{i}", shapely.Point(x, y), float(e)) for i, (x, y, e) in enumerate(given_)])
    table = one(IN_PROCESS.within(three, three, 1e5)).set_index(["first", "second"])
    for a, b, c in (("p0", "p1", "p2"), ("p1", "p2", "p0"), ("p2", "p0", "p1")):
        assert table.loc[(a, c), "low"] <= table.loc[(a, b), "high"] + table.loc[(b, c), "high"] + 1e-9


@given(st.permutations(range(40)))
def test_the_order_of_a_layer_changes_no_pair(by: list[int]) -> None:
    first, second = city(30, 11, "mixed", prefix="a"), city(40, 12, "mixed", prefix="b")
    turned = second.part(np.array(by))
    turned = Layer(turned.crs, turned.ids, turned.shapes, turned.errors)
    for ask in (lambda goal: IN_PROCESS.nearest(first, goal, 2), lambda goal: IN_PROCESS.within(first, goal, 900.0),
                lambda goal: IN_PROCESS.crossings(first, goal)):  # fmt: skip
        one_, other = (one(ask(goal)).sort_values(["first", "second"], ignore_index=True) for goal in (second, turned))
        pd.testing.assert_frame_equal(one_, other)


def test_another_projection_of_the_same_city_gives_the_same_distances() -> None:
    """In the zone system of the city and in UTM 49, both true to some centimetres a kilometre, within their scale."""
    degrees = np.random.default_rng(13).uniform((113.6, 22.7), (114.1, 23.1), (300, 2))
    errors = np.full(300, 5.0)
    ids = np.array([f"p{i}" for i in range(300)], dtype=object)
    here, there = (Layer(crs, ids, shapely.points(metric(degrees, crs)), errors) for crs in ("EPSG:4547", "EPSG:4526"))
    tables = [one(IN_PROCESS.nearest(each, each, 1)) for each in (here, there)]
    assert (tables[0]["second"] == tables[1]["second"]).all() and (tables[0]["sure"] == tables[1]["sure"]).all()
    assert np.abs(tables[0]["metres"] - tables[1]["metres"]).max() < 0.01
