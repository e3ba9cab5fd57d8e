"""The first picture: drawn before the libraries are there, kept between starts, the same as the map itself."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_analysis_timeline import days_of

from analysis.filters import Filter
from analysis.view import look_at
from geodata import CATALOG, Register
from layers.web.config import config_of
from layers.web.document import write_map
from layers.web.packing import pack_register
from views import first_picture, kept, process, webmap
from views.first_picture import FILE, INDEX, Picture
from views.words import Words

LANGS = ("zh", "en")
VERSION = "0123456789abcdef"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to keep in, and a process that has served nothing yet."""
    folder = tmp_path / "room"
    monkeypatch.setenv(kept.ROOM, str(folder))
    monkeypatch.setattr(first_picture, "_served", {})
    return folder


@pytest.fixture(scope="module")
def picture(register: Register) -> Picture:
    data = write_map(process.folder(), pack_register(register), config_of(register))
    return webmap.picture_of(look_at(register, Filter()), data)


def test_it_is_the_map_of_every_day_in_both_languages(register: Register, picture: Picture) -> None:
    days = [day for day in days_of(register) if date(2000, 1, 1) <= day][::9]
    assert len(days) > 40
    for place, day in enumerate(days):
        lang = LANGS[place % 2]
        view = look_at(register, Filter(as_of=day))
        assert picture.message(day, lang) == webmap.message(view, Words(register, lang), None, picture.data), day


def test_a_picture_without_features_is_one(picture: Picture) -> None:
    empty = replace(picture, ids=[], counted=[], turns=[])
    assert empty.message(date(2026, 1, 1), "en")["mask"] == ""


def test_it_brings_no_library_of_geometries() -> None:
    heavy = "{'geopandas', 'pandas', 'shapely', 'pyproj', 'folium', 'numpy'}"
    code = f"import sys, views.preload, views.first_picture; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_what_was_kept_is_served_by_the_next_process(room: Path, picture: Picture) -> None:
    assert first_picture.served(VERSION) is None
    first_picture.serve(VERSION, picture)
    assert first_picture.served(VERSION) == picture
    content = {name: (process.folder() / name).read_bytes() for name in (picture.data, INDEX)}
    # The next process: its folder is empty, and nothing is in its memory.
    first_picture._served.clear()
    for name in content:
        (process.folder() / name).unlink()
    assert first_picture.served(VERSION) == picture
    assert {name: (process.folder() / name).read_bytes() for name in content} == content
    assert first_picture.served("another") is None


@pytest.mark.parametrize(
    ("file", "content"), [(FILE, None), (FILE, ""), (FILE, "[]"), (FILE, '{"data": 1}'), (INDEX, None), ("data", None)]
)
def test_what_is_broken_is_made_anew(room: Path, picture: Picture, file: str, content: str | None) -> None:
    first_picture.serve(VERSION, picture)
    (folder,) = room.iterdir()
    path = folder / (picture.data if file == "data" else file)
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    first_picture._served.clear()
    assert first_picture.served(VERSION) is None


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "picture.json", "features-x.gz", ""])
def test_a_kept_picture_names_a_feature_file_and_no_other(room: Path, picture: Picture, name: str) -> None:
    first_picture.serve(VERSION, picture)
    (folder,) = room.iterdir()
    said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    (folder / FILE).write_text(json.dumps(said | {"data": name}), encoding="utf-8")
    first_picture._served.clear()
    assert first_picture.served(VERSION) is None


def test_another_program_has_kept_nothing(room: Path, picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    first_picture.serve(VERSION, picture)
    monkeypatch.setattr(kept, "_program", lambda: "another")
    assert kept.kept(VERSION) is None


def test_a_few_are_kept_and_nothing_half_written(room: Path) -> None:
    for turn in range(7):
        kept.keep(f"v{turn}", lambda fresh: None)
    assert len(list(room.iterdir())) == 4 and kept.kept("v6") and not kept.kept("v0")

    def broken(fresh: Path) -> None:
        (fresh / "half").write_text("half", encoding="utf-8")
        raise OSError("the disk is full")

    kept.keep("v8", broken)
    assert not kept.kept("v8") and not [each for each in room.iterdir() if each.name[0] == "."]


def test_whoever_keeps_second_changes_nothing(room: Path) -> None:
    kept.keep("v", lambda fresh: (fresh / "first").touch())
    kept.keep("v", lambda fresh: (fresh / "second").touch())
    found = kept.kept("v")
    assert found is not None and [each.name for each in found.iterdir()] == ["first"]
    assert len(list(room.iterdir())) == 1


@pytest.mark.parametrize("given", ["", "file"])
def test_a_folder_that_is_none_keeps_nothing(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(kept.ROOM, str(tmp_path / given) if given else "")
    kept.keep("v", lambda fresh: None)
    assert kept.kept("v") is None and [each.name for each in tmp_path.iterdir()] == ["file"]


def test_without_a_word_it_is_the_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept.ROOM)
    room = kept._room()
    assert room is not None and "guantu" in room.parts and CATALOG not in room.parents


def maps(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(each.proto.json_args) for each in app.get("component_instance")]


@pytest.mark.parametrize("lang", LANGS)
def test_a_bare_visit_draws_the_map_once_and_rightly(room: Path, lang: str) -> None:
    """The first visit has nothing kept, the second draws ahead: both show the same, and a change is seen."""
    shown = []
    for _ in range(2):
        app = AppTest.from_file("../views/script/page.py", default_timeout=60)
        app.query_params["lang"] = lang
        app.run()
        assert not app.exception
        shown.append(maps(app))
    assert len(shown[1]) == 1 and shown[0] == shown[1]
    app.text_input[0].set_value("hm").run()
    assert not app.exception and len(maps(app)) == 1 and maps(app)[0]["mask"] != shown[1][0]["mask"]


@pytest.mark.parametrize("query", [{"q": "hm"}, {"as_of": "2018-01-01"}, {"page": "export"}, {"show": "features:x"}])
def test_a_visit_that_asks_for_something_is_not_drawn_ahead(
    room: Path, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Picture, "message", lambda self, day, lang: asked.append(lang))
    app = AppTest.from_file("../views/script/page.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception and asked == []


def test_a_map_drawn_ahead_as_it_no_longer_is_is_put_right(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Picture.message
    AppTest.from_file("../views/script/page.py", default_timeout=60).run()
    monkeypatch.setattr(Picture, "message", lambda self, day, lang: usual(self, day, lang) | {"stamp": "old"})
    app = AppTest.from_file("../views/script/page.py", default_timeout=60).run()
    assert not app.exception and [each["stamp"] for each in maps(app)] != ["old"] and len(maps(app)) == 1
