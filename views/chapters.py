"""The table of chapters of a meeting: which there are, which are told, in which order, with which notes."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analysis.filters import FIRST_DAY
from analysis.kinds import kind_of
from analysis.tourfile import LONGEST_NOTE, BadTour, Picked, read_tour, write_tour
from analysis.tours import default_tour, keys, titles
from analysis.view import View
from views.markup import notice, tag, text
from views.words import Words

SINCE = "tour-since"
STARTS = ("full", "short", "none")


def show(view: View, words: Words) -> Picked:
    """The table of chapters; what is ticked, in the order of its numbers."""
    st.html(tag("h3", text(words("tour")), cls="gt-kit"))
    st.caption(words("tour-hint"))
    # The table stands above what it is made from.
    table = st.container()
    with st.expander(words("tour-file"), icon=":material/folder_open:"):
        loaded = _load(words)
        since = st.date_input(
            words("tour-since"),
            value=None,
            key=SINCE,
            format="YYYY-MM-DD",
            min_value=FIRST_DAY,
            max_value=view.day - timedelta(days=1),
        )
    start = "full"
    if not loaded:
        start = table.segmented_control(
            words("tour-start"),
            STARTS,
            default=start,
            key="tour-start",
            format_func=lambda start: words(f"start-{start}"),
            label_visibility="collapsed",
            required=True,
        )
    rows = chapter_rows(view, loaded, since, start, words.lang)
    if lost := [key for key, _ in loaded if key not in {row[0] for row in rows}]:
        with table:
            notice(words("tour-lost", values=words.listed(lost)))
    ticked, place, title, note = (words(f"tour-{name}") for name in ("on", "place", "title", "note"))
    frame = pd.DataFrame(rows, columns=["key", ticked, place, title, note])
    base = hashlib.sha256(repr((rows, words.lang)).encode()).hexdigest()[:12]
    edited = table.data_editor(
        frame,
        key=f"tour-{base}",
        hide_index=True,
        height=460,
        column_order=[ticked, place, title, note],
        column_config={
            ticked: st.column_config.CheckboxColumn(width=70),
            place: st.column_config.NumberColumn(width=70, min_value=1, max_value=999, step=1),
            title: st.column_config.TextColumn(disabled=True, width=215),
            note: st.column_config.TextColumn(max_chars=LONGEST_NOTE, width=130),
        },
    )
    on = edited[edited[ticked].astype(bool)].sort_values(place, kind="stable")
    picked = tuple((row[0], str(row[4] or "")) for row in on.itertuples(index=False))
    table.download_button(
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


def chapter_rows(
    view: View, loaded: Picked, since: date | None, start: str, lang: str
) -> list[tuple[str, bool, int, str, str]]:
    """Key, ticked, place, title and note of every chapter there can be: those of the tour first.

    A loaded tour is ticked; otherwise all (`full`), all but the sections (`short`) or `none` of the usual one.
    """
    found = keys(view)
    found |= {"changes": (since.isoformat(),)} if since else {}
    notes = dict(loaded or ((key, "") for key in default_tour(view, found)))
    others = (f"{kind}={value}".removesuffix("=") for kind, values in found.items() for value in values)
    named = titles(view.standing, dict.fromkeys([*notes, *others]), lang)
    return [
        (key, key in notes and (bool(loaded) or _starts(key, start)), place, title, notes.get(key, ""))
        for place, (key, title) in enumerate(named.items(), start=1)
    ]


def _starts(key: str, start: str) -> bool:
    return start == "full" or (start == "short" and kind_of(key).is_short)
