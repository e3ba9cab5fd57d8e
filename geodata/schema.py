"""The data dictionary: `datapackage.json` (Frictionless Data Package) as typed values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CATALOG = Path(__file__).parent / "catalog"


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


@cache
def tables() -> dict[str, Table]:
    """All tables of the register by name, in the order of the data package."""
    package = json.loads((CATALOG / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: _table(resource) for resource in package["resources"]}


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    return Table(
        name=resource["name"],
        title_zh=resource["title_zh"],
        title_en=resource["title"],
        path=resource["path"],
        fields=tuple(_field(field) for field in schema["fields"]),
        key=tuple(schema["primaryKey"]),
        references=tuple(
            Reference(item["fields"], item["reference"]["resource"], item["reference"]["fields"])
            for item in schema.get("foreignKeys", ())
        ),
    )


def _field(field: dict[str, Any]) -> Field:
    constraints = field.get("constraints", {})
    listing = field.get("list", {})
    pattern = constraints.get("pattern")
    return Field(
        name=field["name"],
        type=field["type"],
        title_zh=field["title_zh"],
        title_en=field["title"],
        required=constraints.get("required", False),
        pattern=re.compile(pattern) if pattern else None,
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        enum=tuple(constraints.get("enum", ())),
        separator=listing.get("separator", ""),
        items=listing.get("reference", ""),
    )
