"""The files of the screen: served before the libraries are there, kept between starts, the same as made anew."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_analysis_timeline import days_of
from test_outputs_page_data import rows

from analysis.filters import Filter
from analysis.view import look_at
from geodata import CATALOG, Register
from views import catalog, kept, pages, process, served
from views.served import FILE, INDEX, Screen

LANGS = ("zh", "en")
VERSION = "0123456789abcdef"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to keep in, and a process that has served nothing yet."""
    folder = tmp_path / "room"
    monkeypatch.setenv(kept.ROOM, str(folder))
    monkeypatch.setattr(served, "_served", {})
    return folder


@pytest.fixture(scope="module")
def screen(register: Register) -> Screen:
    """The screen of the register, its files in the served folder."""
    return pages.made(register, process.folder())


def serve(screen: Screen) -> Screen:
    """Serve a screen whose files lie in the served folder already."""
    return served.serve(VERSION, lambda folder: screen)


def next_process() -> None:
    """The served folder is empty, and nothing is in the memory."""
    served._served.clear()
    for path in process.folder().glob("*"):
        path.unlink()


@pytest.fixture
def files(screen: Screen) -> Iterator[dict[str, bytes]]:
    """What the served folder holds; put back after a test that empties it."""
    found = {name: (process.folder() / name).read_bytes() for name in (*screen.files, INDEX)}
    yield found
    for name, content in found.items():
        (process.folder() / name).write_bytes(content)


def test_the_rows_are_those_of_the_register_on_every_day(register: Register, screen: Screen) -> None:
    told = json.loads(gzip.decompress((process.folder() / screen.data[1]).read_bytes()))
    assert told == json.loads(json.dumps(pages.rows_of(register), ensure_ascii=False))
    found = {table: list(rows(told[table])) for table in ("features", "measures")}
    assert [row["id"] for row in found["features"]] == register.features["id"].tolist()
    assert [row["id"] for row in found["measures"]] == register["measures"]["id"].tolist()
    assert told["langs"] == list(LANGS) and told["narrowed"] == [False, False]
    # Each day of the register, also those to come: what stands then is what the product says.
    for day in [day for day in days_of(register) if date(2000, 1, 1) <= day][::9]:
        standing = look_at(register, Filter(as_of=day)).standing
        for table, frame, state in (
            ("features", standing.features, "stage"),
            ("measures", standing.measures, "outcome"),
        ):
            said = [[turn[1] for turn in row["turns"] if turn[0] <= str(day)][-1] for row in found[table]]
            assert said == frame[state].tolist(), (day, table)


def test_two_versions_have_files_of_other_names(
    register: Register, tiny: Register, screen: Screen, tmp_path: Path
) -> None:
    other = pages.made(tiny, tmp_path)
    assert not set(other.data) & set(screen.data)
    assert pages.made(tiny, tmp_path).files == other.files, "the same register, the same names"
    assert screen.time_zone == register.place.time_zone


