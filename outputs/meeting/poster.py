"""Printed maps: one still picture of the map, laid out as PDF (vector, georeferenced) or PNG. Slides use it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geodata.files import replacing
from layers.paper.paper import SIZES
from layers.paper.typesetting import typeset, widths
from layers.symbology import rules
from outputs.errors import BadOption
from outputs.meeting.geopdf import Viewport, viewport, with_maps
from outputs.meeting.poster_layout import POINTS, ROW, SWATCH, Sheet, common, frame_of, item_of, layout, map_of, signs
from outputs.words import TEXTS

TEMPLATE = Path(__file__).with_name("poster.typ")


def write_pdf(path: Path, sheets: Sequence[Sheet], size: str = "A3", portrait: bool = False) -> None:
    """Write the sheets, one after the other, as one vector PDF with its fonts embedded and its maps georeferenced.

    Raises NoFont, ValueError for an unknown size, OSError when `path` cannot be written.
    """
    laid = [layout(sheet, size, portrait) for sheet in sheets]
    (data,) = typeset(TEMPLATE, laid, large=True, format="pdf", timestamp=0)
    maps = [_map_on_page(sheet, each) for sheet, each in zip(sheets, laid, strict=True)]
    with replacing(path) as fresh:
        fresh.write_bytes(with_maps(data, maps))


def _map_on_page(sheet: Sheet, laid: Mapping[str, Any]) -> Viewport:
    page, drawn = laid["page"], laid["map"]
    frame = frame_of(sheet, drawn["width"], drawn["height"])
    return viewport(frame, page["margin"], page["margin"] + page["head"], page["height"])


_MOST_PIXELS = 300e6


def png_pages(sheets: Sequence[Sheet], size: str = "A3", portrait: bool = False, dpi: float = 150) -> list[bytes]:
    """The pages of the sheets as PNG pictures; errors as `write_pdf`, and ValueError for a `dpi` out of bounds."""
    pixels = np.prod(SIZES.get(size, (0, 0))) * (dpi / 25.4) ** 2
    if not (dpi >= 20 and pixels <= _MOST_PIXELS):
        raise BadOption(product="sheet", option="dpi", value=f"{dpi:g}", allowed=TEXTS["dpi"])
    laid = [layout(sheet, size, portrait) for sheet in sheets]
    return typeset(TEMPLATE, laid, large=True, format="png", ppi=dpi)


def picture(
    sheet: Sheet, width: float, height: float, dpi: float = 200, zoom: float = 1, is_bare: bool = False
) -> bytes:
    """The map for a screen as a PNG of `width` × `height` mm, with scale and signs below it unless it is bare.

    Raises NoFont.
    """
    if is_bare:
        data = {"bare": True, **common(sheet, zoom), "legend": [], "strip": 0}
        return typeset(
            TEMPLATE, [data | {"map": map_of(sheet, width, height, zoom, projected=True)}], format="png", ppi=dpi
        )[0]
    # Towns, rivers and letters speak for themselves beside the title of a chapter.
    seen = signs(sheet) & {*rules()["stage"], "sketched", "restriction", "stage-on-paper", *rules()["finding"]}
    items = [item_of(item, sheet) for part in sheet.legend for item in part["items"] if item["code"] in seen]
    # One row of the strip below is left for the bar and for what is not on the map.
    texts = widths(tuple(item["text"] for item in items), sheet.lang)
    rows = 1 + _lines([(SWATCH * 3.2 + 8 + wide * POINTS) * zoom for wide in texts.values()], width)
    strip = (rows * ROW + 2) * zoom
    data = {"bare": True, **common(sheet, zoom), "legend": [{"title": "", "items": items}], "strip": strip}
    data["map"] = map_of(sheet, width, height - strip, zoom, projected=True)
    return typeset(TEMPLATE, [data], format="png", ppi=dpi)[0]


def _lines(wide: Sequence[float], room: float) -> int:
    """Lines that items of these widths take, one after the other."""
    lines, left = 1, room
    for each in wide:
        if each > left:
            lines, left = lines + 1, room
        left -= each
    return lines
