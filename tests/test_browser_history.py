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
  const { page } = guantu, { layer } = page.view, shown = {};
  const text = (id) => {
    const node = document.getElementById(id);
    // Whether it is folded is no part of the state.
    if (id === "legend") return node.textContent;
    return node.checkVisibility() ? node.innerText : "";
  };
  layer.data.ids.forEach((id, f) => {
    const stage = layer.stages[layer.stage[f]];
    if (layer.visible[f]) shown[stage] = (shown[stage] || 0) + 1;
  });
  return JSON.stringify({
    mode: page.mode, day: page.day, lang: document.documentElement.lang, stamp: page.view.stamp.textContent, shown,
    parts: ["panel", "heading", "numbers", "card", "legend", "notices", "pages"].map(text),
    table: text("table").split("\\n", 4), rows: text("table") ? page.grid.getData() : [],
    chosen: [...document.querySelectorAll("#table:not([hidden]) .chosen")].map((node) => node.dataset.id),
    boxes: text("filters") ? [...document.querySelectorAll("#filters :checked")].map((node) => node.id) : [],
    typed: ["q", "since", "day"].map((id) => document.getElementById(id))
      .map((node) => (node && node.checkVisibility() ? node.value : "")),
    marked: [layer.view.selected, ...layer.view.marked], hidden: layer.view.hideMuted,
  });
}"""


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "tour.html"
    write_tour_page(path, Brief(view, "both"))
    return path


@pytest.fixture
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", bypass_csp=True)
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


def searched(words: str) -> Act:
    """The last of the hits: to show only what holds the words."""

    def typed(page: Page) -> None:
        page.locator("#q").fill(words)
        page.locator("#hits li").last.click()

    return typed


def pressed(key: str) -> Act:
    def press(page: Page) -> None:
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)

    return press


def ticked(name: str) -> Act:
    return lambda page: page.locator(f"#{name}").click()


def legend(name: str) -> Act:
    """Press a line of the legend, which a card has shut."""

    def press(page: Page) -> None:
        if page.locator("#legend").get_attribute("open") is None:
            page.locator("#legend-head").click()
        page.locator(f"#legend-{name}").click()

    return press


def option(facet: str, place: int) -> Act:
    """An option of a facet, which is unfolded where it is not."""

    def tick(page: Page) -> None:
        fold = page.locator(f"details:has(> #facet-{facet})")
        if fold.get_attribute("open") is None:
            page.locator(f"#facet-{facet}").click()
        page.locator(f"#filters [id^={facet}-]").nth(place).check()

    return tick


def row(place: int) -> Act:
    # On its name: between two columns a click is for their width.
    return lambda page: page.locator("#grid .tabulator-row .named").nth(place).click()


ACTS: list[Act] = [
    pressed("ArrowRight"),
    pressed("ArrowRight"),
    pressed("e"),
    ticked(f"stage-{Stage.MAINTENANCE}"),
    ticked(f"role-{Role.LEAD}"),
    option("agency", 2),
    ticked(f"off-role-{Role.LEAD}"),
    day("2018-06-01"),
    ticked("table-button"),
    ticked("tab-features"),
    row(0),
    ticked("step-next-row"),
    ticked("close-details"),
    legend(str(Stage.IMPLEMENTATION)),
    option("town", 1),
    day("2020-02-29"),
    ticked("reset"),
    ticked("number-changed"),
    ticked("off-since"),
    ticked(f"number-{Outcome.NO_EVIDENCE}"),
    ticked("number-past-due"),
    option("article", 0),
    searched("桥"),
    pressed("l"),
    ticked("hide"),
    ticked("reset"),
    ticked("tab-agencies"),
    row(1),
    ticked("number-measures"),
    row(0),
    ticked("lang"),
    pressed("]"),
    ticked("page-tour"),
    ticked("tour-lang"),
]
"""With each part of the screen at least one: facets, chips, numbers, tabs, rows, card, day, legend, keys, languages."""


def same(page: Page, seen: str, place: int) -> None:
    """Waits until the page looks as it did, and fails with the difference when it does not."""
    for _ in range(30):
        if page.evaluate(SEEN) == seen:
            return
        page.wait_for_timeout(100)
    assert json.loads(page.evaluate(SEEN)) == json.loads(seen), place


def test_twenty_acts_and_more_and_as_many_backs_and_forwards(page: Page) -> None:
    """And the address alone brings another visitor to the same."""
    assert len(ACTS) >= 20
    seen, addresses = [page.evaluate(SEEN)], [page.url]
    length = page.evaluate("history.length")
    for place, act in enumerate(ACTS, start=1):
        act(page)
        page.wait_for_function("(before) => location.href !== before", arg=addresses[-1])
        page.wait_for_timeout(400)
        seen.append(page.evaluate(SEEN))
        addresses.append(page.url)
        assert page.evaluate("history.length") == length + place, place
        assert seen[-1] != seen[-2], place
        if place in (14, 21, 30):
            other = page.context.new_page()
            other.goto(page.url)
            other.wait_for_selector("body[data-ready]")
            same(other, seen[-1], place)
            other.close()
    for place in reversed(range(len(ACTS))):
        page.evaluate("history.back()")
        page.wait_for_function("(at) => location.href === at", arg=addresses[place])
        same(page, seen[place], place)
    for place in range(1, len(ACTS) + 1):
        page.evaluate("history.forward()")
        page.wait_for_function("(at) => location.href === at", arg=addresses[place])
        same(page, seen[place], place)
    assert page.evaluate("history.length") == length + len(ACTS)


def test_an_address_says_to_the_product_what_it_says_to_the_page(page: Page, view: View) -> None:
    for act in (
        pressed("e"),
        ticked(f"stage-{Stage.MAINTENANCE}"),
        option("agency", 1),
        option("counterpart", 1),
        option("due", 0),
        day("2018-06-01"),
        ticked("number-changed"),
        searched("虎门 站"),
    ):
        act(page)
        page.wait_for_timeout(400)
    query = {name: values[0] for name, values in parse_qs(hash_of(page)).items() if name != "page"}
    chosen, problems = from_query(query, view.register)
    assert problems == [] and chosen.to_query() == query
    assert chosen != Filter() and chosen.q == "虎门 站" and chosen.agency and chosen.counterpart and chosen.due
    assert (str(chosen.as_of), str(chosen.since)) == ("2018-06-01", "2017-06-01")


def test_the_bare_address_stays_bare(page: Page) -> None:
    assert "#" not in page.url
    for act in (pressed("e"), day("2018-06-01"), ticked("today"), pressed("e")):
        act(page)
        page.wait_for_timeout(300)
    assert "#" not in page.url


def test_a_word_is_one_act_when_it_is_chosen(page: Page) -> None:
    pressed("e")(page)
    length = page.evaluate("history.length")
    page.locator("#q").press_sequentially("humen", delay=100)
    assert page.evaluate("history.length") == length and "q=" not in page.url, "nothing is chosen yet"
    page.locator("#q").press("ArrowUp")
    page.locator("#q").press("Enter")
    page.wait_for_function("location.href.includes('q=humen')")
    assert page.evaluate("history.length") == length + 1
    assert page.evaluate("document.activeElement.closest('#answer') !== null"), "the keyboard goes on from the answer"
    page.locator("#q").fill("humendadao")
    page.locator("#q").press("ArrowUp")
    page.locator("#q").press("Enter")
    page.wait_for_function("location.href.includes('q=humendadao')")
    assert page.evaluate("history.length") == length + 2
    page.go_back()
    page.wait_for_function("!location.href.includes('q=humendadao')")
    assert page.locator("#q").input_value() == "humen"


def test_another_word_is_another_act(page: Page) -> None:
    pressed("e")(page)
    length = page.evaluate("history.length")
    for place, words in enumerate(("桥", "水质"), start=1):
        searched(words)(page)
        page.wait_for_function("(words) => guantu.page.filter.q === words", arg=words)
        assert page.evaluate("history.length") == length + place
    page.go_back()
    page.wait_for_function("guantu.page.filter.q === '桥'")


def test_a_hit_that_is_gone_to_is_one_act(page: Page, view: View) -> None:
    """A feature by its name: the card, and the filter that left it out gives way."""
    pressed("e")(page)
    ticked(f"stage-{Stage.PREPARATION}")(page)
    length = page.evaluate("history.length")
    there = view.features[(view.features["stage"] == str(Stage.MAINTENANCE)) & view.features.geometry.notna()]
    wanted = there.iloc[0]
    page.locator("#q").fill(wanted["name_zh"])
    page.locator("#hits li").filter(has_text=wanted["name_zh"]).first.click()
    page.locator("#card h2").wait_for()
    assert page.locator("#card h2").inner_text() == wanted["name_zh"]
    assert page.evaluate("document.activeElement.id") == "close-details", "the keyboard goes on from the card"
    assert hash_of(page) == f"page=map&show=features:{wanted['id']}" and page.evaluate("history.length") == length + 1
    page.go_back()
    page.locator("#card").wait_for(state="hidden")
    assert hash_of(page) == f"page=map&stage={Stage.PREPARATION}"


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


LOOKS = "guantu.viewText(guantu.page.map)"


def view_in(page: Page) -> str:
    return parse_qs(hash_of(page)).get("map", [""])[0]


def moved(page: Page, key: str = "+") -> str:
    """Zooms or pans by keyboard; where the map looks then, once the address says so."""
    before = page.evaluate(LOOKS)
    page.locator("#map").focus()
    page.keyboard.press(key)
    page.wait_for_function(f"(before) => {LOOKS} !== before", arg=before)
    page.wait_for_timeout(800)
    return str(page.evaluate(LOOKS))


def test_the_map_opens_where_its_home_is(page: Page) -> None:
    """The whole city beside the sheets that are open: from an address, from the tour and by the button."""
    pressed("e")(page)
    page.wait_for_timeout(400)
    looks = [page.evaluate(LOOKS)]
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(400)
    looks.append(page.evaluate(LOOKS))
    ticked("home")(page)
    page.wait_for_timeout(400)
    looks.append(page.evaluate(LOOKS))
    zooms, lats, lngs = zip(*(map(float, each.split(",")) for each in looks), strict=True)
    assert len(set(zooms)) == 1 and lats == pytest.approx((lats[0],) * 3, abs=0.002), looks
    assert lngs == pytest.approx((lngs[0],) * 3, abs=0.002), looks


def test_a_move_of_the_map_is_no_entry_but_the_address_says_it(page: Page) -> None:
    pressed("e")(page)
    length = page.evaluate("history.length")
    assert hash_of(page) == "page=map", "where the map looks by itself, nobody chose"
    for key in ("+", "ArrowLeft", "+"):
        at = moved(page, key)
        assert view_in(page) == at and page.evaluate("history.length") == length
    ticked(f"stage-{Stage.MAINTENANCE}")(page)
    page.wait_for_function("location.href.includes('stage=')")
    assert view_in(page) == at and page.evaluate("history.length") == length + 1
    later = moved(page, "ArrowUp")
    assert view_in(page) == later and page.evaluate("history.length") == length + 1
    page.go_back()
    page.wait_for_function("!location.href.includes('stage=')")
    page.wait_for_timeout(400)
    assert page.evaluate(LOOKS) == view_in(page) == at
    page.go_forward()
    page.wait_for_function("location.href.includes('stage=')")
    page.wait_for_timeout(400)
    assert page.evaluate(LOOKS) == view_in(page) == later
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate(LOOKS) == later


def test_back_from_the_tour_finds_the_map_where_its_address_says(page: Page) -> None:
    pressed("e")(page)
    at = moved(page)
    pressed("e")(page)
    page.wait_for_selector("body[data-mode=tour]")
    assert "map=" not in page.url
    page.wait_for_timeout(400)
    page.go_back()
    page.wait_for_selector("body[data-mode=explore]")
    page.wait_for_timeout(400)
    assert page.evaluate(LOOKS) == view_in(page) == at


@pytest.mark.parametrize("button", ["home", "fit-result"])
def test_a_button_that_moves_the_map_leaves_no_old_view_in_the_address(page: Page, button: str) -> None:
    pressed("e")(page)
    ticked(f"stage-{Stage.MAINTENANCE}")(page)
    at = moved(page)
    length = page.evaluate("history.length")
    ticked(button)(page)
    page.wait_for_timeout(800)
    now = page.evaluate(LOOKS)
    assert now != at and view_in(page) in ("", now) and page.evaluate("history.length") == length


def test_a_copied_link_says_all_that_is_seen(chromium: Browser, page: Page) -> None:
    for act in (pressed("e"), ticked(f"stage-{Stage.MAINTENANCE}"), day("2018-06-01"), ticked("table-button"), row(0)):
        act(page)
        page.wait_for_timeout(400)
    moved(page)
    link, looks, seen = page.evaluate("guantu.linkOf(guantu.page)"), page.evaluate(LOOKS), page.evaluate(SEEN)
    assert "lang=zh" in link
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce", bypass_csp=True, locale="en-US"
    )
    other = context.new_page()
    other.goto(link)
    other.wait_for_selector("body[data-ready]")
    same(other, seen, 0)
    zoom, *centre = map(float, other.evaluate(LOOKS).split(","))
    # The middle of a map lies on a pixel.
    assert zoom == float(looks.partition(",")[0])
    assert centre == pytest.approx([float(each) for each in looks.split(",")[1:]], abs=0.001)
    context.close()


HOSTILE = "<img src=x onerror=window.hacked=1>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"page=map&stage={quote(HOSTILE)}", "stage=<img"),
        ("page=map&agency=nobody,fagai", "agency=nobody"),
        ("page=map&as_of=1999-01-01", "as_of=1999-01-01"),
        ("page=map&as_of=2018-02-30", "as_of=2018-02-30"),
        ("page=map&show=features:nowhere", "show=features:nowhere"),
        ("page=map&show=agencies:nobody", "show=agencies:nobody"),
        ("page=map&stage=__proto__,constructor", "stage=__proto__"),
        (f"page=map&due=passed,{quote(HOSTILE)}", "due=<img"),
        ("page=map&counterpart=nowhere,constructor", "counterpart=nowhere"),
        ("page=map&since=1999-01-01", "since=1999-01-01"),
        (f"page=map&since={quote(HOSTILE)}", "since=<img"),
        (f"page=map&q={'x' * 201}", f"q={'x' * 200}"),
        (f"page=map&agency={'y' * 5000}", f"agency={'y' * 200}"),
        ("page=map&table=__proto__", "table=__proto__"),
        ("page=map&hide=yes", "hide=yes"),
        ("page=export", "page=export"),
        ("page=map&lang=fr", "lang=fr"),
        (f"page=map&show=measures:{quote(HOSTILE)}", "show=measures:<img"),
        ("chapter=nowhere", "chapter=nowhere"),
        ("nothing=%E4%B8%9C&page=map", "nothing=东"),
        ("page=map&theme=$&$1$$", "theme=$"),
        ("page=map&q=%FF%FE%00&town=%", "town="),
        ("page=map&" + "&".join(f"theme=x{n}" for n in range(2000)), "theme=x7，另有 1992 个"),
    ],
)
def test_what_an_address_asks_wrongly_is_said_and_left_out(chromium: Browser, file: Path, text: str, said: str) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{file.as_uri()}#{text}")
    page.wait_for_selector("body[data-ready]")
    assert said in page.locator("#notices [role=alert]").inner_text()
    assert page.evaluate("window.hacked") is None and errors == []
    pressed("l")(page)
    assert page.locator("#notices [role=alert]").count() == 0, "the next act is of a state that is understood"
    context.close()


@pytest.mark.parametrize(
    "asked",
    [
        "99,0,0",
        "10,91,0",
        "10,22.9,181",
        "x",
        HOSTILE,
        "10,22.9",
        "10,22.9,113.9,1",
        "1e1,22.9,113.9",
        "NaN,NaN,NaN",
        "3,,",
    ],
)
def test_a_view_that_cannot_be_leaves_the_map_at_home(page: Page, asked: str) -> None:
    bare, looks = page.url.partition("#")[0], []
    for text in ("page=map", f"page=map&map={quote(asked)}"):
        page.goto("about:blank")
        page.goto(f"{bare}#{text}")
        page.wait_for_selector("body[data-ready]")
        page.wait_for_timeout(400)
        looks.append(page.evaluate(LOOKS))
    assert looks[0] == looks[1] and page.evaluate("window.hacked === undefined")


def test_a_shared_address_opens_the_same_view(chromium: Browser, file: Path, view: View) -> None:
    feature = next(row for row in view.features["id"] if row.startswith("rail-"))
    text = (
        "page=map&stage=maintenance&due=passed&role=lead&q=站&since=2020-01-01&as_of=2025-01-01&table=features&hide=1"
        f"&show=features:{feature}&lang=en"
    ).replace("站", quote("站"))
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{file.as_uri()}#{text}")
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#stage-maintenance").is_checked() and page.locator("#role-lead").is_checked()
    assert page.locator("#day").input_value() == "2025-01-01" and page.locator("#since").input_value() == "2020-01-01"
    assert page.locator("#q").input_value() == "站" and page.locator("#hide").is_checked()
    assert page.locator("#filters h2").inner_text() == "Filters" and page.locator("#card h2").is_visible()
    assert page.locator("#tab-features").get_attribute("aria-pressed") == "true"
    assert page.locator("#off-due-passed").count() == page.locator("#off-since").count() == 1
    assert hash_of(page) == text
    context.close()
