"""Places names on a map so that none covers another, nor a marker where that can be helped."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""Rows of left, top, right, bottom in millimetres, y downwards."""
AROUND = 16
"""Directions in which a call-out is tried at each distance."""


@dataclass(frozen=True)
class Name:
    """A name that wants a place on the frame; lengths in millimetres, y downwards."""

    id: str
    text: str
    more: str
    """A second line, or empty."""
    points: float
    """Size of its letters."""
    x: float
    y: float
    width: float
    height: float
    gap: float
    """How far the name stands off its anchor."""
    kind: str
    """line, point, town or water: how it is set."""
    rank: float
    """The lower, the sooner it is placed."""
    weight: float = 0
    """The lower, the sooner it is kept where not all names have room."""


@dataclass(frozen=True)
class Placed:
    """A name with the left top corner of its box; `leader` when it stands so far off that a line must lead to it."""

    name: Name
    left: float
    top: float
    leader: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.left + self.name.width, self.top + self.name.height


def place(
    names: Sequence[Name], markers: Boxes, width: float, height: float, reach: float = 0, taken: Boxes | None = None
) -> list[Placed]:
    """The names that find a place on a frame of `width` × `height`, in order of rank.

    A name stands beside its anchor; with `reach` it may stand up to that many millimetres
    off, at the end of a leader. No placed box meets another, one of `taken` or the edge; a marker is met only
    where every other spot would cost more.
    """
    boxes = np.empty((len(names) + (0 if taken is None else len(taken)), 4))
    count = 0
    if taken is not None:
        boxes[: len(taken)], count = taken, len(taken)
    found = []
    for name in sorted(names, key=lambda name: (name.rank, name.weight, name.id)):
        best: tuple[float, Placed] | None = None
        for spot, cost in _spots(name, reach):
            if best is not None and cost >= best[0]:
                continue
            left, top, right, bottom = box = spot.box
            if left < 1 or top < 1 or right > width - 1 or bottom > height - 1 or _meets(box, boxes[:count]).any():
                continue
            cost += 25.0 * int(_meets(box, markers).sum())
            if best is None or cost < best[0]:
                best = cost, spot
        if best is not None:
            boxes[count] = best[1].box
            count += 1
            found.append(best[1])
    return found


def _meets(box: Sequence[float], boxes: Boxes) -> NDArray[np.bool_]:
    """Which of `boxes` a box overlaps."""
    hit: NDArray[np.bool_] = (
        (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
    )
    return hit


def _spots(name: Name, reach: float) -> Iterator[tuple[Placed, float]]:
    """Where a name may stand and what that costs: right, left, above, below, the corners; then ever farther off."""
    x, y, w, h, gap = name.x, name.y, name.width, name.height, name.gap
    beside = [
        (x + gap, y - h / 2),
        (x - gap - w, y - h / 2),
        (x - w / 2, y - gap - h),
        (x - w / 2, y + gap),
        (x + gap * 0.8, y - gap * 0.8 - h),
        (x + gap * 0.8, y + gap * 0.8),
        (x - gap * 0.8 - w, y - gap * 0.8 - h),
        (x - gap * 0.8 - w, y + gap * 0.8),
    ]
    for cost, (left, top) in enumerate(beside):
        yield Placed(name, left, top), cost * 0.5
    distance = gap + h
    while distance <= reach:
        for turn in range(AROUND):
            angle = 2 * math.pi * turn / AROUND
            # The box is pushed out until its nearest side is `distance` away.
            cx = x + math.cos(angle) * (distance + w / 2)
            cy = y + math.sin(angle) * (distance + h / 2)
            yield Placed(name, cx - w / 2, cy - h / 2, leader=True), 5 + distance
        distance += h
