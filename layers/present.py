"""The map and its tour as one HTML file: it opens by double click, asks nobody for anything and filters by itself."""

from __future__ import annotations

import json
import tomllib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from geodata.outputs import replacing
from layers import swatch
from layers.symbology import rules
from layers.webmap import ASSETS, ATTRIBUTION, CITY, HEIGHT, SCRIPTS, STYLES, Words, leaflet

WORDS = Path(__file__).with_name("present.toml")


def write_present(
    path: Path,
    bundle: Mapping[str, Any],
    features: bytes,
    words: Words,
    title: Mapping[str, str],
    foot: Mapping[str, Sequence[str]],
    stamp: Mapping[str, str],
) -> None:
    """Write the page to `path`.

    `bundle` holds the rows and the tours (see `analysis.bundle`), `features` the packed
    positions of its features (`layers.webmap.pack_register`). `title`, `foot` (filter and day, sources, licence)
    and `stamp` (map approval number, or internal use) are by language. Raises OSError; nothing is left half-written.
    """
    html = page(bundle, features, words, title, foot, stamp)
    with replacing(path) as fresh:
        fresh.write_text(html, encoding="utf-8")


def page(
    bundle: Mapping[str, Any],
    features: bytes,
    words: Words,
    title: Mapping[str, str],
    foot: Mapping[str, Sequence[str]],
    stamp: Mapping[str, str],
) -> str:
    """The page as a text; see `write_present`."""
    langs: list[str] = bundle["langs"]
    config = {
        "data": "",
        "city": CITY,
        "height": HEIGHT,
        "symbology": rules(),
        "words": words.page,
        "stages": words.stages,
        "themes": words.themes,
        "restrictions": words.restrictions,
        "legend": words.legend,
        "attribution": ATTRIBUTION,
        "vision": rules()["vision"],
        "outcomes": {code: swatch.marker("outcome", code) for code in rules()["outcome"]},
        "title": [title[lang] for lang in langs],
        "foot": [list(foot[lang]) for lang in langs],
        "stamp": [stamp[lang] for lang in langs],
    }
    source, styles = leaflet(), ("leaflet.css",)
    style = [(source / name).read_text(encoding="utf-8") for name in styles]
    style += [(ASSETS / name).read_text(encoding="utf-8") for name in (*STYLES, "present.css")]
    script = [(source / "leaflet.js").read_text(encoding="utf-8")]
    script += [(ASSETS / name).read_text(encoding="utf-8") for name in (*SCRIPTS, *PAGES)]
    return Template((ASSETS / "present.html").read_text(encoding="utf-8")).substitute(
        title=escape(title[langs[0]]),
        style="\n".join(style),
        script="\n".join(script),
        words=_data(tomllib.loads(WORDS.read_text(encoding="utf-8"))),
        config=_data(config),
        bundle=_data(bundle),
        features=b64encode(features).decode(),
    )


PAGES = ("panels.js", "details.js", "present.js")
"""Scripts that only this page needs."""


def _data(value: Any) -> str:
    """JSON that cannot end the script element it stands in, whatever a name holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
