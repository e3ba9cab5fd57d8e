"""guantu in an office: the files that docs/office.md prints, run by a real nginx and seen in Chromium over HTTPS."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import ARGUMENTS, BEEN_HERE, Screen, chromium_path
from office import FILES, NAME, NUMBER, ROOT, SITE, UNIT, Office, program, replaced
from playwright.sync_api import Browser, Response

from views.guard import TOLD

pytestmark = pytest.mark.browser
FOREIGN = "evil.example"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    program("nginx", "nginx-light")
    with ExitStack() as stack:
        yield Office(tmp_path_factory.mktemp("office"), stack)


@pytest.fixture(scope="module")
def abroad(chromium: Browser, office: Office) -> Iterator[Browser]:
    """A browser that finds the office by its name."""
    rule = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=chromium_path(), args=[*ARGUMENTS, rule])
    yield browser
    browser.close()


class Visit(Screen):
    """A visit over HTTPS, with each answer that says that something is not there or not allowed."""

    refused: list[str]
    sockets: list[str]


Arrive = Callable[..., Visit]


@pytest.fixture
def arrive(abroad: Browser, office: Office) -> Iterator[Arrive]:
    with ExitStack() as stack:

        def come(query: str = "?lang=zh", place: str = "") -> Visit:
            context = abroad.new_context(ignore_https_errors=True, locale="zh-CN")
            stack.callback(context.close)
            context.add_init_script(BEEN_HERE)
            if place:
                context.add_cookies([{"name": "guantu_place", "value": place, "domain": NAME, "path": "/guantu"}])
            visit = Visit(context.new_page(), office.address)
            visit.refused, visit.sockets = [], []

            def heard(answer: Response) -> None:
                if answer.status >= 400:
                    visit.refused.append(f"{answer.status} {answer.url}")

            context.on("response", heard)
            visit.page.on("websocket", lambda socket: visit.sockets.append(socket.url))
            visit.open(query)
            return visit

        yield come


def works(visit: Visit, folder: Path) -> None:
    """A filter, a file, a tour and the way back, with nothing missing and nothing from elsewhere."""
    whole = len(visit.visible())
    visit.pick("theme", "bridges")
    assert 0 < len(visit.visible()) < whole
    assert visit.query()["theme"] == "bridges"

    visit.click("#page-export")
    visit.page.locator(".st-key-make-file button").click(timeout=60_000)
    save = visit.page.locator(".st-key-download button")
    save.wait_for(timeout=60_000)
    with visit.page.expect_download() as waiting:
        save.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.suffix == ".zip" and file.read_bytes()[:2] == b"PK"

    visit.click("#page-meeting")
    visit.page.locator(".st-key-make-present button").click(timeout=60_000)
    with visit.page.context.expect_page(timeout=60_000) as opening:
        visit.page.locator("a[href*='present-']").click(timeout=60_000)
    tour = opening.value
    tour.wait_for_selector("body[data-ready]")
    assert urlsplit(tour.url).path.startswith("/guantu/component/")
    tour.close()

    # Meeting, export, map with the filter, map without.
    for _ in range(2):
        visit.page.go_back()
        visit.settle()
    assert "page" not in visit.query() and visit.query()["theme"] == "bridges"
    visit.page.go_back()
    visit.settle()
    assert "theme" not in visit.query() and len(visit.visible()) == whole

    assert visit.refused == [] and visit.errors == [] and visit.foreign() == []
    stream = f"wss{visit.address.removeprefix('https')}/_stcore/stream"
    assert visit.sockets == [stream] and {"sent", "received"} <= set(visit.frames)


def test_a_visit_from_each_process(arrive: Arrive, office: Office, tmp_path: Path) -> None:
    """Two visitors, each with a process of its own; neither ever meets the other's."""
    places = office.places()
    visits = {port: arrive(place=place) for port, place in places.items()}
    for port, visit in visits.items():
        works(visit, tmp_path)
        assert set(office.served_by(places[port])) == {port}


def test_a_new_visitor_stays_with_one_process(arrive: Arrive, office: Office) -> None:
    visit = arrive()
    (cookie,) = [each for each in visit.page.context.cookies() if each["name"] == "guantu_place"]
    assert NUMBER in visit.ask("guantu.page.mark()"), "the secrets of the working folder"
    assert re.fullmatch("[0-9a-f]{32}", cookie["value"])
    assert cookie["secure"] and cookie["httpOnly"] and cookie["path"] == "/guantu"
    visit.page.goto("about:blank")
    visit.open()
    assert len(office.served_by(cookie["value"])) > 20
    assert len(set(office.served_by(cookie["value"]))) == 1
    assert visit.refused == []


