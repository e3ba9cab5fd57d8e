"""What a product says of itself: filter and day, rows, version, sources and licence, approval, accuracy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version

from analysis.filters import TABLES, Filter
from analysis.view import View
from analysis.words import Speech
from geodata import Register
from geodata.schema import CODELIST
from outputs.words import TEXTS

LABEL = "about-"
_DIGITS = 8
"""Of the version of the register: enough to tell two of them apart on paper."""


def about(view: View, themes: Sequence[str], map_number: str, lang: str) -> dict[str, str]:
    """What a product says of itself, by key (see `Extract.about`)."""
    register, place = view.register, view.register.place
    said = {
        "title": place.title.in_(lang),
        "filter": filter_words(register, view.filter, themes, lang),
        "day": view.day.isoformat(),
        "known": view.known_by.isoformat(),
        "version": TEXTS(
            "version", lang, program=version("guantu"), register=view.version[:_DIGITS], day=register.newest_source
        ),
        "sources": place.licence.in_(lang),
        **({"approval": map_number} if map_number else {"use": TEXTS("internal", lang)}),
        "accuracy": place.accuracy.in_(lang),
        "scope": TEXTS("scope", lang),
    }
    return said


def labels(lang: str) -> dict[str, str]:
    """The labels of everything that a product can say of itself."""
    return {key.removeprefix(LABEL): TEXTS(key, lang) for key in TEXTS if key.startswith(LABEL)}


def filter_words(register: Register, chosen: Filter, themes: Sequence[str], lang: str) -> str:
    """The filter as a reader understands it: titles of facets and values; the word for all when it is empty."""
    speech = Speech(register, lang)
    parts = [(key, speech.listed(titles)) for key, titles in filter_titles(speech, chosen, themes)]
    return speech.items(speech.pair(TEXTS(key, lang), value) for key, value in parts) or TEXTS("all", lang)


def filter_titles(speech: Speech, chosen: Filter, themes: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Titles of what is picked, by facet; then the text, the day since when, and the layers that are asked for."""
    for facet, (table, _) in TABLES.items():
        picked = getattr(chosen, facet)
        if picked:
            titles = _facet_titles(speech, table)
            yield facet, [titles[value] for value in picked]
    if chosen.q:
        yield "q", [chosen.q]
    if chosen.since:
        yield "changed-since", [str(chosen.since)]
    if themes:
        titles = speech.register.titles("theme", speech.lang)
        yield "themes", [titles[theme] for theme in themes]


def _facet_titles(speech: Speech, table: str) -> Mapping[str, str]:
    if table.startswith(CODELIST):
        return speech.register.titles(table.removeprefix(CODELIST), speech.lang)
    names: Mapping[str, str] = getattr(speech, table)
    return names
