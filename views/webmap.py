"""The map of a view: the message that restyles it, and what a click selects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.counts import key_numbers
from analysis.view import View
from layers.web.packing import mask_text, stage_text
from views import component, state
from views.secrets import map_number
from views.words import Words


def show(view: View, words: Words, basemap: dict[str, Any] | None, data: str) -> None:
    """The map of the features in the file `data`, with what the view keeps standing out."""
    on = view.register.placed
    features = view.standing.features[on]
    restricted = features.loc[features["restriction"] != "", ["id", "restriction"]]
    message = {
        "data": data,
        "mask": mask_text(view.selection.features[on]),
        "stages": stage_text(features["stage"].to_numpy()),
        "stale": mask_text(features["stale"].to_numpy(dtype=bool)),
        "restricted": dict(restricted.itertuples(index=False)),
        "selected": state.selected("features"),
        "marked": state.marked(view),
        "hide": bool(st.session_state.get("hide")),
        "lang": words.lang,
        "alt": alternative(view, words),
        "stamp": f"{map_number() or words('internal-use')} · {words('as-of-line', day=view.day)}",
        "basemap": basemap,
        "vision": st.session_state.get("vision", "normal"),
    }
    clicked = component.show(message, key="map")
    if clicked is not None and clicked != state.selected("features"):
        state.select("features", clicked)
        st.rerun()


def alternative(view: View, words: Words) -> str:
    """The map in a sentence, for those who cannot see it."""
    selection = replace(view.selection, features=view.selection.features & view.register.placed)
    numbers = key_numbers(replace(view, selection=selection))
    stages = words.listed(f"{words.title('stage', code)} {count}" for code, count in numbers.by_stage.items())
    return words("map-alt", features=numbers.features, stages=stages)
