"""Two days side by side on the screen: a list of what changed, halos on the map, and a line between both sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Screen, serve
from playwright.sync_api import Browser
from writers import MEASURE, act, decide

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import CATALOG, Register, read_register
from geodata.journal.door import Draft, write
from geodata.journal.entries import Kind
from geodata.journal.people import DESK
from geodata.journal.store import open_store
from layers.symbology import rules
from outputs.meeting.brief import Brief
from outputs.meeting.tour_page import write_tour_page

Visit = Callable[..., Screen]
GRID, ZONE = "d2017-08-1-11", "zone-east-industrial"
MEITANG = (22.84515, 113.98017)
TO = [114.02, 22.97]
RING = """
(id) => {
          const { layer } = guantu.page.view, { data, frame, symbols, rules } = layer, f = data.ids.indexOf(id);
          const { width, gap } = rules.changed, { scale = 1 } = layer._look(f), v = guantu.firstVertex(data, f);
          const out = (layer._theme(f).size || 16) * scale / 2 + gap + width / 2, at = [0, 0.7, 1.6, 2.4, 4];
          const context = layer.marks.getContext('2d');
          return at.map((turn) => {
            const x = data.x[v] * frame.scale - frame.left + out * Math.cos(turn);
            const y = data.y[v] * frame.scale - frame.top + out * Math.sin(turn);
            const pixel = [x, y].map((one) => Math.floor(one * symbols.ratio));
            const { data: rgb } = context.getImageData(...pixel, 1, 1);
            return '#' + [...rgb].slice(0, 3).map((one) => one.toString(16).padStart(2, '0')).join('');
          });
        }
"""
"""Colours on the ring that a halo is round a point."""
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A screen with a journal: a fact of May is recorded today, a date is moved, a zone lies elsewhere."""
    place = tmp_path_factory.mktemp("compare") / "journal.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUANTU_JOURNAL", str(place))
        patch.setenv("GUANTU_WRITE", "desk")
        dates = {"due_date": "2027-12-31", "due_text": "2027年"}
        shape = {"geometry": json.dumps({"type": "Point", "coordinates": TO})}
        said = [
            *act(),
            Draft(Kind.CHANGE, table="measures", key=(GRID,), values=dates, text="会议"),
            Draft(Kind.CHANGE, table="features", key=(ZONE,), values=shape, text="勘误"),
        ]
        store = open_store(str(place))
        write(store, CATALOG, DESK, said, "page")
        write(store, CATALOG, DESK, decide(Kind.ACCEPT, *said), "page")
    with serve(GUANTU_JOURNAL=str(place), GUANTU_WRITE="desk") as address:
        yield address


def listed(screen: Screen) -> dict[str, str]:
    """The rows of the list by id: the kinds of change and what was and is."""
    screen.node("#grid .tabulator-row").first.wait_for()
    return dict(screen.ask("guantu.page.grid.getData().map(({ key, kind, change }) => [key, `${kind}: ${change}`])"))


def halos(screen: Screen, side: str = "layer") -> dict[str, list[str]]:
    """Ids of the features with a halo, and of those that are drawn as gone."""
    found: dict[str, list[str]] = screen.ask(
        """(side) => {
          const { view } = guantu.page, { changes } = view[side].view;
          const ids = (data, list) => list.map((f) => data.ids[f]);
          return { halos: ids(view[side].data, changes.halos), ghosts: ids(changes.data, changes.ghosts) };
        }""",
        side,
    )
    return found


def cuts(screen: Screen) -> list[float]:
    """Where each side ends, in percent of the map: what is seen of the left one, then of the right one."""
    found: list[float] = screen.ask(
        """() => {
          const { view, map } = guantu.page, shift = map.containerPointToLayerPoint([0, 0]).x;
          const edges = (layer) => layer.holder.style.clipPath.match(/-?[0-9.]+px -/g).map(parseFloat);
          const share = (x) => Math.round(1000 * (x - shift) / map.getSize().x) / 10;
          return [share(Math.max(...edges(view.beside))), share(Math.min(...edges(view.layer)))];
        }"""
    )
    return found


