"""Codes that the logic depends on; a test holds each enumeration equal to its codelist.

All other codes are data: they are read from the codelists and never spelled in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """OC4IDS 0.9.5 projectStatus; the order of the codelist is the order of progress."""

    IDENTIFICATION = "identification"
    PREPARATION = "preparation"
    IMPLEMENTATION = "implementation"
    COMPLETION = "completion"
    MAINTENANCE = "maintenance"
    DECOMMISSIONING = "decommissioning"
    DECOMMISSIONED = "decommissioned"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Not an OC4IDS code: no source states a stage. Shown, never stored."""
    NOT_APPLICABLE = "not-applicable"
    """Of a place. Shown, never stored."""


class FeatureKind(StrEnum):
    """A project has a course; a place (a town, a river, a city of the text) has none."""

    PROJECT = "project"
    PLACE = "place"


class Outcome(StrEnum):
    """Verdict on a measure on a day; derived, never stored."""

    MET = "met"
    MET_LATE = "met-late"
    ALREADY_SO = "already-so"
    UNDER_WAY = "under-way"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    NOT_MET = "not-met"
    UNREACHABLE = "unreachable"
    NO_EVIDENCE = "no-evidence"
    NOT_SEARCHED = "not-searched"


class Promise(StrEnum):
    """What kind of promise a measure makes."""

    BUILD = "build"
    DELIVER = "deliver"
    NUMBER = "number"
    RECURRING = "recurring"
    ONGOING = "ongoing"


class Firmness(StrEnum):
    """How firmly a measure is promised."""

    SHALL = "shall"
    STRIVE = "strive"
    ENCOURAGE = "encourage"


class Recurrence(StrEnum):
    """How often a measure is to be done; only the first three have periods."""

    MONTHLY = "monthly"
    TWICE_YEARLY = "twice-yearly"
    YEARLY = "yearly"
    REGULAR = "regular"
    AS_NEEDED = "as-needed"
    IRREGULAR = "irregular"


class Due(StrEnum):
    """The date of a measure against the day looked at; derived, never stored."""

    PASSED = "passed"
    SOON = "soon"
    LATER = "later"
    NONE = "none"


class Alert(StrEnum):
    """Three-colour warning (三色预警), grey where there is nothing to warn of."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Role(StrEnum):
    """What an article makes of an agency."""

    LEAD = "lead"
    COOPERATING = "cooperating"
    RESPONSIBLE = "responsible"


class Grade(StrEnum):
    """How sure a fact is."""

    SEED = "seed"
    VERIFIED = "verified"
    VERIFIED_REPOST = "verified-repost"
    ENCYCLOPAEDIA = "encyclopaedia"
    OWN_WORD = "own-word"
    """What an agency says of itself, once the coordinating office has accepted it."""
    UNVERIFIED = "unverified"
    NOT_FOUND = "not-found"


class EventKind(StrEnum):
    """What an event says about its feature or its measure; the last five are of measures."""

    STAGE = "stage"
    PROGRESS = "progress"
    PARTIAL = "partial"
    NAMING = "naming"
    OTHER_SECTION = "other-section"
    PREDECESSOR = "predecessor"
    RELATED = "related"
    GAP = "gap"
    ACT = "act"
    LAUNCH = "launch"
    CHANGE = "change"
    WITHDRAWAL = "withdrawal"
    FIGURE = "figure"


class Restriction(StrEnum):
    """What limits the use of a feature beside its stage."""

    CLOSED_TO_TRAFFIC = "closed-to-traffic"
    LIFTED = "lifted"


class Basis(StrEnum):
    """Where a position comes from."""

    OSM = "osm"
    PUBLISHED = "published"
    SCHEMATIC = "schematic"
    NONE = "none"


class Location(StrEnum):
    """Relation of a feature to the city."""

    INSIDE = "inside"
    CROSSING = "crossing"
    BOUNDARY = "boundary"
    OUTSIDE = "outside"


class Fit(StrEnum):
    """How a fact fits a measure."""

    DIRECT = "direct"
    PARTIAL = "partial"
    CONTEXT = "context"


class Shows(StrEnum):
    """What a fact shows of a measure."""

    FULFILLED = "fulfilled"
    PART = "part"
    UNDER_WAY = "under-way"
    NOT_DONE = "not-done"
    UNREACHABLE = "unreachable"
    NOTHING = "nothing"


class Relation(StrEnum):
    """What a measure has to do with a feature."""

    TARGET = "target"
    CONTEXT = "context"


class FlowRelation(StrEnum):
    """What a feature has to do with a river."""

    FLOWS_TO = "flows-to"
    LIES_ON = "lies-on"


class Mappable(StrEnum):
    """Whether a measure points to places."""

    YES = "yes"
    CITY_WIDE = "city-wide"
    NO = "no"


CLOSED: Mapping[str, type[StrEnum]] = {
    "stage": Stage,
    "feature-kind": FeatureKind,
    "outcome": Outcome,
    "promise": Promise,
    "firmness": Firmness,
    "recurrence": Recurrence,
    "due": Due,
    "warning": Alert,
    "role": Role,
    "grade": Grade,
    "event-kind": EventKind,
    "restriction": Restriction,
    "position-basis": Basis,
    "location": Location,
    "fit": Fit,
    "shows": Shows,
    "relation": Relation,
    "flow": FlowRelation,
    "mappable": Mappable,
}
"""The codelists that logic depends on: a catalog holds these codes, all of them and no others."""
