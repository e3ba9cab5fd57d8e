"""One run of the page: the screen, and below its bar the page that the server makes. The map itself needs no run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from geodata import RegisterError
from geodata.faults import Fault, said
from geodata.journal import current as journal
from geodata.journal.current import Mode
from geodata.text import LANGS, catalogue
from views import basemaps, catalog, component, identity, served
from views.catalog import Known
from views.language import spoken
from views.markup import tag
from views.secrets import map_number
from views.served import Screen
from views.state import State, state_of

TEXTS = catalogue(__file__)


def main() -> None:
    """From the address and what the screen told to the screen and its page."""
    st.html(tag("style", Path(__file__).with_name("screen.css").read_text(encoding="utf-8")))
    faults: tuple[Fault, ...] = ()
    asked = state_of(component.told())
    try:
        screen: Screen | None = _screen(asked.known)
    except RegisterError as error:
        faults, screen = tuple(error.faults), served.last()
    state = state_of(component.show(_arguments(screen, faults, asked) | _beside(asked)) if screen else None)
    if faults and (screen is None or state.page):
        _say(faults, state)
    elif state.page:
        from views import pages

        pages.show(state)


def _screen(known: Known) -> Screen:
    """The screen of the register as it is known; RegisterError with all that is wrong with it."""
    version = catalog.version(known)
    if found := served.served(version):
        return found
    # Late, for it brings the libraries that read a register and draw a map.
    from views import pages

    return pages.screen(version, known)


def _beside(asked: State) -> dict[str, Any]:
    """The data of another day of knowing that the screen stands beside its own, and which day that is.

    No data where that register cannot be used: the screen says so.
    """
    against = asked.against
    if against is None:
        return {"against": (), "against_known": ""}
    try:
        files = _screen(against).data
    except RegisterError:
        files = ()
    return {"against": files, "against_known": str(against.day)}


def _arguments(screen: Screen, faults: tuple[Fault, ...], asked: State) -> dict[str, Any]:
    """What the server tells the screen."""
    return {
        "files": screen.data,
        "today": datetime.now(ZoneInfo(screen.time_zone)).date().isoformat(),
        "lang": spoken(),
        "number": map_number(),
        "basemaps": basemaps.offered(),
        "faults": len(faults),
        "journal": bool(journal.where()),
        "waiting": _waiting(asked),
        "seen": f"{asked.known.day or ''} {asked.known.proposed}",
        "desk": identity.mode() == Mode.DESK,
    }


def _waiting(asked: State) -> tuple[str, ...]:
    """Rows of which something waits to be accepted, as `table:id`, where what waits is shown."""
    if not asked.known.proposed:
        return ()
    from views import told

    try:
        return told.waiting()
    except OSError:
        # The page of progress says that the journal is in trouble.
        return ()


def _say(faults: tuple[Fault, ...], state: State) -> None:
    """A readable notice when the register cannot be used: in the language asked for, in both when none was."""
    for lang in (state.lang,) if state.said_lang else LANGS:
        st.error(TEXTS("faults", lang))
        st.code("\n".join(said(faults, lang)), language=None, wrap_lines=True)
