"""Where the entries of a journal stand on a day: proposed, accepted, returned or withdrawn, and which have effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from geodata.journal.entries import DECISIONS, EFFECTS, Entry, Kind, State


@dataclass(frozen=True)
class Standing:
    """How one proposal stands."""

    entry: Entry
    state: State
    decided: Entry | None
    """Who decided, and why."""


def known_by(entries: Iterable[Entry], day: date | None, zone: str) -> list[Entry]:
    """The entries that were there by the end of a day where the city is, in the order in which they take effect."""
    kept = entries if day is None else (entry for entry in entries if entry.day(zone) <= day)
    return sorted(kept, key=lambda entry: entry.order)


def standings(entries: Sequence[Entry], before: Mapping[str, Standing] = MappingProxyType({})) -> dict[str, Standing]:
    """How each proposal stands, by its id. The first decision counts; one about nothing that is there does not.

    `before` are the standings of entries that were all said earlier than these.
    """
    found = {**before} | {entry.id: Standing(entry, State.PROPOSED, None) for entry in entries if entry.kind in EFFECTS}
    for entry in sorted(entries, key=lambda each: each.order):
        held = found.get(entry.about)
        if entry.kind in DECISIONS and held is not None and held.decided is None:
            found[entry.about] = Standing(held.entry, DECISIONS[entry.kind], entry)
    return found


def active(found: Mapping[str, Standing], proposed: bool = False) -> list[Entry]:
    """The proposals that have effect, in order: accepted, with `proposed` also those nobody has decided about, and not
    undone by one that has effect itself. A correction has none without what it corrects; what was said anew in the
    place of one that was sent back stands by itself."""
    wanted = (State.ACCEPTED, State.PROPOSED) if proposed else (State.ACCEPTED,)
    kept = {name: row.entry for name, row in found.items() if row.state in wanted}
    undoing: dict[str, list[str]] = {}
    for entry in kept.values():
        if entry.kind == Kind.UNDO:
            undoing.setdefault(entry.about, []).append(entry.id)

    def is_undone(name: str, seen: frozenset[str] = frozenset()) -> bool:
        # An undo that leads back to itself undoes nothing.
        return any(other not in seen and not is_undone(other, seen | {name}) for other in undoing.get(name, ()))

    lost: set[str] = set()
    for name, entry in kept.items():
        steps: list[str] = []
        # Corrections of corrections: as far down as what was said first.
        while entry.kind != Kind.UNDO and entry.about in found and entry.about not in steps:
            steps.append(entry.about)
            below = found[entry.about]
            if below.state in (State.RETURNED, State.WITHDRAWN):
                break
            if below.state not in wanted or is_undone(entry.about):
                lost.add(name)
                break
            entry = below.entry
    return sorted(
        (entry for name, entry in kept.items() if name not in lost and not is_undone(name)),
        key=lambda entry: entry.order,
    )
