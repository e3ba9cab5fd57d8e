"""Files that appear whole or not at all, and archives that are the same bytes each time."""

from __future__ import annotations

import errno
import io
import os
import stat
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

_FRESH = ".guantu-"
"""How the name of a file begins that is being written."""
_OLD_SECONDS = 24 * 3600.0
LARGEST = 200_000_000
"""Bytes of a file that is read whole: more of them is no table of a register."""


class NotAFile(OSError):
    """A pipe, a device, or a file too large to be meant."""


def read_regular(path: Path) -> bytes:
    """The bytes of a file; NotAFile for what would never end or never begin, other OSErrors as they come."""
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(state.st_mode) or state.st_size > LARGEST:
        raise NotAFile(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    return path.read_bytes()


@contextmanager
def replacing(path: Path, suffix: str = "") -> Iterator[Path]:
    """A name beside `path` to write to; the file takes the place of `path` if the block ends well.

    `suffix` is for drivers that go by the ending of the name. An error leaves `path` as it was and nothing beside it.
    What was there keeps its mode and owner. OSError for a device, a folder or a link: nobody means to lose those.
    """
    if "\0" in str(path):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    fresh, before = path.with_name(f"{_FRESH}{uuid4().hex}{suffix or path.suffix}"), _before(path)
    _sweep(path.parent)
    try:
        yield fresh
        if before:
            fresh.chmod(stat.S_IMODE(before.st_mode))
            with suppress(OSError, AttributeError):
                os.chown(fresh, before.st_uid, before.st_gid)
        fresh.replace(path)
    finally:
        # A database that is broken off leaves its journal too.
        for left in path.parent.glob(f"{fresh.name}*"):
            left.unlink()


def _sweep(folder: Path) -> None:
    """Remove what was being written here when a process was killed, a day ago or longer."""
    with suppress(OSError):
        for left in folder.glob(f"{_FRESH}{'[0-9a-f]' * 32}*"):
            with suppress(OSError):
                if left.lstat().st_mtime < time.time() - _OLD_SECONDS:
                    left.unlink()


def _before(path: Path) -> os.stat_result | None:
    """The file that stands there; None where there is none."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EEXIST, "a link or a device stands there, and is not replaced", str(path))
    return found


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of files by name, with fixed times: the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
