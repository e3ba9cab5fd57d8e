"""What a KML document is made of: elements, descriptions, colours, shapes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import Basis
from geodata.place import Box
from outputs.escape import xml_text
from outputs.extract import Extract
from outputs.fields import OutputTable
from outputs.wording import coded_columns

Titles = dict[str, dict[str, str]]
Row = Mapping[str, Any]
_METRES = 111_320.0
"""Of a degree of latitude."""


def add(parent: ET.Element, name: str, text: str) -> ET.Element:
    """A child with a text."""
    child = ET.SubElement(parent, name)
    child.text = xml_text(text)
    return child


def unlisted(parent: ET.Element) -> None:
    """Keeps the description out of the list of places, which would show its HTML as text."""
    ET.SubElement(parent, "Snippet", maxLines="0")


def look_at(parent: ET.Element, box: Box) -> None:
    """What is seen first: all of `box` (degrees), from above."""
    west, south, east, north = box
    middle = (south + north) / 2
    height = (north - south) * _METRES
    width = (east - west) * _METRES * math.cos(math.radians(middle))
    view = ET.SubElement(parent, "LookAt")
    for name, value in (("longitude", (west + east) / 2), ("latitude", middle)):
        add(view, name, f"{value:.6f}")
    # The viewer sees some 50 degrees: as far away as the box is wide, and a little more.
    for name, value in (("altitude", 0.0), ("heading", 0.0), ("tilt", 0.0), ("range", 1.2 * max(width, height))):
        add(view, name, f"{value:.0f}")


def kml_colour(colour: str, opacity: float) -> str:
    """A colour of the symbology (red, green, blue) as KML writes it: opacity, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def open_folder(document: ET.Element, title: str, is_off: bool) -> ET.Element:
    """A folder, closed in the list of places."""
    folder = ET.SubElement(document, "Folder")
    add(folder, "name", title)
    if is_off:
        add(folder, "visibility", "0")
    add(folder, "open", "0")
    return folder


def open_placemark(folder: ET.Element, name: str, title: str, said: str, is_off: bool) -> ET.Element:
    """A placemark with the id `name`; `said` is its description."""
    # A folder that is off says nothing of what is in it: each is off by itself.
    placemark = ET.SubElement(folder, "Placemark", id=name)
    add(placemark, "name", title)
    if is_off:
        add(placemark, "visibility", "0")
    unlisted(placemark)
    add(placemark, "description", said)
    return placemark


def plain_values(placemark: ET.Element, table: OutputTable, row: Row, lang: str) -> None:
    """The filled fields of a row as ExtendedData, by field name."""
    data = ET.SubElement(placemark, "ExtendedData")
    for field in table.fields:
        value = row[field.name]
        if value is not None and value != "":
            item = ET.SubElement(data, "Data", name=field.name)
            add(item, "displayName", field.title(lang))
            add(item, "value", str(value).lower() if isinstance(value, bool) else str(value))


def description(extract: Extract, titles: Titles, table: OutputTable, row: Row) -> str:
    """The filled fields as an HTML table; a schematic position is said first."""
    note = ""
    if row.get("position_basis") == Basis.SCHEMATIC:
        basis = extract.codes["position-basis"].loc[row["position_basis"]]
        said = basis[f"description_{extract.lang}"] or basis["description_zh"]
        note = f"<p><b>{escape(said)}</b> ±{row['accuracy_m']:g} m</p>"
    cells = []
    own = coded_columns(table)
    for field in table.fields:
        value = row[field.name]
        if value in (None, "", False) or field.name == "uid" or field.name in own:
            continue
        if isinstance(value, bool):
            value = "✓"
        elif field.codelist:
            value = titles[field.codelist][value]
        elif isinstance(value, float):
            value = f"{value:g}"
        cells.append((field.title(extract.lang), value))
    return note + rows(cells)


def rows(pairs: Iterable[tuple[str, str | int | date]]) -> str:
    """Labels and values as an HTML table."""
    lines = (
        f"<tr><th align='left' valign='top'>{escape(label)}</th><td>{_html(str(value))}</td></tr>"
        for label, value in pairs
    )
    return f"<table>{''.join(lines)}</table>"


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def geometry(parent: ET.Element, shape: BaseGeometry) -> None:
    """Points, lines and polygons; parts of a whole in a MultiGeometry."""
    if hasattr(shape, "geoms"):
        parent = ET.SubElement(parent, "MultiGeometry")
        for part in shape.geoms:
            geometry(parent, part)
    elif shape.geom_type == "Polygon":
        polygon = ET.SubElement(parent, "Polygon")
        for name, rings in (("outerBoundaryIs", [shape.exterior]), ("innerBoundaryIs", shape.interiors)):
            for ring in rings:
                _coordinates(ET.SubElement(ET.SubElement(polygon, name), "LinearRing"), ring)
    else:
        element = ET.SubElement(parent, shape.geom_type)
        if shape.geom_type == "LineString":
            add(element, "tessellate", "1")
        _coordinates(element, shape)


def _coordinates(element: ET.Element, shape: BaseGeometry) -> None:
    pairs = shapely.get_coordinates(shape).tolist()
    add(element, "coordinates", " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in pairs))
