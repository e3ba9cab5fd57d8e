"""The files of a catalog: all their rows, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from geodata.conform import dictionary_faults
from geodata.faults import Fault
from geodata.features import read_features
from geodata.journal.replay import Change
from geodata.place import Place, read_place
from geodata.schema import CATALOG, CODELIST, FILE, Dictionary, built_in, read_dictionary
from geodata.tables import Row, read_table
from geodata.version import version_of

FEATURES = "features"
_THEMES = f"{CODELIST}theme"
_LATER = ("flows", f"{CODELIST}flow", f"{CODELIST}bank")
"""Tables that came late: a catalog whose dictionary knows none of them has no rivers that flow."""


@dataclass(frozen=True)
class Source:
    """The raw rows of a catalog, put together, and the faults found in them so far."""

    rows: Mapping[str, list[Row]]
    faults: list[Fault]
    place: Place | None
    dictionary: Dictionary | None
    version: str
    changes: tuple[Change, ...] = ()
    """What entries of a journal made of rows that were there."""


def read(catalog: Path) -> Source:
    """All rows of the files in `catalog`, each cell typed by the catalog's own dictionary."""
    version = version_of(catalog)
    faults: list[Fault] = []
    dictionary, where = read_dictionary(catalog, faults), read_place(catalog, faults)
    dictionary, late = _brought_up(dictionary)
    if dictionary is not None and catalog != CATALOG:
        faults += dictionary_faults(dictionary)
    if dictionary is None or any(fault.file == FILE for fault in faults):
        return Source({}, faults, where, None, version)
    tables = dictionary.tables
    rows = {
        name: late[name] if name in late else read_table(table, catalog, faults)
        for name, table in tables.items()
        if not table.is_geojson
    }
    region = where.box if where else None
    rows[FEATURES] = read_features(tables[FEATURES], catalog, rows[_THEMES], region, faults)
    return Source(rows, faults, where, dictionary, version)


def _brought_up(dictionary: Dictionary | None) -> tuple[Dictionary | None, Mapping[str, list[Row]]]:
    """A dictionary with the tables that it was written before, and the rows of these."""
    ours = built_in()
    if dictionary is None or ours is None or any(name in dictionary.tables for name in _LATER):
        return dictionary, {}
    tables = {name: ours.tables[name] for name in _LATER}
    rows = {name: read_table(table, CATALOG, []) if name.startswith(CODELIST) else [] for name, table in tables.items()}
    return replace(dictionary, tables={**dictionary.tables, **tables}), rows
