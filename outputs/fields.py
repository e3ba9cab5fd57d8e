"""The dictionary of the output tables and of answers with their columns, two JSON files as typed values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("fields.json")
ANSWERS = PATH.with_name("answer_fields.json")
_FINDING, _NUMBER = "finding", "number"
"""The columns that all findings share; the first column of every answer."""


@dataclass(frozen=True)
class OutputField:
    """A column of an output table."""

    name: str
    type: str
    """string, integer, number, boolean or date."""
    title_zh: str
    title_en: str
    codelist: str = ""
    """The codelist whose codes the values are; empty for free values."""
    words_of: str = ""
    """The column that this one says in words; empty for data. An extract holds data only, see `outputs.wording`."""
    of: str = ""
    """The table of the register whose ids the values are; empty for other values."""
    is_list: bool = False
    """Whether a value is a tuple; a flat file joins its items."""

    def title(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title_zh


@dataclass(frozen=True)
class OutputTable:
    """A table of an output; `features` describes the columns of every layer."""

    name: str
    title_zh: str
    title_en: str
    key: str
    """The column that is unique; empty where no single one is."""
    fields: tuple[OutputField, ...]

    def title(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title_zh

    @property
    def data(self) -> tuple[OutputField, ...]:
        """The columns that an extract holds: all but those that only say another one in words."""
        return tuple(field for field in self.fields if not field.words_of)


@cache
def tables() -> dict[str, OutputTable]:
    """The dictionary of all output tables by name, from `fields.json`."""
    found = json.loads(PATH.read_text(encoding="utf-8"))
    return {
        name: OutputTable(
            name=name,
            title_zh=row["title_zh"],
            title_en=row["title_en"],
            key=row["key"],
            fields=tuple(OutputField(*field) for field in _fields(found, row["fields"])),
        )
        for name, row in found.items()
    }


def _fields(found: Mapping[str, Any], fields: str | list[list[Any]]) -> list[list[Any]]:
    """The fields of a table; a name stands for those of another table."""
    own: list[list[Any]] = found[fields]["fields"] if isinstance(fields, str) else fields
    return own


@cache
def answer_fields(question: str) -> tuple[OutputField, ...]:
    """The columns of the answer to a question, from `answer_fields.json`: those of every finding come first."""
    found = json.loads(ANSWERS.read_text(encoding="utf-8"))
    common = [] if any(name == _NUMBER for name, *_ in found[question]) else found[_FINDING]
    return tuple(OutputField(*field) for field in (*common, *found[question]))
