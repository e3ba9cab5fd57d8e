"""What a filled form would write, row by row, and what stands in its way; then written in one act, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from analysis.filters import Filter
from analysis.halves import read_half
from analysis.view import look_at
from geodata import Register
from geodata.facts import Event
from geodata.faults import Fault
from geodata.hygiene import HIDDEN, prose_fault
from geodata.journal import door
from geodata.journal.chain import Link
from geodata.journal.door import Draft
from geodata.journal.entries import Entry, Kind, State
from geodata.journal.people import Person
from geodata.journal.states import standings
from geodata.journal.store import Store
from geodata.model import Agency
from geodata.text import Text
from outputs.forms.columns import TEXTS, first_day
from outputs.forms.drafting import Desk, Said, new_due, statement, target_of
from outputs.forms.faults import CellFault, Note, fault, note
from outputs.forms.judging import Held, Moved, moved_cells, row_faults
from outputs.forms.reading import Filled, FilledRow
from outputs.forms.rows import form_rows, measure_of

_NAME = 120
"""Characters of the name of a file that are kept."""
NEW, THERE, RETURNED, UNCHANGED, EMPTY, TWICE, WRONG = (
    *("new", "there", "returned", "unchanged", "empty", "twice", "wrong"),
)
"""What becomes of a row."""


@dataclass(frozen=True)
class RowSaid:
    """What one row would write."""

    row: FilledRow
    outcome: str
    said: tuple[Said, ...] = ()
    """What is not in the journal yet."""
    moved: tuple[Moved, ...] = ()
    names: frozenset[str] = frozenset()
    """Ids of all that it says, be it there already or not."""


@dataclass(frozen=True)
class Preview:
    """What a form would write; nothing of it while there is a fault."""

    filled: Filled
    rows: tuple[RowSaid, ...] = ()
    hand_in: Draft | None = None
    """That it was handed in; None where the journal knows."""
    faults: tuple[CellFault, ...] = ()
    notes: tuple[Note, ...] = ()
    refused: bool = False
    """Whether the door would not take it from this person, whatever stands in it."""

    @cached_property
    def said(self) -> tuple[tuple[RowSaid, Said], ...]:
        """What is written, each with its row; an entry of several rows stands with the first."""
        found: dict[str, tuple[RowSaid, Said]] = {}
        for row in self.rows:
            for each in row.said:
                found.setdefault(each.draft.id, (row, each))
        return tuple(found.values())

    def count(self, *outcomes: str) -> int:
        """Rows with one of these outcomes."""
        return sum(row.outcome in outcomes for row in self.rows)


def drafts_of(preview: Preview) -> tuple[Draft, ...]:
    """What would be written, in order; nothing of a form with a fault, nor of one that the journal has already."""
    if preview.faults:
        return ()
    return tuple(said.draft for _, said in preview.said) + ((preview.hand_in,) if preview.hand_in else ())


def preview(
    filled: Filled, register: Register, entries: Sequence[Entry], who: Person | None = None, day: date | None = None
) -> Preview:
    """What a form would write into the journal with these entries, held against the register that everybody sees.

    `who` sends it; None at the one desk. `day` is today unless told otherwise. `checked` asks the door too.
    """
    day = day or register.place.today()
    faults = [*filled.faults, *_whose(filled, register, who)]
    if filled.agency not in register.by_id(Agency) or not filled.period:
        return Preview(filled, faults=tuple(faults), notes=filled.notes)
    found = standings(list(entries))
    view = look_at(register, Filter(), day)
    now = {(row.measure, row.target): row for row in form_rows(view, filled.agency, found, filled.lang)}
    half = read_half(filled.period)
    desk = Desk(register, filled.agency, half, filled.version, entries, found)
    form = Held(filled, desk, now, {measure for measure, _ in now}, first_day(view), min(day, half.last + _LATE))
    rows = tuple(_row(form, row, faults) for row in filled.rows)
    faults += _many_dues(rows)
    notes = [*filled.notes, *_notes(form, rows)]
    return Preview(filled, _once(rows), _hand_in(form), tuple(dict.fromkeys(faults)), tuple(notes))


_LATE = timedelta(days=183)
"""How long after a half-year its form may come in, and tell what has happened until then."""


def _whose(filled: Filled, register: Register, who: Person | None) -> Iterator[CellFault]:
    if filled.agency and filled.agency not in register.by_id(Agency):
        yield fault("", "", filled.agency, "agency")
    elif filled.agency and who is not None and who.agencies and filled.agency not in who.agencies:
        names = (register.by_id(Agency)[name].name for name in (filled.agency, *who.agencies[:1]))
        yield fault("", "", next(names), "own-agency", own=next(names))


def _row(form: Held, row: FilledRow, faults: list[CellFault]) -> RowSaid:
    """What a row would write; what is wrong with it is collected."""
    target = target_of(form.desk.register, row) if row.measure in form.mine else None
    wrong = [
        fault(row.sheet, row.cell(column), found, key, **told)
        for column, key, found, told in row_faults(form, row, target is not None)
    ]
    faults += wrong
    moved = tuple(moved_cells(form, row, target.id if target else ""))
    if wrong or row.wrong:
        return RowSaid(row, WRONG, moved=moved)
    said = statement(form.desk, row, target)
    due = form.now[row.measure, target.id if target else ""].due if row.measure in form.mine else ""
    if "due_new" in row.values and row.values["due_new"] != due:
        said.append(new_due(form.desk, row, due))
    fresh = tuple(each for each in said if each.draft.id not in form.desk.there)
    names = frozenset(each.draft.id for each in said)
    if fresh:
        return RowSaid(row, NEW, fresh, moved, names)
    if not said:
        return RowSaid(row, UNCHANGED if row.values else EMPTY, moved=moved)
    states = {form.desk.standings[each.draft.id].state for each in said if each.draft.id in form.desk.standings}
    return RowSaid(row, RETURNED if State.RETURNED in states else THERE, (), moved, names)


def _many_dues(rows: Sequence[RowSaid]) -> Iterator[CellFault]:
    """Two due dates for one measure."""
    asked: dict[str, str] = {}
    for each in rows:
        for said in each.said:
            if said.draft.kind == Kind.CHANGE:
                first = asked.setdefault(each.row.measure, said.draft.id)
                if first != said.draft.id:
                    row = each.row
                    yield fault(row.sheet, row.cell("due_new"), row.values["due_new"], "one-due")


def _once(rows: Sequence[RowSaid]) -> tuple[RowSaid, ...]:
    """The same rows, those marked that say nothing that another has not said."""
    seen: set[str] = set()
    found = []
    for each in rows:
        names = {said.draft.id for said in each.said}
        found.append(replace(each, outcome=TWICE) if names and names <= seen else each)
        seen |= names
    return tuple(found)


def _notes(form: Held, rows: Sequence[RowSaid]) -> Iterator[Note]:
    """What is worth saying and stands in nothing's way."""
    named = {each.row.measure for each in rows}
    if lacking := [name for name in form.mine if name not in named]:
        yield note("", "", "lacking", n=len(lacking))
    for each in rows:
        row = each.row
        for moved in each.moved:
            if moved.is_lost:
                yield note(row.sheet, row.cell(moved.key), "lost", form=moved.form[:60] or "–", now=moved.now[:60])
    waiting = _waiting(form, rows)
    for each in _once(rows):
        place = each.row.sheet, each.row.cell("status")
        if each.outcome in (TWICE, RETURNED):
            yield note(*place, each.outcome)
        elif each.outcome == NEW and each.row.measure in waiting:
            yield note(*place, "waiting", text=waiting[each.row.measure][:60])


