"""The chain of a journal: each entry sealed with all before it, so that nothing can be changed or lost unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geodata.journal.entries import BadEntry, Entry, read_entry

FORMAT = "guantu-journal 1"
START = "0" * 64
"""The seal before the first entry."""


class BrokenChain(ValueError):
    """A journal in which an entry was changed, lost or put in; `line` is where it shows first, from 1."""

    def __init__(self, line: int, reason: str) -> None:
        """Of the line, and what is wrong there."""
        self.line, self.reason = line, reason
        super().__init__(f"{line}: {reason}")


@dataclass(frozen=True)
class Link:
    """An entry in its place in the chain."""

    number: int
    """From 1."""
    entry: Entry
    seal: str


def seal(before: str, entry: Entry) -> str:
    """The seal of an entry behind the one before it."""
    return hashlib.sha256(f"{before}{entry.digest}".encode()).hexdigest()


def linked(entries: Iterable[Entry], before: str = START, number: int = 0) -> list[Link]:
    """Entries one behind the other, behind a chain that ends with `before` and has `number` links."""
    found = []
    for entry in entries:
        number, before = number + 1, seal(before, entry)
        found.append(Link(number, entry, before))
    return found


def verify(links: Iterable[Link]) -> str:
    """The last seal of a whole chain; BrokenChain for any other."""
    before, number = START, 0
    seen: set[str] = set()
    for number, link in enumerate(links, start=1):
        before = seal(before, link.entry)
        if link.number != number or link.seal != before:
            raise BrokenChain(number, "the seal is not that of this entry behind the one before it")
        if link.entry.id in seen:
            raise BrokenChain(number, "an entry that is there already")
        seen.add(link.entry.id)
    return before


def write_chain(links: Sequence[Link]) -> str:
    """A chain as text: a line that says what it is, then one line an entry: its seal and its body."""
    return "".join([f"{FORMAT}\n", *(f"{link.seal} {link.entry.body}\n" for link in links)])


def read_chain(text: str) -> list[Link]:
    """The links of a text; BrokenChain says where it is none, or not whole."""
    head, _, rest = text.removeprefix("\ufeff").partition("\n")
    if head.rstrip("\r") != FORMAT:
        raise BrokenChain(1, f"not a file of a journal: its first line is not {FORMAT!r}")
    if rest and not rest.endswith("\n"):
        raise BrokenChain(rest.count("\n") + 2, "the last line was cut")
    links = []
    for number, line in enumerate(rest.split("\n")[:-1], start=1):
        sealed, _, body = line.rstrip("\r").partition(" ")
        try:
            links.append(Link(number, read_entry(body), sealed))
        except BadEntry as error:
            raise BrokenChain(number + 1, str(error)) from error
    verify(links)
    return links
