"""What the template of printed maps is told: every text and length of a sheet, in millimetres."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import Grade
from geodata.place import Box, Place
from geodata.text import Text as TwoLanguages
from layers import swatch
from layers.paper.label_text import Said, as_data, names_on, short
from layers.paper.paper import SIZES, Frame, fit
from layers.paper.picture import Text, draw
from layers.paper.typesetting import fonts, widths
from layers.symbology import look, rules
from outputs.errors import BadOption
from outputs.meeting.slide_room import lines_of
from outputs.meeting.table import Table

ROW, SWATCH, POINTS = 6.4, 4.2, 8.5
"""Height in millimetres of a row below a picture and of a swatch, and the size of running text, where all is 1:1."""
_ZOOM = {"A4": 0.72, "A3": 1.0, "A2": 1.41, "A1": 2.0, "A0": 2.83}
"""How much larger title, legend and foot are: a wall map is read from farther away."""
_INK = {"A4": 0.72, "A3": 0.95, "A2": 1.25, "A1": 1.65, "A0": 2.2}
"""The same for symbols and names on the map, of which a larger sheet has more."""
_NEAR = {"A4": 5.5, "A3": 6.8, "A2": 8.0, "A1": 8.5, "A0": 9.5}
"""Points of the list beside the map: it is read from near, whatever the paper."""
_TWO = 120.0
"""Millimetres from which on it has two columns."""
_COLUMN = 240.0
"""Width in millimetres that a table needs at least where text is 1:1."""
_SHARES = 0.22, 0.62
"""Least and most of an upright sheet that the map takes."""
_REACH = 60.0
"""Millimetres that a call-out may stand off its feature."""


@dataclass(frozen=True)
class Entry:
    """A line of the list beside the map: the number that stands on the map, stage (SVG), name and since when."""

    number: str
    svg: str
    name: str
    since: str


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a printed map shows and says, all words in one language."""

    title: str
    lines: Sequence[str]
    """Under the title: filter, as-of day."""
    features: gpd.GeoDataFrame
    """Every feature (EPSG:4326), as it stands on the day: id, name_zh, name_en, theme, stage,
    stage_since, stage_grade, restriction, position_basis, accuracy_m."""
    shown: Collection[str]
    """Ids of those with their full look; the others are muted."""
    themes: pd.DataFrame
    """Codelist of themes."""
    bounds: Box | None
    """West, south, east, north in degrees; the city without."""
    place: Place
    legend: Sequence[Mapping[str, Any]]
    """Parts with a title per language and items; see `layers.web.document.legend`."""
    numbers: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    foot: Sequence[str]
    """Sources, licence, accuracy."""
    stamp: str
    """Map approval number, or internal use."""
    words: Mapping[str, str]
    """`unscaled` (no one scale holds), `off` and `off-screen` ({n} beyond the edge), `listed`, `more` ({n} of the
    list left)."""
    stages: Mapping[str, str]
    """Titles of the stages."""
    lang: str = "zh"
    callouts: bool = False
    """Whether names also say the stage, and stand at the end of a leader where there is no place beside the feature."""
    is_named: bool = True
    """Whether names stand on the map."""
    is_whole: bool = False
    """Whether its bounds are those of all that is drawn: what is cut at the edge goes on beyond."""
    listed: Sequence[Entry] = ()
    """Beside the map, as many as have room."""
    numbers_of: Mapping[str, str] = field(default_factory=dict)
    """By feature id the number that stands before its name on a printed map; empty for a section, which is not named
    beside its whole."""
    found: Sequence[tuple[BaseGeometry, str]] = ()
    """Lines and points of an answer (EPSG:4326), each by how sure it is."""


def common(sheet: Sheet, zoom: float) -> dict[str, Any]:
    """What every page is told: title, language, fonts, sizes and colours."""
    ground, size = rules()["ground"]["light"], POINTS * zoom
    return {
        "title": sheet.title,
        "lang": sheet.lang,
        "fonts": fonts(),
        "size": size,
        "swatch": SWATCH * zoom,
        "colours": {
            "ink": ground["ink"],
            "faint": ground["faint"],
            "paper": ground["paper"],
            "head": rules()["context"]["graticule"],
            "stamp": rules()["restricted"]["color"],
        },
    }


