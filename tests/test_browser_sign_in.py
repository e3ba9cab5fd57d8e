"""Who may write: people sign in, strangers and those of other agencies cannot write by any way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from signing import SECRET, Office, office
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from writers import GUEST, LI, WANG, act

from geodata import CATALOG
from geodata.journal import audit
from geodata.journal.door import write
from geodata.journal.people import Person

pytestmark = pytest.mark.browser
COOKIE = "_streamlit_user"
STRANGER = Person("nobody@x.example", "", LI.role)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture(autouse=True)
def opened(running: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTU_JOURNAL", str(running.store.engine.url.database))
    monkeypatch.setenv("GUANTU_WRITE", "sign-in")


def pick(page: Page, row: int, key: str) -> None:
    """Mark a row of a table; Streamlit draws it on a canvas."""
    box = page.locator(f"[class*='st-key-{key}'] canvas").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 14, box["y"] + 36 + 38 * row + 16)


def test_an_editor_has_the_measures_of_their_own_agency_and_sends(running: Office, chromium: Browser) -> None:
    page = running.page(chromium, WANG)
    expect(page.locator(".gt-who")).to_have_text("王 · 单位填报人 · 市交通局")
    assert page.get_by_text("协调台").count() == 0 and page.get_by_text("人员与审计").count() == 0
    expect(page.locator(".st-key-mine-agency input")).to_have_value("市交通局")
    pick(page, 0, "mine-table")
    page.get_by_label("本期情况").click()
    page.get_by_role("option", name="推进中").click()
    page.locator("[data-testid='stDateInput']").first.click()
    page.keyboard.type("20261120")
    page.keyboard.press("Enter")
    page.get_by_label("发生了什么（一两句话）").fill("完成施工招标。")
    page.keyboard.press("Tab")
    expect(page.get_by_text("草稿已存")).to_be_visible()
    # Another tab of the same person finds what was begun.
    tab = page.context.new_page()
    tab.goto(f"{running.address}/?page=progress&lang=zh")
    tab.locator("[class*='st-key-mine-table'] canvas").first.wait_for()
    pick(tab, 0, "mine-table")
    expect(tab.get_by_label("发生了什么（一两句话）")).to_have_value("完成施工招标。")
    tab.close()
    before = running.store.head()[0]
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("待采纳").first).to_be_visible()
    expect(page.locator(".gt-said")).to_contain_text("完成施工招标。")
    entries = [link.entry for link in running.store.links(before)]
    assert {(entry.author, entry.agency, entry.kind) for entry in entries} == {(WANG.login, "jiaotong", "add")}
    page.context.close()


@pytest.mark.parametrize("who", [GUEST, STRANGER], ids=["viewer", "stranger"])
def test_who_may_not_write_sees_no_form(running: Office, chromium: Browser, who: Person) -> None:
    page = running.page(chromium, who)
    assert page.locator(".gt-who").inner_text().endswith(("查看", "未登记，不能填报"))
    page.locator(".st-key-mine-agency input").fill("市交通局")
    page.keyboard.press("Enter")
    page.locator("[class*='st-key-mine-table'] canvas").first.wait_for()
    pick(page, 0, "mine-table")
    page.locator(".gt-card h2").wait_for()
    assert page.get_by_role("button", name="报送").count() == 0
    page.context.close()


def test_a_session_ends(running: Office, chromium: Browser) -> None:
    def cookie(age: float) -> str:
        told = {"email": WANG.login, "email_verified": True, "iat": int(time.time() - age), "is_logged_in": True}
        return create_signed_value(SECRET, COOKIE, json.dumps(told | {"origin": running.address})).decode()

    for age, key in ((60, "sign-out"), (13 * 3600, "sign-in")):
        context = chromium.new_context(locale="zh-CN")
        context.add_cookies([{"name": COOKIE, "value": cookie(age), "url": running.address}])
        page = context.new_page()
        page.goto(f"{running.address}/?page=progress&lang=zh")
        page.locator(f".st-key-{key} button").wait_for(timeout=30_000)
        if key == "sign-in":
            expect(page.locator(".gt-who")).to_have_text("登录已过期，请重新登录")
        context.close()


def test_what_a_coordinator_sends_does_nothing_from_others(running: Office, chromium: Browser) -> None:
    """A return without a reason is refused and listed: by that one sees who was heard."""

    def heard() -> list[str]:
        return [row.login for row in audit.listed(running.store) if row.refused == "reason"]

    write(running.store, CATALOG, WANG.login, act())
    sent: list[str | bytes] = []
    page = running.page(chromium, LI)
    page.on("websocket", lambda line: line.on("framesent", lambda data: sent.append(data) if data else None))
    page.goto(f"{running.address}/?page=progress&tab=desk&lang=zh")
    page.locator("[class*='st-key-desk-20'] canvas").first.wait_for(timeout=30_000)
    pick(page, 0, "desk-20")
    page.get_by_role("button", name="退回").click()
    expect(page.locator(".gt-notice")).to_contain_text("退回时请写明原因", timeout=20_000)
    assert heard() == [LI.login]
    wang = running.page(chromium, WANG)
    head = running.store.head()

    def replay(of: Page | None, token: bool = True, **headers: str) -> None:
        """Send the same frames, with the cookies of somebody's browser and the token that its own pages know."""
        held = {each["name"]: each["value"] for each in of.context.cookies()} if of else {}
        told = {"Origin": running.address, "Cookie": "; ".join(f"{name}={value}" for name, value in held.items())}
        words = ["streamlit", *([held["_streamlit_xsrf"]] if token and of else [])]
        place = running.address.replace("http", "ws") + "/_stcore/stream"
        with connect(place, subprotocols=words, additional_headers=told | headers) as line:  # type: ignore[arg-type]
            for frame in sent:
                line.send(frame)
                # Messages that come at once are taken for one.
                time.sleep(0.7)

    assert len(sent) > 2
    # Without cookies, as another agency, and from a foreign page that has the cookies and not the token.
    replay(None)
    replay(wang)
    replay(page, token=False)
    assert heard() == [LI.login]
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        with pytest.raises(InvalidStatus):
            replay(page, **headers)
    # The same frames are heard from the one who may.
    replay(page)
    assert heard() == [LI.login] * 2
    assert running.store.head() == head
    for each in (page, wang):
        each.context.close()
