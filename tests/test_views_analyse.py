"""The page of questions: each is answered in both languages, the address keeps it, what cannot be asked is said."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from datetime import date
from typing import Any

import pytest
import shapely
from streamlit.testing.v1 import AppTest
from test_app import start

from analysis.filters import Filter
from analysis.spatial.along import along_line
from analysis.stages import BUILT, histories
from analysis.view import View, look_at
from geodata import Register
from geodata.codes import Relation, Stage
from geodata.model import Link
from outputs.analyses import ANALYSES, Told
from views.analyse_charts import chart
from views.analyse_map import on_map
from views.analyse_question import MOST_POINTS, Question, from_address, name_of
from views.analyse_rows import table
from views.words import Words

ADDRESSES = {
    "coordination": {"within": "3000", "years": "2", "party": "fagai"},
    "along": {"feature": "rail-dgmetro1", "width": "500"},
    "crossings": {"from": "rail", "to": "limits"},
    "near": {"from": "zones", "to": "stations", "k": "2", "within": "3000"},
    "upstream": {"feature": "section-dadun", "width": "1000"},
    "balance": {"by": "town"},
    "compare": {"with": "2023-01-01"},
}
LINE = "113.75000,23.02000;113.80000,23.05000"


@pytest.fixture(scope="module")
def today(register: Register) -> View:
    return look_at(register, Filter())


def answers(app: AppTest) -> str:
    return "\n".join(item.proto.body for item in app.get("html"))


def told(app: AppTest) -> dict[str, Any]:
    """What the browser is told: question, answer, words."""
    (component,) = app.get("bidi_component")
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def ask(app: AppTest, name: str) -> AppTest:
    return app.selectbox(key="question").set_value(name).run()


def question_of(name: str, view: View, **said: str) -> Question:
    found, wrong = from_address({"ask": [name], **{key: [value] for key, value in said.items()}}, view)
    assert found is not None and wrong == []
    return found


def test_there_is_an_address_for_every_question() -> None:
    assert set(ADDRESSES) == set(ANALYSES)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ANALYSES)
def test_every_question_is_answered_in_sentences(name: str, lang: str) -> None:
    app = ask(start(page="analyse", lang=lang), name)
    assert not app.exception and not app.error
    found = told(app)
    rows = found["answer"]["rows"]
    assert rows and all(row["said"] for row in rows) and "gt-answer" in answers(app)
    assert {item.proto.label for item in app.get("download_button")} == {"CSV", "JSON", "GEOJSON"}
    said = [item.label for item in (*app.selectbox, *app.number_input, *app.date_input)]
    said += [item.value for item in app.caption] + [*found["words"].values(), *(row["said"] for row in rows)]
    said += [column["title"] for column in found["answer"]["columns"]]
    said += [cell["text"] for row in rows for cell in row["cells"] if "text" in cell]
    assert lang == "zh" or not re.search(r"[\u4e00-\u9fff]", " ".join(said))


def test_the_page_answers_as_the_terminal_does(today: View) -> None:
    app = ask(start(page="analyse", lang="en"), "near")
    app.number_input(key="asked-near-k").set_value(2).run()
    app.number_input(key="asked-near-within").set_value(3000.0).run()
    assert not app.exception
    first, second = (app.selectbox(key=f"asked-near-{name}").value for name in ("from", "to"))
    analysis = ANALYSES["near"]
    expected = analysis.rows(analysis.answer(today, first, second, 2, 3000.0))
    assert [row["said"] for row in told(app)["answer"]["rows"]] == [row["sentence_en"] for row in expected]
    sure = Counter(row["sure"] for row in expected)
    assert f"Answers: {len(expected)}: {sure['certain']} certain, {sure['possible']} possible" in answers(app)
    nearest = min((row for row in expected if row["to"]), key=lambda row: row["distance_m"])
    assert nearest["sentence_en"].replace("'", "&#x27;") in answers(app)


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_address_keeps_the_question(today: View, name: str) -> None:
    """From the address to the widgets and back to the same address; the answer is that of the terminal."""
    app = start(page="analyse", lang="zh", ask=name, **ADDRESSES[name])
    found = told(app)
    assert found["question"] == [["ask", name], *([*pair] for pair in ADDRESSES[name].items())]
    assert not found["acted"] and 'class="gt-notice"' not in answers(app)
    values = {told_.name: told_ for told_ in ANALYSES[name].told}
    given = [value_of(values[key], text) for key, text in ADDRESSES[name].items()]
    expected = ANALYSES[name].rows(ANALYSES[name].answer(today, *given))
    assert [row["said"] for row in found["answer"]["rows"]] == [row["sentence_zh"] for row in expected]


def value_of(each: Told, text: str) -> Any:
    return date.fromisoformat(text) if each.kind is date else each.kind(text)


def test_a_question_that_somebody_changes_is_an_act() -> None:
    app = start(page="analyse", lang="zh", ask="near", **{"from": "zones", "to": "stations"})
    assert told(app)["question"] == [["ask", "near"], ["from", "zones"], ["to", "stations"], ["k", "1"]]
    app.number_input(key="asked-near-within").set_value(800.0).run()
    assert told(app)["acted"] and told(app)["question"][-1] == ["within", "800"]
    app.run()
    assert not told(app)["acted"]


def test_what_is_picked_on_the_map_is_asked_for_once() -> None:
    app = start(page="analyse", lang="zh", ask="near", **{"from": "zones", "to": "stations"})
    app.button(key="asked-pick-to").click().run()
    assert told(app)["picking"] == {"name": "to", "what": "place", "turn": 1}
    app.button(key="asked-pick-to").click().run()
    assert told(app)["picking"] == {"name": "to", "what": "place", "turn": 2}
    app.run()
    assert told(app)["picking"] is None


def test_a_feature_that_the_filter_leaves_out_can_be_asked_for() -> None:
    app = start(page="analyse", lang="zh", ask="along", feature="rail-dgmetro1", width="500", theme="roads")
    assert not app.exception and app.selectbox(key="asked-along-feature").value == "rail-dgmetro1"
    assert told(app)["question"] == [["ask", "along"], ["feature", "rail-dgmetro1"], ["width", "500"]]


HOSTILE = {
    "ask": "nothing",
    "from": "<script>alert(1)</script>",
    "to": "nowhere",
    "k": "99",
    "within": "-5",
    "by": "theme",
    "foo": "bar",
}


def test_hostile_values_are_told_and_dropped() -> None:
    app = start(page="analyse", lang="en", **HOSTILE | {"ask": "near"})
    assert not app.exception
    for said in (
        "from=&lt;script&gt;alert(1)&lt;/script&gt;", "to=nowhere", "k=99", "within=-5", "by=theme", "foo=bar",
    ):  # fmt: skip
        assert f"Not understood, and left out of the question: {said}<" in answers(app), said
    assert answers(app).count('class="gt-notice"') == 6 and "<script>alert" not in answers(app)
    # What is left is a question like any other.
    assert told(app)["question"][0] == ["ask", "near"] and told(app)["answer"]["rows"]


@pytest.mark.parametrize("text", ["nan", "inf", "1e9", "", "٣", "1,2"])
def test_numbers_are_those_that_can_be_asked_for(today: View, text: str) -> None:
    said = {"ask": ["near"], "from": ["zones"], "to": ["stations"], "within": [text], "k": [text]}
    question, wrong = from_address(said, today)
    assert question is not None and "within" not in question.told and "k" not in question.told
    assert wrong == [f"k={text}", f"within={text}"]


def test_a_day_is_one_before_that_of_the_page(register: Register) -> None:
    view = look_at(register, Filter(as_of=date(2020, 5, 1)))
    wrong_days = dict.fromkeys(("2020-05-01", "1999-12-31", "20200101"))
    for text, day in {"2020-04-30": date(2020, 4, 30), **wrong_days}.items():
        question, wrong = from_address({"ask": ["compare"], "with": [text]}, view)
        assert question is not None and question.told.get("with") == day
        assert wrong == ([] if day else [f"with={text}"])


def test_a_long_value_is_repeated_in_part(today: View) -> None:
    question, wrong = from_address({"ask": ["x" * 3000]}, today)
    assert question is None and wrong == [f"ask={'x' * 40}…"]


def test_the_filter_is_none_of_the_question(today: View) -> None:
    said = {"ask": ["balance"], "by": ["town"], "theme": ["rail"], "agency": ["fagai"], "as_of": ["2020-01-01"]}
    question, wrong = from_address(said | {"page": ["analyse"], "lang": ["en"], "status": ["unknown"]}, today)
    assert question == Question("balance", {"by": "town"}) and wrong == []


def test_names_of_the_filter_are_left_to_it() -> None:
    assert name_of(Told("agency", what="agency")) == "ask_agency" and name_of(Told("within", float)) == "within"


def test_a_place_may_be_named_in_words(today: View) -> None:
    question = question_of("near", today, **{"from": "虎门二桥", "to": "车站"})
    assert question.told == {"from": "road-nansha-bridge", "to": "stations"}


def test_a_drawn_line_is_asked_along(today: View) -> None:
    app = start(page="analyse", lang="zh", ask="along", width="800", line=LINE)
    assert not app.exception
    line = shapely.LineString([(113.75, 23.02), (113.8, 23.05)])
    expected = [finding.sentence.zh for finding in along_line(today, line, 800.0)]
    found = told(app)
    assert found["question"] == [["ask", "along"], ["width", "800"], ["line", LINE]]
    assert [row["said"] for row in found["answer"]["rows"]] == expected and expected
    assert found["answer"]["drawn"] == [[[23.02, 113.75], [23.05, 113.8]]]
    # 5.1 km east and 3.3 km north.
    assert found["answer"]["chart"]["long"] == pytest.approx(6100, abs=50)
    app.button(key="asked-undraw").click().run()
    assert "line" not in dict(told(app)["question"]) and told(app)["acted"]


@pytest.mark.parametrize(
    "text",
    [
        "113.7,23.0",
        "113.7,23.0;113.7,23.0",
        "113.7,23.0;200,23",
        "113.7,23.0;113.8,95",
        "a,b;c,d",
        "1,2,3;4,5,6",
        "nan,1;2,3",
        ";".join(f"113.{n:03},23" for n in range(MOST_POINTS + 1)),
    ],
)
def test_what_is_no_line_is_told(today: View, text: str) -> None:
    question, wrong = from_address({"ask": ["along"], "line": [text], "width": ["800"]}, today)
    assert question == Question("along", {"width": 800.0})
    assert wrong == [f"line={text[:40]}" + "…" * (len(text) > 40)]


def test_a_filter_that_leaves_nothing_has_no_answers() -> None:
    app = start(page="analyse", lang="zh", q="没有这样的东西zz")
    assert not app.exception and "没有。" in answers(app)
    app = ask(app, "along")
    assert not app.exception and [item.value for item in app.info] == ["当前筛选下没有可选的要素；请放宽筛选。"]
    assert told(app)["answer"] is None and told(app)["question"] == []


def test_what_is_missing_is_asked_for() -> None:
    app = ask(start(page="analyse", lang="zh"), "along")
    app.selectbox(key="asked-along-feature").set_value(None).run()
    assert [item.value for item in app.info] == ["请选好上面的每一项：从列表里选，或在图上点选。"]


def test_the_first_day_has_a_day_to_compare_with() -> None:
    app = ask(start(page="analyse", lang="zh", as_of="2000-01-01"), "compare")
    assert not app.exception and "没有。" in answers(app)


def test_the_files_are_plain(today: View) -> None:
    analysis = ANALYSES["compare"]
    rows = analysis.rows(analysis.answer(today, today.day.replace(year=today.day.year - 2)))
    assert rows and json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_the_table_speaks_the_words_of_the_register(today: View) -> None:
    question = question_of("compare", today, **ADDRESSES["compare"])
    rows = question.analysis.rows(question.answer(today))
    shown = table("compare", rows, today, Words(today.register, "en"))
    assert [column["title"] for column in shown["columns"]] == ["Name", "On that day", "Now"]
    (metro,) = (row for row in shown["rows"] if row["cards"] == [["features", "rail-dgmetro1"]])
    assert metro["cells"] == [
        {"thing": ["features", "rail-dgmetro1"]},
        {"code": "implementation", "text": "Implementation"},
        {"code": "maintenance", "text": "In operation"},
    ]
    assert metro["on"] == ["rail-dgmetro1"]
    links = [(link.measure, link.feature) for link in today.register.rows(Link) if link.relation == Relation.TARGET]
    measures = [row for row in shown["rows"] if row["cards"][0][0] == "measures"]
    assert any(row["on"] for row in measures)
    for row in measures:
        assert row["on"] == [feature for measure, feature in links if measure == row["cards"][0][1]]


def test_a_distance_stands_with_its_error(today: View) -> None:
    question = question_of("near", today, **ADDRESSES["near"])
    rows = question.analysis.rows(question.answer(today))
    shown = table("near", rows, today, Words(today.register, "zh"))["rows"]
    assert [cell["n"] for _, _, cell, _ in (row["cells"] for row in shown)] == [row["distance_m"] for row in rows]
    pair = [["features", "log-shilong-rail"], ["features", "station-dongguan"]]
    (logistics,) = (row for row in shown if row["cards"] == pair)
    assert logistics["cells"][1:3] == [
        {"thing": ["features", "station-dongguan"]},
        {"text": "405 m ±2.5 km", "n": 404.9},
    ]


def test_works_in_one_town_are_named_and_drawn(today: View) -> None:
    question, words = question_of("coordination", today), Words(today.register, "zh")
    rows = question.analysis.rows(question.answer(today))
    shown, made = table("coordination", rows, today, words)["rows"], chart(question, rows, today, words)
    assert made is not None
    sites = [place for place, row in enumerate(rows) if row["kind"] == "worksites"]
    assert sites
    for place in sites:
        row = rows[place]
        town, projects, far, years, _ = shown[place]["cells"]
        assert town == {"thing": ["features", row["from"]]}
        assert projects == {"things": [["features", name] for name in row["projects"]]}
        assert far["text"] == "同一镇街"
        span = [str(row["begin"]), *([str(row["end"])] if row["end"] > row["begin"] else [])]
        assert years == {"text": "–".join(span)}
        assert shown[place]["on"] == [row["from"], *row["projects"]]
        assert [works["id"] for works in made["items"][place]["works"]] == row["projects"]


def test_two_views_stand_side_by_side(today: View) -> None:
    """The other one is an address within the address; it can be left."""
    against = "theme=rail&as_of=2016-01-01"
    app = start(page="analyse", lang="zh", ask="compare", against=against)
    assert not app.exception and ["against", against] in told(app)["question"]
    answer = told(app)["answer"]
    other = Filter(theme=("rail",), as_of=date(2016, 1, 1))
    rows = ANALYSES["compare"].rows(ANALYSES["compare"].answer(today, None, other))
    assert [row["cells"][3]["n"] for row in answer["rows"]] == [len(row["other_features"]) for row in rows]
    assert [row["cells"][4]["share"][0] for row in answer["rows"]] == [len(row["other_open"]) for row in rows]
    assert answer["chart"] is None and answer["built"] == "maintenance"
    app.button(key="asked-unset").click().run()
    assert "against" not in dict(told(app)["question"]) and told(app)["answer"]["chart"]["kind"] == "turns"


@pytest.mark.parametrize("text", ["", "theme=nothing", "foo", "q=" + "x" * 300])
def test_a_view_that_there_is_not_is_told(today: View, text: str) -> None:
    question, wrong = from_address({"ask": ["compare"], "against": [text]}, today)
    assert question == Question("compare", {}) and len(wrong) == 1


def test_the_limits_can_be_crossed(today: View) -> None:
    app = start(page="analyse", lang="en", ask="crossings", **{"from": "rail", "to": "limits"})
    assert app.selectbox(key="asked-crossings-to").value == "limits"
    assert {row["cells"][1]["text"] for row in told(app)["answer"]["rows"]} == {"the city limits"}


def test_an_agency_that_the_filter_leaves_out_can_be_asked_for() -> None:
    app = start(page="analyse", lang="zh", ask="coordination", party="jiaotong", agency="huanbao")
    assert not app.exception and app.selectbox(key="asked-coordination-party").value == "jiaotong"
    assert ["party", "jiaotong"] in told(app)["question"]


def test_round_a_place_there_is_no_chainage(today: View) -> None:
    question = question_of("along", today, feature="zone-binhaiwan", width="3000")
    rows = question.analysis.rows(question.answer(today))
    shown = table("along", rows, today, Words(today.register, "en"))
    assert [column["key"] for column in shown["columns"]] == ["what", "far", "sure"]
    assert chart(question, rows, today, Words(today.register, "en")) is None


def test_the_map_has_a_line_for_each_finding(today: View) -> None:
    question = question_of("crossings", today, **{"from": "rail", "to": "rivers"})
    found = question.answer(today)
    rows = question.analysis.rows(found)
    drawn = on_map(question, found, rows, today)
    assert [(line["row"], line["sure"], line["parts"]) for line in drawn["lines"]] == [
        (place, row["sure"], [[[row["lat"], row["lon"]]]]) for place, row in enumerate(rows)
    ]
    assert drawn["wide"] == drawn["marks"] == drawn["drawn"] == []


def test_the_corridor_is_as_wide_as_it_is_asked(today: View) -> None:
    question = question_of("along", today, **ADDRESSES["along"])
    (ring,) = on_map(question, [], [], today)["wide"]
    area = shapely.Polygon([(lon, lat) for lat, lon in ring])
    frame = today.standing.features
    line = frame.geometry[frame["id"] == "rail-dgmetro1"].iloc[0]
    # A degree of latitude is 111 km.
    assert area.contains(line) and area.exterior.distance(line) * 111_000 == pytest.approx(500, rel=0.1)


def test_a_group_that_is_a_place_has_a_mark(today: View) -> None:
    question = question_of("balance", today, by="town")
    rows = question.analysis.rows(question.answer(today))
    marks = on_map(question, question.answer(today), rows, today)["marks"]
    assert [(mark["id"], mark["n"]) for mark in marks] == [
        (row["group"], len(row["features"])) for row in rows if row["group"]
    ]
    other = question_of("balance", today, by="theme")
    found = other.answer(today)
    assert on_map(other, found, other.analysis.rows(found), today)["marks"] == []


def test_works_at_once_are_counted_by_year(today: View, register: Register) -> None:
    """Against the dated steps of each project, read once more."""
    question = question_of("balance", today, by="town")
    rows = question.analysis.rows(question.answer(today))
    made = chart(question, rows, today, Words(register, "zh"))
    assert made is not None
    courses = histories(register)
    steps = {name: [step for step in course.steps if step.day <= today.day] for name, course in courses.items()}

    def is_on(name: str, year: int) -> bool:
        begins = [step.day for step in steps.get(name, ()) if step.stage == Stage.IMPLEMENTATION]
        if not begins:
            return False
        ends = [step.day for step in steps[name] if step.stage in BUILT and step.day >= begins[0]]
        return begins[0].year <= year <= (ends[0] if ends else today.day).year

    years, projects = made["years"], {name for row in rows for name in row["features"]}
    assert made["total"] == [sum(is_on(name, year) for name in projects) for year in years] and sum(made["total"])
    for line in made["lines"]:
        members = rows[line["row"]]["features"]
        assert line["n"] == [sum(is_on(name, year) for name in members) for year in years]
    assert [bar["n"] for bar in made["bars"][:-1]] == sorted((bar["n"] for bar in made["bars"][:-1]), reverse=True)


def test_the_strip_has_all_that_lies_along(today: View) -> None:
    question = question_of("along", today, **ADDRESSES["along"])
    rows = question.analysis.rows(question.answer(today))
    made = chart(question, rows, today, Words(today.register, "zh"))
    assert made is not None and made["name"] == "东莞轨道交通1号线（一期）"
    # 57.478 km are published; the drawn course is within a fiftieth of it.
    assert made["long"] == pytest.approx(57_478, rel=0.02)
    assert [(item["id"], item["at"], item["to"], item["side"]) for item in made["items"]] == [
        (row["to"], row["from_m"], row["to_m"], row["side"]) for row in rows
    ]
    assert all(item["to"] <= made["long"] + 1 for item in made["items"])


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_first_answer_takes_less_than_a_second(today: View, name: str) -> None:
    question, words = question_of(name, today, **ADDRESSES[name]), Words(today.register, "zh")
    started = time.perf_counter()
    found = question.answer(today)
    rows = question.analysis.rows(found)
    table(name, rows, today, words)
    on_map(question, found, rows, today)
    chart(question, rows, today, words)
    assert time.perf_counter() - started < 1
