"""What is wrong with a filled form, cell by cell, and what was mended in reading it."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.faults import quoted
from geodata.text import Text
from outputs.forms.columns import TEXTS
from outputs.forms.container import Refusal

_QUOTED = 60


@dataclass(frozen=True)
class CellFault:
    """One thing wrong: where, what was found, what is expected, how to mend it."""

    sheet: str
    """Name of the sheet; empty for the file as a whole."""
    cell: str
    """Address such as F12; empty for the sheet as a whole."""
    found: Text
    expected: Text
    mend: Text

    @property
    def place(self) -> str:
        """Sheet and cell."""
        return "!".join(filter(None, (self.sheet, self.cell)))

    def in_(self, lang: str) -> str:
        """One line in a language (zh or en)."""
        place = f"{self.place}{TEXTS('colon', lang)}" if self.place else ""
        told = {"found": self.found.in_(lang), "expected": self.expected.in_(lang), "mend": self.mend.in_(lang)}
        return place + TEXTS("fault", lang, **told)


@dataclass(frozen=True)
class Note:
    """What was read otherwise than it stands there."""

    sheet: str
    cell: str
    text: Text

    def in_(self, lang: str) -> str:
        """One line in a language (zh or en)."""
        place = "!".join(filter(None, (self.sheet, self.cell)))
        return (f"{place}{TEXTS('colon', lang)}" if place else "") + self.text.in_(lang)


def fault(sheet: str, cell: str, found: object, key: str, **values: object) -> CellFault:
    """A fault by its name in the texts; `found` is quoted and cut."""
    words = (TEXTS[f"{part}-{key}"].filled(**values) for part in ("want", "mend"))
    return CellFault(sheet, cell, found if isinstance(found, Text) else quoted(found, _QUOTED), *words)


def of_file(refused: Refusal) -> CellFault:
    """The fault of a file that is not opened."""
    return CellFault("", "", refused.found, refused.expected, refused.mend)


def note(sheet: str, cell: str, key: str, **values: object) -> Note:
    """A note by its name in the texts."""
    return Note(sheet, cell, TEXTS[f"note-{key}"].filled(**values))
