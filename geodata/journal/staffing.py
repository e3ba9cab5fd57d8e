"""The table of people changed, by an administrator: as a whole, and so that somebody can change it again."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.journal import audit, people
from geodata.journal.door import Refused, refuse
from geodata.journal.entries import Role
from geodata.journal.people import Person
from geodata.journal.store import Store


def save_people(store: Store, login: str, persons: Sequence[Person], way: str = "page") -> None:
    """Make these the table of people, as an administrator says. Refused as `write` is; the audit list tells of it."""
    try:
        with store.writing() as connection:
            who = people.find(connection, login)
            if who is None or not who.active or who.role != Role.ADMIN:
                raise refuse("no-admin", login=login or "–")
            check_people(persons)
            people.replace_all(connection, list(persons))
            what = ", ".join(f"{each.login} {each.role} {' '.join(each.agencies)}".strip() for each in persons)
            audit.note(connection, login, way, f"people: {what}")
    except Refused as refused:
        with store.writing() as connection:
            audit.note(connection, login, way, "people", refused.code)
        raise


def check_people(persons: Sequence[Person]) -> None:
    """Whether they can be told apart, and one of them can change the table again."""
    logins = [people.plain(each.login) for each in persons]
    for login, person in zip(logins, persons, strict=True):
        named = bool(login) and login != people.DESK and login.isprintable() and len(login) <= 200
        if not named or logins.count(login) > 1 or len(person.name) > 100:
            raise refuse("login", login=login or "–")
        if person.role == Role.EDITOR and not person.agencies:
            raise refuse("no-agency", login=login)
    if not any(each.role == Role.ADMIN and each.active for each in persons):
        raise refuse("last-admin")
