"""The list of chapters of a meeting: which there are, which are told, in which order, with which notes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from analysis.filters import FIRST_DAY
from analysis.kinds import kind_of
from analysis.tourfile import LONGEST_NOTE, BadTour, Picked, read_tour, write_tour
from analysis.tours import default_tour, keys, titles
from analysis.view import View
from layers.web.config import CHAPTERS, assets
from views import asked
from views.markup import notice, tag, text
from views.words import Words

SINCE, EDITED = "tour-since", "tour-edited"
CHANGES = "changes"
"""The kind of the chapter whose key has a day."""
Row = tuple[str, bool, str, str]
"""Key, ticked, title and note of a chapter."""
_HTML = '<div aria-live="polite"></div><ol></ol>'
STARTS = ("full", "short", "none")


def show(view: View, words: Words) -> Picked:
    """The list of chapters; what is ticked, in its order."""
    st.html(tag("h3", text(words("tour")), cls="gt-kit"))
    st.caption(words("tour-hint"))
    since = _since(view, words)
    # The list stands above what it is made from.
    above = st.container()
    with st.expander(words("tour-file"), icon=":material/folder_open:"):
        loaded = _load(words)
    start = "full"
    if not loaded:
        start = above.segmented_control(
            words("tour-start"),
            STARTS,
            default=start,
            key="tour-start",
            format_func=lambda start: words(f"start-{start}"),
            label_visibility="collapsed",
            required=True,
        )
    rows = _with_questions(chapter_rows(view, loaded, since, start, words.lang), words)
    if lost := [key for key, _ in loaded if key not in {row[0] for row in rows}]:
        with above:
            notice(words("tour-lost", values=words.listed(lost)))
    with above:
        picked = _edited(rows, words, repr(loaded) if loaded else start)
    above.download_button(
        words("tour-save"),
        write_tour(picked),
        file_name=f"guantu-tour-{view.day}.json",
        mime="application/json",
        on_click="ignore",
        disabled=not picked,
        icon=":material/save:",
        key="tour-save",
    )
    return picked


def _with_questions(rows: list[Row], words: Words) -> list[Row]:
    """The chapters with those about questions that were taken along, ticked, behind the first one."""
    there = {row[0] for row in rows}
    keys = [f"question={line}" for line in asked.kept(words.register)]
    more: list[Row] = [(key, True, asked.title(key.partition("=")[2], words), "") for key in keys if key not in there]
    return [*rows[:1], *more, *rows[1:]]


def _since(view: View, words: Words) -> date | None:
    """The day from which on changes are told: what a meeting asks first."""
    if view.day <= FIRST_DAY:
        return None
    return st.date_input(
        words("tour-since"),
        value=None,
        key=SINCE,
        format="YYYY-MM-DD",
        min_value=FIRST_DAY,
        max_value=view.day - timedelta(days=1),
        help=words("tour-since-help"),
    )


@cache
def _list() -> ComponentRenderer:
    """The list as it is edited in the browser."""
    script, style = assets(CHAPTERS)
    return component("guantu-chapters", html=_HTML, css=style, js=script)


def _edited(rows: Sequence[Row], words: Words, start: str) -> Picked:
    """The rows as the visitor left them: what is ticked, in order, with its notes.

    Another day, language, filter or start changes which rows there are; what was written and moved stays.
    """
    kept = st.session_state.get(EDITED)
    # A file that was loaded says all by itself; an edit of it is kept as that of any other start.
    rows = _merged(rows, start, None if kept and start not in (*STARTS, kept[0]) else kept)
    base = hashlib.sha256(repr((sorted(row[:3:2] for row in rows), start, words.lang)).encode()).hexdigest()[:12]
    titles = {key: title for key, _, title, _ in rows}
    said = {name: words(f"tour-{name}") for name in ("list", "drag", "note", "up", "down", "moved")}
    told = [{"key": key, "on": on, "title": title, "note": note} for key, on, title, note in rows]
    data = {"base": base, "rows": told, "words": {**said, "longest": LONGEST_NOTE}}
    found = _list()(key=f"tour-{base}", data=data, default={"chosen": None}, on_chosen_change=lambda: None)
    chosen = _checked(found.get("chosen"), titles) or [[key, on, note] for key, on, _, note in rows]
    st.session_state[EDITED] = start, chosen
    return tuple((key, note) for key, on, note in chosen if on)


def _merged(rows: Sequence[Row], start: str, kept: tuple[str, list[Any]] | None) -> list[Row]:
    """The rows with the order, ticks and notes of those that were `kept`; of another start the ticks are its own.

    The chapter on changes is one chapter, whatever the day that it counts from.
    """
    if kept is None:
        return list(rows)
    before = {_same(key): (place, on, note) for place, (key, on, note) in enumerate(kept[1])}
    place, found = -1.0, list[tuple[float, Row]]()
    for key, on, title, note in rows:
        known = before.get(_same(key))
        if known is None:
            # A new chapter follows the one that it follows of itself.
            found.append((place + 0.5, (key, on, title, note)))
            continue
        place = float(known[0])
        is_same = kept[0] == start
        found.append((place, (key, known[1] if is_same else on, title, known[2] if is_same else known[2] or note)))
    return [row for _, row in sorted(found, key=lambda each: each[0])]


def _same(key: str) -> str:
    kind = key.partition("=")[0]
    return kind if kind == CHANGES else key


def _checked(chosen: Any, titles: Mapping[str, str]) -> list[list[Any]]:
    """What a browser says, if it is an order of these very chapters; nothing otherwise."""
    if not isinstance(chosen, list) or not all(isinstance(row, list) and len(row) == 3 for row in chosen):
        return []
    if sorted(str(row[0]) for row in chosen) != sorted(titles):
        return []
    return [[str(key), on is True, _plain(note)] for key, on, note in chosen]


def _plain(note: Any) -> str:
    """A note as a tour file may hold it."""
    return str(note).encode("utf-8", "ignore").decode()[:LONGEST_NOTE]


def _load(words: Words) -> Picked:
    """The chapters of an uploaded file; one that cannot be read is said and changes nothing."""
    given = st.file_uploader(words("tour-load"), type="json", key="tour-load", max_upload_size=1)
    if given is None:
        return ()
    try:
        return read_tour(given.getvalue())
    except BadTour as error:
        notice(words.pair(words("tour-bad"), error.text.in_(words.lang)))
        return ()


def chapter_rows(view: View, loaded: Picked, since: date | None, start: str, lang: str) -> list[Row]:
    """Every chapter there can be: those of the tour first.

    A loaded tour is ticked; otherwise all (`full`), all but the sections (`short`) or `none` of the usual one.
    """
    found = keys(view)
    found |= {"changes": (since.isoformat(),)} if since else {}
    notes = dict(loaded or ((key, "") for key in default_tour(view, found)))
    others = (f"{kind}={value}".removesuffix("=") for kind, values in found.items() for value in values)
    named = titles(view.standing, dict.fromkeys([*notes, *others]), lang)
    return [
        (key, key in notes and (bool(loaded) or _starts(key, start)), title, notes.get(key, ""))
        for key, title in named.items()
    ]


def _starts(key: str, start: str) -> bool:
    return start == "full" or (start == "short" and kind_of(key).is_short)
