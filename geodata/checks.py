"""Checks that need more than one cell: keys, references, ids and positions against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Set
from datetime import date

from geodata import conform, controls, flows, neighbours, ties, when
from geodata.codes import EventKind, Grade, Stage
from geodata.faults import TEXTS, Fault, quoted
from geodata.hygiene import are_turned_round, prose_fault
from geodata.place import Place
from geodata.schema import Table
from geodata.tables import Row
from geodata.text import Text

Rows = Mapping[str, list[Row]]
_NEVER_EMPTY = ("documents", "articles", "measures", "codelist-theme")
_PERCENT, _AMOUNT = 1000, 1e12
"""The largest share, as a share of what was promised may be, and the largest number of anything."""
THEMES, FEATURES = "codelist-theme", "features"
_ON_THE_GROUND = frozenset((FEATURES, "control-points", "flows"))
_TAKEN = ("about", "history", "unplaced")
"""Tables that files have beside those of the register."""
_KINDS = ("-point", "-line", "-polygon")
"""What a file adds to the name of a layer that mixes points and lines."""


JOURNAL = "j[0-9a-f]{12}"
"""How the id of a row ends that an entry of a journal added."""
_CHILDREN = (
    ("measures", ("article",), "[0-9]{2}|" + JOURNAL, "fault-want-measure-id"),
    ("targets", ("measure",), "t[0-9]+|" + JOURNAL, "fault-want-target-id"),
    ("events", ("feature", "measure"), "e[0-9]{2}|" + JOURNAL, "fault-want-event-id"),
    ("water-quality", ("feature",), "q[0-9]{2}|" + JOURNAL, "fault-want-water-id"),
)
"""Tables whose ids carry the id of their parent, what may be one, what follows it, and the text that says so."""


def check_all(
    tables: Mapping[str, Table],
    rows: Rows,
    place: Place,
    broken: Set[str],
    today: date | None,
    faults: list[Fault],
    changed: Set[str] | None = None,
) -> None:
    """Add to `faults` what is wrong between rows and tables.

    `broken` names the files that could not be read: nothing is held against references to them. With `today` positions
    are also held against those of other features, and dates against that day: it takes as long as all the rest. Where
    all was sound before some tables were `changed` (none of their rows taken away), only what hangs on these is asked.
    """
    empty = _check_empty(tables, rows, place, broken, faults)
    broken = broken | empty
    fresh = [table for table in tables.values() if changed is None or table.name in changed]
    for table in fresh:
        _check_keys(table, rows[table.name], faults)
        _check_order(table, rows[table.name], faults)
    readable = {name: {row[table.key[0]] for row in rows[name]} for name, table in _without(tables, broken).items()}
    for table in fresh:
        _check_references(table, rows[table.name], readable, faults)
    _check_ids(rows, faults)
    _check_stages(rows["measures"], "target_stage", faults)
    _check_stages(rows["events"], "stage", faults)
    _check_events(rows["events"], faults)
    _check_themes(rows[THEMES], tables, faults)
    _check_subjects(rows["searches"], "measure", "fault-want-search", faults)
    _check_subjects(rows["events"], "measure", "fault-want-subject", faults)
    _check_subjects(rows["observations"], "target", "fault-want-observed", faults)
    _check_values(rows, faults)
    faults += conform.codelist_faults(rows, broken)
    faults += when.date_faults(rows, today)
    on_the_ground = changed is None or bool(changed & _ON_THE_GROUND)
    faults += (found := controls.control_faults(rows, place) if on_the_ground else [])
    sound = _without(tables, {fault.file for fault in faults})
    faults += ties.tie_faults(rows, {name: rows[name] for name in sound})
    if on_the_ground:
        faults += flows.flow_faults(rows, place, controls.shifted_files(found))
    if today:
        _check_words(tables, rows, faults)
        lost = FEATURES not in readable
        faults += neighbours.neighbour_faults(rows, place, controls.shifted_files(found), lost)


def _without(tables: Mapping[str, Table], files: Set[str]) -> dict[str, Table]:
    """The tables that none of `files` belongs to; features hang on the codelist of themes too."""
    lost = {
        table.path for table in tables.values() if table.is_geojson and any(f.startswith(table.path) for f in files)
    }
    lost |= {table.path for table in tables.values() if table.is_geojson and tables[THEMES].path in files}
    return {name: table for name, table in tables.items() if table.path not in lost | files}


def _fault(row: Row, field: str, found: object, expected: Text) -> Fault:
    return Fault(row["_file"], row["_row"], field, quoted(found, 100), expected)


def _check_keys(table: Table, rows: list[Row], faults: list[Fault]) -> None:
    seen: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in table.key)
        first = seen.setdefault(key, row)
        if first is not row:
            expected = TEXTS["fault-want-new-key"].filled(place=f"{first['_file']}:{first['_row']}")
            faults.append(_fault(row, "+".join(table.key), " ".join(map(str, key)), expected))


def _check_order(table: Table, rows: list[Row], faults: list[Fault]) -> None:
    if table.name.startswith("codelist-"):
        return
    last: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        key = tuple(str(row[name]) for name in table.key)
        if key < last[row["_file"]]:
            expected = TEXTS["fault-want-order"].filled(fields="+".join(table.key))
            faults.append(_fault(row, table.key[0], " ".join(key), expected))
            return
        last[row["_file"]] = key


def _check_references(table: Table, rows: list[Row], readable: Mapping[str, set[object]], faults: list[Fault]) -> None:
    for reference in table.references:
        _check_known(rows, reference.field, reference.table, readable, faults)
    for field in table.fields:
        if field.items:
            _check_known(rows, field.name, field.items, readable, faults)


def _check_known(
    rows: list[Row], field: str, target: str, readable: Mapping[str, set[object]], faults: list[Fault]
) -> None:
    known = readable.get(target)
    if known is None:
        return
    for row in rows:
        value = row[field]
        for item in value if isinstance(value, tuple) else (value,):
            if item and item not in known:
                faults.append(_fault(row, field, item, TEXTS["fault-want-key-of"].filled(table=target)))


def _check_ids(rows: Rows, faults: list[Fault]) -> None:
    """Ids that carry their parent's id, so that anyone finds the sentence."""
    for row in rows["articles"]:
        expected = f"{row['document']}-{row['article'] or 0:02d}-{row['block'] or 0}"
        if row["id"] and row["id"] != expected:
            faults.append(_fault(row, "id", row["id"], TEXTS["fault-want-article-id"].filled(id=expected)))
    for name, parents, tail, words in _CHILDREN:
        ends = re.compile(tail)
        for row in rows[name]:
            above = next((row[parent] for parent in parents if row[parent]), "") + "-"
            own = row["id"].startswith(above) and ends.fullmatch(row["id"], len(above))
            if row["id"] and not own:
                faults.append(_fault(row, "id", row["id"], TEXTS[words].filled(parent=parents[0])))
    for row in rows["measures"]:
        if bool(row["due_date"]) and not row["due_text"]:
            faults.append(_fault(row, "due_text", "", TEXTS["fault-want-due-text"]))


