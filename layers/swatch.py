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
    return _svg(side, side, _marker(rule["marker"], rule["color"], size * rule.get("scale", 1) / 2, side / 2, side / 2))


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
    return _svg(58, 18, restriction(rule["color"], rule["ink"], 48, 9, 1))


def restriction(colour: str, ink: str, x: float, y: float, unit: float) -> str:
    """The sign of a restriction around a place; `unit` is the length of one pixel."""
    bar = f'<path d="M{x - 4.5 * unit:.3f} {y:.3f}H{x + 4.5 * unit:.3f}" stroke="{ink}" stroke-width="{3 * unit:.3f}"/>'
    ring = f'stroke="{ink}" stroke-width="{1.5 * unit:.3f}"'
    return f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{7.5 * unit:.3f}" fill="{colour}" {ring}/>{bar}'


def finding(sure: str) -> str:
    """How a line of an answer looks, by how sure it is."""
    rule = rules()["finding"][sure]
    return _svg(58, 18, _line(rules()["ground"]["light"]["found"], rule["dash"], rule["width"], 2, 56, 9))


def changed() -> str:
    """The double edge round what differs between two days."""
    rule, colour = rules()["changed"], rules()["ground"]["light"]["found"]
    lines = "".join(_line(colour, [], rule["width"], 2, 36, y) for y in (3.5, 14.5)) + _line(_plain(), [], 4, 2, 36, 9)
    ring = f'<circle cx="48" cy="9" r="7" fill="none" stroke="{colour}" stroke-width="{rule["width"]:g}"/>'
    return _svg(58, 18, lines + ring + f'<circle cx="48" cy="9" r="3" fill="{_plain()}"/>')


def gone() -> str:
    """The dashes where something lay that is gone or has moved."""
    rule, colour = rules()["changed"], rules()["ground"]["light"]["found"]
    dash = " ".join(f"{part:g}" for part in rule["dash"])
    ring = f'<circle cx="48" cy="9" r="6.5" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
    return _svg(58, 18, _line(colour, rule["dash"], rule["width"], 2, 36, 9) + ring)


def on_paper() -> str:
    """The sign of a feature whose stage rests on the wording of a document alone."""
    rule = rules()["on-paper"]
    return _svg(58, 18, paper(rule["color"], rule["ink"], 48, 9, 1))


def sheet() -> str:
    """The same sign as a picture of its own size."""
    rule = rules()["on-paper"]
    return _svg(10, 12, paper(rule["color"], rule["ink"], 5, 6, 1))


def paper(colour: str, ink: str, x: float, y: float, unit: float) -> str:
    """A written sheet around a place; `unit` is the length of one pixel."""
    left, top, across = x - 4 * unit, y - 5 * unit, 4 * unit
    sheet = f'<path d="M{left:.3f} {top:.3f}h{8 * unit:.3f}v{10 * unit:.3f}h{-8 * unit:.3f}z" fill="{colour}"'
    lines = "".join(f"M{x - across / 2:.3f} {y + row * unit:.3f}h{across:.3f}" for row in (-2.5, 0, 2.5))
    stroke = f'stroke="{ink}" stroke-width="{unit:.3f}"'
    return f'{sheet} {stroke}/><path d="{lines}" {stroke}/>'


def water() -> str:
    """A river or shore; darker where a measure names it."""
    rule = rules()["context"]
    return _svg(58, 18, _line(rule["water"], [], 2.5, 2, 28, 9) + _line(rule["named"], [], 2.5, 30, 56, 9))


def town() -> str:
    """The label point of a town; larger where a measure names it."""
    rule = rules()["context"]
    body = f'<rect x="32" y="7.5" width="3" height="3" fill="{rule["town"]}"/>'
    return _svg(58, 18, body + f'<rect x="45" y="6" width="6" height="6" fill="{rules()["ground"]["light"]["ink"]}"/>')


def north() -> str:
    """An arrow to the north."""
    ink, paper = rules()["ground"]["light"]["ink"], rules()["ground"]["light"]["halo"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80" viewBox="0 0 60 80">'
        f'<path d="M30 4L50 60L30 48L10 60Z" fill="{paper}" stroke="{ink}" stroke-width="2"/>'
        f'<path d="M30 4L50 60L30 48Z" fill="{ink}"/>'
        f'<path d="M23 78V64L37 78V64" fill="none" stroke="{ink}" stroke-width="3"/></svg>'
    )


def letters(zh: str, en: str) -> str:
    """The letters that stand on the markers of a theme, Chinese and English."""
    said = f"{escape(zh)} / {escape(en)}"
    text = f'<text x="29" y="13" font-size="12" text-anchor="middle" fill="currentColor">{said}</text>'
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
    shape = _outline(name, radius, x, y)
    if name == "ring":
        return f'<{shape} fill="{_white()}" stroke="{colour}" stroke-width="2"/>'
    return f'<{shape} fill="{colour}"/>' + _strokes(name, _white(), 2, radius, x, y)


def mark(name: str, colour: str, radius: float, x: float, y: float, unit: float, hollow: bool) -> str:
    """A marker as the map draws it, with a light edge; lengths in the units of the picture, `unit` is one pixel."""
    shape = _outline(name, radius, x, y)
    open_ = hollow or name == "ring"
    dash = f' stroke-dasharray="{3 * unit:.3f} {2 * unit:.3f}"' if hollow else ""
    edge = f'<{shape} fill="none" stroke="{_white()}" stroke-width="{4 * unit:.3f}" stroke-linejoin="round"/>'
    face = f'<{shape} fill="{_white() if open_ else colour}" stroke="{colour}"'
    face += f' stroke-width="{(2 if open_ else 1) * unit:.3f}"{dash}/>'
    return edge + face + _strokes(name, colour if open_ else ink_on(colour), 2.5 * unit, radius, x, y)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on the colour (WCAG relative luminance)."""
    values = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
    return "#111111" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.36 else "#ffffff"


def _outline(name: str, radius: float, x: float, y: float) -> str:
    """Element and shape of a marker's outline, without its paint."""
    if name not in _SIDES:
        return f'circle cx="{x:.3f}" cy="{y:.3f}" r="{radius:.3f}"'
    sides, shift = _SIDES[name]
    reach, drop = radius * _REACH[sides], radius * 0.2 if sides == 3 else 0
    turns = [((i + shift) / sides) * 2 * math.pi - math.pi / 2 for i in range(sides)]
    points = " ".join(f"{x + reach * math.cos(a):.3f},{y + reach * math.sin(a) + drop:.3f}" for a in turns)
    return f'polygon points="{points}"'


def _strokes(name: str, colour: str, width: float, radius: float, x: float, y: float) -> str:
    r = radius * 0.6
    strokes = {
        "cross": f"M{x - r:.3f} {y:.3f}H{x + r:.3f}M{x:.3f} {y - r:.3f}V{y + r:.3f}",
        "saltire": f"M{x - r:.3f} {y - r:.3f}L{x + r:.3f} {y + r:.3f}M{x - r:.3f} {y + r:.3f}L{x + r:.3f} {y - r:.3f}",
    }
    return f'<path d="{strokes[name]}" stroke="{colour}" stroke-width="{width:.3f}"/>' if name in strokes else ""
