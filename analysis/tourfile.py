"""A tour as a small file: which chapters in which order, and what the presenter wrote to each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from analysis.words import TEXTS
from geodata.text import Text

Picked = tuple[tuple[str, str], ...]
"""Key and note of each chapter; see `analysis.chapters`."""
FORMAT = "guantu-tour"
LONGEST_NOTE = 5000
"""Characters of a note."""
_MOST = 200


class BadTour(ValueError):
    """A file that is no tour; `text` says what is wrong with it."""

    def __init__(self, key: str, **values: Any) -> None:
        """By the key of the text and what is filled in."""
        self.text: Text = TEXTS[f"tour-{key}"].filled(**values)
        super().__init__(f"{self.text.zh} {self.text.en}")


def write_tour(picked: Sequence[tuple[str, str]]) -> str:
    """The file for these chapters, as UTF-8 text."""
    chapters = [{"chapter": key, "note": note} for key, note in picked]
    return json.dumps({"format": FORMAT, "chapters": chapters}, ensure_ascii=False, indent=1) + "\n"


def read_tour(text: str | bytes) -> Picked:
    """The chapters of a file; BadTour says what is wrong with it. Whether a chapter exists is for the register."""
    try:
        found = json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except (ValueError, RecursionError) as error:
        raise BadTour("not-one", detail=error) from error
    chapters = found.get("chapters") if isinstance(found, dict) and found.get("format") == FORMAT else None
    if not isinstance(chapters, list) or not chapters:
        raise BadTour("not-one", detail=f'"format": "{FORMAT}", "chapters": [{{…}}]')
    if len(chapters) > _MOST:
        raise BadTour("too-long", count=len(chapters), most=_MOST)
    return tuple(_picked(place, entry) for place, entry in enumerate(chapters, start=1))


def _picked(place: int, entry: object) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("chapter"), str):
        raise BadTour("entry", place=place, expected='{"chapter": "theme=…", "note": "…"}')
    note = entry.get("note", "")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise BadTour("note", place=place, most=LONGEST_NOTE)
    try:
        f"{entry['chapter']}{note}".encode()
    except UnicodeEncodeError as error:
        raise BadTour("not-one", detail=error) from error
    return entry["chapter"], note
