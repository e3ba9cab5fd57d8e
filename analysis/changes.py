"""What changed between two days: stages of features and outcomes of measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.join import Joined
from analysis.words import Speech


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


def changed_stages(before: Joined, after: Joined, speech: Speech) -> Iterator[Change]:
    """The features whose stage differs between two joins of one register, in row order."""
    events = {row.id: speech.of(row, "text") for row in after.register["events"].itertuples()}
    pairs = zip(before.features["stage"], after.features.itertuples(), strict=True)
    for stage, row in pairs:
        if stage != row.stage:
            yield Change("features", row.id, speech.of(row, "name"), stage, row.stage, events.get(row.stage_event, ""))


def changed_outcomes(before: Joined, after: Joined, speech: Speech) -> Iterator[Change]:
    """The measures whose outcome differs between two joins of one register, in row order."""
    for outcome, row in zip(before.measures["outcome"], after.measures.itertuples(), strict=True):
        if outcome != row.outcome:
            yield Change("measures", row.id, speech.of(row, "title"), outcome, row.outcome, speech.of(row, "reason"))