def _check_stages(rows: list[Row], field: str, faults: list[Fault]) -> None:
    for row in rows:
        if row[field] == Stage.UNKNOWN:
            faults.append(_fault(row, field, row[field], TEXTS["fault-want-no-stage"]))


def _check_events(events: list[Row], faults: list[Fault]) -> None:
    for row in events:
        if not row["source"] and row["grade"] not in (Grade.NOT_FOUND, Grade.UNVERIFIED, Grade.OWN_WORD):
            faults.append(_fault(row, "source", "", TEXTS["fault-want-source"]))
        if row["grade"] == Grade.NOT_FOUND and (row["stage"] or row["kind"] != EventKind.GAP):
            faults.append(_fault(row, "kind", row["kind"], TEXTS["fault-want-gap"]))


def _check_themes(themes: list[Row], tables: Mapping[str, Table], faults: list[Fault]) -> None:
    """A theme is a layer and a table of every file: its code may not be another one's."""
    for row in themes:
        code = str(row["code"])
        if code in tables or code in _TAKEN or code.startswith("history-") or code.endswith(_KINDS):
            faults.append(_fault(row, "code", code, TEXTS["fault-want-theme-code"]))


def _check_subjects(rows: list[Row], other: str, words: str, faults: list[Fault]) -> None:
    """What is said either of a feature or of something else."""
    for row in rows:
        if bool(row[other]) == bool(row["feature"]):
            found = f"{row[other]} {row['feature']}".strip()
            faults.append(_fault(row, other, found, TEXTS[words]))


