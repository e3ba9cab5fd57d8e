"""Faults in the register: where, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with the register.

    `row` is the line of the file as an editor counts it (the header is line 1);
    0 means the file as a whole. `field` is empty where no single field is at fault.
    """

    file: str
    row: int
    field: str
    found: str
    expected: str
    unread: bool = False
    """Whether the rest of the file could not be read: nothing is held against references to it."""

    def __str__(self) -> str:
        """One line: file:row field: found …, expected …."""
        place = f"{self.file}:{self.row}" if self.row else self.file
        if self.field:
            place += f" [{self.field}]"
        return f"{place}: found {self.found}; expected {self.expected}"


class RegisterError(ValueError):
    """The register cannot be used; `faults` holds every fault, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep `faults`, sorted; the message is one line for each."""
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def shorten(value: object, limit: int = 60) -> str:
    """Quote `value` on one line, cut to `limit` characters, control characters escaped."""
    text = str(value)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return repr(text)
