"""What the atlas needs beside the register: two tables of the GeoPackage and their layers in the project."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pyarrow as pa
import shapely

from layers.symbology import rules
from outputs.gis.qgis.lists import page_rows
from outputs.gis.qgis.plan import GEOPACKAGE, Plan
from outputs.gis.qgis.sheets import Sheets
from outputs.gis.qgis.xml import add, srs

PAGES, PAGE_ROWS = "sheet_pages", "sheet_rows"
"""Tables of the GeoPackage: the ground of each page of the atlas, and the rows of its list."""


def layer_of(name: str) -> tuple[str, str]:
    """Id and source in the project of `PAGES` or `PAGE_ROWS`."""
    return f"guantu-layer-{name}", f"./{GEOPACKAGE}|layername={name}"


def pages_table(sheets: Sheets) -> tuple[pa.Table, list[Any]]:
    """The pages, and the ground of each: a rectangle in metres of `Plan.working_crs`."""
    pages = sheets.pages
    columns = {"code": [page.code for page in pages], "name": [page.name for page in pages]}
    scales = [page.view.scale for page in pages]
    return pa.table({**columns, "scale": scales}), [shapely.box(*page.view.box) for page in pages]


def rows_table(plan: Plan, sheets: Sheets) -> pa.Table:
    """The rows of the list of each page, by its code and in their order."""
    found = [(page.code, place, row) for page in sheets.pages for place, row in enumerate(page_rows(plan, page))]
    columns: dict[str, list[Any]] = {"page": [row[0] for row in found], "place": [row[1] for row in found]}
    for name in ("number", "text", "state", "is_heading"):
        columns[name] = [getattr(row, name) for _, _, row in found]
    return pa.table(columns)


def add_tree(group: Element, plan: Plan) -> None:
    """The layers in a group of the layer tree, not shown."""
    for name in (PAGES, PAGE_ROWS):
        ident, source = layer_of(name)
        attributes = {"id": ident, "name": plan.words(name), "source": source, "providerKey": "ogr", "expanded": 0}
        add(group, "layer-tree-layer", attributes | {"checked": "Qt::Unchecked"})


def add_layers(holder: Element, plan: Plan) -> None:
    """The layers of the project, for the sheets alone: nobody edits them."""
    for name, geometry in ((PAGES, "Polygon"), (PAGE_ROWS, "No geometry")):
        ident, source = layer_of(name)
        element = add(holder, "maplayer", {"type": "vector", "geometry": geometry, "readOnly": 1})
        add(element, "id", text=ident)
        add(element, "datasource", text=source)
        add(element, "layername", text=plan.words(name))
        if name == PAGES:
            srs(add(element, "srs"), plan.working_crs)
        add(element, "provider", {"encoding": "UTF-8"}, "ogr")
        if name == PAGE_ROWS:
            styles = add(add(element, "conditionalstyles"), "rowstyles")
            ground = {"background_color": rules()["context"]["graticule"], "background_color_alpha": 90}
            add(styles, "style", {"rule": '"is_heading"'} | ground)
