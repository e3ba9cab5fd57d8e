"""The printed sheets of the project: an A3 sheet and an atlas, filled from the variables of the project."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from layers import swatch
from layers.symbology import rules
from outputs.escape import unrun
from outputs.gis.qgis.plan import LINE, POINT, Layer, Plan
from outputs.gis.qgis.xml import add, colour, font_description, option, stable_uuid, text_style

_PAGE, _MAP, _PICTURE, _LABEL, _LEGEND, _SCALE_BAR = 65638, 65639, 65640, 65641, 65642, 65646
"""Types of layout items as QGIS numbers them."""
_A3 = (420, 297)
_MAP_BOX = (10, 26, 312, 218)
_COLUMN = 328
_ATLAS_SCALE = 60000
_LEFT, _RIGHT, _TOP, _MIDDLE = 1, 2, 32, 128

Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres."""


def add_layouts(parent: Element, plan: Plan) -> None:
    """The sheet and the atlas (a page a town, else a page a feature of the largest layer), if there is a map."""
    layouts = add(parent, "Layouts")
    drawn = [layer for layer in plan.layers if layer.theme]
    if not drawn:
        return
    _add_sheet(layouts, plan, plan.words("sheet"), None)
    towns = [layer for layer in drawn if layer.context and layer.kind == POINT]
    _add_sheet(layouts, plan, plan.words("atlas"), (towns or sorted(drawn, key=lambda layer: -len(layer.frame)))[0])


def _add_sheet(layouts: Element, plan: Plan, name: str, pages: Layer | None) -> None:
    sheet = add(layouts, "Layout", {"name": name, "units": "mm", "printResolution": 300, "worldFileMap": ""})
    paper = add(sheet, "PageCollection")
    _page(paper, name)
    title = "[% @guantu_title %]"
    if pages is not None:
        column = "name_zh" if plan.extract.lang == "zh" else "name_en"
        own = f"attribute(@atlas_feature, '{column}')"
        name_zh = "attribute(@atlas_feature, 'name_zh')"
        title += f"[% if(@atlas_feature is null, '', ' · ' || coalesce(nullif({own}, ''), {name_zh})) %]"
    map_id = stable_uuid(name, "map")
    view = _fit(plan.first_view, _ATLAS_SCALE if pages is not None else 0)
    _map(sheet, name, view, atlas=pages is not None)
    _label(sheet, name, "title", title, (10, 9, 312, 13), 20, bold=True)
    _label(sheet, name, "day", f"{plan.words('as-of')} [% @guantu_as_of %]", (_COLUMN, 9, 82, 13), 11)
    _signs(sheet, name, plan, _legend(sheet, name, plan, map_id) + 6)
    _scale_bar(sheet, name, map_id)
    _picture(sheet, name, "north", swatch.north(), (306, 30, 12, 16))
    _label(sheet, name, "about", "[% @guantu_note %]", (10, 248, 312, 41), 7.5)
    scale = "[% @project_crs %]   1 : [% format_number(map_get(item_variables('map'), 'map_scale'), 0) %]"
    _label(sheet, name, "system", scale, (_COLUMN, 270, 82, 6), 8)
    _label(sheet, name, "stamp", "[% @guantu_stamp %]", (_COLUMN, 277, 82, 11), 12, bold=True, frame=True)
    if pages is not None:
        add(
            sheet,
            "Atlas",
            {"enabled": 1, "coverageLayer": pages.id, "coverageLayerName": pages.name, "hideCoverage": 0}
            | {"coverageLayerProvider": "ogr", "coverageLayerSource": pages.source, "sortFeatures": 1}
            | {"sortKey": '"code"', "sortAscending": 1, "pageNameExpression": '"code"', "filterFeatures": 0}
            | {"filenamePattern": "'guantu_' || \"code\""},
        )


def _fit(view: tuple[float, float, float, float], scale: int) -> tuple[float, float, float, float]:
    """The view widened to the shape of the map, or around its middle at a scale; metres of the project."""
    west, south, east, north = view
    _, _, width, height = _MAP_BOX
    metres = max((east - west) / width, (north - south) / height) if not scale else scale / 1000
    x, y = (west + east) / 2, (south + north) / 2
    return x - metres * width / 2, y - metres * height / 2, x + metres * width / 2, y + metres * height / 2


