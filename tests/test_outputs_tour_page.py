"""The texts of the meeting page."""

from __future__ import annotations

import re

from geodata.text import catalogue
from layers.web.document import ASSETS
from outputs.meeting import tour_page


def test_every_text_is_there_in_both_languages_and_used() -> None:
    words = catalogue(tour_page.__file__)
    script = "".join((ASSETS / name).read_text(encoding="utf-8") for name in tour_page.PAGES)
    asked = set(re.findall(r'say\("([a-z-]+)"', script))
    assert len(asked) > 20 and asked <= set(words)
    assert all(words[key].zh and words[key].en for key in words)
    assert {key for key in words if f'"{key}"' not in script} == set()
