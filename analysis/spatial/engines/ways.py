"""Which positions can be measured: inside the area of a metric system, and not right round the earth."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pyproj

from analysis.spatial.engines.face import TEXTS, EngineError
from geodata.text import Text

MARGIN = 3.0
"""Degrees round the area of use of a metric system: beyond, its distances are off by more than a thousandth."""
_NAMED = 5
"""Ids that are named of each kind that is left out."""

NOWHERE, ROUND, FAR, MENDED = "left-nowhere", "left-round", "left-far", "mended"
UNBEGUN = "left-unbegun"


@dataclass
class Left:
    """What of a layer cannot be measured, by reason: how many, and the ids of the first few."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, count: int, ids: list[str]) -> None:
        """Some more that are left out for a reason."""
        if count:
            self.counts[reason] = self.counts.get(reason, 0) + count
            self.ids.setdefault(reason, []).extend(ids)
            del self.ids[reason][_NAMED:]

    def notes(self) -> list[Text]:
        """A sentence for each reason."""
        return [
            TEXTS[reason].filled(
                name=self.name, n=count, ids=", ".join(self.ids[reason]) + (" …" if count > _NAMED else "")
            )
            for reason, count in self.counts.items()
        ]


def system(crs: str) -> int:
    """The EPSG number of a metric system; EngineError for what is none."""
    try:
        found = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise EngineError("no-system", crs=crs) from None
    number = found.to_epsg()
    if number is None or not found.is_projected:
        raise EngineError("no-system", crs=crs)
    return int(number)


@cache
def bounds_in(crs: str, storage: str) -> tuple[float, float, float, float]:
    """The box, in the units of `storage`, of what can be measured in the metric system `crs`."""
    area = pyproj.CRS.from_user_input(crs).area_of_use
    west, south, east, north = area.bounds if area else (-180.0, -90.0, 180.0, 90.0)
    box = max(west - MARGIN, -180), max(south - MARGIN, -85), min(east + MARGIN, 180), min(north + MARGIN, 85)
    transformer = pyproj.Transformer.from_crs("EPSG:4326", storage, always_xy=True)
    found: tuple[float, float, float, float] = transformer.transform_bounds(*box, densify_pts=21)
    return found


def is_degrees(storage: str) -> bool:
    """Whether a system counts in degrees: a shape wider than half the earth then crosses the antimeridian."""
    return bool(pyproj.CRS.from_user_input(storage).is_geographic)
