"""Shared fixtures: the real register, a view of it on one day, a writable copy and a tiny register."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import catalogs
import pytest
from browser import address, chromium, regular, visit  # noqa: F401
from hypothesis import settings

from analysis.filters import Filter
from analysis.standing import Standing
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from outputs.extract import Extract, extract

DAY = date(2026, 3, 31)

# The same examples on every run, and no time limit on a busy machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the app keeps between starts lies in a folder of the tests; no journal of this machine is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUANTU_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("GUANTU_JOURNAL", "")
        yield


@pytest.fixture(scope="session")
def register() -> Register:
    return read_register()


@pytest.fixture(scope="session")
def view(register: Register) -> View:
    """The whole real register on one day."""
    return look_at(register, Filter(), DAY)


@pytest.fixture(scope="session")
def standing(view: View) -> Standing:
    """The real register as it stands on that day."""
    return view.standing


@pytest.fixture(scope="session")
def whole(view: View) -> Extract:
    """Everything that an export of the real register holds, in Chinese; no test changes it."""
    return extract(view, lang="zh")


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """A writable copy of the real catalog."""
    return Path(shutil.copytree(CATALOG, tmp_path / "catalog"))


@pytest.fixture(scope="session")
def tiny_written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small catalog as it was written; copy it before you change it."""
    return catalogs.write_tiny(tmp_path_factory.mktemp("tiny") / "catalog")


@pytest.fixture
def tiny_catalog(tiny_written: Path, tmp_path: Path) -> Path:
    """A writable small catalog, to be broken."""
    return Path(shutil.copytree(tiny_written, tmp_path / "tiny"))


@pytest.fixture(scope="session")
def tiny(tiny_written: Path) -> Register:
    """A small register on which every expected value can be worked out by hand; see `catalogs.TINY`."""
    return read_register(tiny_written)
