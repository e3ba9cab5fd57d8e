from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geodata import CATALOG, Register, positions
from geodata.place import STORAGE_CRS, Box, Place, read_place
from geodata.positions import outside_area
from geodata.text import Text

CITY = (113.5, 22.6, 114.3, 23.2)
"""West, south, east, north: a box round Dongguan with a few kilometres of margin."""


def shipped_place() -> Place:
    found = read_place(CATALOG, [])
    assert found is not None
    return found


PLACE = shipped_place()


def to_metric(geometry: BaseGeometry) -> BaseGeometry:
    return positions.to_metric(geometry, PLACE.metric_crs)


def position_fault(geometry: BaseGeometry, outside: bool) -> tuple[Text, Text] | None:
    return positions.position_fault(geometry, outside, PLACE.box)


def looks_gcj(geometry: BaseGeometry, control: BaseGeometry) -> bool:
    return positions.looks_gcj(geometry, control, PLACE)


def gcj02(lon: float, lat: float) -> tuple[float, float]:
    """WGS 84 to GCJ-02, the approximation published as eviltransform (Krasovsky 1940 ellipsoid)."""
    a, ee = 6378245.0, 0.00669342162296594323
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    root = math.sqrt(abs(x))
    waves = 20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    angle = lat / 180 * pi
    magic = 1 - ee * math.sin(angle) ** 2
    lat_shift = north * 180 / ((a * (1 - ee)) / (magic * math.sqrt(magic)) * pi)
    lon_shift = east * 180 / (a / math.sqrt(magic) * math.cos(angle) * pi)
    return lon + lon_shift, lat + lat_shift


def shifted(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, lambda xy: [gcj02(lon, lat) for lon, lat in xy])


