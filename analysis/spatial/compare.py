"""Two days side by side: what has another stage or outcome on the one than on the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.changes import Change, changed_outcomes, changed_stages
from analysis.spatial.findings import said
from analysis.standing import standing_on
from analysis.view import View
from analysis.words import Speech
from geodata.text import LANGS, Text


@dataclass(frozen=True)
class Turn:
    """A feature or measure that stands otherwise on the day of the view than on another one."""

    table: str
    """features or measures."""
    id: str
    name: Text
    before: str
    """Code on the other day."""
    after: str
    reason: Text
    sentence: Text


def compare(view: View, other: date) -> list[Turn]:
    """What of a view has another stage or outcome on its day than on `other`, features first, in row order."""
    then, kept = standing_on(view.register, other), view.feature_ids | view.measure_ids
    by_language = []
    for lang in LANGS:
        speech = Speech(view.register, lang)
        found = (*changed_stages(then, view.standing, speech), *changed_outcomes(then, view.standing, speech))
        by_language.append([change for change in found if change.id in kept])
    return [_turn(view, other, zh, en) for zh, en in zip(*by_language, strict=True)]


def _turn(view: View, other: date, zh: Change, en: Change) -> Turn:
    codes = view.register.codes("stage" if zh.table == "features" else "outcome")
    name, reason = Text(zh.name, en.name), Text(zh.reason, en.reason)
    sentence = said(
        "turned",
        name=name,
        then=other.isoformat(),
        now=view.day.isoformat(),
        before=codes[zh.before].title,
        after=codes[zh.after].title,
    )
    return Turn(zh.table, zh.id, name, zh.before, zh.after, reason, sentence)
