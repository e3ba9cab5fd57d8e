"""The map as a still picture: features on a frame of paper as SVG, with the names that want a place on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.codes import Grade, Stage
from layers import swatch
from layers.paper.paper import Frame
from layers.symbology import MM_PER_PX, look, rules, theme_look

_BESIDE = 11.0
"""Pixels to the right of a feature, and above it, where the sign of a restriction stands; that of paper to the left."""


@dataclass(frozen=True)
class Text:
    """A text at a place on the frame, in millimetres; the size is the height of its letters."""

    text: str
    x: float
    y: float
    size: float
    colour: str


@dataclass(frozen=True)
class Anchor:
    """Where the name of a feature is tied to the picture, and how it is set."""

    id: str
    x: float
    y: float
    gap: float
    kind: str
    """line, point, town or water."""
    rank: float
    weight: int
    """How many measures name it."""


@dataclass(frozen=True)
class Picture:
    """A picture without its names."""

    frame: Frame
    svg: str
    letters: tuple[Text, ...]
    """On markers, centred."""
    graticule: tuple[Text, ...]
    anchors: tuple[Anchor, ...]
    markers: NDArray[np.float64]
    """Boxes of the markers and signs: left, top, right, bottom."""
    off: tuple[str, ...]
    """Ids of the shown features that have a position but lie beyond the edge."""


def draw(
    features: gpd.GeoDataFrame,
    shown: Collection[str],
    themes: pd.DataFrame,
    frame: Frame,
    lang: str,
    zoom: float = 1,
    found: Sequence[tuple[BaseGeometry, str]] = (),
) -> Picture:
    """Draw `features` (EPSG:4326; columns id, theme, stage, stage_grade, restriction,
    position_basis, accuracy_m) on `frame`.

    Those in `shown` have their full look, the others are muted; features of context themes
    (`themes` is their codelist) give orientation. `zoom` enlarges every symbol. Over them the lines and points that are
    `found` (EPSG:4326), each by how sure it is.
    """
    pen = _Pen(frame, zoom * MM_PER_PX)
    order = {code: theme_look(code).get("order", 0) for code in themes.index}
    placed = features[features.geometry.notna()]
    marks: list[str] = [*_graticule_lines(frame, pen)]
    letters: list[tuple[int, Text]] = []
    anchors: list[Anchor] = []
    boxes: list[tuple[float, float, float, float]] = []
    off: list[str] = []
    rows = sorted(
        placed.itertuples(),
        key=lambda row: (
            *(row.id in shown, _is_point(row.geometry)),
            *(row.stage not in (Stage.UNKNOWN, Stage.NOT_APPLICABLE), order[row.theme]),
        ),
    )
    context = set(themes.index[themes["context"].astype(bool)])
    for row in rows:
        drawn = frame.draw(row.geometry)
        strong = row.id in shown
        if drawn is None or not shapely.box(0, 0, frame.width, frame.height).intersects(drawn):
            off += [row.id] if strong and row.theme not in context else []
            continue
        if row.theme in context:
            marks.append(pen.context(drawn, row.theme, strong))
            anchors += _anchor(row, drawn, frame, pen, "town" if _is_point(drawn) else "water", 3.0)
        elif not strong:
            marks.append(pen.muted(drawn))
        elif _is_point(drawn):
            hollow = look("basis", row.position_basis)["hollow"]
            size = pen.mm(theme_look(row.theme).get("size", 16) * look("stage", row.stage).get("scale", 1))
            for x, y in shapely.get_coordinates(drawn).tolist():
                marks.append(pen.uncertainty(row.stage, x, y, row.accuracy_m) if hollow else "")
                marks.append(pen.marker(row.stage, hollow, x, y, size))
                boxes.append((x - size / 2, y - size / 2, x + size / 2, y + size / 2))
                letters += (
                    (len(boxes), text)
                    for text in pen.letter(themes.at[row.theme, f"short_{lang}"], row.stage, hollow, x, y, size)
                )
            anchors += _anchor(row, drawn, frame, pen, "point", 2.0)
        else:
            marks.append(pen.line(drawn, row))
            anchors += _anchor(row, drawn, frame, pen, "line", 1.0)
        if strong:
            x, y = _middle(drawn, frame)
            for side, sign in pen.signs(row, x, y):
                marks.append(sign)
                beside, half = pen.mm(_BESIDE), pen.mm(8.5)
                boxes.append((x + side * beside - half, y - beside - half, x + side * beside + half, y - beside + half))
    for shape, sure in found:
        over = frame.draw(shape)
        marks.append(pen.finding(over, sure) if over is not None else "")
    body = "".join(marks)
    markers = np.array(boxes or np.empty((0, 4)), dtype=float)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{frame.width:g}mm" height="{frame.height:g}mm" '
        f'viewBox="0 0 {frame.width:g} {frame.height:g}">{body}</svg>'
    )
    return Picture(
        frame=frame,
        svg=svg,
        letters=tuple(_uncovered(letters, markers)),
        graticule=tuple(_graticule_texts(frame, pen)),
        anchors=tuple(anchors),
        markers=markers,
        off=tuple(off),
    )


def _uncovered(letters: Sequence[tuple[int, Text]], markers: NDArray[np.float64]) -> Iterator[Text]:
    """The letters whose middle no marker drawn later lies on: letters are set after all markers."""
    for after, text in letters:
        half, later = text.size * 0.3, markers[after:]
        x, y = text.x, text.y
        over = (later[:, 0] < x + half) & (later[:, 2] > x - half) & (later[:, 1] < y + half) & (later[:, 3] > y - half)
        if not over.any():
            yield text


def _is_point(shape: BaseGeometry) -> bool:
    return bool(shapely.get_dimensions(shape) == 0)


def _anchor(row: Any, drawn: BaseGeometry, frame: Frame, pen: _Pen, kind: str, rank: float) -> list[Anchor]:
    x, y = _middle(drawn, frame)
    if not (0 <= x <= frame.width and 0 <= y <= frame.height):
        return []
    size = theme_look(row.theme).get("size", 6) if kind in ("point", "town") else 5
    return [Anchor(row.id, x, y, pen.mm(size / 2 + 2.5), kind, rank, len(row.measures))]


def _middle(drawn: BaseGeometry, frame: Frame) -> tuple[float, float]:
    """Where a name or a sign is tied to: the point, or the middle of the longest part of a line in the frame."""
    inside = shapely.clip_by_rect(drawn, 0, 0, frame.width, frame.height)
    shape = drawn if inside.is_empty else inside
    parts = shapely.get_parts(shape)
    longest = parts[int(np.argmax(shapely.length(parts)))]
    if shapely.get_dimensions(longest) == 1:
        longest = longest.interpolate(0.5, normalized=True)
    elif shapely.get_dimensions(longest) == 2:
        longest = longest.representative_point()
    return float(longest.x), float(longest.y)


class _Pen:
    """Draws in the looks of the symbology, in millimetres; `unit` is the length of one of its pixels."""

    def __init__(self, frame: Frame, unit: float) -> None:
        self.frame, self.unit = frame, unit
        self.paper = rules()["ground"]["light"]["halo"]

    def mm(self, pixels: float) -> float:
        return pixels * self.unit

    def path(self, shape: BaseGeometry, colour: str, width: float, dash: Sequence[float] = (), more: str = "") -> str:
        """The lines and outlines of a shape; `width` and `dash` in millimetres."""
        data = "".join(_path_data(shape))
        dashes = f' stroke-dasharray="{" ".join(f"{part:.3f}" for part in dash)}"' if dash else ""
        return (
            f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width:.3f}" stroke-linejoin="round"{dashes}'
            f"{more}/>"
        )

    def line(self, shape: BaseGeometry, row: Any) -> str:
        rule = look("stage", row.stage)
        width = self.mm(theme_look(row.theme).get("width", 3) * rule.get("scale", 1))
        out = self.path(shape, rules()["ground"]["light"]["edge"], width + self.mm(2.5))
        out += self.path(shape, rule["color"], width, [self.mm(part) for part in rule["dash"]])
        if look("basis", row.position_basis)["hollow"]:
            out += self.path(shape, rules()["ground"]["light"]["paper"], max(self.mm(1), width - self.mm(2)))
        return out

    def finding(self, shape: BaseGeometry, sure: str) -> str:
        """A line of an answer with its edge; a ring where it is a point."""
        rule, ground = rules()["finding"][sure], rules()["ground"]["light"]
        width, dash = self.mm(rule["width"]), [self.mm(part) for part in rule["dash"]]
        if not _is_point(shape):
            edge = self.path(shape, ground["halo"], width + self.mm(3))
            return edge + self.path(shape, ground["found"], width, dash)
        dashes = f' stroke-dasharray="{" ".join(f"{part:.3f}" for part in dash)}"' if dash else ""
        ring, wide = f'r="{self.mm(8):.3f}" fill="none"', width + self.mm(3)
        return "".join(
            f'<circle cx="{x:.3f}" cy="{y:.3f}" {ring} stroke="{ground["halo"]}" stroke-width="{wide:.3f}"/>'
            f'<circle cx="{x:.3f}" cy="{y:.3f}" {ring} stroke="{ground["found"]}" stroke-width="{width:.3f}"{dashes}/>'
            for x, y in shapely.get_coordinates(shape).tolist()
        )

    def muted(self, shape: BaseGeometry) -> str:
        rule = rules()["muted"]
        faint = f' opacity="{rule["opacity"]}"'
        if not _is_point(shape):
            return self.path(shape, rule["color"], self.mm(rule["width"]), more=faint)
        radius = self.mm(4)
        return "".join(
            f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{radius:.3f}" fill="{rule["color"]}"{faint}/>'
            for x, y in shapely.get_coordinates(shape).tolist()
        )

    def context(self, shape: BaseGeometry, theme: str, named: bool) -> str:
        """Water and towns, stronger where they are what is shown."""
        rule = rules()["context"]
        if not _is_point(shape):
            width = self.mm(theme_look(theme).get("width", 2))
            return self.path(shape, rule["named" if named else "water"], width, more=' stroke-linecap="round"')
        half = self.mm(3 if named else 1.5)
        colour = rules()["ground"]["light"]["ink"] if named else rule["town"]
        return "".join(
            f'<path d="M{x - half:.3f} {y:.3f}h{2 * half:.3f}" stroke="{colour}" stroke-width="{2 * half:.3f}"/>'
            for x, y in shapely.get_coordinates(shape).tolist()
        )

    def marker(self, stage: str, hollow: bool, x: float, y: float, size: float) -> str:
        rule = look("stage", stage)
        return swatch.mark(rule["marker"], rule["color"], size / 2, x, y, self.unit, hollow)

    def uncertainty(self, stage: str, x: float, y: float, metres: float) -> str:
        """How far off the true place may be, at its true size, where that is neither tiny nor all of the map."""
        radius = metres * 1000 / self.frame.scale
        if not (self.frame.is_metric and self.mm(14) <= radius <= self.mm(400)):
            return ""
        dash = f'stroke-width="{self.mm(1):.3f}" stroke-dasharray="{self.mm(2):.3f} {self.mm(4):.3f}" opacity="0.6"'
        colour = look("stage", stage)["color"]
        return f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{radius:.3f}" fill="none" stroke="{colour}" {dash}/>'

    def letter(self, text: str, stage: str, hollow: bool, x: float, y: float, size: float) -> Iterator[Text]:
        rule = look("stage", stage)
        if text and rule["marker"] not in ("cross", "saltire"):
            open_ = hollow or rule["marker"] == "ring"
            drop = size * 0.14 if rule["marker"] == "triangle" else 0.0
            yield Text(text, x, y + drop, size * 0.58, rule["color"] if open_ else swatch.ink_on(rule["color"]))

    def signs(self, row: Any, x: float, y: float) -> Iterator[tuple[int, str]]:
        """What stands beside a feature, and on which side: 1 right, -1 left."""
        beside = self.mm(_BESIDE)
        if row.restriction:
            rule = rules()["restricted"]
            yield 1, swatch.restriction(rule["color"], rule["ink"], x + beside, y - beside, self.unit)
        if row.stage_grade == Grade.SEED:
            rule = rules()["on-paper"]
            yield -1, swatch.paper(rule["color"], rule["ink"], x - beside, y - beside, self.unit)


def _path_data(shape: BaseGeometry) -> Iterator[str]:
    for part in shapely.get_parts(shape):
        ring = shapely.get_dimensions(part) == 2
        points = shapely.get_coordinates(part.exterior if ring else part).tolist()
        yield "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + ("Z" if ring else "")


def _graticule_lines(frame: Frame, pen: _Pen) -> Iterator[str]:
    for _, _, points in frame.graticule():
        yield pen.path(shapely.LineString(points), rules()["context"]["graticule"], pen.mm(0.6))


def _graticule_texts(frame: Frame, pen: _Pen) -> Iterator[Text]:
    step = frame.step()
    digits = 2 if step < 0.1 else 1 if step < 1 else 0
    colour, size = rules()["ground"]["light"]["faint"], pen.mm(8.5)
    for side, degrees, points in frame.graticule():
        x, y = (points[-1][0], size) if side == "E" else (size * 2.6, float(np.interp(0, points[:, 0], points[:, 1])))
        if size * 3 < x < frame.width - size * 3 if side == "E" else size * 2 < y < frame.height - size:
            yield Text(f"{degrees:.{digits}f}°{side}", float(x), float(y), size, colour)
