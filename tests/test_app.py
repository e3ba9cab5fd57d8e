"""The script of the screen under Streamlit's own test runner: each filter in both languages."""

from __future__ import annotations

import gc
from datetime import date

import pytest
import streamlit as st
from fonts import needs_font
from streamlit.testing.v1 import AppTest

from analysis.filters import TABLES, Filter, apply
from analysis.join import Joined, join
from analysis.summary import is_context, option_counts
from analysis.tours import default_tour
from geodata import Register
from views import mapview
from views.formats import FORMATS
from views.panel import option_titles
from views.words import Words, by_language, texts

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def today(register: Register) -> Joined:
    return join(register, date.today())


def start(**query: str) -> AppTest:
    app = AppTest.from_file("../views/page.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def numbers(app: AppTest) -> str:
    return " ".join(str(item.proto.body) for item in app.get("html"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("facet", TABLES)
def test_each_filter_by_its_widget(today: Joined, facet: str, lang: str) -> None:
    app = start(lang=lang)
    words = Words(today.register, lang)
    counts = option_counts(today, Filter(), facet)
    code = max(counts, key=lambda key: counts[key])
    if facet == "role":
        widget = next(item for item in app.get("button_group") if item.label == words("role"))
        widget.set_value([code])
    else:
        widget = next(item for item in app.multiselect if item.label == words(facet))
        assert f"{option_titles(today, words, facet)[code]} ({counts[code]})" in widget.options
        widget.set_value([code])
    widget.run()
    assert not app.exception
    assert app.query_params[facet] == code
    selection = apply(today, Filter(**{facet: (code,)}))
    features = int((selection.features & ~is_context(today)).sum())
    shown = numbers(app)
    assert f"{words('measures')} <b>{int(selection.measures.sum())}</b>" in shown
    assert f"{words('features')} <b>{features}</b>" in shown


@pytest.mark.parametrize("lang", LANGS)
def test_search_and_day(today: Joined, lang: str) -> None:
    app = start(lang=lang)
    words = Words(today.register, lang)
    app.text_input[0].set_value("humen").run()
    app.date_input[0].set_value(date(2018, 1, 1)).run()
    assert not app.exception
    assert app.query_params["q"] == "humen" and app.query_params["as_of"] == "2018-01-01"
    selection = apply(join(today.register, date(2018, 1, 1)), Filter(q="humen"))
    assert f"{words('measures')} <b>{int(selection.measures.sum())}</b>" in numbers(app)


def test_reset_clears_everything(today: Joined) -> None:
    app = start(lang="en", status="maintenance", theme="rail", q="x", as_of="2018-01-01")
    app.button(key="reset").click().run()
    assert not app.exception
    assert dict(app.query_params) == {"lang": "en", "as_of": date.today().isoformat()}


@pytest.mark.parametrize("kind", ["features", "measures"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_of_card(today: Joined, kind: str, lang: str) -> None:
    frame = today.features if kind == "features" else today.measures
    field = "name" if kind == "features" else "title"
    for place in (0, len(frame) // 2, len(frame) - 1):
        row = frame.iloc[place]
        app = start(lang=lang, show=f"{kind}:{row['id']}")
        assert row[f"{field}_{lang}"].split("'")[0].split("&")[0] in numbers(app)


def test_hostile_addresses_do_no_harm() -> None:
    app = start(
        lang="xx",
        status="<script>",
        agency="'; DROP TABLE",
        as_of="2017-02-30",
        q="=1+1",
        show="features:../../x",
        town="\u0000",
    )
    assert not app.exception
    notice = numbers(app)
    assert "as_of=2017-02-30" in notice and "status=&lt;script&gt;" in notice and "<script>" not in notice


def test_markdown_in_an_address_stays_text() -> None:
    app = start(lang="en", status="![x](http://127.0.0.1:9/evil.png)", theme="[here](http://127.0.0.1:9/)")
    assert "status=![x](http://127.0.0.1:9/evil.png)" in numbers(app)
    assert not app.markdown and not app.warning and not app.info


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2050-01-01", "9999-12-31"])
def test_a_day_out_of_range_is_named(day: str) -> None:
    app = start(lang="en", as_of=day)
    assert f"as_of={day}" in numbers(app)
    assert app.date_input[0].value == date.today()


def test_every_text_stands_in_both_languages() -> None:
    for key, row in texts().items():
        assert set(row) == set(LANGS) and all(row.values()), key
        assert not any("\u4e00" <= char <= "\u9fff" for char in row["en"]), key
    pages = by_language()
    assert pages["zh"].keys() == pages["en"].keys()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_made_on_the_page(today: Joined, name: str, lang: str) -> None:
    app = start(lang=lang, page="export", theme="bridges")
    words = Words(today.register, lang)
    app.selectbox(key="export-format").set_value(name).run()
    app.button(key="make-file").click().run()
    assert not app.exception
    wanted, file, data = app.session_state["exported"]
    assert wanted[0] == name and len(data) > 1000
    assert file.isascii() and file.endswith(FORMATS[name].suffix)
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
    assert by_language()[lang]["not-made"] in [status.label for status in app.status]
    assert by_language()[lang]["export-nothing"] in numbers(app)
    assert app.session_state["exported"] is None


def test_the_page_is_in_the_address() -> None:
    app = start(lang="zh", page="export")
    assert app.query_params["page"] == "export" and not app.get("component_instance")
    assert "page" not in start(lang="zh", page="nonsense").query_params


def test_the_options_of_an_export_outlast_a_look_at_the_map() -> None:
    app = start(lang="zh", page="export")
    app.selectbox(key="export-format").set_value("kml").run()
    app.button(key="make-file").click().run()
    label = by_language()["zh"]["page"]
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


def test_a_short_tour_leaves_the_sections_out(today: Joined) -> None:
    app = start(page="meeting", lang="zh")
    counts = []
    for choice in ("full", "short", "none"):
        widget = next(item for item in app.get("button_group") if item.key == "tour-start")
        widget.set_value(choice).run()
        assert not app.exception
        counts.append(int(app.dataframe[0].value.iloc[:, 1].sum()))
    full = default_tour(today, Filter())
    assert counts == [len(full), sum(not key.startswith("section=") for key in full), 0]


def test_published_pages_are_kept_as_long_as_they_are_wanted() -> None:
    for place in range(4):
        mapview.publish(f"trial-{place}.html", b"x", keep=2)
    assert sorted(path.name for path in mapview.FOLDER.glob("trial-*")) == ["trial-2.html", "trial-3.html"]
