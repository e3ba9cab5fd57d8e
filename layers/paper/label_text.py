"""The names on a still picture: measured with the installed fonts and placed so that none covers another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layers.paper.label_place import Boxes, Name, Placed, place
from layers.paper.picture import Picture
from layers.paper.typesetting import widths
from layers.symbology import rules

MM_PER_POINT = 25.4 / 72
_CROWDED, _FIRST = 0.4, 0.1
"""Part of a picture that names may want; of more, those that come first, up to another part."""
_POINTS = {"point": 7.4, "line": 7.8, "town": 6.8, "water": 7.0}


def names_on(
    drawn: Picture,
    texts: Mapping[str, tuple[str, str]],
    lang: str,
    zoom: float,
    reach: float = 0,
    free: Boxes | None = None,
) -> list[Placed]:
    """The names that find a place on a picture.

    `texts` gives a name and a second line (or an empty text) by feature id. A name may stand `reach` mm off its
    feature, at the end of a leader; the boxes `free` are kept free.
    """
    # The ends of long names give way: the tables have them whole.
    said = {a.id: (short(texts[a.id][0]), texts[a.id][1]) for a in drawn.anchors}
    long = widths(tuple(sorted({text for pair in said.values() for text in pair})), lang)
    wanted = []
    for anchor in drawn.anchors:
        (text, more), points = said[anchor.id], _POINTS[anchor.kind] * zoom
        width, height = long[text], 1.45 * points * MM_PER_POINT
        if more:
            width, height = max(width * 1.06, long[more] * 0.86), height * 1.8
        width = width * points + 0.5 * points * MM_PER_POINT
        where = (anchor.id, text, more, points, anchor.x, anchor.y)
        wanted.append(Name(*where, width, height, anchor.gap, anchor.kind, anchor.rank, -anchor.weight))
    strong = [name for name in wanted if name.kind in ("point", "line")]
    weak = [name for name in wanted if name.kind not in ("point", "line")]
    size = drawn.frame.width, drawn.frame.height
    if sum(name.width * name.height for name in strong) > _CROWDED * size[0] * size[1]:
        room = np.cumsum([name.width * name.height for name in sorted(strong, key=_first)])
        strong = sorted(strong, key=_first)[: int((room <= _FIRST * size[0] * size[1]).sum())]
    taken = np.empty((0, 4)) if free is None else free
    placed = place(strong, drawn.markers, *size, reach=reach, taken=taken)
    taken = np.vstack([taken, *([item.box] for item in placed)])
    return placed + place(weak, drawn.markers, *size, taken=taken)


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
