"""The meeting page: pick and annotate the chapters, then take the tour, the slides or the sheets along."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from analysis.filters import FIRST_DAY, Filter, apply
from analysis.join import Joined
from analysis.summary import is_context
from analysis.tourfile import Picked, read_tour, write_tour
from analysis.tours import default_tour, keys, titles
from layers.frame import SIZES
from views import kit, mapview, screen
from views.html import tag, text
from views.words import BOTH, LANGS, Words

LOADED = "tour-loaded"
SINCE = "tour-since"
FORMS = ("pdf", "png")
STARTS = ("full", "short", "none")
_KEPT = 12
"""Tours that stay on the disk for pages that are open."""


def show(joined: Joined, chosen: Filter, words: Words) -> None:
    """The chapters on the left, the four ways out on the right."""
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        lang = _language(words)
        picked = _chapters(joined, chosen, words)
    wanted = kit.Kit(joined, chosen, lang, picked, screen.map_number())
    with right:
        if not picked:
            st.info(words("tour-none"))
            return
        try:
            _tour(wanted, words)
        except ValueError as error:
            screen.notice(words.pair(words("tour-bad"), str(error)))
            return
        _slides(wanted, words)
        _sheet(wanted, words)
        _agencies(wanted, words)


def _language(words: Words) -> str:
    names = {**screen.LANGUAGE_NAMES, BOTH: words("meeting-both")}
    st.session_state.setdefault("meeting-lang", words.lang)
    chosen: str = st.segmented_control(
        words("meeting-lang"), (*LANGS, BOTH), key="meeting-lang", format_func=names.__getitem__, required=True
    )
    return chosen


def _chapters(joined: Joined, chosen: Filter, words: Words) -> Picked:
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
            max_value=joined.day - timedelta(days=1),
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
    rows = _rows(joined, chosen, loaded, since, start, words.lang)
    if lost := [key for key, _ in loaded if key not in {row[0] for row in rows}]:
        with table:
            screen.notice(words("tour-lost", values=words.list(lost)))
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
            note: st.column_config.TextColumn(max_chars=500, width=130),
        },
    )
    on = edited[edited[ticked].astype(bool)].sort_values(place, kind="stable")
    picked = tuple((row[0], str(row[4] or "")) for row in on.itertuples(index=False))
    table.download_button(
        words("tour-save"),
        write_tour(picked),
        file_name=f"guantu-tour-{joined.day}.json",
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
    except ValueError as error:
        screen.notice(words.pair(words("tour-bad"), str(error)))
        return ()


def _rows(
    joined: Joined, chosen: Filter, loaded: Picked, since: date | None, start: str, lang: str
) -> list[tuple[str, bool, int, str, str]]:
    """Key, ticked, place, title and note of every chapter there can be: those of the tour first.

    A loaded tour is ticked; otherwise all (`full`), all but the sections (`short`) or `none` of the usual one.
    """
    found = keys(joined, chosen)
    found |= {"changes": (since.isoformat(),)} if since else {}
    notes = dict(loaded or ((key, "") for key in default_tour(joined, chosen, found)))
    others = (f"{kind}={value}".removesuffix("=") for kind, values in found.items() for value in values)
    named = titles(joined, dict.fromkeys([*notes, *others]), lang)
    return [
        (key, key in notes and (bool(loaded) or _starts(key, start)), place, title, notes.get(key, ""))
        for place, (key, title) in enumerate(named.items(), start=1)
    ]


def _starts(key: str, start: str) -> bool:
    return start == "full" or (start == "short" and not key.startswith("section="))


def _head(words: Words, name: str, **values: Any) -> None:
    st.html(tag("h3", text(words(f"{name}-head")), cls="gt-kit"))
    st.caption(words(f"{name}-hint", **values))


def _tour(wanted: kit.Kit, words: Words) -> None:
    _head(words, "present")
    data, _ = _page(wanted, (id(wanted.joined), *_identity(wanted)))
    file = f"present-{hashlib.sha256(data).hexdigest()[:16]}.html"
    mapview.publish(file, data, keep=_KEPT)
    left, right = st.columns(2)
    left.link_button(
        words("present-open"), mapview.address(file), type="primary", icon=":material/slideshow:", width="stretch"
    )
    right.download_button(
        words("present-save"),
        data,
        file_name=f"guantu-{wanted.joined.day}.html",
        mime="text/html",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        key="present-save",
    )


def _identity(wanted: kit.Kit) -> tuple[Any, ...]:
    return wanted.chosen, wanted.joined.day, wanted.lang, wanted.picked, wanted.map_number


@st.cache_resource(show_spinner=False, max_entries=_KEPT)
def _page(_wanted: kit.Kit, identity: tuple[Any, ...]) -> tuple[bytes, Joined]:
    # The join is kept with its page: as long as it is there, no other one can have its id.
    with TemporaryDirectory(prefix="guantu-tour-") as folder:
        path = Path(folder) / "tour.html"
        kit.write_page(path, _wanted)
        return path.read_bytes(), _wanted.joined


def _slides(wanted: kit.Kit, words: Words) -> None:
    _head(words, "slides")

    def make(path: Path) -> list[Path]:
        kit.write_deck(path, wanted)
        return [path]

    _made("slides", f"guantu-{wanted.joined.day}.pptx", make, _identity(wanted), words)


def _sheet(wanted: kit.Kit, words: Words) -> None:
    _head(words, "sheet")
    joined = wanted.joined
    kept = apply(joined, wanted.chosen)
    articles = dict.fromkeys(joined.measures.loc[kept.measures, "article"])
    features = joined.features.loc[kept.features & ~is_context(joined), "id"]
    # The chapters, and what a hand-out is about.
    options = [key for key, _ in wanted.picked]
    options += [f"article={code}" for code in articles] + [f"feature={code}" for code in features]
    named = titles(joined, dict.fromkeys(options), words.lang)
    key = st.selectbox(words("sheet-chapter"), list(named), key="sheet-chapter", format_func=named.__getitem__)
    columns = st.columns(3)
    size = columns[0].selectbox(words("sheet-size"), list(SIZES), index=1, key="sheet-size")
    form = columns[1].selectbox(words("sheet-form"), FORMS, key="sheet-form", format_func=str.upper)
    dpi = columns[2].number_input(words("sheet-dpi"), 72, 600, 200, key="sheet-dpi", disabled=form == "pdf")
    portrait = st.checkbox(words("sheet-portrait"), key="sheet-portrait")

    def make(path: Path) -> list[Path]:
        return kit.write_sheet(path, replace(wanted, picked=((key, ""),)), size, portrait, dpi)

    name = f"guantu-{key.replace('=', '-')}-{size}-{joined.day}.{form}"
    _made("sheet", name, make, (*_identity(wanted), key, size, form, dpi, portrait), words)


def _agencies(wanted: kit.Kit, words: Words) -> None:
    _head(words, "each", n=len(list(kit.agencies(wanted))))

    def make(path: Path) -> list[Path]:
        bar = st.progress(0.0)
        kit.write_agency_sheets(
            path, wanted, told=lambda done, of: bar.progress(done / of, words("each-progress", done=done, all=of))
        )
        bar.empty()
        return [path]

    _made("each", f"guantu-agencies-{wanted.joined.day}.zip", make, _identity(wanted), words)


def _made(name: str, file: str, make: Callable[[Path], list[Path]], identity: tuple[Any, ...], words: Words) -> None:
    """The button that makes a file, and the file while what it is made from stays as it was."""
    left, right = st.columns(2)
    kept = f"made-{name}"
    if left.button(words(f"{name}-make"), key=f"make-{name}", icon=":material/inventory_2:", width="stretch"):
        st.session_state[kept] = None
        try:
            with st.spinner(words("making")), TemporaryDirectory(prefix="guantu-kit-") as folder:
                paths = make(Path(folder) / file)
                st.session_state[kept] = identity, [(path.name, path.read_bytes()) for path in paths]
        except (ValueError, OSError) as error:
            screen.notice(words.pair(words("not-made"), str(error)))
    made = st.session_state.get(kept)
    files = made[1] if made and made[0] == identity else ()
    for place, (title, data) in enumerate(files):
        number = f" {place + 1}" if len(files) > 1 else ""
        right.download_button(
            words("made-save", number=number, size=f"{len(data) / 1000:,.0f} KB"),
            data,
            file_name=title,
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
            key=f"save-{name}-{place}",
        )
