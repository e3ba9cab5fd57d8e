"""Files that one program makes of one register, kept from start to start in a folder of the user; safe to delete."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import platformdirs

ROOM = "GUANTU_CACHE"
"""Environment variable: another folder to keep them in, or nothing to keep none."""
_MOST = 4
_OURS = ("analysis", "geodata", "layers", "outputs", "views")
_ENDINGS = (".py", ".toml", ".js", ".css")


def kept(register: str) -> Path | None:
    """The folder of what this program kept of the register of that version; None where there is none."""
    room = _room()
    found = room / _key(register) if room else None
    return found if found and found.is_dir() else None


def keep(register: str, fill: Callable[[Path], None]) -> None:
    """Keep what `fill` writes to the folder it is given. A folder that cannot be written keeps nothing, silently."""
    if not (room := _room()):
        return
    with suppress(OSError):
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".", dir=room))
        try:
            fill(fresh)
            # Whole or not at all; what another process has kept meanwhile stays.
            with suppress(OSError):
                fresh.rename(room / _key(register))
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        folders = sorted(
            (each for each in room.iterdir() if each.name[0] != "."), key=lambda each: each.stat().st_mtime
        )
        for old in folders[:-_MOST]:
            shutil.rmtree(old, ignore_errors=True)


def _room() -> Path | None:
    given = os.environ.get(ROOM)
    if given is not None:
        return Path(given) if given else None
    return platformdirs.user_cache_path("guantu", appauthor=False)


def _key(register: str) -> str:
    return f"{register}-{_program()}"


@cache
def _program() -> str:
    """A hash of all that the files are made by: another program makes others."""
    digest, top = hashlib.sha256(), Path(__file__).parents[1]
    for package in _OURS:
        for file in sorted((top / package).rglob("*")):
            if file.suffix in _ENDINGS and "catalog" not in file.relative_to(top).parts:
                digest.update(f"{file.relative_to(top).as_posix()}\0".encode() + file.read_bytes())
    digest.update(f"{version('folium')} {version('branca')} {version('django-js-lib-leaflet')}".encode())
    return digest.hexdigest()[:16]
