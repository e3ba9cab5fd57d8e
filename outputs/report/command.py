"""The half-yearly report on the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from geodata.journal.current import where
from geodata.text import BOTH, LANGS
from layers.paper.typesetting import NoFont
from outputs.report.asked import Asked, ReportError, agency_of, asked_of, read_period
from outputs.report.making import FORMATS, form_of, make_each, make_report
from outputs.tables import terminal
from outputs.tables.asked import day_typed


def add_report(commands: Any) -> None:
    """The command of the report."""
    said = terminal.said
    parser = commands.add_parser("report", help=said("report"))
    parser.add_argument("out", type=Path, metavar="OUT", help=said("report-out"))
    parser.add_argument("--period", required=True, metavar="2026-H1", help=said("report-period"))
    parser.add_argument("--agency", default="", metavar="CODE", help=said("report-agency"))
    parser.add_argument("--each-agency", action="store_true", help=said("report-each"))
    parser.add_argument("--conference", action="store_true", help=said("report-conference"))
    parser.add_argument("--format", choices=tuple(FORMATS), default="", help=said("report-format"))
    parser.add_argument("--lang", choices=(*LANGS, BOTH), default=LANGS[0])
    if where():
        parser.add_argument("--known-by", type=day_typed, metavar="YYYY-MM-DD", help=said("known-by"))
    parser.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> int:
    try:
        for path in _made(options):
            print(f"{path} ({path.stat().st_size / 1000:.0f} KB)")
    except (ReportError, NoFont) as error:
        return _not_written(str(error))
    except OSError as error:
        return _not_written(f"{options.out}: {error.strerror or error}")
    return 0


def _made(options: argparse.Namespace) -> list[Path]:
    """Make what is asked for."""
    if sum((bool(options.agency), options.each_agency, options.conference)) > 1:
        raise ReportError("several")
    # Not Path.resolve: it fails on links that lead in a circle.
    if Path(os.path.realpath(options.out)).is_relative_to(os.path.realpath(options.catalog)):
        raise ReportError("in-register", name=options.out.name)
    period = read_period(options.period)
    form = (options.format or "docx") if options.each_agency else form_of(options.out, options.format)
    asked = asked_of(options.catalog, period, getattr(options, "known_by", None))
    if options.each_agency:
        return make_each(options.out, asked, form, options.lang, terminal.progress)
    make_report(options.out, _narrowed(asked, options), form, options.lang)
    return [options.out]


def _narrowed(asked: Asked, options: argparse.Namespace) -> Asked:
    if options.agency:
        return asked.of(agency_of(asked.register, options.agency))
    return asked.of_conference() if options.conference else asked


def _not_written(reason: str) -> int:
    print(f"{terminal.said('not-written')}: {reason}", file=sys.stderr)
    return 2
