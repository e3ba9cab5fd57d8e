"""The data dictionary: `datapackage.json` (Frictionless Data Package) as typed values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geodata.faults import TEXTS, Fault, quoted
from geodata.text import Text

CATALOG = Path(__file__).parent / "catalog"
"""The register that comes with the program."""
FILE = "datapackage.json"
CODELIST = "codelist-"
"""How the names of tables of codes start."""


@dataclass(frozen=True)
class Field:
    """A column of a table, or a property of a GeoJSON feature."""

    name: str
    type: str
    title_zh: str
    title_en: str
    required: bool
    pattern: re.Pattern[str] | None
    minimum: float | None
    maximum: float | None
    enum: tuple[str, ...]
    separator: str
    """Between the items of a list cell; empty for a single value."""
    items: str
    """The table whose keys the items of a list must be; empty for free text."""


@dataclass(frozen=True)
class Reference:
    """A foreign key of one field."""

    field: str
    table: str
    key: str


@dataclass(frozen=True)
class Table:
    """A resource of the data package."""

    name: str
    title_zh: str
    title_en: str
    path: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]

    @property
    def is_geojson(self) -> bool:
        """Whether the rows are GeoJSON features in a folder of files."""
        return self.path.endswith("/")


@dataclass(frozen=True)
class Licence:
    """A licence of the register, as its data dictionary states it."""

    name: str
    title: str
    path: str


@dataclass(frozen=True)
class Dictionary:
    """The data dictionary of one catalog."""

    tables: Mapping[str, Table]
    """By name, in the order of the data package."""
    licences: tuple[Licence, ...]

    def codelist_of(self, table: str, field: str) -> str:
        """The codelist whose codes a field holds; empty for other fields."""
        own = self.tables[table]
        lists = {each.name: each.items for each in own.fields}
        found = next((each.table for each in own.references if each.field == field), lists.get(field, ""))
        return found.removeprefix(CODELIST) if found.startswith(CODELIST) else ""


def read_dictionary(catalog: Path, faults: list[Fault]) -> Dictionary | None:
    """The dictionary of `catalog`, or None and a fault when it cannot be read."""
    expected = TEXTS["fault-want-dictionary"]
    try:
        package = json.loads((catalog / FILE).read_text(encoding="utf-8-sig"))
        tables = {resource["name"]: _table(resource) for resource in package["resources"]}
        licences = tuple(Licence(row["name"], row["title"], row["path"]) for row in package["licenses"])
    except FileNotFoundError:
        faults.append(Fault(FILE, 0, "", TEXTS["fault-no-file"], expected, unread=True))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, re.error) as error:
        reason = next((each for each in error.args if isinstance(each, Text)), error)
        found = TEXTS["fault-unfit-dictionary"].filled(kind=type(error).__name__, reason=quoted(reason))
        faults.append(Fault(FILE, 0, "", found, expected, unread=True))
    else:
        return Dictionary(tables, licences)
    return None


@cache
def shipped() -> Dictionary:
    """The dictionary of the register that comes with the program."""
    faults: list[Fault] = []
    found = read_dictionary(CATALOG, faults)
    assert found is not None, faults
    return found


_TYPES = ("string", "integer", "number", "boolean", "date", "array")


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    table = Table(
        name=_text(resource["name"]),
        title_zh=_text(resource["title_zh"]),
        title_en=_text(resource["title"]),
        path=_text(resource["path"]),
        fields=tuple(_field(field) for field in schema["fields"]),
        key=tuple(map(_text, schema["primaryKey"])),
        references=tuple(
            Reference(*map(_text, (item["fields"], item["reference"]["resource"], item["reference"]["fields"])))
            for item in schema.get("foreignKeys", ())
        ),
    )
    names = [field.name for field in table.fields]
    wanted = {*table.key, *(reference.field for reference in table.references)}
    if not table.key or len(set(names)) < len(names) or not wanted <= set(names):
        raise ValueError(TEXTS["fault-dictionary-keys"].filled(table=table.name))
    return table


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(TEXTS["fault-no-text"].filled(value=value))
    return value


def _number(value: Any) -> float | None:
    if value is not None and type(value) not in (int, float):
        raise TypeError(TEXTS["fault-no-number"].filled(value=value))
    number: float | None = value
    return number


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    listing = field.get("list", {})
    pattern = constraints.get("pattern")
    return Field(
        name=_text(field["name"]),
        type=_TYPES[_TYPES.index(field["type"])],
        title_zh=_text(field["title_zh"]),
        title_en=_text(field["title"]),
        required=bool(constraints.get("required", False)),
        pattern=re.compile(pattern) if pattern else None,
        minimum=_number(constraints.get("minimum")),
        maximum=_number(constraints.get("maximum")),
        enum=tuple(map(_text, constraints.get("enum", ()))),
        separator=str(listing.get("separator", "")),
        items=str(listing.get("reference", "")),
    )
