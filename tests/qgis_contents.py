"""For tests of the QGIS export: a small extract, and what its files must say whatever version opens them.

The extract has every kind of geometry, and names that break careless writers.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata import Register
from geodata.text import Text
from outputs.about import labels
from outputs.extract import Extract
from outputs.fields import OutputField, tables
from outputs.rows import TABLES

DAY = date(2026, 3, 31)
HOSTILE = "甲&<乙>\"丙'𠮷\n第二行\t😀\\"
AGENCY = "发&<改>\"局'𠮷😀"
FIRST, SECOND = "fagai", "yi"
BOTH = {"zh": f"{AGENCY}；乙局", "en": f"{AGENCY}; 乙局"}
"""The list of both agencies in each language; neither has an English name."""
TITLE = f"莞图 {HOSTILE}"
SOLID, HOLLOW = (113.80, 22.95), (113.80, 22.85)
"""Middles of a line with a sourced and of one with a schematic position."""
MARK, HOLLOW_MARK = (113.70, 22.95), (113.70, 22.85)
"""A marker with a sourced and one with a schematic position."""
RIVER, FAR_RIVER = (113.80, 22.98), (113.80, 22.97)
TOWN, FAR_TOWN = (113.66, 22.96), (113.62, 22.99)
"""Context that a measure names: within the filter, and as background outside it."""

Row = dict[str, Any]


def uid(*parts: str) -> str:
    return str(uuid5(NAMESPACE_OID, "/".join(parts)))


def feature(code: str, theme: str, geometry: BaseGeometry | None, **more: Any) -> Row:
    plain = {"uid": uid(code), "code": code, "name_zh": f"名{code}", "name_en": "", "theme": theme, "stage": "unknown"}
    plain |= {
        "background": False,
        "stale": False,
        "measures": 0,
        "location": "inside",
        "position_basis": "osm",
        "accuracy_m": 50.0,
    }
    return plain | {"geometry": geometry} | more


def line(y: float, west: float = 113.75, east: float = 113.85) -> LineString:
    return LineString([(west, y), (east, y)])


FEATURES = [
    feature("rail-a", "rail", line(22.95), stage="maintenance", name_zh=HOSTILE, lead_codes=(FIRST, SECOND)),
    feature("rail-b", "rail", line(22.85), stage="maintenance", position_basis="schematic", accuracy_m=800.0),
    feature("rail-c", "rail", Point(113.72, 22.80), stage="preparation", lead_codes=(SECOND,), outcome="overdue")
    | {"stage_grade": "seed"},
    feature("station-a", "stations", Point(MARK), stage="completion", evidence=date(2025, 12, 1), outcome=""),
    feature("station-b", "stations", Point(HOLLOW_MARK), stage="completion", position_basis="schematic"),
    feature("road-a", "roads", MultiLineString([line(22.90), line(22.91)]), stage="implementation", lead_codes=(FIRST,))
    | {"town_codes": ("town-d",), "measure_codes": ("m-2",)},
    feature("road-b", "roads", line(22.92), stage="cancelled", restriction="closed-to-traffic"),
    feature(
        "zone-a",
        "zones",
        Polygon([(113.6, 22.8), (113.65, 22.8), (113.65, 22.85), (113.6, 22.8)]),
        stage="decommissioning",
    ),
    feature("river-a", "rivers", line(RIVER[1]), measures=1),
    feature("river-b", "rivers", line(FAR_RIVER[1]), measures=1, background=True),
    feature("town-a", "towns", Point(FAR_TOWN), name_zh=HOSTILE, name_en="Town <A> & 'B'", measures=1, background=True),
    feature("town-b", "towns", Point(113.75, 22.9), background=True),
    feature("town-c", "towns", Point(113.88, 22.79), background=True),
    feature("town-d", "towns", Point(TOWN), name_zh="名town-b", measures=1),
    feature("nowhere", "institutions", None, stage="identification", position_basis="none", accuracy_m=None)
    | {"town_codes": ("town-d",), "measure_codes": ("m-2", "m-9")},
]
LINKS = [("m-1", "rail-a"), ("m-1", "station-a"), ("m-2", "rail-a"), ("m-2", "road-a"), ("m-2", "nowhere")]


def small(register: Register, lang: str = "zh", **more: Any) -> Extract:
    """The extract in either language; `more` replaces parts of it."""
    features = gpd.GeoDataFrame(
        frame("features", FEATURES), geometry=[row["geometry"] for row in FEATURES], crs="EPSG:4326"
    )
    placed = features[features.geometry.notna()]
    codes = {name: register.codelist(name) for name in register.codelists}
    steps = [
        {"uid": uid(row["code"], "h"), "date_from": date(2017, 7, 2), "date_to": end, "geometry": row["geometry"]}
        | {key: row[key] for key in ("code", "name_zh", "name_en", "theme", "stage")}
        for row, end in zip(FEATURES[:4], (None, date(2020, 1, 1), None, date(2025, 6, 30)), strict=True)
    ]
    history = gpd.GeoDataFrame(frame("history", steps), geometry=[step["geometry"] for step in steps], crs="EPSG:4326")
    measures = [
        {"uid": uid(code), "code": code, "title_zh": HOSTILE, "title_en": f"Measure {code}", "sentence": 1}
        | {"lead_codes": (FIRST,), "due_date": date(2020, 12, 31), "outcome": "met"}
        | {"document_code": "d-1", "article_code": "a-1"}
        for code in ("m-1", "m-2")
    ]
    links = [{"uid": uid(*pair), "measure": pair[0], "feature": pair[1], "relation": "target"} for pair in LINKS]
    events = [
        {"code": "e-1", "feature": "rail-a", "date": "2024", "date_from": date(2024, 1, 1), "stage": "maintenance"}
        | {"date_to": date(2024, 12, 31), "kind": "stage", "text_zh": HOSTILE, "source": "s-1"}
    ]
    sources = [{"code": "s-1", "title_zh": HOSTILE, "publisher_zh": "报"}]
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    rows |= {"measures": measures, "links": links, "events": events, "sources": sources}
    unplaced = pd.DataFrame(features[features.geometry.isna()].drop(columns="geometry")).reset_index(drop=True)
    parts: dict[str, Any] = {
        "title": TITLE,
        "lang": lang,
        "as_of": DAY,
        "about": about(lang),
        "labels": labels(lang),
        "place": register.place,
        "licences": register.dictionary.licences,
        "layers": {
            theme: placed[placed["theme"] == theme].reset_index(drop=True)
            for theme in codes["theme"].index
            if (placed["theme"] == theme).any()
        },
        "history": history,
        "tables": {"unplaced": unplaced} | {name: frame(name, found) for name, found in rows.items()},
        "codes": codes,
        "names": {
            "features": {row["code"]: Text(row["name_zh"], row["name_en"]) for row in FEATURES},
            "agencies": {FIRST: Text(AGENCY), SECOND: Text("乙局")},
            "sources": {"s-1": Text(HOSTILE)},
            "documents": {"d-1": Text("文件")},
            "articles": {"a-1": Text("条文")},
            "targets": {},
        },
    }
    return Extract(**parts | more)


def about(lang: str) -> dict[str, str]:
    use = "内部使用" if lang == "zh" else "Internal use"
    return {"title": TITLE, "filter": HOSTILE, "day": DAY.isoformat(), "use": use}


def frame(table: str, rows: list[Row]) -> pd.DataFrame:
    """Rows with exactly the data columns of an output table; what a row leaves out is empty."""
    fields = tables()[table].data
    cells = [[row.get(field.name, empty(field)) for field in fields] for row in rows]
    return pd.DataFrame(cells, columns=[field.name for field in fields], dtype=object)


def empty(field: OutputField) -> Any:
    """What an extract holds where there is nothing."""
    return () if field.is_list else "" if field.type == "string" else None


def project_xml(folder: Path) -> Element:
    """The project of an unpacked package."""
    with zipfile.ZipFile(folder / "guantu.qgz") as archive:
        return ElementTree.fromstring(archive.read("guantu.qgs"))


def structure(folder: Path) -> Iterator[str]:
    """Faults of an unpacked package that one version of QGIS forgives and the next does not, from the files alone."""
    with closing(sqlite3.connect(folder / "guantu.gpkg")) as base:
        mark, version = (base.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if (mark, version) != (int.from_bytes(b"GPKG"), 10300):
        yield f"not a GeoPackage 1.3: {mark:#x}, {version}"
    root = project_xml(folder)
    for layer in root.iter("maplayer"):
        name = layer.findtext("id") or ""
        if not layer.findtext("provider"):
            yield f"{name}: no <provider>, QGIS 3.40 opens no layer"
        if len(name) <= 10:
            yield f"{name}: so short an id is replaced"
        if layer.get("geometry") != "No geometry" and layer.find("srs/spatialrefsys") is None:
            yield f"{name}: no <srs>"
    for system in root.iter("spatialrefsys"):
        if not 0 < int(system.findtext("srsid") or 0) < 100000 or not system.findtext("authid"):
            yield f"{ElementTree.tostring(system, encoding='unicode')}: an invalid system"
    for settings in root.iter("ProjectTimeSettings"):
        if (settings.get("timeStep"), settings.get("timeStepUnit")) != ("1", "h"):
            yield "the step of time is not one hour: QGIS 3.40 opens with its time filter on"
    yield from _dangling(root)


def _dangling(root: Element) -> Iterator[str]:
    """Names of layers, styles and relations that are not there: QGIS leaves them out without a word."""
    styles = {
        each.findtext("id"): {style.get("name") for style in each.iter("map-layer-style")}
        for each in root.iter("maplayer")
    }
    named = [(each.tag, each.get("id")) for each in root.iter("layer-tree-layer")]
    named += [(each.tag, each.text) for each in root.iterfind(".//custom-order/item")]
    named += [("Atlas", each.get("coverageLayer")) for each in root.iter("Atlas")]
    for each in root.iter("relation"):
        named += [(each.get("id", ""), each.get(end)) for end in ("referencedLayer", "referencingLayer")]
    for theme in root.iter("visibility-preset"):
        named += [(theme.get("name", ""), each.get("id")) for each in theme]
        for each in theme.iter("layer"):
            if each.get("id") in styles and each.get("style") not in styles[each.get("id")]:
                yield f"{theme.get('name')}: {each.get('id')} has no style {each.get('style')}"
    yield from (f"{where}: there is no layer {name}" for where, name in named if name not in styles)
    relations = {each.get("id") for each in root.iter("relation")}
    for each in root.iter("attributeEditorRelation"):
        if not {each.get("relation"), each.get("nmRelationId") or each.get("relation")} <= relations:
            yield f"a form shows a relation that is not there: {each.attrib}"
