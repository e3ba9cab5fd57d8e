"""The explored page keeps, on any day, what the filter of the product keeps."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import DAY
from firefox import firefox
from playwright.sync_api import Browser, Page
from test_analysis_timeline import days_of
from test_outputs_page_data import rows

from analysis.counts import option_counts
from analysis.filters import TABLES, Filter
from analysis.standing import Standing, standing_on
from analysis.view import View, look
from geodata import Register
from geodata.model import Document
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

pytestmark = pytest.mark.browser
STATES = 500
WORDS = (
    *("hm", "虎门", "RAIL", "songshan", "港 口", "桥", "d2017-07", "nothing-of-the-kind", "水质", "bridge"),
    *("\u864e\u95e8\u3000\u7ad9", "humen bridge", "d2017\u201307", "Ｄ2017", "port"),
)
ASK = """(states) => states.map(({ text, day, said }) => {
  const { page } = guantu, { bundle } = page, { features, measures } = bundle;
  const state = guantu.stateOf(page, text), { filter } = state;
  // A filter holds the place of an agency; as the product has it, it is an id.
  const id = (name, value) => (name === "agency" ? bundle.agencies[value].id : value);
  const each = (name, value) => (typeof value === "string" ? value : [...value].map((one) => id(name, one)));
  const plain = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, each(name, value)]));
  guantu.standOn(bundle, day);
  const kept = guantu.applyFilter(bundle, filter);
  return {
    ignored: state.ignored,
    filter: plain,
    features: kept.features.map((f) => [features[f].id, features[f].stage]),
    measures: kept.measures.map((m) => [measures[m].id, measures[m].outcome, measures[m].past, ...measures[m].reason]),
    counts: said ? guantu.FACETS.map((name) => Object.fromEntries(guantu.countOptions(bundle, filter, name))) : [],
  };
})"""


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("days") / "tour.html"
    write_tour_page(path, Brief(view, "both", (("overview", ""),)))
    return path


@pytest.fixture(scope="module")
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    # What a test waits for is a script that the page itself would refuse.
    context = chromium.new_context(viewport={"width": 1440, "height": 800}, reduced_motion="reduce", bypass_csp=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(file.as_uri())
    opened.wait_for_selector("body[data-ready]")
    yield opened
    assert errors == []
    context.close()


def states(register: Register) -> list[tuple[Filter, date]]:
    """Filters and days by chance, the same ones each time; every facet, several at once, and none."""
    chance = random.Random(20)
    first = min(row.date_issued for row in register.rows(Document))
    days = [*chance.sample([day for day in days_of(register) if first <= day <= DAY], 60), first, DAY]
    towns = [row.id for row in register.towns]
    values = {name: towns if name == "town" else list(register[table][key]) for name, (table, key) in TABLES.items()}
    found = []
    for _ in range(STATES):
        names = chance.sample(list(values), chance.choice((0, 1, 1, 2, 2, 3)))
        facets = {
            name: tuple(chance.sample(values[name], chance.choice((1, 1, 2, 4)) % len(values[name]) or 1))
            for name in names
        }
        words = chance.choice((*WORDS, *[""] * 20))
        # Before the day looked at as a rule; a day that has yet to come is asked for too.
        since = chance.choice((None, None, chance.choice(days)))
        found.append((Filter(**facets, q=words, since=since), chance.choice(days)))
    return found


def address_of(chosen: Filter, titles: dict[str, dict[str, str]]) -> str:
    """A filter as an address, its values as `titles` have them; a title that holds a comma cannot be one of several."""
    query = {
        name: ",".join(
            titles.get(name, {}).get(value, value) if "," not in titles.get(name, {}).get(value, ",") else value
            for value in getattr(chosen, name)
        )
        for name in TABLES
    }
    query |= {"q": chosen.q, "since": str(chosen.since or "")}
    return urlencode({"page": "map"} | {name: value for name, value in query.items() if value})


def titles_in(register: Register, lang: str) -> dict[str, dict[str, str]]:
    """Of each facet that can be asked for by title or name: its values, and what each alone is called in a language."""
    found: dict[str, dict[str, str]] = {}
    for name, (table, key) in TABLES.items():
        column = f"name_{lang}" if name in ("agency", "town") else f"title_{lang}"
        if table.startswith("codelist-") or name in ("agency", "town"):
            frame = register[table]
            alone = frame[~frame[column].duplicated(keep=False) & (frame[column] != "")]
            found[name] = dict(zip(alone[key], alone[column], strict=True))
    return found


Ask = Callable[[str, Any], Any]


@pytest.fixture(params=["chromium", "firefox"])
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ask]:
    """Has the page of either browser answer."""
    if request.param == "chromium":
        yield request.getfixturevalue("page").evaluate
        return
    with firefox(tmp_path) as tab:
        tab.goto(request.getfixturevalue("file").as_uri())
        tab.evaluate(
            """() => new Promise((done) => {
              const look = () => (document.body.dataset.ready ? done() : setTimeout(look, 40));
              look();
            })"""
        )
        yield tab.evaluate
        assert tab.errors == []


def test_five_hundred_states_keep_the_same_rows_in_the_same_order(ask: Ask, register: Register) -> None:
    asked = states(register)
    assert {name for chosen, _ in asked for name in TABLES if getattr(chosen, name)} == set(TABLES)
    assert sum(chosen.since is not None for chosen, _ in asked) > STATES / 5
    agencies = list(register["agencies"]["id"])
    # By code, by Chinese titles, by English ones: an address says the same in each.
    titled = ({}, titles_in(register, "zh"), titles_in(register, "en"))
    questions = [
        {"text": address_of(chosen, titled[place % 3]), "day": day.isoformat(), "said": place % 10 == 0}
        for place, (chosen, day) in enumerate(asked)
    ]
    answers = ask(ASK, questions)
    facets = ask("() => guantu.FACETS", None)
    assert facets == list(TABLES)
    known: dict[date, Standing] = {}
    kept_any = 0
    for question, (chosen, day), answer in zip(questions, asked, answers, strict=True):
        assert answer["ignored"] == [], question
        wanted = {name: sorted(getattr(chosen, name)) for name in TABLES}
        assert {name: sorted(answer["filter"][name]) for name in TABLES} == wanted, question
        assert answer["filter"]["since"] == str(chosen.since or "") and answer["filter"]["q"] == chosen.q
        if day not in known:
            known[day] = standing_on(register, day)
        view = look(known[day], chosen)
        features, measures = view.features, view.measures
        assert answer["features"] == [list(row) for row in zip(features["id"], features["stage"], strict=True)], (
            chosen,
            day,
        )
        verdicts = [known[day].measure_status[name].verdict for name in measures["id"]]
        expected = [
            [name, verdict.outcome, verdict.due, verdict.reason.zh, verdict.reason.in_("en")]
            for name, verdict in zip(measures["id"], verdicts, strict=True)
        ]
        assert answer["measures"] == expected, (chosen, day)
        if question["said"]:
            for name, counts in zip(facets, answer["counts"], strict=True):
                found = counts if name != "agency" else {agencies[int(key)]: n for key, n in counts.items()}
                assert found == option_counts(view, name), (name, chosen, day)
        kept_any += bool(answer["features"] or answer["measures"])
    assert kept_any > STATES / 3


@pytest.fixture
def explored(page: Page) -> Page:
    bare = page.url.partition("#")[0]
    page.goto("about:blank")
    page.goto(bare)
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("e")
    page.wait_for_selector("body[data-mode=explore]")
    return page


def shown(page: Page) -> str:
    return page.locator(".guantu-stamp").inner_text()


def stages(page: Page) -> dict[str, int]:
    """What the map shows by stage, in view or not."""
    return dict(
        page.evaluate(
            """() => {
              const { layer } = guantu.page.view, found = {};
              layer.data.ids.forEach((id, f) => {
                const stage = layer.stages[layer.stage[f]];
                if (layer.visible[f] && layer.data.context[f] !== 1) found[stage] = (found[stage] || 0) + 1;
              });
              return found;
            }"""
        )
    )


@pytest.mark.parametrize("key", ["Enter", "Tab"])
@pytest.mark.parametrize("typed", ["2018-06-01", "2018/6/1", "2018年6月1日", "20180601", " 2018.06.01 "])
def test_a_typed_day_counts_on_enter_and_on_tab(explored: Page, typed: str, key: str) -> None:
    before = stages(explored)
    explored.locator("#day").fill(typed)
    explored.locator("#day").press(key)
    explored.wait_for_function("guantu.page.bundle.standsOn === '2018-06-01'")
    assert explored.locator("#day").input_value() == "2018-06-01"
    assert explored.locator("#slider").get_attribute("aria-valuetext") == "2018-06-01"
    assert "2018-06-01" in shown(explored) and stages(explored) != before
    explored.locator("#today").click()
    explored.wait_for_function("(day) => guantu.page.bundle.standsOn === day", arg=DAY.isoformat())
    assert stages(explored) == before and "2018" not in shown(explored)


@pytest.mark.parametrize("typed", ["1999-01-01", "2049-01-01", "2018-02-30", "2018-13-01", "x", "", "<b>2018</b>"])
def test_a_day_that_cannot_be_is_said_beside_the_box(explored: Page, typed: str) -> None:
    before = explored.evaluate("guantu.page.day")
    explored.locator("#day").fill(typed)
    explored.locator("#day").press("Enter")
    assert "2012-02-13" in explored.locator("#day-fault").inner_text()
    assert explored.locator("#day").get_attribute("aria-invalid") == "true"
    assert explored.evaluate("guantu.page.day") == before
    explored.locator("#day").fill("2020-01-01")
    explored.locator("#day").press("Enter")
    assert explored.locator("#day-fault").inner_text() == ""


def test_a_click_into_the_day_chooses_all_of_it(explored: Page) -> None:
    explored.locator("#day").click()
    explored.keyboard.type("2017-12-31\n")
    explored.wait_for_function("guantu.page.bundle.standsOn === '2017-12-31'")
    assert explored.locator("#day-fault").inner_text() == ""


def test_the_slider_by_keyboard_and_the_numbers_that_move_with_it(explored: Page, register: Register) -> None:
    explored.locator("#slider").focus()
    explored.locator("#slider").press("Home")
    explored.wait_for_function("guantu.page.bundle.standsOn === guantu.page.bundle.first")
    assert explored.evaluate("document.activeElement.id") == "slider", "a drag must not be broken off"
    explored.locator("#slider").press("PageUp")
    day = date.fromisoformat(explored.evaluate("guantu.page.day"))
    assert day > date(2012, 2, 13) + timedelta(days=30)
    counts = option_counts(look(standing_on(register, day), Filter()), "stage")
    # What is looked at later waits until the page is idle.
    explored.wait_for_function(
        "(day) => guantu.page.bundle.standsOn === day && !guantu.page.later.size", arg=day.isoformat()
    )
    for code, count in counts.items():
        assert explored.locator(f"label:has(#stage-{code}) small").inner_text() == str(count), code


def test_it_plays_to_the_last_day_and_stops_on_a_click(explored: Page) -> None:
    explored.evaluate("guantu.STEP_MS = 20")
    explored.locator("#play").click()
    explored.wait_for_function("guantu.page.day > '2013'")
    explored.locator("#play").click()
    assert explored.evaluate("guantu.page.playing") is None
    at = explored.evaluate("guantu.page.day")
    explored.wait_for_timeout(200)
    assert explored.evaluate("guantu.page.day") == at < DAY.isoformat()
    explored.locator("#play").click()
    explored.wait_for_function("guantu.page.playing === null", timeout=60_000)
    assert explored.evaluate("guantu.page.day") == DAY.isoformat()


def test_a_slow_click_counts_while_the_days_move(explored: Page) -> None:
    """What is under the pointer is not exchanged between press and release."""
    explored.evaluate("guantu.STEP_MS = 20")
    for selector, done in (("#number-met", "guantu.page.filter.outcome.has('met')"), ("#play", "!guantu.page.playing")):
        if not explored.evaluate("guantu.page.playing"):
            explored.evaluate("guantu.setDay(guantu.page, guantu.page.bundle.first)")
            explored.locator("#play").click()
        assert press(explored, selector), "the line moved away before each press"
        explored.wait_for_timeout(150)
        explored.mouse.up()
        assert explored.evaluate(done), selector


def press(page: Page, selector: str) -> bool:
    """Hold the button down; a line that moved on between pointing and pressing is pointed at again."""
    page.evaluate("addEventListener('pointerdown', (event) => (window.pressed = event.target), true)")
    for _ in range(9):
        page.locator(selector).hover()
        page.mouse.down()
        if page.evaluate(f"Boolean(window.pressed.closest('{selector}'))"):
            return True
        page.mouse.up()
    return False


def test_a_chapter_speaks_of_the_day_of_the_page(explored: Page) -> None:
    before = stages(explored)
    explored.locator("#day").fill("2015-01-01")
    explored.locator("#day").press("Enter")
    explored.wait_for_function("guantu.page.bundle.standsOn === '2015-01-01'")
    explored.locator("#page-tour").click()
    assert explored.evaluate("guantu.page.bundle.standsOn") == DAY.isoformat() and "2015" not in shown(explored)
    explored.locator("#mode").click()
    assert stages(explored) == before


def test_facts_after_the_day_are_not_shown(explored: Page, register: Register) -> None:
    """The feature with the most facts, on the day of its first one: the card shows no later one."""
    explored.evaluate(
        """() => {
          const { features } = guantu.page.bundle, longer = (a, b) => (a.events.length > b.events.length ? a : b);
          guantu.page.choose("features", features.indexOf(features.reduce(longer)));
        }"""
    )
    events = explored.evaluate(
        "guantu.page.bundle.features[guantu.page.selected.row].events.map((event) => event.from)"
    )
    dated = sorted(filter(None, events))
    assert len(dated) > 4
    explored.evaluate("(day) => guantu.setDay(guantu.page, day)", max(dated[1], "2012-02-13"))
    explored.wait_for_timeout(600)
    expected = sum(not day or day <= max(dated[1], "2012-02-13") for day in events)
    assert explored.locator("#card ol li").count() == expected < len(events)


def test_what_a_page_knows_ends_with_its_day(view: View, tmp_path: Path) -> None:
    path = tmp_path / "early.html"
    early = look(standing_on(view.register, date(2018, 6, 1)), Filter())
    write_tour_page(path, Brief(early, "zh", (("overview", ""),)))
    html = path.read_text(encoding="utf-8")
    bundle = json.loads(html.split('<script id="bundle" type="application/json">')[1].split("</script>")[0])
    features, measures = list(rows(bundle["features"])), list(rows(bundle["measures"]))
    days = [turn[0] for row in (*features, *measures) for turn in row["turns"]]
    days += [event["from"] for row in features for event in row["events"]]
    assert max(days) <= "2018-06-01" and len(days) > 700
