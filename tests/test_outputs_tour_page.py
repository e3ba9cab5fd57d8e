"""The texts of the one screen and of the tour: each is asked for by a script, and each that is asked for is there."""

from __future__ import annotations

import re
from functools import cache

import pytest

from analysis.filters import TABLES
from geodata.text import LANGS, catalogue
from layers.symbology import rules
from layers.web import config, legend
from layers.web.config import ASSETS, HOST, MAP, OLD, SCREEN
from outputs.meeting import tour_page
from outputs.meeting.tour_page import TOUR

SHARED = catalogue(config.__file__)
OWN = catalogue(tour_page.__file__)
LAYERED = {"names", "towns", "water", "rings", "grid", "classes"}
"""What the legend can switch off."""
PLAIN = set(rules()["stage"]) - {"cancelled", "unknown", "not-applicable"}
"""Stages that have a word of their own for what is no work."""
CHOSEN = {
    # What is not spelled in the call: the expression in it, and all that it may stand for.
    ("controls.js", "id"): {"zoom-in", "zoom-out", "home", "fit-result", "fit-selection"},
    ("topbar.js", "key"): {
        *("copy-link", "save-picture", "copy-picture", "print", "fullscreen", "measure-distance"),
        *("keys", "glossary", "about-data", "show-around"),
    },
    ("topbar.js", "title"): {"pages", "share", "saved-views", "tools", "help"},
    ("days.js", "sign"): {"play", "pause"},
    ("find.js", "list"): {"town", "article"},
    ("answer.js", 'name === "q" ? "search" : name === "since" ? "change" : name'): {"search", "change", *TABLES},
    ("facets.js", "facet"): set(TABLES),
    ("card.js", "icon"): {"previous-row", "next-row"},
    ("card.js", "heading"): {"measures", "named-only"},
    ("compare_rows.js", "`change-${what}`"): {
        f"change-{name}"
        for name in ("new", "gone", "stage", "outcome", "restriction", "due", "position", "name", "facts")
    },
    ("rows.js", "list"): {"outcome", "stage"},
    ("tables.js", "name"): {"measures", "features", "agencies"},
    ("tables.js", "table"): {"measures", "features", "agencies"},
    ("help.js", "part"): {"keys", "glossary", "about-data"},
    ("help.js", "list"): {"stage", "outcome", "promise", "due", "grade"},
    ("help.js", "words"): {
        f"key-{name}" for name in ("search", "filters", "table", "rows", "home", "map", "language", "help", "close")
    },
    ("tour.js", "key"): {"previous", "next", "presenter", "print", "fullscreen", "language", "explore"},
    # Made of a beginning and of what is in a list.
    ("topbar.js", "`page-${key}`"): {
        f"page-{name}" for name in ("map", "analyse", "progress", "export", "meeting", "tour")
    },
    ("topbar.js", "`vision-${name}`"): {f"vision-{name}" for name in ("normal", "grey", *rules()["vision"])},
    ("legend.js", "`layer-${name}`"): {f"layer-{name}" for name in LAYERED},
    ("screen.js", "`plain-${code}`"): {f"plain-{name}" for name in PLAIN},
    ("help.js", "`walk-${places[at]}`"): {
        f"walk-{name}" for name in ("numbers", "q", "filters-button", "days", "map", "table-button", "menu-button")
    },
}


