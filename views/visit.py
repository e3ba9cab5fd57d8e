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
    known = state_of(component.told()).known
    screen = served.served(version := catalog.version(known))
    if screen is None:
        # Late, for it brings the libraries that read a register and draw a map.
        from views import pages

        try:
            screen = pages.screen(version, known)
        except RegisterError as error:
            faults, screen = tuple(error.faults), served.last()
    state = state_of(component.show(_arguments(screen, faults)) if screen else None)
    if faults and (screen is None or state.page):
        _say(faults, state)
    elif state.page:
        from views import pages

        pages.show(state)


def _arguments(screen: Screen, faults: tuple[Fault, ...]) -> dict[str, Any]:
    """What the server tells the screen."""
    return {
        "files": screen.data,
        "today": datetime.now(ZoneInfo(screen.time_zone)).date().isoformat(),
        "lang": spoken(),
        "number": map_number(),
        "basemaps": basemaps.offered(),
        "faults": len(faults),
        "journal": bool(journal.where()),
        "desk": identity.mode() == Mode.DESK,
    }


def _say(faults: tuple[Fault, ...], state: State) -> None:
    """A readable notice when the register cannot be used: in the language asked for, in both when none was."""
    for lang in (state.lang,) if state.said_lang else LANGS:
        st.error(TEXTS("faults", lang))
        st.code("\n".join(said(faults, lang)), language=None, wrap_lines=True)
