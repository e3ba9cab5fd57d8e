"""The frame of the screen: language, key numbers, notices, foot."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from analysis.counts import key_numbers
from analysis.filters import NAMES, without
from analysis.view import View
from geodata import RegisterError
from geodata.text import LANGS
from layers import swatch
from views import state
from views.markup import picture, tag, text
from views.words import TEXTS, Words

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def language() -> None:
    """The switch between the languages, each named in itself."""
    st.segmented_control(
        "语言 Language",
        LANGS,
        key=state.LANGUAGE,
        format_func=LANGUAGE_NAMES.__getitem__,
        label_visibility="collapsed",
        required=True,
    )


def head(view: View, words: Words) -> None:
    """Title and the line of key numbers."""
    style = Path(__file__).with_name("screen.css").read_text(encoding="utf-8")
    # Words that Streamlit says in English only.
    own = "".join(f"--gt-{key}: {json.dumps(words(key), ensure_ascii=False)};" for key in ("none-found", "upload"))
    st.html(tag("style", style, f".stApp, body {{ {own} }}"))
    place = view.register.place
    title = tag("h1", text(place.heading.in_(words.lang))) + tag("span", text(place.subtitle.in_(words.lang)))
    left, right = st.columns([3.4, 1], vertical_alignment="center")
    left.html(tag("div", title, tag("span", text(words("as-of-line", day=view.day))), cls="gt-head"))
    right.segmented_control(
        words("page"),
        state.PAGES,
        key=state.PAGE,
        format_func=lambda name: words(f"page-{name}"),
        label_visibility="collapsed",
        required=True,
    )
    numbers = key_numbers(view)
    items = [
        _number(words("measures"), numbers.measures),
        _number(words("features"), numbers.features, words("sections", n=numbers.sections) if numbers.sections else ""),
        *(
            tag(
                "span",
                picture(swatch.marker("stage", code)),
                text(words.title("stage", code)),
                " ",
                tag("b", text(numbers.by_stage[code])),
                cls="stage",
            )
            for code in view.register.codes("stage")
            if numbers.by_stage.get(code)
        ),
        _number(words("met"), numbers.met),
        _number(words("overdue"), numbers.overdue),
        _number(
            words("without-evidence"),
            numbers.without_evidence,
            words("past-due", n=numbers.past_due) if numbers.past_due else "",
        ),
        _number(words("unplaced"), numbers.unplaced_measures),
    ]
    st.html(tag("div", *items, cls="gt-numbers"))


def _number(label: str, value: int, more: str = "") -> str:
    return tag("span", text(label), " ", tag("b", text(value)), text(f" {more}" if more else ""))


def notice(message: str) -> None:
    """A notice whose text may come from an address: shown as text, never as Markdown."""
    st.html(tag("p", text(message), cls="gt-notice", role="alert"))


def zero(view: View, words: Words) -> None:
    """Why nothing is left, and the way back: what each condition alone costs."""
    lines = [words("zero")]
    for name in NAMES:
        if name == "as_of" or not getattr(view.filter, name):
            continue
        left = view.narrowed(without(view.filter, name))
        facet = words("search") if name == "q" else words(name)
        found = {"measures": len(left.measures), "features": len(left.features)}
        if any(found.values()):
            lines.append(words("zero-without", facet=facet, **found))
    st.html(tag("div", *(tag("p", text(line)) for line in lines), cls="gt-notice", role="status"))
    st.button(words("reset"), on_click=state.reset, args=(view.register,), key="reset-zero")


def foot(view: View, words: Words) -> None:
    """What the data are worth: newest source, licence."""
    lines = [words("newest-source", day=view.register.newest_source), view.register.place.notice.in_(words.lang)]
    st.html(tag("div", *(tag("p", text(line)) for line in lines), cls="gt-foot"))


def faults(error: RegisterError) -> None:
    """A readable notice when the register cannot be used: in the language of the visit, in both while it has none."""
    lang = st.session_state.get(state.LANGUAGE) or st.query_params.get(state.LANGUAGE)
    for each in (lang,) if lang in LANGS else LANGS:
        st.error(TEXTS("faults", each))
        st.code("\n".join(fault.in_(each) for fault in error.faults), language=None, wrap_lines=True)
