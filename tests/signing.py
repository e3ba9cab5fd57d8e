"""An app that people sign in to, and the office that vouches for them, both on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from browser import free_port, serve
from playwright.sync_api import Browser, Page, TimeoutError
from writers import EVERYBODY, enrol

from geodata.journal.people import Person
from geodata.journal.store import Store, open_store

SECRET = "a secret of the tests, long enough to sign with"


@dataclass(frozen=True)
class Office:
    """What runs."""

    address: str
    store: Store

    def page(self, browser: Browser, who: Person | None, lang: str = "zh") -> Page:
        """The page of progress in a browser of its own, with somebody signed in."""
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        page.goto(f"{self.address}/?page=progress&lang={lang}")
        page.locator(".st-key-sign-in button").wait_for(timeout=60_000)
        if who is not None:
            chosen = page.get_by_role("button", name=who.login)
            for _ in range(5):
                # A press while the page is still being drawn is lost.
                if page.locator(".st-key-sign-in button").is_visible():
                    page.locator(".st-key-sign-in button").click()
                with suppress(TimeoutError):
                    chosen.wait_for(timeout=8_000)
                    break
            chosen.click()
            page.wait_for_url(f"{self.address}/**", timeout=30_000)
            page.goto(f"{self.address}/?page=progress&lang={lang}")
            page.locator(".st-key-sign-out button").wait_for(timeout=30_000)
        return page


@contextmanager
def office(folder: Path, people: Sequence[Person] = EVERYBODY, **environment: str) -> Iterator[Office]:
    """An office whose people are in the table, and whose journal lies in `folder`; `nobody@x.example` is a stranger."""
    port, other = free_port(), free_port()
    (folder / ".streamlit").mkdir(parents=True)
    (folder / ".streamlit" / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "guantu"
client_secret = "secret"
server_metadata_url = "http://127.0.0.1:{other}/.well-known/openid-configuration"
"""
    )
    store = open_store(str(folder / "journal.db"))
    enrol(store, *people)
    logins = [*(each.login for each in people), "nobody@x.example"]
    claims = [json.dumps({"sub": login, "email": login, "email_verified": True}) for login in logins]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", f"{other}"]
    command += [part for claim in claims for part in ("--user-claims", claim)]
    told = {"GUANTU_JOURNAL": str(folder / "journal.db"), "GUANTU_WRITE": "sign-in", "HOME": str(folder)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as provider:
        try:
            _wait(f"http://127.0.0.1:{other}/.well-known/openid-configuration")
            with serve(port, **told, **environment) as address:
                yield Office(address, store)
        finally:
            provider.terminate()


def _wait(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")