def _check_values(rows: Rows, faults: list[Fault]) -> None:
    """Numbers that a field holds as text, or that only its neighbour bounds."""
    for row in rows["observations"]:
        number = _number(row["value"])
        if number is None and any(each.isdigit() for each in row["value"]):
            faults.append(_fault(row, "value", row["value"], TEXTS["fault-want-number"]))
        elif number is not None and not 0 <= number <= (_PERCENT if row["unit"] == "%" else _AMOUNT):
            expected = TEXTS["fault-want-between"].filled(first=0, last=_PERCENT if row["unit"] == "%" else _AMOUNT)
            faults.append(_fault(row, "value", row["value"], expected))
    for row in rows["targets"]:
        most = _PERCENT if row["unit_zh"] == "%" else _AMOUNT
        if row["value"] is not None and not 0 <= row["value"] <= most:
            expected = TEXTS["fault-want-between"].filled(first=0, last=most)
            faults.append(_fault(row, "value", row["value"], expected))
    taken: dict[tuple[object, ...], int] = defaultdict(int)
    marred = {fault.file for fault in faults}
    for row in sorted(
        (row for row in rows["assignments"] if row["_file"] not in marred), key=lambda row: row["position"] or 0
    ):
        key = (row["article"], row["role"])
        taken[key] += 1
        if row["position"] and row["position"] != taken[key]:
            taken[key] = row["position"]
            faults.append(_fault(row, "position", row["position"], TEXTS["fault-want-position"]))


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text) else None


def _check_empty(
    tables: Mapping[str, Table], rows: Rows, place: Place, broken: Set[str], faults: list[Fault]
) -> set[str]:
    """The files of tables that have lost all their rows although others refer to them, each a fault."""
    read = _without(tables, broken)
    found: dict[str, Text] = {}
    for table in tables.values():
        for each in table.references:
            lost = each.table in read and not rows[each.table] and each.table not in found
            if lost and (n := sum(bool(row[each.field]) for row in rows[table.name])):
                found[each.table] = TEXTS["fault-want-rows"].filled(n=n, table=table.path)
    for name in _NEVER_EMPTY:
        if name in read and not rows[name]:
            found.setdefault(name, TEXTS["fault-want-a-row"])
    if place.datum_shift_m and rows["features"] and "control-points" in read and not rows["control-points"]:
        found["control-points"] = TEXTS["fault-want-control-points"]
    faults += [Fault(tables[name].path, 1, "", TEXTS["fault-no-rows"], expected) for name, expected in found.items()]
    return {tables[name].path for name in found}


def _check_words(tables: Mapping[str, Table], rows: Rows, faults: list[Fault]) -> None:
    """Words that were spoilt on their way, left unwritten, or written into the field of the other language."""
    for table in tables.values():
        for field in (each for each in table.fields if each.is_prose):
            for row in rows[table.name]:
                value = row[field.name]
                for text in value if isinstance(value, tuple) else (value,):
                    if text and (wrong := prose_fault(text, field.is_name)):
                        faults.append(_fault(row, field.name, text, wrong))
        names = {field.name for field in table.fields}
        for zh in (name for name in names if name.endswith("_zh") and f"{name[:-3]}_en" in names):
            en = f"{zh[:-3]}_en"
            for row in rows[table.name]:
                if are_turned_round(row[zh], row[en]):
                    faults.append(_fault(row, zh, row[zh], TEXTS["fault-want-languages"]))
