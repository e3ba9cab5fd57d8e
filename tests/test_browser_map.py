"""The real app in Chromium: what the map draws, how filters, words and clicks reach it, and what it never does."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import Screen, serve
from catalogs import HAN, set_cell
from playwright.sync_api import Browser

from analysis.counts import key_numbers, option_counts
from analysis.filters import OF_FEATURES, TABLES, Filter
from analysis.view import View, look_at
from geodata import CATALOG, Register
from geodata.codes import Grade
from geodata.model import Agency
from layers.web.legend import TEXTS
from views.words import TEXTS as PAGE_TEXTS
from views.words import Words

pytestmark = pytest.mark.browser
Visit = Callable[..., Screen]
ZH, EN = TEXTS.by_language()["zh"], TEXTS.by_language()["en"]
SIZES = [(1280, 720), (1920, 1080), (1024, 768), (820, 1180), (390, 844)]
NO_STORAGE = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('The operation is insecure.', 'SecurityError'); },
});"""


@pytest.fixture(scope="module")
def today(register: Register) -> View:
    return look_at(register, Filter())


def placed(view: View, chosen: Filter) -> set[str]:
    kept = view.narrowed(chosen)
    return set(kept.features.loc[kept.features.geometry.notna(), "id"])


def counts_of(screen: Screen, selector: str) -> dict[str, int]:
    """The numbers that stand behind the options of a facet, or the stages of the legend, by code."""
    found: dict[str, int] = screen.node(selector).evaluate_all(
        "(nodes) => Object.fromEntries(nodes.map((node) => [node.id.slice(node.id.indexOf('-') + 1),"
        " Number(node.parentElement.querySelector('small').textContent)]))"
    )
    return found


def unfold(screen: Screen) -> None:
    """Open the sheet of filters with all its facets."""
    if screen.node("#filters").is_hidden():
        screen.click("#filters-button")
    for facet in TABLES:
        if screen.node(f"details[open] > #facet-{facet}").count() == 0:
            screen.node(f"#facet-{facet}").click()
            screen.node(f"details[open] > #facet-{facet}").wait_for()


def assert_agrees(screen: Screen, today: View, chosen: Filter) -> None:
    """Map, line of numbers, facets, legend, table and the words for the blind say what the product counts."""
    view = today.narrowed(chosen)
    assert screen.visible() == placed(today, chosen)
    assert (screen.number("measures"), screen.number("features")) == (len(view.measures), key_numbers(view).projects)
    counts = option_counts(view, "outcome")
    for codes, shown in screen.answers().items():
        assert shown == sum(counts.get(code, 0) for code in codes), codes
    numbers = key_numbers(view)
    assert (screen.number("past-due") if screen.node("#number-past-due").count() else 0) == numbers.past_due
    year_ago = today.day.replace(year=today.day.year - 1)
    changed = today.narrowed(Filter(**{**vars(chosen), "since": year_ago}))
    assert screen.number("changed") == len(changed.measures) + key_numbers(changed).projects
    assert counts_of(screen, "#legend button[id]") == option_counts(view, "stage")
    unfold(screen)
    for facet in TABLES:
        shown = counts_of(screen, f"#filters input[id^='{facet}-']:not(.narrow)")
        assert {code: n for code, n in shown.items() if n} == option_counts(view, facet), facet
    seen = [n for row in view.features.itertuples() if row.geometry is not None for n in [row.stage]]
    label = str(screen.node("#map").get_attribute("aria-label"))
    assert label.startswith(f"措施地图：{len(view.features)} 个要素，其中 {len(seen)} 个在图上")
    for code in set(seen):
        assert f"{today.register.codes('stage')[code].title.zh} {seen.count(code)}" in label
    screen.click("#table-button")
    tabs = {"measures": len(view.measures), "features": len(view.features)}
    tabs["agencies"] = len(view.agencies)
    projects = key_numbers(view).projects
    split = f"项目 {projects} · 地点 {len(view.features) - projects}"
    for name, count in tabs.items():
        is_split = name == "features" and projects < count
        assert screen.node(f"#tab-{name}").inner_text() == (split if is_split else f"{ZH[name]} {count}")
        screen.click(f"#tab-{name}")
        assert screen.ask("guantu.page.grid.getDataCount()") == count
    screen.click("#close-table")


def test_draws_every_feature_with_a_position(visit: Visit, today: View) -> None:
    screen = visit()
    assert screen.visible() == placed(today, Filter())
    screen.look(20, 90, 3)
    stats = screen.ask("guantu.page.view.layer.stats")
    assert stats["drawn"] == len(placed(today, Filter()))
    assert not screen.errors


def test_stage_and_agency_change_what_is_drawn_and_all_numbers_agree(visit: Visit, today: View) -> None:
    screen = visit()
    assert_agrees(screen, today, Filter())
    stage, agency = today.features["stage"].value_counts().index[1], today.register["assignments"]["agency"].mode()[0]
    screen.ask("window.mark = 'same page'")
    screen.look(22.9, 113.8, 11)
    screen.pick("stage", stage)
    assert set(screen.ask("Object.keys(guantu.page.view.layer.stats.byStage)")) <= {stage}
    assert_agrees(screen, today, Filter(stage=(stage,)))
    screen.pick("agency", agency)
    assert_agrees(screen, today, Filter(stage=(stage,), agency=(agency,)))
    assert screen.query().items() >= {"stage": stage, "agency": agency}.items()
    # The page, the map and its view are still the ones from before.
    assert screen.ask("window.mark") == "same page"
    assert screen.map_view()[:2] == [11, 22.9]
    screen.click("#reset")
    assert_agrees(screen, today, Filter())
    assert "stage" not in screen.query() and "agency" not in screen.query()
    assert screen.ask("window.mark") == "same page"
    assert not screen.errors


def test_each_facet_by_its_option(visit: Visit, today: View) -> None:
    screen = visit("?lang=en", locale="en-US")
    for facet in TABLES:
        counts = option_counts(today, facet)
        code = max(counts, key=lambda key: counts[key])
        chosen = Filter(**{facet: (code,)})
        screen.pick(facet, code)
        kept = today.narrowed(chosen)
        assert screen.query()[facet] == code
        shown = screen.number("measures"), screen.number("features")
        assert shown == (len(kept.measures), key_numbers(kept).projects)
        assert counts[code] == (len(kept.features) if facet in OF_FEATURES else screen.number("measures"))
        assert screen.visible() == placed(today, chosen)
        # What is filtered by stands as a chip, which takes it off again.
        chip = screen.node(f"#numbers .chip:has([id^='off-{facet}-'])")
        label = screen.node(f"#filters label:has(#{facet}-{code}) > span:not(.swatch)").inner_text()
        assert str(chip.text_content()).removesuffix("×") == label
        chip.locator("[id^=off-]").click()
        screen.settle()
        assert facet not in screen.query() and screen.visible() == placed(today, Filter())
    assert not screen.errors


def test_each_number_of_the_line_shows_what_it_counts(visit: Visit, today: View) -> None:
    screen = visit()
    answers = screen.answers()
    assert sorted(code for codes in answers for code in codes) == sorted(today.register.codes("outcome"))
    assert sum(answers.values()) == len(today.measures), "every measure has its answer"
    for codes, count in answers.items():
        if not count:
            continue
        screen.click(f"#number-{codes[0]}")
        assert screen.query()["outcome"] == ",".join(codes) and screen.number("measures") == count
        assert screen.number("measures") == len(today.narrowed(Filter(outcome=codes)).measures)
        assert screen.node(f"#number-{codes[0]}").get_attribute("aria-pressed") == "true"
        screen.click(f"#number-{codes[0]}")
        assert "outcome" not in screen.query()
    past = key_numbers(today).past_due
    assert past
    screen.click("#number-past-due")
    assert screen.number("measures") == past
    assert screen.visible() == placed(today, Filter(due=("passed",), outcome=("no-evidence", "not-searched")))
    screen.click("#number-past-due")
    changed = screen.number("changed")
    screen.click("#number-changed")
    assert screen.number("measures") + screen.number("features") == changed
    since = today.day.replace(year=today.day.year - 1)
    assert screen.query()["since"] == since.isoformat()
    assert screen.visible() == placed(today, Filter(since=since))
    screen.click("#number-changed")
    for name, count in (("measures", len(today.measures)), ("features", len(today.features))):
        screen.click(f"#number-{name}")
        assert screen.ask("guantu.page.grid.getDataCount()") == count
    assert not screen.errors


