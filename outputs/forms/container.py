"""Whether a file is what it says, and safe to be opened: looked at before any library sees it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from geodata.text import Text
from outputs.forms.columns import TEXTS

LARGEST = 20_000_000
"""Bytes of a form that is sent in."""
_MEMBERS = 500
_UNPACKED, _XML = 100_000_000, 10_000_000
"""Bytes of all members when unpacked, and of those that hold rows: pictures take room, rows do not."""
_RATIO, _SMALL = 200, 1_000_000
"""How many times larger than packed a member may be that is not small."""
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_ENCODED = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii", b"utf8")


@dataclass(frozen=True)
class Refusal:
    """Why a file is not opened: what was found, what is expected, how to mend it."""

    found: Text
    expected: Text
    mend: Text


def refusal(key: str, **values: object) -> Refusal:
    """A refusal by its name in the texts."""
    return Refusal(*(TEXTS[f"{part}-{key}"].filled(**values) for part in ("found", "want", "mend")))


def is_text(data: bytes) -> bool:
    """Whether these bytes may be a table in plain text."""
    return not data.startswith((_OLE, b"PK", b"%PDF")) and b"\0" not in data[:4096]


def wrong(data: bytes, name: str) -> Refusal | None:
    """Why a file cannot be taken as a workbook; None for one that may be opened."""
    if len(data) > LARGEST:
        return refusal("large", size=f"{len(data) / 1e6:.1f}", most=LARGEST // 1_000_000)
    if not data:
        return refusal("empty")
    if data.startswith(_OLE):
        return refusal("old")
    if not data.startswith(_ZIP):
        return refusal("no-zip")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _wrong_archive(archive, name)
    # What is wrong with an archive is told by many errors, and all of them say the same.
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.zlib.error):  # type: ignore[attr-defined]
        return refusal("broken")


def _wrong_archive(archive: zipfile.ZipFile, name: str) -> Refusal | None:
    members = archive.infolist()
    names = {each.filename for each in members}
    lower = {each.lower() for each in names}
    if any(each.flag_bits & 1 for each in members):
        return refusal("locked")
    if name.lower().endswith((".xlsm", ".xltm")) or any(each.endswith("vbaproject.bin") for each in lower):
        return refusal("macros")
    if "xl/workbook.xml" not in lower:
        return refusal("other")
    if len(names) < len(members):
        return refusal("broken")
    xml = [each for each in members if each.filename.lower().endswith((".xml", ".rels"))]
    told = sum(each.file_size for each in members)
    if (
        len(members) > _MEMBERS
        or told > _UNPACKED
        or sum(each.file_size for each in xml) > _XML
        or any(each.file_size > max(_SMALL, _RATIO * each.compress_size) for each in members)
    ):
        return refusal("bomb", size=f"{told / 1e6:.0f}", n=len(members))
    for each in xml:
        # No more is unpacked than was declared: what is longer fails by its checksum.
        if _declares(archive.read(each)):
            return refusal("entities", part=each.filename[:60])
    kinds = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    return refusal("macros") if b"macroEnabled" in kinds else None


def _declares(data: bytes) -> bool:
    """Whether a part may define words of its own, which grow when they are read; no workbook needs them."""
    plain = data.replace(b"\0", b"")
    said = _ENCODED.search(plain[:400])
    if said and said[1].lower() not in _ENCODINGS:
        return True
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain
