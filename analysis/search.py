"""Free text: Chinese, English, full pinyin and pinyin initials."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import Register

FEATURE_TEXT = ("id", "name_zh", "name_en", "aliases", "theme_zh", "theme_en")
MEASURE_TEXT = ("id", "title_zh", "title_en")


def matches(register: Register, query: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which features and which measures hold every word of `query`, as two masks in row order.

    A word of Latin letters also finds Chinese text by its pinyin (`humen`, `hm`).
    """
    words = fold(query).split()
    pinyin = any(word.isascii() and word.isalpha() for word in words)
    features, measures = haystacks(register, pinyin)
    return _mask(features, words), _mask(measures, words)


_KEYS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_KEYS |= dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'") | dict.fromkeys(map(ord, "\u201c\u201d"), '"')


def fold(text: str) -> str:
    """A text as it is compared: without case, full-width signs plain, dashes and quotes those of the keyboard."""
    return normalize("NFKC", text).translate(_KEYS).casefold()


def _mask(texts: tuple[str, ...], words: list[str]) -> NDArray[np.bool_]:
    return np.fromiter((all(word in text for word in words) for text in texts), dtype=bool, count=len(texts))


def haystacks(register: Register, pinyin: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The searchable text of every feature and of every measure, in row order."""
    return register.derived(_spelled if pinyin else _plain)


def _plain(register: Register) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _haystacks(register, False)


def _spelled(register: Register) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _haystacks(register, True)


def _haystacks(register: Register, pinyin: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    themes = register.codelist("theme")
    features = register.features.assign(
        theme_zh=register.features["theme"].map(themes["title_zh"]),
        theme_en=register.features["theme"].map(themes["title_en"]),
    )
    return _texts(features, FEATURE_TEXT, pinyin), _texts(register["measures"], MEASURE_TEXT, pinyin)


def _texts(frame: pd.DataFrame, columns: tuple[str, ...], pinyin: bool) -> tuple[str, ...]:
    lines = (fold("\n".join(_flat(row))) for row in frame[list(columns)].itertuples(index=False))
    return tuple(f"{line}\n{_pinyin(line)}" if pinyin else line for line in lines)


def spelled(names: Iterable[str]) -> list[str]:
    """What is searched for of a row of names: the names folded, and how they are spelled and abbreviated in pinyin."""
    line = fold("\n".join(filter(None, names)))
    return [line, _pinyin(line)]


def _flat(row: Iterable[object]) -> Iterable[str]:
    for value in row:
        yield from value if isinstance(value, tuple) else (str(value),)


def _pinyin(text: str) -> str:
    # Imported late: its dictionary costs start-up time that most visits never need.
    from pypinyin import lazy_pinyin

    lines = [lazy_pinyin(line, errors="ignore") for line in text.split("\n")]
    return "\n".join(spelled for parts in lines for spelled in ("".join(parts), "".join(part[0] for part in parts)))
