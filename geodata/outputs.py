"""What an output holds: the value that every writer takes, and the dictionary of its fields."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from uuid import uuid4

import geopandas as gpd
import pandas as pd

PATH = Path(__file__).with_name("outputs.json")


@dataclass(frozen=True)
class OutputField:
    """A column of an output table."""

    name: str
    type: str
    """string, integer, number, boolean or date."""
    title_zh: str
    title_en: str
    codelist: str = ""
    """The codelist whose codes the values are; empty for free values."""

    def title(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title_zh


@dataclass(frozen=True)
class OutputTable:
    """A table of an output; `features` describes the columns of every layer."""

    name: str
    title_zh: str
    title_en: str
    key: str
    """The column that is unique; empty where no single one is."""
    fields: tuple[OutputField, ...]

    def title(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title_zh


@cache
def tables() -> dict[str, OutputTable]:
    """The dictionary of all output tables by name, from `outputs.json`."""
    found = json.loads(PATH.read_text(encoding="utf-8"))
    return {
        name: OutputTable(
            name=name,
            title_zh=row["title_zh"],
            title_en=row["title_en"],
            key=row["key"],
            fields=tuple(OutputField(*field) for field in row["fields"]),
        )
        for name, row in found.items()
    }


@dataclass(frozen=True, eq=False)
class Content:
    """A filtered view of the register on a day, ready to be written in any format.

    Frames hold plain values (str, int, float, bool, date or None) with the columns of
    `tables()`, in its order, rows sorted by key. Codes stay codes. Texts that exist in one
    language only (reasons, town names, sources) are in `lang`.
    """

    title: str
    lang: str
    as_of: date
    about: Mapping[str, str]
    """What every output says of itself, label to value in `lang`: the filter in words, the day,
    row counts, register version, sources and licence, map approval number or internal use, accuracy."""
    layers: Mapping[str, gpd.GeoDataFrame]
    """Features with a position by theme code, in the order of the themes; EPSG:4326, lon/lat.
    A theme may mix points and lines. Columns: the table `features`, then geometry."""
    history: gpd.GeoDataFrame
    """One row a stage of a feature (columns of `history`, then geometry): what the time slider shows."""
    tables: Mapping[str, pd.DataFrame]
    """unplaced (features without a position), measures, links, agencies, assignments, events, sources."""
    codes: Mapping[str, pd.DataFrame]
    """Codelists by name, indexed by code in their order, with title_zh and title_en."""

    def titles(self, codelist: str) -> dict[str, str]:
        """Title of each code in `lang`, Chinese where the English is empty."""
        frame = self.codes[codelist]
        own = frame[f"title_{self.lang}"]
        return dict(own.where(own != "", frame["title_zh"]).items())


@contextmanager
def replacing(path: Path, suffix: str = "") -> Iterator[Path]:
    """A name beside `path` to write to; the file takes the place of `path` if the block ends well.

    `suffix` is for drivers that go by the ending of the name. An error leaves `path` as it was and nothing beside it.
    """
    fresh = path.with_name(f".{uuid4().hex}{suffix or path.suffix}")
    try:
        yield fresh
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of files by name, with fixed times: the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
