"""The rows of what is known: facts, values, what they show, what was looked for, and the sources of it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import ClassVar

from geodata.text import Text


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact about a feature or a measure."""

    table: ClassVar[str] = "events"
    id: str
    feature: str
    measure: str
    """One of the two is empty."""
    date: str
    kind: str
    stage: str
    restriction: str
    text: Text
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a fact shows of a measure: a reading of its source against the text."""

    table: ClassVar[str] = "evidence"
    event: str
    measure: str
    fit: str
    shows: str
    note: Text
    """Why it is read so, where the fact does not say it plainly."""


@dataclass(frozen=True, slots=True)
class Source:
    """A publication."""

    table: ClassVar[str] = "sources"
    id: str
    title: Text
    publisher: Text
    url: str
    date_published: str
    date_accessed: str
    grade: str
    licence: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A measured value of a feature, or of what a target of a measure promises."""

    table: ClassVar[str] = "observations"
    id: str
    feature: str
    target: str
    """One of the two is empty."""
    date: str
    metric: str
    value: str
    """A number or a class, as the source gives it."""
    unit: str
    note: Text
    source: str
    grade: str

    @property
    def number(self) -> float | None:
        """The value as a number; None for a class."""
        try:
            value = float(self.value)
        except ValueError:
            return None
        return value if isfinite(value) else None


@dataclass(frozen=True, slots=True)
class WaterQuality:
    """The class of a water section in one period, what it was to be, and whether that was attained."""

    table: ClassVar[str] = "water-quality"
    id: str
    feature: str
    """The section; the monitoring programme for a section without a position."""
    site: Text
    period: str
    """EDTF date or interval."""
    span: str
    """Values of unlike spans are never compared."""
    water_class: str
    """By GB 3838-2002, of the worst single item; empty where the source gives none."""
    control_target: str
    """The class to be reached in the end."""
    interim_target: str
    """The class to be reached in the period."""
    attained: str
    exceeded: Text
    note: Text
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the water of a river goes on, or which river something lies on."""

    table: ClassVar[str] = "flows"
    feature: str
    relation: str
    river: str
    reach_m: float | None
    """How far a mouth may lie from a wide water that is drawn by its centre line."""
    bank: str
    """Of what lies on a river, looking downstream; empty where nobody says."""
    source: str
    grade: str
    note: Text


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for and not found."""

    table: ClassVar[str] = "searches"
    id: str
    measure: str
    feature: str
    date: date
    searched: str
    note: Text
