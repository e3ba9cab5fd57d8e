"""The online basemaps that a visitor may switch on, or why one cannot be."""

from __future__ import annotations

from typing import Any

from geodata.text import LANGS, Text, catalogue
from layers.basemaps import Basemap, BasemapRefused, addresses, basemaps
from views.secrets import secret

_TEXTS = catalogue(__file__)


def offered() -> tuple[dict[str, Any], ...]:
    """Each with its titles, addresses and attribution, and in words what is in its way, if anything."""
    return tuple(_offered(name, record) for name, record in basemaps().items())


def _offered(name: str, record: Basemap) -> dict[str, Any]:
    title, token = Text(record.title_zh, record.title_en), secret(record.token)
    problem, urls = Text(), list[str]()
    if record.token and not token:
        problem = _TEXTS["basemap-token"].filled(token=record.token)
    else:
        try:
            urls = list(addresses(record, token))
        except BasemapRefused:
            problem = _TEXTS["basemap-refused"].filled(datum=record.datum)
    return {
        "id": name,
        "title": _said(title),
        "urls": urls,
        "attribution": record.attribution,
        "problem": _said(problem) if problem else None,
    }


def _said(text: Text) -> dict[str, str]:
    return {lang: text.in_(lang) for lang in LANGS}
