"""The legend of the sheets: only what occurs in the export, each sign as the symbology has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from geodata.codes import Grade
from layers import swatch
from layers.symbology import look, rules
from outputs.answers import HOW_SURE, by_sure
from outputs.gis.qgis.items import Sheet, label, picture
from outputs.gis.qgis.plan import POINT, Layer, Plan

ROW_MM = 5.0
_HEAD_MM = 5.5
_WIDE, _HIGH, _BETWEEN = 58, 18, 38.5
"""A picture of the symbology in pixels: its line lies left and its marker right of the third."""
_MM_PER_PX = 4.6 / _HIGH
_TEXT_MM = _WIDE * _MM_PER_PX + 1.5
_POINTS = 7.5


@dataclass(frozen=True)
class Sign:
    """A row of the legend."""

    svg: str
    text: str
    line: bool = True
    """Whether it shows as a line."""
    point: bool = True
    """Whether it shows as a marker."""


def stages(plan: Plan) -> list[Sign]:
    """The stages of what is counted, each as the line or the marker that has it."""
    found, used = [], {layer.name: _values(layer, "stage") for layer in _staged(plan)}
    for code, title in plan.titles["stage"].items():
        kinds = {layer.kind == POINT for layer in _staged(plan) if code in used[layer.name]}
        if kinds:
            found.append(Sign(swatch.line_and_marker(code), title, False in kinds, True in kinds))
    return found


def signs(plan: Plan) -> list[Sign]:
    """What else may stand on the map: kinds of positions, signs beside a marker, answers, water and towns."""
    return [*_positions(plan), *_marks(plan), *_answers(plan), *_context(plan)]


def _staged(plan: Plan) -> list[Layer]:
    return [layer for layer in plan.layers if layer.staged]


def _values(layer: Layer, column: str) -> set[str]:
    """What the features that are counted have in a column."""
    return set(layer.frame[column][~layer.frame["background"].astype(bool)])


def _positions(plan: Plan) -> Iterator[Sign]:
    used = {
        layer.name: {bool(look("basis", code)["hollow"]) for code in _values(layer, "position_basis")}
        for layer in _staged(plan)
    }
    for hollow, key in ((False, "legend-surveyed"), (True, "legend-schematic")):
        kinds = {layer.kind == POINT for layer in _staged(plan) if hollow in used[layer.name]}
        if kinds:
            yield Sign(swatch.basis(hollow), plan.words(key), False in kinds, True in kinds)


def _marks(plan: Plan) -> Iterator[Sign]:
    if any(_values(layer, "restriction") - {"", None} for layer in _staged(plan)):
        yield Sign(swatch.restricted(), plan.words("legend-restricted"), line=False)
    if any(Grade.SEED in _values(layer, "stage_grade") for layer in _staged(plan)):
        yield Sign(swatch.on_paper(), plan.words("legend-on-paper"), line=False)


def _answers(plan: Plan) -> Iterator[Sign]:
    """Rows of answers by how sure they are."""
    used = {sure for layer in plan.layers if layer.is_answer and layer.kind for sure in layer.frame[HOW_SURE]}
    for sure, title in by_sure(plan.extract).items():
        if sure in used:
            rule = look("finding", sure)
            dash = f' stroke-dasharray="{" ".join(map(str, rule["dash"]))}"' if rule["dash"] else ""
            ink = f'stroke="{rules()["ground"]["light"]["found"]}" stroke-width="{rule["width"]}"'
            yield Sign(_svg(f'<path d="M2 9H36" {ink}{dash}/>'), plan.words("legend-answer", sure=title), point=False)


def _context(plan: Plan) -> Iterator[Sign]:
    """Water and towns, once plain and once as what a measure names."""
    colours, ink = rules()["context"], rules()["ground"]["light"]["ink"]
    drawn = {
        (False, False): ("legend-water", _stroke(colours["water"])),
        (False, True): ("legend-water-named", _stroke(colours["named"])),
        (True, False): ("legend-town", _square(3, colours["town"])),
        (True, True): ("legend-town-named", _square(6, ink)),
    }
    there = set()
    for layer in plan.layers:
        if layer.context:
            named = (layer.frame["measures"].fillna(0) > 0) & ~layer.frame["background"].astype(bool)
            there |= {(layer.kind == POINT, bool(each)) for each in named.unique()}
    for each, (key, svg) in drawn.items():
        if each in there:
            yield Sign(svg, plan.words(key))


def _stroke(colour: str) -> str:
    return _svg(f'<path d="M2 9H36" stroke="{colour}" stroke-width="2.5" stroke-linecap="round"/>')


def _square(side: float, colour: str) -> str:
    return _svg(f'<rect x="{48 - side / 2}" y="{9 - side / 2}" width="{side}" height="{side}" fill="{colour}"/>')


def _svg(body: str) -> str:
    size = f'width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def legend_height(plan: Plan) -> float:
    """Millimetres that the legend takes."""
    rows = max(len(stages(plan)), len(signs(plan)))
    return _HEAD_MM + ROW_MM * rows if rows else 0


def add_legend(sheet: Sheet, plan: Plan, left: float, top: float, width: float) -> None:
    """The legend in two columns."""
    parts = (("legend-stages", stages(plan), left, 0.46), ("legend-signs", signs(plan), left + width * 0.46, 0.54))
    for key, rows, x, part in parts:
        if not rows:
            continue
        label(sheet, key, plan.words(key), (x, top, width * part, 4.5), 8.5, bold=True)
        y = top + _HEAD_MM
        for place, row in enumerate(rows):
            _row(sheet, f"{key}-{place}", row, (x, y, width * part - 1, ROW_MM))
            y += ROW_MM


def _row(sheet: Sheet, name: str, row: Sign, box: tuple[float, float, float, float]) -> None:
    left, top, width, _ = box
    start, stop = (0 if row.line else _BETWEEN), (_WIDE if row.point else _BETWEEN)
    svg = re.sub(r'width="58" height="18" viewBox="[^"]*"', _shown(start, stop), row.svg, count=1)
    high = _HIGH * _MM_PER_PX
    picture(sheet, name, svg, (left + start * _MM_PER_PX, top, (stop - start) * _MM_PER_PX, high))
    label(sheet, f"{name}-text", row.text, (left + _TEXT_MM, top, width - _TEXT_MM, high), _POINTS)


def _shown(start: float, stop: float) -> str:
    """The part of a picture between two places."""
    return f'width="{stop - start:g}" height="{_HIGH}" viewBox="{start:g} 0 {stop - start:g} {_HIGH}"'
