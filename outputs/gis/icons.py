"""Small pictures of the symbology for earth viewers: a stage by its colour and its shape, a theme by its letter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers import swatch
from layers.paper.typesetting import NoFont, fonts, typeset
from layers.symbology import look, rules
from outputs.extract import Extract

SIDE = 40
"""Pixels of the symbology that a picture is wide and high: a marker in the middle, its signs beside it."""
PPI = 144
"""Two pixels of the picture for each of the symbology."""
_SIZE, _BESIDE = 18, 11
_TEMPLATE = Path(__file__).with_name("icons.typ")


@dataclass(frozen=True, order=True)
class Icon:
    """What a picture shows."""

    theme: str
    """Whose letter stands on it; empty for none."""
    stage: str
    hollow: bool = False
    """Whether the position is schematic."""
    restricted: bool = False
    on_paper: bool = False
    """Whether the stage rests on the wording of a document alone."""
    is_ground: bool = False
    """A point that gives orientation."""
    is_named: bool = False
    """One of these that a measure names."""

    @property
    def name(self) -> str:
        """Its name without an ending: what it shows, in ASCII."""
        signs = (self.hollow, "hollow"), (self.restricted, "restricted"), (self.on_paper, "paper")
        named = (self.is_named, "named"), (self.is_ground, "ground")
        return "-".join(filter(None, (self.theme, self.stage, *(word for is_so, word in (*signs, *named) if is_so))))


def pictures(icons: Collection[Icon], extract: Extract) -> dict[str, bytes]:
    """Each as a transparent PNG by its name, `SIDE` × `PPI` / 72 pixels wide; no letter where no font has it."""
    try:
        families = fonts()
    except NoFont:
        families = ()
    wanted = sorted(icons)
    pages = [_page(icon, extract, families) for icon in wanted]
    made = typeset(_TEMPLATE, pages, format="png", ppi=PPI) if pages else []
    return {icon.name: picture for icon, picture in zip(wanted, made, strict=True)}


def _page(icon: Icon, extract: Extract, families: Collection[str]) -> dict[str, Any]:
    middle, rule = SIDE / 2, look("stage", icon.stage)
    size = _SIZE * rule.get("scale", 1)
    letter = ""
    if icon.is_ground:
        body = _dot(icon.is_named, middle)
    else:
        body = swatch.mark(rule["marker"], rule["color"], size / 2, middle, middle, 1, icon.hollow)
        body += _signs(icon, middle)
        if icon.theme and families and rule["marker"] not in ("cross", "saltire"):
            letter = str(extract.codes["theme"][f"short_{extract.lang}"].get(icon.theme, ""))
    open_ = icon.hollow or rule["marker"] == "ring"
    return {
        "side": SIDE,
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{body}</svg>',
        "letter": letter,
        "size": size * 0.58,
        "y": middle + (size * 0.14 if rule["marker"] == "triangle" else 0),
        "colour": rule["color"] if open_ else swatch.ink_on(rule["color"]),
        "fonts": list(families),
        "lang": extract.lang,
    }


def _signs(icon: Icon, middle: float) -> str:
    body, up = "", middle - _BESIDE
    if icon.restricted:
        rule = rules()["restricted"]
        body += swatch.restriction(rule["color"], rule["ink"], middle + _BESIDE, up, 1)
    if icon.on_paper:
        rule = rules()["on-paper"]
        body += swatch.paper(rule["color"], rule["ink"], middle - _BESIDE, up, 1)
    return body


def _dot(is_named: bool, middle: float) -> str:
    """A town, larger and darker where a measure names it."""
    half = 3.0 if is_named else 1.5
    colour = rules()["ground"]["light"]["ink"] if is_named else rules()["context"]["town"]
    corner = middle - half
    return f'<rect x="{corner}" y="{corner}" width="{2 * half}" height="{2 * half}" fill="{colour}"/>'
