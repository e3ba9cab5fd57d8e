"""Numbers against targets: what each measure promises to reach, and the newest value by the day of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.stages import SOURCED
from geodata import edtf
from geodata.facts import Observation
from geodata.model import Target
from geodata.text import Text
from outputs.report.content import BOOK, PAPER, TEXTS, Bar, Cell, Chart, Paragraph, Part, Table, plain
from outputs.report.desk import CODE, Desk

_LISTED = 12
"""Targets that paper lists whether they have a value or not."""


def numbers(desk: Desk) -> Iterator[Part]:
    """A row a target, and the share that is reached as bars. Where most have no value, paper lists those that have."""
    found = [(target, value_of(desk, target)) for each in desk.statuses for target in _targets(desk, each.measure.id)]
    measured = [(target, value) for target, value in found if value]
    is_long = len(found) > _LISTED and bool(measured)
    key = "numbers-long" if is_long else "numbers-text" if found else "numbers-none"
    yield Paragraph(TEXTS[key].filled(n=len(found), known=len(measured)))
    if measured:
        bars = tuple(Bar(target.metric, _share(target, value)) for target, value in measured)
        yield Chart(TEXTS["numbers-chart"], bars)
    if is_long:
        yield _table(desk, measured, PAPER)
    if found:
        yield _table(desk, found, BOOK if is_long else "")


def _table(desk: Desk, found: Sequence[tuple[Target, Observation | None]], on: str) -> Table:
    is_measured = any(value for _, value in found)
    keys = ("code", "metric", "target", "value", *(("share", "note") if is_measured else ()))
    head = tuple(TEXTS[f"col-{key}"] for key in keys)
    rows = tuple(tuple(_row(desk, target, value))[: len(keys)] for target, value in found)
    title, widths = TEXTS["numbers-table"].filled(n=len(found)), (CODE, 0.28, 0.18, 0.28, 0.12, 0.3)
    return Table(title, head, widths[: len(keys)], rows, on=on)


def _targets(desk: Desk, measure: str) -> tuple[Target, ...]:
    return desk.asked.register.targets_of[measure]


def value_of(desk: Desk, target: Target) -> Observation | None:
    """The newest sourced number of a target up to the day; None without one."""
    found = []
    for row in desk.asked.register.observations_of[target.id]:
        span = edtf.bounds(row.date)
        if span and span[1] <= desk.asked.now.day and row.number is not None and row.grade in SOURCED:
            found.append((span[1], row.id, row))
    return max(found)[2] if found else None


def _share(target: Target, value: Observation) -> float:
    """Percent of the target."""
    return round(100 * (value.number or 0) / target.value, 1) if target.value else 0.0


def _row(desk: Desk, target: Target, value: Observation | None) -> Iterator[Cell]:
    repeated = desk.title("recurrence", target.recurrence)
    amount = Text(target.amount("zh"), target.amount("en"))
    yield Cell(plain(target.measure))
    yield Cell(target.metric)
    yield Cell(TEXTS["target-again"].filled(amount=amount, again=repeated) if repeated else amount)
    if value is None:
        yield from (Cell(TEXTS["no-value"]), Cell(Text()), Cell(Text()))
        return
    measured = Text(*(f"{value.value} {unit}".strip() for unit in (target.unit.zh, target.unit.en)))
    text = TEXTS["value"].filled(amount=measured, day=edtf.printed(value.date))
    yield Cell(text, desk.cite(value.source))
    yield Cell(plain(f"{_share(target, value):g}%"))
    yield Cell(value.note)
