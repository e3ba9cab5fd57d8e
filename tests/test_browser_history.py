"""The page's address is its state: every act can be undone by Back and done again by Forward."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from conftest import DAY
from playwright.sync_api import Browser, Page

from analysis.filters import Filter, from_query
from analysis.view import View
from geodata.codes import Outcome, Role, Stage
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
Act = Callable[[Page], object]
SEEN = """() => {
  const { page } = guantu, text = (id) => document.getElementById(id).innerText;
  return JSON.stringify({
    mode: page.mode, panel: document.querySelector("#panel h1").innerText, day: page.day, lang: page.lang,
    stamp: guantu.bridge.stamp.textContent, shown: guantu.bridge.layer.stats.byStage,
    details: document.getElementById("details").hidden ? "" : text("details"),
    table: document.getElementById("table").hidden ? "" : text("table"),
    boxes: [...document.querySelectorAll("#panel :checked")].map((node) => node.id || node.value),
    words: document.getElementById("q") && document.getElementById("q").value,
  });
}"""


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "tour.html"
    write_tour_page(path, Brief(view, "both"))
    return path


@pytest.fixture
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce", bypass_csp=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(file.as_uri())
    opened.wait_for_selector("body[data-ready]")
    yield opened
    assert errors == []
    context.close()


def hash_of(page: Page) -> str:
    return urlsplit(page.url).fragment


def day(text: str) -> Act:
    def typed(page: Page) -> None:
        page.locator("#day").fill(text)
        page.locator("#day").press("Enter")

    return typed


def typed(words: str) -> Act:
    return lambda page: page.locator("#q").fill(words)


def pressed(key: str) -> Act:
    def press(page: Page) -> None:
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)

    return press


def ticked(name: str) -> Act:
    return lambda page: page.locator(f"#{name}").click()


def picked(name: str, place: int) -> Act:
    return lambda page: page.locator(f"#{name}").select_option(index=place)


ACTS: list[Act] = [
    pressed("ArrowRight"),
    pressed("ArrowRight"),
    pressed("e"),
    ticked(f"stage-{Stage.MAINTENANCE}"),
    ticked(f"role-{Role.LEAD}"),
    picked("agency", 3),
    ticked(f"role-{Role.LEAD}"),
    picked("agency", 0),
    day("2018-06-01"),
    ticked("tab-features"),
    lambda page: page.locator("#table .row").first.click(),
    ticked("close-details"),
    ticked(f"stage-{Stage.IMPLEMENTATION}"),
    picked("town", 1),
    day("2020-02-29"),
    ticked("reset"),
    typed("桥"),
    pressed("l"),
    ticked("tab-measures"),
    ticked(f"outcome-{Outcome.MET}"),
]


def test_twenty_acts_twenty_backs_twenty_forwards(page: Page) -> None:
    seen, addresses = [page.evaluate(SEEN)], [page.url]
    length = page.evaluate("history.length")
    for place, act in enumerate(ACTS, start=1):
        act(page)
        page.wait_for_function("(before) => location.href !== before", arg=addresses[-1])
        page.wait_for_timeout(300)
        seen.append(page.evaluate(SEEN))
        addresses.append(page.url)
        assert page.evaluate("history.length") == length + place, place
        assert seen[-1] != seen[-2], place
    for place in reversed(range(len(ACTS))):
        page.evaluate("history.back()")
        page.wait_for_function("(at) => location.href === at", arg=addresses[place])
        page.wait_for_timeout(100)
        assert json.loads(page.evaluate(SEEN)) == json.loads(seen[place]), place
    for place in range(1, len(ACTS) + 1):
        page.evaluate("history.forward()")
        page.wait_for_function("(at) => location.href === at", arg=addresses[place])
        page.wait_for_timeout(100)
        assert json.loads(page.evaluate(SEEN)) == json.loads(seen[place]), place
    # The address alone brings the state to another visitor.
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert json.loads(page.evaluate(SEEN)) == json.loads(seen[-1])


def test_an_address_says_to_the_product_what_it_says_to_the_page(page: Page, view: View) -> None:
    for act in (
        pressed("e"),
        ticked(f"stage-{Stage.MAINTENANCE}"),
        picked("agency", 2),
        day("2018-06-01"),
        typed("虎门 站"),
    ):
        act(page)
        page.wait_for_timeout(400)
    query = {name: values[0] for name, values in parse_qs(hash_of(page)).items() if name != "page"}
    chosen, problems = from_query(query, view.register)
    assert problems == [] and chosen.to_query() == query
    assert chosen != Filter() and chosen.q == "虎门 站" and chosen.agency and str(chosen.as_of) == "2018-06-01"


def test_the_bare_address_stays_bare(page: Page) -> None:
    assert "#" not in page.url
    for act in (pressed("e"), day("2018-06-01"), ticked("today"), pressed("e")):
        act(page)
        page.wait_for_timeout(300)
    assert "#" not in page.url


def test_letters_of_one_word_are_one_act(page: Page) -> None:
    pressed("e")(page)
    length = page.evaluate("history.length")
    page.locator("#q").press_sequentially("humen", delay=250)
    page.wait_for_timeout(300)
    assert "q=humen" in page.url and page.evaluate("history.length") == length + 1
    page.go_back()
    assert page.locator("#q").input_value() == "" and "q=" not in page.url


def test_a_drag_of_the_slider_and_a_play_are_one_act_each(page: Page) -> None:
    pressed("e")(page)
    length = page.evaluate("history.length")
    page.locator("#slider").focus()
    for _ in range(12):
        page.locator("#slider").press("ArrowLeft")
    page.wait_for_timeout(400)
    assert "as_of=" in page.url and page.evaluate("history.length") == length + 1
    ticked("play")(page)
    page.wait_for_function("guantu.page.playing === null", timeout=20_000)
    page.wait_for_timeout(300)
    assert page.evaluate("guantu.page.day") == DAY.isoformat() and page.evaluate("history.length") == length + 2


HOSTILE = "<img src=x onerror=window.hacked=1>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"page=map&stage={quote(HOSTILE)}", "stage=<img"),
        ("page=map&agency=nobody,fagai", "agency=nobody"),
        ("page=map&as_of=1999-01-01", "as_of=1999-01-01"),
        ("page=map&as_of=2018-02-30", "as_of=2018-02-30"),
        ("page=map&show=features:nowhere", "show=features:nowhere"),
        ("page=map&show=agencies:fagai", "show=agencies:fagai"),
        ("page=map&stage=__proto__,constructor", "stage=__proto__"),
        ("chapter=nowhere", "chapter=nowhere"),
        ("nothing=%E4%B8%9C&page=map", "nothing=东"),
        ("page=map&theme=$&$1$$", "theme=$"),
        ("page=map&q=%FF%FE%00&town=%", "town="),
    ],
)
def test_what_an_address_asks_wrongly_is_said_and_left_out(chromium: Browser, file: Path, text: str, said: str) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{file.as_uri()}#{text}")
    page.wait_for_selector("body[data-ready]")
    assert said in page.locator("#panel [role=alert]").inner_text()
    assert page.evaluate("window.hacked") is None and errors == []
    pressed("l")(page)
    assert page.locator("#panel [role=alert]").count() == 0, "the next act is of a state that is understood"
    context.close()


def test_a_shared_address_opens_the_same_view(chromium: Browser, file: Path, view: View) -> None:
    feature = next(row for row in view.features["id"] if row.startswith("rail-"))
    text = f"page=map&stage=maintenance&role=lead&as_of=2025-01-01&table=features&show=features:{feature}&lang=en"
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{file.as_uri()}#{text}")
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#stage-maintenance").is_checked() and page.locator("#role-lead").is_checked()
    assert page.locator("#day").input_value() == "2025-01-01"
    assert page.locator("#panel h1").inner_text() == "Filters" and page.locator("#details h2").is_visible()
    assert page.locator("#tab-features").get_attribute("aria-pressed") == "true"
    assert hash_of(page) == text
    context.close()
