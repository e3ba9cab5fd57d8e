"""Texts of the screen in the chosen language, and titles of codes from the codelists."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geodata import Register

LANGS = ("zh", "en")
BOTH = "both"
"""The choice of an output that speaks one language after the other."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts by key, then language."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def by_language() -> dict[str, dict[str, str]]:
    """All texts by language, then key."""
    return {lang: {key: row[lang] for key, row in texts().items()} for lang in LANGS}


@dataclass(frozen=True)
class Words:
    """Speaks one language. Empty English falls back to Chinese; codes are never translated by hand."""

    register: Register
    lang: str

    def __call__(self, key: str, **values: Any) -> str:
        """The text `key` with `values` filled in."""
        text = texts()[key][self.lang]
        return text.format(**values) if values else text

    def of(self, row: Any, field: str) -> str:
        """The field `<field>_<lang>` of a row, or its Chinese if that is empty."""
        get = row.get if hasattr(row, "get") else lambda name: getattr(row, name)
        return get(f"{field}_{self.lang}") or get(f"{field}_zh") or ""

    def list(self, items: Iterable[str]) -> str:
        """Items in a row, with the comma of the language."""
        return ("、" if self.lang == "zh" else ", ").join(items)

    def pair(self, label: str, value: str) -> str:
        """A label and its value, with the colon of the language."""
        return f"{label}：{value}" if self.lang == "zh" else f"{label}: {value}"

    def title(self, codelist: str, code: str) -> str:
        """The title of a code; an empty code gives an empty text."""
        return self.register.titles(codelist, self.lang)[code] if code else ""
