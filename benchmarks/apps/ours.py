"""guantu's map behind a door like that of app.py: it is made while the browser of the first visitor loads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from views.process import in_background


def load() -> None:
    """The libraries, the features and the map."""
    from benchmarks.apps import ours_map

    ours_map.load()
    ours_map.load_rest()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """As `views.preload.lifespan`, but for the synthetic features."""
    in_background(load)
    yield


app = st.App("ours_page.py", lifespan=lifespan)
