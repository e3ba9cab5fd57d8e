"""The stage of a feature on any day, from its dated events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from geodata import Register, edtf
from geodata.codes import EventKind, FeatureKind, Grade, Restriction, Stage
from geodata.facts import Event
from geodata.model import Feature

STALE_AFTER = timedelta(days=365)
RANK = {stage: rank for rank, stage in enumerate(Stage)}
EARLY = (Stage.IDENTIFICATION, Stage.PREPARATION)
UNDER_WAY = (*EARLY, Stage.IMPLEMENTATION)
BUILT = (Stage.COMPLETION, Stage.MAINTENANCE)
"""Stages that are counted together: prepared; prepared or being built; built or in use."""
_MOVING = (EventKind.STAGE, EventKind.PROGRESS, EventKind.PARTIAL)
SOURCED = (Grade.VERIFIED, Grade.VERIFIED_REPOST, Grade.ENCYCLOPAEDIA, Grade.OWN_WORD)
_EVIDENCE = (*_MOVING, EventKind.NAMING)


@dataclass(frozen=True)
class Step:
    """A feature is in `stage` from `day` (the first day on which that is certain)."""

    day: date
    stage: str
    event: str
    grade: str
    date: str
    """As the source gives it (EDTF)."""
    begins: bool
    """Whether the event is the entry into the stage; otherwise the stage began no later than this day."""
    of_line: str = ""
    """Id of the line whose opening is all that is known of a station by then."""


@dataclass(frozen=True)
class History:
    """What the events of one feature say, in time."""

    steps: tuple[Step, ...] = ()
    restrictions: tuple[tuple[date, str, str], ...] = ()
    """Day from which each is certain, code and date as the source gives it."""
    in_parts: bool = False
    """Whether a part opened by itself: then a section has a course of its own."""
    evidence: tuple[date, ...] = ()
    """Days of sourced facts about the feature itself, ascending; document wording is not evidence."""

    @property
    def turns(self) -> set[date]:
        """The days on which the stage of the feature, or what is known of it, may change."""
        days = {step.day for step in self.steps} | {since for since, *_ in self.restrictions} | set(self.evidence)
        return days | {seen + STALE_AFTER + timedelta(days=1) for seen in self.evidence}

    def step_on(self, day: date) -> Step | None:
        """The step in force on `day`; None before the first."""
        return next((step for step in reversed(self.steps) if step.day <= day), None)

    def restriction_on(self, day: date) -> tuple[str, str]:
        """The restriction in force on `day` and since when (EDTF); empty texts for none."""
        last = next(((code, text) for since, code, text in reversed(self.restrictions) if since <= day), ("", ""))
        return ("", "") if last[0] == Restriction.LIFTED else last

    def evidence_on(self, day: date) -> date | None:
        """The newest sourced fact not later than `day`."""
        return next((seen for seen in reversed(self.evidence) if seen <= day), None)


@dataclass(frozen=True, slots=True)
class FeatureStage:
    """The stage of a feature on a day."""

    stage: str
    """Unknown when no source states one."""
    stage_since: str
    """EDTF, or empty."""
    stage_begins: bool
    """False: it began no later than `stage_since`."""
    stage_grade: str
    stage_event: str
    """Id of the event that it rests on."""
    restriction: str
    evidence: date | None
    """Of the newest sourced fact."""
    stale: bool
    """Whether news is to be expected, and for more than a year no source has brought any."""
    restricted_since: str = ""
    """EDTF, or empty."""
    of_line: str = ""
    """Id of the line whose opening is all that is known of a station."""


NEVER = FeatureStage(str(Stage.UNKNOWN), "", False, "", "", "", None, False)
"""Of a feature of which nothing is known."""
PLACE = replace(NEVER, stage=str(Stage.NOT_APPLICABLE))
"""Of a place: it has no stage."""
ALWAYS: dict[str, FeatureStage] = {FeatureKind.PROJECT: NEVER, FeatureKind.PLACE: PLACE}
"""Of a feature without any event, by its kind."""
_FIELDS = FeatureStage.__slots__
_TYPES = {"stage_begins": bool, "stale": bool}


def stage_on(history: History, day: date) -> FeatureStage:
    """The stage of a feature on a day, from its history."""
    step, evidence = history.step_on(day), history.evidence_on(day)
    restriction, restricted_since = history.restriction_on(day)
    is_expected = (step is not None and step.stage in UNDER_WAY) or bool(restriction)
    return FeatureStage(
        stage=step.stage if step else NEVER.stage,
        stage_since=step.date if step else "",
        stage_begins=step is not None and step.begins,
        stage_grade=step.grade if step else "",
        stage_event=step.event if step else "",
        restriction=restriction,
        restricted_since=restricted_since,
        evidence=evidence,
        stale=is_expected and (evidence is None or day - evidence > STALE_AFTER),
        of_line=step.of_line if step else "",
    )


def is_later(text: str, day: date) -> bool:
    """Whether a fact dated `text` (EDTF) lies wholly after `day`; one of unknown year does not."""
    span = edtf.bounds(text)
    return span is not None and span[0] > day


def histories(register: Register) -> dict[str, History]:
    """The history of every feature that has events, by feature id.

    A fact dated to a month or a year counts from its last day. Facts with an unknown
    year, unverified ones and those about other sections move nothing. The wording of a
    policy document advances a stage but never takes back what a source had shown.
    """
    return register.derived(_histories)


def _histories(register: Register) -> dict[str, History]:
    known = {feature: _history(rows) for feature, rows in register.events_of.items()}
    known |= _of_sections(register, known)
    return known | _of_stations(register, known)


def _of_stations(register: Register, known: dict[str, History]) -> dict[str, History]:
    """Stations lie on a line that is in operation, once it is, until a fact speaks of the station itself.

    Not where a source dates a stage of the station: then it has a course of its own.
    """
    features = register.by_id(Feature)
    found = {}
    for row in features.values():
        whole, own = known.get(row.part_of), known.get(row.id, History())
        if whole is None or row.kind != FeatureKind.PROJECT or features[row.part_of].theme == row.theme:
            continue
        opened = next((step for step in whole.steps if step.stage == Stage.MAINTENANCE), None)
        if opened is None or any(step.begins or step.day <= opened.day for step in own.steps):
            continue
        on_line = replace(opened, begins=False, of_line=row.part_of)
        found[row.id] = replace(own, steps=(on_line, *own.steps), evidence=own.evidence or whole.evidence)
    return found


def _of_sections(register: Register, known: dict[str, History]) -> dict[str, History]:
    """Sections without events of their own share the history of the whole they are part of.

    Only within one theme (a station is no section of its line), never from a whole that
    opened in parts, nor from one whose stage is a stretch, such as a monitoring programme.
    """
    features = register.by_id(Feature)
    return {
        row.id: known[row.part_of]
        for row in features.values()
        if row.part_of in known
        and row.id not in known
        and features[row.part_of].theme == row.theme
        and not features[row.part_of].stage_stretch
        and not known[row.part_of].in_parts
    }


def _history(events: Sequence[Event]) -> History:
    dated = sorted(
        ((*span, row.grade != Grade.SEED, row) for row in events if (span := edtf.bounds(row.date)) is not None),
        key=lambda item: (item[1], item[2], item[3].id),
    )
    steps: list[Step] = []
    restrictions: list[tuple[date, str, str]] = []
    evidence: list[date] = []
    begun = {row.stage: day for _, day, _, row in reversed(dated) if _begins(row)}
    for earliest, day, _, row in dated:
        sourced = row.grade in SOURCED
        if sourced and row.kind in _EVIDENCE:
            evidence.append(day)
        if row.restriction and sourced:
            restrictions.append((day, row.restriction, row.date))
        # A demand of the text is no fact where a source dates the beginning of that very stage later.
        demanded = row.grade == Grade.SEED and begun.get(row.stage, day) > day
        if row.stage and row.kind in _MOVING and (sourced or row.grade == Grade.SEED) and not demanded:
            held = steps[-1] if steps else None
            back = held is not None and RANK[Stage(row.stage)] <= RANK[Stage(held.stage)]
            # A vague date that reaches behind the held step cannot take it back either.
            if (
                held
                and back
                and (not sourced or (held.grade != Grade.SEED and earliest <= held.day and row.stage != held.stage))
            ):
                continue
            if held is None or held.stage != row.stage or (sourced and held.grade == Grade.SEED):
                _, _, end = row.date.partition("/")
                # An interval says only by when.
                by = end if end and end != ".." else row.date
                steps.append(Step(day, row.stage, row.id, row.grade, by, _begins(row) and by == row.date))
    in_parts = any(row.kind == EventKind.PARTIAL for row in events)
    return History(tuple(steps), tuple(restrictions), in_parts, tuple(evidence))


def _begins(row: Event) -> bool:
    """Whether a source dates the entry into a stage; a document only says what is so at its own date."""
    return row.kind == EventKind.STAGE and row.grade in SOURCED


def stages_on(register: Register, known: dict[str, History], day: date) -> pd.DataFrame:
    """One row a feature, in the order of `register.features`.

    Columns: stage (code; unknown when nothing is known, not-applicable of a place), stage_since (EDTF date or empty),
    stage_begins (False: it began no later than that date), stage_grade, stage_event (id),
    restriction (code) and restricted_since (EDTF), evidence (date or None), stale (news is to be expected,
    and none came for a year before `day`) and of_line (id of the line whose opening is all that is known of a station).
    """
    ids = register.features["id"].to_numpy()
    columns = {name: np.full(len(ids), getattr(NEVER, name), dtype=_TYPES.get(name, object)) for name in _FIELDS}
    is_place = (register.features["kind"] == FeatureKind.PLACE).to_numpy()
    columns["stage"][is_place] = PLACE.stage
    places = {feature: place for place, feature in enumerate(ids)} if known else {}
    for feature, history in known.items():
        row, place = stage_on(history, day), places[feature]
        for name, column in columns.items():
            column[place] = getattr(row, name)
    return pd.DataFrame(columns, index=register.features.index)