def turned(register: Register, before: date, after: date) -> dict[str, tuple[str, str]]:
    """Stages and outcomes that differ between two days, worked out by the rules."""
    old, new = (look_at(register, Filter(), day).standing for day in (before, after))
    found = {}
    for was, now in zip(old.feature_status.values(), new.feature_status.values(), strict=True):
        found[now.feature.id] = (str(was.stage.stage), str(now.stage.stage))
    for one, other in zip(old.measure_status.values(), new.measure_status.values(), strict=True):
        found[other.measure.id] = (str(one.verdict.outcome), str(other.verdict.outcome))
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}


def test_what_was_recorded_since_is_listed_though_the_day_is_the_same(visit: Visit, desk: str) -> None:
    yesterday = date.today() - timedelta(days=2)
    screen = visit(f"?lang=en&table=changes&against_known={yesterday}", locale="en-US", at=desk)
    screen.node("#grid .tabulator-row").nth(2).wait_for()
    rows = listed(screen)
    assert set(rows) == {MEASURE, GRID, ZONE}
    assert rows[MEASURE] == "Recorded since: still Under way"
    moved = "2020-12-31 · Date passed → 2027-12-31 · Due later"
    assert rows[GRID] == f"Outcome, Due date: No evidence → Under way; {moved}"
    assert rows[ZONE].startswith("Position: ") and rows[ZONE].endswith(" · moved by 7.0 km")
    assert screen.node("#tab-changes").inner_text() == "3 changed: Projects 1, Measures 2"
    row = screen.node(f"#grid [data-id={MEASURE}]")
    assert "recorded since: 2026-05-20 完成可行性研究。" in row.inner_text() and row.locator(".swatch svg").count() == 1
    # On the left the zone has its halo, on the right too, and dashes where it lay.
    assert halos(screen, "beside") == {"halos": [ZONE], "ghosts": []}
    assert halos(screen) == {"halos": [ZONE], "ghosts": [ZONE]}
    row.click()
    assert screen.query()["show"] == f"measures:{MEASURE}" and screen.query()["against_known"] == str(yesterday)
    # The filter applies: a town that has nothing of it keeps nothing.
    screen.ask("guantu.page.toggle('theme', 'rivers')")
    screen.settle()
    assert screen.node("#tab-changes").inner_text() == "No change"
    assert screen.node("#grid").inner_text().endswith("Nothing differs between the two days.")
    screen.click("#off-against-known")
    assert "against_known" not in screen.query() and "table" not in screen.query()
    assert screen.ask("!guantu.page.view.beside && !document.getElementById('divider')")
    assert screen.ask("guantu.page.view.layer.holder.style.clipPath") == "" and screen.errors == []


def test_since_the_last_half_year_is_two_clicks(visit: Visit, desk: str) -> None:
    """The list has what the rules say, each with both swatches."""
    screen = visit("?lang=en&as_of=2026-03-31", locale="en-US", at=desk, size=(1280, 720))
    screen.click("#compare")
    screen.node("#compare-dialog #as-then-known").uncheck()
    screen.click("#compare-dialog #since-half-before")
    assert screen.query()["against"] == "2025-06-30" and screen.query()["table"] == "changes"
    rows, register = listed(screen), read_register()
    expected = turned(register, date(2025, 6, 30), date(2026, 3, 31))
    coded = screen.ask(
        """() => guantu.page.grid.getData().flatMap(({ key, told }) => told.flatMap(({ was, now }) =>
          was?.code && now.code !== was.code ? [[key, [was.code, now.code]]] : []))"""
    )
    assert {key: tuple(pair) for key, pair in coded} == expected and len(expected) > 10
    # What has no other code has another date of its own.
    assert all(rows[key].startswith("Due date") for key in set(rows) - set(expected))
    assert set(halos(screen)["halos"]) == {key for key in expected if key in set(register.features["id"])}
    counts = [len(expected.keys() & set(register["measures"]["id"])), len(rows)]
    assert screen.node("#tab-changes").inner_text().startswith(f"{counts[1]} changed: Projects ")
    before, after = screen.node("#divider .before"), screen.node("#divider .after")
    assert (before.inner_text(), after.inner_text()) == ("2025-06-30", "2026-03-31")
    # Sorted by kind, either way.
    ranks = "guantu.page.grid.getData('active').map(({ rank }) => rank)"
    for backwards in (False, True):
        screen.node("#grid [tabulator-field=rank] .tabulator-col-title").click()
        found = screen.ask(ranks)
        assert found == sorted(found, reverse=backwards) and len(set(found)) > 1
    # Undo is Back.
    screen.page.go_back()
    screen.settle()
    assert not screen.node("#divider").count() and screen.errors == [] and counts[0] > 0


