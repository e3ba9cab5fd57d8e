"""The export page: what will be inside, in which format, and the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from analysis.content import content
from analysis.filters import Filter
from analysis.join import Joined
from geodata.outputs import Content, tables
from views import screen
from views.formats import FORMATS, QGIS, Format, export
from views.html import rows, tag, text
from views.words import LANGS, Words

OPTION = "export-"
KEPT = "kept-options"


def show(joined: Joined, chosen: Filter, words: Words) -> None:
    """Options on the left; on the right what the file will hold, and the way to it."""
    left, right = st.columns([1, 1.35], gap="medium")
    _recall(words)
    with left:
        name, layers, lang, options = _options(words)
        number = screen.map_number()
        st.caption(words("map-number", number=number) if number else words("no-map-number"))
        st.caption(words("no-shapefile"))
    found = content(joined, chosen, lang=lang, themes=layers, map_number=number)
    wanted = (name, chosen, tuple(layers), lang, joined.day, number, id(joined.register), *options.values())
    with right:
        _file(found, name, options, wanted, words)
        _preview(found, FORMATS[name], words)
    st.session_state[KEPT] = {key: value for key, value in st.session_state.items() if str(key).startswith(OPTION)}


def _recall(words: Words) -> None:
    """The options of the last visit to this page: Streamlit drops those of widgets that are not drawn."""
    for key, value in {f"{OPTION}lang": words.lang, **st.session_state.get(KEPT, {})}.items():
        st.session_state.setdefault(key, value)


def _options(words: Words) -> tuple[str, list[str], str, dict[str, str]]:
    """Format, themes, language of the labels, and what `export` takes beside them."""
    name = st.selectbox(
        words("format"), list(FORMATS), key="export-format", format_func=lambda key: words(f"format-{key}")
    )
    st.caption(words(f"format-{name}-hint"))
    titles = words.register.titles("theme", words.lang)
    layers = st.multiselect(
        words("layers"), list(titles), key="export-layers", format_func=titles.__getitem__, placeholder=words("all")
    )
    lang = st.segmented_control(
        words("export-lang"),
        LANGS,
        key="export-lang",
        format_func=screen.LANGUAGE_NAMES.__getitem__,
        required=True,
    )
    options = {"crs": _system(FORMATS[name], words)}
    if FORMATS[name].is_qgis:
        options["qgis"] = st.selectbox(words("qgis-version"), QGIS, key="export-qgis")
        options["token"] = st.text_input(
            words("tianditu-token"), key="export-token", type="password", help=words("tianditu-token-hint")
        ).strip()
    return name, layers, lang, options


def _system(chosen: Format, words: Words) -> str:
    """The coordinate system; formats with one or none say so."""
    if len(chosen.systems) < 2:
        st.caption(words("crs-fixed", crs=chosen.systems[0]) if chosen.systems else words("crs-none"))
        return ""
    picked: str = st.selectbox(
        words("crs"),
        chosen.systems,
        key=f"export-crs-{len(chosen.systems)}",
        format_func=lambda code: f"{code} · {words(_key(code))}",
    )
    st.caption(words(f"{_key(picked)}-hint"))
    return picked


def _key(code: str) -> str:
    """The key of a coordinate system among the words."""
    return code.lower().replace(":", "-")


def _file(found: Content, name: str, options: dict[str, str], wanted: tuple[Any, ...], words: Words) -> None:
    """The button that makes the file, and the file while the options stay as they were."""
    if st.button(words("make-file"), type="primary", icon=":material/inventory_2:", key="make-file"):
        st.session_state["exported"] = None
        with st.status(words("making")) as status:
            try:
                with TemporaryDirectory(prefix="guantu-export-") as folder:
                    path = Path(folder) / f"guantu-{name}-{found.as_of}{FORMATS[name].suffix}"
                    export(path, found, name, **options)
                    st.session_state["exported"] = (wanted, path.name, path.read_bytes())
                status.update(label=words("made"), state="complete")
            except (ValueError, OSError) as error:
                status.update(label=words("not-made"), state="error", expanded=True)
                reason = words("export-failed", reason=error.strerror) if isinstance(error, OSError) else ""
                st.html(tag("p", text(reason or words("export-nothing"))))
    made = st.session_state.get("exported")
    if made and made[0] == wanted:
        _, file, data = made
        st.download_button(
            words("download", file=file, size=size_words(len(data))),
            data,
            file,
            on_click="ignore",
            icon=":material/download:",
            key="download",
        )


def size_words(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _preview(found: Content, chosen: Format, words: Words) -> None:
    """The layers and tables of the file with their rows, and what it says of itself."""
    parts = []
    if chosen.layered:
        titles = found.titles("theme")
        layers = {titles[theme]: len(frame) for theme, frame in found.layers.items()}
        parts += [tag("h3", text(words("inside"))), _counts(layers)]
    counts = found.count(*chosen.holds)
    parts += [
        tag("h3", text(words("tables-inside"))),
        _counts({tables()[name].title(words.lang): count for name, count in counts.items()}),
        tag("h3", text(words("says"))),
        rows([(label, text(value)) for label, value in found.said(counts).items()]),
    ]
    st.html(tag("div", *parts, cls="gt-card gt-export"))


def _counts(found: Mapping[str, int]) -> str:
    items = (tag("li", text(f"{title} "), tag("b", text(count))) for title, count in found.items())
    return tag("ul", *items, cls="counts")
