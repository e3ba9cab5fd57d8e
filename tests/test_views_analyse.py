"""The page of questions: every one is answered in both languages, and what cannot be asked is said."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest
from test_app import start

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import Register
from outputs.analyses import ANALYSES


@pytest.fixture(scope="module")
def today(register: Register) -> View:
    return look_at(register, Filter())


def answers(app: AppTest) -> str:
    return "\n".join(item.proto.body for item in app.get("html"))


def ask(app: AppTest, name: str) -> AppTest:
    return app.selectbox(key="question").set_value(name).run()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ANALYSES)
def test_every_question_is_answered_in_sentences(name: str, lang: str) -> None:
    app = ask(start(page="analyse", lang=lang), name)
    assert not app.exception and not app.error
    found = answers(app)
    if "<ol" in found:
        assert found.count("<li") >= 1 and "show=" in found
        assert {item.proto.label for item in app.get("download_button")} == {"CSV", "JSON", "GEOJSON"}
    said = [item.label for item in (*app.selectbox, *app.number_input, *app.date_input)] + [
        item.value for item in app.caption
    ]
    assert all(said) and (lang == "zh" or not re.search(r"[\u4e00-\u9fff]", " ".join(said)))


def test_the_page_answers_as_the_terminal_does(today: View) -> None:
    app = ask(start(page="analyse", lang="en"), "near")
    app.number_input(key="asked-near-k").set_value(2).run()
    app.number_input(key="asked-near-within").set_value(3000.0).run()
    assert not app.exception
    first, second = (app.selectbox(key=f"asked-near-{name}").value for name in ("from", "to"))
    analysis = ANALYSES["near"]
    expected = analysis.rows(analysis.answer(today, first, second, 2, 3000.0))
    for row in expected[:5]:
        assert row["sentence_en"].replace("'", "&#x27;") in answers(app)
    assert f"Answers: {len(expected)}" in answers(app)


def test_a_filter_that_leaves_nothing_has_no_answers() -> None:
    app = start(page="analyse", lang="zh", q="没有这样的东西zz")
    assert not app.exception and "没有。" in answers(app)
    app = ask(app, "along")
    assert not app.exception and [item.value for item in app.info] == ["当前筛选下没有可选的要素；请放宽筛选。"]


def test_the_first_day_has_a_day_to_compare_with() -> None:
    app = ask(start(page="analyse", lang="zh", as_of="2000-01-01"), "compare")
    assert not app.exception and "没有。" in answers(app)


def test_the_files_are_plain(today: View) -> None:
    analysis = ANALYSES["compare"]
    rows = analysis.rows(analysis.answer(today, today.day.replace(year=today.day.year - 2)))
    assert rows and json.loads(json.dumps(rows, allow_nan=False)) == rows
