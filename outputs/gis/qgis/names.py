"""Names of features on the map, and on paper the numbers under which the lists have them."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from analysis.stages import UNDER_WAY
from layers.symbology import MM_PER_PX, rules, theme_look
from outputs.gis.qgis.plan import LINE, POINT, Layer, Plan
from outputs.gis.qgis.xml import add, colour, defined, quoted, stable_uuid, text_style

NUMBERS = "guantu_numbers"
"""The variable of the project with the numbers on the map, an object by code."""
ON_PAPER = "@layout_name is not null"
_BUFFER_MM = 0.6
_SECTIONS = 40000
"""Scale denominator below which sections of a line have their own names."""
_PAPER_SCALE = 400000
"""Scale denominator from which a printed map has names: paper is read from nearer than a screen."""
_NUMBER_POINTS = 7.0
_LINE_ROOM = {"zh": 12, "en": 26}
"""Characters of a name on one line, by language."""


def names_of(layer: Layer) -> str:
    """Which rule of `names` in the symbology holds for a layer."""
    if layer.context:
        return "town" if layer.kind == POINT else "water"
    return "point" if layer.kind == POINT else "line"


def add_names(parent: Element, layer: Layer, plan: Plan) -> None:
    """Names in the language of the extract, short as on the web map, from the scale of the symbology on."""
    if layer.context:
        labeling = add(parent, "labeling", {"type": "simple"})
        _settings(labeling, layer, plan, _name(layer, plan))
        return
    labeling = add(parent, "labeling", {"type": "rule-based"})
    root = add(labeling, "rules", {"key": stable_uuid(layer.name, "names")})
    for key, condition in (("names", ""), ("numbers", ON_PAPER)):
        attributes = {"key": stable_uuid(layer.name, key, "rule"), "description": plan.words(f"rule-{key}")}
        rule = add(root, "rule", attributes | ({"filter": condition} if condition else {}))
        if condition:
            _numbers(rule, layer)
        else:
            _settings(rule, layer, plan, _name(layer, plan))


def _name(layer: Layer, plan: Plan) -> str:
    """The expression of a name: without what stands in brackets at its end, in two lines where it is long."""
    zh = plan.extract.lang == "zh"
    full = '"name_zh"' if zh else 'coalesce(nullif("name_en", \'\'), "name_zh")'
    short = f"regexp_replace({full}, '[（(][^（(）)]*[）)]$', '')"
    most = _LINE_ROOM[plan.extract.lang]
    halves = "left(@name, ceil(length(@name) / 2.0)) || '\\n' || substr(@name, ceil(length(@name) / 2.0) + 1)"
    broken = f"if(length(@name) > {most}, {halves if zh else f'wordwrap(@name, {most})'}, @name)"
    # Along a line there is one line of text.
    named = f"with_variable('name', {short}, {broken})" if layer.kind != LINE else short
    scale = rules()["names"][names_of(layer)]["scale"]
    hidden = f"@map_scale > if({ON_PAPER}, {_PAPER_SCALE}, {scale})"
    if layer.kind == LINE and not layer.context:
        # A section is named only where the whole is not in view, and on no sheet: there its whole has the number.
        hidden += f" or (\"part_of\" <> '' and ({ON_PAPER} or @map_scale > {_SECTIONS}))"
    return f"if({hidden}, '', {named})"


def _settings(parent: Element, layer: Layer, plan: Plan, named: str) -> None:
    kind, ground = names_of(layer), rules()["ground"]["light"]
    rule = rules()["names"][kind]
    ink = {"town": ground["faint"], "water": rules()["context"]["named"]}.get(kind, ground["ink"])
    settings = add(parent, "settings", {"calloutType": "simple"})
    _format(settings, named, rule["size"], ink, fontItalic=int(kind == "water"))
    add(settings, "placement", _placement(layer))
    _rendering(settings, layer, max(rule["scale"], _PAPER_SCALE))
    if not layer.context:
        urgent = ", ".join(quoted(code) for code in UNDER_WAY)
        first = f'if("stage" in ({urgent}), 8, 5) + if("measures" > 0, 2, 0)'
        defined(settings, {"Priority": first}, "dd_properties")


def _numbers(parent: Element, layer: Layer) -> None:
    ground = rules()["ground"]["light"]
    settings = add(parent, "settings", {"calloutType": "simple"})
    number = f'map_get(from_json(@{NUMBERS}), "code")'
    _format(settings, number, _NUMBER_POINTS, ground["ink"], fontWeight=75)
    placement = {"placement": 6, "predefinedPositionOrder": "TR,BR,TL,BL,R,L,TSR,BSR,TSL,BSL,T,B", "offsetType": 0}
    placement |= {"dist": _radius(layer) + 0.3, "distUnits": "MM", "priority": 10}
    if layer.kind == LINE:
        placement = {"placement": 2, "placementFlags": 3, "dist": 0.3, "distUnits": "MM", "priority": 10}
    add(settings, "placement", placement)
    # A number that is in the list is on the map, in a crowd over another one.
    _rendering(settings, layer, _PAPER_SCALE, displayAll=1)


def _format(settings: Element, text: str, size: float, ink: str, **more: Any) -> None:
    style = text_style(settings, "text-style", size, ink, fieldName=text, isExpression=1, **more)
    halo = colour(rules()["ground"]["light"]["halo"])
    buffer = {"bufferDraw": 1, "bufferSize": _BUFFER_MM, "bufferSizeUnits": "MM", "bufferColor": halo}
    add(style, "text-buffer", buffer | {"bufferOpacity": 1, "bufferNoFill": 1, "bufferJoinStyle": 128})
    add(settings, "text-format", {"multilineAlign": 3, "wrapChar": "", "autoWrapLength": 0})


def _rendering(settings: Element, layer: Layer, scale: int, **more: int) -> None:
    shown = {"drawLabels": 1, "obstacle": int(layer.kind == POINT), "obstacleFactor": 2, "scaleVisibility": 1}
    add(settings, "rendering", shown | {"scaleMin": 0, "scaleMax": scale, **more})


def _placement(layer: Layer) -> dict[str, Any]:
    if layer.kind == POINT:
        order = {"placement": 6, "predefinedPositionOrder": "R,L,TSR,BSR,TSL,BSL,T,B", "offsetType": 0}
        far = 1.2 if layer.context else _radius(layer) + 0.5
        return order | {"dist": far, "distUnits": "MM", "priority": 4 if layer.context else 6}
    if layer.kind == LINE:
        beside = {"placement": 3, "placementFlags": 10, "dist": 0.5, "distUnits": "MM"}
        return beside | {"priority": 2 if layer.context else 8}
    return {"placement": 4, "priority": 8}


def _radius(layer: Layer) -> float:
    """Millimetres from the middle of a marker of a layer to its edge and the light rim around it."""
    return float(theme_look(layer.theme).get("size", 16) / 2 + 1.5) * MM_PER_PX