def _item(
    parent: Element, sheet: str, name: str, kind: int, box: Box, more: Mapping[str, Any] | None = None
) -> Element:
    left, top, width, height = box
    place = {"position": f"{left},{top},mm", "positionOnPage": f"{left},{top},mm", "size": f"{width},{height},mm"}
    unique = stable_uuid(sheet, name)
    plain = {"type": kind, "id": name, "uuid": unique, "templateUuid": unique, "referencePoint": 0, "opacity": 1}
    plain |= {"zValue": len(parent), "visibility": 1, "frame": "false", "background": "false", "blendMode": 0}
    plain |= {"outlineWidthM": "0.2,mm", "frameJoinStyle": "miter", "excludeFromExports": 0, "itemRotation": 0}
    return add(parent, "LayoutItem", plain | place | dict(more or {}))


def _page(parent: Element, sheet: str) -> None:
    page = _item(parent, sheet, "page", _PAGE, (0, 0, *_A3), {"background": "true"})
    paper = add(page, "symbol", {"name": "", "type": "fill", "alpha": 1})
    values = {"color": colour(rules()["ground"]["light"]["halo"]), "outline_style": "no"}
    option(add(paper, "layer", {"class": "SimpleFill", "enabled": 1, "pass": 0}), values)


def _map(parent: Element, sheet: str, view: tuple[float, float, float, float], *, atlas: bool) -> None:
    attributes: dict[str, Any] = {
        "frame": "true",
        "background": "true",
        "drawCanvasItems": "true",
        "keepLayerSet": "false",
    }
    attributes |= {"followPreset": "false", "mapRotation": 0, "labelMargin": "1,mm", "mapFlags": 0}
    item = _item(parent, sheet, "map", _MAP, _MAP_BOX, attributes)
    add(item, "Extent", dict(zip(("xmin", "ymin", "xmax", "ymax"), view, strict=True)))
    add(item, "LayerSet")
    blocking = add(item, "labelBlockingItems")
    for name in ("scale", "north"):
        add(blocking, "item", {"uuid": stable_uuid(sheet, name)})
    # A point keeps the scale of the map; a line or an area is shown whole, with a margin.
    add(item, "AtlasMap", {"atlasDriven": int(atlas), "scalingMode": 2, "margin": 0.15})


def _label(
    parent: Element, sheet: str, name: str, text: str, box: Box, size: float, *, bold: bool = False, frame: bool = False
) -> None:
    centred = {"halign": 4, "valign": _MIDDLE, "frame": "true"} if frame else {"halign": _LEFT, "valign": _TOP}
    if name in ("title", "day"):
        centred["valign"] = _MIDDLE
    item = _item(
        parent, sheet, name, _LABEL, box, {"labelText": text, "htmlState": 0, "marginX": 0, "marginY": 0} | centred
    )
    add(item, "LabelFont", {"description": font_description(size, bold), "style": ""})
    text_style(item, "text-style", size, rules()["ground"]["light"]["ink"], fontWeight=75 if bold else 50)


def _picture(parent: Element, sheet: str, name: str, svg: str, box: Box) -> None:
    source = "base64:" + b64encode(svg.encode()).decode()
    _item(parent, sheet, name, _PICTURE, box, {"file": source, "mode": 0, "resizeMode": 0, "anchorPoint": 0})


