"""KML 2.2 for Google Earth and 奥维, plain or zipped with its pictures: a folder a theme, looks of the symbology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from shapely.geometry.base import BaseGeometry

from geodata.codes import Basis, Grade
from geodata.files import replacing, zipped
from geodata.place import STORAGE_CRS
from layers.symbology import look, rules, theme_look
from outputs.coordinates import point_of
from outputs.extract import Extract
from outputs.fields import OutputTable, tables
from outputs.gis.icons import Icon, pictures
from outputs.gis.kml_answers import add_answers
from outputs.gis.kml_parts import (
    Row,
    Titles,
    add,
    description,
    geometry,
    kml_colour,
    look_at,
    open_folder,
    open_placemark,
    plain_values,
    rows,
    unlisted,
)
from outputs.gis.parts import TEXTS, is_ground, parts, settings
from outputs.wording import spoken

PACKED = ".kmz"
_PICTURES = "icons"


def write_kml(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A KML document in WGS 84, lon/lat, 6 decimals, a folder a theme; zipped with pictures where `path` ends in .kmz.

    Features without a position and the background of each theme, which is off, have folders of
    their own; the last one, off too, holds the stages over time with the span of each. Names and
    descriptions are in the language of the extract; a description is a table of the fields that
    are filled, with titles of codes, and says first if the position is schematic. Answers have folders of their own
    before all others, each row named with how sure it is: viewers have no dashes. ExtendedData
    holds the plain values by field name. The pictures are the markers of the map, on points and,
    in a folder of its own, on lines: a stage is not told by colour alone. Without them points have
    the marker of the program, tinted. The document opens on the city.
    Raises ValueError for a `crs` other than EPSG:4326: the format has no other.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"KML is always {STORAGE_CRS}, not {crs}; pick another format for metres")
    is_packed = path.suffix.lower() == PACKED
    # Attributes are no children: the plain name spells the default name space.
    root = ET.Element("kml", xmlns=settings()["kml"]["namespace"])
    pictured = _fill(ET.SubElement(root, "Document"), extract, is_packed)
    ET.indent(root, " ")
    data = ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    if is_packed:
        made = pictures(pictured, extract)
        data = zipped({"doc.kml": data, **{f"{_PICTURES}/{name}.png": picture for name, picture in made.items()}})
    with replacing(path) as fresh:
        fresh.write_bytes(data)


def _fill(document: ET.Element, extract: Extract, is_packed: bool) -> set[Icon]:
    """All of a document; returns the looks that it has a picture of."""
    lang = extract.lang
    add(document, "name", extract.title)
    add(document, "open", "1")
    unlisted(document)
    add(document, "description", rows(extract.said(extract.count("features", "unplaced"), STORAGE_CRS).items()))
    look_at(document, extract.place.first_view)
    features, unplaced = tables()["features"], tables()["unplaced"]
    drawn = [row for _, frame in _themes(extract) for row in frame.to_dict("records")]
    shown = {row["code"]: _look(extract, row) for row in drawn}
    steps = list(_steps_of(extract, {row["code"]: row for row in drawn}))
    looks = [(row, shown[row["code"]]) for row in drawn] + steps
    # Lines have a marker of what they are today.
    marked = {each for each in shown.values() if not each.is_ground}
    pictured = {each for row, each in looks if _is_point(row)} | marked if is_packed else set()
    for each in sorted({each for _, each in looks}):
        _style(document, each, each in pictured)
    titles = {name: extract.titles(name) for name in extract.codes}
    add_answers(document, extract, titles)
    for title, frame in parts(extract, background=False):
        _folder(document, extract, titles, title, features, frame.to_dict("records"), shown)
    without = spoken(extract, extract.tables[unplaced.name], unplaced.name)
    _folder(document, extract, titles, unplaced.title(lang), unplaced, without.to_dict("records"), shown)
    if is_packed:
        _markers(document, extract, titles, shown)
    for title, frame in parts(extract, background=True):
        _folder(document, extract, titles, title, features, frame.to_dict("records"), shown, is_off=True)
    _steps(document, extract, titles, steps)
    return pictured


def _steps_of(extract: Extract, drawn: Mapping[str, Row]) -> Iterator[tuple[dict[str, Any], Icon]]:
    """Each stage of each feature, with what a description says of its position, and its look."""
    for row in spoken(extract, extract.history, "history").to_dict("records"):
        feature = drawn[row["code"]]
        where = {name: feature[name] for name in ("position_basis", "accuracy_m")}
        then = {"stage": row["stage"], "stage_grade": row["stage_grade"], "restriction": ""}
        yield {**row, **where}, _look(extract, {**feature, **then})


def _themes(extract: Extract) -> Iterable[tuple[str, Any]]:
    return (part for background in (False, True) for part in parts(extract, background))


def _look(extract: Extract, row: Row) -> Icon:
    ground = is_ground(extract, row["theme"], row["stage"])
    return Icon(
        theme=row["theme"],
        stage=row["stage"],
        hollow=row["position_basis"] == Basis.SCHEMATIC,
        restricted=bool(row["restriction"]),
        on_paper=row["stage_grade"] == Grade.SEED,
        is_ground=ground,
        is_named=ground and not row["background"],
    )


def _is_point(row: Row) -> bool:
    return bool(row["geometry"].geom_type.endswith("Point"))


def _style(document: ET.Element, each: Icon, is_pictured: bool) -> None:
    own, context = settings()["kml"], rules()["context"]
    line = point = look("stage", each.stage)["color"]
    if each.is_ground:
        line, point = context["named" if each.is_named else "water"], context["town"]
    opacity = own["opacity"][each.hollow]
    style = ET.SubElement(document, "Style", id=each.name)
    marker = ET.SubElement(style, "IconStyle")
    if is_pictured:
        add(marker, "scale", f"{own['picture']:g}")
        add(ET.SubElement(marker, "Icon"), "href", f"{_PICTURES}/{each.name}.png")
    else:
        add(marker, "color", kml_colour(point, opacity))
        add(marker, "scale", f"{own['icon']:g}")
    add(ET.SubElement(style, "LabelStyle"), "scale", f"{own['label']:g}")
    stroke = ET.SubElement(style, "LineStyle")
    add(stroke, "color", kml_colour(line, opacity))
    add(stroke, "width", f"{theme_look(each.theme).get('width', 1):g}")
    add(ET.SubElement(style, "PolyStyle"), "color", kml_colour(line, opacity))


def _folder(
    document: ET.Element,
    extract: Extract,
    titles: Titles,
    title: str,
    table: OutputTable,
    found: list[dict[str, Any]],
    shown: Mapping[str, Icon],
    is_off: bool = False,
) -> None:
    """A folder of features; none where there are none."""
    if not found:
        return
    folder = open_folder(document, title, is_off)
    for row in found:
        shape: BaseGeometry | None = row.get("geometry")
        said = description(extract, titles, table, row)
        placemark = open_placemark(folder, row["code"], _name(extract, row), said, is_off)
        if shape is not None:
            add(placemark, "styleUrl", f"#{shown[row['code']].name}")
        plain_values(placemark, table, row, extract.lang)
        if shape is not None:
            geometry(placemark, shape)


def _markers(document: ET.Element, extract: Extract, titles: Titles, shown: Mapping[str, Icon]) -> None:
    """A marker with the name on each line and area: earth viewers have neither dashes nor names of lines."""
    table = tables()["features"]
    found = [
        row
        for _, frame in parts(extract, background=False)
        for row in frame.to_dict("records")
        if not _is_point(row) and not shown[row["code"]].is_ground
    ]
    folder = open_folder(document, TEXTS("markers", extract.lang), False) if found else document
    for row in found:
        said = description(extract, titles, table, row)
        placemark = open_placemark(folder, f"marker-{row['code']}", _name(extract, row), said, False)
        add(placemark, "styleUrl", f"#{shown[row['code']].name}")
        geometry(placemark, point_of(row["geometry"]))


def _steps(document: ET.Element, extract: Extract, titles: Titles, steps: list[tuple[dict[str, Any], Icon]]) -> None:
    """The stages over time, off: what is drawn already would be drawn twice."""
    table = tables()["history"]
    folder = open_folder(document, TEXTS("steps", extract.lang), True) if steps else document
    if steps:
        unlisted(folder)
        add(folder, "description", TEXTS("steps-hint", extract.lang))
    for row, each in steps:
        said = description(extract, titles, table, row)
        placemark = open_placemark(folder, f"step-{row['uid']}", _name(extract, row), said, True)
        span = ET.SubElement(placemark, "TimeSpan")
        for name, day in (("begin", row["date_from"]), ("end", row["date_to"])):
            if day:
                add(span, name, day.isoformat())
        add(placemark, "styleUrl", f"#{each.name}")
        geometry(placemark, row["geometry"])


def _name(extract: Extract, row: Row) -> str:
    name: str = row[f"name_{extract.lang}"] or row["name_zh"]
    return name
