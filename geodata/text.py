"""A text in both languages, the rule for a missing one, and the catalogues that texts are kept in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

LANGS = ("zh", "en")
"""The languages of every text, Chinese first."""
BOTH = "both"
"""The choice of a product that speaks one language after the other."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and in English."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.zh or self.en)

    def in_(self, lang: str) -> str:
        """The text in `lang` (zh or en); Chinese where the English is empty."""
        return (self.en if lang == "en" else self.zh) or self.zh

    def filled(self, **values: Any) -> Text:
        """With `values` in place of the names in braces; a `Text` among them gives each language its own."""
        return Text(*(_filled(getattr(self, lang), lang, values) for lang in LANGS))

    def joined(self, other: Text, between: Text) -> Text:
        """This text, `between`, and the other one."""
        return Text(f"{self.zh}{between.zh}{other.zh}", f"{self.en}{between.en}{other.en}")


def _filled(text: str, lang: str, values: Mapping[str, Any]) -> str:
    said = {key: value.in_(lang) if isinstance(value, Text) else value for key, value in values.items()}
    return text.format(**said) if said else text


@dataclass(frozen=True)
class Catalogue:
    """The texts of a package by key, from a TOML file with a table `[key]` of one string a language."""

    path: Path

    @cached_property
    def _texts(self) -> Mapping[str, Text]:
        found = tomllib.loads(self.path.read_text(encoding="utf-8"))
        return {key: Text(**row) for key, row in found.items()}

    def __iter__(self) -> Iterator[str]:
        """All keys, in the order of the file."""
        return iter(self._texts)

    def by_language(self) -> dict[str, dict[str, str]]:
        """All texts by language, then key."""
        return {lang: {key: text.in_(lang) for key, text in self._texts.items()} for lang in LANGS}

    def __contains__(self, key: str) -> bool:
        """Whether there is a text `key`."""
        return key in self._texts

    def __getitem__(self, key: str) -> Text:
        """The text `key`; KeyError names one that is not there."""
        return self._texts[key]

    def __call__(self, key: str, lang: str, **values: Any) -> str:
        """The text `key` in `lang` with `values` filled in; KeyError names a key that is not there."""
        return _filled(self[key].in_(lang), lang, values)


def catalogue(module: str) -> Catalogue:
    """The catalogue `texts.toml` beside a module, given by its `__file__`."""
    return Catalogue(Path(module).with_name("texts.toml"))
