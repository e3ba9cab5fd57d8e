"""The sections that list measures: done, under way, late, due next, requests to others, without evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from analysis.counts import LATE, MET
from analysis.periods import PERIODS
from analysis.standing import MeasureStatus
from analysis.timeline import timelines
from geodata import edtf
from geodata.codes import Due, Outcome, Role
from geodata.text import Text
from outputs.report.asked import Kind
from outputs.report.content import BOOK, TEXTS, Cell, Paragraph, Part, Table
from outputs.report.desk import (
    CODE,
    DAY,
    GOING,
    LEAD,
    STATE,
    TITLE,
    Column,
    Desk,
    Statuses,
    is_late,
    is_met,
    is_silent,
    is_unseen,
    keep,
    named,
)

_LISTED = 20
"""Measures without news that an agency lists on paper: more of them nobody reads there."""


def is_new(desk: Desk) -> Callable[[MeasureStatus], bool]:
    """Tells whether a measure came to be met in the half-year, by what is known now."""
    lines, then = timelines(desk.asked.register).measures, desk.asked.period.before.last
    return lambda status: lines[status.measure.id].on(then).outcome not in MET


def done(desk: Desk) -> Iterator[Part]:
    """What is met: in the half-year, then before it."""
    met, new = [each for each in desk.statuses if is_met(each)], is_new(desk)
    fresh = [each for each in met if new(each)]
    yield Paragraph(
        TEXTS["done-text" if met else "done-none"].filled(n=len(met), new=len(fresh), old=len(met) - len(fresh))
    )
    columns = ("due", DAY, desk.due), ("state", STATE, desk.state), ("reason", 0.6, _reason(desk))
    yield from desk.measures("done-new", fresh, *columns)
    yield from desk.measures("done-old", [each for each in met if not new(each)], *columns)


def under_way(desk: Desk) -> Iterator[Part]:
    """What is soon due; what moved in the half-year, with its newest fact; the rest, listed or counted by article."""
    going = [each for each in desk.statuses if each.verdict.outcome in GOING]
    soon = [each for each in going if each.verdict.outcome == Outcome.DUE_SOON]
    moved = [each for each in going if desk.moved(each) and each not in soon]
    rest = [each for each in going if not desk.moved(each) and each not in soon]
    counts = {"n": len(going), "near": len(soon), "new": len(moved), "old": len(rest)}
    yield Paragraph(TEXTS["going-text" if going else "going-none"].filled(**counts))
    yield from desk.measures("going-soon", soon, ("due", DAY, desk.due), ("fact", 0.45, _fact(desk)))
    yield from desk.measures("going-new", moved, ("fact", 0.55, _fact(desk)))
    columns = ("due", DAY, desk.due), ("newest-day", 0.3, _newest_day(desk))
    yield from _listed_or_counted(desk, "going-old", rest, columns, most=_LISTED)


def late(desk: Desk) -> Iterator[Part]:
    """What a source shows to be late, or whose date has passed unseen."""
    found = [each for each in desk.statuses if is_late(each)]
    shown = sum(each.verdict.outcome in LATE for each in found)
    yield Paragraph(TEXTS["late-text" if found else "late-none"].filled(n=shown, unseen=len(found) - shown))
    columns = ("due", DAY, desk.due), ("state", 0.2, desk.state), ("reason", 0.6, _reason(desk))
    yield from desk.measures("late-table", found, *columns)


def next_half(desk: Desk) -> Iterator[Part]:
    """What falls due by the end of the half-year that follows: by its date, or as a duty that recurs."""
    dated, again = due_next(desk)
    yield Paragraph(
        TEXTS["next-text" if dated or again else "next-none"].filled(
            period=period_words(desk, 1), n=len(dated), again=len(again)
        )
    )
    columns = ("due", DAY, desk.due), ("state", STATE, desk.state)
    yield from desk.measures("next-dated", dated, *columns)
    yield from desk.measures("next-again", again, ("again", DAY, _recurrence(desk)), ("state", STATE, desk.state))


def due_next(desk: Desk) -> tuple[Statuses, Statuses]:
    """The measures whose date lies behind the day of the report and not behind the next half-year; the duties that
    recur in it under a document that is still valid."""
    first, last = desk.asked.now.day + timedelta(days=1), desk.asked.period.after.last
    ends = {row.id: row.valid_until for row in desk.documents()}
    dated = [each for each in desk.statuses if (day := each.measure.due_date) and first <= day <= last]
    again = [each for each in desk.statuses if each.measure.recurrence in PERIODS]
    return dated, [each for each in again if (ends[each.document] or last) >= desk.asked.period.after.first]


def requests(desk: Desk) -> Iterator[Part]:
    """Of what is late or soon due: who cooperates with whoever leads."""
    lead = next((rows for role, rows in desk.groups if role == Role.LEAD), [])
    mine = lead if desk.asked.kind == Kind.AGENCY else desk.statuses
    wanted = [each for each in mine if is_late(each) or (each.verdict.due == Due.SOON and not is_met(each))]
    yield Paragraph(TEXTS["ask-text" if wanted else "ask-none"].filled(n=len(wanted)))
    if wanted:
        own: list[Column] = [] if desk.asked.agency else [("lead", LEAD, desk.lead)]
        partners = partial(_partners, desk)
        columns: list[Column] = [
            ("code", CODE, desk.code),
            ("measure", TITLE, named),
            *own,
            ("partners", 0.4, partners),
        ]
        columns.append(("state", 0.2, desk.state))
        head, widths = tuple(TEXTS[f"col-{key}"] for key, _, _ in columns), tuple(share for _, share, _ in columns)
        rows = tuple(tuple(cell(each) for _, _, cell in columns) for each in keep(mine, wanted))
        yield Table(TEXTS["ask-table"].filled(n=len(rows)), head, widths, rows)


def silent(desk: Desk) -> Iterator[Part]:
    """What nothing tells of."""
    found = [each for each in desk.statuses if is_silent(each)]
    never = sum(each.verdict.outcome == Outcome.NOT_SEARCHED for each in found)
    unseen = sum(map(is_unseen, found))
    key = "silent-late" if unseen else "silent-text" if found else "silent-none"
    yield Paragraph(TEXTS[key].filled(n=len(found), never=never, unseen=unseen))
    # What is past its date stands among the late.
    rest = [each for each in found if not is_unseen(each)]
    yield from _listed_or_counted(desk, "silent-table", rest, (("reason", 0.5, _reason(desk, cites=False)),))


def _listed_or_counted(
    desk: Desk, title: str, found: Statuses, columns: Sequence[Column], most: int | None = None
) -> Iterator[Part]:
    """On paper an agency lists what it leads or answers for, unless that is more than `most`; the rest is counted by
    article, and listed in the workbook."""
    own: set[str] = set()
    for role, rows in desk.groups:
        if role and role != Role.COOPERATING:
            own |= {each.measure.id for each in rows}
    mine = [each for each in found if each.measure.id in own]
    mine = [] if most is not None and len(mine) > most else mine
    listed = {each.measure.id for each in mine}
    others = [each for each in found if each.measure.id not in listed]
    yield from desk.measures(title, mine, *columns)
    yield from desk.measures(title, others, *columns, on=BOOK)
    yield from desk.by_article(f"{title}-counted", others)


def _reason(desk: Desk, cites: bool = True) -> Callable[[MeasureStatus], Cell]:
    """Why the verdict is what it is, with the sources of the fact that decides."""

    def cell(status: MeasureStatus) -> Cell:
        return Cell(status.verdict.reason, desk.proof(status.measure.id) if cites else ())

    return cell


def _fact(desk: Desk) -> Callable[[MeasureStatus], Cell]:
    """The newest fact of a measure."""

    def cell(status: MeasureStatus) -> Cell:
        event = desk.newest(status.measure.id)
        if event is None:
            return Cell(Text())
        text = TEXTS["fact"].filled(day=edtf.printed(event.date), text=event.text)
        return Cell(text, desk.cite(event.source))

    return cell


def _newest_day(desk: Desk) -> Callable[[MeasureStatus], Cell]:
    def cell(status: MeasureStatus) -> Cell:
        event = desk.newest(status.measure.id)
        day = edtf.printed(event.date) if event else ""
        return Cell(Text(day, day), desk.cite(event.source) if event else ())

    return cell


def _recurrence(desk: Desk) -> Callable[[MeasureStatus], Cell]:
    return lambda status: Cell(desk.title("recurrence", status.measure.recurrence))


def _partners(desk: Desk, status: MeasureStatus) -> Cell:
    return Cell(desk.agencies(status.measure.article, Role.COOPERATING) or TEXTS["no-partner"])


def period_words(desk: Desk, after: int = 0) -> Text:
    """The half-year of the report, the one before (-1) or behind (1) it, in words."""
    period = desk.asked.period
    half = {-1: period.before, 0: period, 1: period.after}[after]
    return TEXTS[f"half-{half.half}"].filled(year=half.year)
