"""The texts of the meeting page."""

from __future__ import annotations

import re
import tomllib

from layers.present import PAGES, WORDS
from layers.webmap import ASSETS


def test_every_text_is_there_in_both_languages_and_used() -> None:
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    script = "".join((ASSETS / name).read_text(encoding="utf-8") for name in PAGES)
    asked = set(re.findall(r'say\("([a-z-]+)"', script))
    assert len(asked) > 20 and asked <= set(words)
    assert all(row["zh"] and row["en"] for row in words.values())
    assert {key for key in words if f'"{key}"' not in script} == set()
