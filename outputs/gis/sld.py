"""Styles in the OGC's Styled Layer Descriptor 1.0.0, for GeoServer and whatever else reads neither QML nor our mind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from geodata.codes import Basis, Stage
from layers import swatch
from layers.symbology import look, rules, theme_look
from outputs.answers import HOW_SURE, by_sure
from outputs.escape import xml_text
from outputs.gis.parts import TEXTS, settings
from outputs.gis.qgis.plan import LINE, POINT, Layer, Plan

_SHAPES: Mapping[str, tuple[str, float, float]] = {
    "diamond": ("square", 0.82, 45.0),
    "square": ("square", 0.82, 0.0),
    "triangle": ("triangle", 1.3, 0.0),
    "pentagon": ("pentagon", 1.08, 0.0),
    "hexagon": ("hexagon", 1.04, 30.0),
}
"""Well-known mark, size beside that of a circle and turn in degrees of a marker; a circle for all others."""
_SIDES = {"pentagon": 5, "hexagon": 6}
_STROKES = {"cross": "cross", "saltire": "x"}
_CASING, _EDGE = 2.5, 4.0
"""Pixels of the light edge: added to the width of a line, drawn round a marker."""
_FILL, _RING = 0.18, 22.0
_PX_PER_PT = 96 / 72


def has_sld(layer: Layer) -> bool:
    """Whether a layer has such a style: those of themes and of answers do."""
    return bool(layer.kind) and (bool(layer.theme) or layer.is_answer)


def sld(layer: Layer, plan: Plan, names: Mapping[str, str] | None = None) -> bytes:
    """The style of a layer of a theme, by stage, or plain for orientation: the colours, dashes and markers of the map;
    of a layer of an answer, by how sure it is.

    Lengths are pixels. Rules compare codes; `names` are the columns that hold them where a file calls them otherwise.
    A letter, the signs beside a marker and the ring of accuracy are beyond the format.
    """
    own = settings()["sld"]
    attributes = {"version": "1.0.0", "xmlns": own["sld"], "xmlns:ogc": own["ogc"], "xmlns:xlink": own["xlink"]}
    attributes |= {"xmlns:xsi": own["xsi"], "xsi:schemaLocation": f"{own['sld']} {own['schema']}"}
    root = ET.Element("StyledLayerDescriptor", attributes)
    named = ET.SubElement(root, "NamedLayer")
    _add(named, "Name", layer.name)
    style = ET.SubElement(named, "UserStyle")
    _add(style, "Name", layer.name)
    _add(style, "Title", layer.title)
    drawn = ET.SubElement(style, "FeatureTypeStyle")
    if layer.is_answer:
        _answer(drawn, layer, plan)
    elif layer.context:
        _ground(drawn, layer, plan)
    else:
        _stages(drawn, layer, plan, names or {})
    if layer.theme:
        _names(ET.SubElement(style, "FeatureTypeStyle"), layer, plan)
    ET.indent(root, " ")
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = xml_text(text)


def _rule(parent: ET.Element, name: str, title: str, where: ET.Element | None, most: float = 0) -> ET.Element:
    """A rule for what passes `where`, at scales of 1:`most` and larger if there is one."""
    rule = ET.SubElement(parent, "Rule")
    _add(rule, "Name", name)
    _add(rule, "Title", title)
    if where is not None:
        rule.append(where)
    if most:
        _add(rule, "MaxScaleDenominator", f"{most:g}")
    return rule


def _where(*tests: ET.Element) -> ET.Element:
    found = ET.Element("ogc:Filter")
    within = ET.SubElement(found, "ogc:And") if len(tests) > 1 else found
    within.extend(tests)
    return found


def _test(kind: str, column: str, value: str) -> ET.Element:
    test = ET.Element(f"ogc:PropertyIs{kind}")
    _add(test, "ogc:PropertyName", column)
    _add(test, "ogc:Literal", value)
    return test


def _empty(column: str) -> ET.Element:
    """Where a column holds nothing: no value, or an empty text."""
    found = ET.Element("ogc:Filter")
    either = ET.SubElement(found, "ogc:Or")
    _add(ET.SubElement(either, "ogc:PropertyIsNull"), "ogc:PropertyName", column)
    either.append(_test("EqualTo", column, ""))
    return found


def _stages(drawn: ET.Element, layer: Layer, plan: Plan, names: Mapping[str, str]) -> None:
    """A rule a stage, for surveyed and for schematic positions, and one for what has no stage."""
    stage, basis = names.get("stage", "stage"), names.get("position_basis", "position_basis")
    schematic = plan.titles["position-basis"][Basis.SCHEMATIC]
    for code, title in plan.titles["stage"].items():
        for hollow in (False, True):
            kind = "EqualTo" if hollow else "NotEqualTo"
            where = _where(_test("EqualTo", stage, code), _test(kind, basis, Basis.SCHEMATIC))
            name, said = (f"{code}-hollow", f"{title} · {schematic}") if hollow else (code, title)
            _symbol(_rule(drawn, name, said, where), layer, look("stage", code), hollow)
    # No ElseFilter anywhere: QGIS 3.22 takes it for "always".
    other = _rule(drawn, "other", plan.words("no-stage"), _empty(stage))
    _symbol(other, layer, look("stage", Stage.UNKNOWN), False)


def _answer(drawn: ET.Element, layer: Layer, plan: Plan) -> None:
    """A rule for each of how sure rows are: lines, or rings round a place."""
    ground = rules()["ground"]["light"]
    for code, title in by_sure(plan.extract).items():
        rule, looks = _rule(drawn, code, title, _where(_test("EqualTo", HOW_SURE, code))), look("finding", code)
        casing = {"stroke": ground["edge"], "stroke-width": looks["width"] + _CASING}
        dash = {"stroke-dasharray": " ".join(f"{part:g}" for part in looks["dash"])} if looks["dash"] else {}
        for stroke in (casing, {"stroke": ground["found"], "stroke-width": looks["width"]} | dash):
            if layer.kind == POINT:
                _mark(rule, "circle", _RING, 0, {"fill": ground["found"], "fill-opacity": 0}, stroke)
            else:
                _stroke(rule, stroke)


def _ground(drawn: ET.Element, layer: Layer, plan: Plan) -> None:
    """Water and towns; stronger where a measure names them."""
    context, most = rules()["context"], rules()["names"][_kind_of_name(layer)].get("drawn", 0)
    named = _where(_test("GreaterThan", "measures", "0"))
    lang = plan.extract.lang
    for name, where, half, water, town in (
        ("named", named, 3.0, context["named"], rules()["ground"]["light"]["ink"]),
        ("plain", _where(_test("LessThanOrEqualTo", "measures", "0")), 1.5, context["water"], context["town"]),
    ):
        rule = _rule(drawn, name, TEXTS(f"ground-{name}", lang), where, most)
        if layer.kind == POINT:
            _mark(rule, "square", 2 * half, 0, {"fill": town}, {})
        else:
            width = theme_look(layer.theme).get("width", 2)
            _stroke(rule, {"stroke": water, "stroke-width": width, "stroke-linecap": "round"})


def _symbol(rule: ET.Element, layer: Layer, looks: Mapping[str, Any], hollow: bool) -> None:
    theme = theme_look(layer.theme)
    if layer.kind == POINT:
        _marker(rule, looks, theme.get("size", 16) * looks.get("scale", 1), hollow)
        return
    if layer.kind != LINE:
        fill = ET.SubElement(ET.SubElement(rule, "PolygonSymbolizer"), "Fill")
        _css(fill, {"fill": looks["color"], "fill-opacity": _FILL})
    ground, width = rules()["ground"]["light"], theme.get("width", 3) * looks.get("scale", 1)
    _stroke(rule, {"stroke": ground["edge"], "stroke-width": width + _CASING, "stroke-linejoin": "round"})
    dash = {"stroke-dasharray": " ".join(f"{part:g}" for part in looks["dash"])} if looks["dash"] else {}
    _stroke(rule, {"stroke": looks["color"], "stroke-width": width, "stroke-linejoin": "round"} | dash)
    if hollow:
        _stroke(rule, {"stroke": ground["halo"], "stroke-width": max(1, width - 2), "stroke-linejoin": "round"})


def _marker(rule: ET.Element, looks: Mapping[str, Any], size: float, hollow: bool) -> None:
    name, factor, turn = _SHAPES.get(looks["marker"], ("circle", 1.0, 0.0))
    ground, colour = rules()["ground"]["light"], looks["color"]
    shape = (name, size * factor, turn)
    _mark(rule, *shape, {"fill": ground["edge"]}, {"stroke": ground["edge"], "stroke-width": _EDGE})
    open_ = hollow or looks["marker"] == "ring"
    edge = {"stroke": colour, "stroke-width": 2 if open_ else 1} | ({"stroke-dasharray": "3 2"} if hollow else {})
    _mark(rule, *shape, {"fill": ground["halo"] if open_ else colour}, edge)
    if stroke := _STROKES.get(looks["marker"]):
        ink = colour if open_ else swatch.ink_on(colour)
        _mark(rule, stroke, size * 0.6, 0, {"fill": ink}, {"stroke": ink, "stroke-width": 2.5})


def _mark(
    rule: ET.Element, name: str, size: float, turn: float, fill: Mapping[str, Any], stroke: Mapping[str, Any]
) -> None:
    graphic = ET.SubElement(ET.SubElement(rule, "PointSymbolizer"), "Graphic")
    # The first that a program knows is drawn.
    for known in (name, _wkt(_SIDES[name])) if name in _SIDES else (name,):
        mark = ET.SubElement(graphic, "Mark")
        _add(mark, "WellKnownName", known)
        _css(ET.SubElement(mark, "Fill"), fill)
        if stroke:
            _css(ET.SubElement(mark, "Stroke"), stroke)
    _add(graphic, "Size", f"{size:g}")
    if turn:
        _add(graphic, "Rotation", f"{turn:g}")


def _wkt(sides: int) -> str:
    """A regular polygon with a corner at the top, as GeoServer takes marks that it has no name for."""
    turns = [math.pi / 2 + 2 * math.pi * (i % sides) / sides for i in range(sides + 1)]
    return f"wkt://POLYGON(({', '.join(f'{math.cos(turn) / 2:.4f} {math.sin(turn) / 2:.4f}' for turn in turns)}))"


def _stroke(rule: ET.Element, values: Mapping[str, Any]) -> None:
    _css(ET.SubElement(ET.SubElement(rule, "LineSymbolizer"), "Stroke"), values)


def _css(parent: ET.Element, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        text = f"{value:g}" if isinstance(value, int | float) else value
        ET.SubElement(parent, "CssParameter", name=name).text = text


def _kind_of_name(layer: Layer) -> str:
    if layer.context:
        return "town" if layer.kind == POINT else "water"
    return "point" if layer.kind == POINT else "line"


def _names(drawn: ET.Element, layer: Layer, plan: Plan) -> None:
    """Names from the scale of the symbology on, in Chinese where the English is empty."""
    rule, lang = rules()["names"][_kind_of_name(layer)], plan.extract.lang
    if lang == "zh":
        _label(_rule(drawn, "names", TEXTS("sld-names", lang), None, rule["scale"]), "name_zh", layer, rule)
        return
    given = _where(_test("NotEqualTo", "name_en", ""))
    _label(_rule(drawn, "names", TEXTS("sld-names", lang), given, rule["scale"]), "name_en", layer, rule)
    other = _rule(drawn, "names-zh", TEXTS("sld-names", lang), _empty("name_en"), rule["scale"])
    _label(other, "name_zh", layer, rule)


def _label(rule: ET.Element, column: str, layer: Layer, names: Mapping[str, Any]) -> None:
    ground = rules()["ground"]["light"]
    text = ET.SubElement(rule, "TextSymbolizer")
    _add(ET.SubElement(text, "Label"), "ogc:PropertyName", column)
    font = ET.SubElement(text, "Font")
    _css(font, {"font-family": rules()["fonts"]["families"][0], "font-size": round(names["size"] * _PX_PER_PT, 1)})
    place = ET.SubElement(text, "LabelPlacement")
    if layer.kind == POINT:
        point = ET.SubElement(place, "PointPlacement")
        anchor = ET.SubElement(point, "AnchorPoint")
        _add(anchor, "AnchorPointX", "0")
        _add(anchor, "AnchorPointY", "0.5")
        beside = ET.SubElement(point, "Displacement")
        _add(beside, "DisplacementX", f"{theme_look(layer.theme).get('size', 6) / 2 + 3:g}")
        _add(beside, "DisplacementY", "0")
    else:
        ET.SubElement(place, "LinePlacement")
    halo = ET.SubElement(text, "Halo")
    _add(halo, "Radius", "2")
    _css(ET.SubElement(halo, "Fill"), {"fill": ground["halo"]})
    ink = {"town": ground["faint"], "water": rules()["context"]["named"]}.get(_kind_of_name(layer), ground["ink"])
    _css(ET.SubElement(text, "Fill"), {"fill": ink})
