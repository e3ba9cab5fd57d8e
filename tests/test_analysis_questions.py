"""A question as one line of text: what is asked comes back, and what cannot be asked is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.filters import Filter
from analysis.spatial.questions import QUESTIONS, Asked, BadQuestion, read_question
from analysis.view import View
from geodata import Register

LINES = {
    "coordination": ("coordination", (2000.0, 1.0, "")),
    "coordination?within=500&years=2.5&party=市交通局": (
        "coordination?within=500&years=2.5&party=jiaotong",
        (500.0, 2.5, "jiaotong"),
    ),
    "near?from=zones&to=stations": ("near?from=zones&to=stations", ("zones", "stations", 1, None)),
    "near?from=功能区&to=stations&k=3&within=5000": (None, None),
    "crossings?from=rail&to=limits": ("crossings?from=rail&to=limits", ("rail", "limits")),
    "along?feature=穗莞深城际&width=300": ("along?feature=rail-suiguanshen&width=300", ("rail-suiguanshen", 300.0)),
    "upstream?feature=企坪断面": ("upstream?feature=section-qiping", ("section-qiping", 1000.0)),
    "balance?by=town": ("balance?by=town", ("town",)),
    "compare?with=2017-11-08": ("compare?with=2017-11-08", (date(2017, 11, 8), None)),
    "compare?against=agency%3D市交通局": ("compare?against=agency%3Djiaotong", (None, Filter(agency=("jiaotong",)))),
}


@pytest.mark.parametrize("line", [line for line, (wanted, _) in LINES.items() if wanted])
def test_a_line_is_read_and_written_again(line: str, register: Register) -> None:
    wanted, values = LINES[line]
    found = read_question(line, register)
    assert found.values == values and found.line == wanted
    assert read_question(found.line, register) == found


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("", "coordination"),
        ("who", "coordination"),
        ("near", "from"),
        ("near?from=zones&to=stations&k=000000001" + "9" * 5000, "1 … 1000"),
        ("compare?with=2017-11-08&against=theme%3Drail", "against"),
        ("near?from=zones", "to"),
        ("near?from=zones&to=stations&k=0", "1 … 1000"),
        ("near?from=zones&to=stations&k=1e3", "1 … 1000"),
        ("near?from=zones&to=nowhere", "limits"),
        ("near?from=zones&to=stations&within=nan", "0 …"),
        ("near?from=zones&to=stations&within=-1", "0 …"),
        ("near?from=zones&to=stations&colour=red", "colour"),
        ("coordination?party=" + "x" * 5000, "party"),
        ("coordination?within=1e9", "within"),
        ("balance?by=mood", "theme"),
        ("compare?with=2017-13-01", "YYYY-MM-DD"),
        ("compare?against=stage%3Dnone", "theme=rail"),
        ("near?" + "&".join(f"a{n}=1" for n in range(50)), "near?"),
        ("near?from=%ff&to=%fe", "near?"),
    ],
)
def test_what_cannot_be_asked_is_told(line: str, named: str, register: Register) -> None:
    with pytest.raises(BadQuestion) as told:
        read_question(line, register)
    assert named in told.value.text.zh + told.value.text.en and len(told.value.text.zh) < 600


@given(st.text(max_size=200))
def test_no_text_is_a_trap(register: Register, line: str) -> None:
    try:
        assert read_question(line, register).question.name in QUESTIONS
    except BadQuestion as told:
        assert told.text.zh and told.text.en


def test_each_question_has_a_title_in_words(view: View) -> None:
    lines = [wanted for wanted, _ in LINES.values() if wanted]
    titles = [read_question(line, view.register).title(view.register) for line in lines]
    assert all(title.zh and title.en and "{" not in title.zh + title.en for title in titles)
    assert titles[0].zh == "谁与谁相遇：2.0 km 以内、施工相隔 1 年以内"
    assert titles[1].zh == "谁与谁相遇：500 m 以内、施工相隔 2.5 年以内，市交通局的一方"
    assert "limits" in titles[3].en and isinstance(read_question(lines[0], view.register), Asked)
    assert {line.partition("?")[0] for line in lines} == set(QUESTIONS)


@given(st.floats(0, 1e7), st.floats(0, 100))
def test_a_number_is_read_again_as_it_was(register: Register, within: float, years: float) -> None:
    line = Asked(QUESTIONS["coordination"], (round(within, 6), round(years, 6), "")).line
    assert read_question(line, register).values == (round(within, 6), round(years, 6), "")
