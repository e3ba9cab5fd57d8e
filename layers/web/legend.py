"""The legend of the map, from the one symbology and the codelists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geodata import Register
from geodata.text import LANGS, Text, catalogue
from layers import swatch
from layers.symbology import rules

TEXTS = catalogue(__file__)
STAGES = tuple(rules()["stage"])
"""Stage codes in the order of the symbology: a stage travels as its place here."""


def legend(register: Register) -> list[dict[str, Any]]:
    """The legend in parts, each with its heading and items (code, swatch, zh, en)."""
    positions = [("surveyed", swatch.basis(False)), ("sketched", swatch.basis(True)), ("muted", swatch.muted())]
    others = [("restriction", swatch.restricted()), ("stage-on-paper", swatch.on_paper())]
    others += [("water", swatch.water()), ("town", swatch.town())]
    letters = [theme for theme in register.themes.values() if theme.short.zh]
    return [
        {
            **_by_language(TEXTS["stage"]),
            "items": [
                _item(code, swatch.line_and_marker(code), register.codes("stage")[code].title) for code in STAGES
            ],
        },
        _part("position", positions),
        _part("others-on-map", others),
        {
            **_by_language(TEXTS["letters"]),
            "items": [_item(row.code, swatch.letters(row.short.zh, row.short.en), row.title) for row in letters],
        },
    ]


def compared() -> dict[str, Any]:
    """The part of the legend that the map has while two days stand beside each other."""
    return _part("compared", [("halo", swatch.changed()), ("ghost", swatch.gone())])


def _part(heading: str, items: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A part of the legend whose words are texts of the map."""
    return {**_by_language(TEXTS[heading]), "items": [_item(key, picture, TEXTS[key]) for key, picture in items]}


def _item(code: str, picture: str, title: Text) -> dict[str, str]:
    return {"code": code, "swatch": picture, **_by_language(title)}


def _by_language(text: Text) -> dict[str, str]:
    return {lang: text.in_(lang) for lang in LANGS}
