"""Questions that are taken along: from the page of questions to a file and to the meeting."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from test_views_analyse import start

from analysis.spatial.questions import read_question
from analysis.tours import tour
from analysis.view import View
from views import asked, chapters
from views.words import Words

NEAR = "near?from=zones&to=stations&within=5000"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_is_taken_along(lang: str, view: View) -> None:
    """Kept on a click, offered for files, a chapter of the meeting; left on a second click."""
    told = {"from": "zones", "to": "stations", "k": "1", "within": "5000"}
    app = start(page="analyse", lang=lang, ask="near", **told)
    app.button(key="asked-take").click().run()
    assert not app.exception and app.session_state["asked-kept"] == [NEAR]
    app.button(key="asked-take").click().run()
    assert app.session_state["asked-kept"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_goes_into_files_and_into_the_meeting(lang: str, view: View) -> None:
    title = read_question(NEAR, view.register).title(view.register).in_(lang)
    app: AppTest = start(page="export", lang=lang)
    app.session_state["asked-kept"] = [NEAR, "nonsense?a=b"]
    app.run()
    assert not app.exception
    (field,) = [each for each in app.multiselect if each.key == "export-asked"]
    assert field.value == [NEAR] and field.options == [title], "what this register cannot be asked is not offered"
    app.selectbox(key="export-format").select("geojson").run()
    assert not app.exception and [each.key for each in app.selectbox if each.key == "export-asked-one"]
    app.selectbox(key="export-format").select("oc4ids").run()
    assert not app.exception and not [each for each in app.multiselect if each.key == "export-asked"]


def test_it_is_a_chapter_behind_the_first(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "kept", lambda register: [NEAR])
    words = Words(view.register, "zh")
    rows = chapters.chapter_rows(view, (), None, "full", "zh")
    found = chapters._with_questions(rows, words)
    assert found[0] == rows[0] and found[2:] == rows[1:]
    assert found[1] == (f"question={NEAR}", True, read_question(NEAR, view.register).title(view.register).zh, "")
    assert tour(view, "zh", ((found[1][0], ""),))[0].title == found[1][2]
    assert chapters._with_questions(found, words) == found, "one that a file has loaded is there once"
