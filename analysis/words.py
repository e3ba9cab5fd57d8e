"""What outputs say in words: their own texts, and names and titles from the register, in one language."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geodata import Register
from geodata.register import CODELIST


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts by key, then language."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def words(key: str, lang: str, **values: Any) -> str:
    """The text `key` in a language with `values` filled in; KeyError names a key that is not there."""
    text = texts()[key][lang]
    return text.format(**values) if values else text


@dataclass(frozen=True, eq=False)
class Speech:
    """Names and titles of the rows of a register in one language; Chinese where the English is empty."""

    register: Register
    lang: str

    def of(self, row: Any, field: str) -> str:
        """The field `<field>_<lang>` of a row, or its Chinese if that is empty."""
        return str(getattr(row, f"{field}_{self.lang}") or getattr(row, f"{field}_zh"))

    def items(self, values: Iterable[str]) -> str:
        """Values in one cell, with the separator of the language."""
        return words("separator", self.lang).join(values)

    def named(self, table: str, field: str = "name") -> dict[str, str]:
        """Name (or another field) of every row of a table by its id or code."""
        key = "code" if table.startswith(CODELIST) else "id"
        return {getattr(row, key): self.of(row, field) for row in self.register[table].itertuples()}

    def articles(self) -> dict[str, str]:
        """Id, title and title of the block: the same words wherever an article is named."""
        return {
            row.id: f"{row.id} {self.of(row, 'title')}"
            + (f" · {block}" if (block := self.of(row, "block_title")) else "")
            for row in self.register["articles"].itertuples()
        }

    def documents(self) -> dict[str, str]:
        """Title and number of every document by its id."""
        return {
            row.id: self.of(row, "title") + (f" ({row.number})" if row.number else "")
            for row in self.register["documents"].itertuples()
        }

    def agencies(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Agencies by article and role: as written in Chinese, by name in English."""
        names, found = self.named("agencies"), defaultdict(list)
        for row in self.register["assignments"].sort_values("position", kind="stable").itertuples():
            found[row.article, row.role].append(row.written_as if self.lang == "zh" else names[row.agency])
        return {key: tuple(value) for key, value in found.items()}
