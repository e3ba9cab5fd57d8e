"""The one door for writing: who, what role, what rows and whether they are sound are asked in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

from geodata.codes import Grade
from geodata.faults import Fault
from geodata.journal import audit, current, people
from geodata.journal.chain import Link
from geodata.journal.entries import (
    DECISIONS,
    EFFECTS,
    LONGEST,
    TEXTS,
    BadEntry,
    Entry,
    Kind,
    State,
    now,
    read_entry,
)
from geodata.journal.examine import Ground, ground
from geodata.journal.feed import standings_of
from geodata.journal.people import Person
from geodata.journal.replay import row_id
from geodata.journal.scope import EVERYWHERE, MAY, TABLES, is_in_scope
from geodata.journal.states import Standing, active
from geodata.journal.store import Store
from geodata.tables import cell_text
from geodata.text import Text

MOST = 2000
"""Entries of one act."""
_MOST_MARKS = 60_000
"""Characters of one entry in all."""
_AHEAD = timedelta(hours=1)
"""How far the clock of a machine may be behind the newest entry: entries never run backwards in time."""


@dataclass(frozen=True)
class Draft:
    """What somebody means to say; the door says who it was, and when."""

    kind: str
    agency: str = ""
    """For whom it is said: one of the person's own; may be empty for a person with one agency or with none."""
    table: str = ""
    key: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    text: str = ""
    version: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    """Cells of the row as its author saw them: the door refuses a change of what has changed since."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Made with the form: the same form sent twice is one entry."""


class Refused(PermissionError):
    """A try that was refused, with the reason in both languages; `faults` name drafts by their place, from 1."""

    def __init__(self, reason: Text, faults: Sequence[Fault] = (), code: str = "") -> None:
        """Of a reason and of faults."""
        super().__init__(reason.en)
        self.reason, self.faults, self.code = reason, tuple(faults), code


@dataclass(frozen=True)
class _Desk:
    """What one act is held against."""

    person: Person
    entries: tuple[Entry, ...]
    standings: Mapping[str, Standing]
    catalog: Path

    @cached_property
    def effective(self) -> frozenset[str]:
        """Ids of the entries that have effect."""
        return frozenset(entry.id for entry in active(self.standings))

    def ground(self) -> Ground:
        """The register with all that has effect."""
        return ground(self.catalog, tuple(active(self.standings)))


def write(store: Store, catalog: Path, login: str, drafts: Sequence[Draft], way: str = "page") -> tuple[Link, ...]:
    """Write what somebody says: all of it or nothing. Those that are there already are passed over.

    `login` is whom the server knows them by, `way` how they came (page, upload, command). Raises Refused, which stands
    in the audit list too, and NoStore.
    """
    try:
        with store.writing() as connection:
            entries = _examined(connection, catalog, login, drafts)
            return tuple(store.append(connection, entries))
    except Refused as refused:
        with store.writing() as connection:
            what = " ".join(f"{each.kind} {each.table} {' '.join(each.key)}".strip() for each in drafts[:20])
            audit.note(connection, login, way, what, refused.code or refused.reason.en)
        raise


def faults_of(store: Store, catalog: Path, login: str, drafts: Sequence[Draft]) -> tuple[Text, tuple[Fault, ...]]:
    """Why these would be refused now, for a form to show; an empty reason for those that would be taken."""
    try:
        with store.reading() as connection:
            _examined(connection, catalog, login, drafts)
    except Refused as refused:
        return refused.reason, refused.faults
    return Text(), ()


def refuse(code: str, **values: object) -> Refused:
    """The refusal of a code, with its words."""
    return Refused(TEXTS[f"door-{code}"].filled(**values), code=code)


def _examined(connection: Connection, catalog: Path, login: str, drafts: Sequence[Draft]) -> list[Entry]:
    if current.mode() == current.Mode.OFF:
        raise refuse("off")
    person = people.find(connection, login)
    if person is None or not person.writes:
        raise refuse("no-writer", login=login or "–")
    if not 0 < len(drafts) <= MOST:
        raise refuse("size", n=len(drafts), most=MOST)
    held, found = standings_of(connection)
    desk = _Desk(person, held, found, catalog)
    there = {entry.id: entry for entry in held}
    fresh = []
    for draft in drafts:
        if draft.id not in there:
            fresh.append(draft)
        elif there[draft.id].author != person.login or dict(there[draft.id].values) != dict(draft.values):
            raise refuse("taken")
    moment = _moment(held)
    entries = [_entry(draft, desk, moment) for draft in fresh]
    _decide(desk, entries)
    _check(desk, fresh, entries)
    return entries


