"""The script of the screen under Streamlit's own test runner: each filter in both languages."""

from __future__ import annotations

import gc
from datetime import date, timedelta
from pathlib import Path

import catalogs
import pytest
import streamlit as st
from fonts import needs_font
from streamlit.testing.v1 import AppTest

import analysis.view
from analysis.counts import option_counts
from analysis.filters import TABLES, Filter
from analysis.tours import default_tour
from analysis.view import View, look_at
from geodata import Register
from geodata.register import read_checked
from outputs.products import PRODUCTS, products
from outputs.words import TEXTS as OUTPUT_TEXTS
from views import process
from views.component import Published
from views.panel import option_titles
from views.words import TEXTS, Words

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


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("facet", TABLES)
def test_each_filter_by_its_widget(today: View, facet: str, lang: str) -> None:
    app = start(lang=lang)
    words = Words(today.register, lang)
    counts = option_counts(today, facet)
    code = max(counts, key=lambda key: counts[key])
    if facet == "role":
        widget = next(item for item in app.get("button_group") if item.label == words("role"))
        widget.set_value([code])
    else:
        widget = next(item for item in app.multiselect if item.label == words(facet))
        assert f"{option_titles(words, facet)[code]} ({counts[code]})" in widget.options
        widget.set_value([code])
    widget.run()
    assert not app.exception
    assert app.query_params[facet] == code
    kept = today.narrowed(Filter(**{facet: (code,)}))
    shown = numbers(app)
    assert f"{words('measures')} <b>{len(kept.measures)}</b>" in shown
    assert f"{words('features')} <b>{len(kept.features)}</b>" in shown


@pytest.mark.parametrize("lang", LANGS)
def test_search_and_day(today: View, lang: str) -> None:
    app = start(lang=lang)
    words = Words(today.register, lang)
    app.text_input[0].set_value("humen").run()
    app.date_input[0].set_value(date(2018, 1, 1)).run()
    assert not app.exception
    assert app.query_params["q"] == "humen" and app.query_params["as_of"] == "2018-01-01"
    kept = look_at(today.register, Filter(q="humen"), date(2018, 1, 1))
    assert f"{words('measures')} <b>{len(kept.measures)}</b>" in numbers(app)


def test_reset_clears_everything(today: View) -> None:
    app = start(lang="en", stage="maintenance", theme="rail", q="x", as_of="2018-01-01")
    app.button(key="reset").click().run()
    assert not app.exception
    assert dict(app.query_params) == {"lang": "en"}


