"""A question of place as address and widgets hold it: what is asked, what it is told, what was not understood."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from shapely.geometry import LineString

from analysis.filters import FIRST_DAY, FORMER, NAMES, Filter, from_query, spellings
from analysis.spatial.along import along_line
from analysis.spatial.limits import LIMITS
from analysis.spatial.questions import place_named, written
from analysis.view import View
from geodata.model import Feature
from outputs.analyses import AGENCY, ANALYSES, PLACE, Analysis, Told

ASK, LINE = "ask", "line"
"""The names in the address of the question, and of a line that somebody drew instead of naming one."""
OTHERS = ("page", "lang", "table", "hide", "show", "map", "chapter", "status", "embed", "embed_options")
"""Names in the address that belong to the screen."""
MOST_METRES, MOST_ROWS, MOST_POINTS, LONGEST = 200_000.0, 50, 100, 40
"""Of a distance, of what is nearest, of a drawn line; characters of a wrong value that are repeated."""
USUAL_METRES = 5000.0
DRAWN_IN = "along"
"""The question that takes a drawn line."""
Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Question:
    """What is asked."""

    name: str
    """Of an analysis."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """By name; what is left out is None or missing."""
    line: Line = ()
    """Longitude and latitude of the points of a drawn line (EPSG:4326)."""

    @property
    def analysis(self) -> Analysis:
        """The one that answers it."""
        return ANALYSES[self.name]

    @property
    def is_complete(self) -> bool:
        """Whether everything that the analysis must be told is there."""
        return all(
            told.is_optional or bool(self.line and told.what) or self.told.get(told.name) not in ("", None)
            for told in self.analysis.told
        )

    def answer(self, view: View) -> Sequence[Any]:
        """The findings; UnknownPlace as the analysis raises it."""
        if self.line:
            return along_line(view, LineString(self.line), self.told["width"])
        return self.analysis.answer(view, *self.values)

    @property
    def values(self) -> tuple[Any, ...]:
        """What the analysis is told, in its order."""
        return tuple(self.told.get(told.name, told.default) for told in self.analysis.told)

    def to_address(self) -> list[tuple[str, str]]:
        """Names and values of the address, in the order in which the terminal has them."""
        found = [(ASK, self.name)]
        for told in self.analysis.told:
            value = self.told.get(told.name)
            if value in ("", None) or (self.line and told.what):
                continue
            found.append((name_of(told), written(value)))
        if self.line:
            found.append((LINE, ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in self.line)))
        return found


def name_of(told: Told) -> str:
    """What something told is called in the address: as in the terminal, but where the filter has that name."""
    return f"{ASK}_{told.name}" if told.name in NAMES else told.name


def from_address(query: Mapping[str, Iterable[str]], view: View) -> tuple[Question | None, list[str]]:
    """The question of an address, None where there is none, and what was not understood, as "name=value"."""
    said = {name: " ".join(values) for name, values in query.items()}
    asked = said.pop(ASK, "")
    known = {*NAMES, *OTHERS, *(name for names in FORMER.values() for name in names)}
    said = {name: value for name, value in said.items() if name not in known}
    wrong = [] if not asked or asked in ANALYSES else [(ASK, asked)]
    if asked not in ANALYSES:
        return None, _repeated([*wrong, *said.items()])
    line: Line = ()
    if asked == DRAWN_IN and LINE in said:
        drawn = said.pop(LINE)
        line = _line(drawn)
        wrong += [] if line else [(LINE, drawn)]
    found: dict[str, Any] = {}
    for told in ANALYSES[asked].told:
        name = name_of(told)
        if name not in said:
            continue
        value = read(told, said[name], view)
        if value is None:
            wrong.append((name, said[name]))
        else:
            found[told.name] = value
        del said[name]
    return Question(asked, found, line), _repeated([*wrong, *said.items()])


def _repeated(wrong: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name[:LONGEST]}={value[:LONGEST]}" + "…" * (len(value) > LONGEST) for name, value in wrong]


def read(told: Told, text: str, view: View) -> Any:
    """The value that a text means; None for none that can be asked for."""
    if told.choices:
        return text if text in told.choices else None
    if told.kind is Filter:
        return _filter(text, view)
    if told.kind is date:
        return _day(text, view)
    if told.kind is int:
        return int(text) if re.fullmatch("[0-9]{1,4}", text) and 1 <= int(text) <= MOST_ROWS else None
    if told.kind is float:
        return _number(text)
    return _named(told, text, view)


def _filter(text: str, view: View) -> Filter | None:
    """The other view of two, as an address within the address."""
    try:
        chosen, wrong = from_query(parse_qs(text, max_num_fields=len(NAMES), errors="strict"), view.register)
    except ValueError:
        return None
    return None if wrong or chosen == Filter() else chosen


def _day(text: str, view: View) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    first, last = days(view)
    return day if day.isoformat() == text and first <= day <= last else None


def days(view: View) -> tuple[date, date]:
    """The first and the last day with which that of a view can be compared."""
    return FIRST_DAY, max(FIRST_DAY, view.day - timedelta(days=1))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if text.isascii() and math.isfinite(number) and 0 <= number <= MOST_METRES else None


def _named(told: Told, text: str, view: View) -> str | None:
    register = view.register
    if told.what == AGENCY:
        return spellings("agency", register).get(text)
    code = place_named(register, text)
    if code == LIMITS:
        return code if told.what == PLACE else None
    if code in register.themes:
        return code if told.what == PLACE else None
    feature = register.by_id(Feature).get(code)
    return code if feature and view.standing.feature_status[code].feature.is_placed else None


def _line(text: str) -> Line:
    """The points of a drawn line, each once in a row; none when it is no line of this earth."""
    try:
        points = [tuple(float(number) for number in point.split(",")) for point in text.split(";")]
        pairs = [(lon, lat) for lon, lat in points if abs(lon) <= 180 and abs(lat) <= 85]
    except ValueError:
        return ()
    if len(pairs) < len(points) or len(pairs) > MOST_POINTS:
        return ()
    apart = [pair for place, pair in enumerate(pairs) if place == 0 or pair != pairs[place - 1]]
    return tuple(apart) if len(apart) > 1 else ()
