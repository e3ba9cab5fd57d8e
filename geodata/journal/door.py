"""The one door for writing: who, what role, what rows and whether they are sound are asked in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

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
    Role,
    State,
    now,
    read_entry,
)
from geodata.journal.examine import Ground, ground
from geodata.journal.feed import standings_of
from geodata.journal.people import Person
from geodata.journal.scope import MAY, TABLES, is_in_scope
from geodata.journal.states import Standing, active
from geodata.journal.store import Store
from geodata.text import Text

MOST = 2000
"""Entries of one act."""
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


def save_people(store: Store, login: str, persons: Sequence[Person], way: str = "page") -> None:
    """Make these the table of people, as an administrator says. Refused as `write` is; the audit list tells of it."""
    try:
        with store.writing() as connection:
            who = people.find(connection, login)
            if who is None or not who.active or who.role != Role.ADMIN:
                raise _refuse("no-admin", login=login or "–")
            _sound_people(persons)
            people.replace_all(connection, list(persons))
            what = ", ".join(f"{each.login} {each.role} {' '.join(each.agencies)}".strip() for each in persons)
            audit.note(connection, login, way, f"people: {what}")
    except Refused as refused:
        with store.writing() as connection:
            audit.note(connection, login, way, "people", refused.code)
        raise


def _sound_people(persons: Sequence[Person]) -> None:
    """Whether they can be told apart, and one of them can change the table again."""
    logins = [people.plain(each.login) for each in persons]
    for login, person in zip(logins, persons, strict=True):
        named = bool(login) and login != people.DESK and login.isprintable() and len(login) <= 200
        if not named or logins.count(login) > 1 or len(person.name) > 100:
            raise _refuse("login", login=login or "–")
        if person.role == Role.EDITOR and not person.agencies:
            raise _refuse("no-agency", login=login)
    if not any(each.role == Role.ADMIN and each.active for each in persons):
        raise _refuse("last-admin")


def _refuse(code: str, **values: object) -> Refused:
    return Refused(TEXTS[f"door-{code}"].filled(**values), code=code)


def _examined(connection: Connection, catalog: Path, login: str, drafts: Sequence[Draft]) -> list[Entry]:
    if current.mode() == current.Mode.OFF:
        raise _refuse("off")
    person = people.find(connection, login)
    if person is None or not person.writes:
        raise _refuse("no-writer", login=login or "–")
    if not 0 < len(drafts) <= MOST:
        raise _refuse("size", n=len(drafts), most=MOST)
    held, found = standings_of(connection)
    desk = _Desk(person, held, found, catalog)
    there = {entry.id: entry for entry in held}
    fresh = []
    for draft in drafts:
        if draft.id not in there:
            fresh.append(draft)
        elif there[draft.id].author != person.login or dict(there[draft.id].values) != dict(draft.values):
            raise _refuse("taken")
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
        raise _refuse("clock", time=f"{newest:%Y-%m-%d %H:%M}")
    return max(told, newest + timedelta(microseconds=1))


def _entry(draft: Draft, desk: _Desk, moment: datetime) -> Entry:
    """The entry of a draft: who says it, in what role, and when."""
    person = desk.person
    if draft.kind not in MAY[person.role]:
        raise _refuse("role", role=TEXTS[f"role-{person.role}"])
    agency = draft.agency or (person.agencies[0] if len(person.agencies) == 1 else "")
    if person.agencies and agency not in person.agencies:
        raise _refuse("agency", agency=agency or "–")
    if draft.kind in EFFECTS and draft.kind != Kind.UNDO and draft.table not in TABLES:
        raise _refuse("table", table=draft.table[:60] or "–")
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
        raise _refuse("entry", reason=str(error), most=LONGEST) from error


def _decide(desk: _Desk, entries: Sequence[Entry]) -> None:
    """Whether those about others may be: only what waits is decided, each once, and only its author withdraws it."""
    seen: set[str] = set()
    for entry in entries:
        held = desk.standings.get(entry.about)
        if entry.kind in DECISIONS:
            if held is None:
                raise _refuse("about", id=entry.about[:12])
            if held.state != State.PROPOSED or entry.about in seen:
                raise _refuse("decided", state=TEXTS[f"state-{held.state}"])
            if entry.kind == Kind.RETURN and not entry.text:
                raise _refuse("reason")
            own = held.entry.author == desk.person.login or held.entry.agency in desk.person.agencies
            if entry.kind == Kind.WITHDRAW and not own and desk.person.role not in ("coordinator", "admin"):
                raise _refuse("foreign")
            seen.add(entry.about)
        elif entry.kind == Kind.UNDO and (held is None or held.state != State.ACCEPTED):
            raise _refuse("undo")
        elif entry.kind in EFFECTS and entry.about and (held is None or held.state == State.PROPOSED):
            raise _refuse("correct")
        elif entry.kind in (Kind.NOTE, Kind.QUESTION, Kind.CONTACT) and not entry.text:
            raise _refuse("empty")


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
    simple = not accepted and not any(entry.about for entry in effects) and base.is_whole
    faults = base.faults_with(effects) if simple else _faults_after(desk, effects, accepted)
    if faults:
        raise Refused(TEXTS["door-faults"].filled(n=len(faults)), faults, "faults")


def _check_row(desk: _Desk, base: Ground, draft: Draft, entry: Entry) -> None:
    if not is_in_scope(desk.person, entry, base, _spoken_of(desk, entry)):
        raise _refuse("scope")
    if entry.table and entry.key:
        row = base.row(entry.table, entry.key)
        if row is None and entry.kind not in EFFECTS:
            raise _refuse("no-row", key=" ".join(entry.key)[:60])
        for name, value in draft.seen.items():
            there = "" if row is None or row.get(name) is None else str(row.get(name))
            if there != value:
                raise _refuse("moved", field=name, was=value or "–", now=there or "–")


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


def _faults_after(desk: _Desk, effects: Sequence[Entry], accepted: Sequence[Entry]) -> list[Fault]:
    """What would be wrong with the register once these had effect; a fault of a row that was there has the line 0."""
    found = dict(desk.standings)
    for entry in accepted:
        found[entry.about] = replace(found[entry.about], state=State.ACCEPTED)
    found |= {entry.id: Standing(entry, State.ACCEPTED, None) for entry in effects}
    after = active(found)
    fresh = [entry.id for entry in effects] or [entry.about for entry in accepted]
    faults = ground(desk.catalog, tuple(after)).source.faults
    return [replace(each, row=_place(each, after, fresh)) for each in faults]


def _place(fault: Fault, after: Sequence[Entry], fresh: Sequence[str]) -> int:
    if not fault.file.startswith("journal") or not 0 < fault.row <= len(after):
        return fault.row
    name = after[fault.row - 1].id
    return fresh.index(name) + 1 if name in fresh else 0
