"""Reads the GeoJSON files of the register and checks every feature against the data dictionary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from geodata import positions, shapes
from geodata.codes import Basis, Location
from geodata.faults import TEXTS, Fault, listed, quoted
from geodata.hygiene import is_calm
from geodata.numbers import is_finite
from geodata.place import Box
from geodata.schema import Field, Table
from geodata.tables import Row, check_value, is_good, read_text, words_fault
from geodata.text import Text

_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "fault-want-text"),
    "number": ((int, float), "fault-want-number"),
    "boolean": ((bool,), "fault-want-boolean"),
    "array": ((list,), "fault-want-texts"),
}
_DESKTOP = ("Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r")
_WGS = ("CRS84", "EPSG::4326", "EPSG:4326")
"""How names of the one system end that RFC 7946 means anyway; GDAL writes them."""
_WIDEST = {Location.OUTSIDE: 1_000_000}
"""Metres that a position may be off; inside and beside the city `_WIDEST_INSIDE`."""
_WIDEST_INSIDE = 50_000
_START = re.compile(r'(?m)^[ \t]*\{[ \t]*"type"[ \t]*:[ \t]*"Feature"')

Say = Callable[[str, object, Text], None]
"""Takes the field, what was found and what is expected."""


@dataclass(frozen=True)
class _Layer:
    """The file of a theme, and what holds for all its features."""

    file: str
    theme: Row
    table: Table
    region: Box | None
    good: frozenset[str]
    """The properties whose values need no second look."""


def read_features(table: Table, catalog: Path, themes: list[Row], region: Box | None, faults: list[Fault]) -> list[Row]:
    """All features of `features/<theme>.geojson`, one file for each theme.

    A row holds the properties by name and `geometry` (shapely, degrees, lon/lat, or None). Positions inside the
    city must lie in `region`, if it is known. Hidden files, such as those of a desktop or an editor, are no layers.
    An id may stand in the properties, beside them, or in both places: GDAL, and so QGIS, keeps the second alone.
    """
    rows: list[Row] = []
    by_code = {theme["code"]: theme for theme in reversed(themes) if theme["code"]}
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
        features = _members(file, text, faults) if text is not None else []
        lines = _lines(text or "", len(features))
        layer = _Layer(
            file, by_code[code], table, region, _good(table, features) if is_calm(text or "") else frozenset()
        )
        for line, feature in zip(lines, features, strict=True):
            rows.append(_feature(layer, line, feature, faults))
    return [row for row in rows if row]


def read_feature(
    table: Table, theme: Row, region: Box | None, place: tuple[str, int], feature: Any, faults: list[Fault]
) -> Row:
    """One feature of a theme that stands in no file, checked like those that do; `place` is what faults name as file
    and line. An empty row for what is no feature."""
    return _feature(_Layer(place[0], theme, table, region, frozenset()), place[1], feature, faults)


def _members(file: str, text: str, faults: list[Fault]) -> list[Any]:
    """The features of a collection; none, and a fault, where it is no collection."""
    twice: list[str] = []
    try:
        collection = json.loads(text, object_pairs_hook=partial(_object, twice))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        found = TEXTS["fault-broken-json"].filled(reason=getattr(error, "msg", error))
        faults.append(Fault(file, line, "", found, TEXTS["fault-want-collection"], unread=True))
        return []
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        faults.append(Fault(file, 0, "", TEXTS["fault-other-json"], TEXTS["fault-want-collection"], unread=True))
        return []
    if "crs" in collection and not _is_wgs(collection["crs"]):
        faults.append(Fault(file, 0, "crs", TEXTS["fault-crs-member"], TEXTS["fault-want-no-crs"]))
    for name in dict.fromkeys(twice):
        faults.append(Fault(file, 0, name, TEXTS["fault-twice"], TEXTS["fault-want-once"]))
    return features


def _good(table: Table, features: list[Any]) -> frozenset[str]:
    """The fields of texts that are good in all features of a calm file."""
    given = [each.get("properties") if isinstance(each, dict) else None for each in features]
    if not all(isinstance(each, dict) for each in given):
        return frozenset()
    found = set()
    for field in table.fields:
        values = [each.get(field.name) for each in given if each is not None]
        if field.type == "array":
            whole = all(isinstance(value, list) and len(set(map(str, value))) == len(value) for value in values)
            texts: list[Any] = [item for value in values for item in value] if whole else [None]
            good = "" not in texts
        else:
            texts, good = ["" if value is None else value for value in values], True
        if good and all(isinstance(text, str) for text in texts) and is_good(field, texts):
            found.add(field.name)
    return frozenset(found)


def _object(twice: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a file; names that stand in it twice go to `twice`: no two programs agree on which one counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice += [name for name in found if names.count(name) > 1]
    return found


def _is_wgs(crs: Any) -> bool:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return isinstance(properties, dict) and str(properties.get("name")).endswith(_WGS)


def _lines(text: str, size: int) -> list[int]:
    """The line that each feature stands on; where a file is laid out in another way, as if it were ours."""
    starts = [match.start() for match in _START.finditer(text)]
    if len(starts) != size:
        return list(range(2, size + 2))
    lines, line, last = [], 1, 0
    for start in starts:
        line += text.count("\n", last, start)
        lines.append(line)
        last = start
    return lines


def _is_left_over(name: str) -> bool:
    """Whether a file is one that desktops and editors leave: hidden, a backup, a lock."""
    return name.startswith((".", "~$", "#")) or name.endswith(("~", ".bak", ".swp", ".tmp")) or name in _DESKTOP


def _feature(layer: _Layer, line: int, feature: Any, faults: list[Fault]) -> Row:
    def fault(field: str, found: object, expected: Text) -> None:
        faults.append(Fault(layer.file, line, field, quoted(found, 100), expected))

    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        faults.append(Fault(layer.file, line, "", quoted(feature, 100), TEXTS["fault-want-feature"], unread=True))
        return {}
    outer = feature.get("id")
    if "id" not in properties and isinstance(outer, str):
        properties = {"id": outer, **properties}
    row: Row = {"_row": line, "_file": layer.file}
    names = [field.name for field in layer.table.fields]
    if properties.keys() != set(names):
        odd = quoted(listed(sorted(set(properties) ^ set(names))), 100)
        wanted = TEXTS["fault-want-fields"].filled(names=listed(names))
        faults.append(Fault(layer.file, line, "properties", TEXTS["fault-odd-fields"].filled(names=odd), wanted))
    for field in layer.table.fields:
        value: Any = properties.get(field.name)
        if field.name in layer.good:
            row[field.name] = tuple(value) if field.type == "array" else value or ""
        else:
            row[field.name] = _property(field, value, fault)
    if outer is not None and outer != row["id"]:
        fault("id", outer, TEXTS["fault-want-same-id"].filled(id=row["id"]))
    if row["theme"] != layer.theme["code"]:
        fault("theme", row["theme"], TEXTS["fault-want-theme"].filled(theme=layer.theme["code"]))
    if row["part_of"] and row["part_of"] == row["id"]:
        fault("part_of", row["part_of"], TEXTS["fault-want-other"])
    measured = properties.get("accuracy_m") is not None
    row["geometry"] = _geometry(layer, feature.get("geometry"), row, measured, fault)
    return row


def _property(field: Field, value: Any, fault: Say) -> Any:
    empty: Any = () if field.type == "array" else "" if field.type == "string" else None
    if value is None or value == "":
        if field.required:
            fault(field.name, value, TEXTS["fault-want-value"])
        return empty
    wrong = _value_fault(field, value)
    if wrong:
        fault(field.name, value, wrong)
        return empty
    if field.type == "array":
        return tuple(value)
    return value if check_value(field, value, lambda expected: fault(field.name, value, expected)) else empty


def _value_fault(field: Field, value: Any) -> Text | None:
    """What a property should be instead: of its type, and a text that can be read."""
    types, words = _TYPES[field.type]
    if not isinstance(value, types) or (field.type != "boolean" and isinstance(value, bool)):
        return TEXTS[words]
    if isinstance(value, str):
        return words_fault(field, value)
    if isinstance(value, int | float):
        return None if is_finite(value) else TEXTS[words]
    if isinstance(value, list):
        if not all(isinstance(item, str) and item.strip() for item in value):
            return TEXTS[words]
        if len(set(value)) < len(value):
            return TEXTS["fault-want-each-once"]
        return next((wrong for item in value if (wrong := words_fault(field, item))), None)
    return None


def _geometry(layer: _Layer, value: Any, row: Row, measured: bool, fault: Say) -> BaseGeometry | None:
    if value is None:
        if row["position_basis"] not in (Basis.NONE, "") or measured:
            fault("position_basis", row["position_basis"], TEXTS["fault-want-no-basis"])
        return None
    if row["position_basis"] == Basis.NONE or not measured:
        fault("accuracy_m", row["accuracy_m"], TEXTS["fault-want-accuracy"])
    elif (row["accuracy_m"] or 0) > (most := _WIDEST.get(row["location"], _WIDEST_INSIDE)):
        fault("accuracy_m", row["accuracy_m"], TEXTS["fault-want-at-most"].filled(limit=most))
    try:
        geometry = shapes.read_shape(value)
    except shapes.Unfit as error:
        fault("geometry", value, error.args[0])
        return None
    problem = layer.region and positions.position_fault(geometry, row["location"] == Location.OUTSIDE, layer.region)
    if problem:
        found, expected = problem
        fault("geometry", found, expected)
        return None
    if wrong := shapes.theme_fault(geometry, layer.theme["geometry"], row["location"]):
        fault("geometry", geometry.geom_type, wrong)
    return geometry
