"""What KML and DXF share: a part a theme, and what they need beside the symbology."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd

from geodata.codes import Stage
from geodata.text import catalogue
from outputs.extract import Extract
from outputs.wording import spoken

TEXTS = catalogue(__file__)


@cache
def settings() -> dict[str, Any]:
    """Name space, fonts and sizes, from `settings.toml`."""
    return tomllib.loads(Path(__file__).with_name("settings.toml").read_text(encoding="utf-8"))


def is_ground(extract: Extract, theme: str, stage: str) -> bool:
    """Whether a feature is drawn for orientation: its theme is, and no stage of it is on record."""
    return bool(extract.codes["theme"].loc[theme, "context"]) and stage in (Stage.UNKNOWN, Stage.NOT_APPLICABLE)


def parts(extract: Extract, background: bool) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Title and rows, in words, of each theme that has any: of its background, or of what the filter keeps."""
    titles = extract.titles("theme")
    for theme, frame in extract.layers.items():
        rows = frame[frame["background"].astype(bool) == background]
        if len(rows):
            title = TEXTS("background", extract.lang, theme=titles[theme]) if background else titles[theme]
            yield title, spoken(extract, rows, "features")
