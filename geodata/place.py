"""The city as data: `place.toml` of a catalog as one value."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyproj

from geodata.faults import TEXTS, Fault, listed, quoted
from geodata.files import read_regular
from geodata.numbers import is_finite
from geodata.text import Text

FILE = "place.toml"
STORAGE_CRS = "EPSG:4326"
"""Of every position in a register: WGS 84, degrees, longitude before latitude."""
Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees (EPSG:4326) unless said otherwise."""


@dataclass(frozen=True)
class Place:
    """What differs from city to city."""

    name: Text
    title: Text
    """Of everything that leaves the house."""
    heading: Text
    """Of the screen, which has little room."""
    subtitle: Text
    box: Box
    """Where positions inside the city and beside it may lie."""
    first_view: Box
    """What a map shows of nothing."""
    metric_crs: str
    """A projected system in metres, by its EPSG code: lengths, areas, distances."""
    metric_belt: tuple[float, float]
    """Longitudes between which one scale holds in it."""
    file_crs: tuple[str, ...]
    """Systems that files may be stored in, the usual one first; WGS 84 and `metric_crs` are among them."""
    time_zone: str
    """IANA name: where "today" is taken."""
    datum_shift_m: tuple[float, float] | None
    """East and north shift in metres of GCJ-02 against WGS 84 here; None where no such datum is in use."""
    attribution: str
    """Short, for a corner of the map."""
    licence: Text
    """Sources and licence in a sentence, for what leaves the house."""
    notice: Text
    """The same for the foot of the screen."""
    accuracy: Text
    """What positions are worth."""
    lies_on: tuple[tuple[str, str], ...] = ()
    """Themes or features, and the theme or feature that they lie on; may be left out."""

    def today(self) -> date:
        """The calendar day there, whatever the zone of this machine."""
        return datetime.now(ZoneInfo(self.time_zone)).date()

    @property
    def projected_crs(self) -> tuple[str, ...]:
        """Those of `file_crs` in metres, `metric_crs` first."""
        others = (crs for crs in self.file_crs if crs != self.metric_crs)
        return (self.metric_crs, *(crs for crs in others if pyproj.CRS.from_user_input(crs).is_projected))


_PAIRS = ("name", "title", "heading", "subtitle", "licence", "notice", "accuracy")
_NUMBERS = {
    "box": (4, "fault-want-box"),
    "first_view": (4, "fault-want-box"),
    "metric_belt": (2, "fault-want-belt"),
    "datum_shift_m": (2, "fault-want-shift"),
}
"""Keys of lists of numbers: how many, and the text that says so."""


def read_place(catalog: Path, faults: list[Fault]) -> Place | None:
    """The place of a catalog, or None and a fault for each thing that is wrong with its file."""
    try:
        found = tomllib.loads(read_regular(catalog / FILE).decode("utf-8-sig"))
    except FileNotFoundError:
        faults.append(Fault(FILE, 0, "", TEXTS["fault-no-file"], TEXTS["fault-want-place"], unread=True))
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(FILE, 0, "", quoted(error), TEXTS["fault-want-toml"], unread=True))
        return None
    lying = found.pop("lies_on", {})
    names = [field.name for field in fields(Place) if field.name != "lies_on"]
    keys = {key for name in names for key in ((f"{name}_zh", f"{name}_en") if name in _PAIRS else (name,))}
    known = TEXTS["fault-want-one-of"].filled(names=listed(sorted(keys)))
    wrong = [Fault(FILE, 0, key, TEXTS["fault-unknown-key"], known) for key in found.keys() - keys]
    wrong += [
        Fault(FILE, 0, key, quoted(found[key]) if key in found else TEXTS["fault-nothing"], expected)
        for key in sorted(keys)
        if (expected := _expected(key, found.get(key)))
    ]
    if not isinstance(lying, dict) or not all(isinstance(each, str) and each for each in lying.values()):
        wrong.append(Fault(FILE, 0, "lies_on", quoted(lying), TEXTS["fault-want-lies-on"]))
    if not wrong and found["metric_crs"] not in found["file_crs"]:
        wrong.append(Fault(FILE, 0, "file_crs", quoted(found["file_crs"]), TEXTS["fault-want-metric-among"]))
    faults += wrong
    if wrong:
        return None
    return Place(**{name: _value(name, found) for name in names}, lies_on=tuple(lying.items()))


def _value(name: str, found: dict[str, Any]) -> Any:
    if name in _PAIRS:
        return Text(found[f"{name}_zh"], found[f"{name}_en"])
    value = found[name]
    if name == "file_crs":
        return tuple(value)
    if isinstance(value, list):
        return tuple(map(float, value)) or None
    return value


def _expected(key: str, value: Any) -> Text:
    """What should stand under `key`; empty when `value` is that."""
    if key in _NUMBERS:
        size, words = _NUMBERS[key]
        good = isinstance(value, list) and all(type(each) in (int, float) and is_finite(each) for each in value)
        good = good and (len(value) == size or (key == "datum_shift_m" and not value))
        if good and size == 4:
            good = -180 <= value[0] < value[2] <= 180 and -90 <= value[1] < value[3] <= 90
        if good and key == "metric_belt":
            good = value[0] < value[1]
        return Text() if good else TEXTS[words].filled(n=size)
    if key == "metric_crs":
        return Text() if _is_metric(value) else TEXTS["fault-want-metric"]
    if key == "file_crs":
        good = isinstance(value, list) and STORAGE_CRS in value and all(map(_is_crs, value))
        good = good and len(set(value)) == len(value)
        return Text() if good else TEXTS["fault-want-systems"].filled(storage=STORAGE_CRS)
    if key == "time_zone":
        return Text() if _is_zone(value) else TEXTS["fault-want-zone"]
    return Text() if isinstance(value, str) and value.strip() else TEXTS["fault-want-words"]


def _is_crs(value: Any) -> bool:
    try:
        # As a text they are compared with each other: one spelling alone.
        return isinstance(value, str) and value == f"EPSG:{pyproj.CRS.from_user_input(value).to_epsg()}"
    except pyproj.exceptions.CRSError:
        return False


def _is_metric(value: Any) -> bool:
    if not _is_crs(value):
        return False
    system = pyproj.CRS.from_user_input(value)
    return system.is_projected and {axis.unit_name for axis in system.axis_info} == {"metre"}


def _is_zone(value: Any) -> bool:
    try:
        return isinstance(value, str) and ZoneInfo(value) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