def test_a_visit_to_the_map_brings_no_library_of_geometries(room: Path, screen: Screen) -> None:
    """Neither the start of the server nor a whole run of the script, once a screen is kept."""
    version = catalog.version()
    served.serve(version, lambda folder: screen)
    heavy = (
        "{'geopandas', 'pandas', 'shapely', 'pyproj', 'folium', 'numpy', 'analysis.view', 'views.pages', 'sqlalchemy'}"
    )
    code = f"""import sys
from views import preload, served, visit
from views import catalog, component
assert served.served(catalog.version())
before = {heavy} & set(sys.modules)
told = []
show, component.show = component.show, lambda arguments: told.append(arguments)
visit.main()
after = {heavy} & set(sys.modules)
show(told[0])
print(before, after, 'pandas' in sys.modules, told[0]["files"])"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == f"set() set() False {screen.data}"


def test_what_was_kept_is_served_by_the_next_process(room: Path, screen: Screen, files: dict[str, bytes]) -> None:
    assert served.served(VERSION) is None and served.last() is None
    serve(screen)
    assert served.served(VERSION) == served.last() == screen
    next_process()
    assert served.served(VERSION) == screen
    assert {name: (process.folder() / name).read_bytes() for name in files} == files
    assert served.served("another") is None and served.last() == screen


@pytest.mark.parametrize(
    ("file", "content"),
    [
        *((FILE, content) for content in (None, "", "[]", "{}", '{"files": 1}', "null")),
        (FILE, '{"files": [], "time_zone": "Asia/Shanghai"}'),
        *((name, None) for name in (INDEX, "features-", "rows-", "tabulator.min.js")),
    ],
)
def test_what_is_broken_is_made_anew(room: Path, screen: Screen, file: str, content: str | None) -> None:
    serve(screen)
    (folder,) = room.iterdir()
    path = folder / next((name for name in screen.files if name.startswith(file)), file)
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    served._served.clear()
    assert served.served(VERSION) is None


@pytest.mark.parametrize("place", [0, 1, -1])
@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "screen.json", "features-x.gz", "", 7, None])
def test_a_kept_screen_names_its_own_files_and_no_other(room: Path, screen: Screen, place: int, name: object) -> None:
    serve(screen)
    (folder,) = room.iterdir()
    said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    said["files"][place] = name
    (folder / FILE).write_text(json.dumps(said), encoding="utf-8")
    served._served.clear()
    assert served.served(VERSION) is None


def test_another_program_has_kept_nothing(room: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(screen)
    monkeypatch.setattr(kept, "_program", lambda: "another")
    assert kept.kept(VERSION) is None


@pytest.mark.parametrize(
    "file", ["outputs/page_data.py", "outputs/analyses.py", "analysis/timeline.py", "views/pages.py"]
)
def test_what_makes_the_files_makes_another_program(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and questions of the screen are made in the room of products, too."""
    top = Path(kept.__file__).parents[1]
    for package in ("analysis", "geodata", "layers", "outputs", "views"):
        shutil.copytree(top / package, tmp_path / package, ignore=shutil.ignore_patterns("catalog", "node_modules"))
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "views" / "kept.py"))
    kept._program.cache_clear()
    before = kept._program()
    (tmp_path / file).write_text("", encoding="utf-8")
    kept._program.cache_clear()
    assert kept._program() != before
    kept._program.cache_clear()


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


def told(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(each.proto.json_args) for each in app.get("component_instance")]


@pytest.mark.parametrize("lang", LANGS)
def test_a_visit_is_told_the_same_whether_the_screen_was_made_or_kept(room: Path, lang: str) -> None:
    shown = []
    for _ in range(2):
        served._served.clear()
        app = AppTest.from_file("../views/script/page.py", default_timeout=60)
        app.query_params["lang"] = lang
        app.run()
        assert not app.exception and len(list(room.iterdir())) == 1
        shown.append(told(app))
    assert len(shown[1]) == 1 and shown[0] == shown[1]


@pytest.mark.parametrize("query", [{}, {"q": "hm"}, {"as_of": "2018-01-01"}, {"show": "features:x"}, {"stage": "?"}])
def test_no_visit_to_the_map_reads_the_register_once_a_screen_is_kept(
    room: Path, screen: Screen, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served.serve(catalog.version(), lambda folder: screen)
    served._served.clear()

    def refuse(*arguments: object) -> None:
        raise AssertionError("the register is read for a map")

    monkeypatch.setattr(pages, "read", refuse)
    app = AppTest.from_file("../views/script/page.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert [each["files"] for each in told(app)] == [list(screen.data)]


def test_a_folder_that_a_cleaner_emptied_is_filled_again(room: Path, screen: Screen, files: dict[str, bytes]) -> None:
    serve(screen)
    shutil.rmtree(process.folder())
    assert served.served(VERSION) == screen
    assert {name: (process.folder() / name).read_bytes() for name in files} == files
    (process.folder() / screen.files[0]).unlink()
    shutil.rmtree(room)
    assert served.served(VERSION) is None, "what was kept is gone too: it is made anew"
    assert process.folder().stat().st_mode & 0o77 == 0
