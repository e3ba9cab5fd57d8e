"""Markers, lines and areas of the symbology as QGIS symbols, all lengths in millimetres."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from geodata.codes import Basis, Grade
from layers import swatch
from layers.symbology import MM_PER_PX, look, rules, theme_look
from outputs.gis.qgis.plan import LINE, POINT, Layer
from outputs.gis.qgis.xml import add, colour, defined, option, quoted

_POLYGONS = {
    "diamond": ("diamond", 1.16, 0.0),
    "triangle": ("equilateral_triangle", 1.3, 0.0),
    "square": ("square", 0.82, 0.0),
    "pentagon": ("pentagon", 1.08, 0.0),
    "hexagon": ("hexagon", 1.04, 30.0),
}
"""Name in QGIS, size beside that of a circle and turn in degrees; polygons look smaller than a circle."""
_STROKES = {"cross": "cross", "saltire": "cross2"}
_RING = "ring"
_SYMBOL = {POINT: "marker", LINE: "line"}
_FILL = 0.18
_RING_SIZE = 22
"""Pixels across a ring round the place of a row of an answer: what lies there stays to be seen."""
_CASING = 2.5
"""Pixels by which the light edge under a line is wider than the line."""

Rule = Mapping[str, Any]


def symbol(parent: Element, name: str, layer: Layer, rule: Rule, letter: str = "") -> Element:
    """A symbol of a layer for a rule (color, dash, marker, scale); `letter` stands on a marker."""
    drawn = add(parent, "symbol", {"name": name, "type": _SYMBOL.get(layer.kind, "fill"), "alpha": 1})
    theme = theme_look(layer.theme) if layer.theme else {}
    hollow, signs = _conditions(layer)
    if layer.kind == POINT:
        _marker(drawn, rule, theme.get("size", 16) * rule.get("scale", 1), letter, hollow)
        _signs(drawn, signs)
    else:
        if layer.kind != LINE:
            _part(drawn, "SimpleFill", {"color": colour(rule["color"], _FILL), "style": "solid", "outline_style": "no"})
        _line(drawn, rule, theme.get("width", 3) * rule.get("scale", 1), hollow)
        if signs and layer.kind == LINE:
            line = _part(drawn, "MarkerLine", {"placement": "centralpoint", "rotate": "0"})
            sign = add(line, "symbol", {"name": f"@{name}@{len(drawn) - 1}", "type": "marker", "alpha": 1})
            _signs(sign, signs)
    return drawn


def answer_symbol(parent: Element, name: str, layer: Layer, rule: Rule) -> None:
    """The symbol of rows of an answer (color, dash, width): what is certain is solid, as a line and as a ring."""
    drawn = add(parent, "symbol", {"name": name, "type": _SYMBOL.get(layer.kind, "fill"), "alpha": 1})
    if layer.kind != POINT:
        _line(drawn, rule, rule["width"], "")
        return
    ink, size = colour(rule["color"]), _mm(_RING_SIZE)
    style = ("dash" if rule["dash"][0] > rule["width"] else "dot") if rule["dash"] else "solid"
    ring = {"name": "circle", "size": size, "color": colour(rule["color"], 0)}
    _simple_marker(drawn, ring | {"outline_color": _light("edge"), "outline_width": _mm(rule["width"] + _CASING)})
    _simple_marker(drawn, ring | {"outline_color": ink, "outline_width": _mm(rule["width"]), "outline_style": style})


def context_symbol(parent: Element, name: str, layer: Layer) -> Element:
    """The one symbol of a layer that only gives orientation; stronger where a measure names the feature."""
    drawn = add(parent, "symbol", {"name": name, "type": _SYMBOL.get(layer.kind, "fill"), "alpha": 1})
    rule, theme = rules()["context"], theme_look(layer.theme)
    named = f"({_if(layer, 'measures', '> 0')} and not coalesce(attribute('background'), false))"
    if layer.kind == POINT:
        ink = colour(rules()["ground"]["light"]["ink"])
        _simple_marker(
            drawn,
            {"name": "square", "color": colour(rule["town"]), "size": _mm(3.0), "outline_style": "no"},
            {"size": f"if({named}, {_mm(6.0)}, @value)", "fillColor": f"if({named}, {quoted(ink)}, @value)"},
        )
    else:
        _stroke(
            drawn,
            {"line_color": colour(rule["water"]), "line_width": _mm(theme.get("width", 2)), "capstyle": "round"},
            {"outlineColor": f"if({named}, {quoted(colour(rule['named']))}, @value)"},
        )
    return drawn


def _conditions(layer: Layer) -> tuple[str, dict[str, str]]:
    """When a feature is schematic, and when it has which sign, as expressions; empty where the layer cannot tell."""
    bases = ", ".join(quoted(code) for code in Basis if look("basis", code)["hollow"])
    hollow = _if(layer, "position_basis", f"in ({bases})") if "position_basis" in layer.columns else ""
    tests = {"restriction": "<> ''", "stage_grade": f"= {quoted(Grade.SEED)}"}
    return hollow, {column: _if(layer, column, test) for column, test in tests.items() if column in layer.columns}


def _if(layer: Layer, column: str, test: str) -> str:
    """Whether a column of the feature passes a test.

    A legend asks without a feature, or with that of the atlas page: so the theme is compared
    too, and what depends on the answer is invisible unless the answer is yes.
    """
    return f"coalesce(attribute('theme') = {quoted(layer.theme)} and attribute({quoted(column)}) {test}, false)"


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PX:.4g}"


def _light(key: str) -> str:
    return colour(rules()["ground"]["light"][key])


def _ink_on(code: str) -> str:
    """The dark or light ink that reads better on a colour (WCAG relative luminance)."""
    channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return _light("ink" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.36 else "halo")


def _part(parent: Element, kind: str, values: dict[str, str], expressions: Mapping[str, str] | None = None) -> Element:
    layer = add(parent, "layer", {"class": kind, "enabled": 1, "locked": 0, "pass": 0})
    option(layer, values)
    if kept := {key: text for key, text in (expressions or {}).items() if text}:
        defined(layer, kept)
    return layer


def _stroke(parent: Element, values: dict[str, str], expressions: Mapping[str, str] | None = None) -> None:
    plain = {"joinstyle": "round", "line_style": "solid", "line_width_unit": "MM", "capstyle": "flat"}
    _part(parent, "SimpleLine", plain | values, expressions)


def _line(parent: Element, rule: Rule, width: float, hollow: str) -> None:
    _stroke(parent, {"line_color": _light("edge"), "line_width": _mm(width + _CASING)})
    dash = {"use_custom_dash": "0"}
    if rule.get("dash"):
        pattern = ";".join(_mm(length) for length in rule["dash"])
        dash = {"use_custom_dash": "1", "customdash": pattern, "customdash_unit": "MM"}
    _stroke(parent, {"line_color": colour(rule["color"]), "line_width": _mm(width)} | dash)
    if hollow:
        inner = {"line_color": _light("halo"), "line_width": _mm(max(1, width - 2))}
        _stroke(parent, inner | {"line_style": "no"}, {"outlineStyle": f"if({hollow}, 'solid', 'no')"})


def _simple_marker(parent: Element, values: dict[str, str], expressions: Mapping[str, str] | None = None) -> None:
    units = {"size_unit": "MM", "outline_width_unit": "MM", "offset_unit": "MM"}
    plain = {"joinstyle": "round", "cap_style": "flat", "outline_style": "solid", "scale_method": "diameter"}
    _part(parent, "SimpleMarker", units | plain | values, expressions)


def _marker(parent: Element, rule: Rule, size: float, letter: str, hollow: str) -> None:
    kind, ink = rule["marker"], colour(rule["color"])
    name, factor, turn = _POLYGONS.get(kind, ("circle", 1.0, 0.0))
    drop = size * 0.1 if kind == "triangle" else 0.0
    shape = {"name": name, "size": _mm(size * factor), "angle": f"{turn:g}", "offset": f"0,{_mm(drop)}"}
    edge, paper = _light("edge"), _light("halo")
    if hollow:
        _uncertainty(parent, rule["color"], hollow)
    _simple_marker(parent, shape | {"color": edge, "outline_color": edge, "outline_width": _mm(4)})
    open_ = kind == _RING
    _simple_marker(
        parent,
        shape | {"color": paper if open_ else ink, "outline_color": ink, "outline_width": _mm(2 if open_ else 1)},
        {
            "fillColor": hollow and f"if({hollow}, {quoted(paper)}, @value)",
            "outlineWidth": hollow and f"if({hollow}, {_mm(2)}, @value)",
            "outlineStyle": hollow and f"if({hollow}, 'dash', 'solid')",
        },
    )
    on = ink if open_ else _ink_on(rule["color"])
    if kind in _STROKES:
        stroke = {"name": _STROKES[kind], "size": _mm(size * 0.6), "outline_color": on, "outline_width": _mm(2.5)}
        _simple_marker(parent, stroke, {"outlineColor": hollow and f"if({hollow}, {quoted(ink)}, @value)"})
    elif letter:
        # A font by name is a warning of every layer on a machine that lacks it, and none at all may be one of
        # symbols; an expression is not held against the machine, and takes the first of a list that there is.
        written = {"chr": letter, "font": "", "font_style": "Bold", "color": on}
        written |= {"size": _mm(size * 0.58), "size_unit": "MM", "offset": f"0,{_mm(drop)}", "offset_unit": "MM"}
        families = quoted(",".join(rules()["fonts"]["families"]))
        _part(
            parent,
            "FontMarker",
            written,
            {"fontFamily": families, "fillColor": hollow and f"if({hollow}, {quoted(ink)}, @value)"},
        )


def _uncertainty(parent: Element, ink: str, hollow: str) -> None:
    """How far off the true place may be, at its true size, where that is neither tiny nor all of the map."""
    radius = "(attribute('accuracy_m') * 1000 / @map_scale)"
    shown = f"coalesce({hollow} and {radius} >= {_mm(14)} and {radius} <= {_mm(400)}, false)"
    ring = {"name": "circle", "color": colour(ink, 0), "outline_color": colour(ink, 0.6), "outline_width": _mm(1)}
    style, size = f"if({shown}, 'dot', 'no')", f"if({shown}, 2 * {radius}, 0)"
    # As a shape of its own: names keep away from a marker as far as all of it reaches, and this may be half the map.
    made = {"SymbolType": "Marker", "geometryModifier": "$geometry", "units": "MapUnit"}
    holder = _part(parent, "GeometryGenerator", made)
    within = add(holder, "symbol", {"name": f"@{parent.get('name')}@{len(parent) - 1}", "type": "marker", "alpha": 1})
    _simple_marker(within, ring | {"outline_style": "no", "size": "0"}, {"outlineStyle": style, "size": size})


def _signs(parent: Element, when: Mapping[str, str]) -> None:
    """The signs beside a symbol, each there where its expression holds."""
    if restricted := when.get("restriction"):
        _restriction(parent, restricted)
    if claimed := when.get("stage_grade"):
        _on_paper(parent, claimed)


def _on_paper(parent: Element, claimed: str) -> None:
    """A written sheet: the stage stands in the document alone."""
    picture = {"name": f"base64:{b64encode(swatch.sheet().encode()).decode()}", "size": "0", "size_unit": "MM"}
    picture |= {"offset": f"{_mm(-11)},{_mm(-11)}", "offset_unit": "MM"}
    # Of no size, not only switched off: a legend asks no feature and would show it, and names would keep away from it.
    _part(parent, "SvgMarker", picture, {"size": f"if({claimed}, {_mm(10)}, 0)"})


def _restriction(parent: Element, restricted: str) -> None:
    """A sign beside the symbol, so that the stage stays to be seen."""
    rule, beside = rules()["restricted"], f"{_mm(11)},{_mm(-11)}"
    red, white = colour(rule["color"]), colour(rule["ink"])
    nothing = {"color": colour(rule["color"], 0), "outline_style": "no"}
    disc = {"name": "circle", "size": _mm(16), "outline_color": white, "outline_width": _mm(1.5), "offset": beside}
    bar = {"name": "line", "angle": "90", "size": _mm(10), "outline_color": white, "outline_width": _mm(3)}
    bar |= {"offset": f"{_mm(-11)},{_mm(-11)}"}
    style = f"if({restricted}, 'solid', 'no')"
    fill = f"if({restricted}, {quoted(red)}, @value)"
    # Of no size where it does not hold: names keep away from the whole of a marker, seen or not.
    sizes = (f"if({restricted}, {part['size']}, 0)" for part in (disc, bar))
    _simple_marker(parent, disc | nothing, {"fillColor": fill, "outlineStyle": style, "size": next(sizes)})
    _simple_marker(parent, bar | nothing, {"outlineStyle": style, "size": next(sizes)})