def test_the_line_is_dragged_and_moved_by_keys_and_both_sides_go_together(visit: Visit, address: str) -> None:
    screen = visit("?lang=en&against=2025-06-30", locale="en-US", size=(1280, 720))
    line = screen.node("#divider")
    assert line.get_attribute("role") == "separator" and line.get_attribute("aria-orientation") == "vertical"
    assert "left 2025-06-30" in (line.get_attribute("aria-label") or "") and cuts(screen) == [50, 50]
    line.focus()
    for key, value in (("ArrowRight", 52), ("PageUp", 62), ("End", 100), ("ArrowRight", 100), ("Home", 0)):
        line.press(key)
        assert line.get_attribute("aria-valuenow") == str(value) and cuts(screen) == [value, value]
    line.press("PageUp")
    view = screen.map_view()
    box = line.bounding_box()
    assert box is not None
    screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200)
    screen.page.mouse.down()
    screen.page.mouse.move(512, box["y"] + 260, steps=3)
    screen.page.mouse.up()
    assert line.get_attribute("aria-valuenow") == "40" and cuts(screen) == [40, 40]
    assert screen.map_view() == view, "the map stays where it is"
    screen.look(22.95, 113.9, 12)
    assert cuts(screen) == [40, 40]
    frames = "['layer', 'beside'].map((side) => JSON.stringify(guantu.page.view[side].frame))"
    first, second = screen.ask(frames)
    assert first == second
    # A picture of the map has both, and the line between them.
    line_at = """() => {
      const { page } = guantu, { ratio } = page.view.layer.symbols, picture = guantu.picture(page);
      const x = Math.floor(page.map.getSize().x * 0.4 * ratio), y = Math.floor(picture.height * 0.7);
      return [...picture.getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3)];
    }"""
    ink = rules()["ground"]["light"]["ink"]
    assert screen.ask(line_at) == [int(ink[i : i + 2], 16) for i in (1, 3, 5)]
    # The metro line was being built on the left, and runs on the right.
    stages = screen.ask(
        """() => ['beside', 'layer'].map((side) => {
          const layer = guantu.page.view[side];
          return layer.stages[layer.stage[layer.data.ids.indexOf('rail-dgmetro1')]];
        })"""
    )
    assert stages == ["implementation", "maintenance"] and screen.errors == []


def test_what_is_pointed_at_on_the_left_is_said_of_that_day(visit: Visit, address: str) -> None:
    screen = visit("?lang=en&against=2025-06-30", locale="en-US", size=(1280, 720))
    screen.look(*MEITANG, 14)
    x, y = screen.place("station-meitang")
    for split, words in ((100, "No stage on record"), (0, "In operation")):
        screen.ask("(split) => { guantu.page.split = split; guantu.cutSides(guantu.page); }", split)
        screen.page.mouse.move(x - 40, y - 40)
        screen.page.mouse.move(x, y)
        screen.page.wait_for_timeout(200)
        assert words in screen.node(".guantu-tip").inner_text()
    screen.page.mouse.click(x, y)
    screen.settle()
    assert screen.query()["show"] == "features:station-meitang"


