"""Two days or two views side by side: what has another stage or outcome, and how much there is on either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.changes import Change, changed_outcomes, changed_stages
from analysis.filters import Filter
from analysis.spatial.balance import Group, balance
from analysis.spatial.findings import said
from analysis.standing import standing_on
from analysis.view import View, look_at
from analysis.words import Speech
from geodata.model import Document
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


@dataclass(frozen=True)
class Contrast:
    """One row of the same balance of two views."""

    group: str
    """The code of the theme."""
    title: Text
    mine: Group
    theirs: Group

    @property
    def sentence(self) -> Text:
        """The row as one says it."""
        return said(
            "contrast",
            title=self.title,
            n=len(self.mine.features),
            open=len(self.mine.open),
            km=f"{self.mine.km:.1f}",
            km_open=f"{self.mine.km_open:.1f}",
            other=len(self.theirs.features),
            other_open=len(self.theirs.open),
            other_km=f"{self.theirs.km:.1f}",
            other_km_open=f"{self.theirs.km_open:.1f}",
        )


def compare(view: View, other: date | None = None, against: Filter | None = None) -> list[Turn] | list[Contrast]:
    """What of a view has another stage or outcome on its day than on `other`, features first, in row order; `other` is
    the day of the newest document unless given. With `against`, another filter, instead the same balance of both views
    by theme, what one of them lacks counted as nothing.
    """
    if against is not None:
        return _contrasts(view, look_at(view.register, against))
    day = other or max(row.date_issued for row in view.register.rows(Document))
    then, kept = standing_on(view.register, day), view.feature_ids | view.measure_ids
    by_language = []
    for lang in LANGS:
        speech = Speech(view.register, lang)
        found = (*changed_stages(then, view.standing, speech), *changed_outcomes(then, view.standing, speech))
        by_language.append([change for change in found if change.id in kept])
    return [_turn(view, day, zh, en) for zh, en in zip(*by_language, strict=True)]


def _contrasts(view: View, other: View) -> list[Contrast]:
    mine, theirs = ({group.group: group for group in balance(each)} for each in (view, other))
    order = [code for code in view.register.themes if code in mine or code in theirs]
    titles = {code: theme.title for code, theme in view.register.themes.items()}
    return [
        Contrast(code, titles[code], mine.get(code, _nothing(code)), theirs.get(code, _nothing(code))) for code in order
    ]


def _nothing(code: str) -> Group:
    return Group(code, Text("", ""), (), (), (), 0.0, 0.0)


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
