"""The screen of a synthetic register, made once by the code of the app; later starts find it kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import dataset
from benchmarks.apps import common, ours_map
from benchmarks.register import synthetic
from geodata import Register, read_register
from geodata.codes import EventKind, Grade
from views import pages
from views.served import Screen

THEME = {"point": "stations", "line": "roads", "polygon": "zones"}
"""Of each kind of shape."""
MEASURES = 20
"""Features for each measure, at most."""


def make(folder: Path) -> Screen:
    """Write the files of the screen to `folder`."""
    return pages.made(register(), folder)


def register() -> Register:
    """The test features as a register: each with the stage of `dataset.features` since one event."""
    frame = dataset.features(common.N)
    found = synthetic(read_register(), common.N, max(50, common.N // MEASURES), events=0)
    features = found.features.assign(
        theme=frame["kind"].map(THEME).to_numpy(),
        kind="project",
        location="inside",
        part_of="",
        stage_stretch=False,
        accuracy_m=10.0,
    )
    # Real rows say more of themselves than a hundred thousand would.
    features = features.assign(note_zh="", note_en="", aliases=pd.Series([()] * common.N, index=features.index))
    features = features.astype({name: object for name in features.columns.drop("geometry")})
    return Register(
        features=features,
        tables=found.tables | {"events": _events(found, features["id"].to_numpy(), frame["stage"].to_numpy())},
        place=found.place,
        dictionary=found.dictionary,
        version=ours_map.version(),
    )


def _events(found: Register, ids: np.ndarray, stages: np.ndarray) -> pd.DataFrame:
    """One event a feature, of the day after which nothing changes any more."""
    frame = pd.DataFrame({"id": [f"{name}-e01" for name in ids], "feature": ids, "stage": stages}, dtype=object)
    frame = frame.assign(date="2018-06-01", kind=str(EventKind.STAGE), grade=str(Grade.VERIFIED))
    frame = frame.assign(source=found["sources"]["id"].iloc[0], measure="", restriction="", text_zh="", text_en="")
    return frame[list(found["events"].columns)].astype(object)
