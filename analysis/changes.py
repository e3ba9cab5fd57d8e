"""What changed between two days: stages of features and outcomes of measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analysis.standing import Standing
from analysis.timeline import timelines
from analysis.words import Speech
from geodata import Register
from geodata.facts import Event


@dataclass(frozen=True)
class Change:
    """A row whose code is another one than on the earlier day."""

    table: str
    """features or measures."""
    id: str
    name: str
    before: str
    """Code on the earlier day."""
    after: str
    reason: str
    """The event or the verdict that the later code rests on, in words."""


def changed_stages(before: Standing, after: Standing, speech: Speech) -> Iterator[Change]:
    """The features whose stage differs between two standings of one register, in row order."""
    events = after.register.by_id(Event)
    for was, now in zip(before.feature_status.values(), after.feature_status.values(), strict=True):
        if was.stage.stage != now.stage.stage:
            event = events.get(now.stage.stage_event)
            reason = event.text.in_(speech.lang) if event else ""
            name = now.feature.name.in_(speech.lang)
            yield Change("features", now.feature.id, name, was.stage.stage, now.stage.stage, reason)


def changed_outcomes(before: Standing, after: Standing, speech: Speech) -> Iterator[Change]:
    """The measures whose outcome differs between two standings of one register, in row order."""
    for was, now in zip(before.measure_status.values(), after.measure_status.values(), strict=True):
        if was.verdict.outcome != now.verdict.outcome:
            name, reason = now.measure.title.in_(speech.lang), now.verdict.reason.in_(speech.lang)
            yield Change("measures", now.measure.id, name, was.verdict.outcome, now.verdict.outcome, reason)


def changed_since(register: Register, since: date, day: date) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which features have another stage on `day` than on `since`, and which measures another outcome; in row order."""
    lines = timelines(register)
    features = (line.on(since).stage != line.on(day).stage for line in lines.features.values())
    measures = (line.on(since).outcome != line.on(day).outcome for line in lines.measures.values())
    return (
        np.fromiter(features, dtype=bool, count=len(lines.features)),
        np.fromiter(measures, dtype=bool, count=len(lines.measures)),
    )
