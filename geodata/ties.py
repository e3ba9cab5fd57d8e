"""Rows that hang together: wholes and parts, towns, successors; what is named once, and what must be named at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set

from geodata.codes import EventKind, FeatureKind, Mappable, Promise, Relation
from geodata.faults import TEXTS, Fault, quoted
from geodata.tables import Row
from geodata.text import Text

Rows = Mapping[str, list[Row]]
_OF_MEASURES = (EventKind.ACT, EventKind.LAUNCH, EventKind.CHANGE, EventKind.WITHDRAWAL)
_OF_FEATURES = (EventKind.STAGE, EventKind.PARTIAL, EventKind.NAMING, EventKind.OTHER_SECTION, EventKind.PREDECESSOR)
_STAGELESS = (*_OF_MEASURES, EventKind.NAMING, EventKind.GAP, EventKind.FIGURE)
_CITING = ("documents", "events", "observations", "water-quality", "control-points", "flows")
"""The tables whose rows name a source each; features name several."""
_ONCE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("documents", ("number",)),
    ("agencies", ("name_zh",)),
    ("measures", ("article", "title_zh")),
    ("features", ("theme", "name_zh")),
    ("events", ("feature", "measure", "date", "kind", "text_zh")),
    ("sources", ("url",)),
    ("searches", ("measure", "feature", "date", "searched")),
)
"""What two rows of a table do not share, as far as it is filled in."""
_CHILDREN: tuple[tuple[str, str, str, Callable[[Row], bool]], ...] = (
    ("assignments", "article", "articles", lambda row: bool(row["list_text"])),
    ("measures", "article", "articles", lambda row: True),
    ("links", "measure", "measures", lambda row: row["mappable"] == Mappable.YES),
    ("targets", "measure", "measures", lambda row: row["promise"] == Promise.NUMBER),
)
"""Tables of which another one needs rows: which field names it, and which of its rows ask for one."""


def tie_faults(rows: Rows, sound: Rows) -> Iterator[Fault]:
    """Every tie that leads in a circle, to the wrong kind of thing, nowhere, or twice to the same.

    `sound` holds the tables without any other fault: only what those lack is held against other rows.
    """
    yield from _twice(rows)
    features = {row["id"]: row for row in rows["features"]}
    yield from _circles(rows["features"], "part_of", {name: row["part_of"] for name, row in features.items()})
    yield from _part_faults(rows, features)
    yield from _town_faults(rows, features)
    yield from _agency_faults(rows["agencies"])
    for row in rows["events"]:
        yield from _event_faults(row, features)
    for row in rows["features"]:
        if not row["sources"] and row["name_zh"]:
            yield _fault(row, "sources", "", "fault-want-sources")
    yield from _lost(sound)


def _fault(row: Row, field: str, found: object, words: str, **values: object) -> Fault:
    expected: Text = TEXTS[words].filled(**values)
    return Fault(row["_file"], row["_row"], field, quoted(found, 100), expected)


def _twice(rows: Rows) -> Iterator[Fault]:
    for table, fields in _ONCE:
        seen: dict[tuple[object, ...], Row] = {}
        for row in rows[table]:
            key = tuple(row[name] for name in fields)
            if not key[-1]:
                continue
            first = seen.setdefault(key, row)
            if first is not row and first.get("id") != row.get("id"):
                place = f"{first['_file']}:{first['_row']}"
                yield _fault(row, fields[-1], row[fields[-1]], "fault-want-unlike", place=place)


def _circles(rows: list[Row], field: str, next_of: Mapping[str, str]) -> Iterator[Fault]:
    """A fault for each circle of two and more, at its first row; a row that names itself is said elsewhere."""
    done: set[str] = set()
    for row in rows:
        path: list[str] = []
        here = str(row["id"])
        while here and here not in done and here not in path:
            path.append(here)
            here = next_of.get(here, "")
        if here in path and len(circle := path[path.index(here) :]) > 1:
            first = next(each for each in rows if each["id"] in circle)
            yield _fault(first, field, " > ".join([*circle, here]), "fault-want-no-circle")
        done.update(path)


def _part_faults(rows: Rows, features: Mapping[str, Row]) -> Iterator[Fault]:
    """A part is of the kind of its whole, and no line belongs to a point or to what only gives orientation."""
    context = {row["code"] for row in rows["codelist-theme"] if row["context"]}
    for row in features.values():
        whole = features.get(row["part_of"])
        if whole is None or whole is row:
            continue
        if row["kind"] == FeatureKind.PROJECT and whole["kind"] == FeatureKind.PLACE:
            yield _fault(row, "part_of", whole["id"], "fault-want-project")
        elif whole["theme"] in context and row["theme"] != whole["theme"]:
            yield _fault(row, "part_of", whole["id"], "fault-want-no-context")
        elif _is_line(row) and whole["geometry"] is not None and not _is_line(whole):
            yield _fault(row, "part_of", whole["id"], "fault-want-line-whole")


def _is_line(row: Row) -> bool:
    return row["geometry"] is not None and "Line" in row["geometry"].geom_type


def _town_faults(rows: Rows, features: Mapping[str, Row]) -> Iterator[Fault]:
    holding = {row["code"] for row in rows["codelist-theme"] if row["holds_towns"]}
    for row in features.values():
        if row["theme"] in holding and row["town"]:
            yield _fault(row, "town", " ".join(row["town"]), "fault-want-no-town")
            continue
        for town in row["town"]:
            if town in features and features[town]["theme"] not in holding:
                yield _fault(row, "town", town, "fault-want-town")


def _agency_faults(agencies: list[Row]) -> Iterator[Fault]:
    by_name = {row["name_zh"]: row for row in agencies}
    later = {}
    for row in agencies:
        name = row["later_name_zh"]
        if name and name in (row["name_zh"], row["full_name_zh"]):
            yield _fault(row, "later_name_zh", name, "fault-want-new-name")
        elif name in by_name:
            later[row["id"]] = by_name[name]["id"]
        if name and not row["later_name_grade"]:
            yield _fault(row, "later_name_grade", "", "fault-want-name-grade")
        if not name and (row["later_name_en"] or row["later_name_date"]):
            yield _fault(row, "later_name_zh", "", "fault-want-name-grade")
    yield from _circles(agencies, "later_name_zh", later)


def _event_faults(row: Row, features: Mapping[str, Row]) -> Iterator[Fault]:
    kind = row["kind"]
    if kind == EventKind.STAGE and not row["stage"]:
        yield _fault(row, "stage", "", "fault-want-stage")
    if row["stage"] and kind in _STAGELESS and kind != EventKind.GAP:
        yield _fault(row, "stage", row["stage"], "fault-want-stageless", kind=kind)
    if row["measure"] and not row["feature"]:
        if kind in _OF_FEATURES or row["stage"] or row["restriction"]:
            yield _fault(row, "kind", kind, "fault-want-measure-kind")
    elif kind in _OF_MEASURES:
        yield _fault(row, "kind", kind, "fault-want-feature-kind")
    feature = features.get(row["feature"])
    if feature and row["stage"] and feature["kind"] == FeatureKind.PLACE:
        yield _fault(row, "stage", row["stage"], "fault-want-no-stage-of-place")


def _lost(rows: Rows) -> Iterator[Fault]:
    """Rows that nothing names, and rows that name nothing where they must: a table that was cut short shows so."""
    if rows.keys() >= {"sources", "features", *_CITING}:
        cited = {row["source"] for name in _CITING for row in rows[name]}
        cited.update(source for row in rows["features"] for source in row["sources"])
        yield from _unnamed(rows["sources"], cited, "fault-want-cited")
    if rows.keys() >= {"agencies", "assignments"}:
        yield from _unnamed(rows["agencies"], {row["agency"] for row in rows["assignments"]}, "fault-want-assigned")
    for child, field, parent, needs in _CHILDREN:
        if rows.keys() >= {child, parent}:
            there = {row[field] for row in rows[child]}
            lacking = [row for row in rows[parent] if needs(row) and row["id"] not in there]
            yield from _said(lacking, "id", child, rows)
    if rows.keys() >= {"events", "evidence"}:
        read = {(row["event"], row["measure"]) for row in rows["evidence"]}
        told = [row for row in rows["events"] if row["measure"] and (row["id"], row["measure"]) not in read]
        yield from _said(told, "measure", "evidence", rows)
    yield from _half_told(rows)


def _half_told(rows: Rows) -> Iterator[Fault]:
    """Measures that say of themselves what no row bears out."""
    for row in rows.get("measures", ()):
        if row["promise"] == Promise.RECURRING and not row["recurrence"]:
            yield _fault(row, "recurrence", "", "fault-want-recurrence")
    if rows.keys() >= {"measures", "links"}:
        acted = {row["measure"] for row in rows["links"] if row["relation"] == Relation.TARGET}
        linked = {row["measure"] for row in rows["links"]}
        for row in rows["measures"]:
            if row["mappable"] == Mappable.YES and row["id"] in linked and row["id"] not in acted:
                yield _fault(row, "mappable", row["mappable"], "fault-want-target")


def _unnamed(rows: list[Row], named: Set[str], words: str) -> Iterator[Fault]:
    yield from (_fault(row, "id", row["id"], words) for row in rows if row["id"] and row["id"] not in named)


def _said(lacking: list[Row], field: str, child: str, rows: Rows) -> Iterator[Fault]:
    """One fault for a table that holds nothing, else one for each row that it should hold rows for."""
    if lacking and not rows[child]:
        expected = TEXTS["fault-want-rows"].filled(n=len(lacking), table=lacking[0]["_file"])
        yield Fault(f"{child}.csv", 1, "", TEXTS["fault-no-rows"], expected)
        return
    yield from (_fault(row, field, row[field], "fault-want-child", table=child) for row in lacking)
