"""A rectangle of paper and the ground on it: projection, round scale, graticule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.place import STORAGE_CRS, Box, Place

SIZES = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0)}
"""Width and height of a sheet lying on its side, in millimetres."""
FAR_CRS = "EPSG:3395"
"""World Mercator, for pictures that reach beyond the belt of the metric system."""
_SCALES = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_NARROWEST = 24000.0
"""Metres of ground that a picture shows at least."""
_SIMPLE = 0.04
"""Millimetres on paper by which a line may be simplified."""


@dataclass(frozen=True)
class Frame:
    """A rectangle of paper and the ground on it; `west` and `north` in metres of `crs`, sizes in millimetres."""

    crs: str
    is_metric: bool
    """Whether one scale holds all over the picture."""
    west: float
    north: float
    width: float
    height: float
    scale: float
    """Denominator: metres on the ground are 1000 × / scale millimetres on paper."""

    def paper(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions (lon, lat in degrees, EPSG:4326) as millimetres from the left top corner; may be infinite."""
        east, north = _transformer(self.crs).transform(degrees[:, 0], degrees[:, 1])
        return np.column_stack([east - self.west, self.north - north]) * (1000 / self.scale)

    def draw(self, shape: BaseGeometry) -> BaseGeometry | None:
        """A geometry on the paper, cut at the edge; None when nothing of it is there."""
        moved = shapely.transform(shape, self.paper)
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            return None
        margin = 3.0
        cut = shapely.clip_by_rect(moved, -margin, -margin, self.width + margin, self.height + margin)
        return None if cut.is_empty else cut.simplify(_SIMPLE)

    def corners(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees that the paper covers."""
        span = (self.width * self.scale / 1000, self.height * self.scale / 1000)
        bounds: tuple[float, float, float, float] = _transformer(self.crs).transform_bounds(
            self.west, self.north - span[1], self.west + span[0], self.north, direction="INVERSE"
        )
        return bounds

    def corner_points(self) -> list[tuple[float, float]]:
        """Longitude and latitude of its corners in degrees: left bottom, left top, right top, right bottom."""
        east, south = self.west + self.width * self.scale / 1000, self.north - self.height * self.scale / 1000
        lon, lat = _transformer(self.crs).transform(
            [self.west, self.west, east, east], [south, self.north, self.north, south], direction="INVERSE"
        )
        return list(zip(lon, lat, strict=True))

    def step(self) -> float:
        """Degrees from one line of the graticule to the next."""
        west, _, east, _ = self.corners()
        steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
        return next((step for step in steps if (east - west) / step < 8), 30)

    def graticule(self) -> Iterator[tuple[str, float, NDArray[np.float64]]]:
        """Its lines on paper: E for a meridian or N for a parallel, degrees, points in millimetres."""
        (west, south, east, north), step = self.corners(), self.step()
        along = np.linspace(0, 1, 30)
        for lon in np.arange(math.ceil(west / step), math.floor(east / step) + 1) * step:
            yield "E", lon, self.paper(np.column_stack([np.full(30, lon), south + (north - south) * along]))
        for lat in np.arange(math.ceil(south / step), math.floor(north / step) + 1) * step:
            yield "N", lat, self.paper(np.column_stack([west + (east - west) * along, np.full(30, lat)]))

    def bar(self, most: float) -> tuple[float, str]:
        """Length in millimetres (at most `most`) and words of a scale bar of a round length."""
        metres = most * self.scale / 1000
        step = 10 ** math.floor(math.log10(metres))
        length = next(step * times for times in (5, 2, 1) if step * times <= metres)
        return length * 1000 / self.scale, f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"


@cache
def _transformer(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(STORAGE_CRS, crs, always_xy=True)


def fit(
    bounds: Box | None, width: float, height: float, place: Place, is_round: bool = True, margin: float = 8
) -> Frame:
    """The frame of `width` × `height` mm that shows `bounds` (degrees; the city without), at a round scale if asked.

    `margin` are millimetres on each side beyond the bounds, at least.
    """
    west, south, east, north = bounds or place.first_view
    is_metric = west > place.metric_belt[0] and east < place.metric_belt[1]
    crs = place.metric_crs if is_metric else FAR_CRS
    left, bottom, right, top = _transformer(crs).transform_bounds(west, south, east, north)
    wide, high = max(right - left, _NARROWEST), max(top - bottom, _NARROWEST)
    needed = max(wide / (width - 2 * margin), high / (height - 2 * margin)) * 1000
    step = 10 ** math.floor(math.log10(needed))
    rounded = next((step * round_ for round_ in (*_SCALES, 10) if step * round_ >= needed), needed)
    scale = rounded if is_round else needed
    return Frame(
        crs=crs,
        is_metric=is_metric,
        west=(left + right) / 2 - width * scale / 2000,
        north=(bottom + top) / 2 + height * scale / 2000,
        width=width,
        height=height,
        scale=scale,
    )
