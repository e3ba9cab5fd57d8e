"""Entries put into the rows of a catalog before anything is checked: they obey every rule that a shipped row obeys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapely.geometry import mapping

from geodata.faults import TEXTS, Fault, quoted
from geodata.features import read_feature
from geodata.journal.entries import Entry, Kind
from geodata.place import Box
from geodata.schema import CODELIST, Field, Table
from geodata.tables import _EMPTY, Row, cast_cell

FILE = "journal"
"""What stands in the place of a file in faults of entries; the line is the place of the entry among those replayed."""
GEOMETRY = "geometry"
THEMES = f"{CODELIST}theme"
_SHORT = 12
"""Characters of the id of an entry in the id of a row that it adds."""
_PARENTS: Mapping[str, tuple[str, ...]] = {
    "events": ("feature", "measure"),
    "observations": ("feature", "target"),
    "water-quality": ("feature",),
    "measures": ("article",),
    "targets": ("measure",),
    "searches": ("measure", "feature"),
}
"""Tables whose ids carry that of their parent."""


@dataclass(frozen=True)
class Change:
    """What an entry made of a row that was there."""

    entry: Entry
    before: Mapping[str, Any]
    """The cells that it names, as they stood; without those that the table does not have."""
    after: Mapping[str, Any]
    """The same cells, as it left them."""


@dataclass(frozen=True)
class Replayed:
    """The rows of a catalog with what entries made of them."""

    rows: Mapping[str, list[Row]]
    faults: tuple[Fault, ...]
    """Of entries that could not be put in, at the place of each."""
    changes: tuple[Change, ...] = ()
    """Of rows that were there, in the order in which they took effect."""


@dataclass(frozen=True)
class _Desk:
    """What every row is made with."""

    themes: Sequence[Row]
    region: Box | None
    faults: list[Fault]
    changes: list[Change]

    def fault(self, place: int, field: str, found: object, words: str) -> None:
        """Tell what is wrong with the entry at a place."""
        self.faults.append(Fault(FILE, place, field, quoted(found, 100), TEXTS[words]))


@dataclass(frozen=True)
class _Held:
    """A table as it is replayed: its rows, and what a row of it is made of."""

    table: Table
    rows: list[Row]

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return {field.name: field for field in self.table.fields}

    @cached_property
    def known(self) -> frozenset[str]:
        """Names of cells that a row may have."""
        return frozenset((*self.fields, *((GEOMETRY,) if self.table.is_geojson else ())))

    @cached_property
    def blank(self) -> Row:
        """A row in which nothing is filled in."""
        return {name: () if field.separator else _EMPTY.get(field.type, "") for name, field in self.fields.items()}

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Fields that a new row must fill in. The English of a sentence may follow: until then the Chinese stands in
        its place."""
        return tuple(name for name, field in self.fields.items() if field.required and not name.endswith("_en"))

    @cached_property
    def by_key(self) -> dict[tuple[str, ...], int]:
        """Where each row stands; where two share a key, the first. Made once for all changes of a replay."""
        found: dict[tuple[str, ...], int] = {}
        for at, row in enumerate(self.rows):
            found.setdefault(self._key(row), at)
        return found

    def add(self, row: Row) -> None:
        """Put a row behind the others."""
        if "by_key" in vars(self):
            self.by_key.setdefault(self._key(row), len(self.rows))
        self.rows.append(row)

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in self.table.key)


def replay(
    rows: Mapping[str, list[Row]],
    tables: Mapping[str, Table],
    entries: Sequence[Entry],
    region: Box | None = None,
    first: int = 1,
) -> Replayed:
    """The rows with these entries, in their order; `rows` stay as they are. Positions inside lie in `region`.

    Faults name an entry by its place, the first one's being `first`.

    A correction of an entry puts its cells over those of the one that it corrects. Rows that are added stand where
    their key belongs.
    """
    found = {name: list(own) for name, own in rows.items()}
    desk = _Desk(rows[THEMES], region, [], [])
    touched: set[str] = set()
    held = {name: _Held(table, found[name]) for name, table in tables.items()}
    for place, entry, values in _corrected(entries, first):
        table = tables.get(entry.table)
        if table is None:
            desk.fault(place, "table", entry.table, "fault-want-known-table")
            continue
        if entry.kind == Kind.ADD:
            own = {} if table.key != ("id",) or values.get("id") else {"id": row_id(table.name, values, entry.id)}
            cells = values | own
            if row := _made(held[table.name], place, cells, None, desk):
                held[table.name].add(row)
        else:
            _change(held[table.name], place, entry, values, desk)
        touched.add(table.name)
    # Features stand in the order of their themes, each by its id.
    themes = {row["code"]: at for at, row in enumerate(rows[THEMES])}
    for name in touched:
        key, layered = tables[name].key, tables[name].is_geojson
        found[name].sort(
            key=lambda row, key=key, layered=layered: (  # type: ignore[misc]
                themes.get(row["theme"], 0) if layered else 0,
                *(str(row[field]) for field in key),
            )
        )
    return Replayed(found, tuple(desk.faults), tuple(desk.changes))


