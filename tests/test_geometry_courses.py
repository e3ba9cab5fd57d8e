"""The course of lines against what is known of it: stations, crossings, lengths and the towns that texts name.

All distances in EPSG:4547, metres. Anchors are OpenStreetMap positions, encyclopedia coordinates or label points.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
import shapely.ops
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geodata import Register, positions

EAST_SPAN, WEST_SPAN = (113.56567, 22.88475), (113.51889, 22.88328)
"""Centres of the two main spans of the Nansha Bridge, ±100 m."""
HUMEN_BRIDGE = (113.61589, 22.79708)
XINLIAN = (113.68266, 22.84986)
"""The Humen Port interchange on the Guangzhou–Shenzhen expressway, ±50 m."""
HUANGGE = (113.51011, 22.82431)

GUANFAN = ["shatian", "houjie", "dalingshan", "liaobu", "dalang", "dongkeng"]
GUANFAN += ["hengli", "changping", "xiegang", "qiaotou"]
"""Towns of the Guanfan expressway in a Dongguan TV report of 2023-12-28, from the west; Songshan Lake is a zone."""


def metric(geometry: BaseGeometry) -> BaseGeometry:
    return positions.to_metric(geometry, "EPSG:4547")


def spot(position: tuple[float, float]) -> BaseGeometry:
    return metric(Point(position))


@pytest.fixture(scope="module")
def rows(register: Register) -> dict[str, Any]:
    return {row["id"]: row for row in register.features.to_dict("records")}


@pytest.fixture(scope="module")
def drawn(rows: dict[str, Any]) -> dict[str, BaseGeometry]:
    return {name: metric(row["geometry"]) for name, row in rows.items() if row["geometry"] is not None}


def ends(line: BaseGeometry) -> list[BaseGeometry]:
    parts = getattr(line, "geoms", [line])
    return [Point(part.coords[place]) for part in parts for place in (0, -1)]


def along(line: BaseGeometry, step: float = 100) -> list[BaseGeometry]:
    parts = getattr(line, "geoms", [line])
    return [part.interpolate(far) for part in parts for far in np.arange(0, part.length, step)]


def nearest_towns(line: BaseGeometry, drawn: dict[str, BaseGeometry]) -> list[str]:
    """The town whose label point is nearest, all along a line, each as often as the line comes back to it."""
    towns = {name.removeprefix("town-"): place for name, place in drawn.items() if name.startswith("town-")}
    found = [min(towns, key=lambda town: towns[town].distance(here)) for here in along(line)]
    return [found[0], *(new for old, new in pairwise(found) if new != old)]


def towns_of(row: dict[str, Any]) -> list[str]:
    return [name.removeprefix("town-") for name in row["town"]]


# --- Lines of a named source -----------------------------------------------------------------------------------------


def test_the_metro_passes_the_stations_of_another_extract(
    register: Register, rows: dict[str, Any], drawn: dict[str, BaseGeometry]
) -> None:
    points = register["control-points"]
    stops = points[points["feature"] == "rail-dgmetro1"]
    off = [drawn["rail-dgmetro1"].distance(spot(each)) for each in zip(stops["lon"], stops["lat"], strict=True)]
    assert len(off) == 25
    assert max(off) < rows["rail-dgmetro1"]["accuracy_m"] == 30
    assert np.median(off) == pytest.approx(8.0, abs=0.5) and max(off) == pytest.approx(25.7, abs=0.5)


def test_the_metro_is_an_alignment_from_end_to_end(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    """56.9 km of 57.478 km on record; straight lines between the stations made 53.9 km."""
    line = drawn["rail-dgmetro1"]
    assert line.length == pytest.approx(56_936, abs=50) and line.is_simple
    assert rows["rail-dgmetro1"]["position_basis"] == "osm"
    assert max(here.distance(there) for here, there in pairwise(map(Point, line.coords))) < 2_000
    gap = min(end.distance(drawn["station-dongguanxi"]) for end in ends(line))
    assert 195 < gap < 220 and "0.2 公里" in rows["rail-dgmetro1"]["note_zh"]
    assert min(end.distance(drawn["station-meitang"]) for end in ends(line)) < 40
    assert line.distance(drawn["station-songshanhu"]) < 40


def test_changping_of_line_1_is_not_changping_town(drawn: dict[str, BaseGeometry]) -> None:
    """昌平, a stop in the west of the city, sounds like 常平, a town in the east that Line 1 does not reach."""
    line = drawn["rail-dgmetro1"]
    assert line.distance(spot((113.68247, 23.0196))) < 30
    assert line.distance(drawn["station-changping"]) > 5_000


def test_line_5_passes_its_stations(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    stops = [(113.46355, 23.10635), (113.4788, 23.10048), (113.49755, 23.08715), (113.51324, 23.08567)]
    stops += [(113.52073, 23.07714), (113.51998, 23.06622), (113.51949, 23.05512)]
    line, within = drawn["rail-gz5east"], rows["rail-gz5east"]["accuracy_m"]
    assert within == 40 and rows["rail-gz5east"]["position_basis"] == "osm"
    assert max(line.distance(spot(stop)) for stop in stops) < 18
    assert line.length == pytest.approx(9_824, abs=20)
    assert min(end.distance(drawn["station-huangpuxingang"]) for end in ends(line)) < within


GAPS = [
    ("rail-foguan", "station-dongguanxi", 1_339, "1.3 公里", "1.3 km"),
    ("rail-foguan-dongguan", "station-dongguanxi", 1_339, "1.3 公里", "1.3 km"),
    ("rail-suiguanshen", "station-xintangnan", 344, "340 米", "340 m"),
    ("rail-suiguanshen-guangzhou", "station-xintangnan", 344, "340 米", "340 m"),
    ("rail-jingjiu", "station-xiegang", 1_235, "谢岗站在缺口中", "1.2 km"),
    ("port-channel", "port-nansha", 4_307, "4.3 公里", "4.3 km"),
]


@pytest.mark.parametrize(("line", "stop", "gap", "zh", "en"), GAPS, ids=[row[0] for row in GAPS])
def test_an_end_that_falls_short_is_owned_up_to(
    rows: dict[str, Any], drawn: dict[str, BaseGeometry], line: str, stop: str, gap: float, zh: str, en: str
) -> None:
    assert min(end.distance(drawn[stop]) for end in ends(drawn[line])) == pytest.approx(gap, abs=5)
    assert zh in rows[line]["note_zh"] and en in rows[line]["note_en"]


def test_the_channel_keeps_within_its_accuracy_of_its_port(
    rows: dict[str, Any], drawn: dict[str, BaseGeometry]
) -> None:
    assert drawn["port-channel"].distance(drawn["port-nansha"]) <= rows["port-channel"]["accuracy_m"]


# --- Sections and wholes ---------------------------------------------------------------------------------------------


def test_sections_lie_on_their_whole(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    parts = [
        (name, row["part_of"])
        for name, row in rows.items()
        if row["part_of"] in drawn
        and name in drawn
        and {row["theme"], rows[row["part_of"]]["theme"]} <= {"rail", "roads"}
    ]
    assert len(parts) >= 16
    for part, whole in parts:
        off = drawn[part].difference(drawn[whole].buffer(2))
        assert off.is_empty, (part, off.length)
        assert drawn[part].length < drawn[whole].length


def test_the_phases_of_the_expressway_are_the_whole(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    whole = drawn["road-guanfan"]
    phases = [drawn[f"road-guanfan-{number}"] for number in (1, 2, 3)]
    assert sum(phase.length for phase in phases) == pytest.approx(whole.length, abs=2)
    assert whole.difference(shapely.union_all(phases).buffer(1)).is_empty
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert phases[one].intersection(phases[other]).length < 1
    worst = max(rows[f"road-guanfan-{number}"]["accuracy_m"] for number in (1, 2, 3))
    assert rows["road-guanfan"]["accuracy_m"] >= worst


# --- Texts -----------------------------------------------------------------------------------------------------------

LENGTHS = [
    ("road-guanfan-1", 8_200),
    ("road-guanfan-2", 38_300),
    ("road-guanfan-3", 18_100),
    ("road-guanfan", 64_480),
    ("road-waihuan", 17_050),
]


@pytest.mark.parametrize(("name", "told"), LENGTHS, ids=[row[0] for row in LENGTHS])
def test_a_road_is_as_long_as_the_text_says(drawn: dict[str, BaseGeometry], name: str, told: float) -> None:
    assert drawn[name].length == pytest.approx(told, rel=0.01)


def test_the_expressway_has_the_towns_of_the_text(rows: dict[str, Any]) -> None:
    assert towns_of(rows["road-guanfan"]) == GUANFAN
    assert "qishi" not in {town for number in (1, 2, 3) for town in towns_of(rows[f"road-guanfan-{number}"])}
    assert {town for number in (1, 2, 3) for town in towns_of(rows[f"road-guanfan-{number}"])} == set(GUANFAN)


def test_the_expressway_passes_the_towns_in_order(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    """The nearest label points along it are those of the text; each town first appears about where the text has it."""
    met = nearest_towns(drawn["road-guanfan"], drawn)
    assert set(met) == set(GUANFAN)
    first = list(dict.fromkeys(met))
    assert first[:6] == GUANFAN[:6] and set(first[6:8]) == {"hengli", "changping"}
    for town in GUANFAN:
        off = drawn["road-guanfan"].distance(drawn[f"town-{town}"])
        # A label point stands for a town that reaches some kilometres further.
        assert off < 5_500, town
    assert drawn["road-guanfan"].distance(drawn["town-qishi"]) > 6_000


def test_phase_two_is_in_two_pieces_and_phase_three_joins_them(drawn: dict[str, BaseGeometry]) -> None:
    west, east = drawn["road-guanfan-2"].geoms
    third = drawn["road-guanfan-3"]
    first, last = ends(third)
    assert first.distance(west) < 1 and last.distance(east) < 1
    assert set(nearest_towns(west, drawn)) == {"houjie", "dalingshan", "liaobu"}
    assert {"changping", "xiegang", "qiaotou"} == set(nearest_towns(east, drawn))
    assert nearest_towns(east, drawn)[-1] == "qiaotou"
    assert {"liaobu", "dalang", "dongkeng", "hengli", "changping"} == set(nearest_towns(third, drawn))


def test_the_expressway_crosses_the_railway_between_changping_and_hengli(drawn: dict[str, BaseGeometry]) -> None:
    """It crosses the Guangzhou–Shenzhen railway on the edge of the two towns, 3.4 km from where it once was drawn."""
    crossing = drawn["road-guanfan"].intersection(drawn["rail-guangshen"])
    assert crossing.geom_type == "Point"
    away = [crossing.distance(drawn[f"town-{town}"]) for town in ("changping", "hengli")]
    assert abs(away[0] - away[1]) < 500 and max(away) < 4_000
    assert crossing.distance(spot((113.95787, 23.03054))) > 3_000


def test_the_expressway_starts_at_the_bridge(drawn: dict[str, BaseGeometry]) -> None:
    assert min(end.distance(drawn["road-nansha-bridge"]) for end in ends(drawn["road-guanfan"])) < 1


def test_the_outer_ring_keeps_to_its_three_towns(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    """Tangxia, Fenggang, Qingxi from the west; never Huangjiang."""
    assert set(towns_of(rows["road-waihuan"])) == {"tangxia", "fenggang", "qingxi"}
    assert nearest_towns(drawn["road-waihuan"], drawn) == ["tangxia", "fenggang", "qingxi"]
    west, _ = ends(drawn["road-waihuan"])
    assert west.distance(drawn["river-shimahe"]) < 1, "it starts at the Guanlan River"
    assert west.distance(drawn["section-qiping"]) < rows["section-qiping"]["accuracy_m"]
    assert drawn["road-waihuan"].distance(drawn["town-huangjiang"]) > 10_000


def test_the_nansha_bridge_bows_north_between_its_spans(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    bridge, west, east = drawn["road-nansha-bridge"], spot(WEST_SPAN), spot(EAST_SPAN)
    assert max(bridge.distance(west), bridge.distance(east)) < 100
    between = shapely.ops.substring(bridge, bridge.project(west), bridge.project(east))
    chord = LineString([west, east])
    bow = [here.distance(chord) for here in along(between, 50)]
    assert 550 < max(bow) < 700
    middle = between.interpolate(0.5, normalized=True)
    assert middle.y > chord.interpolate(0.5, normalized=True).y + 500
    assert all(here.y >= chord.interpolate(chord.project(here)).y - 1 for here in along(between, 50))
    assert max(bow) < rows["road-nansha-bridge"]["accuracy_m"]


def test_the_shiziyang_crossing_ends_at_xinlian(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    """3.6 km below the Nansha Bridge, 8 km above the Humen Bridge, by the report on its approval."""
    road, water, within = drawn["road-shiziyang"], drawn["river-shiziyang"], rows["road-shiziyang"]["accuracy_m"]
    assert min(end.distance(spot(XINLIAN)) for end in ends(road)) < 50
    crossing = road.intersection(water)
    above = water.project(crossing) - water.project(spot(EAST_SPAN))
    assert above == pytest.approx(3_600, abs=300)
    assert crossing.distance(spot(HUMEN_BRIDGE)) == pytest.approx(8_000, abs=300)
    assert road.distance(spot(HUANGGE)) < within
    assert crossing.y < drawn["road-nansha-bridge"].bounds[1]
    assert {"humen", "shatian"} == set(towns_of(rows["road-shiziyang"]))


def test_the_river_mouth_tunnel_is_as_long_as_told(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    """13.69 km west of Binhaiwan station; west of the deep channel and of Longxue Island, as Wanqingsha is."""
    line, station = drawn["rail-shenmao-line"], drawn["rail-humennan"]
    assert line.distance(station) < 1
    start = line.project(station)
    west = line.interpolate(start - 13_690)
    assert west.distance(spot((113.5847, 22.704))) < 50
    assert west.x < drawn["shore-longxue"].bounds[0] and west.x < drawn["river-lingdingyang"].bounds[0]
    assert set(towns_of(rows["rail-shenmao"])) == {"humen", "changan"} == set(towns_of(rows["rail-shenmao-line"]))
    assert set(nearest_towns(drawn["rail-shenmao"], drawn)) == {"humen", "changan"}
    first, last = ends(drawn["rail-shenmao"])
    assert first.distance(drawn["river-lingdingyang"]) < 5 and last.distance(drawn["river-maozhouhe"]) < 10


def test_the_water_transfer_has_its_branch_in_dongguan(rows: dict[str, Any], drawn: dict[str, BaseGeometry]) -> None:
    """From Luotian 3.6 km to Songmushan and 11.9 km to Gongming; the reservoirs have no anchor."""
    whole, branch = drawn["water-xishuidongdiao"].geoms
    fork, tip = ends(branch)
    assert fork.distance(whole) < 1 and branch.length == pytest.approx(3_600, rel=0.03)
    assert whole.length - whole.project(fork) == pytest.approx(11_900, rel=0.01)
    assert tip.y > fork.y
    within = rows["water-xishuidongdiao"]["accuracy_m"] + rows["place-gongming"]["accuracy_m"]
    assert ends(whole)[1].distance(drawn["place-gongming"]) < within
    assert whole.crosses(drawn["river-shiziyang"])


# --- Accuracy is the largest deviation that was measured -------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "largest"), [("shore-east", 530.1), ("shore-longxue", 333.6), ("river-dongjiang-south", 2_150)]
)
def test_an_accuracy_is_the_maximum_rounded_up(rows: dict[str, Any], name: str, largest: float) -> None:
    assert largest <= rows[name]["accuracy_m"] < largest * 1.05


def test_points_of_a_gazetteer_say_so(rows: dict[str, Any]) -> None:
    named = {name: row for name, row in rows.items() if "geonames" in row["sources"]}
    towns = {name for name in named if name.startswith("town-")}
    assert len(towns) == 11 and len(named) == 25
    for name, row in named.items():
        assert row["position_basis"] == "published" and "own-drawing" not in row["sources"], name
        assert "GeoNames" in row["note_zh"] and "GeoNames" in row["note_en"], name
        assert row["accuracy_m"] >= (1_500 if name in towns else 3_000), name


def test_every_outside_licence_is_credited(register: Register) -> None:
    """Who gives positions under a licence of theirs is named in the notice of everything that leaves the house."""
    sources = register["sources"].set_index("id")
    given = {source for row in register.features["sources"] for source in row if sources.at[source, "licence"]}
    assert {sources.at[source, "licence"] for source in given} == {"ODbL-1.0", "CC-BY-4.0", "MIT"}
    for text in (register.place.attribution, register.place.licence.zh, register.place.licence.en):
        assert "OpenStreetMap contributors" in text and "GeoNames" in text


def test_a_station_of_the_zone_lists_the_towns_of_the_zone(rows: dict[str, Any]) -> None:
    for name in ("station-songshanhu", "station-songshanhubei"):
        assert rows[name]["town"] == rows["zone-songshanlake"]["town"]
