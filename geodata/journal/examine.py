"""Whether entries would leave a sound register, and whom they concern: what the door asks before it writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from geodata import catalog_files
from geodata.edtf import bounds
from geodata.faults import TEXTS, Fault, quoted
from geodata.hygiene import are_turned_round, prose_fault
from geodata.journal.entries import Entry, Kind
from geodata.journal.replay import FILE
from geodata.journal.states import active, standings
from geodata.register import checked, put_in
from geodata.tables import Row
from geodata.text import LANGS, Text
from geodata.version import stamp_of

_HAPPENED = ("date", "date_published", "date_accessed")
"""Fields with days on which something was or was said."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The rows of a catalog with the entries that have effect: what new entries are held against."""

    source: catalog_files.Source
    entries: tuple[Entry, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was wrong when it was put together."""
        return not self.source.faults and self.source.dictionary is not None

    def row(self, table: str, key: Sequence[str]) -> Row | None:
        """The row of a key; None for an unknown table or key."""
        return self._rows.get((table, tuple(key)))

    @cached_property
    def _rows(self) -> Mapping[tuple[str, tuple[str, ...]], Row]:
        tables = self.source.dictionary.tables if self.source.dictionary else {}
        return {
            (name, tuple(str(row[field]) for field in table.key)): row
            for name, table in tables.items()
            for row in self.source.rows.get(name, ())
        }

    def measures_with(self, agencies: Collection[str]) -> set[str]:
        """Ids of the measures in whose article one of these agencies leads, is responsible or cooperates."""
        return set().union(*(self._parts.get(agency, ()) for agency in agencies))

    @cached_property
    def _parts(self) -> Mapping[str, set[str]]:
        """Ids of measures by agency that has a part in them: asked for each entry of an act."""
        measures: dict[str, set[str]] = {}
        for row in self.source.rows["measures"]:
            measures.setdefault(row["article"], set()).add(row["id"])
        found: dict[str, set[str]] = {}
        for row in self.source.rows["assignments"]:
            found.setdefault(row["agency"], set()).update(measures.get(row["article"], ()))
        return found

    @cached_property
    def measures_of(self) -> Mapping[str, set[str]]:
        """Ids of measures by feature that is linked to them."""
        found: dict[str, set[str]] = {}
        for row in self.source.rows["links"]:
            found.setdefault(row["feature"], set()).add(row["measure"])
        return found

    def faults_with(self, entries: Sequence[Entry], waiting: Sequence[Entry] = ()) -> list[Fault]:
        """What would be wrong with the register if these were put in behind; a line is the place of an entry, from 1.

        `waiting` are put in before them. A fault of a row that was there before has the line 0.
        """
        first = len(self.entries) + len(waiting) + 1
        tables = {entry.table for entry in (*waiting, *entries)}
        source = put_in(self.source, [*waiting, *entries], len(self.entries) + 1)
        found = checked(source, thorough=False, changed=tables).faults
        return [
            replace(each, row=max(0, each.row - first + 1)) if each.file.startswith(FILE) else each for each in found
        ]

    def own_faults(self, entries: Sequence[Entry]) -> list[Fault]:
        """What is wrong with entries by themselves: garbled or half texts, languages turned round, days to come.

        The line is the place of an entry, from 1.
        """
        found = []
        for place, entry in enumerate(entries, start=1):
            if entry.kind == Kind.ADD and entry.table == "events" and not entry.about and not entry.values.get("date"):
                # A shipped fact may be of an unknown year; whoever reports knows when it was.
                found.append(Fault(FILE, place, "date", quoted(""), TEXTS["fault-want-value"]))
            for name, value in {**entry.values, "text": entry.text}.items():
                if value and (wrong := self._wrong(entry, name, value)):
                    found.append(Fault(FILE, place, name, quoted(value, 100), wrong))
        return found

    def _wrong(self, entry: Entry, name: str, value: str) -> Text | None:
        language = name.rpartition("_")[2]
        if language in LANGS or name in ("text", "due_text"):
            other = entry.values.get(f"{name.removesuffix('_en')}_zh", "")
            if language == "en" and are_turned_round(other, value):
                return TEXTS["fault-want-languages"]
            return prose_fault(value, name=name.startswith("name"))
        if name in _HAPPENED and self.source.place is not None:
            today = self.source.place.today()
            with suppress(ValueError):
                days = bounds(value)
                if days and days[0] > today:
                    return TEXTS["fault-want-not-after-today"].filled(day=today.isoformat())
        return None


@lru_cache(maxsize=2)
def _source(catalog: Path, stamp: object) -> catalog_files.Source:
    return catalog_files.read(catalog)


@lru_cache(maxsize=4)
def _ground(catalog: Path, stamp: object, entries: tuple[Entry, ...]) -> Ground:
    source = put_in(_source(catalog, stamp), entries)
    return Ground(checked(source, thorough=False), entries)


def ground(catalog: Path, entries: tuple[Entry, ...]) -> Ground:
    """The catalog as its files are now, with these entries; kept for the next who asks."""
    return _ground(catalog, stamp_of(catalog), entries)


def faults_of_import(catalog: Path, held: Sequence[Entry], coming: Sequence[Entry]) -> list[Fault]:
    """What would be wrong with the register once entries of another copy stood behind those that are held.

    The line is the place of an entry among those that come, from 1; 0 for all else. What was wrong before is not told:
    nobody who brings in what is missing is held up by it.
    """
    there = {entry.id for entry in held}
    after = _in_effect([*held, *(entry for entry in coming if entry.id not in there)])
    before = {_plainly(fault) for fault in ground(catalog, _in_effect(held)).source.faults}
    places = {entry.id: place for place, entry in enumerate(coming, start=1)}
    return [
        replace(fault, row=places.get(after[fault.row - 1].id, 0) if fault.file.startswith(FILE) else fault.row)
        for fault in ground(catalog, after).source.faults
        if _plainly(fault) not in before
    ]


def _in_effect(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(active(standings(entries)))


def _plainly(fault: Fault) -> tuple[str, str, str]:
    return fault.file, fault.field, fault.found.en
