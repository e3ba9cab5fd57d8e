"""What every format does when it cannot be written: one plain error that names the planner's path, and no trace."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import contents
import pytest

from analysis.content import content
from analysis.filters import Filter
from analysis.join import Joined
from geodata import Register
from geodata.outputs import Content
from views.formats import FORMATS, export

pytestmark = pytest.mark.parametrize("name", FORMATS)
OLD = b"what was there before"


@pytest.fixture
def found(tiny: Register) -> Content:
    return contents.small(tiny)


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """An OSError or ValueError of Python itself, with the path in its words."""
    with pytest.raises((OSError, ValueError)) as caught:
        yield
    assert type(caught.value).__module__ == "builtins", type(caught.value)
    assert repr(str(path)) in str(caught.value) or str(path) in str(caught.value)


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file can grow beyond `size` bytes, whichever library writes it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() if path.is_file() else b"" for path in folder.iterdir()}


def test_a_folder_that_is_a_file(name: str, found: Content, tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(OLD)
    path = tmp_path / "folder" / "a"
    with refused(path):
        export(path, found, name)
    assert contents_of(tmp_path) == {"folder": OLD}


def test_a_folder_that_is_not_there(name: str, found: Content, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a"
    with refused(path):
        export(path, found, name)
    assert contents_of(tmp_path) == {}


def test_a_file_that_is_a_folder(name: str, found: Content, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with refused(tmp_path / "a"):
        export(tmp_path / "a", found, name)
    assert contents_of(tmp_path) == {"a": b""} and list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize("file", ["名" * 100, "a\0b"], ids=["long", "zero"])
def test_a_name_that_no_file_can_have(name: str, file: str, found: Content, tmp_path: Path) -> None:
    with refused(tmp_path / file):
        export(tmp_path / file, found, name)
    assert contents_of(tmp_path) == {}


def test_the_last_step_fails(name: str, found: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(OLD)
    monkeypatch.setattr(Path, "replace", contents.full)
    with refused(tmp_path / "a"):
        export(tmp_path / "a", found, name)
    assert contents_of(tmp_path) == {"a": OLD}


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_the_disk_is_full_on_the_way(name: str, part: float, found: Content, tmp_path: Path) -> None:
    export(tmp_path / "a", found, name)
    size = (tmp_path / "a").stat().st_size
    (tmp_path / "a").write_bytes(OLD)
    with disk_of(int(part * size)), refused(tmp_path / "a"):
        export(tmp_path / "a", found, name)
    assert contents_of(tmp_path) == {"a": OLD}


def test_nothing_to_write(name: str, tiny: Register, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    try:
        export(tmp_path / "a", contents.nothing(tiny), name)
    except ValueError as error:
        assert type(error).__module__ == "builtins" and "widen the filter" in str(error)
        assert contents_of(tmp_path) == {"a": OLD}
    else:
        assert list(contents_of(tmp_path)) == ["a"] and contents_of(tmp_path) != {"a": OLD}


@pytest.mark.parametrize("themes", [("rail",), ()], ids=["one", "all"])
def test_one_theme_and_all(name: str, themes: tuple[str, ...], joined: Joined, tmp_path: Path) -> None:
    export(tmp_path / "a", content(joined, Filter(), lang="zh", themes=themes), name)
    assert list(contents_of(tmp_path)) == ["a"] and contents_of(tmp_path)["a"]