@cache
def script(name: str) -> str:
    """A script without the lines that only comment it."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))


def calls(text: str) -> list[str]:
    """The first argument of each `say(…)` of a script."""
    found = []
    for start in (match.end() for match in re.finditer(r"\bsay\(", text)):
        end, depth = start, 0
        while depth or text[end] not in "),":
            depth += (text[end] in "([{") - (text[end] in ")]}")
            end += 1
        found.append(" ".join(text[start:end].split()))
    return found


def asked(names: tuple[str, ...]) -> set[str]:
    """Every key that scripts ask for; a call that is neither spelled out nor known to `CHOSEN` fails."""
    found: set[str] = set()
    for name in names:
        for call in calls(script(name)):
            if (name, call) in CHOSEN:
                found |= CHOSEN[name, call]
            elif call.startswith('"streamlit:') or call == "type":
                continue  # what the host of the frame is told
            else:
                # A key, or one of two that a condition chooses from.
                plain = re.fullmatch(r'(?:[^"?]+ \? )?"([a-z-]+)"(?: : "([a-z-]+)")?', call)
                assert plain, (name, call)
                found |= {key for key in plain.groups() if key}
    return found


def in_python() -> set[str]:
    """Keys of the screen that the legend asks for; it is made on the server."""
    text = (ASSETS.parent / "legend.py").read_text(encoding="utf-8")
    spelled = set(re.findall(r'TEXTS\["([a-z-]+)"\]|_part\("([a-z-]+)"|\("([a-z]+)", swatch[.]', text))
    return {key for groups in spelled for key in groups if key}


def test_every_text_is_there_in_both_languages() -> None:
    for words in (SHARED, OWN):
        assert all(words[key].zh and words[key].en for key in words)
        for key in words:
            holes = [sorted(re.findall(r"\{(\w*)\}", words[key].in_(lang))) for lang in LANGS]
            assert holes[0] == holes[1], key
    assert set(SHARED) & set(OWN) == set(), "the tour says beside the screen, not instead of it"


def test_every_text_of_the_screen_is_used_and_every_one_asked_for_is_there() -> None:
    used = asked((*MAP, *SCREEN, *HOST))
    assert len(used) > 150
    # The tour is a page of the file alone, where the tour has its own texts.
    assert used - {"page-tour"} - set(SHARED) == set()
    assert set(SHARED) - used - in_python() - asked(TOUR) == set()


def test_every_text_of_the_tour_is_used_and_every_one_asked_for_is_there() -> None:
    used = asked(TOUR)
    assert len(used) > 15
    assert used <= set(OWN) | set(SHARED)
    # Without scripts the page can only be told so by whoever writes it.
    assert set(OWN) - used - asked(SCREEN) == {"unscripted"}


def test_the_first_script_asks_for_no_text() -> None:
    """It runs before the texts are there, so it says both languages itself."""
    assert asked(OLD) == set() and "browser" in script(*OLD) and "浏览器" in script(*OLD)


def test_the_legend_finds_its_texts() -> None:
    assert in_python() <= set(legend.TEXTS) and len(in_python()) > 8


@pytest.mark.parametrize(("name", "call"), CHOSEN)
def test_each_choice_of_keys_is_still_made(name: str, call: str) -> None:
    """What a call may stand for is written in the same script, or follows from the facets and the symbology."""
    assert call in calls(script(name))
    known = {*TABLES, *rules()["vision"]}
    where = "".join(map(script, (*MAP, *SCREEN, *TOUR)))
    for key in CHOSEN[name, call]:
        spelled = key.removeprefix(call[1 : call.index("$")]) if "$" in call else key
        assert spelled in known or f'"{spelled}"' in where, key


def test_the_lists_that_keys_are_made_of_are_those_of_the_scripts() -> None:
    def listed(name: str, text: str) -> list[str]:
        found = re.search(rf"guantu[.]{name} = (?:/[*].*?[*]/ [(])?\[(.*?)\][)]?;", script(text), re.DOTALL)
        assert found
        return re.findall(r'"([a-z-]+)"', found[1])

    assert set(listed("FACETS", "filter.js")) == set(TABLES)
    assert set(listed("LAYERS", "legend.js")) == LAYERED
    assert {f"walk-{name}" for name in listed("WALK", "help.js")} == CHOSEN["help.js", "`walk-${places[at]}`"]
    assert {key for key in listed("KEYS", "help.js") if key.startswith("key-")} == CHOSEN["help.js", "words"]
    assert set(listed("TABLES", "state.js")) == CHOSEN["tables.js", "name"]
    pages = {f"page-{name}" for name in ("map", "tour", *listed("ELSEWHERE", "state.js"))}
    assert pages == CHOSEN["topbar.js", "`page-${key}`"]
