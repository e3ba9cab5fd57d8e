"""Faults in the register: where, what was found, what was expected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geodata.text import LANGS, Text, catalogue

TEXTS = catalogue(__file__)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the register.

    `row` is the line of the file as an editor counts it (the header is line 1);
    0 means the file as a whole. `field` is empty where no single field is at fault.
    """

    file: str
    row: int
    field: str
    found: Text
    expected: Text
    unread: bool = False
    """Whether the rest of the file could not be read: nothing is held against references to it."""

    def in_(self, lang: str) -> str:
        """One line in `lang` (zh or en): file:row [field]: found …; expected …. Control characters are escaped."""
        place = f"{self.file}:{self.row}" if self.row else self.file
        if self.field:
            place += f" [{self.field}]"
        line = TEXTS("fault-line", lang, place=place, found=self.found, expected=self.expected)
        return _plain(line)

    @property
    def kind(self) -> tuple[str, str, str]:
        """What equal faults have in common: file, field, and what is expected but for the values quoted in it."""
        return self.file, self.field, re.sub(r"'[^']*'|[^ ]*[0-9][^ ]*", "", self.expected.en)

    def __str__(self) -> str:
        """The line in English, for logs."""
        return self.in_("en")

    def __lt__(self, other: Fault) -> bool:
        """By file, row, field, then the English text."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, str, str, str, bool]:
        return self.file, self.row, self.field, self.found.en, self.expected.en, self.unread


class RegisterError(ValueError):
    """The register cannot be used; `faults` holds every fault, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep `faults`, sorted; the message is one line for each, in English."""
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


MOST = 10
"""Equal faults that are shown; of more the number is said."""


def said(faults: Iterable[Fault], lang: str) -> list[str]:
    """The faults in `lang` (zh or en), a line each, in their order; of equal ones the first ten and how many more."""
    faults = tuple(faults)
    sizes, shown = Counter(fault.kind for fault in faults), Counter[tuple[str, str, str]]()
    lines = []
    for fault in faults:
        kind = fault.kind
        shown[kind] += 1
        if shown[kind] <= MOST:
            lines.append(fault.in_(lang))
        elif shown[kind] == MOST + 1:
            place = f"{fault.file} [{fault.field}]" if fault.field else fault.file
            more = TEXTS("fault-more", lang, n=sizes[kind] - MOST, place=place, expected=fault.expected)
            lines.append(_plain(more))
    return lines


def _plain(line: str) -> str:
    """Names of files and of fields may hold anything, and they are not quoted."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)


def shorten(value: object, limit: int = 60) -> str:
    """Quote `value` on one line, cut to `limit` characters, control characters escaped."""
    text = str(value)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return repr(text)


def quoted(value: object, limit: int = 60) -> Text:
    """`value` as `shorten` quotes it: the same in both languages, unless it is a `Text` itself."""
    return Text(*(shorten(value.in_(lang) if isinstance(value, Text) else value, limit) for lang in LANGS))


def listed(names: Iterable[str]) -> Text:
    """The names with the comma of each language between them."""
    found = tuple(names)
    return Text(*(TEXTS("fault-comma", lang).join(found) for lang in LANGS))
