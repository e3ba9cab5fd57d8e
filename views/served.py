"""The files of the one screen: made once for a version of the register, kept from start to start, served to all.

Nothing here brings the libraries that read a register: a visit to the map can do without them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from geodata.files import replacing
from views import kept, process

FILE = "screen.json"
INDEX = "index.html"
_FILES = re.compile("features-[0-9a-f]{16}[.]gz rows-[0-9a-f]{16}[.]gz( [a-z]+[.]min[.](js|css))*")


@dataclass(frozen=True)
class Screen:
    """What the screen of a register is made of: names of files in the served folder, and where today is taken."""

    files: tuple[str, ...]
    """The feature file, the rows, and the libraries beside them."""
    time_zone: str

    @property
    def data(self) -> tuple[str, ...]:
        """The files that change with the register, as the page asks for them."""
        return self.files[:2]


_lock = Lock()
_served: dict[str, Screen] = {}
"""The screens whose files this process serves, by version; the one that was asked for last stands last."""
_passing: set[str] = set()
"""Versions of a register as it was known by another day: nobody is shown one who has not asked for it."""
_MOST = 8


def served(version: str) -> Screen | None:
    """The screen of a version, its files being served; fetched if it was kept. None where it has yet to be made."""
    with _lock:
        for gone in [name for name, screen in _served.items() if not _is_there(screen)]:
            del _served[gone]
        if version not in _served and (found := kept.kept(version)) and (screen := _fetched(found)):
            _remember(version, screen)
        return _served.get(version)


def _remember(version: str, screen: Screen) -> None:
    _served[version] = screen
    for old in list(_served)[:-_MOST]:
        del _served[old]
        _passing.discard(old)


def _is_there(screen: Screen) -> bool:
    """Whether its files are still served: a cleaner of temporary files knows nothing of a server."""
    return all((process.folder() / name).is_file() for name in (*screen.files, INDEX))


def last() -> Screen | None:
    """The screen that was served last of the register as it is known now, of whatever version."""
    with _lock:
        return next((screen for version, screen in reversed(_served.items()) if version not in _passing), None)


def serve(version: str, make: Callable[[Path], Screen], is_kept: bool = True) -> Screen:
    """Have `make` write the files of a version to the served folder and remember them, for the next start too."""
    with _lock:
        if version in _served:
            return _served[version]
        screen = make(process.folder())

        def fill(fresh: Path) -> None:
            _lay(process.folder(), fresh, screen)
            (fresh / FILE).write_text(json.dumps(asdict(screen)), encoding="utf-8")

        _remember(version, screen)
        if is_kept:
            kept.keep(version, fill)
        else:
            _passing.add(version)
        return screen


def _lay(source: Path, to: Path, screen: Screen) -> None:
    """Copy the data of a screen and its document from one folder to another; each file appears whole."""
    for name in (*screen.files, INDEX):
        with replacing(to / name) as fresh:
            fresh.write_bytes((source / name).read_bytes())


def _fetched(found: Path) -> Screen | None:
    """Copy a kept screen to the served folder; None when a file of it is gone or broken: then it is made anew."""
    try:
        said: dict[str, Any] = json.loads((found / FILE).read_text(encoding="utf-8"))
        screen = Screen(tuple(said["files"]), str(said["time_zone"]))
        if not _FILES.fullmatch(" ".join(screen.files)):
            return None
        _lay(found, process.folder(), screen)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return screen
