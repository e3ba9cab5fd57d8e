"""Small pieces of HTML for the pages. Every text is escaped here, once."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st


def tag(name: str, *content: str, cls: str = "", **attributes: str) -> str:
    """An element; `content` is markup already, attribute values are escaped."""
    pairs = ({"class": cls} if cls else {}) | attributes
    head = "".join(f' {key.replace("_", "-")}="{escape(value, quote=True)}"' for key, value in pairs.items())
    return f"<{name}{head}>{''.join(content)}</{name}>"


def text(value: object) -> str:
    """Text as text, whatever it holds."""
    return escape(str(value), quote=True)


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """A definition list of label and markup; empty values are left out."""
    return tag("dl", *(tag("dt", text(label)) + tag("dd", value) for label, value in pairs if value))


def figures(pairs: Iterable[tuple[str, object]]) -> str:
    """Key numbers in a row, each over its label; `pairs` are label and number."""
    cells = (tag("div", tag("b", text(value)), tag("span", text(label))) for label, value in pairs)
    return tag("div", *cells, cls="gt-figures")


def notice(message: str) -> None:
    """A notice whose text may come from a file: shown as text, never as Markdown."""
    st.html(tag("p", text(message), cls="gt-notice", role="alert"))