def test_click_opens_the_card_in_both_languages(visit: Visit, register: Register) -> None:
    row = register.features.set_index("id").loc["rail-dongguannan"]
    for lang, locale in (("zh", "zh-CN"), ("en", "en-US")):
        screen = visit(locale=locale)
        screen.look(22.848, 114.0635, 14)
        screen.page.mouse.click(*screen.place("rail-dongguannan"))
        screen.settle()
        assert screen.node("#card h2").inner_text() == row[f"name_{lang}"]
        assert TEXTS("sources", lang) in screen.card()
        assert screen.selected() == "features:rail-dongguannan"
        assert screen.query()["show"] == "features:rail-dongguannan"


@pytest.mark.parametrize("kind", ["features", "measures"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_card_names_its_row_and_says_how_far_it_is(visit: Visit, today: View, kind: str, lang: str) -> None:
    """All of them, one after the other, as the keys for the next row lead to them."""
    screen = visit(f"?lang={lang}&table={kind}")
    words = Words(today.register, lang)
    frame, field, list_ = (
        (today.features, "name", "stage") if kind == "features" else (today.measures, "title", "outcome")
    )
    found = screen.ask(
        """(table) => guantu.page.found[table].map((row) => {
          guantu.page.choose(table, row);
          const card = document.getElementById('card');
          return [guantu.page.bundle[table][row].id, card.querySelector('h2').textContent,
            card.querySelector('.state b').textContent, card.textContent.includes(guantu.page.say('no-newer'))];
        })""",
        kind,
    )

    def word(row: dict[str, Any]) -> str:
        """Of a service or a zone, which is no work, its own word."""
        plain = row.get("stage_stretch") and row["stage"] not in ("unknown", "not-applicable")
        return TEXTS(f"plain-{row['stage']}", lang) if plain else words.title(list_, row[list_])

    expected = [
        [
            *(row["id"], row[f"{field}_{lang}"] or row[f"{field}_zh"], word(row)),
            kind == "features" and bool(row["stale"]),
        ]
        for row in frame.to_dict("records")
    ]
    assert kind == "measures" or 0 < sum(silent for *_, silent in expected) < len(expected)
    assert found == expected
    assert not screen.errors


def test_url_gives_the_same_view_again(visit: Visit, today: View) -> None:
    chosen = Filter(theme=("rail", "bridges"), role=("lead",), q="东莞", as_of=date(2018, 6, 1))
    query = "&".join(f"{key}={value}" for key, value in chosen.to_query().items())
    screen = visit(f"?{query}&lang=en&hide=1&show=features:rail-guanhui&table=features")
    then = look_at(today.register, Filter(), date(2018, 6, 1))
    assert screen.visible() == placed(then, chosen)
    assert screen.selected() == "features:rail-guanhui"
    assert screen.ask("document.documentElement.lang") == "en"
    assert screen.ask("guantu.page.view.layer.stats.muted") == 0 and screen.ask("guantu.page.view.layer.view.hideMuted")
    assert screen.node("#q").input_value() == "东莞"
    assert screen.node("#day").input_value() == "2018-06-01"
    assert "as of 2018-06-01" in screen.node(".guantu-stamp").inner_text()
    assert screen.ask("guantu.page.grid.getDataCount()") == len(then.narrowed(chosen).features)
    assert screen.query()["as_of"] == "2018-06-01"


def test_a_former_name_in_the_address_is_understood(visit: Visit, today: View) -> None:
    screen = visit("?status=maintenance&theme=铁路与轨道")
    assert screen.visible() == placed(today, Filter(stage=("maintenance",), theme=("rail",)))
    assert screen.node("#notices").inner_text() == ""


WORDS_SEEN = """() => {
  const found = [], open = (node) => node.checkVisibility({ visibilityProperty: true });
  for (const node of document.querySelectorAll('body *')) {
    if (!open(node) || node.closest('script, style, svg')) continue;
    for (const child of node.childNodes)
      if (child.nodeType === 3 && child.data.trim()) found.push(child.data.trim());
    for (const name of ['title', 'aria-label', 'placeholder', 'aria-valuetext', 'alt'])
      if (node.getAttribute(name)) found.push(node.getAttribute(name).trim());
    if (node.matches('input:not([type=checkbox], [type=range])') && node.value) found.push(node.value);
  }
  return found;
}"""


def words_seen(screen: Screen) -> Iterator[str]:
    """Every word of the screen, of all that can be opened, also those that only a reader of screens says."""
    unfold(screen)
    yield from screen.ask(WORDS_SEEN)
    for name in ("measures", "features", "agencies"):
        if screen.node("#table").is_hidden():
            screen.click("#table-button")
        screen.click(f"#tab-{name}")
        screen.node("#grid .tabulator-row").first.wait_for()
        yield from screen.ask(WORDS_SEEN)
    screen.click("#columns")
    yield from screen.ask(WORDS_SEEN)
    screen.page.keyboard.press("Escape")
    screen.click("#close-table")
    screen.click("#menu-button")
    yield from screen.ask(WORDS_SEEN)
    screen.page.keyboard.press("Escape")
    for part in ("keys", "glossary", "about-data"):
        screen.click("#menu-button")
        screen.click(f"#menu-{part}")
        yield from screen.ask(WORDS_SEEN)
        screen.page.keyboard.press("Escape")
    screen.click("#menu-button")
    screen.click("#menu-show-around")
    while screen.node("#walk").count():
        yield from screen.ask(WORDS_SEEN)
        screen.node("#walk-next").click()
    screen.node("#q").fill("xyz-nothing")
    yield from screen.ask(WORDS_SEEN)
    screen.node("#q").press("Enter")
    screen.settle()
    yield from screen.ask(WORDS_SEEN)
    screen.click("#reset-zero")
    screen.node("#day").fill("2018-13-45")
    screen.node("#day").press("Enter")
    yield from screen.ask(WORDS_SEEN)
    yield screen.ask("document.querySelector('#day-fault').textContent")


def test_in_english_no_word_is_left_in_chinese(visit: Visit) -> None:
    screen = visit(locale="en-GB", size=(1920, 1080))
    # Names of the register that have no English are Chinese by right; the switch names the other language.
    allowed = {"中文", "东府办〔2017〕136号"}
    left = {line for line in words_seen(screen) if HAN.search(line)} - allowed
    assert left == set()
    assert screen.page.locator("html").get_attribute("lang") == "en"
    assert screen.page.locator("iframe").get_attribute("title") == EN["maptitle"]
    assert not HAN.search(screen.page.title())
    assert not screen.errors


def test_the_switch_translates_every_word_at_once(visit: Visit, register: Register) -> None:
    screen = visit(locale="en-GB", size=(1920, 1080))
    assert screen.node("#heading").inner_text() == register.place.heading.en
    screen.click("#lang")
    assert screen.node("#heading").inner_text() == register.place.heading.zh
    assert screen.page.title() == register.place.heading.zh
    assert screen.ask("document.documentElement.lang") == "zh-CN"
    assert screen.page.locator("html").get_attribute("lang") == "zh-CN"
    assert screen.page.locator("iframe").get_attribute("title") == ZH["maptitle"]
    assert screen.query()["lang"] == "zh"
    stages = {row.title.zh for row in register.codes("stage").values()}
    shown = screen.node("#legend button[id]").evaluate_all("(all) => all.map((node) => node.firstChild.data)")
    assert shown and set(shown) <= stages
    lists = ("stage", "outcome", "due", "theme", "role", "region", "location", "grade", "restriction")
    titles = [row.title for name in lists for row in register.codes(name).values()]
    said = [*(TEXTS[key] for key in TEXTS), *titles]
    english = {text.en for text in said if text.en != text.zh} - {text.zh for text in said} - {TEXTS["language"].en}
    assert {line for line in words_seen(screen)} & english == set()
    assert not screen.errors


def test_the_page_speaks_what_the_browser_speaks_and_says_nothing_of_it(visit: Visit) -> None:
    for locale, lang in (("zh-CN", "zh-CN"), ("de-DE", "en")):
        screen = visit(locale=locale)
        assert screen.ask("document.documentElement.lang") == lang
        assert screen.query() == {}


def explore(screen: Screen) -> Iterator[str]:
    """Everything that one does to explore; the name of each act as it is done."""
    page, node = screen.page, screen.node
    screen.click("#number-no-evidence")
    yield "a number of the line"
    screen.click("#numbers .chip button")
    yield "a chip"
    screen.pick("theme", "rail")
    yield "a facet"
    screen.pick("theme", "rail")
    screen.click("#legend-maintenance")
    screen.click("#reset")
    yield "the legend"
    screen.click("#layer-rings")
    screen.click("#layer-rings")
    yield "a layer"
    node("#q").press_sequentially("guanhui")
    node("#hits li").first.wait_for()
    node("#q").press("Enter")
    screen.settle()
    assert str(screen.selected()).startswith("features:")
    yield "a suggestion with Enter"
    before = screen.selected()
    screen.click("#card li .row >> nth=0")
    assert screen.selected() != before
    yield "a link of the card"
    screen.click("#step-next-row")
    yield "the next row"
    screen.click("#close-details")
    screen.click("#table-button")
    screen.click("#grid .tabulator-row >> nth=2 >> .named")
    assert str(screen.selected()).startswith("measures:")
    yield "a row of the table"
    screen.click("#close-table")
    screen.click("#close-details")
    node("#day").fill("2018-06-01")
    node("#day").press("Enter")
    screen.settle()
    assert screen.query()["as_of"] == "2018-06-01"
    yield "a day"
    node("#slider").press("ArrowLeft")
    screen.settle()
    screen.click("#today")
    yield "the slider"
    screen.click("#home")
    screen.look(22.848, 114.0635, 14)
    page.mouse.move(600, 600)
    page.mouse.click(*screen.place("rail-dongguannan"))
    screen.settle()
    assert screen.selected() == "features:rail-dongguannan"
    yield "a selection on the map"
    screen.click("#lang")
    yield "the other language"
    node("body").press("Escape")
    node("body").press("t")
    screen.settle()
    yield "keys"


def test_exploring_asks_the_server_for_nothing(visit: Visit) -> None:
    screen = visit()
    screen.page.wait_for_timeout(500)
    before = len(screen.frames), len(screen.requests)
    assert all(before), "the visit itself is seen"
    for act in explore(screen):
        assert (len(screen.frames), screen.requests[before[1] :]) == (before[0], []), act
    # Streamlit runs its script once at each step of the history; the screen fetches and loads nothing for it.
    screen.ask("window.stays = true")
    screen.page.go_back()
    screen.settle()
    screen.page.go_forward()
    screen.settle()
    assert screen.requests[before[1] :] == [] and screen.ask("window.stays")
    assert screen.frames[before[0] :].count("sent") <= 2
    assert not screen.errors


def test_no_request_leaves_the_machine(visit: Visit) -> None:
    screen = visit()
    for _ in explore(screen):
        pass
    screen.click("#page-export")
    screen.page.locator(".st-key-make-file").wait_for()
    screen.click("#page-meeting")
    screen.page.locator(".st-key-make-slides").wait_for(timeout=60_000)
    assert screen.requests and not screen.foreign()
    assert not screen.errors


def test_works_with_the_network_refused(chromium: Browser, address: str, today: View) -> None:
    context = chromium.new_context(locale="zh-CN")
    context.route(lambda url: not url.startswith(address), lambda route: route.abort())
    screen = Screen(context.new_page(), address).open()
    assert screen.visible() == placed(today, Filter())
    assert not screen.errors and not screen.foreign()
    context.close()


def test_a_browser_that_stores_nothing_shows_the_same(visit: Visit, today: View) -> None:
    screen = visit("?lang=en", before=NO_STORAGE)
    assert screen.visible() == placed(today, Filter())
    assert screen.node("#notices .notice").count() == 0, "what cannot be remembered is not offered"
    screen.pick("theme", "rail")
    assert screen.visible() == placed(today, Filter(theme=("rail",)))
    screen.click("#menu-button")
    assert EN["no-storage"] in screen.node("#menu").inner_text()
    screen.click("#menu-show-around")
    while screen.node("#walk").count():
        screen.node("#walk-next").click()
    assert not screen.errors


def test_the_first_visit_is_offered_a_tour_and_the_second_is_not(visit: Visit) -> None:
    screen = visit("?lang=en", before="")
    assert EN["first-visit"] in screen.node("#notices").inner_text()
    screen.click("#notices .main")
    said = []
    while screen.node("#walk").count():
        said.append(screen.node("#walk p").inner_text())
        box = screen.node("#walk").bounding_box()
        assert box and box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= 1440
        assert box["y"] + box["height"] <= 1000
        screen.node("#walk-next").click()
    assert said == [EN[key] for key in EN if key.startswith("walk-") and key != "walk-on"]
    screen.open("?lang=en")
    assert screen.node("#notices .notice").count() == 0


def test_the_offer_of_a_tour_is_closed_for_good_and_lies_on_no_shared_view(visit: Visit) -> None:
    screen = visit("?lang=en&theme=bridges", before="")
    assert screen.node("#notices .notice").count() == 0
    screen.open("?lang=en")
    assert screen.node("#notices .notice").count() == 1
    screen.click("#notices .close")
    screen.open("?lang=en")
    assert screen.node("#notices .notice").count() == 0


def test_table_and_map_choose_the_same(visit: Visit, register: Register) -> None:
    screen = visit("?theme=bridges&lang=zh&table=features")
    row = screen.node("#grid .tabulator-row").nth(1)
    chosen = str(row.get_attribute("data-id"))
    row.locator(".named").click()
    screen.settle()
    assert chosen in set(register.features.loc[register.features["theme"] == "bridges", "id"])
    assert screen.ask("(() => { const l = guantu.page.view.layer; return l.data.ids[l.view.selected]; })()") == chosen
    assert screen.node("#card h2").inner_text() == register.features.set_index("id")["name_zh"][chosen]
    # What is chosen is seen, beside the card and the table.
    x, y = screen.place(chosen)
    assert screen.ask("([x, y]) => document.elementFromPoint(x, y).matches('#map, #map canvas')", [x, y])
    # And the other way: what is clicked on the map is the row that stands out.
    other = next(id_ for id_ in screen.visible() if id_ != chosen)
    screen.ask("(id) => guantu.flyTo(guantu.page, 'features', guantu.page.rowOf[guantu.page.view.find(id)])", other)
    screen.settle()
    assert screen.node("#grid .tabulator-row.chosen").get_attribute("data-id") == other


def test_rows_of_the_table_by_keyboard(visit: Visit) -> None:
    screen = visit("?theme=bridges&lang=zh&table=features")
    rows = screen.node("#grid .tabulator-row")
    rows.first.focus()
    rows.first.press("ArrowDown")
    wanted = rows.nth(1).get_attribute("data-id")
    assert screen.ask("document.activeElement.dataset.id") == wanted
    screen.page.keyboard.press("Enter")
    screen.settle()
    assert screen.selected() == f"features:{wanted}"


def test_a_measure_without_a_place_is_as_reachable(visit: Visit, today: View) -> None:
    bare = today.measures[[not row for row in today.measures["features"]]].iloc[0]
    screen = visit(f"?show=measures:{bare['id']}&lang=zh")
    card = screen.card()
    assert bare["title_zh"] in card
    assert ZH["no-place"] in card
    screen = visit("?lang=zh")
    screen.node("#q").fill(bare["title_zh"])
    screen.node("#q").press("Enter")
    screen.settle()
    assert screen.selected() == f"measures:{bare['id']}"


def test_zero_results_say_why_and_give_ways_back(visit: Visit, today: View) -> None:
    chosen = Filter(stage=("decommissioned",), agency=("jiaoyu",))
    screen = visit("?stage=decommissioned&agency=jiaoyu&lang=en")
    assert screen.visible() == placed(today, chosen) == set()
    notice = screen.node("#notices")
    assert EN["no-row"] in notice.inner_text()
    ways = {}
    for facet in ("stage", "agency"):
        less = today.narrowed(Filter(**{**vars(chosen), facet: ()}))
        values = {"facet": EN[facet], "measures": len(less.measures), "features": len(less.features)}
        if not less.is_empty:
            ways[facet] = TEXTS("zero-without", "en", **values)
    assert ways and notice.locator(".row").all_inner_texts() == list(ways.values())
    facet, words = next(iter(ways.items()))
    notice.get_by_role("button", name=words).click()
    screen.settle()
    assert screen.visible() == placed(today, Filter(**{**vars(chosen), facet: ()}))
    assert EN["no-row"] not in notice.inner_text() and facet not in screen.query()
    screen.page.go_back()
    screen.settle()
    screen.click("#reset-zero")
    assert screen.visible() == placed(today, Filter()) and screen.query() == {"lang": "en"}


def test_unknown_conditions_in_the_address_are_named(visit: Visit) -> None:
    screen = visit("?stage=nonsense&lang=en&show=features:%3Cscript%3Ewindow.hacked=1%3C/script%3E&colour=red")
    notice = screen.node("#notices").inner_text()
    for part in ("stage=nonsense", "show=features:<script>window.hacked=1</script>", "colour=red"):
        assert part in notice
    assert screen.page.evaluate("window.hacked") is None and screen.ask("window.hacked") is None
    # It is read, then put away; what the user does next takes it from the address.
    screen.click("#notices .close")
    assert screen.node("#notices .notice").count() == 0
    screen.pick("theme", "rail")
    assert screen.query() == {"lang": "en", "theme": "rail"}
    assert not screen.errors


def test_hostile_addresses_do_no_harm(visit: Visit, today: View) -> None:
    evil = "%22'%3E%3Cimg%20src=x%20onerror=window.hacked=1%3E"
    screen = visit(f"?stage={evil}&agency='%3B%20DROP%20TABLE&as_of=2017-02-30&q={evil}&town=%00&lang=xx&page=../../x")
    notice = screen.node("#notices").inner_text()
    for part in ("as_of=2017-02-30", "agency='; DROP TABLE", "stage=\"'><img", "lang=xx", "page=../../x"):
        assert part in notice
    assert screen.node("#notices img").count() == 0 and screen.node("#numbers img").count() == 0
    assert screen.ask("window.hacked") is None and screen.page.evaluate("window.hacked") is None
    assert screen.node("#day").input_value() == today.day.isoformat()
    long = visit(f"?q={'x' * 300}&lang=en")
    assert "q=xxx" in long.node("#notices").inner_text() and long.visible() == placed(today, Filter())


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2050-01-01", "9999-12-31"])
def test_a_day_out_of_range_is_named(visit: Visit, today: View, day: str) -> None:
    screen = visit(f"?lang=en&as_of={day}")
    assert f"as_of={day}" in screen.node("#notices").inner_text()
    assert screen.node("#day").input_value() == today.day.isoformat()


HOSTILE = {
    "rail-dongguannan": "<script>window.hacked=1</script>",
    "road-nansha-bridge": "\"quoted\" 'name' </script><img src=x onerror=window.hacked=1>",
    "rail-guanhui": '=HYPERLINK("http://evil") +1-1@x',
    "zone-binhaiwan": "العربية 🛤️ 𠮷",
    "rail-shenmao": "{{ 7*7 }} ${7*7} \\u003cb\\u003e",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile") / "catalog"
    shutil.copytree(CATALOG, folder)
    for path in (folder / "features").glob("*.geojson"):
        data = json.loads(path.read_text(encoding="utf-8"))
        for feature in data["features"]:
            name = HOSTILE.get(feature["id"])
            if name:
                feature["properties"] |= {"name_zh": name, "name_en": name, "aliases": [name], "note_zh": name}
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with serve(GUANTU_CATALOG=str(folder)) as found:
        yield found


@pytest.mark.parametrize("feature", HOSTILE)
def test_hostile_names_stay_text(visit: Visit, hostile: str, feature: str) -> None:
    screen = visit(f"?show=features:{feature}&lang=zh&table=features", at=hostile)
    squeezed = " ".join(HOSTILE[feature].split())
    assert squeezed in " ".join(screen.card().split())
    row = screen.node(f"#grid .tabulator-row[data-id='{feature}'] .named")
    assert " ".join(str(row.text_content()).split()) == squeezed
    x, y = screen.place(feature)
    screen.page.mouse.move(x + 1, y)
    screen.page.wait_for_timeout(300)
    screen.node("#q").fill(HOSTILE[feature])
    hit = screen.node("#hits li b").first
    assert " ".join(str(hit.text_content()).split()) == squeezed
    screen.node("#q").press("Enter")
    screen.settle()
    assert screen.selected() == f"features:{feature}"
    names = screen.ask("guantu.page.view.layer.data.names.zh")
    assert HOSTILE[feature] in names
    assert screen.page.evaluate("window.hacked") is None and screen.ask("window.hacked") is None
    assert not screen.errors


OUTSIDE = """(within) => {
  // Every control of these parts that is meant to be seen: inside the window, with its words, nothing lying over it.
  const bad = [], width = window.innerWidth, height = window.innerHeight;
  const scrolled = (node) => node.closest('#numbers, #filters, #card .body, #legend, #grid, .tabs, .dialog');
  for (const node of document.querySelectorAll('button, input, select, summary, a')) {
    if (!node.checkVisibility({ visibilityProperty: true }) || !node.closest(within)) continue;
    const box = node.getBoundingClientRect(), name = node.id || node.className || node.textContent;
    if (scrolled(node)) continue;
    if (box.left < -0.5 || box.top < -0.5 || box.right > width + 0.5 || box.bottom > height + 0.5)
      bad.push(`${name} is outside: ${[box.left, box.top, box.right, box.bottom].map(Math.round)}`);
    else if (node.matches('button') && node.scrollWidth > node.clientWidth + 1) bad.push(`${name} is cut`);
    else {
      const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (!over || !(node.contains(over) || over.contains(node))) bad.push(`${name} is under ${over && over.id}`);
    }
  }
  for (const id of ['filters', 'card', 'table', 'legend', 'top', 'answer', 'days', 'map', 'menu', 'hits']) {
    const node = document.getElementById(id), box = node && node.getBoundingClientRect();
    if (!node || !node.checkVisibility()) continue;
    if (box.left < -0.5 || box.top < -0.5 || box.right > width + 0.5 || box.bottom > height + 0.5)
      bad.push(`#${id} is outside`);
  }
  for (const node of document.querySelectorAll('#filters, #card .body, #legend, .dialog, body, #app, #days'))
    if (node.checkVisibility() && node.scrollWidth > node.clientWidth + 1) bad.push(`${node.id} goes on sideways`);
  return bad;
}"""


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(visit: Visit, size: tuple[int, int]) -> None:
    for lang, scheme in (("zh", "light"), ("en", "dark")):
        screen = visit(f"?lang={lang}", size=size, color_scheme=scheme)
        nothing_is_cut_off(screen, size, lang, scheme)
        screen.page.keyboard.press("Escape")
        screen.node("#q").fill("")
        other = {"light": "dark", "dark": "light"}[scheme]
        screen.page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
        screen.settle()
        nothing_is_cut_off(screen, size, lang, other)
        screen.page.close()


def nothing_is_cut_off(screen: Screen, size: tuple[int, int], lang: str, scheme: str) -> None:
    assert str(screen.ask("document.documentElement.lang")).startswith(lang)
    assert screen.page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert screen.ask("document.body.dataset.theme") == scheme
    assert screen.ask(OUTSIDE, "#top, #answer, #days, .map-buttons") == [], "the map alone"
    numbers = (
        "(() => { const node = document.getElementById('numbers'); return node.scrollWidth - node.clientWidth; })()"
    )
    if size[0] >= 1024:
        assert screen.ask(numbers) <= 0, "all numbers are seen at once"
    if screen.node("#filters").is_hidden():
        screen.click("#filters-button")
    assert screen.ask(OUTSIDE, "#top, #answer, #days, #filters") == [], "the filters"
    screen.click("#close-filters")
    screen.ask("guantu.flyTo(guantu.page, 'features', guantu.page.found.features[0])")
    screen.settle()
    assert screen.ask(OUTSIDE, "#top, #answer, #days, .map-buttons, #card") == [], "the card"
    screen.click("#close-details")
    screen.click("#table-button")
    assert screen.ask(OUTSIDE, "#top, #answer, #days, #table") == [], "the table"
    screen.click("#close-table")
    screen.click("#menu-button")
    assert screen.ask(OUTSIDE, "#menu") == [], "the menu"
    screen.page.keyboard.press("Escape")
    screen.node("#q").fill("dong")
    assert screen.ask(OUTSIDE, "#find, #hits") == [], "the suggestions"


def test_the_scheme_of_the_system_is_followed_at_once(visit: Visit) -> None:
    screen = visit(color_scheme="light")
    screen.page.emulate_media(color_scheme="dark")
    screen.settle()
    assert screen.ask("document.body.dataset.theme") == screen.ask("guantu.page.view.layer.view.theme") == "dark"


def test_map_is_announced_and_reachable_by_keyboard(visit: Visit) -> None:
    screen = visit("?lang=en")
    node = screen.node("#map")
    assert "Map of the measures" in str(node.get_attribute("aria-label"))
    assert node.get_attribute("role") == "application" and node.get_attribute("tabindex") == "0"
    node.focus()
    before = screen.map_view()
    screen.page.keyboard.press("ArrowRight")
    screen.settle()
    assert screen.map_view()[2] > before[2]
    screen.page.keyboard.press("+")
    screen.settle()
    assert screen.map_view()[0] > before[0]


def test_keys_do_what_the_help_says(visit: Visit) -> None:
    screen = visit("?lang=en")
    page, node = screen.page, screen.node
    screen.click("#home")
    home = screen.map_view()
    node("#map").focus()
    page.keyboard.press("/")
    assert screen.ask("document.activeElement.id") == "q"
    page.keyboard.type("f/t0")
    assert node("#q").input_value() == "f/t0", "in a text field a key is a letter"
    page.keyboard.press("Escape")
    node("#q").fill("")
    node("#map").focus()
    for key, sheet in (("f", "#filters"), ("t", "#table")):
        before = node(sheet).is_visible()
        page.keyboard.press(key)
        screen.settle()
        assert node(sheet).is_visible() != before, key
        node("#map").focus()
        page.keyboard.press(key)
        screen.settle()
        assert node(sheet).is_visible() == before, key
        assert screen.map_view() == home, f"{key}: the map looks where it did"
        node("#map").focus()
    found = screen.ask("guantu.page.found.features.map((f) => guantu.page.bundle.features[f].id)")
    screen.ask("guantu.page.choose('features', guantu.page.found.features[0])")
    for key, place in (("]", 1), ("]", 2), ("[", 1), ("[", 0), ("[", -1)):
        page.keyboard.press(key)
        assert screen.selected() == f"features:{found[place]}", key
    page.keyboard.press("Escape")
    assert screen.selected() is None
    screen.look(22.6, 113.2, 14)
    page.keyboard.press("0")
    screen.settle()
    assert screen.map_view() == home
    page.keyboard.press("?")
    assert node("#help").get_attribute("aria-label") == EN["keys"]
    assert set(node("#help kbd").all_inner_texts()) >= {"/", "f", "t", "[ ]", "0", "?", "Esc"}
    page.keyboard.press("Escape")
    assert node("#help").count() == 0
    page.keyboard.press("l")
    screen.settle()
    assert screen.ask("document.documentElement.lang") == "zh-CN"


def test_escape_closes_the_top_sheet_one_at_a_time(visit: Visit) -> None:
    screen = visit("?lang=en&table=features&show=features:rail-guanhui")
    screen.node("#map").focus()
    for sheet in ("#card", "#table", "#filters"):
        assert screen.node(sheet).is_visible()
        screen.page.keyboard.press("Escape")
        screen.settle()
        assert screen.node(sheet).is_hidden()


def test_keys_work_before_anything_was_clicked(visit: Visit) -> None:
    """The frame is a detail of the app: whoever opens the page and presses a key means the screen."""
    screen = visit("?lang=en")
    screen.page.keyboard.press("/")
    assert screen.ask("document.activeElement.id") == "q"
    assert screen.ask("document.hasFocus()")


def hits(screen: Screen, words: str) -> list[str]:
    """The suggestions for some words, each as one line; the last one, which only filters, left out."""
    screen.node("#q").fill(words)
    screen.node("#hits li").first.wait_for()
    return [" ".join(line.split()) for line in screen.node("#hits li").all_inner_texts()][:-1]


def test_agencies_are_found_by_name_pinyin_and_initials(visit: Visit, today: View) -> None:
    screen = visit("?lang=zh")
    for words in ("市财政局", "财政", "caizheng", "CaiZheng", "shicaizhengju", "sczj", "Finance Bureau", "FINANCE"):
        assert any(line.startswith("市财政局") for line in hits(screen, words)), words
    for words in ("市财政局", "shicaizhengju", "sczj", "finance bureau"):
        assert hits(screen, words)[0].startswith("市财政局"), words
        screen.node("#q").press("Enter")
        screen.settle()
        assert screen.query()["agency"] == "caizheng"
        assert screen.visible() == placed(today, Filter(agency=("caizheng",)))
        screen.click("#reset")


def test_agencies_are_found_by_former_and_later_names(visit: Visit) -> None:
    screen = visit("?lang=zh")
    now = TEXTS("now-named", "zh", name="市市场监督管理局")
    for words in ("工商局", "gongshangju", "市场监督管理局", "shichangjiandu", "sscjd", "Market Regulation"):
        assert any(line.startswith("市工商局") and now in line for line in hits(screen, words)), words


def test_agencies_are_found_by_their_full_name_and_as_the_texts_write_them(visit: Visit) -> None:
    screen = visit("?lang=zh")
    for words, name in (
        ("发展和改革局", "市发改局"),
        ("fazhanhegaige", "市发改局"),
        ("各镇街(园区)", "镇街(园区)"),
        ("gezhenjie", "镇街(园区)"),
    ):
        assert any(line.startswith(name) for line in hits(screen, words)), words


def test_every_agency_is_found_by_each_of_its_names(visit: Visit, register: Register) -> None:
    """What it is called now, was called, is called in full, and how the texts write it."""
    screen = visit("?lang=zh")
    written = register["assignments"].groupby("agency")["written_as"].agg(set)
    names = {
        row.id: sorted({row.name.zh, row.name.en, row.full_name_zh, row.later_name.zh, *written.get(row.id, ())} - {""})
        for row in register.rows(Agency)
    }
    missing = screen.ask(
        """(names) => Object.entries(names).flatMap(([id, all]) => all.filter((name) => !guantu
          .hitsFor(guantu.page, name)
          .some((hit) => hit.kind === 'agencies' && guantu.page.bundle.agencies[hit.at].id === id))
          .map((name) => [id, name]))""",
        names,
    )
    assert missing == []


def test_the_railway_is_found_however_it_is_typed(visit: Visit, today: View) -> None:
    screen = visit("?lang=en")
    for words in ("ganzhou-shenzhen", "GANZHOU–SHENZHEN", "ganshen", "gsgt", "赣深"):
        found = hits(screen, words)
        assert any(line.startswith("Ganzhou–Shenzhen high-speed railway, Dongguan section") for line in found), words
        # By the words alone the map keeps what the product keeps.
        screen.node("#q").press("ArrowUp")
        assert screen.node("#hits li[aria-selected=true]").get_attribute("id") == f"hit-{len(found)}"
        screen.node("#q").press("Enter")
        screen.settle()
        assert screen.query()["q"] == words and screen.visible() == placed(today, Filter(q=words))
        screen.click("#reset")
    hits(screen, "ganzhou-shenzhen")
    screen.node("#q").press("Enter")
    screen.settle()
    assert str(screen.selected()).startswith("features:rail-ganshen")


def test_towns_and_articles_are_found_too(visit: Visit, today: View) -> None:
    screen = visit("?lang=zh")
    town = today.register.towns[0]
    assert any(line == f"{town.name.zh} {ZH['town']}" for line in hits(screen, town.name.zh))
    assert hits(screen, "没有这样的词") == []
    assert TEXTS("no-hit", "zh", words="没有这样的词") in screen.node("#hits").inner_text()


def test_a_faulty_register_gives_a_notice(chromium: Browser, catalog: Path) -> None:
    path = catalog / "features" / "rail.geojson"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with serve(GUANTU_CATALOG=str(catalog)) as found:
        page = chromium.new_context(locale="zh-CN").new_page()
        page.goto(found)
        page.get_by_text("features/rail.geojson").first.wait_for(timeout=30_000)
        text = page.locator("[data-testid=stMain]").inner_text()
        assert all(PAGE_TEXTS("faults", lang) in text for lang in ("zh", "en"))
        assert "Traceback" not in text
        page.context.close()


def test_what_is_no_work_has_the_words_of_a_service(visit: Visit, today: View) -> None:
    """On its card, in its history, in the hits; a work keeps the words of its stages."""
    rows = today.features[today.features["stage_stretch"] & (today.features["stage"] == "maintenance")]
    for lang in ("zh", "en"):
        screen, name = visit(f"?lang={lang}&show=features:log-yuemane"), rows.set_index("id").loc["log-yuemane"]
        word, title = TEXTS("plain-maintenance", lang), today.register.titles("stage", lang)["maintenance"]
        assert screen.node("#card .state b").inner_text() == word
        body = screen.node("#card").inner_text()
        assert TEXTS("no-work", lang, stage=title) in body and body.count(title) == 1
        screen.node("#q").fill(name[f"name_{lang}"])
        assert word in screen.node("#hits li").first.inner_text()
        work = visit(f"?lang={lang}&show=features:road-nansha-bridge").node("#card .state b")
        assert work.inner_text() == title


def test_a_stage_that_only_an_unverified_word_tells_of_stands_beside_the_sourced_one(visit: Visit, today: View) -> None:
    """And not where sources show the same stage by now."""
    screen = visit("?lang=zh")
    said = screen.ask(
        """(words) => guantu.page.bundle.features.filter((row, i) => {
          guantu.page.choose('features', i);
          return document.getElementById('card').textContent.includes(words);
        }).map((row) => row.id)""",
        TEXTS("rumour", "zh", day="", stage="").strip(),
    )
    assert said == ["rail-gz5east"]
    stage = today.register.titles("stage", "zh")["maintenance"]
    words = TEXTS("rumour", "zh", day="2023-12-28", stage=stage)
    assert words in visit("?lang=zh&show=features:rail-gz5east").node("#card").inner_text()


def test_a_card_says_why_a_fact_is_read_so(visit: Visit, register: Register) -> None:
    note = next(row.note for row in register.evidence_of["d2017-21-1-12"] if row.shows == "unreachable")
    for lang, words in (("zh", note.zh), ("en", note.en)):
        screen = visit(f"?lang={lang}&show=measures:d2017-21-1-12")
        assert screen.node("#card .reading").inner_text() == TEXTS("reading", lang, note=words)


def test_a_restriction_is_on_the_map(visit: Visit, today: View) -> None:
    closed = today.features[(today.features["restriction"] != "") & today.features.geometry.notna()]
    screen = visit("?lang=en")
    assert set(
        screen.ask(
            "(() => { const l = guantu.page.view.layer; return [...l.restricted.keys()].map((f) => l.data.ids[f]); })()"
        )
    ) == set(closed["id"])
    feature = closed["id"].iloc[0]
    screen.look(23.08, 114.0, 13)
    x, y = screen.place(feature)
    screen.page.mouse.move(x, y)
    screen.page.mouse.move(x + 1, y)
    screen.page.wait_for_timeout(400)
    title = today.register.codelist("restriction")["title_en"][closed["restriction"].iloc[0]]
    assert title in screen.node(".guantu-tip").inner_text()


def test_a_stage_of_the_document_alone_has_a_sheet_of_paper(visit: Visit, today: View) -> None:
    rows = today.features[(today.features["stage_grade"] == Grade.SEED) & today.features.geometry.notna()]
    screen = visit("?lang=en")
    signed = "(() => { const l = guantu.page.view.layer; return [...l.onPaper].map((f) => l.data.ids[f]); })()"
    assert set(screen.ask(signed)) == set(rows["id"]) and len(rows) > 5
    feature = rows[rows.geometry.geom_type == "Point"]["id"].iloc[0]
    at = rows.set_index("id").geometry[feature]
    screen.look(at.y, at.x, 13)
    x, y = screen.place(feature)
    screen.page.mouse.move(x, y)
    screen.page.mouse.move(x + 1, y)
    screen.page.wait_for_timeout(400)
    assert TEXTS("stage-on-paper", "en") in screen.node(".guantu-tip").inner_text()


def test_what_stands_on_paper_is_listed_from_the_legend(visit: Visit, today: View) -> None:
    """By stage, and all of it: each number leads to its rows."""
    rows = today.features[today.features["stage_grade"] == Grade.SEED]
    screen = visit("?lang=zh", size=(1440, 900))
    listed = "guantu.page.listed.rows.map((f) => guantu.page.bundle.features[f].id)"
    for stage, found in rows.groupby("stage"):
        button = screen.node(f"#legend li[data-code='{stage}'] .on-paper")
        assert str(len(found)) in button.inner_text()
        button.click()
        assert set(screen.ask(listed)) == set(found["id"])
        screen.click("#close-table")
    screen.node("#legend li[data-code='stage-on-paper'] .on-paper").click()
    assert set(screen.ask(listed)) == set(rows["id"])


def test_a_sign_is_pressed_for_its_feature(visit: Visit, today: View) -> None:
    closed = today.features[(today.features["restriction"] != "") & today.features.geometry.notna()]
    screen, feature = visit("?lang=zh"), closed["id"].iloc[0]
    screen.look(23.08, 114.0, 13)
    x, y = screen.ask(
        """(id) => {
          const { layer, map } = guantu.page.view, box = map.getContainer().getBoundingClientRect();
          const [x, y] = layer.signs.find(([, , f]) => layer.data.ids[f] === id);
          return [x - 60 + box.left, y - 60 + box.top];
        }""",
        feature,
    )
    screen.page.mouse.click(x, y)
    screen.settle()
    assert screen.selected() == f"features:{feature}"


def test_what_has_a_stage_lies_on_top(visit: Visit) -> None:
    """Lines under points, and of either what has a stage over what has none."""
    screen = visit("?lang=zh")
    drawn = screen.ask(
        """(() => {
          const { shown, data, stages, stage } = guantu.page.view.layer;
          const staged = (f) => !['unknown', 'not-applicable'].includes(stages[stage[f]]);
          return shown.map((f) => (data.kind[f] === 0 ? 2 : 0) + (staged(f) ? 1 : 0));
        })()"""
    )
    assert drawn == sorted(drawn) and set(drawn) >= {1, 2, 3}


def test_a_measure_marks_its_features(visit: Visit, today: View) -> None:
    links = today.register["links"]
    acting = links[links["relation"] == "target"]
    on_map = acting[acting["feature"].isin(placed(today, Filter()))]
    measure = on_map["measure"].mode()[0]
    marked = "(() => { const l = guantu.page.view.layer; return l.view.marked.map((f) => l.data.ids[f]); })()"
    screen = visit(f"?show=measures:{measure}")
    assert screen.ask(marked) == on_map.loc[on_map["measure"] == measure, "feature"].tolist() != []
    # A place that is only named neither marks nor moves the map.
    named = next(name for name in links["measure"] if name not in set(acting["measure"]))
    screen = visit(f"?show=measures:{named}")
    assert screen.ask(marked) == []
    assert screen.ask("guantu.page.map.getBounds().contains([22.9, 113.9])")


def run_again(screen: Screen) -> None:
    """A visit to a page that the server makes, and back: each is a run."""
    screen.click("#page-export")
    screen.page.locator(".st-key-make-file, .stAlert").first.wait_for(timeout=60_000)
    screen.click("#page-map")
    screen.page.wait_for_timeout(1500)
    screen.settle()


def test_an_edited_register_reaches_an_open_page(visit: Visit, catalog: Path) -> None:
    """The state that the user made stays, and how much has changed is said."""
    with serve(GUANTU_CATALOG=str(catalog)) as found:
        screen = visit("?lang=zh&theme=stations", at=found)
        before = screen.visible()
        screen.look(22.9, 113.9, 11)
        screen.ask("window.mark = 'same page'")
        path = catalog / "features" / "stations.geojson"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        gone = next(line for line in lines if '"id": "station-xiegang"' in line)
        path.write_text("".join(line for line in lines if line != gone), encoding="utf-8")
        for name in ("control-points.csv", "links.csv", "events.csv"):
            rows = (catalog / name).read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [row for row in rows if "station-xiegang" not in row]
            (catalog / name).write_text("".join(kept), encoding="utf-8")
        run_again(screen)
        assert screen.visible() == before - {"station-xiegang"}
        assert screen.query()["theme"] == "stations" and screen.map_view() == [11, 22.9, 113.9]
        assert TEXTS("register-changed", "zh", n=1) in screen.node("#notices").inner_text()
        assert screen.ask("window.mark") == "same page"
        screen.click("#reset")
        assert "station-xiegang" not in screen.visible()
        assert not screen.errors


def test_what_only_stands_elsewhere_in_a_file_is_no_change(visit: Visit, catalog: Path) -> None:
    """One more source changes no row, wherever it stands among the sources."""
    with serve(GUANTU_CATALOG=str(catalog)) as found:
        screen = visit("?lang=zh", at=found)
        path = catalog / "sources.csv"
        head, first, *others = path.read_text(encoding="utf-8").splitlines(keepends=True)
        cells = dict(zip(head.strip().split(","), first.strip().split(","), strict=False))
        fresh = first.replace(cells["id"], "a-new-source", 1)
        path.write_text("".join([head, fresh, first, *others]), encoding="utf-8")
        run_again(screen)
        notices = screen.node("#notices").inner_text()
        assert TEXTS("register-changed", "zh", n=0) in notices or "登记册已更新" not in notices


def test_a_register_that_turns_faulty_leaves_an_open_page_as_it_is(visit: Visit, catalog: Path) -> None:
    """What it held before stays in use, and the page says so."""
    with serve(GUANTU_CATALOG=str(catalog)) as found:
        screen = visit("?lang=zh&theme=rail", at=found)
        before = screen.visible()
        set_cell(catalog / "measures.csv", 3, "mappable", "perhaps")
        screen.click("#page-export")
        screen.page.get_by_text(PAGE_TEXTS("faults", "zh")).wait_for(timeout=30_000)
        screen.click("#page-map")
        screen.page.wait_for_timeout(1500)
        assert screen.visible() == before and screen.query()["theme"] == "rail"
        assert TEXTS("register-faulty", "zh", n=1) in screen.node("#notices").inner_text()
        assert not screen.errors


def test_gcj02_basemap_is_refused_with_its_reason(visit: Visit) -> None:
    screen = visit("?lang=en", size=(1440, 1400))
    refused = screen.node("#legend li").filter(has_text="Amap")
    assert "GCJ-02" in refused.inner_text()
    assert refused.locator("input").count() == 0 and screen.node("#basemap-amap").count() == 0
    assert screen.ask("guantu.page.view.tiles") is None
    assert not screen.foreign()


def test_an_online_basemap_is_asked_for_on_a_click_alone(visit: Visit) -> None:
    screen = visit("?lang=en", size=(1440, 1400), fresh=True)
    tile = b"\x89PNG\r\n\x1a\n"
    screen.page.context.route("https://tile.openstreetmap.org/**", lambda route: route.fulfill(body=tile))
    assert EN["basemap-online"] not in screen.node("#legend").inner_text() and not screen.foreign()
    screen.click("#basemap-openstreetmap")
    assert screen.foreign() and all(url.startswith("https://tile.openstreetmap.org/") for url in screen.foreign())
    assert EN["basemap-online"] in screen.node("#legend").inner_text()
    assert "© OpenStreetMap contributors" in screen.node(".leaflet-control-attribution").inner_text()
    screen.click("#basemap-openstreetmap")
    assert screen.ask("guantu.page.view.tiles") is None


def test_the_address_keeps_the_view_of_the_map(visit: Visit) -> None:
    screen = visit("?lang=zh")
    assert "map=" not in screen.page.url
    screen.look(22.9, 113.75, 12)
    assert screen.query()["map"] == "12,22.9000,113.7500"
    # A change of the filter writes the address anew; the view stays in it.
    screen.pick("theme", "rail")
    assert screen.query() == {"theme": "rail", "map": "12,22.9000,113.7500"}
    again = visit(screen.page.url.partition("/?")[2].join(["?", ""]))
    assert again.map_view() == [12, 22.9, 113.75]
    assert again.query()["map"] == "12,22.9000,113.7500"
    assert not screen.errors and not again.errors


def test_a_copied_link_opens_what_was_seen(visit: Visit) -> None:
    """Also the language and the view that nobody chose."""
    screen = visit("?lang=en&theme=rail", permissions=["clipboard-read", "clipboard-write"])
    screen.click("#menu-button")
    screen.node("#menu-copy-link").click()
    screen.node("#told").get_by_text(EN["link-copied"]).wait_for()
    link = screen.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(screen.address)
    again = visit(link.removeprefix(f"{screen.address}/"), locale="zh-CN")
    assert again.visible() == screen.visible() and again.map_view() == screen.map_view()
    assert again.ask("document.documentElement.lang") == "en"


def test_a_saved_view_comes_back(visit: Visit) -> None:
    screen = visit("?lang=en&theme=rail&as_of=2018-06-01")
    kept = screen.visible()
    screen.click("#menu-button")
    screen.node("#view-name").fill("<b>rail</b> in 2018")
    screen.click("#save-view")
    screen.open("?lang=en")
    screen.click("#menu-button")
    screen.node("#menu").get_by_role("button", name="<b>rail</b> in 2018", exact=True).click()
    screen.settle()
    assert screen.visible() == kept
    assert screen.query().items() >= {"theme": "rail", "as_of": "2018-06-01"}.items()


@pytest.mark.parametrize("text", ["12,95,113", "99,22,113", "12,22", "<script>,1,1", "1e1,22,113"])
def test_a_view_that_is_none_leaves_the_city(visit: Visit, text: str) -> None:
    screen = visit(f"?map={text}")
    assert screen.ask("guantu.page.map.getBounds().contains([22.9, 113.9])")
    assert not screen.errors


def test_each_further_click_takes_the_next_of_those_that_overlap(visit: Visit, today: View) -> None:
    screen = visit("?lang=zh", size=(1440, 1000))
    station = today.features.set_index("id").geometry["rail-dongguannan"]
    screen.look(station.y, station.x, 10)
    x, y = screen.place("rail-dongguannan")
    screen.page.mouse.move(x - 1, y)
    screen.page.mouse.move(x, y)
    screen.page.wait_for_timeout(300)
    count = screen.ask("guantu.page.view.layer.hits(guantu.page.map.getCenter()).length")
    assert count > 1
    assert f"{count} 个要素" in screen.node(".guantu-tip").inner_text()
    chosen = []
    for _ in range(count + 1):
        # The card that opens takes room from the map: the place on the page may be another one.
        screen.page.mouse.click(*screen.place("rail-dongguannan"))
        screen.settle()
        chosen.append(screen.selected())
    assert len(set(chosen[:count])) == count
    assert chosen[0] == chosen[count]


def test_a_click_beside_everything_closes_the_card(visit: Visit) -> None:
    screen = visit("?lang=zh&show=features:rail-dongguannan")
    screen.look(20.5, 116.5, 12)
    box = screen.node("#map").bounding_box()
    assert box
    screen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    screen.settle()
    assert screen.selected() is None and screen.node("#card").is_hidden() and "show" not in screen.query()


def test_the_keyboard_picks_what_lies_under_the_cross(visit: Visit, today: View) -> None:
    screen = visit("?lang=en")
    station = today.features.set_index("id").loc["rail-dongguannan"]
    screen.page.keyboard.press("Tab")
    screen.node("#map").focus()
    screen.look(station.geometry.y, station.geometry.x, 15)
    assert screen.ask("getComputedStyle(document.querySelector('.guantu-cross')).display") == "block"
    screen.page.keyboard.press("Enter")
    screen.settle()
    assert station["name_en"] in screen.card()
    assert screen.query()["show"] == "features:rail-dongguannan"


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 1000), (1280, 720)])
def test_the_first_view_lies_beside_the_open_legend_and_is_where_home_leads(
    visit: Visit, size: tuple[int, int]
) -> None:
    screen = visit("?lang=zh", size=size)
    assert screen.ask("document.getElementById('legend').open")
    edge = screen.ask("document.getElementById('legend').getBoundingClientRect().left")
    east = screen.ask(
        "(() => { const { map, config } = guantu.page; return map.latLngToContainerPoint(config.city[1]).x"
        " + map.getContainer().getBoundingClientRect().left; })()"
    )
    assert east <= edge
    first = screen.map_view()
    screen.click("#home")
    assert screen.map_view() == first


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_beside_a_folded_legend_the_city_is_in_the_middle(visit: Visit, lang: str) -> None:
    """Then the legend is a button in the corner: it takes no room from the map."""
    screen = visit(f"?lang={lang}")
    for size in ((390, 844), (820, 1180)):
        screen.page.set_viewport_size({"width": size[0], "height": size[1]})
        screen.ask("guantu.page.set({open: guantu.openAt(window.innerWidth)})")
        screen.click("#home")
        west, east = screen.ask(
            "guantu.page.config.city.map((corner) => guantu.page.map.latLngToContainerPoint(corner).x)"
        )
        assert west >= 0 and east <= size[0]
        assert (west + east) / 2 == pytest.approx(size[0] / 2, abs=12)