def swapped(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


def metres(one: BaseGeometry, other: BaseGeometry) -> float:
    return float(shapely.distance(to_metric(one), to_metric(other)))


def test_metric_crs_is_east_then_north() -> None:
    """The central meridian of EPSG:4547 has easting 500 km; 23° N lies about 2,544 km up the meridian."""
    east, north = to_metric(Point(114, 23)).coords[0]
    assert east == pytest.approx(500_000, abs=0.01)
    assert north == pytest.approx(2_544_700, abs=1_000)
    assert to_metric(Point(114.1, 23)).x > east and to_metric(Point(114, 23.1)).y > north


def test_metres_agree_with_the_ellipsoid() -> None:
    here, there = (113.55, 22.70), (114.20, 23.10)
    true = pyproj.Geod(ellps="GRS80").inv(*here, *there)[2]
    assert metres(Point(here), Point(there)) == pytest.approx(true, rel=2e-4)


def test_metric_crs_covers_the_city() -> None:
    area = pyproj.CRS(PLACE.metric_crs).area_of_use
    assert area is not None and area.west <= CITY[0] and area.east >= CITY[2]


@pytest.mark.parametrize("place", [Point(113.75, 23.0), LineString([(113.2, 22.3), (114.7, 23.6)])])
def test_a_plausible_place_has_no_fault(place: BaseGeometry) -> None:
    assert position_fault(place, outside=False) is None
    assert position_fault(place, outside=True) is None


@pytest.mark.parametrize("outside", [False, True])
def test_swapped_axes_are_named(outside: bool) -> None:
    fault = position_fault(Point(23.0, 113.75), outside)
    assert fault is not None and "swapped" in fault[0].en and "longitude first" in fault[1].en


@pytest.mark.parametrize("outside", [False, True])
def test_metres_are_named(outside: bool) -> None:
    fault = position_fault(to_metric(Point(113.75, 23.0)), outside)
    assert fault is not None and "metres" in fault[0].en and "4326" in fault[1].en


def test_a_zone_number_in_the_easting_is_named_as_metres() -> None:
    """EPSG:4526, the classic mix-up: 38,000,000 added to the easting."""
    fault = position_fault(Point(38_474_000, 2_545_000), outside=False)
    assert fault is not None and "metres" in fault[0].en


def test_far_places_must_say_so() -> None:
    beijing = Point(116.4, 39.9)
    fault = position_fault(beijing, outside=False)
    assert fault is not None and "outside" in fault[1].en
    assert position_fault(beijing, outside=True) is None


def test_a_line_with_one_stray_vertex_is_noticed() -> None:
    assert position_fault(LineString([(113.7, 23.0), (118.7, 23.0)]), outside=False) is not None


def test_gcj_shift_here_is_what_the_notes_say() -> None:
    """About 587–620 m off, 520 m east and 310 m south; a little more at the south-western edge."""
    for lon, lat in [(113.5, 22.7), (113.75, 23.0), (114.2, 23.1)]:
        true, moved = to_metric(Point(lon, lat)), to_metric(Point(gcj02(lon, lat)))
        assert 580 <= true.distance(moved) <= 630
        assert 480 <= moved.x - true.x <= 560 and -350 <= moved.y - true.y <= -270


def test_the_shift_of_the_place_is_the_one_that_is_computed() -> None:
    """The mean over the city; in the whole box each point lies well within the 150 m that detection allows."""
    assert PLACE.datum_shift_m is not None
    for box, furthest in ((CITY, 40), (PLACE.box, 65)):
        west, south, east, north = box
        grid = [(west + (east - west) * i / 20, south + (north - south) * j / 20) for i in range(21) for j in range(21)]
        moved = [to_metric(Point(gcj02(*here))).coords[0] for here in grid]
        shifts = np.subtract(moved, [to_metric(Point(here)).coords[0] for here in grid])
        assert np.hypot(*(shifts - PLACE.datum_shift_m).T).max() < furthest
        if box == CITY:
            assert np.abs(shifts.mean(axis=0) - PLACE.datum_shift_m).max() < 2


def test_where_no_such_datum_is_in_use_nothing_looks_like_it() -> None:
    here = Point(113.75, 23.0)
    assert looks_gcj(shifted(here), here)
    assert not positions.looks_gcj(shifted(here), here, replace(PLACE, datum_shift_m=None))


@pytest.mark.parametrize("box", [(-0.5, 51.2, 0.4, 51.8), (-74.3, 40.4, -73.6, 41.0)])
def test_another_city_has_another_box(box: Box) -> None:
    """What is plausible is asked of the place, not known to the program."""
    west, south, east, north = box
    inside, here = Point((west + east) / 2, (south + north) / 2), Point(113.75, 23.0)
    assert positions.position_fault(inside, False, box) is None
    fault = positions.position_fault(here, False, box)
    assert fault is not None and str(west) in fault[1].en and "outside" in fault[1].en
    fault = positions.position_fault(swapped(inside), False, box)
    assert fault is not None and "swapped" in fault[0].en


def test_shapes_outside_the_area_of_a_system_are_told_apart() -> None:
    shapes = gpd.GeoSeries([Point(113.75, 23.0), Point(-0.1, 51.5), None], crs=STORAGE_CRS)
    assert list(outside_area(shapes, PLACE.metric_crs)) == [False, True, False]
    assert list(outside_area(shapes, STORAGE_CRS)) == [False, False, False]


def control_points(register: Register, theme: str) -> list[tuple[str, BaseGeometry, Point]]:
    features = register.features.set_index("id")
    rows = register["control-points"].itertuples()
    found = [(row.feature, features.geometry[row.feature], Point(row.lon, row.lat)) for row in rows]
    return [item for item in found if features.at[item[0], "theme"] == theme]


def test_gcj_shift_is_detected_on_real_stations(register: Register) -> None:
    stations = control_points(register, "stations")
    assert len(stations) >= 20
    for name, geometry, control in stations:
        assert not looks_gcj(geometry, control), name
        assert looks_gcj(shifted(geometry), control), name


def test_gcj_shift_is_detected_on_most_lines(register: Register) -> None:
    """A line along the shift hides it; a file is found by any one of its points."""
    lines = control_points(register, "rail")
    assert not any(looks_gcj(geometry, control) for _, geometry, control in lines)
    assert sum(looks_gcj(shifted(geometry), control) for _, geometry, control in lines) > len(lines) / 2


def test_an_ordinary_error_is_not_called_gcj() -> None:
    here = Point(113.75, 23.0)
    for east, north in [(0.0, 0.0), (0.001, 0.001), (-0.005, 0.003), (0.005, 0.003), (0.02, -0.01)]:
        assert not looks_gcj(Point(here.x + east, here.y + north), here)


def test_rail_passes_its_control_points(register: Register) -> None:
    lines = control_points(register, "rail")
    assert len({name for name, _, _ in lines}) >= 8
    assert {
        name: metres(geometry, control) for name, geometry, control in lines if metres(geometry, control) > 100
    } == {}


def test_stations_stand_on_their_control_points(register: Register) -> None:
    for name, geometry, control in control_points(register, "stations"):
        assert metres(geometry, control) <= 50, name


def rivers(register: Register) -> list[BaseGeometry]:
    features = register.features
    lines = [to_metric(geometry) for geometry in features.geometry[features["theme"] == "rivers"]]
    assert len(lines) >= 5
    return lines


def test_water_sections_lie_on_a_river(register: Register) -> None:
    """The six sections of the joint monitoring, found by what they are part of."""
    features = register.features
    water = features[(features["theme"] == "water-sections") & (features["part_of"] != "")]
    assert len(water) == 6 and water["part_of"].nunique() == 1
    lines = rivers(register)
    for name, geometry in zip(water["id"], water.geometry, strict=True):
        assert min(line.distance(to_metric(geometry)) for line in lines) <= 150, name


def test_bridges_cross_water(register: Register) -> None:
    features = register.features
    bridges = features[(features["theme"] == "bridges") & features.geometry.notna()]
    assert len(bridges) >= 4
    lines = rivers(register)
    for name, geometry in zip(bridges["id"], bridges.geometry, strict=True):
        assert any(to_metric(geometry).crosses(line) for line in lines), name


def test_towns_lie_in_the_city(register: Register) -> None:
    towns = register.features[register.features["theme"] == "towns"]
    assert len(towns) >= 32
    for name, geometry in zip(towns["id"], towns.geometry, strict=True):
        assert geometry is not None and geometry.geom_type == "Point", name
        assert shapely.box(*CITY).contains(geometry), name


def test_stations_stand_on_the_line_they_are_part_of(register: Register) -> None:
    """Gaps between the parts of a line, which its note owns up to, count as bridged straight."""
    features = register.features.set_index("id")
    stations = features[(features["theme"] == "stations") & features.geometry.notna()]
    tied = [row for row in stations.itertuples() if row.part_of and features.at[row.part_of, "geometry"] is not None]
    assert len(tied) >= 20
    for row in tied:
        line = LineString(shapely.get_coordinates(features.at[row.part_of, "geometry"]))
        assert metres(row.geometry, line) <= 500 + features.at[row.part_of, "accuracy_m"], row.Index


def test_everything_inside_lies_in_the_region(register: Register) -> None:
    features = register.features
    inside = features[(features["location"] != "outside") & features.geometry.notna()]
    assert len(inside) > 100
    assert inside.geometry.within(shapely.box(*register.place.box)).all()