def _corrected(entries: Sequence[Entry], first: int) -> Iterable[tuple[int, Entry, dict[str, str]]]:
    """The entries that make something by themselves, each with its place and its cells as corrections left them."""
    cells = {entry.id: dict(entry.values) for entry in entries if entry.kind in (Kind.ADD, Kind.CHANGE)}
    root: dict[str, str] = {}
    for entry in entries:
        if entry.id in cells and entry.about in cells:
            root[entry.id] = root.get(entry.about, entry.about)
            cells[root[entry.id]] |= entry.values
    return (
        (place, entry, cells[entry.id])
        for place, entry in enumerate(entries, start=first)
        if entry.id in cells and entry.id not in root
    )


def row_id(table: str, values: Mapping[str, str], entry: str) -> str:
    """The id of a row that an entry adds, made of that of its parent and of the entry's: two never make the same."""
    parent = next((values[name] for name in _PARENTS.get(table, ()) if values.get(name)), table[:1])
    return f"{parent}-j{entry[:_SHORT]}"


def _made(held: _Held, place: int, cells: Mapping[str, str], before: Row | None, desk: _Desk) -> Row:
    """A row of cells over those that it had before; an empty one for what cannot be made."""
    for name in cells:
        if name not in held.known or (before is not None and name in held.table.key):
            desk.fault(place, name[:60], name, "fault-want-field")
    if held.table.is_geojson:
        return _feature(held.table, place, cells, before, desk)
    row = {**(held.blank if before is None else before), "_row": place, "_file": FILE}
    for name in {**dict.fromkeys(held.needed if before is None else ()), **cells}:
        cell, field = cells.get(name, ""), held.fields.get(name)
        if field is not None:
            asked = cell or name in held.needed
            row[name] = cast_cell(field, cell, FILE, place, desk.faults) if asked else held.blank[name]
    return row


def _feature(table: Table, place: int, cells: Mapping[str, str], before: Row | None, desk: _Desk) -> Row:
    """A feature of cells; lists stand with a semicolon between their items."""
    told: dict[str, Any] = {}
    for field in table.fields:
        if field.name in cells:
            told[field.name] = _value(field, cells[field.name], place, desk)
        elif field.type == "array":
            told[field.name] = list(before[field.name]) if before is not None else []
        else:
            value = before[field.name] if before is not None else ""
            told[field.name] = value if value != "" else None
    theme = next((row for row in desk.themes if row["code"] == told["theme"]), None)
    if theme is None:
        desk.fault(place, "theme", told["theme"], "fault-want-journal-theme")
        return {}
    shape = mapping(before[GEOMETRY]) if before is not None and before[GEOMETRY] is not None else None
    if GEOMETRY in cells:
        try:
            shape = json.loads(cells[GEOMETRY]) if cells[GEOMETRY] else None
        except (ValueError, RecursionError):
            desk.fault(place, GEOMETRY, cells[GEOMETRY][:60], "fault-want-geometry")
            return {}
    feature = {"type": "Feature", "properties": told, "geometry": json.loads(json.dumps(shape))}
    return read_feature(table, theme, desk.region, (f"{FILE}/{told['theme']}", place), feature, desk.faults)


def _value(field: Field, cell: str, place: int, desk: _Desk) -> Any:
    if field.type == "array":
        return [part.strip() for part in cell.split(";") if part.strip()]
    if not cell:
        return None
    return cast_cell(field, cell, FILE, place, desk.faults) if field.type != "string" else cell


def _change(held: _Held, place: int, entry: Entry, cells: Mapping[str, str], desk: _Desk) -> None:
    rows, at = held.rows, held.by_key.get(entry.key)
    if at is None:
        desk.fault(place, "+".join(held.table.key), " ".join(entry.key), "fault-want-known-row")
        return
    row = _made(held, place, cells, rows[at], desk)
    if row:
        told = [name for name in cells if name in row]
        before, after = ({name: each[name] for name in told} for each in (rows[at], row))
        desk.changes.append(Change(entry, before, after))
        rows[at] = row


def version_with(version: str, entries: Sequence[Entry]) -> str:
    """The version of a register with these entries: it changes with each of them."""
    digest = hashlib.sha256(version.encode())
    for entry in entries:
        digest.update(entry.digest.encode())
    return digest.hexdigest()[:16]
