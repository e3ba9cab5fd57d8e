"""Who visits, and what they may do: asked of the table of people in every run, never kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from geodata.journal import current
from geodata.journal.current import Mode
from geodata.journal.entries import Role
from geodata.text import Text

if TYPE_CHECKING:
    from geodata.journal.people import Person

HOURS = 12
"""How long somebody stays signed in."""
_OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
"""What a proxy says of those who come through it."""
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Visitor:
    """Whoever looks at a page."""

    mode: Mode
    login: str = ""
    """Empty for somebody who did not sign in."""
    person: Person | None = None
    """As the table of people knows them; None for a stranger."""
    is_over: bool = False
    """Whether they signed in too long ago."""
    trouble: Text = field(default_factory=Text)
    """Why the journal cannot be read."""

    @property
    def writes(self) -> bool:
        """Whether they may write anything."""
        return self.person is not None and self.person.writes

    def speaks_for(self, agency: str) -> bool:
        """Whether they may write for an agency (an id)."""
        return self.writes and self.person is not None and (not self.person.agencies or agency in self.person.agencies)

    @property
    def decides(self) -> bool:
        """Whether they accept and return."""
        return self.writes and self.person is not None and self.person.role in (Role.COORDINATOR, Role.ADMIN)

    @property
    def rules(self) -> bool:
        """Whether they change the table of people."""
        return self.writes and self.person is not None and self.person.role == Role.ADMIN


def mode() -> Mode:
    """Who may write on this server. A desk is one only where nobody comes from elsewhere."""
    chosen = current.mode()
    if chosen == Mode.DESK and not _is_alone():
        return Mode.OFF
    return chosen


def _is_alone() -> bool:
    names = [str(name) for name in st.get_option("server.allowedHosts") or ()]
    elsewhere = [urlsplit(str(each)).hostname for each in st.get_option("server.corsAllowedOrigins") or ()]
    address = str(st.get_option("server.address") or "")
    if any(name in st.context.headers for name in _OF_PROXIES):
        return False
    return address in _HERE and bool(names) and all(name in _HERE for name in (*names, *elsewhere) if name)


def visitor() -> Visitor:
    """Who looks at this page now."""
    chosen = mode()
    if chosen == Mode.OFF:
        return Visitor(chosen)
    # Late, for it brings a library of databases, which the map can do without.
    from geodata.journal import people
    from geodata.journal.store import NoStore, opened

    login, is_over = (people.DESK, False) if chosen == Mode.DESK else _signed_in()
    if not login:
        return Visitor(chosen, is_over=is_over)

    try:
        with opened(current.where()).reading() as connection:
            return Visitor(chosen, login, people.find(connection, login))
    except NoStore as error:
        return Visitor(chosen, login, trouble=error.reason)


def _signed_in() -> tuple[str, bool]:
    """The login of whoever signed in, and whether that was too long ago."""
    told = st.user.to_dict()
    if not told.get("is_logged_in"):
        return "", False
    since = told.get("iat")
    if not isinstance(since, int | float) or not 0 <= time.time() - since < HOURS * 3600:
        return "", True
    if told.get("email"):
        # An address that nobody vouches for may be anybody's.
        vouched = told.get("email_verified") in (True, "true")
        return (str(told["email"]).strip().lower() if vouched else ""), False
    # Never to be taken for an address: the office that signs people in lets them choose it, perhaps.
    return (f"sub:{told['sub']}".strip().lower() if told.get("sub") else ""), False
