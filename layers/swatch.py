"""Small SVG pictures of the symbology, for legends, tables and cards."""

from __future__ import annotations

import math
from base64 import b64encode
from html import escape

from layers.symbology import look, rules

_SIDES = {"diamond": (4, 0.0), "triangle": (3, 0.0), "square": (4, 0.5), "pentagon": (5, 0.0), "hexagon": (6, 0.5)}
_REACH = {3: 1.3, 4: 1.16, 5: 1.08, 6: 1.04}


def marker(kind: str, code: str, size: float = 14) -> str:
    """The marker of a code as an `<svg>` element, `size` pixels wide inside a small margin."""
    rule = look(kind, code)
    side = size + 6
    return _svg(side, side, _marker(rule["marker"], rule["color"], size / 2, side / 2, side / 2))


def line_and_marker(code: str) -> str:
    """A stage as the map draws it: its dash and its marker side by side."""
    rule = look("stage", code)
    return _svg(
        58, 18, _line(rule["color"], rule["dash"], 3.5, 2, 36, 9) + _marker(rule["marker"], rule["color"], 6.5, 48, 9)
    )


def basis(hollow: bool) -> str:
    """How a surveyed and how a schematic position look."""
    colour = _plain()
    dot = f'<circle cx="48" cy="9" r="6.5" fill="{_white() if hollow else colour}" stroke="{colour}" stroke-width="2"'
    dot += ' stroke-dasharray="3 2"/>' if hollow else "/>"
    body = _line(colour, [], 5, 2, 36, 9) + (_line(_white(), [], 2.4, 2, 36, 9) if hollow else "")
    return _svg(58, 18, body + dot)


def muted() -> str:
    """How a feature looks that the filter leaves out."""
    rule = rules()["muted"]
    dot = f'<circle cx="48" cy="9" r="4" fill="{rule["color"]}" opacity="{rule["opacity"]}"/>'
    return _svg(58, 18, _line(rule["color"], [], rule["width"], 2, 36, 9) + dot)


def restricted() -> str:
    """The sign of a feature whose use is restricted."""
    rule = rules()["restricted"]
    return _svg(58, 18, _restricted(rule["color"], rule["ink"], 48, 9))


def _restricted(colour: str, ink: str, x: float, y: float) -> str:
    bar = f'<path d="M{x - 4:g} {y:g}H{x + 4:g}" stroke="{ink}" stroke-width="3"/>'
    return f'<circle cx="{x:g}" cy="{y:g}" r="7" fill="{colour}"/>{bar}'


def water() -> str:
    """A river or shore; darker where a measure names it."""
    rule = rules()["context"]
    return _svg(58, 18, _line(rule["water"], [], 2.5, 2, 28, 9) + _line(rule["named"], [], 2.5, 30, 56, 9))


def town() -> str:
    """The label point of a town; larger where a measure names it."""
    rule = rules()["context"]
    body = f'<rect x="32" y="7.5" width="3" height="3" fill="{rule["town"]}"/>'
    return _svg(58, 18, body + f'<rect x="45" y="6" width="6" height="6" fill="{rules()["ground"]["light"]["ink"]}"/>')


def letters(zh: str, en: str) -> str:
    """The letters that stand on the markers of a theme, Chinese and English."""
    colour = _plain()
    text = f'<text x="29" y="13" font-size="12" text-anchor="middle" fill="{colour}">{escape(zh)} / {escape(en)}</text>'
    return _svg(58, 18, text)


def data_uri(svg: str) -> str:
    """An SVG as a data address, for image columns."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _white() -> str:
    return str(rules()["ground"]["light"]["halo"])


def _plain() -> str:
    """A colour that says nothing of a stage."""
    return str(rules()["context"]["town"])


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" aria-hidden="true">{body}</svg>'
    )


def _line(colour: str, dash: list[float], width: float, start: float, end: float, y: float) -> str:
    dashes = f' stroke-dasharray="{" ".join(f"{part:g}" for part in dash)}"' if dash else ""
    return f'<path d="M{start:g} {y:g}H{end:g}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def _marker(name: str, colour: str, radius: float, x: float, y: float) -> str:
    if name in _SIDES:
        sides, shift = _SIDES[name]
        reach, drop = radius * _REACH[sides], radius * 0.2 if sides == 3 else 0
        turns = [((i + shift) / sides) * 2 * math.pi - math.pi / 2 for i in range(sides)]
        points = " ".join(f"{x + reach * math.cos(a):.2f},{y + reach * math.sin(a) + drop:.2f}" for a in turns)
        return f'<polygon points="{points}" fill="{colour}"/>'
    if name == "ring":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{_white()}" stroke="{colour}" stroke-width="2"/>'
    disc = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>'
    r = radius * 0.6
    strokes = {
        "cross": f"M{x - r:g} {y:g}H{x + r:g}M{x:g} {y - r:g}V{y + r:g}",
        "saltire": f"M{x - r:g} {y - r:g}L{x + r:g} {y + r:g}M{x - r:g} {y + r:g}L{x + r:g} {y - r:g}",
    }
    return disc + (f'<path d="{strokes[name]}" stroke="{_white()}" stroke-width="2"/>' if name in strokes else "")