def test_a_view_in_the_address_wins_over_the_selection(visit: Visit) -> None:
    screen = visit("?lang=zh&show=features:rail-dongguannan&map=13,22.7500,113.6500")
    assert screen.selected() == "features:rail-dongguannan"
    assert screen.map_view() == [13, 22.75, 113.65]
    assert screen.query()["map"] == "13,22.7500,113.6500"


def test_without_a_view_the_address_shows_what_it_chooses(visit: Visit) -> None:
    screen = visit("?lang=zh&show=features:rail-dongguannan")
    x, y = screen.place("rail-dongguannan")
    assert screen.ask("([x, y]) => document.elementFromPoint(x, y).matches('#map, #map canvas')", [x, y])


def test_clicks_count_after_another_page(visit: Visit) -> None:
    screen = visit("?lang=en&map=14,22.8480,114.0635")
    screen.page.mouse.click(*screen.place("rail-dongguannan"))
    screen.settle()
    assert screen.selected() == "features:rail-dongguannan"
    screen.click("#page-export")
    screen.page.locator(".st-key-make-file").wait_for()
    screen.click("#page-map")
    screen.look(22.8632, 113.6683, 14)
    screen.page.mouse.click(*screen.place("rail-humenstation"))
    screen.settle()
    assert screen.selected() == "features:rail-humenstation"


