"""What stands on the printed sheets: the ground that each shows, numbers on the map, rows of the lists."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.stages import UNDER_WAY
from geodata.codes import FeatureKind, Location
from geodata.text import Text
from outputs.gis.qgis.plan import Box, Plan

MAP_SIZE = (288, 238)
"""Width and height in millimetres of the map on every sheet."""
MOST = 600
"""Numbers on the map at most; the rest is counted."""
_EDGE_MM, _WIDE_EDGE_MM = 2.5, 14.0
"""Between what a sheet must show and its frame: at least, and where the scale leaves room."""
_SCALES = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_TOWN_M, _NEAR_M = 3500, 10000
"""Metres around a town that its page shows at least, and from which a feature of the town no longer widens it."""

_FACTS = ["code", "name_zh", "name_en", "theme", "kind", "background", "stage", "location", "part_of"]
_FACTS += ["town_codes", "measure_codes"]

Record = dict[str, Any]


@dataclass(frozen=True)
class View:
    """A rectangle of ground in metres of `Plan.working_crs`, with the shape of the map, and its scale."""

    box: Box
    scale: int
    """Denominator, a round number."""


@dataclass(frozen=True)
class Entry:
    """A feature with a number: the same on every map and in every list."""

    number: int
    code: str
    name: str
    theme: str
    stage: str


@dataclass(frozen=True)
class Row:
    """A row of the list of a page: a heading, a feature or a measure."""

    number: str
    text: str
    state: str
    is_heading: bool = False


@dataclass(frozen=True)
class Page:
    """A page of the atlas: one town."""

    code: str
    name: str
    view: View
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Sheets:
    """The sheet and the pages of the atlas."""

    view: View
    entries: tuple[Entry, ...]
    """In the order of their numbers."""
    beyond: int
    """Features with a position that have no number: off the sheet, or more than a list can hold."""
    unplaced: int
    """Features without a position."""
    pages: tuple[Page, ...]
    """Towns with a feature or a measure, by code."""

    @property
    def is_empty(self) -> bool:
        """Whether the filter keeps no feature."""
        return not self.entries and not self.beyond and not self.unplaced

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of a feature by its code."""
        return {entry.code: entry.number for entry in self.entries}


def make_sheets(plan: Plan) -> Sheets:
    """What the sheets of a plan show and say."""
    staged, context = _features(plan, context=False), _features(plan, context=True)
    towns = context[context.geom_type.isin(("Point", "MultiPoint"))]
    view = _sheet_view(plan, staged, context, towns)
    kept = staged[~staged["background"].astype(bool) & (staged["kind"] != FeatureKind.PLACE)]
    # A section of a line is not named where the whole is.
    kept = kept[kept.geom_type.str.contains("Point") | (kept["part_of"] == "")]
    listed = kept[shapely.intersects(kept.geometry.to_numpy(), shapely.box(*view.box))][:MOST]
    lang = plan.extract.lang
    entries = tuple(
        Entry(place, row["code"], _name(row, lang), row["theme"], row["stage"])
        for place, row in enumerate(_records(listed), start=1)
    )
    unplaced = _records(plan.extract.tables["unplaced"])
    numbers = {entry.code: entry.number for entry in entries}
    pages = _Pages(plan, numbers, _records(kept[kept["town_codes"].map(bool)]), unplaced)
    return Sheets(
        view=view,
        entries=entries,
        beyond=len(kept) - len(entries),
        unplaced=len(unplaced),
        pages=tuple(filter(None, (pages.page(town) for town in _records(towns)))),
    )


def _features(plan: Plan, *, context: bool) -> gpd.GeoDataFrame:
    """Features with a position that are drawn by stage, or those that only give orientation, in metres; a row each,
    in the order of themes and codes."""
    themes = plan.extract.codes["theme"]
    frames = [
        frame[[*_FACTS, "geometry"]].sort_values("code").to_crs(plan.working_crs)
        for theme, frame in plan.extract.layers.items()
        if bool(themes["context"][theme]) == context
    ]
    if not frames:
        return gpd.GeoDataFrame(pd.DataFrame(columns=_FACTS), geometry=[], crs=plan.working_crs)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=plan.working_crs)


def _records(frame: pd.DataFrame) -> list[Record]:
    found: list[Record] = frame.to_dict("records")
    return found


def _name(row: Record, lang: str) -> str:
    """A name without what stands in brackets at its end, as on the map."""
    name = Text(row["name_zh"], row["name_en"]).in_(lang)
    for opening, closing in ("（）", "()"):
        if name.endswith(closing) and opening in name[1:]:
            name = name[: name.rindex(opening)].rstrip()
    return name


