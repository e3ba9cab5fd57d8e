"""What an output holds: the value that every writer takes, and the dictionary of its fields."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import geopandas as gpd
import pandas as pd

PATH = Path(__file__).with_name("outputs.json")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell starts that a spreadsheet might run; Chinese input methods give the wide forms."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
            fields=tuple(OutputField(*field) for field in _fields(found, row["fields"])),
        )
        for name, row in found.items()
    }


def _fields(found: Mapping[str, Any], fields: str | list[list[str]]) -> list[list[str]]:
    """The fields of a table; a name stands for those of another table."""
    own: list[list[str]] = found[fields]["fields"] if isinstance(fields, str) else fields
    return own


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
    """What every output says of itself, by key: title, filter in words, day, register version, sources and
    licence, approval (map approval number) or use (internal), accuracy, scope."""
    labels: Mapping[str, str]
    """Labels in `lang` of the keys of `about`, and of `rows`, `crs` and `far`, which a file adds."""
    separator: str
    """Between the items of a cell and of a line, in `lang`."""
    layers: Mapping[str, gpd.GeoDataFrame]
    """Features with a position by theme code, in the order of the themes; EPSG:4326, lon/lat.
    A theme may mix points and lines. Columns: the table `features`, then geometry. Maps show the rows
    marked `background` for orientation; the filter does not keep them, and tables leave them out."""
    history: gpd.GeoDataFrame
    """One row a stage of a feature (columns of `history`, then geometry): what the time slider shows."""
    tables: Mapping[str, pd.DataFrame]
    """unplaced (features without a position), measures, links, agencies, assignments, events, sources."""
    codes: Mapping[str, pd.DataFrame]
    """Codelists by name, indexed by code in their order, with title_zh and title_en."""
    whole: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """`tables` without the filter, unplaced left out: what a listed row refers to need not be listed itself."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Code of the source of each policy document, by its name in `measures`."""
    colon: str = ": "
    """Between a label and its value, in `lang`."""

    def count(self, *names: str) -> dict[str, int]:
        """Rows of the named output tables; background is not counted."""
        frames = {"history": self.history, **self.tables}
        features = sum(int((~frame["background"].astype(bool)).sum()) for frame in self.layers.values())
        return {name: features if name == "features" else len(frames[name]) for name in names}

    def said(self, counts: Mapping[str, int], crs: str = "", far: int = 0) -> dict[str, str]:
        """What a file says of itself, label to value.

        `counts` are the rows it holds by table; `crs` is its coordinate system, if it has
        one; `far` counts its features outside the area for which that system is made.
        """
        rows = self.separator.join(f"{tables()[name].title(self.lang)} {count}" for name, count in counts.items())
        own = {"rows": rows, "crs": crs, "far": str(far or "")}
        return {self.labels[key]: value for key, value in {**self.about, **own}.items() if value}

    def lines(self, said: Mapping[str, str]) -> list[str]:
        """What a file says of itself, a line a label."""
        return [f"{label}{self.colon}{value}" for label, value in said.items()]

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
    if "\0" in str(path):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    fresh = path.with_name(f".{uuid4().hex}{suffix or path.suffix}")
    try:
        yield fresh
        fresh.replace(path)
    finally:
        # A database that is broken off leaves its journal too.
        for left in path.parent.glob(f"{fresh.name}*"):
            left.unlink()


def guarded(text: str) -> str:
    """A text that a spreadsheet will not run as a formula: an apostrophe stands in front where it might."""
    return "'" + text if text.startswith(FORMULA) else text


def xml_text(text: str) -> str:
    """The text with U+FFFD in place of each character that XML 1.0 cannot hold, control characters mostly."""
    return _NOT_XML.sub("\ufffd", text)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of files by name, with fixed times: the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