def test_a_picture_that_is_kept_is_the_one_that_would_be_drawn(visit: Visit) -> None:
    """Filters that come back are shown as they were drawn: never of another day, view, theme or choice of layers."""
    screen = visit()
    acts = {
        "a filter": "page.toggle('theme', 'rail')",
        "and back": "page.toggle('theme', 'rail')",
        "and on again": "page.toggle('theme', 'rail')",
        "another day": "guantu.setDay(page, '2018-06-01')",
        "the filter off": "page.reset()",
        "the last day": "guantu.setDay(page, page.last)",
        "a layer off": "page.set({layers: {...page.layers, water: false}})",
        "closer": "page.map.setZoom(12, {animate: false})",
        "hide": "page.set({filter: {...page.filter, stage: new Set(['maintenance'])}, hide: true})",
        "show": "page.set({filter: guantu.emptyFilter(), hide: false})",
        "English": "page.set({lang: 1 - page.lang})",
        "home": "guantu.backHome(page)",
    }
    kept = screen.ask("guantu.page.view.layer.canvas.toDataURL()")
    for what, act in acts.items():
        screen.ask(f"(() => {{ const page = guantu.page; {act}; }})()")
        screen.settle()
        same, pictures = screen.ask(
            """() => {
              const { layer } = guantu.page.view, seen = layer.canvas.toDataURL(), { length } = layer.pictures;
              layer.pictures = [];
              layer.draw();
              return [seen === layer.canvas.toDataURL(), length];
            }"""
        )
        assert same and pictures <= 2, what
    before = screen.ask("window.before = guantu.page.view.layer.canvas; before.toDataURL()")
    assert before != kept, "another language, another layer"
    screen.ask("guantu.page.toggle('theme', 'rail')")
    screen.settle()
    assert screen.ask("guantu.page.view.layer.canvas !== window.before")
    screen.ask("guantu.page.toggle('theme', 'rail')")
    screen.settle()
    assert screen.ask("guantu.page.view.layer.canvas === window.before"), "not drawn again"


