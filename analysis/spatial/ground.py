"""The placed features of a view on the ground: shapes in metres, their errors, and an index of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import Span, span
from analysis.spatial.engines.face import Layer, Mask
from analysis.view import View
from geodata.positions import metric, to_degrees
from geodata.text import Text

__all__ = ["Ground", "Mask", "UnknownPlace", "ground_of", "members"]


class UnknownPlace(ValueError):
    """What is asked for is no theme, and no feature with a position."""


@dataclass(frozen=True, eq=False)
class Ground(Layer):
    """Features in the order of the register; only those that have a position."""

    names: dict[str, Text]

    def only(self, keep: Mask) -> Ground:
        """Those that are marked."""
        return Ground(self.crs, self.ids[keep], self.shapes[keep], self.errors[keep], self.names)

    def between(self, place: int, other: Ground, at: int) -> Span:
        """How far one of these is from one of `other`."""
        metres = float(shapely.distance(self.shapes[place], other.shapes[at]))
        return span(metres, float(self.errors[place]), float(other.errors[at]))

    def line_to(self, place: int, other: Ground, at: int) -> BaseGeometry:
        """The shortest line from one of these to one of `other` (EPSG:4326)."""
        line: BaseGeometry = to_degrees(shapely.shortest_line(self.shapes[place], other.shapes[at]), self.crs)
        return line


def ground_of(view: View, keep: Mask | None = None) -> Ground:
    """The ground of a view, or of the features that `keep` marks (one for each feature of the register)."""
    register = view.register
    mask = (view.selection.features if keep is None else keep) & register.placed
    frame = register.features[mask]
    crs = register.place.metric_crs
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda lonlat: metric(lonlat, crs))
    names = {name: Text(zh, en) for name, zh, en in zip(frame["id"], frame["name_zh"], frame["name_en"], strict=True)}
    errors = frame["accuracy_m"].to_numpy(dtype=float, na_value=np.nan)
    return Ground(crs, frame["id"].to_numpy(dtype=object), shapes, errors, names)


def members(view: View, name: str) -> Mask:
    """The features of a view that a theme or an id names; UnknownPlace for what is neither."""
    frame = view.standing.features
    themes, ids = (frame["theme"] == name).to_numpy(), (frame["id"] == name).to_numpy()
    if name in view.register.themes:
        kept: Mask = themes & view.selection.features
        return kept
    if not ids.any():
        raise UnknownPlace(name)
    alone: Mask = ids
    return alone
