"""The page of questions in the real app: the map, the table and the charts of an answer, and ways there and back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest
from browser import Screen
from playwright.sync_api import Locator

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import Register
from layers.symbology import rules
from outputs.analyses import ANALYSES

pytestmark = pytest.mark.browser
Visit = Callable[..., Screen]
NEAR = "?page=analyse&ask=near&from=zones&to=stations&k=1&within=5000"
ALONG = "?page=analyse&ask=along&feature=rail-dgmetro1&width=1000"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def today(register: Register) -> View:
    return look_at(register, Filter())


@pytest.fixture(scope="module")
def near(today: View) -> list[dict[str, Any]]:
    analysis = ANALYSES["near"]
    return analysis.rows(analysis.answer(today, "zones", "stations", 1, 5000.0))


def opened(visit: Visit, query: str, **more: Any) -> Screen:
    """A visit to the page with its answer on the screen."""
    screen = visit(query, **more)
    screen.page.locator(".asked tr[data-row]").first.wait_for()
    screen.settle()
    return screen


def rows(screen: Screen) -> Locator:
    return screen.page.locator(".asked tr[data-row]")


def button(screen: Screen, key: str) -> Locator:
    """A button of the page; Streamlit keeps a second one for the reader of its hint."""
    return screen.page.locator(f".st-key-{key} button:visible").last


def answer(screen: Screen, count: int) -> None:
    """Wait for an answer of so many rows."""
    screen.map_frame().wait_for_function(f"() => guantu.page.asked?.rows?.length === {count}")
    screen.settle()


def chosen(screen: Screen) -> int:
    found: int = screen.ask("guantu.page.asked.row")
    return found


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row[name] for row in rows for name in ("from", "to") if row[name]}


def test_the_map_shows_the_features_of_the_answer(visit: Visit, near: list[dict[str, Any]]) -> None:
    """All others are muted; a line for each pair, in the pen of how sure it is."""
    screen = opened(visit, NEAR)
    assert screen.visible() == ids(near)
    assert screen.ask("guantu.page.view.layer.stats.muted") > 0
    for sure, rule in rules()["finding"].items():
        lines = screen.node(f"path.asked-{sure}")
        assert lines.count() == sum(row["sure"] == sure and bool(row["to"]) for row in near)
        dashes = {line.get_attribute("stroke-dasharray") for line in lines.all()}
        assert dashes == {" ".join(map(str, rule["dash"])) or None}
    # Told apart without colour: no two have the same dashes.
    assert len({tuple(rule["dash"]) for rule in rules()["finding"].values()}) == 3
    assert screen.node("#asked-key").inner_text().split() == ["确定", "可能", "不能判断"]
    assert not screen.errors and not screen.foreign()


def test_a_row_leads_to_its_line(visit: Visit, near: list[dict[str, Any]]) -> None:
    screen = opened(visit, NEAR)
    at = next(place for place, row in enumerate(near) if row["to"] and place)
    before = screen.map_view()
    rows(screen).nth(at).click()
    screen.settle()
    assert chosen(screen) == at and screen.map_view() != before
    marked = screen.ask("guantu.page.view.layer.view.marked.map((f) => guantu.page.view.layer.data.ids[f])")
    assert set(marked) == ids([near[at]])
    halo = rules()["selected"]["halo"]
    assert screen.node(f"path.asked-row-{at}").get_attribute("stroke") == halo
    assert {line.get_attribute("stroke") for line in screen.node("path.asked-hit").all()} == {halo, "#ffffff"}
    bounds, seen = screen.ask(
        "() => { const { map, asked } = guantu.page, line = asked.lines.find((one) => one.row === asked.row);"
        " return [line.parts[0], line.parts[0].map((at) => map.getBounds().contains(at))]; }"
    )
    assert len(bounds) == 2 and seen == [True, True]
    more = screen.page.locator(".asked .more")
    assert near[at]["sentence_zh"] in more.inner_text()
    rows(screen).nth(at).click()
    assert chosen(screen) == -1 and not more.count()


def test_a_click_on_the_map_chooses_the_row(visit: Visit, near: list[dict[str, Any]]) -> None:
    screen = opened(visit, NEAR)
    name = "zone-binhaiwan"
    (at,) = (place for place, row in enumerate(near) if row["from"] == name)
    screen.ask("(id) => { const { map } = guantu.page; map.setView(guantu.placeOf(guantu.page, id), 13,"
               " { animate: false }); }", name)  # fmt: skip
    screen.settle()
    screen.page.mouse.click(*screen.place(name))
    screen.settle()
    assert chosen(screen) == at
    assert rows(screen).nth(at).get_attribute("aria-selected") == "true"
    # A click on nothing chooses nothing; the map stays where it is.
    view = screen.map_view()
    screen.ask("guantu.chooseAsked(guantu.page, -1, 'map')")
    assert chosen(screen) == -1 and screen.map_view() == view
    screen.ask("document.querySelector('path.asked-row-2').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    screen.settle()
    assert chosen(screen) == 2 and rows(screen).nth(2).get_attribute("aria-selected") == "true"


def test_what_is_not_in_the_answer_is_said(visit: Visit, near: list[dict[str, Any]]) -> None:
    screen = opened(visit, NEAR)
    screen.look(22.839, 113.577, 13)
    assert "road-nansha-bridge" not in ids(near)
    screen.page.mouse.click(*screen.place("road-nansha-bridge"))
    screen.settle()
    assert chosen(screen) == -1 and screen.node("#told").inner_text() == "这个要素不在回答里。"


def test_rows_are_chosen_and_sorted_by_keyboard(visit: Visit, near: list[dict[str, Any]]) -> None:
    screen = opened(visit, NEAR)
    head = screen.page.locator(".asked thead button").nth(2)
    head.focus()
    screen.page.keyboard.press("Enter")
    order = sorted(range(len(near)), key=lambda place: near[place]["distance_m"])
    shown = [int(row.get_attribute("data-row") or -1) for row in rows(screen).all()]
    assert shown == order[:12]
    assert screen.page.locator(".asked th").nth(2).get_attribute("aria-sort") == "ascending"
    screen.page.keyboard.press("Enter")
    assert [int(row.get_attribute("data-row") or -1) for row in rows(screen).all()] == order[::-1][:12]
    screen.page.locator(".asked .all").click()
    assert rows(screen).count() == len(near)
    rows(screen).nth(1).focus()
    screen.page.keyboard.press("Enter")
    screen.settle()
    assert chosen(screen) == order[::-1][1]


def test_a_feature_is_picked_on_the_map(visit: Visit) -> None:
    screen = opened(visit, NEAR)
    screen.look(23.04, 113.85, 11)
    button(screen, "asked-pick-from").click()
    screen.map_frame().wait_for_function("() => guantu.page.picking?.name === 'from'")
    assert screen.node("#told").inner_text() == "点击地图上的一个要素来选中它；Esc 取消。"
    screen.page.mouse.click(*screen.place("station-dongguan"))
    answer(screen, 1)
    assert screen.query() | {"from": "station-dongguan"} == screen.query()
    assert screen.page.locator(".st-key-asked-near-from input").input_value() == "东莞站"
    screen.page.go_back()
    answer(screen, 22)
    assert screen.query()["from"] == "zones"
    assert screen.page.locator(".st-key-asked-near-from input").input_value() == "全部平台与园区"
    screen.page.go_forward()
    answer(screen, 1)
    assert screen.query()["from"] == "station-dongguan"


def test_picking_is_given_up_and_done_by_keyboard(visit: Visit) -> None:
    screen = opened(visit, NEAR)
    before = screen.page.url
    for key in ("Escape", "Enter"):
        button(screen, "asked-pick-to").click()
        screen.map_frame().wait_for_function("() => guantu.page.picking?.name === 'to'")
        screen.ask("guantu.page.map.setView(guantu.placeOf(guantu.page, 'station-dongguan'), 14, { animate: false })")
        screen.page.keyboard.press(key)
        screen.settle()
        assert screen.ask("guantu.page.picking") is None
        if key == "Escape":
            assert screen.page.url == before
    assert screen.query()["to"] == "station-dongguan"


def test_a_line_is_drawn(visit: Visit) -> None:
    screen = opened(visit, ALONG)
    screen.look(22.95, 113.85, 11)
    button(screen, "asked-draw-line").click()
    screen.map_frame().wait_for_function("() => guantu.page.picking?.name === 'line'")
    box = screen.node("#map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in (-100, 0, 100):
        screen.page.mouse.click(x + step, y + step / 2)
        screen.page.wait_for_timeout(300)
    screen.page.keyboard.press("Enter")
    screen.map_frame().wait_for_function("() => guantu.page.asked?.drawn?.length === 1")
    screen.settle()
    query = screen.query()
    points = [tuple(map(float, point.split(","))) for point in query["line"].split(";")]
    assert "feature" not in query and len(points) == 3
    (lon, lat) = points[1]
    assert (lon, lat) == (pytest.approx(113.85, abs=0.002), pytest.approx(22.95, abs=0.002))
    assert "沿在图上画的线" in screen.page.locator(".st-key-page").inner_text()
    button(screen, "asked-undraw").click()
    screen.map_frame().wait_for_function("() => guantu.page.asked?.drawn?.length === 0")
    screen.settle()
    assert "line" not in screen.query() and screen.query()["feature"]


def test_a_double_click_ends_a_line(visit: Visit) -> None:
    screen = opened(visit, ALONG)
    button(screen, "asked-draw-line").click()
    screen.map_frame().wait_for_function("() => guantu.page.picking?.name === 'line'")
    box = screen.node("#map").bounding_box()
    assert box is not None
    zoom = screen.map_view()[0]
    screen.page.mouse.click(box["x"] + 200, box["y"] + 300)
    screen.page.wait_for_timeout(300)
    screen.page.mouse.dblclick(box["x"] + 300, box["y"] + 300)
    screen.map_frame().wait_for_function("() => guantu.page.asked?.drawn?.length === 1")
    assert len(screen.query()["line"].split(";")) == 2 and zoom > 0


def test_the_address_is_the_question(visit: Visit, near: list[dict[str, Any]]) -> None:
    """Reload and a link give the same page; a change is one step of the history; the filter and the day stay."""
    query = f"{NEAR}&town=town-humen&as_of=2024-05-01"
    screen = opened(visit, query)
    assert screen.query() == dict(
        {"page": "analyse", "ask": "near", "from": "zones", "to": "stations", "k": "1", "within": "5000"},
        town="town-humen",
        as_of="2024-05-01",
    )
    first = screen.page.locator(".gt-answer").inner_text()
    length = screen.page.evaluate("history.length")
    box = screen.page.locator(".st-key-asked-near-within input")
    box.fill("900")
    box.press("Enter")
    screen.page.wait_for_url("**within=900**")
    screen.settle()
    assert screen.page.evaluate("history.length") == length + 1
    second = screen.page.locator(".gt-answer").inner_text()
    assert second != first
    screen.page.reload()
    rows(screen).first.wait_for()
    screen.settle()
    assert screen.page.locator(".gt-answer").inner_text() == second
    screen.page.go_back()
    screen.page.wait_for_url("**within=5000**")
    screen.page.wait_for_function("(said) => document.querySelector('.gt-answer')?.innerText === said", arg=first)
    assert box.input_value() == "5000"


def test_the_bare_page_takes_its_question_into_the_address(visit: Visit) -> None:
    """Within its entry of the history: Back leads out of the page."""
    screen = visit("")
    screen.click("#page-analyse")
    screen.page.wait_for_url("**ask=coordination**")
    screen.settle()
    screen.page.go_back()
    screen.settle()
    assert screen.query() == {} and screen.ask("document.body.dataset.page") == "map"
    assert screen.node("path.asked-line").count() == 0 and screen.node("#asked-key").count() == 0


def test_hostile_values_are_told(visit: Visit) -> None:
    screen = opened(visit, "?page=analyse&ask=near&from=%3Cimg+src=x+onerror=alert(1)%3E&to=stations&k=99&foo=bar")
    said = [notice.inner_text() for notice in screen.page.locator(".gt-notice").all()]
    assert said == [
        f"问题中这一项看不懂，已去掉：{one}" for one in ("from=<img src=x onerror=alert(1)>", "k=99", "foo=bar")
    ]
    assert screen.query()["to"] == "stations" and "foo" not in screen.query() and screen.query()["k"] == "1"
    assert not screen.errors


def test_a_card_and_back(visit: Visit, near: list[dict[str, Any]]) -> None:
    """The card opens on the map of the same tab; Back is the answer as it was."""
    screen = opened(visit, NEAR)
    address = screen.page.url
    rows(screen).nth(0).click()
    screen.page.locator(".asked .more a").first.click()
    screen.settle()
    assert screen.selected() == f"features:{near[0]['from']}" and screen.query() == {
        "show": f"features:{near[0]['from']}"
    }
    assert screen.node("#card").is_visible()
    screen.page.go_back()
    answer(screen, len(near))
    rows(screen).first.wait_for()
    assert screen.page.url == address and screen.visible() == ids(near)


def test_the_map_looks_where_it_looked_before(visit: Visit) -> None:
    screen = visit("?map=12,22.9000,113.8000")
    screen.click("#page-analyse")
    rows(screen).first.wait_for()
    screen.settle()
    assert screen.map_view() != [12, 22.9, 113.8]
    screen.click("#page-map")
    assert screen.map_view() == [12, 22.9, 113.8]


def test_cards_ask(visit: Visit, register: Register) -> None:
    """What is near a point, along a line, upstream of a section; each is a question of the address."""
    for name, links, told in (
        ("zone-binhaiwan", ["附近有什么"], {"ask": "along", "feature": "zone-binhaiwan", "width": "3000"}),
        ("rail-dgmetro1", ["沿线有什么"], {"ask": "along", "feature": "rail-dgmetro1", "width": "1000"}),
        ("section-dadun", ["附近有什么", "上游有什么"], {"ask": "upstream", "feature": "section-dadun"}),
    ):
        screen = visit(f"?show=features:{name}")
        assert screen.node("#card .asks").inner_text().split() == links
        screen.node("#card .ask").last.click()
        rows(screen).first.wait_for()
        screen.settle()
        assert screen.query() | told | {"page": "analyse"} == screen.query()
    screen = visit("?show=agencies:jiaotong")
    assert screen.node("#card .asks").inner_text() == "与谁协调"
    screen.click("#ask-whom")
    rows(screen).first.wait_for()
    screen.settle()
    assert screen.query() == dict(page="analyse", ask="coordination", within="2000", years="1", party="jiaotong")
    assert screen.page.locator(".st-key-asked-coordination-party input").input_value() == "市交通局"
    screen = visit("?show=features:town-humen")
    assert screen.node("#card .ask").count() == 1


def test_the_strip_has_a_mark_for_each_thing(visit: Visit, today: View) -> None:
    screen = opened(visit, ALONG)
    found = ANALYSES["along"].rows(ANALYSES["along"].answer(today, "rail-dgmetro1", 1000.0))
    marks = screen.page.locator(".asked figure .mark")
    assert marks.count() == len(found)
    # Words do not cover each other on either side.
    boxes = [box for mark in marks.locator(".name").all() if (box := mark.bounding_box())]
    middle = sum(box["x"] + box["width"] / 2 for box in boxes) / len(boxes)
    for side in (True, False):
        tops = sorted(box["y"] for box in boxes if (box["x"] + box["width"] / 2 < middle) == side)
        assert all(b - a >= 30 for a, b in itertools.pairwise(tops))
    marks.nth(3).locator(".name").click()
    screen.settle()
    row = int(marks.nth(3).get_attribute("data-row") or -1)
    assert chosen(screen) == row and screen.page.locator(f".asked tr[data-row='{row}'][aria-selected=true]").count()


def test_towns_are_marks_of_their_size(visit: Visit, today: View) -> None:
    screen = opened(visit, "?page=analyse&ask=balance&by=town")
    found = ANALYSES["balance"].rows(ANALYSES["balance"].answer(today, "town"))
    counts = sorted(str(len(row["features"])) for row in found if row["group"])
    assert sorted(node.inner_text() for node in screen.node(".asked-count").all()) == counts
    radii = screen.ask(
        "() => { const found = []; guantu.page.askedLayer.eachLayer((one) => found.push([one.options.className,"
        " one.getRadius()])); return found; }"
    )
    for name, radius in radii:
        n = len(found[int(re.search(r"asked-row-(\d+)", name)[1])]["features"])  # type: ignore[index]
        most = max(len(row["features"]) for row in found if row["group"])
        assert radius == pytest.approx(6 + 16 * (n / most) ** 0.5)
    # Numbers stand alone until a group is chosen.
    assert screen.visible() <= {row["group"] for row in found}
    screen.page.locator(".asked tr[data-row='0']").click()
    screen.settle()
    drawn = set(found[0]["features"])
    assert drawn & screen.visible() and screen.visible() <= drawn | {row["group"] for row in found}


@pytest.mark.parametrize("name", ANALYSES)
def test_the_page_speaks_english(visit: Visit, name: str) -> None:
    screen = visit(f"?page=analyse&ask={name}&lang=en")
    rows(screen).first.wait_for()
    rows(screen).first.click()
    screen.settle()
    for said in (screen.page.locator(".st-key-page").inner_text(), screen.page.locator(".asked").inner_text()):
        assert not HAN.search(said), HAN.search(said)
    titles = screen.page.locator(".asked title").all_text_contents()
    assert not HAN.search(" ".join(titles)) and not screen.errors


def test_a_phone_has_the_map_above(visit: Visit) -> None:
    screen = opened(visit, ALONG, size=(390, 844), has_touch=True, is_mobile=True)
    box, page = screen.node("#map").bounding_box(), screen.page.locator(".st-key-page").bounding_box()
    assert box and page and box["width"] == 390 and page["width"] == 390
    assert box["height"] > 280 and page["y"] >= box["y"] + box["height"] - 1
    assert screen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") == 390
    last = button(screen, "answer-geojson")
    last.scroll_into_view_if_needed()
    assert last.is_visible()
    # The menu lies over the page.
    screen.node("#menu-button").tap()
    at = screen.node("#menu-page-export").bounding_box()
    assert at is not None
    screen.page.touchscreen.tap(at["x"] + 20, at["y"] + 10)
    screen.page.wait_for_url("**page=export**")


def test_the_day_moves_the_answer(visit: Visit) -> None:
    screen = opened(visit, "?page=analyse&ask=balance&by=stage")
    first = screen.page.locator(".gt-answer").inner_text()
    screen.node("#day").fill("2015-01-01")
    screen.node("#day").press("Enter")
    screen.page.wait_for_url("**as_of=2015-01-01**")
    screen.page.wait_for_function("(said) => document.querySelector('.gt-answer')?.innerText !== said", arg=first)
    assert screen.query() == {"page": "analyse", "ask": "balance", "by": "stage", "as_of": "2015-01-01"}
