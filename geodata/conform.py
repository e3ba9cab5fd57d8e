"""Whether a catalog has what the program reads: its dictionary against ours, its closed codelists against the codes."""

from __future__ import annotations

from collections.abc import Mapping, Set

from geodata import schema
from geodata.codes import CLOSED, Stage
from geodata.faults import TEXTS, Fault, listed, quoted
from geodata.model import CODELISTS, ROWS, Code, Theme, columns_of
from geodata.schema import CODELIST, Dictionary, Field, Table
from geodata.tables import Row
from geodata.text import Text


def dictionary_faults(dictionary: Dictionary) -> list[Fault]:
    """What the dictionary of a catalog lacks or says otherwise; it may ask for more than ours, never for less."""
    wanted = {kind.table: {name for _, names in columns_of(kind) for name in names} for kind in ROWS}
    wanted |= {f"{CODELIST}{name}": {n for _, names in columns_of(Code) for n in names} for name in CODELISTS}
    wanted[f"{CODELIST}theme"] = {name for _, names in columns_of(Theme) for name in names}
    found: list[Fault] = []
    ours = schema.built_in()
    for table, names in wanted.items():
        own = dictionary.tables.get(table)
        known = {field.name for field in own.fields} if own else set()
        if missing := sorted(names - known):
            lacks = TEXTS["fault-lacks"].filled(names=listed(missing))
            found.append(Fault(schema.FILE, 0, table, lacks, TEXTS["fault-want-all-fields"]))
        if own and ours:
            found += _table_faults(own, ours.tables[table], names & known)
    return found


def _table_faults(own: Table, ours: Table, names: Set[str]) -> list[Fault]:
    def fault(field: str, found: Text, expected: Text) -> Fault:
        return Fault(schema.FILE, 0, f"{own.name}.{field}" if field else own.name, found, expected)

    found = []
    if own.key != ours.key or own.is_geojson != ours.is_geojson:
        found.append(fault("", quoted(" ".join(own.key)), TEXTS["fault-want-the-key"].filled(names=listed(ours.key))))
    tied = {(each.field, each.table) for each in own.references}
    for each in ours.references:
        if (each.field, each.table) not in tied:
            expected = TEXTS["fault-want-reference"].filled(table=each.table)
            found.append(fault(each.field, TEXTS["fault-nothing"], expected))
    fields = {field.name: field for field in own.fields}
    for field in ours.fields:
        if field.name in names and _is_laxer(fields[field.name], field):
            found.append(fault(field.name, quoted(fields[field.name].type), TEXTS["fault-want-as-strict"]))
    return found


def _is_laxer(own: Field, ours: Field) -> bool:
    """Whether a field lets values in that the program cannot take."""
    other = own.type != ours.type or own.separator != ours.separator or (own.items != ours.items and bool(ours.items))
    missing = (ours.required and not own.required) or (ours.pattern is not None and own.pattern is None)
    lower = ours.minimum is not None and (own.minimum is None or own.minimum < ours.minimum)
    return other or missing or lower or bool(ours.enum and not (own.enum and set(own.enum) <= set(ours.enum)))


def codelist_faults(rows: Mapping[str, list[Row]], broken: Set[str]) -> list[Fault]:
    """Codes that the program knows and a catalog does not, or the other way round; titles and numbers used twice."""
    found = []
    for name, codes in CLOSED.items():
        own = rows[f"{CODELIST}{name}"]
        if not own or own[0]["_file"] in broken:
            continue
        known = [str(code) for code in codes]
        for row in own:
            if row["code"] and row["code"] not in known:
                expected = TEXTS["fault-want-one-of"].filled(names=listed(known))
                found.append(Fault(row["_file"], row["_row"], "code", quoted(row["code"]), expected))
        there = {row["code"] for row in own}
        if missing := [code for code in known if code not in there]:
            lacks = TEXTS["fault-lacks"].filled(names=listed(missing))
            found.append(Fault(own[0]["_file"], 0, "code", lacks, TEXTS["fault-want-all-codes"]))
        elif codes is Stage:
            ranked = [row["code"] for row in sorted(own, key=lambda row: row["order"] or 0)]
            if [code for code in ranked if code in known] != known:
                expected = TEXTS["fault-want-progress"].filled(names=listed(known))
                found.append(Fault(own[0]["_file"], 0, "order", quoted(" ".join(ranked), 100), expected))
    for name, own in rows.items():
        if name.startswith(CODELIST):
            found += _used_twice(own)
    return found


def _used_twice(rows: list[Row]) -> list[Fault]:
    found = []
    for field in ("order", "title_zh", "title_en"):
        seen: dict[object, Row] = {}
        for row in rows:
            value = str(row[field]).casefold()
            first = seen.setdefault(value, row)
            if first is not row and value and row["code"] != first["code"] and row[field] is not None:
                expected = TEXTS["fault-want-title" if field != "order" else "fault-want-number-once"]
                found.append(
                    Fault(row["_file"], row["_row"], field, quoted(row[field]), expected.filled(other=first["code"]))
                )
    return found
