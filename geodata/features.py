"""Reads the GeoJSON files of the register and checks every feature against the data dictionary."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from geodata import positions
from geodata.codes import Basis, Location
from geodata.faults import Fault, shorten
from geodata.place import Box
from geodata.schema import Field, Table
from geodata.tables import CONTROL, Row, check_value, read_text

_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "text"),
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "array": ((list,), "a list of texts"),
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
    listed = themes[0]["_file"] if themes else ""
    if listed and not any(fault.file == listed for fault in faults):
        for path in sorted((catalog / table.path).glob("*")):
            if path.name not in known and not _is_left_over(path.name):
                faults.append(Fault(f"{table.path}{path.name}", 0, "", "a file of no theme", f"a row in {listed}"))
    for code in codes:
        file = f"{table.path}{code}.geojson"
        text = read_text(catalog / file, file, faults)
        if text is None:
            continue
        try:
            collection = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 0)
            reason = getattr(error, "msg", error)
            faults.append(Fault(file, line, "", f"broken JSON ({reason})", "a GeoJSON FeatureCollection", unread=True))
            continue
        features = collection.get("features") if isinstance(collection, dict) else None
        if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
            faults.append(Fault(file, 0, "", "JSON of another kind", "a GeoJSON FeatureCollection", unread=True))
            continue
        if "crs" in collection:
            faults.append(Fault(file, 0, "crs", "a crs member", "none: RFC 7946 is always WGS 84 (EPSG:4326)"))
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
    def fault(field: str, found: object, expected: str) -> None:
        faults.append(Fault(file, line, field, shorten(found, 100), expected))

    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        expected = "a GeoJSON Feature with properties"
        faults.append(Fault(file, line, "", shorten(feature, 100), expected, unread=True))
        return {}
    row: Row = {"_row": line, "_file": file}
    names = [field.name for field in table.fields]
    if set(properties) != set(names):
        odd = sorted(set(properties) ^ set(names))
        fault("properties", ", ".join(odd), "exactly the fields " + ", ".join(names))
    for field in table.fields:
        row[field.name] = _property(field, properties.get(field.name), fault)
    if feature.get("id") != row["id"]:
        fault("id", feature.get("id"), f"the same id as in the properties, {row['id']!r}")
    if row["theme"] != theme:
        fault("theme", row["theme"], f"{theme!r}, the name of the file")
    if row["part_of"] and row["part_of"] == row["id"]:
        fault("part_of", row["part_of"], "another feature than itself")
    measured = properties.get("accuracy_m") is not None
    row["geometry"] = _geometry(feature.get("geometry"), row, measured, region, fault)
    return row


def _property(field: Field, value: Any, fault: Any) -> Any:
    empty: Any = () if field.type == "array" else "" if field.type == "string" else None
    if value is None or value == "":
        if field.required:
            fault(field.name, value, "a value; this field must not be empty")
        return empty
    types, words = _TYPES[field.type]
    good = isinstance(value, types) and (field.type == "boolean" or not isinstance(value, bool))
    if good and field.type == "array":
        good = all(isinstance(item, str) and _is_clean(item) for item in value)
    if good and field.type == "number":
        good = isfinite(value)
    if good and field.type == "string":
        good, words = _is_clean(value), "text without spaces at its ends, tabs, line breaks or control characters"
    if not good:
        fault(field.name, value, words)
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
            fault("position_basis", row["position_basis"], "'none' and no accuracy_m where there is no geometry")
        return None
    if row["position_basis"] == Basis.NONE or not measured:
        fault("accuracy_m", row["accuracy_m"], "a basis and an accuracy in metres for every position")
    try:
        # shape() would take numbers written as texts.
        if '"' in json.dumps(value["coordinates"]):
            raise TypeError("coordinates are numbers")
        geometry = shape(value)
        good = not geometry.is_empty and geometry.is_valid and not geometry.has_z
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        good = False
    if not good:
        fault("geometry", value, "a valid, non-empty GeoJSON geometry with two coordinates a position")
        return None
    if not any(geometry.geom_type in kinds for kinds in _KINDS.values()):
        fault("geometry", geometry.geom_type, "points, lines or polygons")
        return None
    problem = region and positions.position_fault(geometry, row["location"] == Location.OUTSIDE, region)
    if problem:
        found, expected = problem
        fault("geometry", found, expected)
        return None
    return geometry
