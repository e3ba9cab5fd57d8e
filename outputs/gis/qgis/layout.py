"""The printed sheets of the project: an A3 sheet with the list of its projects, and an atlas with a page a town."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import pyproj

from geodata.place import STORAGE_CRS
from layers import swatch
from outputs.gis.qgis import items
from outputs.gis.qgis.atlas import PAGE_ROWS, PAGES, layer_of
from outputs.gis.qgis.fitting import MM_PER_POINT, ems, lines
from outputs.gis.qgis.items import Box, Column, Sheet
from outputs.gis.qgis.legend import add_legend
from outputs.gis.qgis.lists import (
    AFTER_NUMBER_MM,
    COLUMN,
    GAP_MM,
    LINE_MM,
    NUMBER_MM,
    POINTS,
    STATE_MM,
    Line,
    Part,
    left_out,
    listing,
    room,
)
from outputs.gis.qgis.plan import Plan
from outputs.gis.qgis.sheets import MAP_SIZE, Sheets
from outputs.gis.qgis.xml import add, quoted

UNIT = "guantu_unit"
"""The variable of the project in which an office writes its name."""
_A3 = (420.0, 297.0)
_MAP: Box = (16, 28, *MAP_SIZE)
_COLUMN, _TOP, _WIDTH, _FOOT = COLUMN
_MARGIN = 10.0
_PAPER = (_A3[0] - 2 * _MARGIN, _A3[1] - 2 * _MARGIN - _TOP)
"""Width and height of what a page has for a list that goes on."""
_NOTE_MM, _NOTE_POINTS, _NOTE_LINES = 204.0, 6.3, 6
"""Width and letters of the note, and the lines that there is room for."""
_TITLE_MM, _DAY_POINTS = 330.0, 9.5
_BAR_MM = 50.0
_HEADING_MM = 5.5


def note(said: Sequence[str], asked: Sequence[str] = ()) -> str:
    """What a sheet says of itself, in lines that fit below the map, then of what was asked as much as there is room."""
    own = lines("　".join(said), _NOTE_MM, _NOTE_POINTS)
    if not asked:
        return "\n".join(own)
    found, most = lines("　".join((*said, *asked)), _NOTE_MM, _NOTE_POINTS), max(len(own), _NOTE_LINES)
    return "\n".join(found if len(found) <= most else [*found[: most - 1], f"{found[most - 1][:-1]}…"])


def one_line(text: str, end: str) -> str:
    """A text and its end in one line below the title; of a long one the end, and an ellipsis for what is left out."""
    first, *more = lines(text, _TITLE_MM - ems(end) * _DAY_POINTS * MM_PER_POINT, _DAY_POINTS)
    return f"{first[:-1]}…{end}" if more else first + end


def add_layouts(parent: Element, plan: Plan, sheets: Sheets) -> None:
    """The sheet, and the atlas where there is a town of which something is said."""
    layouts = add(parent, "Layouts")
    _add_sheet(layouts, plan, sheets)
    if sheets.pages:
        _add_atlas(layouts, plan, sheets)


def _add_sheet(layouts: Element, plan: Plan, sheets: Sheets) -> None:
    name = plan.words("sheet")
    top, width, height = room(plan)
    found = listing(plan, sheets, (width, height - 2 * _HEADING_MM), _PAPER)
    sheet = items.sheet(layouts, name, _A3, len(found))
    _furnish(sheet, plan, "")
    minutes = "10" if sheets.view.scale > 150_000 else "5"
    items.map_item(sheet, _MAP, sheets.view.box, plan.words("theme-all"), STORAGE_CRS, minutes, atlas=False)
    _strip(sheet, plan, _step_km(sheets.view.scale))
    if sheets.is_empty:
        left, upper, width, height = _MAP
        box = (left + width / 2 - 60, upper + height / 2 - 9, 120, 18)
        items.label(sheet, "empty", plan.words("empty"), box, 16, bold=True, frame=True)
    if sheets.entries:
        _list(sheet, plan, sheets, found, (_COLUMN, top, width, height))


def _list(sheet: Sheet, plan: Plan, sheets: Sheets, found: Sequence[Part], box: Box) -> None:
    """The numbered list: heading, columns, what is not in it; then the pages on which it goes on."""
    left, top, width, height = box
    heading = plan.words("list", count=len(sheets.entries))
    items.label(sheet, "list-title", heading, (left, top, width, 4.5), 8.5, bold=True)
    for page, part in enumerate(found):
        if page:
            title = sheet.at((_MARGIN, 12, _PAPER[0], 10), page)
            items.label(sheet, f"list-title-{page}", plan.words("list-continued"), title, 14, bold=True)
        edge, upper = (_MARGIN, _TOP) if page else (left, top + _HEADING_MM)
        for place, column in enumerate(part.columns):
            x = edge + place * (part.width + GAP_MM)
            for row, line in enumerate(column):
                box = sheet.at((x, upper + row * LINE_MM, part.width, LINE_MM), page)
                _line(sheet, f"list-{page}-{place}-{row}", line, box)
    if rest := left_out(plan, sheets):
        items.label(sheet, "list-out", rest, (left, top + height - 4.5, width, 4.5), 7, ink="faint")


def _line(sheet: Sheet, name: str, line: Line, box: Box) -> None:
    left, top, width, height = box
    if line.is_heading:
        items.label(sheet, name, line.text, box, POINTS, bold=True, band=True)
        return
    if line.number:
        items.label(sheet, f"{name}-number", line.number, (left, top, NUMBER_MM, height), POINTS, across=items.RIGHT)
    shift = NUMBER_MM + AFTER_NUMBER_MM
    items.label(sheet, name, line.text, (left + shift, top, width - shift, height), POINTS)


def _add_atlas(layouts: Element, plan: Plan, sheets: Sheets) -> None:
    sheet = items.sheet(layouts, plan.words("atlas"), _A3, 1)
    _furnish(sheet, plan, " · [% attribute(@atlas_feature, 'name') %]")
    minutes = "if(map_get(item_variables('map'), 'map_scale') > 60000, 5, 2)"
    items.map_item(sheet, _MAP, sheets.view.box, plan.words("theme-all"), STORAGE_CRS, minutes, atlas=True)
    _strip(sheet, plan, _step_km(min(page.view.scale for page in sheets.pages)))
    ident, source = layer_of(PAGE_ROWS)
    top, width, height = room(plan)
    columns = [Column(NUMBER_MM, '"number"', items.RIGHT)]
    columns += [Column(width - NUMBER_MM - STATE_MM, '"text"'), Column(STATE_MM, '"state"')]
    box = (_COLUMN, top, width, height)
    only = "\"page\" = attribute(@atlas_feature, 'code')"
    items.layer_table(sheet, "list", (ident, plan.words(PAGE_ROWS), source), columns, box, POINTS, only)
    ident, source = layer_of(PAGES)
    attributes = {"enabled": 1, "coverageLayer": ident, "coverageLayerName": plan.words(PAGES), "hideCoverage": 1}
    attributes |= {"coverageLayerProvider": "ogr", "coverageLayerSource": source, "filterFeatures": 0}
    attributes |= {"sortFeatures": 1, "sortKey": '"code"', "sortAscending": 1, "pageNameExpression": '"name"'}
    add(sheet.element, "Atlas", attributes | {"filenamePattern": "'guantu_' || \"code\""})


def _furnish(sheet: Sheet, plan: Plan, page: str) -> None:
    """Title, filter and day, stamp, legend, and who drew it when."""
    items.label(sheet, "title", f"[% @guantu_title %]{page}", (16, 8, _TITLE_MM, 10), 19, bold=True)
    items.label(sheet, "day", "[% @guantu_subtitle %]", (16, 18.5, _TITLE_MM, 5), _DAY_POINTS, ink="faint")
    items.label(sheet, "stamp", "[% @guantu_stamp %]", (350, 9, 60, 10), 12, bold=True, frame=True)
    add_legend(sheet, plan, _COLUMN, _TOP, _WIDTH)
    lines_ = (
        f"{plan.words('crs')}{_system(plan)}",
        f"{plan.words('unit')}[% coalesce(nullif(@{UNIT}, ''), {quoted('_' * 16)}) %]",
        f"{plan.words('drawn')}[% format_date(now(), 'yyyy-MM-dd') %]",
    )
    for place, line in enumerate(lines_):
        items.label(sheet, f"block-{place}", line, (_COLUMN, _FOOT + 4 + 4.8 * place, _WIDTH, 4.6), 8)


def _strip(sheet: Sheet, plan: Plan, step_km: float) -> None:
    """What stands below the map: what the sheet says of itself, scale and north, all outside the map."""
    items.label(sheet, "about", "[% @guantu_note %]", (16, _FOOT, _NOTE_MM + 2, 18), _NOTE_POINTS, ink="faint")
    items.scale_bar(sheet, (226, _FOOT + 1, 60, 9), step_km)
    scale = "1 : [% format_number(map_get(item_variables('map'), 'map_scale'), 0) %]"
    items.label(sheet, "system", scale, (226, _FOOT + 11, 60, 5), 9)
    items.picture(sheet, "north", swatch.north(), (291, _FOOT + 0.5, 13, 17))


def _step_km(scale: int) -> float:
    """A round length of which two fit in the bar."""
    most = _BAR_MM / 2 * scale / 1e6
    step = 10 ** math.floor(math.log10(most))
    return float(next(step * times for times in (5, 2, 1) if step * times <= most))


def _system(plan: Plan) -> str:
    """The system of the map by name: datum, width of the zone and central meridian."""
    crs = pyproj.CRS.from_user_input(plan.working_crs)
    datum, zone, meridian = crs.name.partition(" / ")[0], re.search(r"(\d+)-degree", crs.name), None
    if crs.coordinate_operation is not None:
        found = {each.name: each.value for each in crs.coordinate_operation.params}
        meridian = found.get("Longitude of natural origin")
    if zone is None or meridian is None:
        return crs.name
    return plan.words("crs-zone", datum=datum, zone=zone[1], meridian=f"{meridian:g}")
