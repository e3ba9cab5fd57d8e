"""A tour as a small file: which chapters in which order, and what the presenter wrote to each."""

from __future__ import annotations

import json
from collections.abc import Sequence

Picked = tuple[tuple[str, str], ...]
"""Key and note of each chapter; see `analysis.chapters`."""
FORMAT = "guantu-tour"
_NOT_A_TOUR = "不是讲解文件，请在“汇报”页保存一份再修改 not a tour file: save one from the meeting page and edit that"
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
        raise ValueError(f"{_NOT_A_TOUR}: {error}") from error
    chapters = found.get("chapters") if isinstance(found, dict) and found.get("format") == FORMAT else None
    if not isinstance(chapters, list) or not chapters:
        raise ValueError(f'{_NOT_A_TOUR}: "format": "{FORMAT}", "chapters": [{{…}}]')
    if len(chapters) > _MOST:
        raise ValueError(f"讲解文件的章数过多 too many chapters in the tour file: {len(chapters)} > {_MOST}")
    return tuple(_picked(place, entry) for place, entry in enumerate(chapters, start=1))


def _picked(place: int, entry: object) -> tuple[str, str]:
    where = f"讲解文件第 {place} 章 chapter {place} of the tour file"
    if not isinstance(entry, dict) or not isinstance(entry.get("chapter"), str):
        raise ValueError(f'{where}: 应为 expected {{"chapter": "theme=…", "note": "…"}}')
    note = entry.get("note", "")
    if not isinstance(note, str) or len(note) > _LONGEST:
        raise ValueError(
            f"{where}: 备注应为不超过 {_LONGEST} 字的文本 a note is a text of at most {_LONGEST} characters"
        )
    return entry["chapter"], note