def test_a_card_folds_the_legend_and_gives_it_back(visit: Visit) -> None:
    screen = visit()
    is_open = "document.getElementById('legend').open"
    card = "guantu.page.choose('features', guantu.page.found.features[0])"
    screen.ask(card)
    assert not screen.ask(is_open)
    screen.click("#close-details")
    assert screen.ask(is_open)
    screen.ask(card)
    screen.click("#legend-head")
    assert screen.ask(is_open), "who asks for both has both"
    screen.click("#close-details")
    screen.click("#legend-head")
    screen.ask(card)
    screen.click("#close-details")
    assert not screen.ask(is_open), "what was shut by hand stays shut"
    assert visit(size=(1920, 1080)).ask(f"{card}; {is_open}"), "a wide window has room for both"


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 1000), (1280, 720), (1024, 768)])
def test_what_was_clicked_stays_in_sight_beside_card_and_legend(visit: Visit, size: tuple[int, int]) -> None:
    """The card that opens takes room from the map, and the legend moves with its edge."""
    screen = visit("?lang=zh", size=size)
    screen.look(22.848, 114.0635, 13)
    box = screen.node("#map").bounding_box()
    legend = screen.node("#legend").bounding_box()
    assert box and legend
    # Move it to where card or legend will lie, as far to the right as it can be clicked.
    middle = box["x"] + box["width"] / 2
    screen.ask("(by) => guantu.page.map.panBy([by, 0], { animate: false })", middle - legend["x"] + 40)
    screen.settle()
    screen.page.mouse.click(*screen.place("rail-dongguannan"))
    screen.settle(600)
    assert screen.selected() == "features:rail-dongguannan"
    at = list(screen.place("rail-dongguannan"))
    assert screen.ask("([x, y]) => !!document.elementFromPoint(x, y).closest('#map')", at), "it is on the map"
    assert not screen.ask("([x, y]) => !!document.elementFromPoint(x, y).closest('#legend')", at), "and not covered"


