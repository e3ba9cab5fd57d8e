"""Texts of the screen in the chosen language, and names and titles from the register."""

from __future__ import annotations

from typing import Any

from analysis.words import Speech
from geodata.text import catalogue

TEXTS = catalogue(__file__)


class Words(Speech):
    """Speaks one language: the texts of the screen by key, and everything that the register names."""

    def __call__(self, key: str, **values: Any) -> str:
        """The text `key` with `values` filled in."""
        return TEXTS(key, self.lang, **values)
