"""guantu's map: the document and the features are sent once, each run sends only the filter."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import streamlit as st

from benchmarks import dataset
from benchmarks.apps import common
from geodata import CATALOG, Register, schema
from geodata.faults import Fault
from geodata.place import read_place
from geodata.tables import read_table
from geodata.text import LANGS
from layers.web.config import config_of
from layers.web.document import write_map
from layers.web.packing import mask_text, stage_text
from layers.web.payload import Drawing, pack
from views import component, process

THEME = {"point": "stations", "line": "roads", "polygon": "zones"}


@cache
def codelists() -> Register:
    """A register of codelists only: what the words and the legend of the map come from."""
    faults: list[Fault] = []
    dictionary, place = schema.shipped(), read_place(CATALOG, faults)
    assert place is not None, faults
    tables = {name: table for name, table in dictionary.tables.items() if name.startswith(schema.CODELIST)}
    frames = {name: pd.DataFrame(read_table(table, CATALOG, faults)) for name, table in tables.items()}
    return Register(dataset.features(0), frames, place, dictionary, version="codelists")


@st.cache_resource(show_spinner=False)
def load() -> tuple[pd.DataFrame, str]:
    """Write the map and its features once: stage and agency of each group, and the name of the feature file."""
    frame = dataset.features(common.N)
    group, table = dataset.groups(frame)
    themes = codelists().codelist("theme")
    codes = list(themes.index)
    theme = frame["kind"].map({kind: codes.index(code) for kind, code in THEME.items()}).to_numpy(dtype=np.uint8)
    no = np.zeros(len(frame), dtype=bool)
    names = frame["name"].tolist()
    drawing = Drawing(
        ids=frame["id"].tolist(),
        names=dict.fromkeys(LANGS, names),
        themes=codes,
        theme=theme,
        group=group,
        groups=len(table),
        context=no.astype(np.uint8),
        hollow=no,
        near=~no,
        section=no,
        accuracy=np.full(len(frame), 10, dtype=np.float32),
        letter=theme,
        letters={lang: themes[f"short_{lang}"].tolist() for lang in LANGS},
    )
    file = write_map(process.folder(), pack(frame.geometry, drawing), config_of(codelists()))
    process.keep()
    return table, file


@st.fragment
def show(table: pd.DataFrame, data: str) -> None:
    """The filter and the map."""
    common.count_run()
    choice = common.choose()
    on = np.ones(len(table), dtype=bool)
    if choice != common.ALL:
        on = (table["agency" if choice in common.AGENCIES else "stage"] == choice).to_numpy()
    message = {
        "data": data,
        "mask": mask_text(on),
        "stages": stage_text(table["stage"].tolist()),
        "stale": mask_text(np.zeros(len(table), dtype=bool)),
        "restricted": {},
        "selected": st.session_state.get("selected", ""),
        "marked": [],
        "hide": False,
        "lang": "zh",
        "alt": f"{choice}: {common.N}",
        "stamp": choice,
        "basemap": None,
        "vision": "normal",
    }
    clicked = component.show(message, key="map")
    if clicked is not None and clicked != st.session_state.get("selected", ""):
        st.session_state["selected"] = clicked
        st.rerun(scope="fragment")


def main() -> None:
    """The page."""
    common.page()
    show(*load())
