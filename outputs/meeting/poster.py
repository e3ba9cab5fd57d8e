"""Printed maps: one still picture of the map, laid out as PDF (vector) or PNG. Slides and hand-outs reuse it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.codes import Grade
from geodata.files import replacing
from geodata.place import Box, Place
from geodata.text import Text as TwoLanguages
from layers import swatch
from layers.paper.label_text import as_data, names_on
from layers.paper.paper import SIZES, Frame, fit
from layers.paper.picture import Text, draw
from layers.paper.typesetting import fonts, typeset, widths
from layers.symbology import look, rules
from outputs.errors import BadOption
from outputs.meeting.table import Table
from outputs.words import TEXTS

TEMPLATE = Path(__file__).with_name("poster.typ")
_ZOOM = {"A4": 0.72, "A3": 0.95, "A2": 1.2, "A1": 1.5, "A0": 1.8}
"""How much larger symbols and letters are: a wall map is read from farther away."""
_SWATCH, _ROW = 4.2, 6.4
"""Height in millimetres of a swatch, and of a row of the strip below a picture."""
_COLUMN = 240.0
"""Width in millimetres that a table needs at least where text is 1:1."""
_ROWS = 32, 48
"""Rows below the map of an upright sheet, as usual and where the map gives way."""
_REACH = 60.0
"""Millimetres that a call-out may stand off its feature."""
_POINTS = 8.5
"""Size of running text on a sheet whose symbols are 1:1."""


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
    """`unscaled` (no one scale holds), `off` ({n} features beyond the edge)."""
    stages: Mapping[str, str]
    """Titles of the stages."""
    lang: str = "zh"
    callouts: bool = False
    """Whether names also say the stage, and stand at the end of a leader where there is no place beside the feature."""
    is_named: bool = True
    """Whether names stand on the map."""


def write_pdf(path: Path, sheets: Sequence[Sheet], size: str = "A3", portrait: bool = False) -> None:
    """Write the sheets, one after the other, as one vector PDF with its fonts embedded.

    Raises NoFont, ValueError for an unknown size, OSError when `path` cannot be written.
    """
    (data,) = typeset(TEMPLATE, [_layout(sheet, size, portrait) for sheet in sheets], format="pdf", timestamp=0)
    with replacing(path) as fresh:
        fresh.write_bytes(data)


_MOST_PIXELS = 300e6


def png_pages(sheets: Sequence[Sheet], size: str = "A3", portrait: bool = False, dpi: float = 150) -> list[bytes]:
    """The pages of the sheets as PNG pictures; errors as `write_pdf`, and ValueError for a `dpi` out of bounds."""
    pixels = np.prod(SIZES.get(size, (0, 0))) * (dpi / 25.4) ** 2
    if not (dpi >= 20 and pixels <= _MOST_PIXELS):
        raise BadOption(product="sheet", option="dpi", value=f"{dpi:g}", allowed=TEXTS["dpi"])
    return typeset(TEMPLATE, [_layout(sheet, size, portrait) for sheet in sheets], format="png", ppi=dpi)


def picture(
    sheet: Sheet, width: float, height: float, dpi: float = 200, zoom: float = 1, is_bare: bool = False
) -> bytes:
    """The map for a screen as a PNG of `width` × `height` mm, with scale and signs below it unless it is bare.

    Raises NoFont.
    """
    if is_bare:
        data = {"bare": True, **_common(sheet, zoom), "legend": [], "strip": 0}
        return typeset(
            TEMPLATE, [data | {"map": _map(sheet, width, height, zoom, projected=True)}], format="png", ppi=dpi
        )[0]
    # Towns, rivers and letters speak for themselves beside the title of a chapter.
    signs = _signs(sheet) & {*rules()["stage"], "sketched", "restriction", "stage-on-paper"}
    items = [_item(item, sheet) for part in sheet.legend for item in part["items"] if item["code"] in signs]
    # One row of the strip below is left for the bar and for what is not on the map.
    texts = widths(tuple(item["text"] for item in items), sheet.lang)
    rows = 1 + _lines([(_SWATCH * 3.2 + 8 + wide * _POINTS) * zoom for wide in texts.values()], width)
    strip = (rows * _ROW + 2) * zoom
    data = {"bare": True, **_common(sheet, zoom), "legend": [{"title": "", "items": items}], "strip": strip}
    data["map"] = _map(sheet, width, height - strip, zoom, projected=True)
    return typeset(TEMPLATE, [data], format="png", ppi=dpi)[0]


def _lines(wide: Sequence[float], room: float) -> int:
    """Lines that items of these widths take, one after the other."""
    lines, left = 1, room
    for each in wide:
        if each > left:
            lines, left = lines + 1, room
        left -= each
    return lines


def _common(sheet: Sheet, zoom: float) -> dict[str, Any]:
    ground, size = rules()["ground"]["light"], _POINTS * zoom
    return {
        "title": sheet.title,
        "lang": sheet.lang,
        "fonts": fonts(),
        "size": size,
        "swatch": _SWATCH * zoom,
        "colours": {
            "ink": ground["ink"],
            "faint": ground["faint"],
            "paper": ground["paper"],
            "head": rules()["context"]["graticule"],
            "stamp": rules()["restricted"]["color"],
        },
    }


def _layout(sheet: Sheet, size: str, portrait: bool) -> dict[str, Any]:
    """Everything that the template needs, lengths in millimetres."""
    if size not in SIZES:
        raise BadOption(product="sheet", option="size", value=repr(size), allowed=", ".join(SIZES))
    width, height = SIZES[size]
    width, height = (height, width) if portrait else (width, height)
    zoom = _ZOOM[size]
    margin, gap, head, foot, side = (length * zoom for length in (10, 5, 17, 13, 62))
    map_width = width - 2 * margin - side - gap
    map_height = height - 2 * margin - head - foot
    if portrait:
        # Where a smaller map leaves room for all rows on the page, it is smaller.
        rows = sum(len(table.rows) for table in sheet.tables)
        map_height *= 0.3 if _ROWS[0] < rows <= _ROWS[1] else 0.45
    inset = _inset(sheet, side, zoom)
    # A list is read from near, whatever the map.
    near = min(zoom, 1.1)
    return {
        **_common(sheet, zoom),
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
        "map": _map(sheet, map_width, map_height, zoom) | {"inset": inset},
        "legend": _legend(sheet),
        "numbers": [{"label": label, "value": value} for label, value in sheet.numbers],
        "tables": [_table(table) for table in sheet.tables],
        "list": {"size": _POINTS * near, "columns": max(1, int((width - 2 * margin) / near / _COLUMN))},
        "foot": list(sheet.foot),
        "stamp": sheet.stamp,
    }


def _table(table: Table) -> dict[str, Any]:
    cells = [
        [cell if isinstance(cell, str) else {"svg": cell[0], "text": cell[1]} for cell in row] for row in table.rows
    ]
    return {"title": table.title, "head": list(table.head), "widths": list(table.widths), "rows": cells}


def _map(sheet: Sheet, width: float, height: float, zoom: float, projected: bool = False) -> dict[str, Any]:
    """The map with its names; `projected` on a screen, where no scale in figures holds and the bar stands below."""
    frame = fit(sheet.bounds, width, height, sheet.place, is_round=not projected)
    drawn = draw(sheet.features, sheet.shown, sheet.themes, frame, sheet.lang, zoom)
    unplaced = sum(row is None for row in sheet.features.geometry[sheet.features["id"].isin(sheet.shown)])
    off = unplaced + len(drawn.off)
    beyond, unscaled = sheet.words["off"].format(n=off) if off else "", sheet.words["unscaled"]
    length, bar = frame.bar(40 * zoom)
    said = [text for text in (beyond, "" if frame.is_metric else unscaled) if text]
    corner = max(50.0, *(wide * _POINTS * 0.8 + 10 for wide in widths(tuple(said), sheet.lang).values()), 0.0)
    free = [[width - 12 * zoom, 0, width, 18 * zoom]]
    if not projected:
        free.append([0, height - 22 * zoom, corner * zoom, height])
    degrees = [g for g in drawn.graticule if projected or g.x > corner * zoom or g.y < height - 22 * zoom]
    free += [[g.x - 2.4 * g.size, g.y - g.size * 0.7, g.x + 2.4 * g.size, g.y + g.size * 0.7] for g in degrees]
    reach = _REACH * zoom if sheet.callouts else 0
    names = names_on(drawn, _texts(sheet), sheet.lang, zoom, reach, np.array(free)) if sheet.is_named else []
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


def _texts(sheet: Sheet) -> dict[str, tuple[str, str]]:
    """Name of every feature and, where call-outs are asked for, its stage and since when."""
    rows = sheet.features
    names = [TwoLanguages(zh, en).in_(sheet.lang) for zh, en in zip(rows["name_zh"], rows["name_en"], strict=True)]
    context = rows["theme"].isin(_context(sheet))
    more = [
        "" if plain or not sheet.callouts else " · ".join(filter(None, (sheet.stages[stage], since)))
        for stage, since, plain in zip(rows["stage"], rows["stage_since"], context, strict=True)
    ]
    return dict(zip(rows["id"], zip(names, more, strict=True), strict=True))


def _text(item: Text, weight: int) -> dict[str, Any]:
    return {
        "text": item.text, "x": item.x, "y": item.y, "size": item.size, "colour": item.colour, "weight": weight,
    }  # fmt: skip


def _signs(sheet: Sheet) -> set[str]:
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
    return {*rows["stage"], *rows["theme"], *(code for code, is_there in occurs.items() if is_there)}


def _legend(sheet: Sheet) -> list[dict[str, Any]]:
    """The parts of the legend, with the signs that the map shows alone."""
    present = _signs(sheet)
    parts = []
    for part in sheet.legend:
        items = [item for item in part["items"] if item["code"] in present]
        if items:
            parts.append({"title": part[sheet.lang], "items": [_item(item, sheet) for item in items]})
    return parts


def _item(item: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    letter = sheet.themes.at[item["code"], f"short_{sheet.lang}"] if item["code"] in sheet.themes.index else ""
    return {"svg": "" if letter else item["swatch"], "sign": letter, "text": item[sheet.lang]}


def _inset(sheet: Sheet, side: float, zoom: float) -> dict[str, Any] | None:
    """Where the map lies: the city with a box around what the map shows; None when that is all of it or more."""
    whole = fit(None, side, side * 0.62, sheet.place)
    if sheet.bounds is None:
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