def _legend(parent: Element, sheet: str, plan: Plan, map_id: str) -> float:
    """The stages that occur, once for lines and once for markers, then context; returns where about it ends."""
    ink = rules()["ground"]["light"]["ink"]
    attributes = {"map_uuid": map_id, "title": "", "resizeToContents": 1, "columnCount": 1, "splitLayer": 0}
    attributes |= {"symbolWidth": 14, "symbolHeight": 4.4, "boxSpace": 0, "columnSpace": 4, "lineSpacing": 1}
    attributes |= {"legendFilterByMap": 0, "legendFilterByAtlas": 0, "wrapChar": "", "fontColor": ink}
    item = _item(parent, sheet, "legend", _LEGEND, (_COLUMN, 26, 82, 120), attributes)
    looks = add(item, "styles")
    for name, size, bold, margins in (
        ("title", 10, True, {}),
        ("group", 9, True, {"marginTop": 2}),
        ("subgroup", 9, True, {"marginTop": 2.5}),
        ("symbol", 8, False, {"marginTop": 0.9}),
        ("symbolLabel", 8, False, {"marginTop": 0, "marginLeft": 2}),
    ):
        style = add(looks, "style", {"name": name, "alignment": 1, "indent": 0} | margins)
        add(style, "styleFont", {"description": font_description(size, bold), "style": ""})
        text_style(style, "text-style", size, ink, fontWeight=75 if bold else 50)
    tree = add(item, "layer-tree-group")
    shown, end = _stages(plan), float(_MAP_BOX[1])
    for kind, heading in ((LINE, "legend-lines"), (POINT, "legend-points")):
        if found := [layer for layer in plan.layers if layer.staged and layer.kind == kind]:
            node = tree_layer(tree, found[0], plan.words(heading))
            order = ",".join(str(place) for place in shown)
            option(
                add(node, "customproperties"), {"legend/node-order": order, "legend/title-label": plan.words(heading)}
            )
            end += 7 + (6.2 if kind == POINT else 5.4) * len(shown)
    for layer in plan.layers:
        if layer.context:
            tree_layer(tree, layer, layer.title)
            end += 5.4
    return end


def _stages(plan: Plan) -> list[int]:
    """Places of the stages that occur among the categories."""
    used = {code for layer in plan.layers if layer.staged for code in layer.stages}
    return [place for place, code in enumerate(plan.titles["stage"]) if code in used]


def tree_layer(parent: Element, layer: Layer, name: str, checked: bool = True) -> Element:
    """A layer in a layer tree."""
    attributes = {"id": layer.id, "name": name, "source": layer.source, "providerKey": "ogr", "expanded": 0}
    return add(parent, "layer-tree-layer", attributes | {"checked": "Qt::Checked" if checked else "Qt::Unchecked"})


def _signs(parent: Element, sheet: str, plan: Plan, top: float) -> None:
    """What the legend of QGIS cannot tell: hollow positions, restrictions, letters on markers."""
    _label(parent, sheet, "signs", plan.words("legend-signs"), (_COLUMN, top, 82, 5), 9, bold=True)
    for key, svg in (
        ("legend-surveyed", swatch.basis(False)),
        ("legend-schematic", swatch.basis(True)),
        ("legend-restricted", swatch.restricted()),
        ("legend-on-paper", swatch.on_paper()),
    ):
        top += 6
        _picture(parent, sheet, key, svg, (_COLUMN, top, 15.3, 4.8))
        _label(parent, sheet, f"{key}-text", plan.words(key), (_COLUMN + 18, top + 0.6, 64, 5), 8)
    themes, titles = plan.extract.codes["theme"], plan.titles["theme"]
    used = list(dict.fromkeys(layer.theme for layer in plan.layers if layer.staged))
    rows = [
        f"{unrun(letter)} {titles[code]}" for code in used if (letter := themes[f"short_{plan.extract.lang}"][code])
    ]
    if rows:
        _label(parent, sheet, "letters", plan.words("legend-letters"), (_COLUMN, top + 9, 82, 5), 9, bold=True)
        half = (len(rows) + 1) // 2
        for place, part in enumerate((rows[:half], rows[half:])):
            box = (_COLUMN + 41 * place, top + 15, 41, 30)
            _label(parent, sheet, f"letters-{place}", "\n".join(part), box, 8)


def _scale_bar(parent: Element, sheet: str, map_id: str) -> None:
    attributes = {"mapUuid": map_id, "style": "Single Box", "unitType": "km", "unitLabel": "km", "numSegments": 2}
    attributes |= {"numSegmentsLeft": 0, "segmentSizeMode": 1, "minBarWidth": 30, "maxBarWidth": 60, "height": 2}
    attributes |= {"numMapUnitsPerScaleBarUnit": 1, "numUnitsPerSegment": 5, "segmentMillimeters": 20}
    attributes |= {
        "boxContentSpace": 1.5,
        "labelBarSpace": 1,
        "outlineWidth": 0.2,
        "background": "false",
        "alignment": 0,
    }
    item = _item(parent, sheet, "scale", _SCALE_BAR, (13, 229, 70, 12), attributes)
    text_style(item, "text-style", 8, rules()["ground"]["light"]["ink"])
