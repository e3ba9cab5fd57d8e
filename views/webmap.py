"""The map of a view: the message that restyles it, and what a click selects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from analysis.counts import key_numbers
from analysis.timeline import timelines
from analysis.view import View
from analysis.words import TEXTS as SAID
from geodata.text import LANGS
from layers.web.legend import STAGES
from layers.web.packing import mask_text, stage_text
from views import component, state
from views.first_picture import Picture
from views.secrets import map_number
from views.words import Words


def show(message: dict[str, Any]) -> None:
    """The map with a message; a click on it chooses."""
    clicked = component.show(message, key="map")
    if clicked is not None and clicked != state.selected("features"):
        state.select("features", clicked)
        st.rerun()


def message(view: View, words: Words, basemap: dict[str, Any] | None, data: str) -> dict[str, Any]:
    """What the map of the features in the file `data` is told: what the view keeps stands out."""
    on = view.register.placed
    features = view.standing.features[on]
    restricted = features.loc[features["restriction"] != "", ["id", "restriction"]]
    return {
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


def picture_of(view: View, data: str) -> Picture:
    """The first picture of a register, given a view of it that leaves nothing out; `data` is its feature file."""
    register = view.register
    on, lines = register.placed, timelines(register).features
    ids = register.features["id"][on].tolist()
    turns = [
        ("" if day == date.min else day.isoformat(), place, STAGES.index(row.stage), row.stale, row.restriction)
        for place, name in enumerate(ids)
        for day, row in zip(lines[name].days, lines[name].states, strict=True)
    ]
    return Picture(
        data=data,
        time_zone=register.place.time_zone,
        stages=list(STAGES),
        titles={lang: dict(register.titles("stage", lang)) for lang in LANGS},
        comma={lang: SAID("comma", lang) for lang in LANGS},
        ids=ids,
        counted=view.counted[on].tolist(),
        turns=sorted(turns),
    )


def alternative(view: View, words: Words) -> str:
    """The map in a sentence, for those who cannot see it."""
    selection = replace(view.selection, features=view.selection.features & view.register.placed)
    numbers = key_numbers(replace(view, selection=selection))
    stages = words.listed(f"{words.title('stage', code)} {count}" for code, count in numbers.by_stage.items())
    return words("map-alt", features=numbers.features, stages=stages)
