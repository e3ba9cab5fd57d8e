"""KML 2.2 for Google Earth and 奥维: a folder a theme, lines and markers in the colours of the symbology."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import Basis, Stage
from geodata.files import replacing
from geodata.place import STORAGE_CRS
from layers.symbology import look, rules, theme_look
from outputs.escape import xml_text
from outputs.extract import Extract
from outputs.fields import OutputTable, tables
from outputs.gis.parts import parts, settings
from outputs.wording import coded_columns, spoken

Titles = dict[str, dict[str, str]]


def write_kml(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A KML document in WGS 84, lon/lat, 6 decimals, a folder a theme.

    Features without a position and the background of each theme have folders of their own.
    Names and descriptions are in the language of the extract; a description is a table of
    the fields that are filled, with titles of codes, and says first if the position is
    schematic. ExtendedData holds the plain values by field name. Raises ValueError for a
    `crs` other than EPSG:4326: the format has no other.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"KML is always {STORAGE_CRS}, not {crs}; pick another format for metres")
    # Attributes are no children: the plain name spells the default name space.
    root = ET.Element("kml", xmlns=settings()["kml"]["namespace"])
    document = ET.SubElement(root, "Document")
    _add(document, "name", extract.title)
    _add(document, "description", _rows(extract.said(extract.count("features", "unplaced"), STORAGE_CRS).items()))
    titles = {name: extract.titles(name) for name in extract.codes}
    features, unplaced = tables()["features"], tables()["unplaced"]
    for theme, stage, hollow in sorted(
        {
            (theme, row.stage, row.position_basis == Basis.SCHEMATIC)
            for theme, frame in extract.layers.items()
            for row in frame.itertuples()
        }
    ):
        _style(document, extract, theme, stage, hollow)
    folders = [(title, features, frame) for title, frame in parts(extract, background=False)]
    without = spoken(extract, extract.tables[unplaced.name], unplaced.name)
    folders.append((unplaced.title(extract.lang), unplaced, without))
    folders += [(title, features, frame) for title, frame in parts(extract, background=True)]
    for title, table, frame in folders:
        if len(frame):
            folder = ET.SubElement(document, "Folder")
            _add(folder, "name", title)
            for row in frame.to_dict("records"):
                _placemark(folder, extract, titles, table, row)
    ET.indent(root, " ")
    with replacing(path) as fresh:
        fresh.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = xml_text(text)
    return child


def _style_id(theme: str, stage: str, hollow: bool) -> str:
    return f"{theme}-{stage}-{'hollow' if hollow else 'full'}"


def _style(document: ET.Element, extract: Extract, theme: str, stage: str, hollow: bool) -> None:
    line = point = look("stage", stage)["color"]
    if extract.codes["theme"].loc[theme, "context"] and stage == Stage.UNKNOWN:
        line, point = rules()["context"]["water"], rules()["context"]["town"]
    own = settings()["kml"]
    style = ET.SubElement(document, "Style", id=_style_id(theme, stage, hollow))
    for kind, color, details in (
        ("IconStyle", point, {"scale": own["icon"]}),
        ("LabelStyle", "", {"scale": own["label"]}),
        ("LineStyle", line, {"width": theme_look(theme).get("width", 1)}),
        ("PolyStyle", line, {}),
    ):
        part = ET.SubElement(style, kind)
        if color:
            _add(part, "color", kml_colour(color, own["opacity"][hollow]))
        for name, value in details.items():
            _add(part, name, f"{value:g}")


def kml_colour(colour: str, opacity: float) -> str:
    """A colour of the symbology (red, green, blue) as KML writes it: opacity, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def _placemark(
    folder: ET.Element,
    extract: Extract,
    titles: Titles,
    table: OutputTable,
    row: dict[str, Any],
) -> None:
    shape: BaseGeometry | None = row.get("geometry")
    placemark = ET.SubElement(folder, "Placemark", id=row["code"])
    _add(placemark, "name", row[f"name_{extract.lang}"] or row["name_zh"])
    _add(placemark, "description", _description(extract, titles, table, row))
    if shape is not None:
        hollow = row["position_basis"] == Basis.SCHEMATIC
        _add(placemark, "styleUrl", "#" + _style_id(row["theme"], row["stage"], hollow))
    data = ET.SubElement(placemark, "ExtendedData")
    for field in table.fields:
        value = row[field.name]
        if value is not None and value != "":
            item = ET.SubElement(data, "Data", name=field.name)
            _add(item, "displayName", field.title(extract.lang))
            _add(item, "value", str(value).lower() if isinstance(value, bool) else str(value))
    if shape is not None:
        _geometry(placemark, shape)


def _description(extract: Extract, titles: Titles, table: OutputTable, row: dict[str, Any]) -> str:
    """The filled fields as an HTML table; a schematic position is said first."""
    note = ""
    if row["position_basis"] == Basis.SCHEMATIC:
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
    return note + _rows(cells)


def _rows(pairs: Iterable[tuple[str, str | int | date]]) -> str:
    lines = (
        f"<tr><th align='left' valign='top'>{escape(label)}</th><td>{_html(str(value))}</td></tr>"
        for label, value in pairs
    )
    return f"<table>{''.join(lines)}</table>"


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _geometry(parent: ET.Element, shape: BaseGeometry) -> None:
    """Points, lines and polygons; parts of a whole in a MultiGeometry."""
    if hasattr(shape, "geoms"):
        parent = ET.SubElement(parent, "MultiGeometry")
        for part in shape.geoms:
            _geometry(parent, part)
    elif shape.geom_type == "Polygon":
        polygon = ET.SubElement(parent, "Polygon")
        for name, rings in (("outerBoundaryIs", [shape.exterior]), ("innerBoundaryIs", shape.interiors)):
            for ring in rings:
                _coordinates(ET.SubElement(ET.SubElement(polygon, name), "LinearRing"), ring)
    else:
        element = ET.SubElement(parent, shape.geom_type)
        if shape.geom_type == "LineString":
            _add(element, "tessellate", "1")
        _coordinates(element, shape)


def _coordinates(element: ET.Element, shape: BaseGeometry) -> None:
    pairs = shapely.get_coordinates(shape).tolist()
    _add(element, "coordinates", " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in pairs))
