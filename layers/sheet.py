"""Printed maps: one still picture of the map, laid out as PDF (vector) or PNG. Slides and hand-outs reuse it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import typst

from layers import swatch
from layers.frame import Frame, fit
from layers.labels import Name, Placed, place
from layers.still import Still, Text, still
from layers.symbology import rules

TEMPLATE = Path(__file__).with_name("assets") / "sheet.typ"
SIZES = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0)}
"""Width and height of a sheet lying on its side, in millimetres."""
_ZOOM = {"A4": 0.72, "A3": 0.95, "A2": 1.25, "A1": 1.7, "A0": 2.3}
"""How much larger symbols and letters are: a wall map is read from farther away."""
_POINTS = 8.5
"""Size of running text on a sheet whose symbols are 1:1."""
_NAME_POINTS = {"point": 7.4, "line": 7.8, "town": 6.8, "water": 7.0}
_MM_PER_POINT = 25.4 / 72


class NoFont(ValueError):
    """None of the fonts of the symbology is installed: Chinese would come out as boxes."""


@dataclass(frozen=True)
class Table:
    """A table under the map: `widths` are shares; a cell is a text or a (svg, text) pair."""

    title: str
    head: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str | tuple[str, str]]]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a printed map shows and says, all words in one language."""

    title: str
    lines: Sequence[str]
    """Under the title: filter, as-of day."""
    features: gpd.GeoDataFrame
    """Every feature (EPSG:4326), as it stands on the day: id, name_zh, name_en, theme, stage, restriction,
    position_basis."""
    shown: Collection[str]
    """Ids of those with their full look; the others are muted."""
    themes: pd.DataFrame
    """Codelist of themes."""
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north in degrees; the city without."""
    legend: Sequence[Mapping[str, Any]]
    """Parts with a title per language and items; see `layers.webmap.legend`."""
    numbers: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    foot: Sequence[str]
    """Sources, licence, accuracy."""
    stamp: str
    """Map approval number, or internal use."""
    words: Mapping[str, str]
    """`unscaled` (no one scale holds), `off` ({n} features beyond the edge)."""
    lang: str = "zh"
    callouts: bool = field(default=False)
    """Whether names that find no place beside their feature stand farther off, at the end of a leader."""


def write_pdf(path: Path, sheet: Sheet, size: str = "A3", portrait: bool = False) -> None:
    """Write the sheet as a vector PDF with its fonts embedded.

    Raises NoFont, ValueError for an unknown size, OSError when `path` cannot be written.
    """
    from geodata.outputs import replacing

    data = _compiled(sheet, size, portrait, format="pdf", timestamp=0)
    with replacing(path) as fresh:
        fresh.write_bytes(data[0])


def png_pages(sheet: Sheet, size: str = "A3", portrait: bool = False, dpi: float = 150) -> list[bytes]:
    """The pages of the sheet as PNG pictures."""
    return _compiled(sheet, size, portrait, format="png", ppi=dpi)


def picture(sheet: Sheet, width: float, height: float, dpi: float = 200, zoom: float = 1) -> bytes:
    """The map of the sheet alone as a PNG of `width` × `height` mm."""
    data = {"page": {"width": width, "height": height}, **_common(sheet, zoom)}
    data["map"] = _map(sheet, width, height, zoom)
    source = TEMPLATE.read_text(encoding="utf-8").split("#set page(")[0]
    source += f"#set page(width: {width}mm, height: {height}mm, margin: 0mm)\n#map(d.map)"
    return _typeset(source.encode(), data, format="png", ppi=dpi)[0]


def _compiled(sheet: Sheet, size: str, portrait: bool, **how: Any) -> list[bytes]:
    if size not in SIZES:
        raise ValueError(f"a sheet is {', '.join(SIZES)}, not {size!r}")
    return _typeset(TEMPLATE, _layout(sheet, size, portrait), **how)


def _typeset(source: Path | bytes, data: Mapping[str, Any], **how: Any) -> list[bytes]:
    """The pages of a template filled with `data`; no more is read than the template and the fonts."""
    made = typst.compile(source, sys_inputs={"data": json.dumps(data)}, font_paths=_installed(), **how)
    return made if isinstance(made, list) else [made]


@cache
def _installed() -> typst.Fonts:
    return typst.Fonts()


@cache
def fonts() -> tuple[str, ...]:
    """The installed ones among the fonts of the symbology, in its order; NoFont without any."""
    installed = {name.casefold() for name in _installed().families()}
    found = tuple(name for name in rules()["fonts"]["families"] if name.casefold() in installed)
    if not found:
        wanted = ", ".join(rules()["fonts"]["families"])
        raise NoFont(f"no font for Chinese is installed; install one of {wanted}")
    return found


def _common(sheet: Sheet, zoom: float) -> dict[str, Any]:
    ground, size = rules()["ground"]["light"], _POINTS * zoom
    return {
        "title": sheet.title,
        "lang": sheet.lang,
        "fonts": fonts(),
        "size": size,
        "swatch": 4.2 * zoom,
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
    width, height = SIZES[size]
    width, height = (height, width) if portrait else (width, height)
    zoom = _ZOOM[size]
    margin, gap, head, foot, side = (length * zoom for length in (10, 5, 17, 13, 62))
    map_width = width - 2 * margin - side - gap
    map_height = height - 2 * margin - head - foot
    if portrait:
        map_height *= 0.45
    inset = _inset(sheet, side, zoom)
    return {
        **_common(sheet, zoom),
        "page": {
            "width": width,
            "height": height,
            "margin": margin,
            "gap": gap,
            "head": head,
            "foot": foot,
            "side": side,
        },
        "lines": list(sheet.lines),
        "map": _map(sheet, map_width, map_height, zoom) | {"inset": inset},
        "legend": _legend(sheet),
        "numbers": [{"label": label, "value": value} for label, value in sheet.numbers],
        "tables": [_table(table) for table in sheet.tables],
        "foot": list(sheet.foot),
        "stamp": sheet.stamp,
    }


def _table(table: Table) -> dict[str, Any]:
    cells = [
        [cell if isinstance(cell, str) else {"svg": cell[0], "text": cell[1]} for cell in row] for row in table.rows
    ]
    return {"title": table.title, "head": list(table.head), "widths": list(table.widths), "rows": cells}


def _map(sheet: Sheet, width: float, height: float, zoom: float) -> dict[str, Any]:
    frame = fit(sheet.bounds, width, height)
    drawn = still(sheet.features, sheet.shown, sheet.themes, frame, sheet.lang, zoom)
    names = names_on(sheet, drawn, zoom)
    length, bar = frame.bar(40 * zoom)
    return {
        "width": width,
        "height": height,
        "pad": 3 * zoom,
        "svg": drawn.svg,
        "letters": [_text(item, "bold") for item in drawn.letters],
        "graticule": [_text(item, "regular") for item in drawn.graticule],
        "names": [_name(item) for item in names],
        "bar": {"length": length, "words": bar, "scale": f"1 : {frame.scale:,.0f}"} if frame.is_metric else None,
        "unscaled": sheet.words["unscaled"],
        "north": swatch.north(),
    }


def names_on(sheet: Sheet, drawn: Still, zoom: float) -> list[Placed]:
    """The names of the shown features and of the context, where they found a place."""
    rows = sheet.features.set_index("id")
    texts = {a.id: _short(rows.at[a.id, f"name_{sheet.lang}"] or rows.at[a.id, "name_zh"]) for a in drawn.anchors}
    widths = _widths(tuple(sorted(set(texts.values()))), sheet.lang)
    wanted = []
    for anchor in drawn.anchors:
        points = _NAME_POINTS[anchor.kind] * zoom
        width = widths[texts[anchor.id]] * points + 0.5 * points * _MM_PER_POINT
        height = 1.45 * points * _MM_PER_POINT
        where = (anchor.id, texts[anchor.id], anchor.x, anchor.y)
        wanted.append(Name(*where, width, height, anchor.gap, anchor.kind, anchor.rank))
    strong = [name for name in wanted if name.kind in ("point", "line")]
    weak = [name for name in wanted if name.kind not in ("point", "line")]
    size = drawn.frame.width, drawn.frame.height
    corners = np.array([[0, size[1] - 22 * zoom, 50 * zoom, size[1]], [size[0] - 12 * zoom, 0, size[0], 18 * zoom]])
    placed = place(strong, drawn.markers, *size, reach=60 * zoom if sheet.callouts else 0, taken=corners)
    taken = np.array([*corners, *(item.box for item in placed)])
    return placed + place(weak, drawn.markers, *size, taken=taken)


def _short(name: str) -> str:
    """Names lose what stands in brackets at their end; the table has them whole."""
    for opening, closing in ("（）", "()"):
        if name.endswith(closing) and opening in name[1:]:
            name = name[: name.rindex(opening)].rstrip()
    return name


@lru_cache(maxsize=8)
def _widths(texts: tuple[str, ...], lang: str) -> dict[str, float]:
    """Millimetres that each text takes at a size of one point."""
    source = (
        "#let d = json(bytes(sys.inputs.data))\n#set text(font: d.fonts, lang: d.lang, size: 10pt)\n"
        "#context [#metadata(d.texts.map(t => measure(text(t)).width.mm())) <widths>]"
    )
    data = json.dumps({"texts": texts, "fonts": fonts(), "lang": lang})
    inputs = {"data": data}
    found = typst.query(
        source.encode(), "<widths>", field="value", one=True, sys_inputs=inputs, font_paths=_installed()
    )
    return dict(zip(texts, (width / 10 for width in json.loads(found)), strict=True))


def _name(item: Placed) -> dict[str, Any]:
    name, ground = item.name, rules()["ground"]["light"]
    colours = {"town": ground["faint"], "water": rules()["context"]["named"]}
    left, top, right, bottom = item.box
    end = (min(max(name.x, left), right), min(max(name.y, top), bottom))
    return {
        "text": name.text,
        "x": left,
        "y": top,
        "width": name.width,
        "height": name.height,
        "size": name.height / 1.45 / _MM_PER_POINT,
        "colour": colours.get(name.kind, ground["ink"]),
        "weight": "regular",
        "style": "normal",
        "ground": ground["halo"] + ("ff" if item.leader else "b8"),
        "leader": [name.x, name.y, *end] if item.leader else None,
    }


def _text(item: Text, weight: str) -> dict[str, Any]:
    return {
        "text": item.text, "x": item.x, "y": item.y, "size": item.size, "colour": item.colour, "weight": weight,
    }  # fmt: skip


def _legend(sheet: Sheet) -> list[dict[str, Any]]:
    """The parts of the legend; stages and themes only where the map shows them."""
    rows = sheet.features[sheet.features["id"].isin(sheet.shown)]
    present = set(rows["stage"]) | set(rows["theme"])
    codes = set(rules()["stage"]) | set(sheet.themes.index)
    parts = []
    for part in sheet.legend:
        items = [item for item in part["items"] if item["code"] not in codes or item["code"] in present]
        if items:
            parts.append({"title": part[sheet.lang], "items": [_item(item, sheet) for item in items]})
    return parts


def _item(item: Mapping[str, Any], sheet: Sheet) -> dict[str, Any]:
    letter = sheet.themes.at[item["code"], f"short_{sheet.lang}"] if item["code"] in sheet.themes.index else ""
    return {"svg": "" if letter else item["swatch"], "sign": letter, "text": item[sheet.lang]}


def _inset(sheet: Sheet, side: float, zoom: float) -> dict[str, Any] | None:
    """Where the map lies: the city with a box around what the map shows; None when that is all of it or more."""
    whole = fit(None, side, side * 0.62)
    if sheet.bounds is None:
        return None
    shown: Frame = fit(sheet.bounds, 100, 100)
    west, south, east, north = shown.corners()
    corners = whole.paper(np.array([[west, north], [east, south]]))
    (left, top), (right, bottom) = corners.tolist()
    if not shown.is_metric or left < 0 or top < 0 or right > whole.width or bottom > whole.height:
        return None
    drawn = still(
        sheet.features[sheet.features["theme"].isin(_context(sheet))], (), sheet.themes, whole, sheet.lang, zoom
    )
    colour = rules()["restricted"]["color"]
    box = f'<rect x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}" fill="none"'
    svg = drawn.svg.replace("</svg>", f'{box} stroke="{colour}" stroke-width="{0.5 * zoom:.2f}"/></svg>')
    return {"svg": svg, "width": whole.width, "height": whole.height}


def _context(sheet: Sheet) -> set[str]:
    return set(sheet.themes.index[sheet.themes["context"].astype(bool)])
