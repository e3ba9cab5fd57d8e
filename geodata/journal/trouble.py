"""Why a journal cannot be opened, read or written: what a database says of it, in words that say how to mend it."""

from __future__ import annotations

import os
import sqlite3

from geodata.journal.entries import TEXTS
from geodata.text import Text

_SQLITE = (
    ("SQLITE_FULL", "full"),
    ("SQLITE_READONLY", "read-only"),
    ("SQLITE_PERM", "read-only"),
    ("SQLITE_BUSY", "busy"),
    ("SQLITE_LOCKED", "busy"),
    ("SQLITE_NOTADB", "no-database"),
    ("SQLITE_CORRUPT", "broken"),
    ("SQLITE_CANTOPEN", "not-there"),
    ("SQLITE_IOERR", "disk"),
)
"""How the names of what SQLite says begin, and the text that says so."""
_POSTGRESQL = (
    ("53100", "full"),
    ("25006", "read-only"),
    ("42501", "no-right"),
    ("28", "no-right"),
    ("3D000", "not-there"),
    ("55P03", "busy"),
    ("08", "away"),
    ("57P", "away"),
)
"""How the codes of what PostgreSQL says begin, and the text that says so."""


class NoStore(OSError):
    """A journal that cannot be opened, read or written; `reason` says why, and how to mend it, in both languages."""

    def __init__(self, reason: Text) -> None:
        """Of a reason."""
        super().__init__(f"{reason.zh} {reason.en}")
        self.reason = reason


def no_store(key: str, place: str, told: object = "") -> NoStore:
    """What is wrong with the journal at a place, by the name of a text; `told` is what the machine says of it."""
    return NoStore(TEXTS[f"store-{key}"].filled(place=place, told=_short(told)))


def trouble_of(error: BaseException, place: str) -> NoStore:
    """What an error of a database, or of the driver that speaks to it, says of the journal at a place."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, ImportError):
        return no_store("driver", place, cause)
    told = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    key = next((words for start, words in (*_SQLITE, *_POSTGRESQL) if told.startswith(start)), "other")
    if not told and type(cause).__name__ == "OperationalError" and not isinstance(cause, sqlite3.Error):
        # There was nobody who could have said a code.
        key = "away"
    if key == "not-there" and os.access(place, os.F_OK):
        # SQLite needs two files beside it, which a user who may only read cannot make.
        key = "read-only"
    return no_store(key, place, cause)


def _short(told: object) -> str:
    return " ".join(str(told).split())[:200] or type(told).__name__
