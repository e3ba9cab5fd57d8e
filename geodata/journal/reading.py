"""The register with what the journal says: what everybody sees."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from geodata.faults import TEXTS, Fault, RegisterError, quoted
from geodata.journal.current import entries_now, where
from geodata.journal.entries import Entry
from geodata.journal.replay import FILE
from geodata.journal.trouble import NoStore
from geodata.place import read_place
from geodata.register import Register, read_register

_TRIES = 8
"""How often what does not go together is left out: an event, then what names it."""


def read_known(catalog: Path, day: date | None = None, proposed: bool = False) -> Register:
    """The register in `catalog` with the accepted entries of the journal, as known by a day (today without one), with
    `proposed` also those nobody has decided about. RegisterError, also where the journal cannot be read."""
    try:
        entries = entries_of(catalog, day, proposed)
    except OSError as error:
        found = error.reason if isinstance(error, NoStore) else quoted(" ".join(str(error).split()), 300)
        raise RegisterError([Fault(FILE, 0, "", found, TEXTS["fault-want-journal"], unread=True)]) from error
    if not proposed:
        return read_register(catalog, entries)
    return _with_what_fits(catalog, entries, entries_of(catalog, day))


def _with_what_fits(catalog: Path, entries: tuple[Entry, ...], accepted: tuple[Entry, ...]) -> Register:
    """The register with accepted entries and those that wait, but for such as do not go together.

    Each was held against what is accepted alone: two agencies may have said the same, or what cannot both be.
    """
    sure = {entry.id for entry in accepted}
    for _ in range(_TRIES):
        try:
            return read_register(catalog, entries)
        except RegisterError as error:
            places = {fault.row for fault in error.faults if fault.file.startswith(FILE)}
            kept = tuple(
                entry for place, entry in enumerate(entries, start=1) if entry.id in sure or place not in places
            )
            if len(kept) == len(entries):
                break
            entries = kept
    return read_register(catalog, accepted)


def entries_of(catalog: Path, day: date | None = None, proposed: bool = False) -> tuple[Entry, ...]:
    """The entries that have effect on the register in `catalog`; see `read_known`. NoStore where it cannot be read."""
    if not where():
        return ()
    place = read_place(catalog, [])
    return entries_now(day, place.time_zone if place else "UTC", proposed)
