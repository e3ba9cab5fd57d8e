"""Control points against the features that they lie on: a shifted datum, a moved feature, a wrong point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import positions
from geodata.codes import Location
from geodata.faults import TEXTS, Fault
from geodata.place import Place
from geodata.tables import Row

ON = 150.0
"""Metres that a control point lies from its feature at most; all of ours within 50."""
_NEAR = 2000.0
"""Metres within which a point beside its feature may be told by a shift of the whole file."""
_SHIFTS = ((positions.GCJ, "fault-shifted", "fault-want-wgs"), (positions.BD, "fault-shifted-bd", "fault-want-wgs-bd"))


def control_faults(rows: Mapping[str, list[Row]], place: Place) -> list[Fault]:
    """A fault for each file that lies one datum shift off, and for each point that is not where its feature is."""
    features = {row["id"]: row for row in rows["features"] if row["geometry"] is not None}
    given = [
        row for row in rows["control-points"] if row["feature"] in features and None not in (row["lon"], row["lat"])
    ]
    found: list[Fault] = []
    if not given:
        return found
    lonlat = np.array([(row["lon"], row["lat"]) for row in given])
    points = shapely.points(positions.metric(lonlat, place.metric_crs))
    shapes: dict[str, BaseGeometry] = {}
    off: dict[str, list[tuple[Row, float, str]]] = defaultdict(list)
    for row, point, here in zip(given, points, shapely.points(lonlat), strict=True):
        feature = features[row["feature"]]
        problem = positions.position_fault(here, feature["location"] == Location.OUTSIDE, place.box)
        if problem:
            found.append(Fault(row["_file"], row["_row"], "lon", *problem))
            continue
        name = row["feature"]
        if name not in shapes:
            shapes[name] = positions.to_metric(feature["geometry"], place.metric_crs)
        distance = float(shapely.distance(shapes[name], point))
        shift = positions.shift_of(feature["geometry"], here, distance, place) if distance > ON else ""
        off[feature["_file"]].append((row, distance, shift))
    for file, measured in off.items():
        found += _file_faults(file, measured, features)
    return found


def _file_faults(file: str, measured: list[tuple[Row, float, str]], features: Mapping[str, Row]) -> list[Fault]:
    found = []
    told = False
    for shift, said, wanted in _SHIFTS:
        if n := sum(each == shift for _, _, each in measured):
            told = True
            words = TEXTS[said].filled(n=n, of=len(measured))
            found.append(Fault(file, 0, "geometry", words, TEXTS[wanted]))
    for row, distance, shift in measured:
        if distance > ON and not shift and not (told and distance < _NEAR):
            feature = features[row["feature"]]
            place = f"{feature['_file']}:{feature['_row']}"
            words = TEXTS["fault-off-control"].filled(feature=row["feature"], metres=round(distance), place=place)
            expected = TEXTS["fault-want-on-control"].filled(metres=round(ON))
            found.append(Fault(row["_file"], row["_row"], "lon", words, expected))
    return found


def shifted_files(faults: list[Fault]) -> set[str]:
    """The files of which a fault says already that all of them lies off."""
    said = {wanted for _, _, wanted in _SHIFTS}
    return {fault.file for fault in faults if any(fault.expected == TEXTS[each] for each in said)}
