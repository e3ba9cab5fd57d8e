"""Who may say what: kinds of entries by role, tables, and the measures that an agency has a part in."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.journal.entries import Entry, Kind, Role
from geodata.journal.examine import Ground
from geodata.journal.people import Person

_SAY = (Kind.ADD, Kind.CHANGE, Kind.UNDO, Kind.NOTE, Kind.QUESTION, Kind.CONTACT, Kind.WITHDRAW)
_DECIDE = (*_SAY, Kind.ACCEPT, Kind.RETURN)
MAY: Mapping[Role, tuple[Kind, ...]] = {
    Role.VIEWER: (),
    Role.EDITOR: _SAY,
    Role.COORDINATOR: _DECIDE,
    Role.ADMIN: _DECIDE,
}
"""Kinds of entries by the role of who writes them."""
EVERYWHERE = (Role.COORDINATOR, Role.ADMIN)
"""Roles that are bound to no agency."""
_OF_MEASURES = ("events", "evidence", "observations", "water-quality", "searches", "targets", "measures", "links")
_FREE = ("sources", "features")
"""Tables to which any agency may propose a row: nobody sees it until it is accepted."""
_OF_COORDINATORS = ("documents", "agencies")
TABLES = (*_OF_MEASURES, *_FREE, *_OF_COORDINATORS)
"""Tables that entries may speak of; the rest of a register is changed in its files."""


def is_in_scope(person: Person, entry: Entry, ground: Ground, about: Entry | None = None) -> bool:
    """Whether a person may say this of these rows; `about` is what is corrected or undone, as the first
    that was said of it, with the cells of its corrections.

    An agency speaks of the measures that it leads or cooperates in, of what these are linked to, and of its own name.
    """
    if person.role in EVERYWHERE:
        return True
    if entry.kind == Kind.UNDO:
        return about is not None and _is_free_to(person, about, about) and is_in_scope(person, about, ground)
    if entry.kind in (Kind.NOTE, Kind.QUESTION, Kind.CONTACT) and not entry.table:
        return True
    if entry.table in _OF_COORDINATORS:
        return entry.table == "agencies" and entry.kind != Kind.ADD and entry.key[:1] in [(a,) for a in person.agencies]
    before = dict(ground.row(entry.table, entry.key) or {}) if entry.key else {}
    if entry.table in _FREE and entry.kind == Kind.ADD:
        return _is_free_to(person, entry, about)
    if entry.table == "sources":
        return False
    mine = ground.measures_with(person.agencies)
    # Neither taken from others nor put upon them: as it stands and as it would be.
    stands = {**before, **(about.values if about else {})}
    after = {**stands, **entry.values}
    return all(_is_mine(entry, row, mine, ground, person) for row in ([stands, after] if stands else [after]))


def _is_free_to(person: Person, entry: Entry, about: Entry | None) -> bool:
    """Whether what any agency may propose is new, or was said for an agency of this person."""
    is_free = entry.table in _FREE and entry.kind == Kind.ADD
    return not is_free or about is None or about.agency in person.agencies


def _is_mine(entry: Entry, row: Mapping[str, object], mine: set[str], ground: Ground, person: Person) -> bool:
    """Whether a row, as it is or as it would be, belongs to one of these measures."""
    if entry.table == "measures":
        if entry.key:
            return entry.key[0] in mine
        assigned = ground.source.rows["assignments"]
        return any(each["article"] == row.get("article") and each["agency"] in person.agencies for each in assigned)
    if entry.table == "features":
        return bool(ground.measures_of.get(entry.key[0] if entry.key else "", set()) & mine)
    if measure := row.get("measure"):
        return measure in mine
    if target := row.get("target"):
        held = ground.row("targets", (str(target),))
        return held is not None and held["measure"] in mine
    return bool(ground.measures_of.get(str(row.get("feature", "")), set()) & mine)