def _moment(held: Sequence[Entry]) -> datetime:
    """Now, but never before the newest entry; refused where the clock of this machine cannot be believed."""
    told = datetime.fromisoformat(now())
    # Of all: what came from another copy stands behind, and may be older.
    newest = datetime.fromisoformat(max((entry.time for entry in held), default=told.isoformat()))
    if newest - told > _AHEAD:
        raise refuse("clock", time=f"{newest:%Y-%m-%d %H:%M}")
    return max(told, newest + timedelta(microseconds=1))


def _entry(draft: Draft, desk: _Desk, moment: datetime) -> Entry:
    """The entry of a draft: who says it, in what role, and when."""
    person = desk.person
    if draft.kind not in MAY[person.role]:
        raise refuse("role", role=TEXTS[f"role-{person.role}"])
    agency = draft.agency or (person.agencies[0] if len(person.agencies) == 1 else "")
    if person.agencies and agency not in person.agencies:
        raise refuse("agency", agency=agency or "–")
    if agency and not person.agencies and desk.ground().row("agencies", (agency,)) is None:
        raise refuse("agency", agency=agency[:60])
    if draft.kind in EFFECTS and draft.kind != Kind.UNDO and draft.table not in TABLES:
        raise refuse("table", table=draft.table[:60] or "–")
    if person.role not in EVERYWHERE and draft.values.get("grade", Grade.OWN_WORD) != Grade.OWN_WORD:
        # How sure something is says who has read the source, not who tells of it.
        raise refuse("grade")
    if sum(map(len, (*draft.values, *draft.values.values(), *draft.key, draft.text))) > _MOST_MARKS:
        raise refuse("long", most=_MOST_MARKS)
    entry = Entry(
        kind=draft.kind,
        author=person.login,
        agency=agency,
        role=person.role,
        table=draft.table,
        key=draft.key,
        values=dict(draft.values),
        about=draft.about,
        text=draft.text.strip(),
        version=draft.version,
        id=draft.id,
        time=moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    )
    try:
        return read_entry(entry.body)
    except (BadEntry, TypeError) as error:
        raise refuse("entry", reason=str(error), most=LONGEST) from error


def _decide(desk: _Desk, entries: Sequence[Entry]) -> None:
    """Whether those about others may be: only what waits is decided, each once; what is corrected or undone stands."""
    seen: set[str] = set()
    for entry in entries:
        held = desk.standings.get(entry.about)
        if entry.kind in DECISIONS:
            if held is None:
                raise refuse("about", id=entry.about[:12])
            if held.state != State.PROPOSED or entry.about in seen:
                raise refuse("decided", state=TEXTS[f"state-{held.state}"])
            _may_decide(desk, entry, held.entry)
            seen.add(entry.about)
        elif entry.kind == Kind.UNDO:
            if held is None or entry.about not in desk.effective:
                raise refuse("undo")
        elif entry.kind in EFFECTS and entry.about:
            # A correction lies over the cells of what it corrects: it may not be of another row.
            same = held is not None and held.entry.table == entry.table and held.entry.key in (entry.key, ())
            if held is None or held.state == State.PROPOSED or not same:
                raise refuse("correct")
        elif entry.kind in (Kind.NOTE, Kind.QUESTION, Kind.CONTACT) and not entry.text:
            raise refuse("empty")


def _may_decide(desk: _Desk, entry: Entry, about: Entry) -> None:
    if entry.kind == Kind.RETURN and not entry.text:
        raise refuse("reason")
    own = about.author == desk.person.login or about.agency in desk.person.agencies
    if entry.kind == Kind.WITHDRAW and not own and desk.person.role not in EVERYWHERE:
        raise refuse("foreign")
    if entry.kind == Kind.ACCEPT and _is_overtaken(desk, about):
        raise refuse("overtaken", key=" ".join(about.key))


