"""What all measured apps share: the size, the filter widget and a count of script runs. Imports little."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from layers.symbology import rules

N = int(os.environ.get("BENCH_N", "1000"))
HEIGHT = 560
ALL = "all"
STAGES = tuple(rules()["stage"])[:6]
"""The first six stages, in the order of `layers.web.document.STAGES`."""
AGENCIES = tuple(f"agency {i:02d}" for i in range(30))


def page() -> None:
    """The same page set-up for every app."""
    st.set_page_config(layout="wide")


def choose() -> str:
    """The filter: everything, one stage or one agency."""
    return str(st.selectbox("filter", [ALL, *STAGES, *AGENCIES]))


def count_run() -> None:
    """Note that the script (or its fragment) ran, where the page cannot see it."""
    file = os.environ.get("BENCH_RUNS")
    if file:
        with Path(file).open("ab") as runs:
            runs.write(b".")
