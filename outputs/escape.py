"""Texts made harmless for the programs that open a file: spreadsheets, XML readers and QGIS."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell starts that a spreadsheet might run; Chinese input methods give the wide forms."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def guarded(text: str) -> str:
    """A text that a spreadsheet will not run as a formula: an apostrophe stands in front where it might."""
    return "'" + text if text.startswith(FORMULA) else text


def unrun(text: str) -> str:
    """A text in which QGIS finds no expression to run."""
    return text.replace("[%", "[ %")


def xml_text(text: str) -> str:
    """The text with U+FFFD in place of each character that XML 1.0 cannot hold, control characters mostly."""
    return _NOT_XML.sub("\ufffd", text)