def layout(sheet: Sheet, size: str, portrait: bool) -> dict[str, Any]:
    """Everything that the template needs, lengths in millimetres; BadOption for an unknown size."""
    if size not in SIZES:
        raise BadOption(product="sheet", option="size", value=repr(size), allowed=", ".join(SIZES))
    width, height = SIZES[size]
    width, height = (height, width) if portrait else (width, height)
    zoom, ink = _ZOOM[size], _INK[size]
    margin, gap, head, foot, side = (length * zoom for length in (10, 5, 19, 13, 66))
    map_width = width - 2 * margin - side - gap
    map_height = height - 2 * margin - head - foot
    # A list is read from near, whatever the map.
    near = min(zoom, 1.1 + 0.3 * max(0.0, zoom - 1.41))
    columns = max(1, int((width - 2 * margin) / near / _COLUMN))
    if portrait:
        map_height = _upright(sheet, map_height, width - 2 * margin, near)
    # Beside a low map the legend has the room.
    inset = _inset(sheet, side, zoom) if map_height > side * 2 else None
    return {
        **common(sheet, zoom),
        "bare": False,
        "page": {
            "width": width,
            "height": height,
            "margin": margin,
            "gutter": gap,
            "head": head,
            "foot": foot,
            "side": side,
        },
        "lines": list(sheet.lines),
        "map": map_of(sheet, map_width, map_height, ink) | {"inset": inset},
        "legend": _legend(sheet),
        "numbers": [{"label": label, "value": value} for label, value in sheet.numbers],
        "listed": [] if portrait else [_entry(entry) for entry in sheet.listed],
        "words": dict(sheet.words),
        "near": {"size": _NEAR[size], "columns": 2 if side > _TWO else 1, "largest": zoom / _NEAR[size] * POINTS},
        "tables": [_table(table) for table in sheet.tables],
        "list": {"size": POINTS * near, "columns": columns},
        "foot": list(sheet.foot),
        "stamp": sheet.stamp,
    }


def _upright(sheet: Sheet, room: float, wide: float, near: float) -> float:
    """The height of the map on an upright sheet: what the tables leave, within bounds."""
    points = POINTS * near * 0.86
    rows = [row_lines(table, wide, points) for table in sheet.tables]
    needed = (
        sum(sum(lines) for lines in rows) * points * 0.353 * 1.3 + (sum(map(len, rows)) + 3 * len(rows)) * near * 2.4
    )
    return min(max(room - needed, room * _SHARES[0]), room * _SHARES[1])


def row_lines(table: Table, wide: float, points: float) -> list[int]:
    """About how many lines each row of a table takes, `wide` in millimetres."""
    shares = [wide * share / sum(table.widths) / 25.4 - 0.1 for share in table.widths]
    texts = [[cell if isinstance(cell, str) else cell[1] for cell in row] for row in table.rows]
    return [max(lines_of(text, share, points) for text, share in zip(row, shares, strict=True)) for row in texts]


def _entry(entry: Entry) -> dict[str, str]:
    return {"number": entry.number, "svg": entry.svg, "name": short(entry.name), "since": entry.since}


def _table(table: Table) -> dict[str, Any]:
    cells = [
        [cell if isinstance(cell, str) else {"svg": cell[0], "text": cell[1]} for cell in row] for row in table.rows
    ]
    return {"title": table.title, "head": list(table.head), "widths": list(table.widths), "rows": cells}


def frame_of(sheet: Sheet, width: float, height: float, is_round: bool = True) -> Frame:
    """The ground of its map, on paper of these millimetres."""
    return fit(sheet.bounds, width, height, sheet.place, is_round, margin=2 if sheet.is_whole else 8)


def map_of(sheet: Sheet, width: float, height: float, zoom: float, projected: bool = False) -> dict[str, Any]:
    """The map with its names; `projected` on a screen, where no scale in figures holds and the bar stands below."""
    frame = frame_of(sheet, width, height, is_round=not projected)
    drawn = draw(sheet.features, sheet.shown, sheet.themes, frame, sheet.lang, zoom, sheet.found)
    unplaced = sum(row is None for row in sheet.features.geometry[sheet.features["id"].isin(sheet.shown)])
    off = unplaced + len(drawn.off)
    beyond, unscaled = (
        sheet.words["off-screen" if projected else "off"].format(n=off) if off else "",
        sheet.words["unscaled"],
    )
    length, bar = frame.bar(40 * zoom)
    said = [text for text in (beyond, "" if frame.is_metric else unscaled) if text]
    corner = max(50.0, *(wide * POINTS * 0.8 + 10 for wide in widths(tuple(said), sheet.lang).values()), 0.0)
    free = [[width - 12 * zoom, 0, width, 18 * zoom]]
    if not projected:
        free.append([0, height - 22 * zoom, corner * zoom, height])
    degrees = [g for g in drawn.graticule if projected or g.x > corner * zoom or g.y < height - 22 * zoom]
    free += [[g.x - 2.4 * g.size, g.y - g.size * 0.7, g.x + 2.4 * g.size, g.y + g.size * 0.7] for g in degrees]
    reach = _REACH * zoom if sheet.callouts else 0
    names = names_on(drawn, _texts(sheet, projected), sheet.lang, zoom, reach, np.array(free)) if sheet.is_named else []
    scale = "" if projected else f"1 : {frame.scale:,.0f}"
    return {
        "width": width,
        "height": height,
        "pad": 3 * zoom,
        "svg": drawn.svg,
        "letters": [_text(item, 700) for item in drawn.letters],
        "graticule": [_text(item, 400) for item in degrees],
        "names": [as_data(item) for item in names],
        "bar": {"long": length, "words": bar, "scale": scale} if frame.is_metric else None,
        "unscaled": unscaled,
        "off": beyond,
        "corner": not projected,
        "north": swatch.north(),
    }


