"""What one agency has to do: its measures by role and urgency, what is new about them, and who else acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.counts import SILENT
from analysis.stages import is_later
from analysis.standing import MeasureStatus
from analysis.view import View
from geodata import edtf
from geodata.codes import Due, Fit, Outcome, Role
from geodata.facts import Event

URGENT = (
    *(Outcome.OVERDUE, Outcome.NOT_MET, Outcome.UNREACHABLE, Outcome.DUE_SOON, Outcome.UNDER_WAY),
    *(Outcome.MET_LATE, Outcome.MET, Outcome.ALREADY_SO, Outcome.NO_EVIDENCE, Outcome.NOT_SEARCHED),
)
"""The order in which measures want a hand; those whose date passed unseen come before all."""


@dataclass(frozen=True, slots=True)
class News:
    """A fact and the measures that it serves."""

    event: Event
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """The part of one agency in a view; measures by id."""

    by_role: Mapping[str, tuple[str, ...]]
    """In the order of the register; without the roles that it has not."""
    news: tuple[News, ...]
    """Newest first; facts that are only near a measure and those of unknown year are left out."""
    partners: tuple[tuple[str, int], ...]
    """The other agencies of the same articles, with the number of measures in common; most first."""


def duties_of(view: View, agency: str) -> Duties:
    """The part of `agency` (an id) in the measures that a view keeps."""
    assigned, statuses = view.register.assignments_of, list(view.measure_status())
    mine = [each for each in statuses if any(row.agency == agency for row in assigned[each.measure.article])]
    by_role = {
        str(role): tuple(
            each.measure.id
            for each in mine
            if any(row.agency == agency and row.role == role for row in assigned[each.measure.article])
        )
        for role in Role
    }
    common = Counter(
        name for each in mine for name in dict.fromkeys(row.agency for row in assigned[each.measure.article])
    )
    place = {name: at for at, name in enumerate(view.register["agencies"]["id"])}
    return Duties(
        by_role={role: found for role, found in by_role.items() if found},
        news=_news(view, mine),
        partners=tuple(
            sorted(
                ((name, count) for name, count in common.items() if name != agency),
                key=lambda pair: (-pair[1], place[pair[0]]),
            )
        ),
    )


def urgency(status: MeasureStatus) -> int:
    """The rank of a measure among those that want a hand: the lower, the sooner."""
    verdict = status.verdict
    if verdict.due == Due.PASSED and verdict.outcome in SILENT:
        return -1
    return URGENT.index(verdict.outcome)


def newest_fact(view: View, measure: str) -> Event | None:
    """The newest dated fact up to the day that bears on a measure (an id), not merely near it; None without one."""
    return max(_facts(view, measure), key=_first_day, default=None)


def _facts(view: View, measure: str) -> Iterator[Event]:
    """The dated facts up to the day that bear on a measure, not merely near it."""
    events = view.register.by_id(Event)
    for row in view.register.evidence_of[measure]:
        event = events[row.event]
        if row.fit != Fit.CONTEXT and edtf.bounds(event.date) and not is_later(event.date, view.day):
            yield event


def _news(view: View, mine: list[MeasureStatus]) -> tuple[News, ...]:
    events = view.register.by_id(Event)
    place = {each.measure.id: at for at, each in enumerate(mine)}
    served: dict[str, list[str]] = {}
    for each in mine:
        for event in _facts(view, each.measure.id):
            served.setdefault(event.id, []).append(each.measure.id)
    found = [News(events[name], tuple(measures)) for name, measures in served.items()]
    # Two sorts: the day falls, the order of the measures rises.
    found.sort(key=lambda news: place[news.measures[0]])
    return tuple(sorted(found, key=lambda news: _first_day(news.event), reverse=True))


def _first_day(event: Event) -> str:
    span = edtf.bounds(event.date)
    return str(span[0]) if span else ""