def test_when_one_process_ends_its_visitors_get_the_other(arrive: Arrive, office: Office) -> None:
    places = office.places()
    (port, place), (other, _) = places.items()
    visit = arrive("?lang=zh&theme=bridges", place)
    kept = visit.visible()
    # It ends by the signal, which systemd takes for a good end; a server beside the command would go on.
    assert kept and office.end(port) == -signal.SIGTERM
    with pytest.raises(ConnectionRefusedError):
        office.ask("/guantu/", port)
    try:
        # A page that is open goes on with the other one, once it has found it,
        for _ in range(300):
            if len(visit.sockets) > 1:
                break
            visit.page.wait_for_timeout(100)
        visit.page.locator("[data-test-connection-state=CONNECTED]").wait_for(timeout=60_000)
        visit.settle(500)
        visit.node("#page-export").click()
        visit.page.locator(".st-key-make-file button").wait_for(timeout=60_000)
        assert visit.query() == {"theme": "bridges", "page": "export"}
        # and one that is opened again knows no other. What was said of a server that is gone is past.
        visit.page.goto("about:blank")
        visit.refused.clear()
        before = len(office.served_by(place))
        visit.open("?lang=zh&theme=bridges")
        assert visit.visible() == kept
        assert set(office.served_by(place)[before:]) == {other}
        visit.click("#page-export")
        visit.page.locator(".st-key-make-file button").wait_for(timeout=60_000)
        assert visit.refused == []
    finally:
        office.start(port)


@pytest.mark.parametrize("proxied", [True, False], ids=["proxy", "process"])
def test_foreign_names_and_pages_are_refused(proxied: bool, office: Office) -> None:
    at = 0 if proxied else office.ports[0]
    ours = f"https://{NAME}:{office.port}"
    assert office.websocket(at) == 101
    assert office.websocket(at, Origin=ours) == 101
    for origin in (f"https://{FOREIGN}", f"https://{NAME}", f"http://{NAME}:{office.port}0", "null"):
        assert office.websocket(at, Origin=origin) == 403, origin
    # Another server of the same machine is foreign too.
    assert office.websocket(at, Origin="http://localhost:3000") == 403
    assert office.websocket(at, Host=FOREIGN, Origin=f"https://{FOREIGN}") == 403
    assert office.ask("/guantu/", at).status == 200
    assert office.ask("/guantu/", at, Host=FOREIGN).status == 403
    assert office.ask("/guantu/_stcore/health", at, Origin=f"https://{FOREIGN}").status == 403


def test_a_proxy_that_keeps_its_own_name_is_understood(office: Office) -> None:
    """Where the proxy calls the process by its own address, the origin of --public is let in, and no other."""
    host = f"127.0.0.1:{office.ports[0]}"
    assert office.websocket(office.ports[0], Host=host, Origin=f"https://{NAME}:{office.port}") == 101
    assert office.websocket(office.ports[0], Host=host, Origin=f"https://{FOREIGN}") == 403


@pytest.mark.parametrize("proxied", [True, False], ids=["proxy", "process"])
def test_every_answer_says_what_it_is_and_who_may_show_it(proxied: bool, office: Office) -> None:
    at = 0 if proxied else office.ports[0]
    assert TOLD["content-security-policy"] == "frame-ancestors 'self'"
    for path in ("/guantu/", "/guantu/_stcore/host-config", "/guantu/_stcore/health"):
        headers = office.ask(path, at).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'", path
        assert headers["X-Frame-Options"] == "SAMEORIGIN", path
    for path in ("/guantu/_stcore/metrics", "/guantu/_stcore/%6Detrics", "/_stcore/metrics"):
        assert office.ask(path, at).status == 404, path


def test_the_ways_in_lead_to_the_base_path(office: Office) -> None:
    assert (office.ask("/").status, office.ask("/").headers["Location"]) == (302, f"{office.address}/")
    bare = office.ask("/guantu?theme=bridges")
    assert (bare.status, bare.headers["Location"]) == (301, f"{office.address}/?theme=bridges")
    plain = office.ask("/guantu/", office.plain, Host=NAME)
    assert (plain.status, plain.headers["Location"]) == (301, f"{office.address}/")


def test_the_document_prints_the_files() -> None:
    text = (ROOT / "docs" / "office.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:nginx|ini)\n(.*?)```", text, re.S)
    assert blocks == [path.read_text(encoding="utf-8") for path in (UNIT, SITE)]
    assert {path.name for path in FILES.iterdir()} == {UNIT.name, SITE.name}
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (ROOT / "docs" / target).exists(), target


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    verify = program("systemd-analyze", "systemd")
    unit = tmp_path / "guantu@8501.service"
    text = replaced(
        UNIT.read_text(encoding="utf-8"),
        program=("/opt/guantu/bin/guantu", "/bin/true"),
        folder=("WorkingDirectory=/srv/guantu", "WorkingDirectory=/"),
        user=("User=guantu", "User=daemon"),
    )
    unit.write_text(text, encoding="utf-8")
    said = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
