"""The version of a catalog: it changes with every byte of its files. Found without reading any geometry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from geodata.files import read_regular

_SINGLE = ("place.toml", "datapackage.json")


def version_of(catalog: Path) -> str:
    """A hash over the names and the bytes of all files of a catalog; hidden ones are not part of it.

    A file that goes while this looks at it is left out: the next look finds what came in its place.
    """
    digest = hashlib.sha256()
    for path in _files(catalog):
        with suppress(OSError):
            data = read_regular(path)
            digest.update(f"{path.relative_to(catalog).as_posix()}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
            digest.update(data)
    return digest.hexdigest()[:16]


def stamp_of(catalog: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file: whether it is worth asking for the version again."""
    found = []
    for path in _files(catalog):
        with suppress(OSError):
            state = path.stat()
            found.append((str(path), state.st_size, state.st_mtime_ns))
    return tuple(found)


def _files(catalog: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (catalog / name for name in _SINGLE)
        for pattern in ("*.csv", "*/*.csv", "*/*.geojson"):
            for path in sorted(catalog.glob(pattern)):
                if not any(part.startswith(".") for part in path.relative_to(catalog).parts):
                    yield path
