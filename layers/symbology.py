"""The one symbology: every colour, width, dash and marker, keyed by code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("symbology.toml")
MM_PER_PX = 25.4 / 96
"""Millimetres on paper of one pixel of the symbology."""


@cache
def rules() -> dict[str, Any]:
    """All rules as nested dictionaries: `rules()["stage"][code]["color"]`. Lengths in CSS pixels."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def look(kind: str, code: str) -> dict[str, Any]:
    """The rule of one code, for instance `look("stage", code)`; KeyError names the code."""
    try:
        rule: dict[str, Any] = rules()[kind][code]
    except KeyError:
        raise KeyError(f"symbology.toml has no [{kind}.{code}]") from None
    return rule


def theme_look(code: str) -> dict[str, Any]:
    """The rule of a theme; a theme of another catalog that the symbology does not name has the common one."""
    named: dict[str, Any] = rules()["theme"].get(code) or rules()["theme-default"]
    return named
