"""What a report is asked about: a half-year, for whom, and the register as it is known now and was known before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.filters import LAST_DAY, Filter, from_query, spellings
from analysis.halves import Half, NoHalf, read_half
from analysis.view import View, look_at
from geodata import Register
from geodata.journal.reading import entries_of, read_known
from geodata.model import Agency, Document
from geodata.text import LANGS, Text
from outputs.report.content import TEXTS


class Kind(StrEnum):
    """Who reports, or to whom."""

    CITY = "whole"
    AGENCY = "one"
    CONFERENCE = "conference"


class ReportError(ValueError):
    """A report that cannot be made as asked; `text` says what, and how to mend it."""

    def __init__(self, key: str, **values: Any) -> None:
        """With the key of the text and what is filled into it."""
        self.key = key
        self.text: Text = TEXTS[f"error-{key}"].filled(**values)
        super().__init__(f"{self.text.zh} {self.text.en}")


@dataclass(frozen=True, eq=False)
class Asked:
    """A half-year, and the two views that a report compares."""

    period: Half
    kind: Kind
    now: View
    """On the last day of the half-year, or today while it lasts, as known now."""
    before: View
    """On the last day of the half-year before, as known on that day."""
    entries: int
    """How many entries of the journal have effect now."""
    agency: str = ""
    """Id; empty unless one agency reports."""

    @property
    def is_over(self) -> bool:
        """Whether the half-year has ended on the day of the report."""
        return self.now.day == self.period.last

    @property
    def register(self) -> Register:
        """As it is known now."""
        return self.now.register

    def of(self, agency: str) -> Asked:
        """The same for one agency (an id). ReportError where it has nothing to report."""
        wanted = replace(self.now.filter, agency=(agency,))
        found = replace(
            self,
            kind=Kind.AGENCY,
            now=self.now.narrowed(wanted),
            before=self.before.narrowed(replace(self.before.filter, agency=(agency,))),
            agency=agency,
        )
        if found.now.measures.empty:
            name = self.register.by_id(Agency)[agency].name
            raise ReportError("nothing", who=name, day=self.now.day)
        return found

    def each(self) -> Iterator[Asked]:
        """The same for each agency that has something to report, in the order of the register."""
        return (self.of(agency) for agency in self.now.agencies)

    def of_conference(self) -> Asked:
        """The same about the agreements with one neighbour, for the conference of both. ReportError without one."""
        found = tuple(_agreements(self.now))
        if not found:
            raise ReportError("agreement", day=self.now.day)
        wanted = replace(self.now.filter, document=found)
        former = replace(self.before.filter, document=found)
        return replace(self, kind=Kind.CONFERENCE, now=self.now.narrowed(wanted), before=self.before.narrowed(former))


def _agreements(view: View) -> Iterator[str]:
    """The documents all of whose measures name the same one counterpart."""
    for document, rows in view.measures.groupby("document", sort=False):
        partners = set(rows["counterpart"])
        if len(partners) == 1 and len(next(iter(partners))) == 1:
            yield str(document)


def read_period(text: str) -> Half:
    """The half-year of a text; ReportError for what names none."""
    try:
        half = read_half(text)
    except NoHalf as error:
        raise ReportError("period", found=" ".join(str(error).split()) or "–") from error
    if half.last > LAST_DAY:
        raise ReportError("future", period=half.name, first=half.first)
    return half


def asked_of(catalog: Path, period: Half, known_by: date | None = None) -> Asked:
    """What a report of the whole register in `catalog` compares, as known by a day (today without one).

    What nobody has accepted yet is no ground for a report. RegisterError as `read_known`; ReportError for a half-year
    that has not begun, or with nothing to report.
    """
    register = read_known(catalog, known_by)
    then = min(period.before.last, known_by or period.before.last)
    entries = entries_of(catalog, known_by)
    # Reading takes a while, and without a journal both are the same.
    earlier = register if entries == entries_of(catalog, then) else read_known(catalog, then)
    return asked_between(register, earlier, period, len(entries), known_by)


def asked_between(
    register: Register, earlier: Register, period: Half, entries: int = 0, known_by: date | None = None
) -> Asked:
    """The same of two registers: as it is known now, and as it was known by the end of the half-year before."""
    today = register.place.today()
    if period.first > today:
        raise ReportError("future", period=period.name, first=period.first)
    day, then = min(period.last, today), period.before.last
    issued = tuple(row.id for row in register.rows(Document) if row.date_issued <= day)
    if not issued:
        raise ReportError("nothing", who=register.place.name, day=day)
    # Nobody reports on what had not been promised yet.
    chosen = Filter() if len(issued) == len(register.rows(Document)) else Filter(document=issued)
    now = look_at(register, chosen, day, known_by)
    known = min(then, now.known_by)
    return Asked(period, Kind.CITY, now, look_at(earlier, chosen, then, known), entries)


def agency_of(register: Register, text: str) -> str:
    """The id of an agency by id or any of its names; ReportError names those that are perhaps meant."""
    chosen, problems = from_query({"agency": text}, register)
    if not problems and len(chosen.agency) == 1:
        return chosen.agency[0]
    known = spellings("agency", register)
    held = [name for name in known if text and text in name]
    near = held or get_close_matches(text, known, 12, 0.4)
    names = {row.id: row.name for row in register.rows(Agency)}
    found = list(dict.fromkeys(known[name] for name in near))[:8]
    meant = Text(*(", ".join(f"{code} ({names[code].in_(lang)})" for code in found) or "–" for lang in LANGS))
    raise ReportError("agency", found=text[:60] or "–", near=meant)
