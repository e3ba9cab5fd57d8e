"""Who may write in a journal: a plain table of people, each with a role and the agencies they speak for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, select

from geodata.journal import current
from geodata.journal.entries import Role
from geodata.journal.tables import PEOPLE

DESK = "desk"
"""The login of whoever sits at the one desk."""


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, and what they may do."""

    login: str
    """As the office that signs people in calls them: an address of mail, in small letters."""
    name: str
    role: Role
    agencies: tuple[str, ...] = ()
    """Ids of those they speak for."""
    active: bool = True

    @property
    def writes(self) -> bool:
        """Whether they may write anything at all."""
        return self.active and self.role != Role.VIEWER


def plain(login: str) -> str:
    """A login as the table holds it."""
    return login.strip().lower()


def find(connection: Connection, login: str) -> Person | None:
    """The person of a login; None for a stranger. At the one desk everybody is the one who keeps it."""
    if current.mode() == current.Mode.DESK:
        return Person(DESK, DESK, Role.ADMIN) if login == DESK else None
    if current.mode() == current.Mode.OFF or login == DESK:
        return None
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.login == plain(login))).first()
    return _person(row) if row else None


def everybody(connection: Connection) -> list[Person]:
    """All people of the table, by login."""
    return [_person(row) for row in connection.execute(select(PEOPLE).order_by(PEOPLE.c.login))]


def replace_all(connection: Connection, people: list[Person]) -> None:
    """Make these the people of the table, in a transaction of `Store.writing`."""
    connection.execute(delete(PEOPLE))
    if people:
        rows = [
            {
                "login": plain(each.login),
                "name": each.name,
                "role": str(each.role),
                "agencies": ";".join(each.agencies),
                "active": each.active,
            }
            for each in people
        ]
        connection.execute(PEOPLE.insert(), rows)


def _person(row: Row[tuple[object, ...]]) -> Person:
    agencies = tuple(part for part in row.agencies.split(";") if part)
    return Person(row.login, row.name, Role(row.role), agencies, bool(row.active))
