"""Tours: which chapters a view has, and each of them by its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from analysis.chapters import Chapter, tell
from analysis.kinds import KINDS, before, pressing, top_projects
from analysis.spatial.ground import UnknownPlace
from analysis.spatial.questions import BadQuestion, read_question
from analysis.stages import UNDER_WAY
from analysis.standing import Standing
from analysis.tourfile import Picked
from analysis.view import View
from analysis.words import TEXTS, Speech
from geodata.model import Document
from geodata.text import Text

BRIEFING = 11
"""Chapters of a briefing: with cover, sources and two dividers it has 15 slides."""


class NoChapter(ValueError):
    """A key that names no chapter; `text` says so and which there are."""

    def __init__(self, key: str, reason: Text | None = None) -> None:
        """Of the chapter asked for; `reason` says why it is none."""
        if reason is not None:
            self.text: Text = TEXTS["no-question"].filled(key=repr(key), reason=reason)
            super().__init__(f"{self.text.zh} {self.text.en}")
            return
        kinds = ", ".join(f"{kind}=…" for kind in KINDS if not KINDS[kind].is_whole)
        self.text = TEXTS["no-chapter"].filled(key=repr(key), kinds=kinds)
        super().__init__(f"{self.text.zh} {self.text.en}")


def keys(view: View) -> dict[str, tuple[str, ...]]:
    """The chapters that a view can have, by kind, empty ones left out.

    Kinds: overview, projects (the main ones), theme, document, section (document.section), asks (what is late or past
    due), agency, town, changes (since a day: the newest document's).
    """
    register = view.register
    shown, measures = view.features, view.measures
    articles = register["articles"]
    articles = articles[articles["id"].isin(measures["article"])]
    named = set(view.agencies)
    found_in = {town for row in shown["town"] for town in row}
    sections = dict.fromkeys(zip(articles["document"], articles["section"], strict=True))
    newest_first = sorted(register.rows(Document), key=lambda row: row.date_issued, reverse=True)
    order, issued = [row.id for row in newest_first], newest_first[0].date_issued
    return {
        "overview": ("",),
        "projects": ("",) if top_projects(view).any() else (),
        "theme": tuple(code for code, theme in register.themes.items()
                       if not theme.context and (shown["theme"] == code).any()),
        "document": tuple(document for document in order if (measures["document"] == document).any()),
        "section": tuple(
            f"{document}.{section}"
            for document, section in sorted(sections, key=lambda key: (order.index(key[0]), key[1]))
        ),
        "asks": ("",) if (view.selection.measures & pressing(view.standing)).any() else (),
        "agency": tuple(code for code in register["agencies"]["id"] if code in named),
        "town": tuple(code for code in register.features["id"] if code in found_in),
        "changes": (issued.isoformat(),) if issued < view.day else (),
    }  # fmt: skip


def default_tour(view: View, found: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """Every usual chapter of `found`, but one agency, with most to answer for, and one town, the richest.

    `found` are the chapters to choose from, those of `keys` unless given.
    """
    found = keys(view) if found is None else found
    standing = view.standing
    due = standing.measures.loc[view.selection.measures & pressing(standing), "article"].value_counts()
    assigned = view.register["assignments"]
    weight = assigned.assign(due=assigned["article"].map(due)).groupby("agency")["due"].sum()
    towns = pd.Series([town for row in view.features["town"] for town in row], dtype=object).value_counts()
    one = {
        "agency": view.filter.agency or _first(weight[weight > 0].reindex(found["agency"]).dropna()),
        "town": view.filter.town or _first(towns.reindex(found["town"]).dropna()),
    }
    return [
        f"{kind}={value}".removesuffix("=")
        for kind, values in found.items()
        if KINDS[kind].is_usual
        for value in one.get(kind, values)
        if value in values
    ]


def briefing(view: View, noted: Picked = ()) -> Picked:
    """The chapters of a deck of at most 15 slides, with the notes that were `noted` to them.

    The whole, the main projects, the themes in which most is moving, the documents, what is asked of whom, and what
    changed.
    """
    found = keys(view)
    rest = ("overview", "projects", "document", "asks", "changes")
    frame = view.features
    moving = frame["stage"].isin(UNDER_WAY)
    told = frame[moving | (frame["restriction"] != "")]["theme"].value_counts()
    ranked = sorted(found["theme"], key=lambda code: -int(told.get(code, 0)))
    kept = set(ranked[: max(0, BRIEFING - sum(len(found[kind]) for kind in rest))])
    found["theme"] = tuple(code for code in found["theme"] if code in kept)
    notes = dict(noted)
    chosen = (
        f"{kind}={value}".removesuffix("=")
        for kind, values in found.items()
        if kind == "theme" or kind in rest
        for value in values
    )
    return tuple((key, notes.get(key, "")) for key in chosen)


def _first(counts: pd.Series) -> tuple[str, ...]:
    """The one with the highest count, the first of equals."""
    return (str(counts.idxmax()),) if len(counts) else ()


def titles(standing: Standing, wanted: Iterable[str], lang: str) -> dict[str, str]:
    """Title of each chapter by its key; those that name nothing are left out."""
    speech, known, found = Speech(standing.register, lang), dict[str, Mapping[str, str]](), {}
    for key in wanted:
        kind, _, value = key.partition("=")
        if kind == "changes" and before(standing, value):
            found[key] = TEXTS("chapter-changes", lang, since=value, day=standing.day)
        elif kind == "question":
            found |= _asked(key, value, standing, lang)
        elif kind in KINDS:
            if kind not in known:
                known[kind] = KINDS[kind].titles(standing, speech)
            found |= {key: known[kind][value]} if value in known[kind] else {}
    return found


def _asked(key: str, line: str, standing: Standing, lang: str) -> dict[str, str]:
    """The title of a question by the key of its chapter; nothing for what cannot be asked."""
    try:
        return {key: read_question(line, standing.register).title(standing.register).in_(lang)}
    except BadQuestion:
        return {}


def _reason(key: str, view: View) -> Text | None:
    """Why a question cannot be asked; None for what is no question."""
    kind, _, line = key.partition("=")
    try:
        read_question(line, view.register) if kind == "question" else None
    except BadQuestion as error:
        return error.text
    return None


def chapter(view: View, key: str, lang: str, note: str = "") -> Chapter:
    """The chapter `key` of a view; NoChapter for a key that names nothing in the register.

    Beside the kinds of `keys` there are article and feature, by id, what a hand-out is about, and question, by its
    line.
    """
    title = titles(view.standing, [key], lang).get(key)
    if title is None:
        raise NoChapter(key, _reason(key, view))
    name, _, value = key.partition("=")
    kind, speech = KINDS[name], Speech(view.register, lang)
    try:
        kept, more = kind.scope(view, value, speech)
    except UnknownPlace as error:
        raise NoChapter(key) from error
    more = {"whole": True, **more} if kind.is_whole and view.filter.is_empty else more
    return tell(kept, kind, speech, key, title, more, note)


def tour(view: View, lang: str, picked: Sequence[tuple[str, str]] = ()) -> list[Chapter]:
    """The chapters `picked` (key and note each), or those of `default_tour`, in their order."""
    asked: Iterable[tuple[str, str]] = picked or ((key, "") for key in default_tour(view))
    return [chapter(view, key, lang, note) for key, note in asked]
