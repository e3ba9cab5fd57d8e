"""The items of a printed sheet: paper, texts, pictures, the map, scale bar and tables. Lengths in millimetres."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from layers.symbology import rules
from outputs.gis.qgis.plan import Box as Ground
from outputs.gis.qgis.xml import add, colour, defined, font_description, option, quoted, srs, stable_uuid, text_style

_PAGE, _MAP, _PICTURE, _LABEL, _SCALE_BAR, _FRAME = 65638, 65639, 65640, 65641, 65646, 65647
_TABLE = 65649
"""Types of layout items as QGIS numbers them."""
_LEFT, _RIGHT, _CENTRE, _TOP, _MIDDLE, _BOTTOM = 1, 2, 4, 32, 128, 64
_GRID_POINTS = 6.5
_CELL_MARGIN = 0.35

Box = tuple[float, float, float, float]
"""Left, top, width and height; pages lie below each other, see `Sheet.at`."""
_GAP = 10.0
"""Between two pages of a sheet, as QGIS lays them out."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet that is being made."""

    element: Element
    name: str
    size: tuple[float, float]
    """Width and height of its paper."""

    def at(self, box: Box, page: int) -> Box:
        """A box of a page, the first being 0, among all pages."""
        left, top, width, height = box
        return left, top + page * (self.size[1] + _GAP), width, height


def _band() -> str:
    return colour(rules()["context"]["graticule"], 0.35)


def sheet(parent: Element, name: str, size: tuple[float, float], pages: int) -> Sheet:
    """An empty sheet of some pages."""
    element = add(parent, "Layout", {"name": name, "units": "mm", "printResolution": 300, "worldFileMap": ""})
    made, paper = Sheet(element, name, size), add(element, "PageCollection")
    for page in range(pages):
        leaf = _item(made, f"page-{page}", _PAGE, made.at((0, 0, *size), page), {"background": "true"}, paper)
        drawn = add(leaf, "symbol", {"name": "", "type": "fill", "alpha": 1})
        values = {"color": colour(_ground("halo")), "outline_style": "no"}
        option(add(drawn, "layer", {"class": "SimpleFill", "enabled": 1, "pass": 0}), values)
    return made


def item_id(sheet: Sheet, name: str) -> str:
    """The id under which other items find one."""
    return stable_uuid(sheet.name, name)


def label(
    sheet: Sheet,
    name: str,
    text: str,
    box: Box,
    size: float,
    *,
    bold: bool = False,
    ink: str = "ink",
    band: bool = False,
    frame: bool = False,
    across: int = _LEFT,
) -> None:
    """A text, `size` in points; QGIS runs what stands in [% %].

    In a `frame` it stands in the middle, on paper; on a `band`, as headings do.
    """
    place = {"halign": _CENTRE if frame else across, "valign": _MIDDLE, "frame": str(frame).lower()}
    place |= {"background": str(frame or band).lower(), "htmlState": 0, "marginX": 0, "marginY": 0}
    item = _item(sheet, name, _LABEL, box, {"labelText": text} | place)
    if band:
        _defined(item, {"dataDefinedBackgroundColor": quoted(_band())})
    add(item, "LabelFont", {"description": font_description(size, bold), "style": ""})
    _text(item, size, bold=bold, ink=ink)


def picture(sheet: Sheet, name: str, svg: str, box: Box) -> None:
    """An SVG, as large as fits."""
    source = "base64:" + b64encode(svg.encode()).decode()
    _item(sheet, name, _PICTURE, box, {"file": source, "mode": 0, "resizeMode": 0, "anchorPoint": 0})


def rule(sheet: Sheet, name: str, box: Box) -> None:
    """A line: a box of hardly any height or width."""
    _item(sheet, name, _LABEL, box, {"labelText": "", "frame": "true"})


def map_item(sheet: Sheet, box: Box, ground: Ground, theme: str, crs: str, minutes: str, *, atlas: bool) -> None:
    """The map of the `ground`, showing a map theme; its graticule in `crs` has a line every so many minutes.

    `minutes` is an expression. In an atlas the ground is that of the page.
    """
    attributes = {"frame": "true", "background": "true", "drawCanvasItems": "true", "keepLayerSet": "false"}
    attributes |= {"followPreset": "true", "followPresetName": theme, "mapRotation": "0", "labelMargin": "1,mm"}
    item = _item(sheet, "map", _MAP, box, attributes | {"mapFlags": "0"})
    add(item, "Extent", dict(zip(("xmin", "ymin", "xmax", "ymax"), ground, strict=True)))
    add(item, "LayerSet")
    _graticule(item, sheet, crs, minutes)
    add(item, "AtlasMap", {"atlasDriven": int(atlas), "scalingMode": 2, "margin": 0})


