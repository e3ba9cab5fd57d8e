"""The map and its tour as one HTML file: it opens by double click, asks nobody for anything and filters by itself."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from geodata.files import replacing
from geodata.text import catalogue
from layers import swatch
from layers.symbology import rules
from layers.web.config import ASSETS, SCRIPTS, STYLES, config_of
from layers.web.document import leaflet
from layers.web.packing import pack_register
from outputs.meeting.brief import Brief
from outputs.meeting.tour_data import tour_data

PAGES = (
    *("filter.js", "days.js", "state.js", "page.js", "chapter.js", "facets.js", "tables.js", "details.js"),
    *("presenter.js", "present.js"),
)
"""Scripts that only this page needs."""
_TEXTS = catalogue(__file__)


def write_tour_page(path: Path, brief: Brief) -> None:
    """The tour and the map to explore as one HTML file.

    Raises NoChapter for a chapter that does not exist, and OSError; nothing is left half-written.
    """
    html = tour_page(brief)
    with replacing(path) as fresh:
        fresh.write_text(html, encoding="utf-8")


def tour_page(brief: Brief) -> str:
    """The page as a text; see `write_tour_page`."""
    langs, register = brief.langs, brief.view.register
    config = {"data": "", **config_of(register)}
    del config["view"]
    config |= {
        "outcomes": {code: swatch.marker("outcome", code) for code in rules()["outcome"]},
        "title": [brief.about[lang]["title"] for lang in langs],
        "foot": [brief.foot(lang) for lang in langs],
        "stamp": [brief.stamp(lang) for lang in langs],
    }
    features = pack_register(register, brief.view.selection.features | register.backdrop)
    source, styles = leaflet(), ("leaflet.css",)
    style = [(source / name).read_text(encoding="utf-8") for name in styles]
    style += [(ASSETS / name).read_text(encoding="utf-8") for name in (*STYLES, "present.css")]
    script = [(source / "leaflet.js").read_text(encoding="utf-8")]
    script += [(ASSETS / name).read_text(encoding="utf-8") for name in (*SCRIPTS, *PAGES)]
    return Template((ASSETS / "present.html").read_text(encoding="utf-8")).substitute(
        title=escape(config["title"][0]),
        style="\n".join(style),
        script="\n".join(script),
        words=_data({key: {"zh": _TEXTS(key, "zh"), "en": _TEXTS(key, "en")} for key in _TEXTS}),
        config=_data(config),
        bundle=_data(tour_data(brief.view, brief.chapters)),
        features=b64encode(features).decode(),
    )


def _data(value: Any) -> str:
    """JSON that cannot end the script element it stands in, whatever a name holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
