"""The real app in Chromium: what the map draws, how filters and clicks reach it, and what it never does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import Screen, serve

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import CATALOG, Register
from views.words import TEXTS

pytestmark = pytest.mark.browser
Visit = Callable[..., Screen]


@pytest.fixture(scope="module")
def today(register: Register) -> View:
    return look_at(register, Filter())


def placed(view: View, chosen: Filter) -> set[str]:
    kept = view.narrowed(chosen)
    return set(kept.features.loc[kept.features.geometry.notna(), "id"])


def test_draws_every_feature_with_a_position(visit: Visit, today: View) -> None:
    screen = visit()
    assert screen.visible() == placed(today, Filter())
    screen.ask("guantu.bridge.map.setView([20, 90], 3, {animate: false})")
    stats = screen.ask("guantu.bridge.layer.stats")
    assert stats["drawn"] == len(placed(today, Filter()))
    assert not screen.errors


def test_status_and_agency_change_what_is_drawn(visit: Visit, today: View) -> None:
    screen = visit()
    stages, agencies = today.register.codelist("stage"), today.register["agencies"].set_index("id")
    stage, agency = today.features["stage"].value_counts().index[1], today.register["assignments"]["agency"].mode()[0]
    screen.ask("window.mark = 'same page'; guantu.bridge.map.setView([22.9, 113.8], 11, {animate: false})")
    screen.pick("阶段", stages["title_zh"][stage])
    assert screen.visible() == placed(today, Filter(stage=(stage,)))
    assert set(screen.ask("Object.keys(guantu.bridge.layer.stats.byStage)")) <= {stage}
    screen.pick("机构", agencies["name_zh"][agency])
    assert screen.visible() == placed(today, Filter(stage=(stage,), agency=(agency,)))
    assert f"stage={stage}" in screen.page.url and f"agency={agency}" in screen.page.url
    # The page, the map and its view are still the ones from before.
    assert screen.ask("window.mark") == "same page"
    assert screen.ask("[guantu.bridge.map.getZoom(), +guantu.bridge.map.getCenter().lat.toFixed(3)]") == [11, 22.9]
    screen.page.get_by_role("button", name="重置筛选").first.click()
    screen.settle()
    assert screen.visible() == placed(today, Filter())
    assert screen.ask("window.mark") == "same page"
    assert not screen.errors


def test_click_opens_the_card_in_both_languages(visit: Visit, register: Register) -> None:
    row = register.features.set_index("id").loc["rail-dongguannan"]
    for lang, locale in (("zh", "zh-CN"), ("en", "en-US")):
        screen = visit(locale=locale)
        screen.ask("guantu.bridge.map.setView([22.848, 114.0635], 14, {animate: false})")
        screen.page.mouse.click(*screen.place("rail-dongguannan"))
        screen.page.wait_for_url("**show=features*")
        screen.settle()
        assert row[f"name_{lang}"] in screen.card()
        assert screen.ask("guantu.bridge.args.selected") == "rail-dongguannan"
        assert "show=features%3Arail-dongguannan" in screen.page.url


def test_url_gives_the_same_view_again(visit: Visit, today: View) -> None:
    chosen = Filter(theme=("rail", "bridges"), role=("lead",), q="东莞", as_of=date(2018, 6, 1))
    query = "&".join(f"{key}={value}" for key, value in chosen.to_query().items())
    screen = visit(f"?{query}&lang=en&hide=1&show=features:rail-guanhui")
    then = look_at(today.register, Filter(), date(2018, 6, 1))
    assert screen.visible() == placed(then, chosen)
    assert screen.ask("[guantu.bridge.args.lang, guantu.bridge.args.hide, guantu.bridge.args.selected]") == [
        "en",
        True,
        "rail-guanhui",
    ]
    assert screen.page.get_by_role("textbox", name="Search").input_value() == "东莞"
    assert "as_of=2018-06-01" in screen.page.url


def test_language_switch_translates_every_word(visit: Visit, register: Register) -> None:
    screen = visit(locale="en-GB")
    text = (
        screen.page.locator("section[data-testid=stSidebar]").inner_text()
        + screen.page.locator("[data-testid=stMain]").inner_text()
    )
    left = [word for word in text.split() if any("\u4e00" <= char <= "\u9fff" for char in word)]
    allowed = {"中文", "东府办〔2017〕136号"}
    assert set(left) <= allowed
    legend = screen.ask("guantu.bridge.legend.innerText")
    assert not any("\u4e00" <= char <= "\u9fff" for char in legend)
    screen.page.get_by_test_id("stSidebar").get_by_text("中文").click()
    screen.settle()
    assert register.place.heading.zh in screen.page.locator("h1").first.inner_text()
    assert screen.ask("document.documentElement.lang") == "zh-CN"
    titles = set(register.codelist("stage")["title_zh"])
    assert titles <= set(screen.ask("[...guantu.bridge.legend.querySelectorAll('li')].map((row) => row.textContent)"))


def test_no_request_leaves_the_machine(visit: Visit) -> None:
    screen = visit()
    screen.page.context.set_offline(False)
    screen.pick("专题", "铁路")
    screen.page.mouse.click(*screen.place("rail-dongguannan"))
    screen.settle()
    screen.page.get_by_test_id("stTab").nth(1).click()
    screen.settle()
    assert screen.requests and not screen.foreign()
    assert not screen.errors


def test_works_with_the_network_refused(chromium, address: str, today: View) -> None:
    context = chromium.new_context(locale="zh-CN")
    context.route(lambda url: not url.startswith(address), lambda route: route.abort())
    screen = Screen(context.new_page(), address).open()
    assert screen.visible() == placed(today, Filter())
    assert not screen.errors and not screen.foreign()
    context.close()


def test_table_and_map_choose_the_same(visit: Visit, register: Register) -> None:
    screen = visit("?theme=bridges&lang=zh")
    canvas = screen.page.get_by_test_id("stDataFrame").locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    screen.page.mouse.click(box["x"] + 18, box["y"] + 38 + 17)
    screen.settle()
    chosen = screen.ask("guantu.bridge.args.selected")
    assert chosen in set(register.features.loc[register.features["theme"] == "bridges", "id"])
    assert register.features.set_index("id")["name_zh"][chosen] in screen.card()


def test_a_measure_without_a_place_is_as_reachable(visit: Visit, today: View) -> None:
    bare = today.measures[[not row for row in today.measures["features"]]].iloc[0]
    screen = visit(f"?show=measures:{bare['id']}&lang=zh")
    card = screen.card()
    assert bare["title_zh"] in card and bare["id"] in card
    assert TEXTS.by_language()["zh"]["no-place"] in card


def test_zero_results_say_why_and_offer_the_way_back(visit: Visit) -> None:
    screen = visit("?stage=decommissioned&agency=jiaoyu&lang=en")
    main = screen.page.locator("[data-testid=stMain]")
    assert TEXTS.by_language()["en"]["zero"] in main.inner_text()
    assert screen.visible() == set()
    main.get_by_role("button", name="Reset filters").click()
    screen.settle()
    assert screen.visible()


def test_unknown_conditions_in_the_address_are_named(visit: Visit) -> None:
    screen = visit("?stage=nonsense&lang=en&show=features:%3Cscript%3Ewindow.hacked=1%3C/script%3E")
    assert "stage=nonsense" in screen.page.locator("[data-testid=stMain]").inner_text()
    assert screen.page.evaluate("window.hacked") is None
    assert not screen.errors


HOSTILE = {
    "rail-dongguannan": "<script>window.hacked=1</script>",
    "road-nansha-bridge": "\"quoted\" 'name' </script><img src=x onerror=window.hacked=1>",
    "rail-guanhui": '=HYPERLINK("http://evil") +1-1@x',
    "zone-binhaiwan": "\u202eright to left\u202c 🛤️ 𠮷",
    "rail-shenmao": "{{ 7*7 }} ${7*7} \\u003cb\\u003e",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory):
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
    screen = visit(f"?show=features:{feature}&lang=zh", at=hostile)
    squeezed = " ".join(HOSTILE[feature].split())
    assert squeezed in " ".join(screen.card().split())
    x, y = screen.place(feature)
    screen.page.mouse.move(x + 1, y)
    screen.page.wait_for_timeout(300)
    names = screen.ask("guantu.bridge.layer.data.names.zh")
    assert HOSTILE[feature] in names
    assert screen.page.evaluate("window.hacked") is None and screen.ask("window.hacked") is None
    assert not screen.errors


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1024, 768)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off(visit: Visit, size: tuple[int, int], scheme: str) -> None:
    screen = visit(size=size, color_scheme=scheme)
    main = screen.page.locator("[data-testid=stMain]")
    assert main.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    box = screen.page.locator("iframe").first.bounding_box()
    assert box is not None and box["width"] >= 300
    if size[1] >= 720:
        assert box["y"] + box["height"] <= size[1] + 120
    assert screen.ask("document.body.dataset.theme") == scheme


def test_map_is_announced_and_reachable_by_keyboard(visit: Visit) -> None:
    screen = visit("?lang=en")
    node = screen.map_frame().locator(".folium-map")
    assert "Map of the measures" in str(node.get_attribute("aria-label"))
    node.focus()
    before = screen.ask("guantu.bridge.map.getCenter().lng")
    screen.page.keyboard.press("ArrowRight")
    screen.page.wait_for_timeout(600)
    assert screen.ask("guantu.bridge.map.getCenter().lng") > before
    zoom = screen.ask("guantu.bridge.map.getZoom()")
    screen.page.keyboard.press("+")
    screen.page.wait_for_timeout(600)
    assert screen.ask("guantu.bridge.map.getZoom()") > zoom


def test_a_faulty_register_gives_a_notice(visit: Visit, chromium, tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder)
    path = folder / "features" / "rail.geojson"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with serve(GUANTU_CATALOG=str(folder)) as found:
        page = chromium.new_context(locale="zh-CN").new_page()
        page.goto(found)
        page.get_by_text("features/rail.geojson").first.wait_for(timeout=30_000)
        text = page.locator("[data-testid=stMain]").inner_text()
        assert TEXTS.by_language()["zh"]["faults"] in text and TEXTS.by_language()["en"]["faults"] in text
        assert "Traceback" not in text
        page.context.close()


def test_a_restriction_is_on_the_map(visit: Visit, today: View) -> None:
    closed = today.features[(today.features["restriction"] != "") & today.features.geometry.notna()]
    screen = visit("?lang=en")
    assert set(
        screen.ask("[...guantu.bridge.layer.restricted.keys()].map((f) => guantu.bridge.layer.data.ids[f])")
    ) == set(closed["id"])
    feature = closed["id"].iloc[0]
    screen.ask("guantu.bridge.map.setView([23.08, 114.0], 13, {animate: false})")
    x, y = screen.place(feature)
    screen.page.mouse.move(x, y)
    screen.page.mouse.move(x + 1, y)
    screen.page.wait_for_timeout(400)
    title = today.register.codelist("restriction")["title_en"][closed["restriction"].iloc[0]]
    assert title in screen.ask("guantu.bridge.tip.innerText")


def test_a_measure_marks_its_features(visit: Visit, today: View) -> None:
    links = today.register["links"]
    acting = links[links["relation"] == "target"]
    measure = acting["measure"].iloc[0]
    screen = visit(f"?show=measures:{measure}")
    assert screen.ask("guantu.bridge.args.marked") == acting.loc[acting["measure"] == measure, "feature"].tolist()
    # A place that is only named neither marks nor moves the map.
    named = next(name for name in links["measure"] if name not in set(acting["measure"]))
    screen = visit(f"?show=measures:{named}")
    assert screen.ask("guantu.bridge.args.marked") == []
    assert screen.ask("guantu.bridge.map.getBounds().contains([22.9, 113.9])")


def test_an_edited_register_reaches_an_open_page(visit: Visit, tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder)
    with serve(GUANTU_CATALOG=str(folder)) as found:
        screen = visit("?lang=zh", at=found)
        before = screen.visible()
        path = folder / "features" / "stations.geojson"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        gone = next(line for line in lines if '"id": "station-xiegang"' in line)
        path.write_text("".join(line for line in lines if line != gone), encoding="utf-8")
        for name in ("control-points.csv", "links.csv", "events.csv"):
            rows = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [row for row in rows if "station-xiegang" not in row]
            (folder / name).write_text("".join(kept), encoding="utf-8")
        screen.pick("专题", "车站")
        screen.page.wait_for_timeout(2500)
        screen.page.get_by_role("button", name="重置筛选").first.click()
        screen.settle()
        assert screen.visible() == before - {"station-xiegang"}


def test_gcj02_basemap_is_refused_with_its_reason(visit: Visit) -> None:
    screen = visit("?lang=en", size=(1440, 1400))
    screen.page.get_by_test_id("stSelectbox").filter(has_text="Online basemap").locator("input").click()
    screen.page.locator("[role=option]").filter(has_text="Amap").click()
    screen.settle()
    assert "GCJ-02" in screen.page.locator("section[data-testid=stSidebar]").inner_text()
    assert screen.ask("guantu.bridge.tiles") is None
    assert not screen.foreign()


def test_the_address_keeps_the_view_of_the_map(visit: Visit) -> None:
    screen = visit("?lang=zh")
    assert "map=" not in screen.page.url
    screen.ask("guantu.bridge.map.setView([22.9, 113.75], 12, {animate: false})")
    assert screen.page.url.endswith("map=12%2C22.9000%2C113.7500")
    # A change of the filter writes the address anew; the view stays in it.
    screen.pick("专题", "铁路")
    assert "theme=rail" in screen.page.url and "map=12%2C22.9000%2C113.7500" in screen.page.url
    again = visit(screen.page.url.partition("/?")[2].join(["?", ""]))
    view = "[guantu.bridge.map.getZoom(), ...Object.values(guantu.bridge.map.getCenter()).map((v) => +v.toFixed(3))]"
    assert again.ask(view) == [12, 22.9, 113.75]
    assert "map=12%2C22.9000%2C113.7500" in again.page.url
    assert not screen.errors and not again.errors


@pytest.mark.parametrize("text", ["12,95,113", "99,22,113", "12,22", "<script>,1,1", "1e1,22,113"])
def test_a_view_that_is_none_leaves_the_city(visit: Visit, text: str) -> None:
    screen = visit(f"?map={text}")
    assert screen.ask("guantu.bridge.map.getBounds().contains([22.9, 113.9])")
    assert not screen.errors


def test_each_further_click_takes_the_next_of_those_that_overlap(visit: Visit, today: View) -> None:
    screen = visit("?lang=zh", size=(1440, 1000))
    station = today.features.set_index("id").geometry["rail-dongguannan"]
    screen.ask(f"guantu.bridge.map.setView([{station.y}, {station.x}], 10, {{animate: false}})")
    x, y = screen.place("rail-dongguannan")
    screen.page.mouse.move(x - 1, y)
    screen.page.mouse.move(x, y)
    screen.page.wait_for_timeout(300)
    count = screen.ask("guantu.bridge.layer.hits(guantu.bridge.map.getCenter()).length")
    assert count > 1
    assert f"{count} 个要素" in screen.ask("guantu.bridge.tip.innerText")
    chosen = []
    for _ in range(count + 1):
        screen.page.mouse.click(x, y)
        screen.settle()
        chosen.append(screen.ask("guantu.bridge.args.selected"))
    assert len(set(chosen[:count])) == count
    assert chosen[0] == chosen[count]


def test_the_keyboard_picks_what_lies_under_the_cross(visit: Visit, today: View) -> None:
    screen = visit("?lang=en")
    station = today.features.set_index("id").loc["rail-dongguannan"]
    node = screen.map_frame().locator(".folium-map")
    screen.page.keyboard.press("Tab")
    node.focus()
    screen.ask(f"guantu.bridge.map.setView([{station.geometry.y}, {station.geometry.x}], 15, {{animate: false}})")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url("**show=features*")
    screen.settle()
    assert station["name_en"] in screen.card()
    assert screen.ask("getComputedStyle(document.querySelector('.guantu-cross')).display") == "block"


def test_the_first_view_lies_beside_the_open_legend(visit: Visit, today: View) -> None:
    screen = visit("?lang=zh", size=(1920, 1080))
    assert screen.ask("guantu.bridge.legend.open")
    edge = screen.ask("guantu.bridge.map.getSize().x - guantu.bridge.legend.offsetWidth")
    east = screen.ask("guantu.bridge.map.latLngToContainerPoint(guantu.bridge.config.city[1]).x")
    assert east <= edge


def test_a_view_in_the_address_wins_over_the_selection(visit: Visit) -> None:
    screen = visit("?lang=zh&show=features:rail-dongguannan&map=13,22.7500,113.6500")
    assert screen.ask("guantu.bridge.args.selected") == "rail-dongguannan"
    view = "[guantu.bridge.map.getZoom(), +guantu.bridge.map.getCenter().lat.toFixed(3)]"
    assert screen.ask(view) == [13, 22.75]
    assert "map=13,22.7500,113.6500" in unquote(screen.page.url)


def test_clicks_count_anew_after_another_page(visit: Visit) -> None:
    screen = visit("?lang=en&map=14,22.8480,114.0635")
    screen.page.mouse.click(*screen.place("rail-dongguannan"))
    screen.page.wait_for_url("**show=features*")
    for page in ("Export", "Map"):
        screen.page.locator(".st-key-page").get_by_text(page, exact=True).click()
        screen.settle()
    screen.map_frame().wait_for_function("() => window.guantu && guantu.bridge && guantu.bridge.drawn")
    screen.settle()
    screen.ask("guantu.bridge.map.setView([22.8632, 113.6683], 14, {animate: false})")
    screen.page.mouse.click(*screen.place("rail-humenstation"))
    screen.page.wait_for_url("**rail-humenstation*")


@pytest.mark.parametrize(("lang", "locale"), [("zh", "zh-CN"), ("en", "en-US")])
@pytest.mark.parametrize("size", [(390, 844), (768, 1024), (1024, 768), (1280, 720)])
def test_all_pages_are_in_reach_and_the_map_is_seen(
    visit: Callable[..., Screen], size: tuple[int, int], lang: str, locale: str
) -> None:
    """On a phone the filters do not lie over the map, on a tablet no button is cut off."""
    page = visit(f"?lang={lang}", locale=locale, size=size).page
    pages = page.locator('[data-testid="stMain"] [data-testid="stButtonGroup"] button')
    assert pages.count() == 3
    for place in range(3):
        box = pages.nth(place).bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= size[0], place
        # What lies there is the button itself.
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert page.evaluate("([x, y]) => !!document.elementFromPoint(x, y).closest('button')", middle)
    frame = page.locator("iframe").first.bounding_box()
    assert frame and frame["x"] + frame["width"] <= size[0] + 1
    at = [frame["x"] + frame["width"] / 2, min(frame["y"] + 40, size[1] - 5)]
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", at) == "IFRAME"
