"""What the terminal is asked: the filter, the view that it gives, what in it is not known; what an analysis is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from analysis.filters import DAYS, FIRST_DAY, FORMER, LAST_DAY, LONGEST_TEXT, TABLES, Filter, from_query, spellings
from analysis.spatial.ground import UnknownPlace
from analysis.spatial.questions import QUESTIONS, BadQuestion, asked, place_named
from analysis.spatial.upstream import NoRiver, askable
from analysis.view import View, look_at
from geodata import Register
from geodata.journal.reading import read_known
from geodata.model import Feature
from geodata.text import LANGS
from outputs.analyses import AGENCY, Analysis
from outputs.tables import terminal


def add_filter(parser: argparse.ArgumentParser, langs: Sequence[str] = LANGS) -> None:
    """The options of the filter, named as in the address."""
    for facet in TABLES:
        names = (f"--{name}" for name in (facet, *FORMER.get(facet, ())))
        parser.add_argument(*names, action="append", default=[], metavar="CODE", help=terminal.said("facet"))
    parser.add_argument("--q", default="", help=terminal.said("q"))
    parser.add_argument("--as-of", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--since", default="", metavar="YYYY-MM-DD", help=terminal.said("since"))
    parser.add_argument("--lang", choices=langs, default="zh")
    parser.add_argument("--known-by", type=day_typed, metavar="YYYY-MM-DD", help=terminal.said("known-by"))
    parser.add_argument("--proposed", action="store_true", help=terminal.said("proposed"))


def view_of(options: argparse.Namespace) -> View | None:
    """The view asked for; None when something in it is not known, which is then said."""
    day = options.known_by
    register = read_known(options.catalog, day, options.proposed)
    query = {name: getattr(options, name) for name in (*TABLES, "q", *DAYS)}
    chosen, problems = from_query(query, register)
    if not problems:
        return look_at(register, chosen, known_by=day)
    not_understood(problems)
    for problem in problems:
        name, _, value = problem.partition("=")
        if name in TABLES:
            print(f"--{name}: " + ", ".join(_near(name, value, register)), file=sys.stderr)
        elif name == "q":
            print(f"--q: 1 … {LONGEST_TEXT}", file=sys.stderr)
        else:
            print(f"--{name.replace('_', '-')}: YYYY-MM-DD, {FIRST_DAY} … {LAST_DAY}", file=sys.stderr)
    return None


def not_understood(problems: Sequence[str]) -> None:
    """Say what is not known."""
    print(f"{terminal.said('not-understood')}: {', '.join(problems)}", file=sys.stderr)


def _near(facet: str, value: str, register: Register) -> list[str]:
    """What was perhaps meant: all codes where there are few, the nearest spellings where there are many."""
    known = spellings(facet, register)
    codes = list(dict.fromkeys(known.values()))
    return (get_close_matches(value, known, 8, 0.4) if len(codes) > 20 else []) or codes


def add_analysis(parser: argparse.ArgumentParser, analysis: Analysis) -> None:
    """What an analysis is told, as options; the value of `--x` is `told_x`."""
    for told in analysis.told:
        parser.add_argument(
            f"--{told.name}",
            dest=f"told_{told.name}",
            type=_READ.get(told.kind, str),
            choices=told.choices or None,
            default=told.default,
            required=told.default is None and not told.is_optional,
            help=terminal.said(f"analyse-{told.name}"),
        )


def what_is_told(options: argparse.Namespace, view: View) -> list[Any] | None:
    """What an analysis is told, names put for the codes that they stand for; None for an agency that is not known,
    which is then said."""
    found: list[Any] = []
    for told in options.analysis.told:
        value = getattr(options, f"told_{told.name}")
        if told.what == AGENCY and value:
            code = spellings("agency", view.register).get(value)
            if code is None:
                not_understood([f"{told.name}={value}"])
                print(f"--{told.name}: " + ", ".join(_near("agency", value, view.register)), file=sys.stderr)
                return None
            value = code
        if told.kind is Filter and value:
            try:
                value = asked(options.analysis.name, {told.name: value}, view.register).values[-1]
            except BadQuestion as error:
                print(error, file=sys.stderr)
                return None
        if told.kind is Filter and value is not None and getattr(options, "told_with", None):
            print(BadQuestion("both", names="--with, --against"), file=sys.stderr)
            return None
        found.append(place_named(view.register, value) if told.what and told.what != AGENCY else value)
    return found


def unknown_place(view: View, error: UnknownPlace) -> str:
    """What is wrong with a place that was asked for, and what was perhaps meant."""
    if isinstance(error, NoRiver):
        features = view.register.by_id(Feature)
        known = ", ".join(f"{name} {features[name].name.zh}" for name in askable(view))
        return terminal.said("analyse-no-river", value=error, known=known)
    near = ", ".join(near_names(view.register, str(error)))
    return terminal.said("analyse-unknown", value=error, themes=", ".join(view.register.themes), near=near or "–")


def not_asked(view: View, error: BadQuestion | UnknownPlace) -> str:
    """What is wrong with a question for a file, then a line for each that may be asked, with what it is told."""
    wrong = unknown_place(view, error) if isinstance(error, UnknownPlace) else str(error)
    return "\n".join((wrong, terminal.said("may-be-asked"), *(f"  --ask {line}" for line in _forms())))


def _forms() -> Iterator[str]:
    """Each question as one writes it; what may be left out stands in brackets."""
    for question in QUESTIONS.values():
        form = {each: _FORM.get(each.kind) or "|".join(each.choices) or "…" for each in question.told}
        must = [f"{each.name}={form[each]}" for each in form if each.default is None and not each.is_optional]
        may = [f"{each.name}={form[each]}" for each in form if each.default is not None or each.is_optional]
        yield f'"{question.name}?{"&".join(must)}{"".join(f"[&{each}]" for each in may)}"'


def near_names(register: Register, text: str) -> list[str]:
    """Features that were perhaps meant: names that hold the text, or are like it, each with its id."""
    names = {f"{row.id} {row.name.zh}": row.name.zh for row in register.rows(Feature)}
    held = [each for each, name in names.items() if text and text in name]
    return (held or get_close_matches(text, list(names), 8, 0.3))[:8]


def _measured(text: str) -> float:
    """A number of metres or years that can be asked for."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1e7:
        raise argparse.ArgumentTypeError("0 … 10000000")
    return number


def _counted(text: str) -> int:
    """How many are asked for."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("1 … 1000")
    return int(text)


def day_typed(text: str) -> date:
    """A day that the register can be looked at on."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY or day.isoformat() != text:
        raise argparse.ArgumentTypeError(f"YYYY-MM-DD, {FIRST_DAY} … {LAST_DAY}")
    return day


_FORM: Mapping[type, str] = {int: "N", float: "N", date: "YYYY-MM-DD"}
"""How what a question is told looks in a line."""
_READ: Mapping[type, Callable[[str], Any]] = {int: _counted, float: _measured, date: day_typed}
"""How what is typed becomes what an analysis takes."""
