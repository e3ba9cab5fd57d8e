"""The state of a visit: what the screen has told, else the address. It is read here and written by the screen alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import streamlit as st

from geodata.text import LANGS
from views import language
from views.catalog import Known, against_of, known_of

PAGES = ("analyse", "progress", "export", "meeting")
"""Pages that the server makes; the screen makes the map itself."""
LONGEST = 4000
"""Characters of a state; a longer one is none of ours."""


@dataclass(frozen=True)
class State:
    """The page, the language, and everything that was asked for, by name."""

    page: str
    """One of `PAGES`, or nothing for the map."""
    lang: str
    said_lang: bool
    """Whether the language was asked for, not guessed."""
    query: Mapping[str, list[str]]

    @property
    def known(self) -> Known:
        """What of the journal is looked at."""
        return known_of(self.query)

    @property
    def against(self) -> Known | None:
        """What of the journal stands beside that; None where nothing does."""
        return against_of(self.query)


def state_of(told: str | None) -> State:
    """The state that the screen told, else that of the address."""
    if told is None or len(told) > LONGEST:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
    else:
        query = parse_qs(told)
    page, lang = _first(query, "page"), _first(query, "lang")
    known = lang in LANGS
    return State(page if page in PAGES else "", lang if known else language.spoken(), known, query)


def _first(query: Mapping[str, list[str]], name: str) -> str:
    return (query.get(name) or [""])[0]
