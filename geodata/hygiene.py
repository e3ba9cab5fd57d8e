"""Whether a text is what its writer meant: nothing invisible, nothing garbled, no stray blanks, nothing left to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import is_normalized

from geodata.faults import TEXTS
from geodata.text import Text

HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]"
    # The joiner of two pictures is meant, as in a family; between letters nobody sees it.
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
)
"""What no text means: control characters, half characters, marks of direction, blanks of no width, private use."""
_LATE = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_LOST = ("\u951f", "\u65a4")
_GARBLED = re.compile(f"\ufffd|[\u00c2\u00c3][\u0080-\u00bf]|[\u00e2-\u00e9]{_LATE}{{2}}|{_LOST[0]}{_LOST[1]}")
"""The sign of a lost character, UTF-8 that was read as a western encoding, and what GBK makes of the sign."""
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_ENTITY = re.compile("&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,6});")
_OPEN = re.compile(r"(?<![A-Za-z])(?:TODO|FIXME|TBD|TBC)(?![A-Za-z])|[?\uff1f]{2}|\{\{|<{7}|>{7}|[Ll]orem ipsum")
_NOTHING = frozenset(("null", "n/a", "na", "nil", "nan", "undefined", "xxx", "test", "-", "--", "?", "\u2014", "."))
"""Nothing at all, in the words of programs and of forms."""
_HAN = re.compile("[\u3400-\u9fff]")


def is_calm(text: str) -> bool:
    """Whether a whole file holds nothing that any of its cells would have to be looked at for, but for blanks."""
    flat = text.replace("\r\n", "").replace("\n", "")
    return flat.isprintable() and "\\u" not in text and is_normalized("NFC", text)


def are_plain(texts: Sequence[str]) -> bool:
    """Whether texts of a calm file have their blanks where they belong; some may be empty."""
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts) or any(mark in joined for mark in ("  ", "\n ", " \n")):
        return False
    return joined[:1] != " " and joined[-1:] != " "


def text_fault(text: str) -> Text | None:
    """What a text that is not empty should be instead, be it a name, a code or a sentence; None when it is sound."""
    if text != text.strip():
        return TEXTS["fault-want-clean"]
    if hidden := HIDDEN.search(text):
        words = TEXTS["fault-want-clean" if hidden[0] < " " else "fault-want-visible"]
        return words.filled(code=f"U+{ord(hidden[0]):04X}", place=hidden.start() + 1)
    if re.search(r"\s\s", text):
        return TEXTS["fault-want-one-blank"]
    return None if is_normalized("NFC", text) else TEXTS["fault-want-composed"]


def prose_fault(text: str, name: bool) -> Text | None:
    """What written words should be instead, `name` those of a thing; None when nothing is wrong with them.

    Takes longer than `text_fault`, and what it finds breaks nothing: it is for a thorough look.
    """
    if not text.isascii() and (_GARBLED.search(text) or _is_read_as_gbk(text)):
        return TEXTS["fault-want-legible"]
    if hidden := HIDDEN.search(text):
        return TEXTS["fault-want-visible"].filled(code=f"U+{ord(hidden[0]):04X}", place=hidden.start() + 1)
    if "&" in text and _ENTITY.search(text):
        return TEXTS["fault-want-no-entity"]
    if _OPEN.search(text) or (len(text) < 10 and text.casefold() in _NOTHING):
        return TEXTS["fault-want-final"]
    return TEXTS["fault-want-narrow"] if name and not text.isascii() and _WIDE.search(text) else None


def _is_read_as_gbk(text: str) -> bool:
    """Whether Chinese is UTF-8 that was read as GBK: turned back, it is other Chinese."""
    try:
        back = text.encode("gbk").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return len(back) < len(text) and bool(_HAN.search(back))


def are_turned_round(zh: str, en: str) -> bool:
    """Whether a text stands where its translation belongs: Chinese in the English one alone."""
    return bool(zh and en) and not _HAN.search(zh) and bool(_HAN.search(en))
