"""The frame of the screen: language, key numbers, notices, foot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.filters import NAMES, Filter, Selection, apply, without
from analysis.join import Joined
from analysis.summary import is_context, key_numbers
from geodata import RegisterError
from layers import swatch
from layers.basemaps import BasemapRefused, addresses, basemaps
from layers.symbology import rules
from layers.webmap import placed
from views import state
from views.html import picture, tag, text
from views.words import LANGS, Words, by_language

VISIONS = ("normal", "grey", *rules()["vision"])
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


def display(words: Words) -> dict[str, Any] | None:
    """What is shown beside the data; returns the message for an online basemap, if one was picked."""
    st.toggle(words("hide-muted"), key="hide")
    st.selectbox(words("vision"), VISIONS, key="vision", format_func=lambda name: words(f"vision-{name}"))
    records = basemaps()
    titles = {"": words("basemap-none")} | {key: words.of(row, "title") for key, row in records.items()}
    picked = st.selectbox(words("basemap"), list(titles), key="basemap", format_func=titles.__getitem__)
    if not picked:
        return None
    record = records[picked]
    token = _secret(record.token)
    if record.token and not token:
        st.info(words("basemap-token", title=titles[picked], token=record.token))
        return None
    try:
        urls = addresses(record, token)
    except BasemapRefused:
        st.error(words("basemap-refused", title=titles[picked], datum=record.datum))
        return None
    st.caption(words("basemap-online"))
    return {"id": picked, "urls": urls, "attribution": record.attribution}


def _secret(name: str) -> str:
    try:
        return str(st.secrets.get(name, "")) if name else ""
    except FileNotFoundError:
        return ""


def head(joined: Joined, selection: Selection, chosen: Filter, words: Words) -> None:
    """Title and the line of key numbers."""
    style = Path(__file__).with_name("screen.css").read_text(encoding="utf-8")
    # Words that Streamlit says in English only.
    own = "".join(f"--gt-{key}: {json.dumps(words(key), ensure_ascii=False)};" for key in ("none-found", "upload"))
    st.html(tag("style", style, f".stApp, body {{ {own} }}"))
    title = tag("h1", text(words("title"))) + tag("span", text(words("subtitle")))
    left, right = st.columns([3.4, 1], vertical_alignment="center")
    left.html(tag("div", title, tag("span", text(words("as-of-line", day=joined.day))), cls="gt-head"))
    right.segmented_control(
        words("page"),
        state.PAGES,
        key=state.PAGE,
        format_func=lambda name: words(f"page-{name}"),
        label_visibility="collapsed",
        required=True,
    )
    numbers = key_numbers(joined, selection)
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
            for code in joined.register.codelist("stage").index
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


def zero(joined: Joined, chosen: Filter, words: Words) -> None:
    """Why nothing is left, and the way back: what each condition alone costs."""
    lines = [words("zero")]
    for name in NAMES:
        if name == "as_of" or not getattr(chosen, name):
            continue
        left = apply(joined, without(chosen, name))
        facet = words("search") if name == "q" else words(name)
        found = {
            "measures": int(left.measures.sum()),
            "features": int((left.features & ~is_context(joined)).sum()),
        }
        if any(found.values()):
            lines.append(words("zero-without", facet=facet, **found))
    st.html(tag("div", *(tag("p", text(line)) for line in lines), cls="gt-notice", role="status"))
    st.button(words("reset"), on_click=state.reset, key="reset-zero")


def map_alt(joined: Joined, selection: Selection, words: Words) -> str:
    """The map in a sentence, for those who cannot see it."""
    drawn = replace(selection, features=selection.features & placed(joined.register))
    numbers = key_numbers(joined, drawn)
    stages = words.list(f"{words.title('stage', code)} {count}" for code, count in numbers.by_stage.items())
    return words("map-alt", features=numbers.features, stages=stages)


def map_number() -> str:
    """The map approval number (审图号), or an empty text."""
    return _secret("map_approval_number")


def stamp(chosen: Filter, words: Words) -> str:
    """The map approval number (审图号) where there is one, otherwise internal use; and the day."""
    return f"{map_number() or words('internal-use')} · {words('as-of-line', day=chosen.as_of)}"


def foot(joined: Joined, words: Words) -> None:
    """What the data are worth: newest source, licence."""
    dates: Mapping[int, str] = joined.register["sources"]["date_published"]
    newest = max((day for day in dates if day and "X" not in day), default="")
    lines = [words("newest-source", day=newest), words("licence")]
    st.html(tag("div", *(tag("p", text(line)) for line in lines), cls="gt-foot"))


def faults(error: RegisterError) -> None:
    """A readable notice in both languages when the register cannot be used."""
    for lang in LANGS:
        st.error(by_language()[lang]["faults"])
    st.code("\n".join(str(fault) for fault in error.faults), language=None, wrap_lines=True)
