"""How the rows of a register are named in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from geodata import Register
from geodata.facts import Source
from geodata.model import Agency, Article, Document, Feature
from geodata.text import catalogue

TEXTS = catalogue(__file__)


@dataclass(frozen=True, eq=False)
class Speech:
    """Names and titles of the rows of a register in one language; Chinese where the English is empty."""

    register: Register
    lang: str

    def items(self, values: Iterable[str]) -> str:
        """Values in one cell, with the separator of the language."""
        return TEXTS("separator", self.lang).join(values)

    def listed(self, values: Iterable[str]) -> str:
        """Values in a row, with the comma of the language."""
        return TEXTS("comma", self.lang).join(values)

    def pair(self, label: str, value: str) -> str:
        """A label and its value, with the colon of the language."""
        return f"{label}{TEXTS('colon', self.lang)}{value}"

    def title(self, codelist: str, code: str) -> str:
        """The title of a code; an empty code gives an empty text."""
        return self.register.titles(codelist, self.lang)[code] if code else ""

    @cached_property
    def features(self) -> Mapping[str, str]:
        """Name of every feature by its id."""
        return {row.id: row.name.in_(self.lang) for row in self.register.rows(Feature)}

    @cached_property
    def agencies(self) -> Mapping[str, str]:
        """Name of every agency by its id."""
        return {row.id: row.name.in_(self.lang) for row in self.register.rows(Agency)}

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Title of every source by its id."""
        return {row.id: row.title.in_(self.lang) for row in self.register.rows(Source)}

    @cached_property
    def articles(self) -> Mapping[str, str]:
        """Id, title and title of the block: the same words wherever an article is named."""
        return {
            row.id: " · ".join(filter(None, (f"{row.id} {row.title.in_(self.lang)}", row.block_title.in_(self.lang))))
            for row in self.register.rows(Article)
        }

    @cached_property
    def documents(self) -> Mapping[str, str]:
        """Title and number of every document by its id."""
        return {row.id: row.named(self.lang) for row in self.register.rows(Document)}

    def article_heading(self, row: Article, numbered: bool = False) -> str:
        """An article block by its place in its document: short title, number, title, title of the block.

        The number of the block is left out of the only block of an article, unless `numbered`.
        """
        block = row.block_title.in_(self.lang)
        number = f"{row.article}-{row.block}" if numbered or row.block != 1 or block else f"{row.article}"
        document = self.register.by_id(Document)[row.document].short_title.in_(self.lang)
        return f"{document} · {number} {row.title.in_(self.lang)}" + (f" · {block}" if block else "")

    def article_cited(self, row: Article) -> str:
        """An article as one cites it: number of its document, its own number, title, title of the block.

        A document without a number is named by its title, and its fields are not numbered.
        """
        document, block = self.register.by_id(Document)[row.document], row.block_title.in_(self.lang)
        titles = TEXTS("middle-dot", self.lang).join(filter(None, (row.title.in_(self.lang), block)))
        if not document.number:
            return self.pair(document.title.in_(self.lang), titles)
        number = numeral(row.article) if self.lang == "zh" else str(row.article)
        return TEXTS("article-cited", self.lang).format(document=document.number, number=number, titles=titles)

    def assigned(self, article: str, role: str) -> list[str]:
        """The agencies to whom an article gives a role: as written in Chinese, by name in English."""
        found = [row for row in self.register.assignments_of[article] if row.role == role]
        return [row.written_as if self.lang == "zh" else self.agencies[row.agency] for row in found]


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals, as articles are counted."""
    digits = TEXTS("digits", "zh")
    tens, ones = divmod(number, 10)
    return (
        (digits[tens] if tens > 1 else "") + (digits[10] if tens else "") + (digits[ones] if ones or not tens else "")
    )