def _texts(sheet: Sheet, projected: bool) -> dict[str, Said]:
    """Name of every feature, its stage and since when where call-outs are asked for, and its number on paper."""
    rows = sheet.features
    names = [TwoLanguages(zh, en).in_(sheet.lang) for zh, en in zip(rows["name_zh"], rows["name_en"], strict=True)]
    context = rows["theme"].isin(_context(sheet))
    more = [
        "" if plain or not sheet.callouts else " · ".join(filter(None, (sheet.stages[stage], since)))
        for stage, since, plain in zip(rows["stage"], rows["stage_since"], context, strict=True)
    ]
    found = zip(rows["id"], names, more, strict=True)
    return {
        code: ("", "", "")
        if sheet.numbers_of.get(code) == ""
        else (name, then, "" if projected else sheet.numbers_of.get(code, ""))
        for code, name, then in found
    }


def _text(item: Text, weight: int) -> dict[str, Any]:
    return {
        "text": item.text, "x": item.x, "y": item.y, "size": item.size, "colour": item.colour, "weight": weight,
    }  # fmt: skip


def signs(sheet: Sheet) -> set[str]:
    """The codes of the legend that the map shows."""
    placed = sheet.features[sheet.features.geometry.notna()]
    shown, context = placed["id"].isin(sheet.shown), placed["theme"].isin(_context(sheet))
    rows = placed[shown & ~context]
    hollow = rows["position_basis"].map(lambda code: look("basis", code)["hollow"]).astype(bool)
    occurs = {
        "surveyed": (~hollow).any(),
        "sketched": hollow.any(),
        "muted": not (shown | context).all(),
        "restriction": (rows["restriction"] != "").any(),
        "stage-on-paper": (rows["stage_grade"] == Grade.SEED).any(),
        "water": True,
        "town": True,
    }
    # A letter stands on a marker.
    lettered = rows["theme"][shapely.get_dimensions(rows.geometry.to_numpy()) == 0]
    sure = {code for _, code in sheet.found}
    return {*rows["stage"], *lettered, *sure, *(code for code, is_there in occurs.items() if is_there)}


def _legend(sheet: Sheet) -> list[dict[str, Any]]:
    """The parts of the legend, with the signs that the map shows alone."""
    present = signs(sheet)
    parts = []
    for part in sheet.legend:
        items = [item for item in part["items"] if item["code"] in present]
        if items:
            parts.append({"title": part[sheet.lang], "items": [item_of(item, sheet) for item in items]})
    return parts


def item_of(item: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    """An item of the legend: a picture or a letter, and what it means."""
    letter = sheet.themes.at[item["code"], f"short_{sheet.lang}"] if item["code"] in sheet.themes.index else ""
    return {"svg": "" if letter else item["swatch"], "sign": letter, "text": item[sheet.lang]}


def _inset(sheet: Sheet, side: float, zoom: float) -> dict[str, Any] | None:
    """Where the map lies: the city with a box around what the map shows; None when that is all of it or more."""
    whole = fit(None, side, side * 0.62, sheet.place)
    if sheet.bounds is None or sheet.is_whole:
        return None
    shown: Frame = fit(sheet.bounds, 100, 100, sheet.place)
    west, south, east, north = shown.corners()
    corners = whole.paper(np.array([[west, north], [east, south]]))
    (left, top), (right, bottom) = corners.tolist()
    if not shown.is_metric or left < 0 or top < 0 or right > whole.width or bottom > whole.height:
        return None
    drawn = draw(
        sheet.features[sheet.features["theme"].isin(_context(sheet))], (), sheet.themes, whole, sheet.lang, zoom
    )
    colour = rules()["restricted"]["color"]
    box = f'<rect x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}" fill="none"'
    svg = drawn.svg.replace("</svg>", f'{box} stroke="{colour}" stroke-width="{0.5 * zoom:.2f}"/></svg>')
    return {"svg": svg, "width": whole.width, "height": whole.height}


def _context(sheet: Sheet) -> set[str]:
    return set(sheet.themes.index[sheet.themes["context"].astype(bool)])
