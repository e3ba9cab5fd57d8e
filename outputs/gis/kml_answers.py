"""Answers to questions of place in KML: a folder each, its rows named with how sure they are."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from layers.symbology import look, rules
from outputs.answers import HOW_SURE, NUMBER, SENTENCE, AnswerTable, answer_tables, by_sure
from outputs.extract import Extract
from outputs.gis.kml_parts import (
    Row,
    Titles,
    add,
    description,
    geometry,
    kml_colour,
    open_folder,
    open_placemark,
    plain_values,
    unlisted,
)
from outputs.gis.parts import TEXTS, settings

_STYLE = "finding-"


def add_answers(document: ET.Element, extract: Extract, titles: Titles) -> None:
    """A folder an answer, with its headline, also where nothing was found; rows that are nowhere have no shape."""
    found = answer_tables(extract)
    used = {sure for each in found if HOW_SURE in each.frame for sure in each.frame[HOW_SURE]}
    for sure in by_sure(extract):
        if sure in used:
            _style(document, sure)
    for each in found:
        _folder(document, extract, titles, each)


def _style(document: ET.Element, sure: str) -> None:
    own, rule, ink = settings()["kml"], look("finding", sure), rules()["ground"]["light"]["found"]
    style = ET.SubElement(document, "Style", id=f"{_STYLE}{sure}")
    marker = ET.SubElement(style, "IconStyle")
    add(marker, "color", kml_colour(ink, 1.0))
    add(marker, "scale", f"{own['icon']:g}")
    add(ET.SubElement(style, "LabelStyle"), "scale", f"{own['label']:g}")
    stroke = ET.SubElement(style, "LineStyle")
    add(stroke, "color", kml_colour(ink, 1.0))
    add(stroke, "width", f"{rule['width']:g}")


def _folder(document: ET.Element, extract: Extract, titles: Titles, each: AnswerTable) -> None:
    folder = open_folder(document, each.table.title(extract.lang), False)
    unlisted(folder)
    add(folder, "description", each.headline)
    for row in each.frame.to_dict("records"):
        said = description(extract, titles, each.table, row)
        placemark = open_placemark(folder, f"{each.table.name}-{row[NUMBER]}", _name(extract, row), said, False)
        if row["geometry"] is not None:
            add(placemark, "styleUrl", f"#{_STYLE}{row[HOW_SURE]}")
        plain_values(placemark, each.table, row, extract.lang)
        if row["geometry"] is not None:
            geometry(placemark, row["geometry"])


def _name(extract: Extract, row: Row) -> str:
    """Both ends with how sure it is, or the row in words where it is of nothing with a place."""
    if HOW_SURE not in row:
        return TEXTS("answer-counted", extract.lang, number=row[NUMBER], sentence=row[SENTENCE])
    names = " – ".join(filter(None, (row["from_name"], row["to_name"])))
    return TEXTS("answer-name", extract.lang, number=row[NUMBER], names=names, sure=row["sure_title"])
