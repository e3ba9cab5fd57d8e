"""Faults in the register: where, what was found, what was expected."""

from __future__ import annotations

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
        # Names of files and of fields may hold anything, and they are not quoted.
        return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)

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
