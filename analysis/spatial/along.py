"""Along a line: what lies in a corridor round a feature or a drawn line, in the order in which one comes by."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.certainty import Span
from analysis.spatial.engines.face import Engine, Layer, one
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.findings import Finding, how_far, said, ties
from analysis.spatial.ground import Mask, UnknownPlace, ground_of
from analysis.view import View
from geodata.positions import to_degrees, to_metric
from geodata.text import Text


def along(view: View, feature: str, width: float, *, engine: Engine = IN_PROCESS) -> list[Finding]:
    """What may lie within `width` metres of a feature, by chainage; the feature's own sections and whole left out.

    UnknownPlace for a feature that the register has not, or that has no position.
    """
    status = view.standing.feature_status.get(feature)
    if status is None or not status.feature.is_placed:
        raise UnknownPlace(feature)
    own = ground_of(view, (view.standing.features["id"] == feature).to_numpy())
    frame = view.standing.features
    family = {feature, status.feature.part_of, *frame.loc[frame["part_of"] == feature, "id"]}
    others: Mask = view.counted & ~frame["id"].isin(family).to_numpy()
    return _corridor(view, own, own.names[feature], width, others, engine)


def along_line(view: View, line: BaseGeometry, width: float, *, engine: Engine = IN_PROCESS) -> list[Finding]:
    """The same for a line that somebody drew (EPSG:4326), whose own position has no error."""
    crs = view.register.place.metric_crs
    return _corridor(view, drawn(to_metric(line, crs), crs), said("along-drawn"), width, view.counted, engine)


def drawn(line: BaseGeometry, crs: str) -> Layer:
    """A line in metres as a layer of one: without an id, and exactly where it is."""
    shapes = np.empty(1, dtype=object)
    shapes[0] = line
    return Layer(crs, np.array([""], dtype=object), shapes, np.zeros(1))


def _corridor(view: View, line: Layer, name: Text, width: float, keep: Mask, engine: Engine) -> list[Finding]:
    ground, known = ground_of(view, keep), ties(view)
    found: list[Finding] = []
    is_line = shapely.get_dimensions(line.shapes[0]) == 1
    for row in one(engine.along(line, ground, width)).itertuples(index=False):
        far = Span(float(row.metres), float(row.low), float(row.high))
        other = ground.shapes[ground.at[row.second]]
        shortest = to_degrees(shapely.shortest_line(line.shapes[0], other), ground.crs)
        names = (row.first, row.second) if row.first else (row.second,)
        other_name = ground.names[row.second]
        sentence = (
            along_sentence(name, other_name, far, row)
            if is_line
            else said("around", a=name, b=other_name, far=how_far(far))
        )
        behind = known.behind(*names)
        found.append(Finding(row.first, row.second, far, row.sure, sentence, shortest, *behind, along_more(row)))
    # Round a point nothing comes before anything else but by its distance.
    return found if is_line else sorted(found, key=lambda each: (each.span.metres, each.second))


def along_sentence(name: Text, other: Text, far: Span, row: Any) -> Text:
    """Where along a line something lies; `row` is one of the table of `Engine.along`."""
    key = "along-at" if row.to_m - row.from_m < 100 else "along-from"
    km, to = f"{row.from_m / 1000:.1f}", f"{row.to_m / 1000:.1f}"
    return said(key, a=name, b=other, far=how_far(far), km=km, to=to)


def along_more(row: Any) -> dict[str, Any]:
    """Chainage in whole metres, and the side."""
    return {"from_m": round(row.from_m), "to_m": round(row.to_m), "side": row.side}
