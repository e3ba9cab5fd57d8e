"""Dates against each other: what is told before it happened, ends before it begins, or contradicts itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from geodata import edtf
from geodata.codes import EventKind, Grade, Stage
from geodata.faults import TEXTS, Fault, quoted
from geodata.tables import Row, date_fault
from geodata.text import Text

Rows = Mapping[str, list[Row]]
_AHEAD = timedelta(days=7)
"""How long before an event its source may be: a paper tells on the eve what will be opened."""
_BEHIND, _ON = timedelta(days=366), timedelta(days=366 * 60)
"""How long before its document a due date may lie, and how long after it: a document may repeat one just past."""
_SURE = (Grade.VERIFIED, Grade.VERIFIED_REPOST, Grade.ENCYCLOPAEDIA)
_PROGRESS = tuple(Stage)[: tuple(Stage).index(Stage.DECOMMISSIONING)]
"""The stages that follow one another; what was given up or closed may begin anew."""
_DATED = (("events", "date"), ("observations", "date"), ("water-quality", "period"))
_PERIODS = (("targets", "period"), ("water-quality", "period"))
"""Fields whose dates the dictionary takes for texts."""


def date_faults(rows: Rows, today: date | None) -> Iterator[Fault]:
    """Every date that cannot stand beside another; with `today` also what it says of days to come."""
    # A clock that has lost its battery tells nothing.
    issued = [row["date_issued"] for row in rows["documents"] if row["date_issued"]]
    today = today if today and today >= max(issued, default=today) else None
    for table, field in _PERIODS:
        for row in rows[table]:
            if row[field] and (wrong := date_fault(row[field])):
                yield _fault(row, field, wrong)
    sources = {row["id"]: row for row in rows["sources"]}
    for table, field in _DATED:
        for row in rows[table]:
            yield from _against_source(row, field, sources.get(row["source"]), today)
    for row in rows["sources"]:
        yield from _source_faults(row, today)
    for row in rows["searches"]:
        if today and row["date"] and row["date"] > today:
            yield _fault(row, "date", _not_after(today))
    yield from _due_faults(rows)
    yield from _stage_faults(rows["events"])


def _fault(row: Row, field: str, expected: Text) -> Fault:
    return Fault(row["_file"], row["_row"], field, quoted(row[field]), expected)


def _not_after(day: date) -> Text:
    return TEXTS["fault-want-not-after-today"].filled(day=day.isoformat())


def _span(text: str) -> tuple[date, date] | None:
    """The days that a partial date may mean; None for one of no year or of a wrong form, which is said elsewhere."""
    try:
        return edtf.bounds(text)
    except ValueError:
        return None


def _against_source(row: Row, field: str, source: Row | None, today: date | None) -> Iterator[Fault]:
    span = _span(row[field])
    if span is None:
        return
    told = _span(source["date_published"]) if source else None
    if today and span[0] > today:
        yield _fault(row, field, _not_after(today))
    elif told and span[0] > told[1] + _AHEAD:
        wanted = TEXTS["fault-want-not-after-source"].filled(source=source["id"] if source else "", day=told[1])
        yield _fault(row, field, wanted)


def _source_faults(row: Row, today: date | None) -> Iterator[Fault]:
    published, accessed = _span(row["date_published"]), _span(row["date_accessed"])
    for field, span in (("date_published", published), ("date_accessed", accessed)):
        if span and today and span[0] > today:
            yield _fault(row, field, _not_after(today))
    if published and accessed and published[0] > accessed[1]:
        yield _fault(row, "date_accessed", TEXTS["fault-want-after-published"].filled(day=published[0]))


def _due_faults(rows: Rows) -> Iterator[Fault]:
    documents = {row["id"]: row for row in rows["documents"] if row["date_issued"]}
    for row in documents.values():
        if row["valid_until"] and row["valid_until"] < row["date_issued"]:
            yield _fault(row, "valid_until", TEXTS["fault-want-after-issue"].filled(day=row["date_issued"]))
    document_of = {row["id"]: documents.get(row["document"]) for row in rows["articles"]}
    for row in rows["measures"]:
        document = document_of.get(row["article"])
        if row["due_date"] and document:
            issued = document["date_issued"]
            if not issued - _BEHIND <= row["due_date"] <= issued + _ON:
                wanted = TEXTS["fault-want-due"].filled(first=issued - _BEHIND, last=issued + _ON)
                yield _fault(row, "due_date", wanted)


def _stage_faults(events: list[Row]) -> Iterator[Fault]:
    """Of each feature: one stage on one day, and none before what it had reached."""
    course: dict[str, list[tuple[tuple[date, date], Row]]] = defaultdict(list)
    for row in events:
        if row["kind"] == EventKind.STAGE and row["feature"] and row["stage"] and (span := _span(row["date"])):
            course[row["feature"]].append((span, row))
    for steps in course.values():
        seen: dict[tuple[tuple[date, date], str], Row] = {}
        for span, row in steps:
            first = seen.setdefault((span, row["grade"]), row)
            if first["stage"] != row["stage"]:
                yield _fault(row, "stage", TEXTS["fault-want-one-stage"].filled(other=first["id"]))
        yield from _steps_back([each for each in steps if each[1]["grade"] in _SURE])


def _steps_back(steps: list[tuple[tuple[date, date], Row]]) -> Iterator[Fault]:
    reached: tuple[date, Row] | None = None
    for span, row in sorted(steps, key=lambda each: (each[0][1], each[0][0], each[1]["id"])):
        if row["stage"] not in _PROGRESS:
            reached = None
            continue
        rank = _PROGRESS.index(row["stage"])
        if reached and rank < _PROGRESS.index(reached[1]["stage"]) and span[0] > reached[0]:
            wanted = TEXTS["fault-want-no-step-back"].filled(other=reached[1]["id"], stage=reached[1]["stage"])
            yield _fault(row, "stage", wanted)
        elif reached is None or rank >= _PROGRESS.index(reached[1]["stage"]):
            reached = (span[1], row)
