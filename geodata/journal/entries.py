"""The entries of a journal: what somebody proposes, says or decides, each with who, when and on what ground."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from geodata.text import catalogue

TEXTS = catalogue(__file__)
LONGEST = 20_000
"""Characters of one value or text."""
_ID = re.compile(r"[0-9a-f]{32}")
_HALF = re.compile("[\ud800-\udfff]")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")


class Kind(StrEnum):
    """What an entry does."""

    ADD = "add"
    """A row to a table."""
    CHANGE = "edit"
    """Cells of a row that is there."""
    UNDO = "undo"
    """Takes another entry's effect away; that of an undo gives it back."""
    NOTE = "note"
    QUESTION = "question"
    CONTACT = "contact"
    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"


class Role(StrEnum):
    """What somebody may do, the least first."""

    VIEWER = "viewer"
    EDITOR = "editor"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class State(StrEnum):
    """Where an entry that proposes something stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


EFFECTS = (Kind.ADD, Kind.CHANGE, Kind.UNDO)
"""What changes the register once it is accepted."""
DECISIONS: Mapping[str, State] = {
    Kind.ACCEPT: State.ACCEPTED,
    Kind.RETURN: State.RETURNED,
    Kind.WITHDRAW: State.WITHDRAWN,
}


class BadEntry(ValueError):
    """A text that is no entry."""


@dataclass(frozen=True)
class Entry:
    """One entry; nothing of it ever changes."""

    kind: str
    author: str
    agency: str
    role: str
    table: str = ""
    key: tuple[str, ...] = ()
    """Of the row that is changed; empty for one that is added."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Cells by field, as they would stand in the file of the table; `geometry` as GeoJSON."""
    about: str = ""
    """Id of the entry that this one corrects, undoes, answers or decides about."""
    text: str = ""
    """A note, or the reason of a decision."""
    version: str = ""
    """Of the register that the author looked at."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    time: str = field(default_factory=lambda: now())
    """When it was said, UTC: 2026-06-30T08:00:00.000000Z."""

    def __hash__(self) -> int:
        """By its id: no two entries share one."""
        return hash(self.id)

    @property
    def body(self) -> str:
        """The entry as one line of text, the same for the same entry everywhere."""
        return _LINE.encode({name: getattr(self, name) for name in _NAMES} | {"values": dict(self.values)})

    @cached_property
    def digest(self) -> str:
        """A hash of the body."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def act(self) -> tuple[str, str]:
        """What was said in one act has one author and one time: a source, an event and what it shows."""
        return self.time, self.author

    @property
    def order(self) -> tuple[str, str]:
        """By which entries take effect, in whatever order they came here."""
        return self.time, self.id

    def day(self, zone: str) -> date:
        """The day on which it was said, where the city is."""
        return datetime.fromisoformat(self.time).astimezone(ZoneInfo(zone)).date()


_NAMES = tuple(each.name for each in fields(Entry))
_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def now() -> str:
    """The time, as entries write it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_entry(body: str) -> Entry:
    """The entry of a line; BadEntry for what is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadEntry(f"not JSON: {error}") from error
    if not isinstance(found, dict) or found.keys() != set(_NAMES):
        raise BadEntry("other fields than those of an entry")
    texts = {name: value for name, value in found.items() if name not in ("key", "values")}
    if wrong := _wrong(found, texts):
        raise BadEntry(wrong)
    entry = Entry(**texts, key=tuple(found["key"]), values=found["values"])
    if entry.body != body:
        raise BadEntry("not written as entries are")
    return entry


def _wrong(found: Mapping[str, Any], texts: Mapping[str, Any]) -> str:
    """What is wrong with the fields of an entry; empty for a sound one."""
    key, values = found["key"], found["values"]
    if not isinstance(key, list) or not isinstance(values, dict):
        return "key is no list, or values no object"
    cells = [*texts.values(), *key, *values.keys(), *values.values()]
    if not all(isinstance(cell, str) and len(cell) <= LONGEST for cell in cells):
        return "a value that is no text, or too long"
    if any(map(_HALF.search, cells)):
        return "half a character"
    if texts["kind"] not in tuple(Kind) or texts["role"] not in tuple(Role):
        return "an unknown kind or role"
    if not _ID.fullmatch(texts["id"]) or not _is_time(texts["time"]):
        return "an id or a time that is none"
    return "an entry about nothing" if texts["kind"] in (*DECISIONS, Kind.UNDO) and not texts["about"] else ""


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False
