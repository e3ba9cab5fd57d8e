"""Small pieces of HTML for the card and the line of numbers. Every text is escaped here, once."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from layers.swatch import data_uri


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


def link(url: str, words: str) -> str:
    """A link to a source, opened apart; anything but http(s) stays text."""
    if not url.startswith(("https://", "http://")):
        return text(words)
    return tag("a", text(words), href=url, target="_blank", rel="noopener noreferrer")


def picture(svg: str) -> str:
    """A swatch as an image; Streamlit drops inline SVG."""
    return tag("span", tag("img", src=data_uri(svg), alt=""), cls="swatch")
