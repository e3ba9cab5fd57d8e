"""guantu behind a door like that of app.py: its files are fetched while the browser of the first visitor loads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from views.process import in_background


def load() -> None:
    """What the map needs, and after a while what the other pages need: as `views.preload` does it."""
    from benchmarks.apps import ours_map
    from views import component, preload

    ours_map.load()
    component.bring()
    preload.later(ours_map.load_rest)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """As `views.preload.lifespan`, but for the synthetic features."""
    in_background(load)
    yield


app = st.App("ours_page.py", lifespan=lifespan)
