"""The standing of every feature and measure as a timeline: the days on which it changes, and to what."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Generic, TypeVar

from analysis.outcomes import Verdict, verdict
from analysis.promises import promises
from analysis.stages import ALWAYS, FeatureStage, histories, stage_on
from geodata import Register
from geodata.model import Feature, Measure

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Timeline(Generic[State]):
    """`states[i]` holds from `days[i]` to the day before `days[i + 1]`; the first is that of all days before."""

    days: tuple[date, ...]
    """Ascending; `date.min` is the first."""
    states: tuple[State, ...]

    def on(self, day: date) -> State:
        """The state on `day`."""
        return self.states[bisect_right(self.days, day) - 1]


@dataclass(frozen=True, slots=True)
class Timelines:
    """All that a register says of any day, by id, in the order of the register."""

    features: Mapping[str, Timeline[FeatureStage]]
    measures: Mapping[str, Timeline[Verdict]]

    @property
    def days(self) -> list[date]:
        """The days on which anything changes, ascending."""
        found = {day for each in (self.features, self.measures) for line in each.values() for day in line.days}
        return sorted(found - {date.min})


def timelines(register: Register) -> Timelines:
    """The timelines of a register; they say of each day what `standing_on` says of it."""
    return register.derived(_timelines)


def _timelines(register: Register) -> Timelines:
    known, nothing = histories(register), {kind: Timeline((date.min,), (state,)) for kind, state in ALWAYS.items()}
    measures = {}
    for measure, promise in zip(register.rows(Measure), promises(register), strict=True):
        measures[measure.id] = _line(promise.turns, partial(verdict, promise))
    features = {
        row.id: _line(known[row.id].turns, partial(stage_on, known[row.id])) if row.id in known else nothing[row.kind]
        for row in register.rows(Feature)
    }
    return Timelines(features, measures)


def _line(turns: Iterable[date], on: Callable[[date], State]) -> Timeline[State]:
    """The timeline of a state that may change on `turns` only; a turn that changes nothing is left out."""
    days, states = [date.min], [on(date.min)]
    for day in sorted(turns):
        state = on(day)
        if state != states[-1]:
            days.append(day)
            states.append(state)
    return Timeline(tuple(days), tuple(states))
