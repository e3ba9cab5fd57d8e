"""A tour as a small file: which chapters in which order, and what the presenter wrote to each."""

from __future__ import annotations

import json
from collections.abc import Sequence

Picked = tuple[tuple[str, str], ...]
"""Key and note of each chapter; see `analysis.chapters`."""
FORMAT = "guantu-tour"
_MOST = 200
_LONGEST = 5000


def write_tour(picked: Sequence[tuple[str, str]]) -> str:
    """The file for these chapters, as UTF-8 text."""
    chapters = [{"chapter": key, "note": note} for key, note in picked]
    return json.dumps({"format": FORMAT, "chapters": chapters}, ensure_ascii=False, indent=1) + "\n"


def read_tour(text: str | bytes) -> Picked:
    """The chapters of a file; ValueError says what is wrong with it. Whether a chapter exists is for the register."""
    try:
        found = json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not a tour file: {error}; save one from the meeting page and edit that") from error
    chapters = found.get("chapters") if isinstance(found, dict) and found.get("format") == FORMAT else None
    if not isinstance(chapters, list) or not chapters:
        raise ValueError(f'not a tour file: expected "format": "{FORMAT}" and a list "chapters" that is not empty')
    if len(chapters) > _MOST:
        raise ValueError(f"a tour has at most {_MOST} chapters, this file has {len(chapters)}")
    return tuple(_picked(place, entry) for place, entry in enumerate(chapters, start=1))


def _picked(place: int, entry: object) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("chapter"), str):
        raise ValueError(f'chapter {place} of the tour file: expected {{"chapter": "theme=…", "note": "…"}}')
    note = entry.get("note", "")
    if not isinstance(note, str) or len(note) > _LONGEST:
        raise ValueError(f"chapter {place} of the tour file: a note is a text of at most {_LONGEST} characters")
    return entry["chapter"], note
