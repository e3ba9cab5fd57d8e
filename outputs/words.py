"""The texts of what leaves the house."""

from __future__ import annotations

from geodata.text import catalogue

TEXTS = catalogue(__file__)
words = TEXTS
"""`words(key, lang)`: a text of this package."""
