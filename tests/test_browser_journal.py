"""What comes into the journal reaches open screens; the map is seen as known by a day, and with what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from browser import Screen, serve
from playwright.sync_api import Browser, expect
from writers import decide

from geodata import CATALOG
from geodata.journal.door import Draft, write
from geodata.journal.entries import Kind
from geodata.journal.people import DESK
from geodata.journal.store import Store, open_store
from geodata.place import read_place

pytestmark = pytest.mark.browser
ROAD, OTHER = "road-huanggong", "road-lianhuashan"
"""Two that get ready, one for each test: they may run in any order."""


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live") / "journal.db"


@pytest.fixture(scope="module")
def address(journal: Path) -> Iterator[str]:
    with serve(GUANTU_JOURNAL=str(journal), GUANTU_WRITE="desk") as found:
        yield found


@pytest.fixture
def store(journal: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("GUANTU_JOURNAL", str(journal))
    monkeypatch.setenv("GUANTU_WRITE", "desk")
    return open_store(str(journal))


def stage(feature: str, code: str, day: str) -> list[Draft]:
    cells = {
        "feature": feature,
        "date": day,
        "kind": "stage",
        "stage": code,
        "text_zh": f"{day} 起。",
        "grade": "own-word",
    }
    return [Draft(Kind.ADD, table="events", values=cells)]


def opened(chromium: Browser, address: str, query: str) -> Screen:
    page = chromium.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN").new_page()
    return Screen(page, address).open(query)


def test_an_accepted_entry_reaches_an_open_screen_which_keeps_its_state(
    chromium: Browser, address: str, store: Store
) -> None:
    query = f"?lang=zh&theme=roads&show=features:{ROAD}&map=12,22.85,114.0"
    screen = opened(chromium, address, query)
    aside = opened(chromium, address, f"{query}&proposed=1")
    card, other = screen.node("#card .state"), aside.node("#card .state")
    expect(card).to_contain_text("前期工作")
    screen.ask("window.mark = 'the same page'")
    said = stage(ROAD, "implementation", "2026-05-20")
    write(store, CATALOG, DESK, said)
    # What nobody has accepted is seen by those alone who asked for it, and marked.
    expect(other).to_contain_text("建设实施", timeout=15_000)
    expect(aside.node("#card")).to_contain_text("其中有待采纳的填报")
    expect(card).to_contain_text("前期工作")
    assert aside.ask("guantu.page.view.layer.view.changes.waiting.length") == 1
    write(store, CATALOG, DESK, decide(Kind.ACCEPT, *said))
    expect(card).to_contain_text("建设实施", timeout=15_000)
    assert screen.ask("window.mark") == "the same page"
    assert screen.query()["theme"] == "roads" and screen.selected() == f"features:{ROAD}"
    expect(aside.node("#card")).not_to_contain_text("其中有待采纳的填报", timeout=15_000)
    for each in (screen, aside):
        each.page.context.close()


def test_the_map_as_it_was_known_by_a_day(chromium: Browser, address: str, store: Store) -> None:
    said = stage(OTHER, "completion", "2026-06-01")
    write(store, CATALOG, DESK, said)
    write(store, CATALOG, DESK, decide(Kind.ACCEPT, *said))
    place = read_place(CATALOG, [])
    assert place is not None
    yesterday = (place.today() - timedelta(days=2)).isoformat()
    screen = opened(chromium, address, f"?lang=zh&show=features:{OTHER}")
    expect(screen.node("#card .state")).to_contain_text("完工验收")
    screen.click("#filters-button")
    box = screen.node("#known")
    box.fill(yesterday)
    box.press("Enter")
    expect(screen.node("#card .state")).to_contain_text("前期工作", timeout=15_000)
    assert screen.query()["known"] == yesterday
    screen.click("#off-known")
    expect(screen.node("#card .state")).to_contain_text("完工验收", timeout=15_000)
    assert "known" not in screen.query()
    screen.page.context.close()


def test_a_desk_without_sign_in_is_named_on_every_page(chromium: Browser, address: str, store: Store) -> None:
    screen = opened(chromium, address, "?lang=zh")
    expect(screen.node(".guantu-stamp")).to_contain_text("单机填报，未登录")
    screen.page.goto(f"{address}/?lang=zh&page=progress")
    expect(screen.page.locator(".gt-desk")).to_contain_text("单机填报")
    screen.page.context.close()
