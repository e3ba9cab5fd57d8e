"""What the products of a meeting are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.chapters import Chapter
from analysis.tourfile import Picked
from analysis.tours import tour
from analysis.view import View
from geodata.text import BOTH, LANGS
from outputs.about import about, labels
from outputs.words import TEXTS


@dataclass(frozen=True, eq=False)
class Brief:
    """A view, the languages to speak and the chapters to show."""

    view: View
    lang: str
    """zh, en or both."""
    picked: Picked = ()
    """Key and note of each chapter; empty for the usual tour."""
    map_number: str = ""
    """Map approval number; without one the products are for internal use."""

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages, Chinese first."""
        return LANGS if self.lang == BOTH else (self.lang,)

    @cached_property
    def chapters(self) -> dict[str, list[Chapter]]:
        """The chapters by language; NoChapter names one that does not exist."""
        return {lang: tour(self.view, lang, self.picked) for lang in self.langs}

    @cached_property
    def about(self) -> dict[str, dict[str, str]]:
        """What every product says of itself, by language and key."""
        return {lang: about(self.view, (), self.map_number, lang) for lang in self.langs}

    def pair(self, key: str, lang: str) -> str:
        """One thing that a product says of itself, with its label."""
        return f"{labels(lang)[key]}{TEXTS('colon', lang)}{self.about[lang][key]}"

    def foot(self, lang: str) -> list[str]:
        """Filter, days and version, sources and licence, accuracy: a line each."""
        return [
            f"{self.pair('filter', lang)}    {self.state(lang)}",
            self.pair("sources", lang),
            self.pair("accuracy", lang),
        ]

    def state(self, lang: str) -> str:
        """The day, the day by which it was known, and the version of the register."""
        return "    ".join(self.pair(key, lang) for key in ("day", "known", "version"))

    def stamp(self, lang: str) -> str:
        """Map approval number, or internal use."""
        return f"{labels(lang)['approval']} {self.map_number}" if self.map_number else self.about[lang]["use"]
