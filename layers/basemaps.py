"""Online basemaps as reviewed records, each with its datum. Nothing here makes a request."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ALIGNED = ("WGS 84", "CGCS2000")
"""Datums that agree with the register within a metre or so."""


class BasemapRefused(ValueError):
    """A basemap whose datum would put every feature in the wrong place."""


@dataclass(frozen=True)
class Basemap:
    """A tiled online map. `token` names the secret that fills `{token}` in the addresses."""

    id: str
    title_zh: str
    title_en: str
    datum: str
    token: str
    urls: tuple[str, ...]
    attribution: str


@cache
def basemaps() -> dict[str, Basemap]:
    """All records by id, those that are refused included."""
    text = Path(__file__).with_name("basemaps.toml").read_text(encoding="utf-8")
    return {key: Basemap(id=key, **{**row, "urls": tuple(row["urls"])}) for key, row in tomllib.loads(text).items()}


def addresses(basemap: Basemap, token: str = "") -> list[str]:
    """The tile addresses with the user's token filled in.

    Raises BasemapRefused when the datum is not WGS 84 or CGCS2000.
    """
    if basemap.datum not in ALIGNED:
        raise BasemapRefused(f"{basemap.id}: {basemap.datum} lies about 600 m off WGS 84 around Dongguan")
    return [url.replace("{token}", token) for url in basemap.urls]