def _is_overtaken(desk: _Desk, entry: Entry) -> bool:
    """Whether another change of one of its cells was accepted since it was said: it would change nothing any more."""
    if entry.kind != Kind.CHANGE:
        return False
    return any(
        other.order > entry.order
        and other.kind == Kind.CHANGE
        and (other.table, other.key) == (entry.table, entry.key)
        and set(other.values) & set(entry.values)
        for other in active(desk.standings)
    )


def _check(desk: _Desk, drafts: Sequence[Draft], entries: Sequence[Entry]) -> None:
    """Whether rows are the person's to speak of, still as they saw them, and sound with all that has effect."""
    said = [entry for entry in entries if entry.kind not in DECISIONS]
    if said:
        base = desk.ground()
        for draft, entry in zip(drafts, entries, strict=True):
            if entry.kind not in DECISIONS:
                _check_row(desk, base, draft, entry)
        if faults := base.own_faults(said):
            raise Refused(TEXTS["door-faults"].filled(n=len(faults)), faults, "faults")
    effects = [entry for entry in said if entry.kind in EFFECTS]
    accepted = [entry for entry in entries if entry.kind == Kind.ACCEPT]
    if not effects and not accepted:
        return
    waiting = _cited(desk, effects)
    simple = not accepted and not any(entry.about for entry in effects) and base.is_whole
    faults = base.faults_with(effects, waiting) if simple else _faults_after(desk, effects, accepted, waiting)
    if faults:
        raise Refused(TEXTS["door-faults"].filled(n=len(faults)), faults, "faults")


def _cited(desk: _Desk, effects: Sequence[Entry]) -> list[Entry]:
    """Sources that wait themselves and that new entries name: a second form may cite what the first one brought."""
    named = {entry.values.get("source", "") for entry in effects}
    waiting = (row.entry for row in desk.standings.values() if row.state == State.PROPOSED)
    return [
        entry for entry in waiting if entry.table == "sources" and row_id(entry.table, entry.values, entry.id) in named
    ]


def _check_row(desk: _Desk, base: Ground, draft: Draft, entry: Entry) -> None:
    if not is_in_scope(desk.person, entry, base, _spoken_of(desk, entry)):
        raise refuse("scope")
    if entry.table and entry.key:
        row = base.row(entry.table, entry.key)
        if row is None and entry.kind not in EFFECTS:
            raise refuse("no-row", key=" ".join(entry.key)[:60])
        for name, value in draft.seen.items():
            there = cell_text(row.get(name)) if row else ""
            if there != value:
                raise refuse("moved", field=name, was=value or "–", now=there or "–")


def _spoken_of(desk: _Desk, entry: Entry) -> Entry | None:
    """What an entry corrects or undoes in the end, with its cells as corrections left them; None for nothing."""
    found, values = None, dict[str, str]()
    seen: set[str] = set()
    while (held := desk.standings.get(entry.about)) is not None and held.entry.id not in seen:
        entry = held.entry
        seen.add(entry.id)
        values = {**entry.values, **values}
        found = replace(entry, values=values)
    return found


def _faults_after(
    desk: _Desk, effects: Sequence[Entry], accepted: Sequence[Entry], waiting: Sequence[Entry]
) -> list[Fault]:
    """What would be wrong with the register once these had effect; a fault of a row that was there has the line 0."""
    found = dict(desk.standings)
    for entry in accepted:
        found[entry.about] = replace(found[entry.about], state=State.ACCEPTED)
    found |= {entry.id: Standing(entry, State.ACCEPTED, None) for entry in (*waiting, *effects)}
    after = active(found)
    fresh = [entry.id for entry in effects] or [entry.about for entry in accepted]
    faults = ground(desk.catalog, tuple(after)).source.faults
    return [replace(each, row=_place(each, after, fresh)) for each in faults]


def _place(fault: Fault, after: Sequence[Entry], fresh: Sequence[str]) -> int:
    if not fault.file.startswith("journal") or not 0 < fault.row <= len(after):
        return fault.row
    name = after[fault.row - 1].id
    return fresh.index(name) + 1 if name in fresh else 0