@pytest.mark.parametrize("size", [(390, 844), (820, 1180)])
def test_what_was_tapped_stays_in_sight_beside_the_card(visit: Visit, size: tuple[int, int]) -> None:
    screen = visit("?lang=zh", size=size, has_touch=True, is_mobile=True)
    place = screen.place("rail-dongguannan")
    box = screen.node("#map").bounding_box()
    assert box
    screen.look(22.848, 114.0635, 13)
    # Move it to where the card will lie.
    screen.ask("(by) => guantu.page.map.panBy([0, by], { animate: false })", -box["height"] * 0.35)
    screen.settle()
    place = screen.place("rail-dongguannan")
    assert place[1] > box["y"] + box["height"] * 0.75
    screen.page.touchscreen.tap(*place)
    screen.settle(900)
    assert screen.selected() == "features:rail-dongguannan"
    x, y = screen.place("rail-dongguannan")
    card = screen.node("#card").bounding_box()
    assert card and y < card["y"] and card["y"] + card["height"] <= size[1]
    assert screen.ask("([x, y]) => document.elementFromPoint(x, y).matches('#map, #map canvas')", [x, y])


def test_all_pages_are_in_reach_and_the_map_is_seen(visit: Visit) -> None:
    """On a phone the filters do not lie over the map, on a tablet no button is cut off."""
    screen = visit("?lang=zh")
    for lang, size in itertools.product(("zh", "en"), [*SIZES, (768, 1024)]):
        screen.page.set_viewport_size({"width": size[0], "height": size[1]})
        screen.settle()
        screen.node("#filters").evaluate("() => guantu.page.sheet('filters', false)")
        if screen.ask("guantu.page.langs[guantu.page.lang]") != lang:
            screen.click("#lang")
        buttons = screen.node("#pages button")
        if buttons.first.is_hidden():
            screen.click("#menu-button")
            buttons = screen.node("#menu [id^=menu-page-]")
        pages = ("map", "analyse", "progress", "export", "meeting")
        assert buttons.all_inner_texts() == [TEXTS(f"page-{name}", lang) for name in pages]
        for place in range(len(pages)):
            box = buttons.nth(place).bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= size[0], place
            # What lies there is the button itself.
            middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
            assert screen.ask("([x, y]) => !!document.elementFromPoint(x, y).closest('button')", middle)
        buttons.nth(pages.index("export")).click()
        screen.page.locator(".st-key-make-file").wait_for()
        screen.settle()
        assert screen.query()["page"] == "export"
        screen.page.go_back()
        screen.page.locator(".st-key-make-file").wait_for(state="detached")
        screen.settle()
        # In the middle of the map there is the map.
        map_box = screen.node("#map").bounding_box()
        assert map_box and map_box["width"] >= 300 and map_box["height"] >= 300
        at = [map_box["x"] + map_box["width"] / 2, map_box["y"] + map_box["height"] / 2]
        assert screen.ask("([x, y]) => !!document.elementFromPoint(x, y).closest('#map')", at)


