"""The meeting page: pick and annotate the chapters, then take the tour, the slides or the sheets along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.tours import NoChapter, briefing, keys, titles
from analysis.view import View
from geodata.text import BOTH, LANGS, Text
from layers.paper.typesetting import NoFont
from outputs.errors import ProductError
from outputs.meeting.brief import Brief
from outputs.meeting.posters import agencies
from outputs.names import file_name
from outputs.products import PRODUCTS, Order
from views import chapters, works
from views.component import Published
from views.language import LANGUAGE_NAMES
from views.markup import notice, tag, text
from views.secrets import map_number
from views.words import Words

TOUR = "tour-page"


def show(view: View, words: Words) -> None:
    """The chapters on the left, the four ways out on the right."""
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        lang = _language(words)
        picked = chapters.show(view, words)
    order = Order(view, lang, map_number(), picked=picked)
    with right:
        if not picked:
            st.info(words("tour-none"))
            return
        _tour(order, words)
        _slides(order, words)
        _sheet(order, words)
        _agencies(order, words)


def _language(words: Words) -> str:
    names = {**LANGUAGE_NAMES, BOTH: words("meeting-both")}
    st.session_state.setdefault("meeting-lang", words.lang)
    chosen = st.segmented_control(
        words("meeting-lang"), (*LANGS, BOTH), key="meeting-lang", format_func=names.__getitem__, required=True
    )
    return chosen or words.lang


def _head(words: Words, name: str, **values: Any) -> None:
    product = PRODUCTS[name]
    st.html(tag("h3", text(product.title.in_(words.lang)), cls="gt-kit"))
    st.caption(product.hint.filled(**values).in_(words.lang))


def _tour(order: Order, words: Words) -> None:
    """The tour page, made and published on a click: it holds the presenter's notes, so it goes with the visit."""
    _head(words, "present")
    product, file = PRODUCTS["present"], file_name(PRODUCTS["present"], order)
    if st.columns(2)[0].button(
        words("present-make"), key="make-present", icon=":material/inventory_2:", width="stretch"
    ):
        st.session_state[TOUR] = None
        if made := _files(product.name, file, order, words):
            ((_, data),) = made
            st.session_state[TOUR] = order.identity, Published(data), data
    kept = st.session_state.get(TOUR)
    if not kept or kept[0] != order.identity:
        return
    _, page, data = kept
    left, right = st.columns(2)
    left.link_button(words("present-open"), page.address, type="primary", icon=":material/slideshow:", width="stretch")
    right.download_button(
        words("present-save"),
        data,
        file_name=file,
        mime="text/html",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        key="present-save",
    )


def _slides(order: Order, words: Words) -> None:
    _head(words, "slides")
    what = st.segmented_control(
        words("slides-what"),
        ("briefing", "chapters"),
        default="briefing",
        key="slides-what",
        format_func=lambda what: words(f"slides-{what}"),
        label_visibility="collapsed",
        required=True,
    )
    picked = order.picked if what == "chapters" else briefing(order.view, order.picked)
    told = {"annex": st.checkbox(words("slides-annex"), key="slides-annex")}
    own = replace(order, picked=picked, options=told)
    _made("slides", "slides", file_name(PRODUCTS["slides"], own), own, words)


def _sheet(order: Order, words: Words) -> None:
    _head(words, "sheet")
    view, product = order.view, PRODUCTS["sheet"]
    # The chapters, and what a hand-out is about.
    options = [key for key, _ in order.picked]
    found = keys(view)
    options += [f"{kind}={code}" for kind in ("agency", "town") for code in found[kind]]
    options += [f"article={code}" for code in dict.fromkeys(view.measures["article"])]
    options += [f"feature={code}" for code in view.features["id"]]
    named = titles(view.standing, dict.fromkeys(options), words.lang)
    key = st.selectbox(words("sheet-chapter"), list(named), key="sheet-chapter", format_func=named.__getitem__)
    columns = st.columns(3)
    (sizes,) = (option.choices for option in product.options if option.name == "size")
    size = columns[0].selectbox(words("sheet-size"), sizes, index=1, key="sheet-size")
    form: str = columns[1].selectbox(
        words("sheet-form"), product.endings, key="sheet-form", format_func=lambda end: end[1:].upper()
    )
    dpi = columns[2].number_input(words("sheet-dpi"), 72, 600, 200, key="sheet-dpi", disabled=form == ".pdf")
    portrait = st.checkbox(words("sheet-portrait"), key="sheet-portrait")
    told = {"size": size, "portrait": portrait, "dpi": float(dpi)}
    name = file_name(product, order, form, f"{key}-{size}")
    _made("sheet", "sheet", name, replace(order, picked=((key, ""),), options=told), words)


def _agencies(order: Order, words: Words) -> None:
    count = len(agencies(Brief(order.view, order.lang)))
    _head(words, "agency-sheets", n=count)
    bar = st.empty()

    def progress(done: int, of: int) -> None:
        bar.progress(done / of, words("each-progress", done=done, all=of))

    # Each agency has the overview of its own.
    _made("each", "agency-sheets", file_name(PRODUCTS["agency-sheets"], order), order, words, progress)
    bar.empty()


def _files(
    name: str, file: str, order: Order, words: Words, progress: Callable[[int, int], None] | None = None
) -> list[tuple[str, bytes]]:
    """Names and bytes of the files of an order; nothing, and a notice, when they cannot be made."""
    place = st.empty()

    def waiting(ahead: int) -> None:
        place.caption(words("queue", n=ahead) if ahead else words("making"))

    try:
        with st.spinner(words("making")):
            return list(works.files(PRODUCTS[name], file, order, waiting, progress))
    except (ProductError, NoChapter, NoFont) as error:
        said: Text = error.text
        notice(words.pair(words("not-made"), said.in_(words.lang)))
    except OSError as error:
        notice(words.pair(words("not-made"), error.strerror or str(error)))
    finally:
        place.empty()
    return []


def _made(
    key: str,
    name: str,
    file: str,
    order: Order,
    words: Words,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """The button that makes a file, and the file while what it is made from stays as it was."""
    left, right = st.columns(2)
    kept = f"made-{key}"
    identity = name, file, order.identity
    if left.button(words(f"{key}-make"), key=f"make-{key}", icon=":material/inventory_2:", width="stretch"):
        st.session_state[kept] = None
        if made := _files(name, file, order, words, progress):
            st.session_state[kept] = identity, made
    found: tuple[Any, Any] | None = st.session_state.get(kept)
    files: list[tuple[str, bytes]] = found[1] if found and found[0] == identity else []
    for place, (title, data) in enumerate(files):
        number = f" {place + 1}" if len(files) > 1 else ""
        right.download_button(
            words("made-save", number=number, size=f"{len(data) / 1000:,.0f} KB"),
            data,
            file_name=title,
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
            key=f"save-{key}-{place}",
        )
