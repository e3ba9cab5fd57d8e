"""The names on a still picture: measured with the installed fonts and placed so that none covers another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layers.paper.label_place import Boxes, Name, Placed, place
from layers.paper.picture import Anchor, Picture
from layers.paper.typesetting import widths
from layers.symbology import rules

MM_PER_POINT = 25.4 / 72
_CROWDED, _FIRST = 0.4, 0.1
"""Part of a picture that names may want; of more, those that come first, up to another part."""
_REACH = 9.0
"""Millimetres that a number may stand off its feature where symbols are 1:1."""
_POINTS = {"point": 7.4, "line": 7.8, "town": 6.8, "water": 7.0}


Said = tuple[str, str, str]
"""What stands at a feature: its name, a second line and its number in a list; each may be empty."""


def names_on(
    drawn: Picture,
    texts: Mapping[str, Said],
    lang: str,
    zoom: float,
    reach: float = 0,
    free: Boxes | None = None,
) -> list[Placed]:
    """The names that find a place on a picture.

    `texts` gives what is said by feature id; without a name nothing is. A name may stand `reach` mm off its
    feature, at the end of a leader; the boxes `free` are kept free. Where a name has no place its number has.
    """
    anchors = [anchor for anchor in drawn.anchors if texts[anchor.id][0]]
    # The ends of long names give way: the tables have them whole.
    said = {a.id: (f"{texts[a.id][2]} {short(texts[a.id][0])}".strip(), *texts[a.id][1:]) for a in anchors}
    long = widths(tuple(sorted({text for three in said.values() for text in three})), lang)

    def named(anchor: Anchor, text: str, more: str) -> Name:
        points = _POINTS[anchor.kind] * zoom
        width, height = long[text], 1.45 * points * MM_PER_POINT
        if more:
            width, height = max(width * 1.06, long[more] * 0.86), height * 1.8
        width = width * points + 0.5 * points * MM_PER_POINT
        where = (anchor.id, text, more, points, anchor.x, anchor.y)
        return Name(*where, width, height, anchor.gap, anchor.kind, anchor.rank, -anchor.weight)

    wanted = [named(anchor, *said[anchor.id][:2]) for anchor in anchors]
    strong = [name for name in wanted if name.kind in ("point", "line")]
    weak = [name for name in wanted if name.kind not in ("point", "line")]
    size = drawn.frame.width, drawn.frame.height
    if sum(name.width * name.height for name in strong) > _CROWDED * size[0] * size[1]:
        room = np.cumsum([name.width * name.height for name in sorted(strong, key=_first)])
        strong = sorted(strong, key=_first)[: int((room <= _FIRST * size[0] * size[1]).sum())]
    taken = np.empty((0, 4)) if free is None else free
    found = place(strong, drawn.markers, *size, reach=reach, taken=taken)
    taken = np.vstack([taken, *([item.box] for item in found)])
    done = {item.name.id for item in found}
    left = [named(a, said[a.id][2], "") for a in anchors if a.id not in done and said[a.id][2]]
    found += place(left, drawn.markers, *size, reach=reach or _REACH * zoom, taken=taken)
    taken = np.vstack([taken, *([item.box] for item in found)])
    return found + place(weak, drawn.markers, *size, taken=taken)


def _first(name: Name) -> tuple[float, str]:
    return name.weight, name.id


def short(name: str) -> str:
    """A name without what stands in brackets at its end."""
    for opening, closing in ("（）", "()"):
        if name.endswith(closing) and opening in name[1:]:
            name = name[: name.rindex(opening)].rstrip()
    return name


def as_data(item: Placed) -> dict[str, Any]:
    """A placed name as the template takes it."""
    name, ground = item.name, rules()["ground"]["light"]
    colours = {"town": ground["faint"], "water": rules()["context"]["named"]}
    left, top, right, bottom = item.box
    end = (min(max(name.x, left), right), min(max(name.y, top), bottom))
    return {
        "text": name.text,
        "x": left,
        "y": top,
        "width": name.width,
        "height": name.height,
        "more": name.more,
        "size": name.points,
        "colour": colours.get(name.kind, ground["ink"]),
        "ground": ground["halo"] + ("ff" if item.leader else "b8"),
        "leader": [name.x, name.y, *end] if item.leader else None,
    }