def test_a_halo_has_the_colour_of_the_symbology_and_is_seen_in_grey(visit: Visit, address: str) -> None:
    screen = visit("?lang=zh&against=2025-06-30", size=(1280, 720))
    screen.ask("guantu.page.split = 0; guantu.cutSides(guantu.page)")
    screen.look(*MEITANG, 14)
    for theme in ("light", "dark"):
        screen.page.emulate_media(color_scheme=theme)
        screen.settle(400)
        ring, ground = screen.ask(RING, "station-meitang"), rules()["ground"][theme]
        assert ring.count(ground["found"]) >= 4, ring
        assert contrast(ground["found"], ground["paper"]) > 3 and contrast(ground["found"], ground["halo"]) > 3
    legend = screen.node("#legend")
    if not legend.evaluate("node => node.open"):
        screen.click("#legend-head")
    assert screen.node("#legend [data-code=halo]").inner_text() == "有变化或新增"
    screen.click("#off-against")
    assert not screen.node("#legend [data-code=halo]").count()
    assert screen.ask("guantu.page.view.layer.view.changes") is None


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours: of what is left of them in grey."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_axe_finds_nothing_serious_while_two_days_are_compared(visit: Visit, desk: str) -> None:
    screen = visit("?lang=zh&against=2025-06-30&table=changes", at=desk, size=(1280, 720))
    screen.node("#grid .tabulator-row").first.wait_for()
    for lang, theme in enumerate(("light", "dark")):
        screen.page.emulate_media(color_scheme=theme)
        screen.ask("(lang) => guantu.page.set({ lang })", lang)
        screen.settle(600)
        assert serious(screen) == []
    screen.click("#compare")
    assert serious(screen) == []


def serious(screen: Screen) -> list[str]:
    found = Axe().run(screen.map_frame()).response["violations"]
    worst = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in SERIOUS]
    # Of a frame axe wants the title that the page around it has.
    return [each for each in worst if not each.startswith("document-title")]


def test_on_a_phone_the_list_is_a_sheet_of_cards(visit: Visit, address: str) -> None:
    screen = visit("?lang=zh&against=2025-06-30", size=(390, 844), has_touch=True, is_mobile=True)
    assert screen.node("#divider").is_visible() and screen.node("#table").is_hidden()
    screen.node("#table-button").tap()
    screen.node("#grid .row-card .was-now").first.wait_for()
    sheet, strip = screen.node("#table").bounding_box(), screen.node("#days").bounding_box()
    assert sheet is not None and strip is not None and sheet["width"] == 390
    assert strip["y"] + strip["height"] <= 844 and screen.node("#compare").bounding_box() is not None
    screen.node("#grid .row-card").first.tap()
    assert screen.query()["show"].startswith("features:") and screen.errors == []


def test_a_file_compares_days_and_names_what_only_a_server_knows(chromium: Browser, view: View, tmp_path: Path) -> None:
    path = tmp_path / "tour.html"
    write_tour_page(path, Brief(view, "both"))
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{path.as_uri()}#page=map&table=changes&against=2025-06-30&against_known=2025-06-30")
    page.wait_for_selector("#grid .tabulator-row")
    assert "against_known=2025-06-30" in page.locator("#notices").inner_text()
    found = page.evaluate(
        "guantu.page.grid.getData().map(({ key, told }) => [key, told[0].was?.code, told[0].now?.code])"
    )
    told = {key: (was, now) for key, was, now in found if was}
    assert told == turned(view.register, date(2025, 6, 30), view.standing.day) and page.locator("#divider").is_visible()
    page.evaluate("guantu.page.go(0)")
    assert not page.locator("#divider").count() and errors == []
    page.close()
