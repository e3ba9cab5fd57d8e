"""The script of the app under Streamlit's own test runner: what the screen is told, and the pages of the server."""

from __future__ import annotations

import gc
import json
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import catalogs
import pytest
import streamlit as st
from fonts import needs_font
from streamlit.testing.v1 import AppTest

import analysis.view
from analysis.counts import option_counts
from analysis.filters import TABLES, Filter
from analysis.tourfile import LONGEST_NOTE
from analysis.tours import default_tour
from analysis.view import View, look_at
from geodata import Register
from geodata.register import read_checked
from layers.basemaps import basemaps
from outputs.fields import tables
from outputs.products import PRODUCTS, products
from outputs.words import TEXTS as OUTPUT_TEXTS
from views import component, kept, pages, process, visit
from views.chapters import _checked, _merged
from views.component import Published
from views.state import LONGEST, PAGES
from views.words import TEXTS, Words
from views.works import Works

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def today(register: Register) -> View:
    return look_at(register, Filter())


def start(**query: str) -> AppTest:
    app = AppTest.from_file("../views/script/page.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def numbers(app: AppTest) -> str:
    return " ".join(str(item.proto.body) for item in app.get("html"))


def arguments(app: AppTest) -> dict[str, Any]:
    """What the screen is told by a run."""
    (screen,) = app.get("component_instance")
    found: dict[str, Any] = json.loads(screen.proto.json_args)
    return found


def shows(app: AppTest) -> str:
    """Which page of the server is shown, if any."""
    keys = {button.key for button in app.button}
    if any(each.key == "question" for each in app.selectbox):
        return "analyse"
    if "progress-part" in app.session_state:
        return "progress"
    return "export" if "make-file" in keys else "meeting" if "make-slides" in keys else ""


def assert_inside(app: AppTest, view: View, lang: str) -> None:
    """The export page counts what the product keeps."""
    titles = {"measures": len(view.measures), "features": int(view.features.geometry.notna().sum())}
    shown = numbers(app)
    for name, count in titles.items():
        title = tables()[name].title(lang)
        assert f"<li>{title} <b>{count}</b></li>" in shown, name


def test_a_visit_to_the_map_is_one_screen_and_nothing_else() -> None:
    app = start(lang="zh", stage="maintenance", q="hm")
    told = arguments(app)
    assert set(told) >= {"files", "today", "lang", "number", "basemaps", "faults"}
    assert all((process.folder() / name).is_file() for name in told["files"])
    assert told["faults"] == 0 and shows(app) == ""
    assert not (app.button or app.selectbox or app.multiselect or app.text_input or app.date_input or app.dataframe)


def test_what_the_screen_is_told_does_not_depend_on_what_is_asked_for() -> None:
    """So that nothing is drawn anew, and nothing sent, when one explores."""
    bare = arguments(start())
    for query in ({"lang": "en"}, {"q": "hm", "as_of": "2018-01-01"}, {"page": "export"}, {"show": "features:x"}):
        assert arguments(start(**query)) == bare


def test_the_screen_is_told_of_each_basemap_or_what_is_in_its_way() -> None:
    told = {row["id"]: row for row in arguments(start())["basemaps"]}
    assert set(told) == set(basemaps())
    assert told["openstreetmap"]["urls"] and told["openstreetmap"]["problem"] is None
    assert told["amap"]["urls"] == [] and all("GCJ-02" in said for said in told["amap"]["problem"].values())
    assert told["tianditu"]["urls"] == [] and "tianditu_token" in told["tianditu"]["problem"]["en"]


def test_what_the_owner_keeps_secret_reaches_the_screen() -> None:
    app = AppTest.from_file("../views/script/page.py", default_timeout=60)
    app.secrets["tianditu_token"] = "mine"
    app.secrets["map_approval_number"] = "粤S(2026)001号"
    told = arguments(app.run())
    assert told["number"] == "粤S(2026)001号"
    (tianditu,) = (row for row in told["basemaps"] if row["id"] == "tianditu")
    assert tianditu["problem"] is None and all("tk=mine" in url for url in tianditu["urls"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("facet", TABLES)
def test_each_filter_of_the_address_reaches_the_pages(today: View, facet: str, lang: str) -> None:
    counts = option_counts(today, facet)
    code = max(counts, key=lambda key: counts[key])
    assert_inside(start(lang=lang, page="export", **{facet: code}), today.narrowed(Filter(**{facet: (code,)})), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_search_and_days_reach_the_pages(today: View, lang: str) -> None:
    app = start(lang=lang, page="export", q="humen", as_of="2018-01-01", since="2016-01-01")
    kept = look_at(today.register, Filter(q="humen", since=date(2016, 1, 1)), date(2018, 1, 1))
    assert_inside(app, kept, lang)
    assert "2018-01-01" in numbers(app)


def tells(monkeypatch: pytest.MonkeyPatch, state: str | None) -> None:
    """The screen tells this state; Streamlit's test runner cannot run its scripts."""
    monkeypatch.setattr(component, "show", lambda arguments: state)


def test_what_the_screen_tells_wins_over_the_address(today: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of the page changes without a run; the one that Streamlit knows is the first."""
    tells(monkeypatch, "page=export&theme=rail,bridges&lang=en")
    app = start(page="meeting", theme="towns", lang="zh")
    assert shows(app) == "export"
    assert_inside(app, today.narrowed(Filter(theme=("rail", "bridges"))), "en")
    tells(monkeypatch, "")
    assert shows(app.run()) == ""


@pytest.mark.parametrize(
    "state",
    [
        "page=export&q=" + "x" * LONGEST,
        "page=../../x&lang=xx",
        "&&==&%00&%ff",
        "page=map",
        "theme=%3Cscript%3E&stage=&page",
    ],
)
def test_a_state_that_is_none_of_ours_shows_the_map(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tells(monkeypatch, state)
    assert shows(start()) == ""


@pytest.mark.parametrize("page", PAGES)
def test_hostile_addresses_do_no_harm(page: str) -> None:
    app = start(
        page=page,
        lang="xx",
        stage="<script>",
        agency="'; DROP TABLE",
        as_of="2017-02-30",
        q="=1+1",
        show="features:../../x",
        town="\u0000",
    )
    assert not app.exception and "<script>" not in numbers(app)


def test_markdown_in_an_address_stays_text() -> None:
    app = start(lang="en", page="export", q="![x](http://127.0.0.1:9/evil.png)<b>")
    assert "![x](http://127.0.0.1:9/evil.png)&lt;b&gt;" in numbers(app)
    assert not app.markdown and not app.warning and not app.info


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2050-01-01", "9999-12-31"])
def test_a_day_out_of_range_leaves_today(today: View, day: str) -> None:
    assert str(today.day) in numbers(start(lang="en", page="export", as_of=day))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", products("extract"))
def test_every_format_can_be_made_on_the_page(today: View, name: str, lang: str) -> None:
    app = start(lang=lang, page="export", theme="bridges")
    words = Words(today.register, lang)
    app.selectbox(key="export-format").set_value(name).run()
    app.button(key="make-file").click().run()
    assert not app.exception
    wanted, file, data = app.session_state["exported"]
    assert wanted[0] == name and len(data) > 1000
    assert file.startswith("guantu-") and file.endswith(PRODUCTS[name].endings[0])
    assert words("made") in [status.label for status in app.status]
    # Another option, another file: the old one is no longer offered.
    app.multiselect(key="export-layers").set_value(["bridges"]).run()
    assert not app.exception and not app.get("download_button")


@pytest.mark.parametrize("lang", LANGS)
def test_an_export_without_rows_says_why(lang: str) -> None:
    app = start(lang=lang, page="export", q="没有这个词", theme="towns")
    app.selectbox(key="export-format").set_value("oc4ids").run()
    app.button(key="make-file").click().run()
    assert not app.exception
    assert TEXTS("not-made", lang) in [status.label for status in app.status]
    assert OUTPUT_TEXTS("error-nothing", lang) in numbers(app)
    assert app.session_state["exported"] is None


def test_the_page_is_in_the_address() -> None:
    for page in PAGES:
        app = start(lang="zh", page=page)
        assert shows(app) == page and arguments(app), "the bar of the screen stands above"
    for page in ("nonsense", "map", "export,meeting", ""):
        assert shows(start(lang="zh", page=page)) == ""


def test_the_options_of_an_export_outlast_a_look_at_the_map() -> None:
    app = start(lang="zh", page="export")
    app.selectbox(key="export-format").set_value("kml").run()
    app.button(key="make-file").click().run()
    for page in ("", "export"):
        app.query_params["page"] = page
        app.run()
        assert not app.exception and shows(app) == page
    assert app.selectbox(key="export-format").value == "kml"
    assert app.get("download_button")


def test_the_file_is_named_by_its_filter_and_ends_as_chosen() -> None:
    """A planner who saves three of them can tell them apart."""
    app = start(lang="zh", page="export", agency="jiaotong", as_of="2026-03-31")
    for name, ending, start_of in (("kml", ".kml", b"<?xml"), ("kml", ".kmz", b"PK"), ("qgis", "", b"PK")):
        app.selectbox(key="export-format").set_value(name).run()
        if ending:
            app.selectbox(key=f"export-ending-{name}").set_value(ending).run()
        app.button(key="make-file").click().run()
        assert not app.exception
        _, file, data = app.session_state["exported"]
        assert file == f"guantu-市交通局-{name}-2026-03-31{ending or '.zip'}" and data.startswith(start_of)
    app = start(lang="zh", page="meeting", theme="bridges", as_of="2026-03-31")
    app.button(key="make-slides").click().run()
    assert app.session_state["made-slides"][1][0][0] == "guantu-桥梁与过江通道-slides-2026-03-31.pptx"


def test_what_is_loaded_once_is_out_of_the_collectors_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    # The server before its first visit, and a visit that makes the screen.
    for load in (pages.load_early, lambda: start(lang="zh")):
        st.cache_resource.clear()
        gc.unfreeze()
        monkeypatch.setattr("views.served._served", {})
        monkeypatch.setenv(kept.ROOM, "")
        load()
        assert gc.get_freeze_count() > 10_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_meeting_page_makes_slides_and_sheets(lang: str) -> None:
    needs_font()
    app = start(page="meeting", lang=lang, theme="bridges")
    assert not app.exception
    app.button(key="make-slides").click().run()
    assert not app.exception
    app.button(key="make-sheet").click().run()
    assert not app.exception
    kept = {name: app.session_state[f"made-{name}"][1] for name in ("slides", "sheet")}
    assert kept["slides"][0][1].startswith(b"PK") and kept["sheet"][0][1].startswith(b"%PDF")


def test_a_short_tour_leaves_the_sections_out(today: View) -> None:
    app = start(page="meeting", lang="zh")
    counts = []
    for choice in ("full", "short", "none"):
        widget = next(item for item in app.get("button_group") if item.key == "tour-start")
        widget.set_value(choice).run()
        assert not app.exception
        _, rows = app.session_state["tour-edited"]
        counts.append(sum(on for _, on, _ in rows))
    full = default_tour(today)
    assert counts == [len(full), sum(not key.startswith("section=") for key in full), 0]


def test_what_a_browser_says_of_the_chapters_is_checked() -> None:
    titles = {"overview": "总览", "theme=rail": "铁路"}
    good = [["theme=rail", True, "注"], ["overview", False, ""]]
    assert _checked(good, titles) == good
    for bad in (
        None,
        "x",
        [],
        [["overview", True, ""]],
        [*good, ["overview", True, ""]],
        [["x", True, ""], good[0]],
        [{}, 1],
    ):
        assert _checked(bad, titles) == [], bad
    hostile = [["theme=rail", "yes", "a" * 9000], ["overview", 1, "\ud800x"]]
    assert _checked(hostile, titles) == [["theme=rail", False, "a" * LONGEST_NOTE], ["overview", False, "x"]]


def test_what_was_written_and_moved_outlasts_another_day_language_and_start() -> None:
    rows = [("overview", True, "总览", ""), ("theme=rail", True, "铁路", ""), ("changes=2017-11-08", True, "变化", "")]
    kept = "full", [["changes=2017-11-08", True, "会后"], ["overview", False, ""], ["theme=rail", True, "讲慢些"]]
    later = [*rows[:2], ("section=d2017.1", True, "节", ""), ("changes=2023-01-01", True, "变化", "")]
    assert _merged(later, "full", kept) == [
        ("changes=2023-01-01", True, "变化", "会后"),
        ("overview", False, "总览", ""),
        ("theme=rail", True, "铁路", "讲慢些"),
        ("section=d2017.1", True, "节", ""),
    ]
    short = [(key, key != "section=d2017.1", title, note) for key, _, title, note in later]
    found = _merged(short, "short", kept)
    assert [row[0] for row in found] == [row[0] for row in _merged(later, "full", kept)]
    assert {row[0]: row[1] for row in found}["overview"] and found[0][3] == "会后"
    assert _merged(rows, "full", None) == rows
    # A note of a file that was cleared does not come back.
    noted = [(key, on, title, "原注") for key, on, title, _ in rows]
    cleared = "file", [[key, on, ""] for key, on, _, _ in rows]
    assert [row[3] for row in _merged(noted, "file", cleared)] == ["", "", ""]


def test_notes_stay_when_the_day_and_the_language_change() -> None:
    app = start(page="meeting", lang="zh", theme="bridges")
    start_, chosen = app.session_state["tour-edited"]
    chosen[1][2], chosen[0], chosen[1] = "记一笔", chosen[1], chosen[0]
    app.session_state["tour-edited"] = start_, chosen
    app.date_input(key="tour-since").set_value(date(2023, 1, 1)).run()
    assert not app.exception
    assert app.session_state["tour-edited"][1][0][2] == "记一笔"
    app.query_params["lang"] = "en"
    app.run()
    assert app.session_state["tour-edited"][1][0][2] == "记一笔"
    assert "changes=2023-01-01" in [row[0] for row in app.session_state["tour-edited"][1]]


def test_the_meeting_page_opens_on_the_first_day_there_is() -> None:
    app = start(page="meeting", lang="zh", as_of="2000-01-01")
    assert not app.exception and not [item for item in app.date_input if item.key == "tour-since"]
    app = start(page="meeting", lang="zh", as_of="2000-01-02")
    assert not app.exception and [item for item in app.date_input if item.key == "tour-since"]


def test_a_tour_is_published_on_a_click_alone_and_goes_with_its_visit() -> None:
    before = set(process.folder().glob("present-*"))
    app = start(page="meeting", lang="zh", theme="bridges")
    app.run()
    assert set(process.folder().glob("present-*")) == before, "no tour is made before someone asks for it"
    app.button(key="make-present").click().run()
    assert not app.exception
    (path,) = set(process.folder().glob("present-*")) - before
    assert path.read_bytes().startswith(b"<!doctype html>") and len(path.stem) > 32
    _, page, data = app.session_state["tour-page"]
    assert page.file == path.name and path.read_bytes() == data
    assert len(app.get("link_button")) == 1
    app.query_params["q"] = "x"
    app.run()
    assert not app.exception
    assert not app.get("link_button"), "another filter: the old tour is not offered as current"
    app.session_state["tour-page"] = None
    del page, app
    gc.collect()
    assert not path.exists()


def test_names_of_published_pages_cannot_be_guessed() -> None:
    pages = [Published(b"x") for _ in range(20)]
    assert len({page.file for page in pages}) == 20
    for page in pages:
        page.withdraw()
    assert not any((process.folder() / page.file).exists() for page in pages)


def filters_run(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often one more run of a page applies a filter."""
    calls = []
    real = analysis.view.select
    monkeypatch.setattr(analysis.view, "select", lambda *given: calls.append(given) or real(*given))
    app.run()
    assert not app.exception
    return len(calls)


@pytest.mark.parametrize("page", PAGES)
def test_a_rerun_of_a_page_applies_the_filter_once(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert filters_run(start(page=page, lang="zh", theme="bridges", stage="maintenance"), monkeypatch) == 1


def test_a_run_of_the_map_applies_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert filters_run(start(lang="zh", theme="bridges", stage="maintenance"), monkeypatch) == 0


def test_the_preview_of_an_export_makes_no_content(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("made before anyone asked for it")

    monkeypatch.setattr("outputs.extract.extract", refuse)
    monkeypatch.setattr("outputs.rows.features", refuse)
    assert not start(page="export", lang="zh").exception


def test_a_visit_that_stays_open_over_midnight_goes_on_to_the_new_day(
    today: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(lang="zh", page="export")
    assert arguments(app)["today"] == str(today.day) and f"<dd>{today.day}</dd>" in numbers(app)
    tomorrow = today.day + timedelta(days=1)

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return super().now(tz) + timedelta(days=1)

    monkeypatch.setattr(visit, "datetime", Tomorrow)
    monkeypatch.setattr("geodata.place.Place.today", lambda place: tomorrow)
    app.run()
    assert not app.exception
    assert arguments(app)["today"] == str(tomorrow) and f"<dd>{tomorrow}</dd>" in numbers(app)
    app.query_params["as_of"] = "2018-01-01"
    app.run()
    assert arguments(app)["today"] == str(tomorrow) and "<dd>2018-01-01</dd>" in numbers(app)


def test_a_file_made_before_the_register_changed_is_not_offered_as_current(
    catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_font()
    monkeypatch.setenv("GUANTU_CATALOG", str(catalog))
    app = start(page="meeting", lang="zh", theme="bridges")
    for key in ("present", "slides", "sheet"):
        app.button(key=f"make-{key}").click().run()
        assert not app.exception
    assert len(app.get("download_button")) == 4, "the tour file, the tour, the slides, the sheet"
    export = start(page="export", lang="zh", theme="bridges")
    export.button(key="make-file").click().run()
    assert export.get("download_button")
    file = catalog / "measures.csv"
    text = file.read_text(encoding="utf-8")
    title = text.splitlines()[1].split(",")[3]
    file.write_text(text.replace(title, title + "改", 1), encoding="utf-8", newline="")
    app.run()
    assert not app.exception and len(app.get("download_button")) == 1
    export.run()
    assert not export.exception and not export.get("download_button")


def test_a_catalog_that_an_editor_is_saving_shows_no_traceback(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTU_CATALOG", str(catalog))
    real = Path.stat

    def vanishing(path: Path, **options: bool) -> object:
        if path.name == "events.csv":
            raise FileNotFoundError(path)
        return real(path, **options)

    pages = [start(lang="zh", page=page) for page in ("", *PAGES)]
    monkeypatch.setattr(Path, "stat", vanishing)
    for app in pages:
        app.run()
        assert not app.exception


def test_what_a_writer_gets_wrong_is_not_told_as_an_empty_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in our own code is an error: it is shown as one, but what it says is for the log."""

    def broken(*arguments: object) -> None:
        raise ValueError("operands could not be broadcast together")

    app = start(page="export", lang="zh", theme="bridges")
    app.selectbox(key="export-format").set_value("geojson").run()
    monkeypatch.setattr("outputs.gis.geojson.write_geojson", broken)
    # Nobody has asked for that file before.
    monkeypatch.setattr("views.works.WORKS", Works())
    app.button(key="make-file").click().run()
    assert len(app.exception) == 1 and "broadcast" not in app.exception[0].message
    assert OUTPUT_TEXTS("error-nothing", "zh") not in numbers(app)


def told(app: AppTest) -> tuple[list[str], list[str]]:
    """The notices of a faulty register, and the lines of its faults."""
    assert not app.exception
    return [each.value for each in app.error], [line for each in app.code for line in each.value.split("\n")]


@pytest.fixture
def faulty(tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app is given a register with two faults, one of them with hostile text."""
    catalogs.set_cell(tiny_catalog / "agencies.csv", 3, "kind", "<b>\n**club**")
    catalogs.set_cell(tiny_catalog / "measures.csv", 3, "mappable", "perhaps")
    monkeypatch.setenv("GUANTU_CATALOG", str(tiny_catalog))
    return tiny_catalog


@pytest.mark.parametrize(
    ("query", "langs"),
    [({}, LANGS), ({"lang": "zh"}, ("zh",)), ({"lang": "en"}, ("en",)), ({"lang": "de"}, LANGS)],
    ids=["none", "zh", "en", "other"],
)
def test_faults_are_told_in_the_language_of_the_address(
    faulty: Path, query: dict[str, str], langs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both, Chinese first, where it names none."""
    monkeypatch.setattr("views.served._served", {})
    faults = read_checked(faulty).faults
    assert len(faults) == 2
    expected = [TEXTS("faults", lang) for lang in langs], [fault.in_(lang) for lang in langs for fault in faults]
    assert told(start(**query)) == expected


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_faults_of_a_visit_are_told_in_its_language(
    tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch, lang: str, page: str
) -> None:
    """Also on the runs after; once they are mended the visit goes on."""
    monkeypatch.setenv("GUANTU_CATALOG", str(tiny_catalog))
    app = start(lang=lang, page=page)
    files = arguments(app)["files"]
    sound = (tiny_catalog / "agencies.csv").read_bytes()
    catalogs.set_cell(tiny_catalog / "agencies.csv", 3, "kind", "club")
    expected = [TEXTS("faults", lang)], [fault.in_(lang) for fault in read_checked(tiny_catalog).faults]
    for _ in range(2):
        assert told(app.run()) == expected
        assert arguments(app)["files"] == files and shows(app) == "", "the screen keeps its bar, the page waits"
    (tiny_catalog / "agencies.csv").write_bytes(sound)
    assert told(app.run()) == ([], [])
    assert shows(app) == page and arguments(app)["faults"] == 0


def test_an_open_map_keeps_what_it_held_and_is_told_of_the_faults(
    tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUANTU_CATALOG", str(tiny_catalog))
    app = start(lang="zh")
    before = arguments(app)
    catalogs.set_cell(tiny_catalog / "agencies.csv", 3, "kind", "club")
    catalogs.set_cell(tiny_catalog / "measures.csv", 3, "mappable", "perhaps")
    assert told(app.run()) == ([], [])
    assert arguments(app) == before | {"faults": 2}


def test_a_first_visit_to_a_faulty_register_has_no_screen(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.served._served", {})
    app = start(page="export")
    assert told(app)[0] and not app.get("component_instance") and shows(app) == ""
