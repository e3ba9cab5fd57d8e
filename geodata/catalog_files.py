"""The files of a catalog: all their rows, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata import schema
from geodata.faults import TEXTS, Fault, listed
from geodata.features import read_features
from geodata.model import CODELISTS, ROWS, Code, Theme, columns_of
from geodata.place import Place, read_place
from geodata.schema import CODELIST, Dictionary, read_dictionary
from geodata.tables import Row, read_table
from geodata.version import version_of

FEATURES = "features"
_THEMES = f"{CODELIST}theme"


@dataclass(frozen=True)
class Source:
    """The raw rows of a catalog, put together, and the faults found in them so far."""

    rows: Mapping[str, list[Row]]
    faults: list[Fault]
    place: Place | None
    dictionary: Dictionary | None
    version: str


def read(catalog: Path) -> Source:
    """All rows of the files in `catalog`, each cell typed by the catalog's own dictionary."""
    version = version_of(catalog)
    faults: list[Fault] = []
    dictionary, where = read_dictionary(catalog, faults), read_place(catalog, faults)
    if dictionary is None or _lacks(dictionary, faults):
        return Source({}, faults, where, None, version)
    tables = dictionary.tables
    rows = {name: read_table(table, catalog, faults) for name, table in tables.items() if not table.is_geojson}
    region = where.box if where else None
    rows[FEATURES] = read_features(tables[FEATURES], catalog, rows[_THEMES], region, faults)
    return Source(rows, faults, where, dictionary, version)


def _lacks(dictionary: Dictionary, faults: list[Fault]) -> bool:
    """Whether the dictionary lacks a table or a field that the program reads; each is a fault."""
    wanted = {kind.table: {name for _, names in columns_of(kind) for name in names} for kind in ROWS}
    wanted |= {f"{CODELIST}{name}": {n for _, names in columns_of(Code) for n in names} for name in CODELISTS}
    wanted[_THEMES] = {name for _, names in columns_of(Theme) for name in names}
    found = []
    for table, names in wanted.items():
        known = {field.name for field in dictionary.tables[table].fields} if table in dictionary.tables else set()
        if missing := sorted(names - known):
            lacks = TEXTS["fault-lacks"].filled(names=listed(missing))
            found.append(Fault(schema.FILE, 0, table, lacks, TEXTS["fault-want-all-fields"]))
    faults += found
    return bool(found)
