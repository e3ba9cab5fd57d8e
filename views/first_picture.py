"""The first picture of a visit that asks for nothing: the map of the whole register, before its libraries are there.

What it needs of a register is small: the files of the map and the days on which a feature changes. They are kept from
start to start (see `views.kept`).
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geodata.files import replacing
from geodata.text import catalogue
from views import catalog, component, kept, language, process
from views.secrets import map_number

FILE = "picture.json"
INDEX = "index.html"
WIDTHS = (2.1, 1.0)
"""Of the map and of the card beside it."""
_DATA = re.compile("features-[0-9a-f]{16}[.]gz")
_TEXTS = catalogue(__file__)
_BARE = {"lang", "map"}
"""What an address may ask for beside the whole register as of today."""


@dataclass(frozen=True)
class Picture:
    """What the map of the whole register shows on any day; features in the order of the feature file `data`."""

    data: str
    time_zone: str
    stages: list[str]
    """Codes, in the order in which a stage travels as its place."""
    titles: dict[str, dict[str, str]]
    """Titles of the stages by language."""
    comma: dict[str, str]
    ids: list[str]
    counted: list[bool]
    turns: list[tuple[str, int, int, bool, str]]
    """Day (ISO 8601), place of the feature, and from that day on: place of its stage, stale, restriction. Ascending;
    the state of all days before has an empty day."""

    def message(self, day: date, lang: str) -> dict[str, Any]:
        """The message of the map for `day`, as `views.webmap` sends it for a filter that asks for nothing."""
        size, today = len(self.ids), day.isoformat()
        state: list[tuple[int, bool, str]] = [(0, True, "")] * size
        for turn, place, stage, stale, restriction in self.turns:
            if turn > today:
                break
            state[place] = stage, stale, restriction
        counts = Counter(self.stages[stage] for (stage, _, _), on in zip(state, self.counted, strict=True) if on)
        parts = (f"{self.titles[lang][code]} {count}" for code, count in counts.items())
        return {
            "data": self.data,
            "mask": bits([True] * size),
            "stages": b64encode(bytes(stage for stage, _, _ in state)).decode(),
            "stale": bits([stale for _, stale, _ in state]),
            "restricted": {name: code for name, (_, _, code) in zip(self.ids, state, strict=True) if code},
            "selected": "",
            "marked": [],
            "hide": False,
            "lang": lang,
            "alt": _TEXTS("map-alt", lang, features=counts.total(), stages=self.comma[lang].join(parts)),
            "stamp": f"{map_number() or _TEXTS('internal-use', lang)} · {_TEXTS('as-of-line', lang, day=day)}",
            "basemap": None,
            "vision": "normal",
        }


def bits(on: list[bool]) -> str:
    """One bit a feature, packed and in base64."""
    padded = [*on, *[False] * (-len(on) % 8)]
    packed = (sum(bit << (7 - i) for i, bit in enumerate(padded[at : at + 8])) for at in range(0, len(padded), 8))
    return b64encode(bytes(packed)).decode()


_lock = Lock()
_served: dict[str, Picture] = {}
"""The picture of the version whose map this process serves; at most one."""


def served(version: str) -> Picture | None:
    """The picture of a version, its map being served; fetched if it was kept. None where it has yet to be made."""
    with _lock:
        if version not in _served and (found := kept.kept(version)) and (picture := _fetched(found)):
            _served.clear()
            _served[version] = picture
        return _served.get(version)


def serve(version: str, picture: Picture) -> None:
    """Remember the picture of a version whose map has just been written to the served folder, and keep both."""

    def fill(fresh: Path) -> None:
        lay(process.folder(), fresh, picture.data)
        (fresh / FILE).write_text(json.dumps(asdict(picture), ensure_ascii=False), encoding="utf-8")

    with _lock:
        _served.clear()
        _served[version] = picture
        kept.keep(version, fill)


def lay(source: Path, to: Path, data: str) -> None:
    """Copy a map, its feature file `data` and its document, from one folder to another; each file appears whole."""
    for name in (data, INDEX):
        with replacing(to / name) as fresh:
            fresh.write_bytes((source / name).read_bytes())


def _fetched(found: Path) -> Picture | None:
    """Copy a kept map to the served folder; None when a file of it is gone or broken, for then it is made anew."""
    try:
        said = json.loads((found / FILE).read_text(encoding="utf-8"))
        picture = Picture(**said | {"turns": [tuple(turn) for turn in said["turns"]]})
        if not _DATA.fullmatch(picture.data):
            return None
        lay(found, process.folder(), picture.data)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return picture


@dataclass(frozen=True)
class Drawn:
    """What was drawn ahead: the columns of the page and the message that the map was given."""

    columns: Sequence[DeltaGenerator]
    message: dict[str, Any]


def draw(body: DeltaGenerator) -> Drawn | None:
    """Draw the map in `body` when the visit opens on it and its picture is there."""
    if "opened" in st.session_state or not set(st.query_params) <= _BARE:
        return None
    picture = served(catalog.version())
    if picture is None:
        return None
    columns = body.columns(WIDTHS, gap="small")
    message = picture.message(datetime.now(ZoneInfo(picture.time_zone)).date(), language.asked())
    with columns[0]:
        component.show(message, key="map")
    return Drawn(columns, message)
