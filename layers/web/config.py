"""What the scripts of the screen are told: first view, symbology, words and titles. Made without any geometry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geodata import Register
from geodata.text import LANGS, Text
from layers import swatch
from layers.symbology import rules
from layers.web.legend import TEXTS, compared, legend

ASSETS = Path(__file__).with_name("assets")
VENDOR = Path(__file__).with_name("vendor")
"""Libraries of others as they publish them, each with its licence."""
MAP = (
    *("payload.js", "symbols.js", "layer.js", "pictures.js", "shapes.js", "labels.js"),
    *("elements.js", "controls.js", "pointer.js", "mapview.js", "findings.js"),
)
"""Scripts that draw the map and answer the pointer."""
SCREEN = (
    *("timeline.js", "filter.js", "state.js", "days.js", "topbar.js", "find.js", "answer.js", "facets.js"),
    *("journal.js", "compare.js", "compare_rows.js", "compare_map.js"),
    *(
        "card.js",
        "card_measure.js",
        "card_dates.js",
        "card_agency.js",
        "card_numbers.js",
        "card_history.js",
        "card_water.js",
        "rows.js",
        "tables.js",
        "legend.js",
    ),
    *("tools.js", "help.js", "keys.js", "screen.js"),
)
"""Scripts of everything round the map."""
OLD = ("old.js",)
"""The script that tells an old browser that it is one; it runs before all others."""
HOST = (
    "asked_map.js",
    "asked_pick.js",
    "asked_table.js",
    "asked_charts.js",
    "asked_times.js",
    "asked_strip.js",
    "card_ask.js",
    "host.js",
)
"""The scripts that only the app needs: the answers to questions of place, and the app's end."""
CHAPTERS = ("chapters.js", "chapters.css")
"""The list of chapters of a meeting, a component of its own: a module and its style."""
ANALYSE = ("analyse.js", "analyse.css", "asked_charts.css")
"""The page of questions beside the map, a component of its own: a module and its styles."""
STYLES = (
    *("map.css", "screen.css", "topbar.css", "answer.css", "days.css", "filters.css", "card.css", "table.css"),
    *("legend.css", "dialogs.css", "sizes.css", "compare.css", "asked.css", "print.css"),
)
"""The style sheets, in the order in which a later rule wins."""


def libraries() -> dict[str, str]:
    """The scripts and styles of others by name, without the note that leads a debugger to their sources."""
    files = (file for file in sorted(VENDOR.iterdir()) if file.suffix in (".js", ".css"))
    return {file.name: _without_map(file.read_text(encoding="utf-8")) for file in files}


def _without_map(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "sourceMappingURL=" not in line)


def assets(names: tuple[str, ...]) -> Iterator[str]:
    """Our own scripts or styles by name."""
    return ((ASSETS / name).read_text(encoding="utf-8") for name in names)


def config_of(register: Register) -> dict[str, Any]:
    """The configuration of the map of a register; texts and titles by language.

    `view` (west, south, east, north) is for whoever makes the document, `city` the same for the scripts: south-west
    and north-east corner, latitude then longitude as Leaflet has it.
    """
    place = register.place
    west, south, east, north = place.first_view

    def said(text: Text) -> dict[str, str]:
        return {lang: text.in_(lang) for lang in LANGS}

    return {
        "view": place.first_view,
        "city": [[south, west], [north, east]],
        "symbology": rules(),
        "words": TEXTS.by_language(),
        "legend": legend(register),
        "compared": compared(),
        "outcomes": {code: swatch.marker("outcome", code) for code in rules()["outcome"]},
        "heading": said(place.heading),
        "subtitle": said(place.subtitle),
        "notice": said(place.notice),
        "attribution": place.attribution,
        "vision": rules()["vision"],
    }