def test_back_and_forward_over_a_visit_to_the_export_page(visit: Visit, today: View) -> None:
    screen = visit("?lang=en&theme=rail&map=12,22.9000,113.7500")
    page, made = screen.page, screen.page.locator(".st-key-make-file")
    screen.ask("window.mark = 'same page'")
    screen.pick("theme", "bridges")

    def on_map(chosen: Filter) -> None:
        made.wait_for(state="detached")
        screen.settle()
        assert screen.node("#map").is_visible() and screen.visible() == placed(today, chosen)
        assert screen.map_view() == [12, 22.9, 113.75] and "page" not in screen.query()
        assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 1440, "height": 1000}

    def on_export(chosen: Filter) -> None:
        made.wait_for()
        screen.settle()
        assert screen.node("#map").is_hidden() and screen.query()["page"] == "export"
        assert screen.query()["theme"] == ",".join(chosen.theme)
        counts = page.locator(".gt-export .counts").nth(1).inner_text().split("\n")
        assert f"Measures {len(today.narrowed(chosen).measures)}" in [line.strip() for line in counts]

    one, both = Filter(theme=("rail",)), Filter(theme=("rail", "bridges"))
    screen.click("#page-export")
    on_export(both)
    page.go_back()
    on_map(both)
    page.go_back()
    on_map(one)
    page.go_forward()
    page.go_forward()
    on_export(both)
    page.go_back()
    on_map(both)
    assert screen.ask("window.mark") == "same page"
    assert not screen.errors


def test_the_words_of_the_search_on_the_export_page_lead_back_to_the_map(visit: Visit) -> None:
    screen = visit("?lang=zh&page=export")
    screen.page.locator(".st-key-make-file").wait_for()
    screen.node("#q").fill("莞惠城际")
    hit = screen.node("#hits li").first
    box = hit.bounding_box()
    frame = screen.page.locator("iframe").bounding_box()
    assert box and frame and box["y"] + box["height"] <= frame["height"], "the suggestions are not cut by the bar"
    screen.node("#q").press("Enter")
    screen.settle()
    assert "page" not in screen.query() and str(screen.selected()).startswith("features:")
    screen.page.locator(".st-key-make-file").wait_for(state="detached")
