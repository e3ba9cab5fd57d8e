"""The map document and the feature file of the synthetic features, made once; later starts find them kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import dataset
from benchmarks.apps import common
from geodata import CATALOG, Register, schema
from geodata.faults import Fault
from geodata.place import read_place
from geodata.tables import read_table
from geodata.text import LANGS
from layers.web.config import config_of
from layers.web.document import write_map
from layers.web.legend import STAGES
from layers.web.payload import Drawing, pack

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


def make(folder: Path) -> dict[str, Any]:
    """Write both to `folder`; returns what the map is told of: file, stage and agency of each group."""
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
    data = write_map(folder, pack(frame.geometry, drawing), config_of(codelists()))
    stages = [STAGES.index(code) for code in table["stage"]]
    return {"data": data, "stage": table["stage"].tolist(), "agency": table["agency"].tolist(), "places": stages}