def _graticule(item: Element, sheet: Sheet, crs: str, minutes: str) -> None:
    sides = ("left", "right", "top", "bottom")
    turned = {"left": 1, "right": 2, "top": 0, "bottom": 0}
    attributes: dict[str, Any] = {"name": "graticule", "uuid": item_id(sheet, "graticule"), "show": 1, "unit": 0}
    attributes |= {"gridStyle": 0, "gridFrameStyle": 0, "intervalX": 1, "intervalY": 1, "offsetX": 0, "offsetY": 0}
    attributes |= {"position": 3, "blendMode": 0, "showAnnotation": 1, "annotationFormat": 1, "annotationPrecision": 0}
    attributes |= {"frameAnnotationDistance": 0.8, "annotationExpression": ""}
    for side in sides:
        attributes |= {f"{side}AnnotationDisplay": 0, f"{side}AnnotationPosition": 1}
        attributes |= {f"{side}AnnotationDirection": turned[side]}
    grid = add(item, "ComposerMapGrid", attributes)
    line = add(add(grid, "lineStyle"), "symbol", {"name": "", "type": "line", "alpha": 1})
    ink = colour(rules()["context"]["graticule"])
    thin = {"line_color": ink, "line_width": "0.15", "line_width_unit": "MM", "line_style": "solid"}
    option(add(line, "layer", {"class": "SimpleLine", "enabled": 1, "locked": 0, "pass": 0}), thin)
    srs(grid, crs)
    _text(grid, _GRID_POINTS, ink="faint")
    step = f"({minutes}) / 60.0"
    _defined(grid, {"dataDefinedMapGridIntervalX": step, "dataDefinedMapGridIntervalY": step})


def scale_bar(sheet: Sheet, box: Box, step_km: float) -> None:
    """Two steps of a length."""
    attributes: dict[str, Any] = {"mapUuid": item_id(sheet, "map"), "style": "Single Box", "unitType": "km"}
    attributes |= {"unitLabel": "km", "numSegments": 2, "numSegmentsLeft": 0, "segmentSizeMode": 0}
    attributes |= {"minBarWidth": 24, "maxBarWidth": 50, "height": 1.8, "numMapUnitsPerScaleBarUnit": 1}
    attributes |= {"numUnitsPerSegment": step_km, "segmentMillimeters": 20, "boxContentSpace": 0}
    attributes |= {"labelBarSpace": 0.8, "outlineWidth": 0.2, "background": "false", "alignment": 0}
    _text(_item(sheet, "scale", _SCALE_BAR, box, attributes), 8)


@dataclass(frozen=True)
class Column:
    """A column of a table, and where its text stands."""

    width: float
    value: str
    """The expression of its values."""
    across: int = _LEFT


RIGHT = _RIGHT


def layer_table(
    sheet: Sheet, name: str, layer: tuple[str, str, str], columns: Sequence[Column], box: Box, points: float, only: str
) -> None:
    """A table of the rows of a `layer` (id, name, source) for which an expression holds, in the styles of its rows."""
    ident, title, source = layer
    more = {"vectorLayer": ident, "vectorLayerName": title, "vectorLayerSource": source, "vectorLayerProvider": "ogr"}
    more |= {"source": "0", "maxFeatures": "500", "filterFeatures": "true", "featureFilter": only}
    more |= {"useConditionalStyling": "1", "showUniqueRowsOnly": "0", "showOnlyVisibleFeatures": "0"}
    own, frame = item_id(sheet, name), item_id(sheet, f"{name}-frame")
    _item(sheet, f"{name}-frame", _FRAME, box, {"multiFrame": own, "multiFrameTemplateUuid": own})
    attributes = {"type": _TABLE, "uuid": own, "templateUuid": own, "resizeMode": 0, "headerMode": 2}
    attributes |= {"cellMargin": _CELL_MARGIN, "showGrid": 1, "horizontalGrid": 1, "verticalGrid": 0}
    attributes |= {"gridStrokeWidth": 0.1, "gridColor": colour(rules()["context"]["graticule"])}
    attributes |= {"emptyTableMode": 1, "emptyTableMessage": "", "showEmptyRows": 0, "wrapBehavior": 0}
    attributes |= {"backgroundColor": colour(_ground("halo"), 0), "headerHAlignment": 0}
    table = add(sheet.element, "LayoutMultiFrame", attributes | more)
    add(table, "childFrame", {"uuid": frame, "templateUuid": frame})
    for tag, bold in (("headerTextFormat", True), ("contentTextFormat", False)):
        _text(add(table, tag), points, bold=bold)
    shown = add(table, "displayColumns")
    for column in columns:
        place = {
            "heading": "",
            "attribute": column.value,
            "width": column.width - 2 * _CELL_MARGIN,
            "hAlignment": column.across,
        }
        place |= {"vAlignment": _MIDDLE, "sortByRank": 0, "sortOrder": 0}
        add(shown, "column", place)


def _text(parent: Element, size: float, *, bold: bool = False, ink: str = "ink") -> None:
    text_style(parent, "text-style", size, _ground(ink), fontWeight=75 if bold else 50)


def _ground(key: str) -> str:
    return str(rules()["ground"]["light"][key])


def _defined(parent: Element, expressions: Mapping[str, str]) -> None:
    defined(add(parent, "LayoutObject"), expressions, "dataDefinedProperties")


def _item(
    sheet: Sheet, name: str, kind: int, box: Box, more: Mapping[str, Any], parent: Element | None = None
) -> Element:
    left, top, width, height = (f"{length:.6g}" for length in box)
    holder = sheet.element if parent is None else parent
    place = {"position": f"{left},{top},mm", "positionOnPage": f"{left},{top},mm", "size": f"{width},{height},mm"}
    unique = item_id(sheet, name)
    plain = {"type": kind, "id": name, "uuid": unique, "templateUuid": unique, "referencePoint": 0, "opacity": 1}
    plain |= {"zValue": len(holder), "visibility": 1, "frame": "false", "background": "false", "blendMode": 0}
    plain |= {"outlineWidthM": "0.2,mm", "frameJoinStyle": "miter", "excludeFromExports": 0, "itemRotation": 0}
    return add(holder, "LayoutItem", plain | place | dict(more))
