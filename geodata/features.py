"""Reads the GeoJSON files of the register and checks every feature against the data dictionary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from geodata import positions
from geodata.codes import Basis, Location
from geodata.faults import TEXTS, Fault, listed, quoted
from geodata.numbers import is_finite
from geodata.place import Box
from geodata.schema import Field, Table
from geodata.tables import CONTROL, Row, check_value, read_text
from geodata.text import Text

_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "fault-want-text"),
    "number": ((int, float), "fault-want-number"),
    "boolean": ((bool,), "fault-want-boolean"),
    "array": ((list,), "fault-want-texts"),
}
_DESKTOP = ("Thumbs.db", "desktop.ini", "Icon\r")
_KINDS = {
    "point": ("Point", "MultiPoint"),
    "line": ("LineString", "MultiLineString"),
    "polygon": ("Polygon", "MultiPolygon"),
}


def read_features(table: Table, catalog: Path, themes: list[Row], region: Box | None, faults: list[Fault]) -> list[Row]:
    """All features of `features/<theme>.geojson`, one file for each theme.

    A row holds the properties by name and `geometry` (shapely, degrees, lon/lat, or None). Positions inside the
    city must lie in `region`, if it is known. Hidden files, such as those of a desktop or an editor, are no layers.
    """
    rows: list[Row] = []
    codes = list(dict.fromkeys(theme["code"] for theme in themes if theme["code"]))
    known = {f"{code}.geojson" for code in codes}
    codelist = themes[0]["_file"] if themes else ""
    if codelist and not any(fault.file == codelist for fault in faults):
        for path in sorted((catalog / table.path).glob("*")):
            if path.name not in known and not _is_left_over(path.name):
                wanted = TEXTS["fault-want-theme-row"].filled(file=codelist)
                faults.append(Fault(f"{table.path}{path.name}", 0, "", TEXTS["fault-stray-layer"], wanted))
    for code in codes:
        file = f"{table.path}{code}.geojson"
        text = read_text(catalog / file, file, faults)
        if text is None:
            continue
        try:
            collection = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 0)
            found = TEXTS["fault-broken-json"].filled(reason=getattr(error, "msg", error))
            faults.append(Fault(file, line, "", found, TEXTS["fault-want-collection"], unread=True))
            continue
        features = collection.get("features") if isinstance(collection, dict) else None
        if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
            faults.append(Fault(file, 0, "", TEXTS["fault-other-json"], TEXTS["fault-want-collection"], unread=True))
            continue
        if "crs" in collection:
            faults.append(Fault(file, 0, "crs", TEXTS["fault-crs-member"], TEXTS["fault-want-no-crs"]))
        # One feature a line after the opening line: the house style makes the row number useful.
        for row, feature in enumerate(features, start=2):
            rows.append(_feature(table, file, row, code, feature, region, faults))
    return [row for row in rows if row]


def _is_left_over(name: str) -> bool:
    """Whether a file is one that desktops and editors leave: hidden, a backup, a lock."""
    return name.startswith((".", "~$", "#")) or name.endswith(("~", ".bak", ".swp", ".tmp")) or name in _DESKTOP


def _feature(
    table: Table, file: str, line: int, theme: str, feature: Any, region: Box | None, faults: list[Fault]
) -> Row:
    def fault(field: str, found: object, expected: Text) -> None:
        faults.append(Fault(file, line, field, quoted(found, 100), expected))

    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        faults.append(Fault(file, line, "", quoted(feature, 100), TEXTS["fault-want-feature"], unread=True))
        return {}
    row: Row = {"_row": line, "_file": file}
    names = [field.name for field in table.fields]
    if set(properties) != set(names):
        odd = quoted(listed(sorted(set(properties) ^ set(names))), 100)
        wanted = TEXTS["fault-want-fields"].filled(names=listed(names))
        faults.append(Fault(file, line, "properties", TEXTS["fault-odd-fields"].filled(names=odd), wanted))
    for field in table.fields:
        row[field.name] = _property(field, properties.get(field.name), fault)
    if feature.get("id") != row["id"]:
        fault("id", feature.get("id"), TEXTS["fault-want-same-id"].filled(id=row["id"]))
    if row["theme"] != theme:
        fault("theme", row["theme"], TEXTS["fault-want-theme"].filled(theme=theme))
    if row["part_of"] and row["part_of"] == row["id"]:
        fault("part_of", row["part_of"], TEXTS["fault-want-other"])
    measured = properties.get("accuracy_m") is not None
    row["geometry"] = _geometry(feature.get("geometry"), row, measured, region, fault)
    return row


def _property(field: Field, value: Any, fault: Any) -> Any:
    empty: Any = () if field.type == "array" else "" if field.type == "string" else None
    if value is None or value == "":
        if field.required:
            fault(field.name, value, TEXTS["fault-want-value"])
        return empty
    types, words = _TYPES[field.type]
    good = isinstance(value, types) and (field.type == "boolean" or not isinstance(value, bool))
    if good and field.type == "array":
        good = all(isinstance(item, str) and _is_clean(item) for item in value)
    if good and field.type == "number":
        good = is_finite(value)
    if good and field.type == "string":
        good, words = _is_clean(value), "fault-want-clean"
    if not good:
        fault(field.name, value, TEXTS[words])
        return empty
    if field.type == "array":
        return tuple(value)
    return value if check_value(field, value, lambda expected: fault(field.name, value, expected)) else empty


def _is_clean(text: str) -> bool:
    return bool(text.strip()) and text == text.strip() and not CONTROL.search(text)


def _geometry(
    value: Any, row: Row, measured: bool, region: Box | None, fault: Any
) -> shapely.geometry.base.BaseGeometry | None:
    if value is None:
        if row["position_basis"] not in (Basis.NONE, "") or measured:
            fault("position_basis", row["position_basis"], TEXTS["fault-want-no-basis"])
        return None
    if row["position_basis"] == Basis.NONE or not measured:
        fault("accuracy_m", row["accuracy_m"], TEXTS["fault-want-accuracy"])
    try:
        # shape() would take numbers written as texts.
        if '"' in json.dumps(value["coordinates"]):
            raise TypeError("coordinates are numbers")
        geometry = shape(value)
        good = not geometry.is_empty and geometry.is_valid and not geometry.has_z
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        good = False
    if not good:
        fault("geometry", value, TEXTS["fault-want-geometry"])
        return None
    if not any(geometry.geom_type in kinds for kinds in _KINDS.values()):
        fault("geometry", geometry.geom_type, TEXTS["fault-want-shape"])
        return None
    problem = region and positions.position_fault(geometry, row["location"] == Location.OUTSIDE, region)
    if problem:
        found, expected = problem
        fault("geometry", found, expected)
        return None
    return geometry
