"""The rows of an answer as a table has them: cells in the words of the register, and what each row is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.spatial.certainty import SURE
from analysis.spatial.findings import kilometres
from analysis.view import View
from analysis.words import TEXTS
from geodata.codes import Relation
from geodata.model import Link
from views.words import Words

Row = Mapping[str, Any]
Cell = dict[str, Any]
_SHOWN = {
    "along": ("reach", "what", "side", "far", "sure"),
    "balance": ("title", "n", "open-share", "km", "measures-n"),
    "compare": ("thing", "before", "after"),
    "coordination": ("party", "meets", "far", "apart", "sure"),
    "crossings": ("party", "meets", "sure"),
    "near": ("from", "to", "far", "sure"),
    "upstream": ("direction", "what", "far", "water", "sure"),
}
"""The columns of each question; one that is not named here has those of a finding."""
_CONTRAST = ("title", "n", "open-share", "theirs", "their-share")
"""Of the same balance of two views."""
_ROUND = ("what", "far", "sure")
"""Of what lies round a place that has no chainage."""
_OF_FINDING = ("from", "to", "far", "sure")
_RESULT = {"features": "stage", "measures": "outcome"}
"""The codelist of what may change of a row, by its table."""


@dataclass(frozen=True)
class Reader:
    """Reads the cells of an answer in the language of a page."""

    view: View
    words: Words
    keys: Sequence[str]
    """Of the columns."""

    def columns(self) -> list[dict[str, str]]:
        """Keys and titles of the columns."""
        return [{"key": key, "title": self.words(f"column-{key}")} for key in self.keys]

    def row(self, row: Row) -> dict[str, Any]:
        """A row: cells by column, its sentence, how sure it is, cards (table and id), features on the map."""
        cards = [[row["table"], row["id"]]] if "table" in row else [["features", each] for each in _features(row)]
        return {
            "cells": [_CELLS[key](self, row) for key in self.keys],
            "said": row[f"sentence_{self.words.lang}"],
            "sure": row.get("sure", ""),
            "cards": cards,
            "agencies": list(row.get("agencies", ())),
            "on": self._on_map(row),
        }

    def _on_map(self, row: Row) -> list[str]:
        """The features that the row is about: of a measure those that it acts on."""
        if row.get("table") == "measures":
            links = self.view.register.rows(Link)
            return [link.feature for link in links if link.measure == row["id"] and link.relation == Relation.TARGET]
        return _features(row)

    def thing(self, row: Row, key: str) -> Cell:
        """A feature or measure by its id; what has no name here is said."""
        if key == "to" and row.get("projects"):
            return {"things": [["features", name] for name in row["projects"]]}
        if key == "to" and row.get("kind") in ("limit", "unknown"):
            return {"text": TEXTS("the-limits", self.words.lang)}
        code = row.get(key, "")
        return {"thing": [row.get("table", "features"), code]} if code else {"text": self.words("row-none")}

    def far(self, row: Row) -> Cell:
        """A distance with its error."""
        metres, high = row["distance_m"], row["high_m"]
        if row.get("projects"):
            return {"text": self.words("far-same-town"), "n": metres}
        said = kilometres(metres)
        if high is None:
            said = self.words("far-not-known", d=said)
        elif high - metres >= 1:
            said = f"{said} ±{kilometres(high - metres)}"
        return {"text": said, "n": metres}

    def gap(self, row: Row) -> Cell:
        """Years between works."""
        years = row.get("gap_years")
        if years is None:
            return {"text": f"{row['begin']}–{row['end']}".replace(f"{row['begin']}–{row['begin']}", str(row["begin"]))}
        return {"text": self.words("gap-years", n=f"{years:.1f}") if years else self.words("gap-none"), "n": years}

    def reach(self, row: Row) -> Cell:
        """From where to where along a line, in kilometres."""
        begin, end = row["from_m"] / 1000, row["to_m"] / 1000
        said = f"{begin:.1f}" if end - begin < 0.1 else f"{begin:.1f}–{end:.1f}"
        return {"text": said, "n": row["from_m"]}

    def water(self, row: Row) -> Cell:
        """The newest class of the water of a section, with its time."""
        title = self.words.title("water-class", row["water_class"])
        return {"text": " ".join(filter(None, (title, row["water_period"])))}

    def result(self, row: Row, key: str) -> Cell:
        """A stage or an outcome."""
        codelist = _RESULT[row["table"]]
        return {"code": row[key], "text": self.words.title(codelist, row[key])}

    def share(self, row: Row, side: str = "") -> Cell:
        """How many of how many are built, as a bar."""
        return {"share": [len(row[f"{side}open"]), len(row[f"{side}features"])], "n": len(row[f"{side}open"])}


def _features(row: Row) -> list[str]:
    if row.get("table") == "measures":
        return []
    several = (*row.get("features", ()), *row.get("other_features", ()), *row.get("projects", ()))
    named = (row.get("from"), row.get("to"), row.get("id"), *several)
    return list(dict.fromkeys(name for name in named if name))


def _number(value: float, digits: int = 0) -> Cell:
    return {"text": f"{value:,.{digits}f}", "n": value}


_CELLS: Mapping[str, Callable[[Reader, Row], Cell]] = {
    "from": lambda reader, row: reader.thing(row, "from"),
    "to": lambda reader, row: reader.thing(row, "to"),
    "party": lambda reader, row: reader.thing(row, "from"),
    "meets": lambda reader, row: reader.thing(row, "to"),
    "what": lambda reader, row: reader.thing(row, "to"),
    "thing": lambda reader, row: reader.thing(row, "id"),
    "far": Reader.far,
    "apart": Reader.gap,
    "reach": Reader.reach,
    "direction": lambda reader, row: {"text": reader.words(f"way-{row['direction']}")},
    "water": Reader.water,
    "side": lambda reader, row: {"text": reader.words(f"side-{row['side']}")},
    "sure": lambda reader, row: {"sure": row["sure"], "n": SURE.index(row["sure"])},
    "before": lambda reader, row: reader.result(row, "before"),
    "after": lambda reader, row: reader.result(row, "after"),
    "title": lambda reader, row: {"text": row[f"title_{reader.words.lang}"] or row["title_zh"]},
    "n": lambda reader, row: _number(len(row["features"])),
    "open-share": Reader.share,
    "theirs": lambda reader, row: _number(len(row["other_features"])),
    "their-share": lambda reader, row: reader.share(row, "other_"),
    "km": lambda reader, row: _number(row["km"], 1),
    "measures-n": lambda reader, row: _number(len(row["measures"])),
}


def table(name: str, rows: Sequence[Row], view: View, words: Words) -> dict[str, Any]:
    """Columns and rows of an answer, JSON-ready."""
    keys: Sequence[str] = _SHOWN.get(name, _OF_FINDING)
    if name == "along" and not any(row["to_m"] for row in rows):
        keys = _ROUND
    keys = [key for key in keys if key != "water" or any(row["water_class"] for row in rows)]
    if rows and "other_features" in rows[0]:
        keys = _CONTRAST
    reader = Reader(view, words, keys)
    return {"columns": reader.columns(), "rows": [reader.row(row) for row in rows]}
