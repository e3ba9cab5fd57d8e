"""The export page: what will be inside, in which format, and the file itself."""

from __future__ import annotations

from collections.abc import Mapping

import pyproj
import streamlit as st
from streamlit.elements.lib.mutable_status_container import StatusContainer

from analysis.view import View
from geodata.text import LANGS
from outputs.about import about, labels
from outputs.errors import ProductError
from outputs.extract import says
from outputs.fields import tables
from outputs.listed import listed
from outputs.names import file_name
from outputs.products import ONE, Option, Order, Product, products
from views import asked, works
from views.language import LANGUAGE_NAMES
from views.markup import rows, tag, text
from views.secrets import map_number
from views.words import TEXTS, Words

OPTION = "export-"
KEPT = "kept-options"


def show(view: View, words: Words) -> None:
    """Options on the left; on the right what the file will hold, and the way to it."""
    left, right = st.columns([1, 1.35], gap="medium")
    _recall(words)
    with left:
        product, order = _options(view, words)
        ending = _ending(product, words)
        number = order.map_number
        st.caption(words("map-number", number=number) if number else words("no-map-number"))
    with right:
        _file(product, order, ending, words)
        _preview(product, order, words)
    st.session_state[KEPT] = {key: value for key, value in st.session_state.items() if str(key).startswith(OPTION)}


def _recall(words: Words) -> None:
    """The options of the last visit to this page: Streamlit drops those of widgets that are not drawn."""
    for key, value in {f"{OPTION}lang": words.lang, **st.session_state.get(KEPT, {})}.items():
        st.session_state.setdefault(key, value)


def _options(view: View, words: Words) -> tuple[Product, Order]:
    """The product and what is asked of it: themes, language of the labels, coordinate system, its own options."""
    offered = products("extract")
    name = st.selectbox(
        words("format"), list(offered), key="export-format", format_func=lambda key: offered[key].title.in_(words.lang)
    )
    product = offered[name]
    st.caption(product.hint.in_(words.lang))
    titles = words.register.titles("theme", words.lang)
    layers = st.multiselect(
        words("layers"), list(titles), key="export-layers", format_func=titles.__getitem__, placeholder=words("all")
    )
    lang = st.segmented_control(
        words("export-lang"),
        LANGS,
        key="export-lang",
        format_func=LANGUAGE_NAMES.__getitem__,
        required=True,
    )
    lang = lang or words.lang
    crs = _system(product, words)
    told = {option.name: _option(option, words) for option in product.options}
    lines = _questions(product, words)
    return product, Order(view, lang, map_number(), themes=tuple(layers), asked=lines, crs=crs, options=told)


def _questions(product: Product, words: Words) -> tuple[str, ...]:
    """Which of the questions that were taken along go into the file; of a file with one table one takes its place."""
    lines = asked.kept(words.register)
    if not lines or not product.answers:
        return ()
    if product.answers == ONE:
        one = st.selectbox(
            words("export-asked-one"),
            lines,
            index=None,
            key="export-asked-one",
            format_func=lambda line: asked.title(line, words),
            placeholder=words("export-asked-none"),
        )
        return (one,) if one else ()
    return tuple(
        st.multiselect(
            words("export-asked"),
            lines,
            default=lines,
            key="export-asked",
            format_func=lambda line: asked.title(line, words),
            placeholder=words("export-asked-none"),
        )
    )


def _option(option: Option, words: Words) -> str:
    """A widget for something that a product can be told."""
    key = f"{OPTION}{option.name}"
    if option.choices:
        picked: str = st.selectbox(words(f"option-{option.name}"), option.choices, key=key)
        return picked
    typed: str = st.text_input(
        words(f"option-{option.name}"),
        key=key,
        type="password" if option.is_secret else "default",
        help=words(f"option-{option.name}-hint"),
    )
    return typed.strip()


def _system(product: Product, words: Words) -> str:
    """The coordinate system; formats with one or none say so."""
    systems = product.crs(words.register.place)
    if len(systems) < 2:
        st.caption(words("crs-fixed", crs=systems[0]) if systems else words("crs-none"))
        return ""
    picked: str = st.selectbox(
        words("crs"), systems, key=f"export-crs-{len(systems)}", format_func=lambda code: _named(code, words)
    )
    if f"{_key(picked)}-hint" in TEXTS:
        st.caption(words(f"{_key(picked)}-hint"))
    return picked


def _named(code: str, words: Words) -> str:
    """A coordinate system by its code and in words, if there are any of ours, else as the EPSG calls it."""
    return f"{code} · {words(_key(code)) if _key(code) in TEXTS else pyproj.CRS.from_user_input(code).name}"


def _key(code: str) -> str:
    """The key of a coordinate system among the words."""
    return code.lower().replace(":", "-")


def _ending(product: Product, words: Words) -> str:
    """How the file ends, where there is a choice."""
    if len(product.endings) == 1:
        return product.endings[0]
    # A choice of its own for each product: an ending of one is none of another.
    picked: str = st.selectbox(words("ending"), product.endings, key=f"{OPTION}ending-{product.name}")
    return picked


def _file(product: Product, order: Order, ending: str, words: Words) -> None:
    """The button that makes the file, and the file while what it is made from stays as it was."""
    wanted = (product.name, ending, order.identity)
    if st.button(words("make-file"), type="primary", icon=":material/inventory_2:", key="make-file"):
        st.session_state["exported"] = None
        with st.status(words("making")) as status:
            try:
                name = file_name(product, order, ending)
                ((file, data),) = works.files(product, name, order, lambda ahead: _queue(status, ahead, words))
                st.session_state["exported"] = (wanted, file, data)
                status.update(label=words("made"), state="complete")
            except (ProductError, OSError) as error:
                status.update(label=words("not-made"), state="error", expanded=True)
                if isinstance(error, ProductError):
                    st.html(tag("p", text(error.text.in_(words.lang))))
                else:
                    st.html(tag("p", text(words("export-failed", reason=error.strerror))))
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


def _queue(status: StatusContainer, ahead: int, words: Words) -> None:
    status.update(label=words("queue", n=ahead) if ahead else words("making"))


def size_words(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _preview(product: Product, order: Order, words: Words) -> None:
    """The layers and tables of the file with their rows, and what it says of itself: counted, not made."""
    found, lang, parts = listed(order.view, order.themes), order.lang, []
    if product.is_layered:
        titles = order.view.register.titles("theme", lang)
        layers = {titles[theme]: count for theme, count in found.layers().items()}
        parts += [tag("h3", text(words("inside"))), _counts(layers)]
    counts = found.count(*product.holds)
    said = says(about(order.view, order.themes, order.map_number, lang), labels(lang), lang, counts)
    parts += [
        tag("h3", text(words("tables-inside"))),
        _counts({tables()[name].title(words.lang): count for name, count in counts.items()}),
        tag("h3", text(words("says"))),
        rows([(label, text(value)) for label, value in said.items()]),
    ]
    st.html(tag("div", *parts, cls="gt-card gt-export"))


def _counts(found: Mapping[str, int]) -> str:
    items = (tag("li", text(f"{title} "), tag("b", text(count))) for title, count in found.items())
    return tag("ul", *items, cls="counts")
