"""What the server sends of the register as it was known by another day, to stand beside what is known now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest
from writers import act, decide

from geodata import CATALOG, RegisterError
from geodata.journal.door import write
from geodata.journal.entries import Kind
from geodata.journal.people import DESK
from geodata.journal.store import open_store
from views import catalog, kept, pages, process, served, visit
from views.catalog import Known
from views.state import state_of

EARLIER = (date.today() - timedelta(days=2)).isoformat()


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One act, said and accepted now, in a process that has served nothing yet."""
    monkeypatch.setenv(kept.ROOM, str(tmp_path / "room"))
    monkeypatch.setattr(served, "_served", {})
    monkeypatch.setattr(served, "_passing", set())
    monkeypatch.setenv("GUANTU_JOURNAL", str(tmp_path / "journal.db"))
    monkeypatch.setenv("GUANTU_WRITE", "desk")
    store, said = open_store(str(tmp_path / "journal.db")), act()
    write(store, CATALOG, DESK, said, "page")
    write(store, CATALOG, DESK, decide(Kind.ACCEPT, *said), "page")
    yield


def arguments(**query: str) -> dict[str, Any]:
    """What the screen is told when it is opened with an address."""
    app = AppTest.from_file("../views/script/page.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    (screen,) = app.get("component_instance")
    found: dict[str, Any] = json.loads(screen.proto.json_args)
    return found


def beside(**query: str) -> dict[str, Any]:
    return visit._beside(state_of(urlencode(query)))


@pytest.mark.usefixtures("journal")
def test_both_registers_are_sent_and_which_day_the_other_is_of() -> None:
    told = arguments(against_known=EARLIER)
    assert told["against_known"] == EARLIER and len(told["against"]) == 2
    assert told["against"][1] != told["files"][1], "the act is in one of them alone"
    assert all((process.folder() / name).is_file() for name in (*told["files"], *told["against"]))
    # The same as whoever asks for that day alone is shown.
    assert arguments(known=EARLIER)["files"] == told["against"]
    plain = arguments()
    assert (plain["files"], plain["against"], plain["against_known"]) == (told["files"], [], "")


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("asked", ["", "soon", "2026-02-30"])
def test_a_day_that_is_none_asks_for_nothing(asked: str) -> None:
    assert beside(against_known=asked) == {"against": (), "against_known": ""}


def test_without_a_journal_nothing_else_can_be_known() -> None:
    assert beside(against_known=EARLIER) == {"against": (), "against_known": ""}


@pytest.mark.usefixtures("journal")
def test_proposals_stand_on_both_sides_or_on_none() -> None:
    day = date.fromisoformat(EARLIER)
    assert state_of(f"against_known={EARLIER}&proposed=1").against == Known(day, proposed=True)
    assert state_of(f"against_known={EARLIER}").against == Known(day)


@pytest.mark.usefixtures("journal")
def test_a_register_that_cannot_be_used_is_named_and_no_other_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(version: str, known: Known) -> None:
        raise RegisterError([])

    monkeypatch.setattr(pages, "screen", fail)
    assert beside(against_known=EARLIER) == {"against": (), "against_known": EARLIER}


@pytest.mark.usefixtures("journal")
def test_where_the_register_breaks_nobody_is_shown_that_of_another_day() -> None:
    """It was asked for last, but by somebody else."""
    now = pages.screen(catalog.version())
    known = Known(date.fromisoformat(EARLIER))
    assert pages.screen(catalog.version(known), known) != now
    assert served.last() == now
