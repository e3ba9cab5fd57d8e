"""The rows of the register as typed values: one class a table, held equal to the data dictionary by a test.

A field `title` of type `Text` stands for the fields `title_zh` and `title_en` of the dictionary; every other field
has the name it has there. Lists are tuples, empty cells are "" for texts and None for the rest. Partial dates stay
EDTF text (see `geodata.edtf`). The geometry of a feature is not here: it stays in the frame `Register.features`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import ClassVar

from geodata.codes import Basis
from geodata.facts import Event, Evidence, Flow, Observation, Search, Source, WaterQuality
from geodata.text import LANGS, Text


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document, its validity and its reporting rule."""

    table: ClassVar[str] = "documents"
    id: str
    number: str
    title: Text
    short_title: Text
    issuer: Text
    date_issued: date
    valid_until: date | None
    validity_text: str
    reporting_rule: Text
    source: str

    def named(self, lang: str) -> str:
        """Title and number."""
        return self.title.in_(lang) + (f" ({self.number})" if self.number else "")


@dataclass(frozen=True, slots=True)
class Article:
    """A block of a document with its own agency list."""

    table: ClassVar[str] = "articles"
    id: str
    document: str
    section: int
    section_title: Text
    article: int
    block: int
    title: Text
    block_title: Text
    list_kind: str
    list_text: str
    note: Text


@dataclass(frozen=True, slots=True)
class Measure:
    """One action on one object."""

    table: ClassVar[str] = "measures"
    id: str
    article: str
    sentence: int
    title: Text
    promise: str
    firmness: str
    target_stage: str
    due_date: date | None
    due_text: str
    due_word: str
    recurrence: str
    counterpart: tuple[str, ...]
    mappable: str
    note: Text


@dataclass(frozen=True, slots=True)
class Target:
    """A number that a measure promises."""

    table: ClassVar[str] = "targets"
    id: str
    measure: str
    metric: Text
    value: float
    unit: Text
    period: str
    recurrence: str
    text: str

    def amount(self, lang: str) -> str:
        """Value and unit."""
        return f"{self.value:g} {self.unit.in_(lang)}".strip()


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that a document names."""

    table: ClassVar[str] = "agencies"
    id: str
    name: Text
    full_name_zh: str
    kind: str
    later_name: Text
    later_name_grade: str
    later_name_date: str
    note: Text


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an article makes of an agency, and the name as it is written there."""

    table: ClassVar[str] = "assignments"
    article: str
    agency: str
    role: str
    position: int
    written_as: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A thing on the map: a project, or a place."""

    table: ClassVar[str] = "features"
    id: str
    theme: str
    kind: str
    name: Text
    aliases: tuple[str, ...]
    town: tuple[str, ...]
    town_drawn: bool
    """Whether the towns are read off a schematic course, no text naming them."""
    location: str
    position_basis: str
    accuracy_m: float | None
    part_of: str
    stage_stretch: bool
    sources: tuple[str, ...]
    note: Text

    @property
    def is_placed(self) -> bool:
        """Whether it has a position; the checks tie that to its basis."""
        return self.position_basis != Basis.NONE


@dataclass(frozen=True, slots=True)
class Link:
    """What a measure has to do with a feature."""

    table: ClassVar[str] = "links"
    measure: str
    feature: str
    relation: str
    locator: str
    note: Text
    """Where the tie is a reading and not what the text says."""


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A point that lies on a feature by another source."""

    table: ClassVar[str] = "control-points"
    feature: str
    lon: float
    lat: float
    source: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a codelist."""

    code: str
    title: Text
    description: Text
    order: int


@dataclass(frozen=True, slots=True)
class Theme(Code):
    """A code of the codelist of themes."""

    geometry: str
    """point, line or polygon."""
    context: bool
    """Whether its features give orientation only, unless a measure names them."""
    holds_towns: bool
    """Whether its features are the towns of the city."""
    short: Text
    """The letter on its markers."""


_OfTexts = Document | Article | Measure | Target | Agency | Assignment | Evidence | Search
_OfThings = Feature | Link | Event | Source | Observation | WaterQuality | ControlPoint | Flow
Row = _OfTexts | _OfThings
ROWS: tuple[type[Row], ...] = (
    Document,
    Article,
    Measure,
    Target,
    Agency,
    Assignment,
    Feature,
    Link,
    Event,
    Evidence,
    Source,
    Observation,
    WaterQuality,
    Search,
    ControlPoint,
    Flow,
)
"""The class of each table that is no codelist."""


CODELISTS = (
    *("stage", "outcome", "due", "warning", "role", "list-kind", "mappable", "recurrence", "grade", "theme"),
    *("promise", "firmness", "due-word", "fit", "shows", "feature-kind"),
    *("location", "position-basis", "relation", "event-kind", "restriction", "agency-kind", "metric", "region"),
    *("water-class", "water-span", "attained", "flow", "bank"),
)
"""The tables of codes."""


def columns_of(kind: type) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each field of a row class with the fields of the dictionary that it stands for."""
    for field in fields(kind):
        yield field.name, tuple(f"{field.name}_{lang}" for lang in LANGS) if field.type == "Text" else (field.name,)
