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
from geodata.files import read_regular
from geodata.text import Text

CATALOG = Path(__file__).parent / "catalog"
"""The register that comes with the program."""
FILE = "datapackage.json"
LONGEST_TEXT = 32_767
"""Characters that a cell of a spreadsheet holds."""
CODELIST = "codelist-"
"""How the names of tables of codes start."""


_NAMES = ("name", "title", "short", "full_name", "aliases", "later_name")
_LONGEST = (
    *(("short_title", 60), ("short_", 3), ("name", 200), ("full_name", 200), ("later_name", 200), ("aliases", 200)),
    *(("title", 300), ("block_title", 300), ("section_title", 300), ("site", 200), ("unit", 60), ("locator", 200)),
)
"""How the names of fields of words start, and how many characters they may have at most; notes may have more."""


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
    longest: int = 10_000
    """Characters that a text may have."""
    is_prose: bool = False
    """Whether it holds words, and no code, key, date or address."""
    is_name: bool = False
    """Whether it holds what a thing is called, in whatever language."""
    is_spelled: bool = False
    """Whether its pattern or its type leaves no room for a character that nobody means."""
    is_free: bool = False
    """Whether a text may stand in it that its spelling alone makes good: words, or a key that is looked up later."""


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
        package = json.loads(read_regular(catalog / FILE).decode("utf-8-sig"))
        tables = {resource["name"]: _table(resource) for resource in package["resources"]}
        if len({table.path for table in tables.values()}) < len(package["resources"]):
            raise ValueError(TEXTS["fault-dictionary-twice"])
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
    found = built_in()
    assert found is not None
    return found


@cache
def built_in() -> Dictionary | None:
    """The same, or None where the program is used without its register."""
    return read_dictionary(CATALOG, [])


_TYPES = ("string", "integer", "number", "boolean", "date", "array")


def _table(resource: dict[str, Any]) -> Table:
    schema = resource["schema"]
    tied = {_text(item["fields"]) for item in schema.get("foreignKeys", ())}
    table = Table(
        name=_text(resource["name"]),
        title_zh=_text(resource["title_zh"]),
        title_en=_text(resource["title"]),
        path=_text(resource["path"]),
        fields=tuple(_field(field, field["name"] in tied) for field in schema["fields"]),
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


def _longest(name: str, is_prose: bool, is_address: bool) -> int:
    """The bound of a field whose dictionary gives none."""
    if not is_prose:
        return 10_000 if is_address else 100
    return next((limit for start, limit in _LONGEST if name.startswith(start)), 10_000)


def _field(field: dict[str, Any], tied: bool) -> Field:
    constraints = field.get("constraints", {})
    listing = field.get("list", {})
    pattern = constraints.get("pattern")
    is_prose = field["type"] in ("string", "array") and not (
        tied or pattern or constraints.get("enum") or listing.get("reference")
    )
    is_address = str(pattern).startswith("http")
    means = is_address or "XXXX" in str(pattern)
    longest = constraints.get("maxLength") or _longest(field["name"], is_prose, is_address)
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
        longest=min(int(_number(longest) or 0), LONGEST_TEXT),
        is_prose=is_prose,
        is_name=is_prose and field["name"].startswith(_NAMES),
        is_spelled=field["type"] not in ("string", "array") or (pattern is not None and not is_address),
        is_free=field["type"] in ("string", "array")
        and not (means or constraints.get("enum") or listing.get("separator")),
    )
