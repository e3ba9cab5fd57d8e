"""Every question of place by name: what it is told, and who answers it; a question as one line of text.

To add a question, write one function in `analysis/spatial/`, add one line to `QUESTIONS`, its columns to
`outputs/answer_fields.json` and its titles to `texts.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode

from analysis.filters import FIRST_DAY, LAST_DAY, TABLES, Filter, from_query, spellings
from analysis.spatial.along import along
from analysis.spatial.balance import GROUPS, balance
from analysis.spatial.compare import compare
from analysis.spatial.coordination import coordination
from analysis.spatial.crossings import crossings
from analysis.spatial.findings import kilometres, said
from analysis.spatial.limits import LIMITS
from analysis.spatial.near import near
from analysis.spatial.upstream import upstream
from analysis.view import View
from analysis.words import TEXTS, Speech
from geodata import Register
from geodata.model import Agency, Feature
from geodata.schema import CODELIST
from geodata.text import LANGS, Text

PLACE, FEATURE, RIVER, AGENCY = "place", "feature", "river", "agency"
FARTHEST, MOST = 1e7, 1000
"""The largest number of metres or years, and of things, that may be asked for."""


@dataclass(frozen=True)
class Told:
    """Something that a question is told."""

    name: str
    kind: type = str
    """str, int, float, date or Filter."""
    default: Any = None
    """None: it must be given."""
    is_optional: bool = False
    """Whether it may be left out although it has no default."""
    choices: tuple[str, ...] = ()
    """All values there are; empty for free ones."""
    what: str = ""
    """What its text names: PLACE (a theme or a feature), FEATURE (one with a position), RIVER (one of the river graph)
    or AGENCY; empty for what is no name."""


@dataclass(frozen=True)
class Question:
    """A question of place."""

    name: str
    told: tuple[Told, ...]
    answer: Callable[..., Sequence[Any]]
    """Takes a view and what is told, in their order; UnknownPlace names a theme or feature that there is not."""


_WITHIN, _PLACES = Told("within", float, 2000.0), (Told("from", what=PLACE), Told("to", what=PLACE))
_PARTY = Told("party", default="", is_optional=True, what=AGENCY)
_AGAINST = Told("against", Filter, is_optional=True)
QUESTIONS: Mapping[str, Question] = {
    question.name: question
    for question in (
        Question("coordination", (_WITHIN, Told("years", float, 1.0), _PARTY), coordination),
        Question("along", (Told("feature", what=FEATURE), Told("width", float, 1000.0)), along),
        Question("crossings", _PLACES, crossings),
        Question("near", (*_PLACES, Told("k", int, 1), Told("within", float, is_optional=True)), near),
        Question("upstream", (Told("feature", what=RIVER), Told("width", float, 1000.0)), upstream),
        Question("balance", (Told("by", choices=tuple(GROUPS), default="theme"),), balance),
        Question("compare", (Told("with", date, is_optional=True), _AGAINST), compare),
    )
}


class BadQuestion(ValueError):
    """A text that asks nothing that there is; `text` says what is wrong with it."""

    def __init__(self, key: str, **values: Any) -> None:
        """By the key of the text and what is filled in."""
        self.text: Text = TEXTS[f"question-{key}"].filled(**values)
        super().__init__(f"{self.text.zh} {self.text.en}")


@dataclass(frozen=True)
class Asked:
    """A question with all that it is told."""

    question: Question
    values: tuple[Any, ...]

    @cached_property
    def line(self) -> str:
        """The question as one line of text, such as near?from=zones&to=stations&k=1: what is usual is left out."""
        pairs = zip(self.question.told, self.values, strict=True)
        said = [
            f"{told.name}={quote(written(value), safe='')}"
            for told, value in pairs
            if value is not None and value != told.default
        ]
        return self.question.name + ("?" + "&".join(said) if said else "")

    def answer(self, view: View) -> Sequence[Any]:
        """The rows of the answer; UnknownPlace for a name that this view does not know."""
        return self.question.answer(view, *self.values)

    def title(self, register: Register) -> Text:
        """The question in words, with what it is told."""
        pairs = list(zip(self.question.told, self.values, strict=True))
        names = {told.name: _named(register, told, value) for told, value in pairs}
        optional = [
            said(f"asked-{self.question.name}-{told.name}", **{told.name: names[told.name]})
            for told, value in pairs
            if told.is_optional and value not in (None, "")
        ]
        tail = Text("".join(part.zh for part in optional), "".join(part.en for part in optional))
        return said(f"asked-{self.question.name}", **names, tail=tail)


def written(value: Any) -> str:
    """A value as a line of text or an address holds it, so that it is read again as it was."""
    if isinstance(value, Filter):
        return urlencode(value.to_query(), safe=",")
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _named(register: Register, told: Told, value: Any) -> Any:
    """A value as one says it."""
    if told.what == AGENCY:
        return register.by_id(Agency)[value].name if value else Text("", "")
    if told.what:
        if value == LIMITS:
            return TEXTS["the-limits"]
        theme = register.themes.get(value)
        return theme.title if theme else register.by_id(Feature)[value].name
    if told.choices:
        return TEXTS[f"asked-by-{value}"]
    if isinstance(value, Filter):
        return Text(*(_picked(Speech(register, lang), value) for lang in LANGS))
    if told.kind is float and value is not None:
        return f"{value:g}" if told.name == "years" else kilometres(value)
    return value


def _picked(speech: Speech, chosen: Filter) -> str:
    """What a filter picks, and its day."""
    parts: list[str] = []
    for facet, (table, _) in TABLES.items():
        if table.startswith(CODELIST):
            titles = speech.register.titles(table.removeprefix(CODELIST), speech.lang)
        else:
            titles = getattr(speech, table)
        parts += [titles[value] for value in getattr(chosen, facet)]
    parts += [each for each in (chosen.q, str(chosen.as_of or "")) if each]
    return speech.listed(parts) or TEXTS("everything", speech.lang)


def read_question(line: str, register: Register) -> Asked:
    """The question that a line of text asks: a name, `?`, and what it is told as in an address; names of places and
    agencies may stand for their codes. BadQuestion says what is wrong with it."""
    name, _, rest = line.partition("?")
    if name not in QUESTIONS:
        raise BadQuestion("unknown", name=name[:60], names=", ".join(QUESTIONS))
    try:
        pairs = parse_qsl(rest, keep_blank_values=False, max_num_fields=20, errors="strict")
    except ValueError as error:
        raise BadQuestion("unread", line=line[:200]) from error
    return asked(name, dict(pairs), register)


def asked(name: str, given: Mapping[str, str], register: Register) -> Asked:
    """The question `name` with what it is told as texts; BadQuestion says what is wrong with it."""
    question = QUESTIONS[name]
    known = [told.name for told in question.told]
    if strange := [each for each in given if each not in known]:
        raise BadQuestion("strange", given=strange[0][:60], names=", ".join(known))
    if given.get("with") and given.get("against"):
        raise BadQuestion("both", names="with, against")
    return Asked(question, tuple(_read(told, given.get(told.name, ""), register) for told in question.told))


def _read(told: Told, text: str, register: Register) -> Any:
    if not text:
        if told.default is None and not told.is_optional:
            raise BadQuestion("lacks", name=told.name)
        return told.default
    try:
        value = _typed(told, text, register)
    except ValueError:
        value = None
    if value is None:
        raise BadQuestion("value", name=told.name, value=text[:80], wanted=_wanted(told))
    return value


def _typed(told: Told, text: str, register: Register) -> Any:
    """A value; None or ValueError for what is none."""
    if told.choices:
        return text if text in told.choices else None
    if told.kind is int:
        return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= MOST else None
    if told.kind is float:
        plain = re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,6})?", text)
        return float(text) if plain and float(text) <= FARTHEST else None
    if told.kind is date:
        day = date.fromisoformat(text)
        return day if FIRST_DAY <= day <= LAST_DAY and day.isoformat() == text else None
    if told.kind is Filter:
        chosen, problems = from_query(parse_qs(text, max_num_fields=60, errors="strict"), register)
        return chosen if not problems else None
    if told.what == AGENCY:
        return spellings("agency", register).get(text)
    code = place_named(register, text)
    return code if code in register.themes or code in register.by_id(Feature) or code == LIMITS else None


def _wanted(told: Told) -> Text:
    if told.choices:
        return Text(", ".join(told.choices), ", ".join(told.choices))
    if told.kind is Filter:
        return TEXTS["question-wants-filter"]
    if told.kind is str:
        return TEXTS[f"question-wants-{told.what}"]
    most = {int: f"1 … {MOST}", float: f"0 … {FARTHEST:.0f}", date: f"YYYY-MM-DD, {FIRST_DAY} … {LAST_DAY}"}[told.kind]
    return Text(most, most)


def place_named(register: Register, text: str) -> str:
    """The theme or feature that a text names by code, title, name or alias; the text itself for none or several."""
    codes = register.derived(_place_names).get(text, frozenset())
    return next(iter(codes)) if len(codes) == 1 and text not in register.themes else text


def _place_names(register: Register) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in register.rows(Feature):
        names = (row.name.zh, row.name.en, *row.aliases)
        # A name is also known without what stands in brackets behind it.
        for name in (*names, *(re.sub(r"\s*[（(][^（()）]*[)）]$", "", each) for each in names)):
            found.setdefault(name, set()).add(row.id)
    for code, theme in register.themes.items():
        for name in (theme.title.zh, theme.title.en):
            found[name] = {code}
    return {name: frozenset(codes) for name, codes in found.items()}
