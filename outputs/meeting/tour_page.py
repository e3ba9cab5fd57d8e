"""The map and its tour as one HTML file: it opens by double click, asks nobody for anything and filters by itself."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from geodata.files import replacing
from geodata.text import catalogue
from layers.web.config import ASSETS, MAP, OLD, SCREEN, STYLES, assets, config_of, libraries
from layers.web.document import leaflet
from layers.web.packing import pack_register
from outputs.meeting.brief import Brief
from outputs.meeting.tour_data import tour_data

TOUR = ("chapter.js", "presenter.js", "tour.js")
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
    config = config_of(register)
    del config["view"]
    config |= {
        "words": {lang: words | _TEXTS.by_language()[lang] for lang, words in config["words"].items()},
        "title": [brief.about[lang]["title"] for lang in langs],
        "foot": [brief.foot(lang) for lang in langs],
        "stamp": [brief.stamp(lang) for lang in langs],
    }
    features = pack_register(register, brief.view.selection.features | register.backdrop)
    styles, scripts = (
        [(leaflet() / f"leaflet{end}").read_text(encoding="utf-8")]
        + [text for name, text in libraries().items() if name.endswith(end)]
        for end in (".css", ".js")
    )
    return Template((ASSETS / "tour.html").read_text(encoding="utf-8")).substitute(
        title=escape(config["title"][0]),
        old="".join(assets(OLD)),
        plain="\n".join(_plain(brief, lang) for lang in langs),
        unscripted=escape(" ".join(_TEXTS("unscripted", lang) for lang in langs)),
        lang="zh-CN" if langs[0] == "zh" else langs[0],
        style="\n".join((*styles, *assets((*STYLES, "tour.css")))),
        script="\n".join((*scripts, "window.guantu = {};", *assets((*MAP, *SCREEN, *TOUR)))),
        config=_data(config),
        bundle=_data(tour_data(brief.view, brief.chapters)),
        # Not every browser of an office unpacks by itself.
        features=b64encode(gzip.decompress(features)).decode(),
    )


def _plain(brief: Brief, lang: str) -> str:
    """The chapters of one language as plain text, for who cannot run the rest."""
    said = brief.about[lang]
    parts = [f"<h1>{escape(said['title'])}</h1>", *(f"<p>{escape(line)}</p>" for line in brief.foot(lang))]
    for one in brief.chapters[lang]:
        parts += [f"<h2>{escape(one.title)}</h2>", *(f"<p>{escape(line)}</p>" for line in one.text.splitlines())]
        changed = "".join(f"<li>{escape(change.name)}: {escape(change.reason)}</li>" for change in one.changes)
        parts += [f"<ul>{changed}</ul>"] if changed else []
    return f'<section lang="{"zh-CN" if lang == "zh" else lang}">{"".join(parts)}</section>'


def _data(value: Any) -> str:
    """JSON that cannot end the script element it stands in, whatever a name holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
