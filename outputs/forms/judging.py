"""A row of a filled form held against the register: what is wrong with it, and what has moved since it was made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from geodata import edtf
from geodata.model import Measure
from outputs.forms.columns import COMPARED, NO_CHANGE, TEXTS
from outputs.forms.drafting import STATED, Desk
from outputs.forms.reading import Filled, FilledRow
from outputs.forms.rows import FormRow


@dataclass(frozen=True)
class Moved:
    """A cell that is told, and is not what it was: in the form as it came back, when it was made, and now."""

    key: str
    form: str
    then: str
    now: str

    @property
    def is_lost(self) -> bool:
        """Whether somebody wrote there: what is told is not read back."""
        return self.form != self.then


@dataclass(frozen=True)
class Held:
    """What every row is held against."""

    filled: Filled
    desk: Desk
    now: Mapping[tuple[str, str], FormRow]
    mine: Collection[str]
    first: date
    last: date

    def then(self, measure: str, target: str) -> Mapping[str, str]:
        """What the form said of a measure when it was made; empty where it does not tell."""
        return self.filled.then.get((measure, target)) or self.filled.then.get((measure, "")) or {}


_Wrong = Iterator[tuple[str, str, object, dict[str, object]]]


def row_faults(form: Held, row: FilledRow, has_target: bool) -> _Wrong:
    """What is wrong with a row: the column, the name of the fault, what was found, what fills its words."""
    values = row.values
    if row.measure not in form.mine:
        known = row.measure in form.desk.register.by_id(Measure)
        if values or known:
            yield "measure", "own-measure" if known else "known-measure", row.measure, {}
        return
    status, there = values.get("status", ""), values.keys() | row.wrong
    others = [key for key in STATED if key != "status" and key in values]
    if status == NO_CHANGE and others:
        yield "status", "no-change", TEXTS[f"status-{status}"], {}
    elif status and status != NO_CHANGE:
        yield from ((key, f"{key}-needed", "", {}) for key in ("date", "text_zh") if key not in there)
    elif {"text_zh", "text_en", "source", "date"} & values.keys() and not {"number", "status"} & there:
        yield "status", "status-needed", "", {}
    if "number" in values:
        if not has_target:
            yield "number", "target", values["number"], {}
        if "date" not in there and status in ("", NO_CHANGE):
            yield "date", "date-needed", "", {}
    yield from _day_faults(form, row)
    yield from _due_faults(form, row)


def _day_faults(form: Held, row: FilledRow) -> _Wrong:
    span = edtf.bounds(row.values.get("date", ""))
    if span and (span[0] > form.last or span[1] < form.first):
        yield "date", "between", row.values["date"], {"first": form.first, "last": form.last}


def _due_faults(form: Held, row: FilledRow) -> _Wrong:
    values, there = row.values, row.values.keys() | row.wrong
    if "due_new" in values and "due_by" not in there:
        yield "due_by", "due-by", "", {}
    if "due_by" in values and "due_new" not in there:
        yield "due_new", "due-new", "", {}
    now = next((each.due for (measure, _), each in form.now.items() if measure == row.measure), "")
    then = next((each["due_date"] for (measure, _), each in form.filled.then.items() if measure == row.measure), now)
    if "due_new" in values and then != now and values["due_new"] != now:
        yield "due_new", "due-moved", values["due_new"], {"then": then or "–", "now": now or "–"}


def moved_cells(form: Held, row: FilledRow, target: str) -> Iterator[Moved]:
    """The cells that were told and are not what they were; a row that was added tells none."""
    then, now = form.then(row.measure, target), form.now.get((row.measure, target))
    if now is None or not any(row.told.get(key) for key in COMPARED if key != "target"):
        return
    for key in COMPARED:
        told = _flat(row.told.get(key, ""))
        was, new = _flat(then.get(key, told)), _flat(now.cells[key])
        if key in row.told and (was != new or told != was):
            yield Moved(key, told, was, new)


def _flat(text: str) -> str:
    return " ".join(text.split())
