"""How texts fit on paper when nobody can ask a font: widths in ems, and lines that are not too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MM_PER_POINT = 25.4 / 72
_LATIN = {"narrow": 0.33, "small": 0.56, "large": 0.68, "broad": 0.9}
"""Ems of letters that are not wide, as the wider of the fonts of the symbology have them."""
_NARROW, _BROAD = frozenset(" ijltfrI.,:;'()[]|!-/"), frozenset("mwMW%@&")
_WIDE = frozenset("WF")
_AMBIGUOUS = "—…“”‘’·"
"""Wide in Chinese fonts."""
_NOT_FIRST = "—，。、；：？！）》」』〉】%’”…·"
_PIECES = re.compile(r"\s+|[^\s\u2e80-\uffef]+?(?:[-–/](?=\w)|(?=[\s\u2e80-\uffef])|$)|.", re.DOTALL)
"""Where a line may end: after a space or a hyphen, and after each Chinese character."""


def ems(text: str) -> float:
    """The width of a text in ems, hardly ever narrower than it is drawn."""
    return sum(_em(each) for each in text)


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in _WIDE or letter in _AMBIGUOUS:
        return 1.0
    if letter in _NARROW or letter in _BROAD:
        return _LATIN["narrow" if letter in _NARROW else "broad"]
    return _LATIN["large" if letter.isupper() else "small"]


def lines(text: str, width: float, points: float) -> list[str]:
    """A text in lines of at most `width` millimetres at a size in points; at least one."""
    room = width / (points * MM_PER_POINT)
    found, line = [], ""
    for piece in _pieces(text, room):
        if line and ems((line + piece).rstrip()) > room and piece[0] not in _NOT_FIRST:
            found.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*found, line.rstrip()]


def _pieces(text: str, room: float) -> Iterator[str]:
    """The parts of a text between which a line may end; a word that is longer than a line is cut."""
    for piece in _PIECES.findall(" ".join(text.split())):
        while ems(piece) > room > 1:
            most = max(1, int(room / (ems(piece) / len(piece))))
            yield piece[:most]
            piece = piece[most:]
        if piece:
            yield piece
