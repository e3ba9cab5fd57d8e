"""The numbers by which a list beside a map and the map itself name the same features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from analysis.view import View
from geodata.codes import Location, Stage


def numbers_of(view: View, names: Sequence[str]) -> dict[str, str]:
    """A number for each feature by id, in the order of a list: those first that most measures of the view
    name; what lies elsewhere or has no position comes last.

    A section follows the whole that it is part of, as 3a, 3b …; what is drawn for orientation has none and is left out.
    """
    register, status = view.register, view.standing.feature_status
    ids = register.features["id"]
    place, context, sections = (
        {name: at for at, name in enumerate(ids)},
        set(ids[register.context]),
        set(ids[register.sections]),
    )
    kept = {name: None for name in names if name not in context}
    parts: dict[str, list[str]] = defaultdict(list)
    for name in kept:
        whole = status[name].feature.part_of
        if name in sections and whole in kept:
            parts[whole].append(name)
    below = {name for each in parts.values() for name in each}

    def rank(name: str) -> tuple[bool, int, bool, int]:
        feature = status[name].feature
        far = feature.location == Location.OUTSIDE or not feature.is_placed
        own = sum(measure in view.measure_ids for measure in status[name].measures)
        return far, -own, status[name].stage.stage == Stage.UNKNOWN, place[name]

    found: dict[str, str] = {}
    for number, name in enumerate(sorted((name for name in kept if name not in below), key=rank), start=1):
        found[name] = str(number)
        for letter, part in enumerate(sorted(parts[name], key=place.__getitem__)):
            found[part] = f"{number}{chr(ord('a') + letter)}"
    return found
