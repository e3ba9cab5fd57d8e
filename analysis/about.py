"""What an output says of itself: filter and day, rows, version, sources and licence, approval, accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from analysis.filters import TABLES, Filter
from analysis.join import Joined
from analysis.words import Speech, texts, words
from geodata import Register
from geodata.register import CODELIST

LABEL = "about-"


def about(
    joined: Joined,
    chosen: Filter,
    themes: Sequence[str],
    map_number: str,
    speech: Speech,
) -> dict[str, str]:
    """What an output says of itself, by key (see `Content.about`)."""
    lang = speech.lang
    published = joined.register["sources"]["date_published"]
    newest = max((day for day in published if day and "X" not in day), default="")
    return {
        "title": words("title", lang),
        "filter": filter_words(joined.register, chosen, themes, lang),
        "day": joined.day.isoformat(),
        "version": words("version", lang, version=version("guantu"), day=newest),
        "sources": words("sources", lang),
        **({"approval": map_number} if map_number else {"use": words("internal", lang)}),
        "accuracy": words("accuracy", lang),
        "scope": words("scope", lang),
    }


def labels(lang: str) -> dict[str, str]:
    """The labels of everything that an output can say of itself."""
    return {key.removeprefix(LABEL): words(key, lang) for key in texts() if key.startswith(LABEL)}


def filter_words(register: Register, chosen: Filter, themes: Sequence[str], lang: str) -> str:
    """The filter as a reader understands it: titles of facets and values; the word for all when it is empty."""
    speech = Speech(register, lang)
    parts = []
    for facet, (table, _) in TABLES.items():
        picked = getattr(chosen, facet)
        if picked:
            titles = _facet_titles(speech, facet, table)
            parts.append((facet, words("comma", lang).join(titles[value] for value in picked)))
    if chosen.q:
        parts.append(("q", chosen.q))
    if themes:
        titles = speech.named("codelist-theme", "title")
        parts.append(("themes", words("comma", lang).join(titles[theme] for theme in themes)))
    return speech.items(f"{words(key, lang)}{words('colon', lang)}{value}" for key, value in parts) or words(
        "all", lang
    )


def _facet_titles(speech: Speech, facet: str, table: str) -> dict[str, str]:
    if table == "documents":
        return speech.documents()
    if table == "articles":
        return speech.articles()
    return speech.named(table, "title" if table.startswith(CODELIST) else "name")
