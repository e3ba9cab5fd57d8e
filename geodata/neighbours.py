"""Positions against those of other features: towns that are named, the whole of a part, what a theme lies on.

Distances in metres, in the metric system of the place. Every limit grows with the stated accuracy, so that an honest
guess is no fault; what lies within its own accuracy cannot be told from a right position (docs/data.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import positions
from geodata.codes import Location
from geodata.faults import TEXTS, Fault, quoted
from geodata.place import Place
from geodata.tables import Row
from geodata.text import Text

_OF_WHOLE = 1500.0
"""Beside the accuracy of both; a station in a gap of its line stands 1.2 km off."""
_LIES_ON = 150.0
_NAMED, _NEAREST, _BETTER = 3.0, 2.0, 0.75
"""Of the usual distance between towns: from a feature to every town that it names, to the nearest of those, and by how
much another town may be nearer. Ours reach 2.1, 1.6 and 0.45."""
_MIDST = 0.4
"""Of the same: a place outside the city lies farther from every town."""


@dataclass(frozen=True)
class _Ground:
    """The placed features of a register by id, their shapes (metric), and the towns among them."""

    rows: Mapping[str, Row]
    shapes: Mapping[str, Any]
    towns: tuple[str, ...]
    apart: float
    """The usual distance from a town to the next one."""
    to_town: Mapping[str, NDArray[np.float64]]
    """From each feature to each of the towns."""


def neighbour_faults(rows: Mapping[str, list[Row]], place: Place, passed: Set[str], lost: bool) -> list[Fault]:
    """A fault for each feature that lies apart from what it belongs to; files in `passed` are not looked at.

    With `lost` features, whose files could not be read, nobody is blamed for naming one that is not there.
    """
    ground = _ground(rows, place)
    found = []
    for name, row in ground.rows.items():
        if row["_file"] in passed:
            continue
        whole = ground.rows.get(row["part_of"])
        if whole is not None and whole["_file"] not in passed:
            found += _whole_faults(ground, row, whole)
        if ground.towns and name not in ground.towns:
            found += _town_faults(ground, row)
    return found + _lying_faults(ground, rows, place, passed, lost)


def _ground(rows: Mapping[str, list[Row]], place: Place) -> _Ground:
    placed = {row["id"]: row for row in rows["features"] if row["geometry"] is not None and row["id"]}
    shapes = {name: positions.to_metric(row["geometry"], place.metric_crs) for name, row in placed.items()}
    holding = {row["code"] for row in rows["codelist-theme"] if row["holds_towns"]}
    towns = tuple(name for name, row in placed.items() if row["theme"] in holding)
    points = np.array([shapes[name] for name in towns], dtype=object)
    to_town = {name: shapely.distance(shape, points) for name, shape in shapes.items()} if towns else {}
    nearest = [float(np.sort(to_town[name])[1]) for name in towns] if len(towns) > 2 else []
    return _Ground(placed, shapes, towns if nearest else (), float(np.median(nearest)) if nearest else 0.0, to_town)


def _off(row: Row) -> float:
    return float(row["accuracy_m"] or 0)


def _fault(row: Row, field: str, other: str, distance: float, limit: float, words: str) -> Fault:
    found = TEXTS["fault-distance"].filled(km=f"{distance / 1000:.1f}", other=other)
    return Fault(row["_file"], row["_row"], field, found, TEXTS[words].filled(km=f"{limit / 1000:.1f}"))


def _whole_faults(ground: _Ground, row: Row, whole: Row) -> list[Fault]:
    """A part lies on its whole with all of its course."""
    limit = _off(row) + _off(whole) + _OF_WHOLE
    ends = shapely.points(shapely.get_coordinates(ground.shapes[row["id"]]))
    far = float(np.max(shapely.distance(ground.shapes[whole["id"]], ends)))
    return [_fault(row, "part_of", whole["id"], far, limit, "fault-want-near-whole")] if far > limit else []


def _town_faults(ground: _Ground, row: Row) -> list[Fault]:
    distances = dict(zip(ground.towns, map(float, ground.to_town[row["id"]]), strict=True))
    nearest = min(distances, key=distances.__getitem__)
    if row["location"] == Location.OUTSIDE:
        limit = _MIDST * ground.apart
        near = distances[nearest] < limit
        return [_fault(row, "location", nearest, distances[nearest], limit, "fault-want-outside")] if near else []
    named = {town: distances[town] for town in row["town"] if town in distances}
    if not named:
        limit = _off(row) + _NEAREST * ground.apart
        lost = distances[nearest] > limit
        return [_fault(row, "geometry", nearest, distances[nearest], limit, "fault-want-near-town")] if lost else []
    closest, farthest = min(named, key=named.__getitem__), max(named, key=named.__getitem__)
    reach, limit = _off(row) + _NEAREST * ground.apart, _off(row) + _NAMED * ground.apart
    if named[closest] > reach:
        return [_fault(row, "geometry", closest, named[closest], reach, "fault-want-near-town")]
    if named[farthest] > limit:
        return [_fault(row, "town", farthest, named[farthest], limit, "fault-want-near-town")]
    if named[closest] - distances[nearest] > _off(row) + _BETTER * ground.apart:
        found = TEXTS["fault-other-town"].filled(
            km=f"{named[closest] / 1000:.1f}", town=closest, less=f"{distances[nearest] / 1000:.1f}", other=nearest
        )
        return [Fault(row["_file"], row["_row"], "town", found, TEXTS["fault-want-its-town"])]
    return []


def _lying_faults(
    ground: _Ground, rows: Mapping[str, list[Row]], place: Place, passed: Set[str], lost: bool
) -> list[Fault]:
    """What `place.toml` says lies on something else: features, or all those of a theme."""
    found = []
    for one, other in place.lies_on:
        mine, theirs = _members(rows, one), _members(rows, other)
        if not mine or not theirs:
            found += [] if lost else [_unknown(one if not mine else other)]
            continue
        under = [ground.shapes[name] for name in theirs if name in ground.shapes]
        for name in mine:
            row = ground.rows.get(name)
            if row is None or not under or row["_file"] in passed:
                continue
            distance = float(np.min(shapely.distance(ground.shapes[name], np.array(under, dtype=object))))
            if distance > _LIES_ON:
                found.append(_fault(row, "geometry", other, distance, _LIES_ON, "fault-want-on-it"))
    return found


def _members(rows: Mapping[str, list[Row]], name: str) -> list[str]:
    """The features of a theme, or the one feature of that id."""
    return [row["id"] for row in rows["features"] if name in (row["theme"], row["id"])]


def _unknown(name: str) -> Fault:
    expected: Text = TEXTS["fault-want-theme-or-feature"]
    return Fault("place.toml", 0, "lies_on", quoted(name), expected)
