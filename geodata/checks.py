"""Checks that need more than one cell: keys, references, ids and positions against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Set

from shapely.geometry import Point

from geodata import positions
from geodata.codes import EventKind, Grade, Stage
from geodata.faults import TEXTS, Fault, quoted
from geodata.place import Place
from geodata.schema import Table
from geodata.tables import Row
from geodata.text import Text

Rows = Mapping[str, list[Row]]
THEMES = "codelist-theme"
_TAKEN = ("about", "history", "unplaced")
"""Tables that files have beside those of the register."""
_KINDS = ("-point", "-line", "-polygon")
"""What a file adds to the name of a layer that mixes points and lines."""


_CHILDREN = (
    ("measures", ("article",), "[0-9]{2}", "fault-want-measure-id"),
    ("targets", ("measure",), "t[0-9]+", "fault-want-target-id"),
    ("events", ("feature", "measure"), "e[0-9]{2}", "fault-want-event-id"),
    ("water-quality", ("feature",), "q[0-9]{2}", "fault-want-water-id"),
)
"""Tables whose ids carry the id of their parent, what may be one, what follows it, and the text that says so."""


def check_all(tables: Mapping[str, Table], rows: Rows, place: Place, broken: Set[str], faults: list[Fault]) -> None:
    """Add to `faults` what is wrong between rows and tables.

    `broken` names the files that could not be read: nothing is held against references to them.
    """
    for table in tables.values():
        _check_keys(table, rows[table.name], faults)
        _check_order(table, rows[table.name], faults)
    themes = tables["codelist-theme"].path
    readable = {
        name: {row[table.key[0]] for row in rows[name]}
        for name, table in tables.items()
        if not (themes in broken if table.is_geojson else table.path in broken)
        and not (table.is_geojson and any(file.startswith(table.path) for file in broken))
    }
    for table in tables.values():
        _check_references(table, rows[table.name], readable, faults)
    _check_ids(rows, faults)
    _check_stages(rows["measures"], "target_stage", faults)
    _check_stages(rows["events"], "stage", faults)
    _check_events(rows["events"], faults)
    _check_themes(rows[THEMES], tables, faults)
    _check_subjects(rows["searches"], "measure", "fault-want-search", faults)
    _check_subjects(rows["events"], "measure", "fault-want-subject", faults)
    _check_subjects(rows["observations"], "target", "fault-want-observed", faults)
    _check_datum(rows, place, faults)


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
        for row in rows[name]:
            above = next((row[parent] for parent in parents if row[parent]), "")
            if row["id"] and not re.fullmatch(f"{re.escape(above)}-{tail}", row["id"]):
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
        if not row["source"] and row["grade"] not in (Grade.NOT_FOUND, Grade.UNVERIFIED):
            faults.append(_fault(row, "source", "", TEXTS["fault-want-source"]))
        if row["grade"] == Grade.NOT_FOUND and (row["stage"] or row["kind"] != EventKind.GAP):
            faults.append(_fault(row, "kind", row["kind"], TEXTS["fault-want-gap"]))


def _check_themes(themes: list[Row], tables: Mapping[str, Table], faults: list[Fault]) -> None:
    """A theme is a layer and a table of every file: neither its code nor its title may be another one's."""
    titles: dict[str, str] = {}
    for row in themes:
        code = str(row["code"])
        if code in tables or code in _TAKEN or code.startswith("history-") or code.endswith(_KINDS):
            faults.append(_fault(row, "code", code, TEXTS["fault-want-theme-code"]))
        for field in ("title_zh", "title_en"):
            other = titles.setdefault(row[field].casefold(), code)
            if row[field] and other != code:
                faults.append(_fault(row, field, row[field], TEXTS["fault-want-title"].filled(other=other)))


def _check_subjects(rows: list[Row], other: str, words: str, faults: list[Fault]) -> None:
    """What is said either of a feature or of something else."""
    for row in rows:
        if bool(row[other]) == bool(row["feature"]):
            found = f"{row[other]} {row['feature']}".strip()
            faults.append(_fault(row, other, found, TEXTS[words]))


def _check_datum(rows: Rows, place: Place, faults: list[Fault]) -> None:
    """A file whose control points all sit one GCJ-02 shift away was made on a Chinese web map."""
    features = {row["id"]: row for row in rows["features"] if row["geometry"] is not None}
    votes: dict[str, list[bool]] = defaultdict(list)
    for point in rows["control-points"]:
        feature = features.get(point["feature"])
        if feature is not None and None not in (point["lon"], point["lat"]):
            control = Point(point["lon"], point["lat"])
            votes[feature["_file"]].append(positions.looks_gcj(feature["geometry"], control, place))
    for file, shifted in votes.items():
        if any(shifted):
            found = TEXTS["fault-shifted"].filled(n=sum(shifted), of=len(shifted))
            faults.append(Fault(file, 0, "geometry", found, TEXTS["fault-want-wgs"]))
