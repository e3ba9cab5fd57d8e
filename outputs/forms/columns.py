"""The columns of a form and the words in it: what is told to an agency, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analysis.view import View
from geodata.codes import Shows
from geodata.model import Document
from geodata.text import LANGS, Catalogue, Text, catalogue

TEXTS: Catalogue = catalogue(__file__)
FORMAT = "1"
"""Of the form: a form of another one is read by its heads alone."""
HIDDEN = "_guantu"
"""The sheet for the program: of what period and agency a form is, and what its cells said."""
META = ("format", "lang", "period", "agency", "version", "journal", "seal")
"""What the first rows of that sheet say, a name and a value each."""
SPARE = 20
"""Empty rows at the end, for more to say of a measure."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the form."""

    key: str
    width: int
    """Characters of a narrow letter."""
    is_open: bool = False
    """Whether the agency fills it in."""
    longest: int = 0
    """Characters of a text that it takes."""

    @property
    def title(self) -> Text:
        """What stands at its head."""
        return TEXTS[f"col-{self.key}"]


TOLD = (
    Column("measure", 15),
    Column("title", 22),
    Column("role", 7),
    Column("article", 18),
    Column("due", 11),
    Column("state", 24),
    Column("last", 28),
    Column("returned", 15),
    Column("target", 12),
)
ASKED = (
    Column("status", 11, True),
    Column("date", 12, True),
    Column("text_zh", 34, True, 500),
    Column("text_en", 14, True, 1000),
    Column("number", 9, True),
    Column("source", 20, True, 300),
    Column("due_new", 12, True),
    Column("due_by", 13, True, 100),
)
COLUMNS = (*TOLD, *ASKED)
NEEDED = ("measure", "status", "date", "text_zh")
"""Columns without which a sheet is no form."""
COMPARED = ("title", "due", "state", "last", "target")
"""Columns whose cells may have moved since a form was made."""
NO_CHANGE = "no-change"
STATUSES = (NO_CHANGE, Shows.UNDER_WAY, Shows.PART, Shows.FULFILLED, Shows.NOT_DONE, Shows.UNREACHABLE)
"""What an agency may say of a half-year, in the order of the list; all but the first are codes of what a fact shows."""


def column(key: str) -> Column:
    """The column of a key; KeyError for none."""
    return _BY_KEY[key]


_BY_KEY: Mapping[str, Column] = {each.key: each for each in COLUMNS}


def statuses(lang: str) -> list[str]:
    """The words of the list of a language, in order."""
    return [TEXTS(f"status-{code}", lang) for code in STATUSES]


def every_word(key: str) -> list[str]:
    """A text in each language."""
    return [TEXTS(key, lang) for lang in LANGS]


def first_day(view: View) -> date:
    """The first day on which something can have happened: that on which the first document was issued."""
    return min(row.date_issued for row in view.register.rows(Document))
