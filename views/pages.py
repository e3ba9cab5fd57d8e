"""The pages that the server makes, and the register behind them; brings the libraries that the map can do without."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import streamlit as st

from analysis.filters import Filter, from_query
from analysis.standing import Standing, standing_on
from analysis.view import View, look
from geodata import Register, RegisterError
from geodata.journal.reading import read_known
from geodata.text import LANGS
from outputs.page_data import PageData
from views import catalog, process, served
from views.catalog import NOW, Known
from views.markup import tag
from views.served import Screen
from views.state import State
from views.words import Words


@st.cache_resource(show_spinner=False, max_entries=3)
def _register(folder: Path, version: str, known: Known) -> Register:
    return read_known(folder, known.day, known.proposed)


@st.cache_resource(show_spinner=False, max_entries=32)
def _standing(_register: Register, version: str, day: date, known_by: date | None) -> Standing:
    """The register as it stands on a day, shared by all visits."""
    return standing_on(_register, day, known_by)


def read(known: Known = NOW) -> Register:
    """The register of the catalog as its files are now; RegisterError with all that is wrong with it."""
    return _register(catalog.where(), catalog.version(known), known)


def look_at(register: Register, chosen: Filter, known: Known = NOW) -> View:
    """The view of a filter on its day, or today where the city is."""
    day = chosen.as_of or register.place.today()
    return look(_standing(register, register.version, day, known.day), chosen)


def screen(version: str, known: Known = NOW) -> Screen:
    """The screen of the register, made if nobody has made it; RegisterError as `read` raises it."""
    register = read(known)
    found = served.served(version) or served.serve(version, lambda folder: made(register, folder, known), known == NOW)
    process.keep()
    return found


def made(register: Register, folder: Path, known: Known = NOW) -> Screen:
    """Write the files of the screen to a folder; where it is known otherwise than now, the data alone."""
    # Late, for it brings folium, which a screen that was kept can do without.
    from layers.web.config import config_of
    from layers.web.document import write_data, write_map
    from layers.web.packing import pack_register

    rows = json.dumps(rows_of(register), ensure_ascii=False, separators=(",", ":")).encode()
    packed = gzip.compress(rows, mtime=0)
    if known != NOW and (folder / served.INDEX).is_file():
        return Screen(write_data(folder, pack_register(register), packed), register.place.time_zone)
    files = write_map(folder, pack_register(register), packed, config_of(register) | {"asks": asks_of(register)})
    return Screen(files, register.place.time_zone)


def asks_of(register: Register) -> dict[str, object]:
    """What a card can lead to: features whose river is known, and what the agency of a question is called."""
    from analysis.spatial.upstream import askable
    from outputs.analyses import AGENCY, ANALYSES
    from views.analyse_question import name_of

    agency = [name_of(told) for told in ANALYSES["coordination"].told if told.what == AGENCY]
    return {"river": askable(look_at(register, Filter())), "agency": next(iter(agency), "")}


def rows_of(register: Register) -> dict[str, object]:
    """What the screen knows of a register, of all its days and in all languages."""
    return PageData(look_at(register, Filter()), LANGS, date.max).all()


def load_early() -> None:
    """Have the register ready, as of today, before the first visit. What is wrong with it is for the visit to show."""
    with suppress(RegisterError):
        screen(catalog.version())
        look_at(read(), Filter())


def show(state: State) -> None:
    """The page of a state, under its filter."""
    try:
        register = read(state.known)
    except RegisterError:
        # Saved in this moment: the next run finds its new version, and says what is wrong with it.
        st.rerun()
    chosen, _ = from_query(state.query, register)
    if state.page == "progress":
        # An agency has to see all that it has to do, whatever the map was narrowed to.
        chosen = Filter(as_of=chosen.as_of)
    view, words = look_at(register, chosen, state.known), Words(register, state.lang)
    own = f".stApp, body {{ --gt-upload: {json.dumps(words('upload'), ensure_ascii=False)}; }}"
    own += f" body {{ --gt-none-found: {json.dumps(words('none-found'), ensure_ascii=False)}; }}"
    st.html(tag("style", own))
    with st.container(key="page"):
        if state.page == "analyse":
            from views import analyse

            analyse.show(view, words, state)
        elif state.page == "progress":
            from views import progress

            st.html(tag("style", Path(__file__).with_name("progress.css").read_text(encoding="utf-8")))
            progress.show(view, words, state)
        elif state.page == "export":
            from views import export

            export.show(view, words)
        else:
            # Late, for it brings the libraries that draw and set type.
            from views import meeting

            meeting.show(view, words)
