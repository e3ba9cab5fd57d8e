"""Extracts for the tests of writers: of the tiny register, with names that break careless writers, and with nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import Register
from outputs.extract import Extract, extract

DAY = date(2023, 1, 1)
HARD = (
    "=1+1 & <b>\"甲\"</b> 'x'",
    "𠮷野 🛤️ 家",
    "第一行\n第二行",
    "+86 \u202eright to left\u202c",
    "<script>alert(1)</script> \\P {x} ^J %%d",
)
FAR = {
    *("abroad-huajian", "place-guangxi", "place-manzhouli", "place-shanghai"),
    *("place-taiwan", "place-vladivostok", "place-yunnan", "place-zhaotong"),
}
"""Features of the real register that lie far outside the metric systems of the city."""
Write = Callable[..., None]


def seen(register: Register, chosen: Filter = Filter()) -> View:  # noqa: B008
    """The tiny register on the day of these tests, all of it unless a filter is given."""
    return look_at(register, chosen, DAY)


def small(register: Register, lang: str = "zh") -> Extract:
    """The whole of the tiny register."""
    return extract(seen(register), lang=lang)


def nothing(register: Register, lang: str = "zh") -> Extract:
    """What a filter leaves that nothing meets, without the background."""
    found = extract(seen(register, Filter(q="没有这个词")), lang=lang)
    return replace(found, layers={}, history=found.history[:0])


def hard(register: Register) -> Extract:
    """Every placed feature has a hard name; the one without a position starts with a tab."""
    found = small(register)
    hard_names: Iterable[str] = cycle(HARD)
    layers = {}
    for theme, frame in found.layers.items():
        named = [name for name, _ in zip(hard_names, range(len(frame)), strict=False)]
        layers[theme] = frame.assign(name_zh=named, note_zh=named, background=False)
    unplaced = found.tables["unplaced"].assign(name_zh="\t" + HARD[0])
    return replace(found, layers=layers, tables={**found.tables, "unplaced": unplaced})


def names(found: Extract) -> dict[str, str]:
    """The name of every feature with a position, by its code."""
    return {code: name for frame in found.layers.values() for code, name in frame[["code", "name_zh"]].to_numpy()}


def full(*arguments: Any, **options: Any) -> None:
    """Stands in for a step of a writer that finds the disk full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def check_writer(write: Write, found: Extract, path: Path, **options: Any) -> None:
    """The same extract gives the same bytes; a failure at the end leaves the old file and nothing beside it."""
    write(path, found, **options)
    first = path.read_bytes()
    write(path, found, **options)
    assert path.read_bytes() == first
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(Path, "replace", full)
        write(path, replace(found, title=f"{found.title} 2"), **options)
    assert path.read_bytes() == first
    assert [item.name for item in path.parent.iterdir()] == [path.name]