def _waiting(form: Held, rows: Sequence[RowSaid]) -> dict[str, str]:
    """By measure, what the agency said before and nobody has decided about, unless the form says it too."""
    told = {name for each in rows for name in each.names}
    return {
        measure_of(row.entry): row.entry.values.get("text_zh", "")
        for name, row in form.desk.standings.items()
        if row.state == State.PROPOSED
        and (row.entry.table, row.entry.agency) == (Event.table, form.filled.agency)
        and name not in told
    }


def _hand_in(form: Held) -> Draft | None:
    """That the agency has handed in its form; None where the journal knows of these very words."""
    filled, desk = form.filled, form.desk
    told = sorted((row.measure, row.target, json.dumps(row.values, sort_keys=True)) for row in filled.rows)
    name = desk.name("hand-in", json.dumps(told, ensure_ascii=False))
    if name in desk.there:
        return None
    rows = len({row.measure for row in filled.rows} & set(form.mine))
    values = {"period": filled.period, "agency": filled.agency, "rows": str(rows)}
    return Draft(Kind.NOTE, filled.agency, values=values, text=_clean(filled), version=filled.version, id=name)


def _clean(filled: Filled) -> str:
    """The name of a file as a note may say it."""
    name = filled.name.replace("\\", "/").rpartition("/")[2]
    text = " ".join(HIDDEN.sub("", name).split())[-_NAME:].strip()
    return f"{filled.period} {filled.agency}" if not text or prose_fault(text, name=True) else text


def checked(found: Preview, store: Store, catalog: Path, login: str) -> Preview:
    """The same with what the door has against it, by cell. Raises NoStore."""
    drafts = drafts_of(found)
    if found.faults or not drafts:
        return found
    reason, faults = door.faults_of(store, catalog, login, drafts)
    if not reason:
        return found
    if not faults:
        refused = CellFault("", "", Text("–", "–"), reason, TEXTS["mend-door"])
        return replace(found, faults=(refused,), refused=True)
    return replace(found, faults=tuple(dict.fromkeys(_at(each, found) for each in faults)))


def _at(each: Fault, found: Preview) -> CellFault:
    """A fault of the door at the cell that it comes from."""
    if not 0 < each.row <= len(found.said):
        return CellFault("", "", each.found, each.expected, TEXTS["mend-door"])
    row, said = found.said[each.row - 1]
    key = said.columns.get(each.field, "measure")
    return CellFault(row.row.sheet, row.row.cell(key), each.found, each.expected, TEXTS["mend-cell"])


def hand_in(found: Preview, store: Store, catalog: Path, login: str, way: str = "upload") -> tuple[Link, ...]:
    """Write a form in one act: all of it or nothing, nothing for one that is there. Raises Refused and NoStore, and
    ValueError for a form with faults."""
    if found.faults:
        raise ValueError("a form with faults is not written")
    drafts = drafts_of(found)
    return door.write(store, catalog, login, drafts, way) if drafts else ()