@pytest.mark.parametrize("kind", ["features", "measures"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_of_card(today: View, kind: str, lang: str) -> None:
    frame = today.standing.features if kind == "features" else today.standing.measures
    field = "name" if kind == "features" else "title"
    for place in (0, len(frame) // 2, len(frame) - 1):
        row = frame.iloc[place]
        app = start(lang=lang, show=f"{kind}:{row['id']}")
        assert row[f"{field}_{lang}"].split("'")[0].split("&")[0] in numbers(app)


def test_hostile_addresses_do_no_harm() -> None:
    app = start(
        lang="xx",
        stage="<script>",
        agency="'; DROP TABLE",
        as_of="2017-02-30",
        q="=1+1",
        show="features:../../x",
        town="\u0000",
    )
    assert not app.exception
    notice = numbers(app)
    assert "as_of=2017-02-30" in notice and "stage=&lt;script&gt;" in notice and "<script>" not in notice


def test_markdown_in_an_address_stays_text() -> None:
    app = start(lang="en", stage="![x](http://127.0.0.1:9/evil.png)", theme="[here](http://127.0.0.1:9/)")
    assert "stage=![x](http://127.0.0.1:9/evil.png)" in numbers(app)
    assert not app.markdown and not app.warning and not app.info


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2050-01-01", "9999-12-31"])
def test_a_day_out_of_range_is_named(today: View, day: str) -> None:
    app = start(lang="en", as_of=day)
    assert f"as_of={day}" in numbers(app)
    assert app.date_input[0].value == today.day


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
    assert file.isascii() and file.endswith(PRODUCTS[name].endings[0])
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
    app = start(lang="zh", page="export")
    assert app.query_params["page"] == "export" and not app.get("component_instance")
    assert "page" not in start(lang="zh", page="nonsense").query_params


def test_the_options_of_an_export_outlast_a_look_at_the_map() -> None:
    app = start(lang="zh", page="export")
    app.selectbox(key="export-format").set_value("kml").run()
    app.button(key="make-file").click().run()
    label = TEXTS("page", "zh")
    for page in ("map", "export"):
        next(item for item in app.get("button_group") if item.label == label).set_value(page).run()
        assert not app.exception
    assert app.selectbox(key="export-format").value == "kml"
    assert app.get("download_button")


def test_what_is_loaded_once_is_out_of_the_collectors_rounds() -> None:
    st.cache_resource.clear()
    gc.unfreeze()
    start(lang="zh")
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
        counts.append(int(app.dataframe[0].value.iloc[:, 1].sum()))
    full = default_tour(today)
    assert counts == [len(full), sum(not key.startswith("section=") for key in full), 0]


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
    app.text_input[0].set_value("x").run()
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


@pytest.mark.parametrize("page", ["map", "export", "meeting"])
def test_a_rerun_applies_the_filter_once(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert filters_run(start(page=page, lang="zh"), monkeypatch) == 1


def test_only_a_chosen_facet_costs_another_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What its options would give without it is another question than what is kept."""
    assert filters_run(start(lang="zh", theme="bridges", stage="maintenance"), monkeypatch) == 3


def test_the_preview_of_an_export_makes_no_content(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("made before anyone asked for it")

    monkeypatch.setattr("outputs.extract.extract", refuse)
    monkeypatch.setattr("outputs.rows.features", refuse)
    assert not start(page="export", lang="zh").exception


def test_a_day_that_nobody_chose_stays_out_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    app = start(lang="zh")
    assert "as_of" not in app.query_params
    # A visit that stays open over midnight goes on to the new day.
    tomorrow = app.date_input[0].value + timedelta(days=1)
    monkeypatch.setattr("geodata.place.Place.today", lambda place: tomorrow)
    app.run()
    assert app.date_input[0].value == tomorrow and "as_of" not in app.query_params
    assert f"截至 {tomorrow}" in numbers(app)
    app.date_input[0].set_value(date(2018, 1, 1)).run()
    assert app.query_params["as_of"] == "2018-01-01"


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

    app = start(lang="zh")
    monkeypatch.setattr(Path, "stat", vanishing)
    app.run()
    assert not app.exception


def test_what_a_writer_gets_wrong_is_not_told_as_an_empty_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in our own code is an error: it is shown as one, and the next run works."""

    def broken(*arguments: object) -> None:
        raise ValueError("operands could not be broadcast together")

    app = start(page="export", lang="zh", theme="bridges")
    app.selectbox(key="export-format").set_value("geojson").run()
    monkeypatch.setattr("outputs.gis.geojson.write_geojson", broken)
    app.button(key="make-file").click().run()
    assert "broadcast" in app.exception[0].message
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
    faulty: Path, query: dict[str, str], langs: tuple[str, ...]
) -> None:
    """In both, Chinese first, where it names none."""
    faults = read_checked(faulty).faults
    assert len(faults) == 2
    expected = [TEXTS("faults", lang) for lang in langs], [fault.in_(lang) for lang in langs for fault in faults]
    assert told(start(**query)) == expected


@pytest.mark.parametrize("lang", LANGS)
def test_faults_of_a_visit_are_told_in_its_language(
    tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Also on the runs after, when the switch is no longer drawn; once they are mended the visit goes on."""
    monkeypatch.setenv("GUANTU_CATALOG", str(tiny_catalog))
    app = start(lang=lang)
    sound = (tiny_catalog / "agencies.csv").read_bytes()
    catalogs.set_cell(tiny_catalog / "agencies.csv", 3, "kind", "club")
    expected = [TEXTS("faults", lang)], [fault.in_(lang) for fault in read_checked(tiny_catalog).faults]
    for _ in range(2):
        assert told(app.run()) == expected
    (tiny_catalog / "agencies.csv").write_bytes(sound)
    assert told(app.run()) == ([], [])
    assert app.session_state["lang"] == lang
