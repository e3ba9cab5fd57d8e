"""The filter as the terminal takes it: its options, the view that they give, and what in them is not known."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches

from analysis.filters import DAYS, FIRST_DAY, FORMER, LAST_DAY, LONGEST_TEXT, TABLES, from_query, spellings
from analysis.view import View, look_at
from geodata import Register, read_register
from geodata.text import LANGS
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


def view_of(options: argparse.Namespace) -> View | None:
    """The view asked for; None when something in it is not known, which is then said."""
    register = read_register(options.catalog)
    query = {name: getattr(options, name) for name in (*TABLES, "q", *DAYS)}
    chosen, problems = from_query(query, register)
    if not problems:
        return look_at(register, chosen)
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
