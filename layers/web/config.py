"""What the scripts of the map are told: first view, symbology, words and titles. Made without any geometry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geodata import Register
from geodata.text import LANGS
from layers.symbology import rules
from layers.web.legend import TEXTS, legend

ASSETS = Path(__file__).with_name("assets")
SCRIPTS = (
    *("payload.js", "symbols.js", "layer.js", "shapes.js", "labels.js"),
    *("controls.js", "pointer.js", "bridge.js"),
)
STYLES = ("guantu.css",)
HEIGHT = 560
"""Of the map in pixels, unless the page gives it more."""


def config_of(register: Register) -> dict[str, Any]:
    """The configuration of the map of a register; texts and titles by language.

    `view` (west, south, east, north) is for whoever makes the document, `city` the same for the scripts: south-west
    and north-east corner, latitude then longitude as Leaflet has it.
    """
    west, south, east, north = register.place.first_view

    def titles(name: str) -> dict[str, dict[str, str]]:
        return {lang: dict(register.titles(name, lang)) for lang in LANGS}

    return {
        "view": register.place.first_view,
        "city": [[south, west], [north, east]],
        "height": HEIGHT,
        "symbology": rules(),
        "words": TEXTS.by_language(),
        "stages": titles("stage"),
        "themes": titles("theme"),
        "restrictions": titles("restriction"),
        "legend": legend(register),
        "attribution": register.place.attribution,
        "vision": rules()["vision"],
    }