def _sheet_view(plan: Plan, staged: gpd.GeoDataFrame, context: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> View:
    """The city with all that is to be built in it, whole; what it has of lines in service and of water, as it fits."""
    near = staged[staged["location"] != Location.OUTSIDE]
    crossing = (near["location"] == Location.CROSSING) & ~near["stage"].isin(UNDER_WAY)
    must = [*towns.geometry, *near.geometry[~crossing]]
    if not must:
        return fitting(plan.first_view, plan.first_view)
    water = context.geometry[context["location"] != Location.OUTSIDE]
    return fitting(_bounds(must), _bounds([*must, *near.geometry, *water]))


def _bounds(shapes: Sequence[BaseGeometry]) -> Box:
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    return west, south, east, north


def fitting(must: Box, wanted: Box) -> View:
    """The view at the largest round scale that shows `must`; what is left of it goes to where `wanted` lies."""
    width, height = MAP_SIZE
    wide, high = must[2] - must[0], must[3] - must[1]
    needed = 1000 * max(wide / (width - 2 * _EDGE_MM), high / (height - 2 * _EDGE_MM), 1)
    step = 10 ** math.floor(math.log10(needed))
    scale = int(next(step * times for times in _SCALES if step * times >= needed))
    half_x, half_y = width * scale / 2000, height * scale / 2000
    x = _middle(must[::2], wanted[::2], half_x, _WIDE_EDGE_MM * scale / 1000)
    y = _middle(must[1::2], wanted[1::2], half_y, _WIDE_EDGE_MM * scale / 1000)
    return View((x - half_x, y - half_y, x + half_x, y + half_y), scale)


def _middle(must: Sequence[float], wanted: Sequence[float], half: float, edge: float) -> float:
    """Where the middle of a sheet lies along an axis: as near to that of `wanted` as what it must show allows."""
    edge = min(edge, half - (must[1] - must[0]) / 2)
    return min(max(sum(wanted) / 2, must[1] + edge - half), must[0] - edge + half)


@dataclass(frozen=True, eq=False)
class _Pages:
    """Makes the pages of the atlas."""

    plan: Plan
    numbers: Mapping[str, int]
    features: list[Record]
    """With a position, which they have as `geometry`."""
    unplaced: list[Record]

    @cached_property
    def measures(self) -> dict[str, Record]:
        """The listed measures by code."""
        return {row["code"]: row for row in _records(self.plan.extract.tables["measures"])}

    @cached_property
    def by_town(self) -> dict[str, list[Record]]:
        """The features of each town, those with a position first."""
        found: dict[str, list[Record]] = {}
        for row in chain(self.features, self.unplaced):
            for town in row["town_codes"]:
                found.setdefault(town, []).append(row)
        return found

    def page(self, town: Record) -> Page | None:
        """The page of a town; None if nothing is said of it."""
        plan, lang = self.plan, self.plan.extract.lang
        features = self.by_town.get(town["code"], [])
        named = chain(() if town["background"] else town["measure_codes"], *(row["measure_codes"] for row in features))
        measures = [self.measures[code] for code in dict.fromkeys(named) if code in self.measures]
        if not features and not measures:
            return None
        stages, outcomes = plan.titles["stage"], plan.titles["outcome"]
        rows = [Row("", plan.words("list-features", count=len(features)), "", is_heading=True)]
        for row in features:
            number = self.numbers.get(row["code"], "–")
            rows.append(Row(str(number), _name(row, lang), stages.get(row["stage"], "")))
        rows.append(Row("", plan.words("list-measures", count=len(measures)), "", is_heading=True))
        for row in measures:
            rows.append(Row("·", Text(row["title_zh"], row["title_en"]).in_(lang), outcomes.get(row["outcome"], "")))
        return Page(
            town["code"], Text(town["name_zh"], town["name_en"]).in_(lang), self._view(town, features), tuple(rows)
        )

    @staticmethod
    def _view(town: Record, features: Sequence[Record]) -> View:
        """The town and what it has of points and lines near it."""
        middle = town["geometry"].centroid
        near = middle.buffer(_NEAR_M)
        shapes = [row["geometry"] for row in features if row.get("geometry") is not None]
        points = [shape for shape in shapes if shape.geom_type == "Point" and shape.within(near)]
        box = _bounds([middle.buffer(_TOWN_M), *points])
        return fitting(box, box)
