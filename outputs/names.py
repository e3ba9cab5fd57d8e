"""What a file is called when nobody names it: its filter, what it is, its day."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.words import Speech
from geodata.text import LANGS
from outputs.about import filter_titles
from outputs.errors import WouldReplace
from outputs.products import Order, Product
from outputs.words import words

LONGEST = 120
"""Characters of a name with its ending. Windows gives a whole path 260, and a mail program less."""
FILTER_BYTES = 120
"""Of the filter in a name, as UTF-8: file systems count 255 bytes a name, and a Chinese character is three."""
_SUBJECT = 40
_NOT_IN_A_NAME = re.compile(r"[^\w·、（）()+]+")
"""All but letters, digits and a few marks: what Windows forbids, blanks, controls, marks that turn the direction."""


def file_name(product: Product, order: Order, ending: str = "", subject: str = "") -> str:
    """The name of a file of an order, such as guantu-FILTER-PRODUCT-DAY.zip; `ending` is one of its product.

    `subject` says more where the filter is not all; without one, what is asked does. Good on Windows, macOS and Linux
    whatever was searched for: no reserved character or name, no blank, no dot before the ending, 120 characters at
    most.
    """
    lang = order.lang if order.lang in LANGS else LANGS[0]
    subject = subject or "-".join(line.partition("?")[0] for line in order.asked)
    titles = [
        words("name-since", lang, day=title) if key == "changed-since" else title
        for key, found in filter_titles(Speech(order.view.register, lang), order.view.filter, order.themes)
        for title in found
    ]
    tail = [product.name, clean(subject)[:_SUBJECT].strip("-"), order.view.day.isoformat()]
    last = "-".join(filter(None, tail)) + (ending or product.endings[0])
    most = LONGEST - len(f"guantu--{last}")
    return "-".join(filter(None, ("guantu", _cut(clean("-".join(titles)), most), last)))


def clean(text: str) -> str:
    """A text without what a name cannot hold, a hyphen in its place."""
    return _NOT_IN_A_NAME.sub("-", text).strip("-_")


def _cut(text: str, most: int) -> str:
    """At most so many characters and `FILTER_BYTES`; an ellipsis says that there was more."""
    kept = text[:most].encode()[:FILTER_BYTES].decode(errors="ignore")
    if kept == text:
        return text
    while len(kept) >= most or len(f"{kept}…".encode()) > FILTER_BYTES:
        kept = kept[:-1]
    return f"{kept.rstrip('-_')}…"


def unused(product: Product, order: Order) -> Path:
    """That name in the working folder. Raises WouldReplace where it is taken: nobody named that file."""
    path = Path(file_name(product, order))
    if path.exists():
        raise WouldReplace(names=path.name)
    return path
