"""The terminal: `guantu app`, `check`, `list`, `export`, and the meeting kit. It wires; it does not think."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.filters import Filter, from_query
from analysis.spatial.ground import UnknownPlace
from analysis.spatial.questions import BadQuestion
from analysis.tourfile import BadTour, read_tour
from analysis.tours import NoChapter
from geodata import CATALOG, RegisterError
from geodata.faults import said
from geodata.journal.current import WRITING
from geodata.register import read_checked
from geodata.text import BOTH, LANGS
from layers.paper.paper import SIZES
from layers.paper.typesetting import NoFont
from layers.symbology import rules
from outputs.analyses import ANALYSES
from outputs.errors import ProductError
from outputs.forms.command import add_forms
from outputs.listed import listed
from outputs.names import unused
from outputs.products import PRODUCTS, QGIS, Order, Product, by_ending, make, products
from outputs.report.command import add_report
from outputs.tables import calendar, journal, questions, terminal
from outputs.tables.asked import add_analysis, add_filter, not_asked, not_understood, view_of
from outputs.tables.listing import BRIEF, in_words, listing
from outputs.tables.listing import TABLES as LISTS

SERVER: Mapping[str, tuple[str, ...]] = {
    "client.toolbarMode": ("minimal",),
    "client.showErrorDetails": ("none",),
    "browser.gatherUsageStats": ("false",),
    "server.fileWatcherType": ("none",),
    "server.address": ("127.0.0.1",),
    "server.allowedHosts": ("localhost", "127.0.0.1"),
    "server.maxUploadSize": ("5",),
    **{f"theme.{ground}.primaryColor": (rule["press"],) for ground, rule in rules()["ground"].items()},
}
"""Settings of the screen that an installed program brings along: it has no `.streamlit` folder."""
FORMATS = ("table", "csv", "json", "geojson")
MEETING = ("present", "slides", "sheet")
"""Commands that are named like their product."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(terminal.typed(sys.argv[1:] if arguments is None else arguments))
    try:
        code = int(options.run(options))
        print(end="", flush=True)
        return code
    except RegisterError as error:
        _say_faults(error, getattr(options, "lang", BOTH))
        return 1
    except OSError as error:
        terminal.give_up()
        # Who closed the pipe has read enough.
        return 0 if isinstance(error, BrokenPipeError) else _not_written(error.strerror or str(error))


def _say_faults(error: RegisterError, lang: str) -> None:
    """Each fault on a line; in both languages the English line stands indented under the Chinese one."""
    for same in zip(*(said(error.faults, each) for each in (LANGS if lang == BOTH else (lang,))), strict=True):
        print("\n    ".join(same), file=sys.stderr)
    print(terminal.said("faults", n=len(error.faults)), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    said = terminal.said
    parser = argparse.ArgumentParser(prog="guantu", description=said("program"))
    catalog = Path(os.environ.get("GUANTU_CATALOG", CATALOG))
    parser.add_argument("--catalog", type=Path, default=catalog, help=said("catalog"))
    commands = parser.add_subparsers(required=True, metavar="app | check | list | analyse | export | …")
    app = commands.add_parser("app", help=said("app"))
    app.add_argument("--port", type=_port, default=8501, help=said("port"))
    app.add_argument("--public", type=_public, default={}, metavar="URL", help=said("public"))
    app.add_argument("--headless", action="store_true", help=said("headless"))
    app.add_argument("--write", choices=("desk", "sign-in"), default="", help=said("write"))
    app.set_defaults(run=_app)
    commands.add_parser("check", help=said("check")).set_defaults(run=_check)
    lists = commands.add_parser("list", help=said("list"))
    lists.add_argument("table", choices=LISTS)
    add_filter(lists)
    lists.add_argument("--format", choices=FORMATS, default="table")
    lists.set_defaults(run=_list)
    asks = commands.add_parser("analyse", help=said("analyse")).add_subparsers(
        required=True, metavar=" | ".join((*ANALYSES, "partition"))
    )
    for analysis in ANALYSES.values():
        one = asks.add_parser(analysis.name, help=said(f"analyse-is-{analysis.name}"))
        add_analysis(one, analysis)
        questions.add_engine(one, analysis)
        add_filter(one)
        one.add_argument("--format", choices=FORMATS, default="table")
        one.set_defaults(run=questions.answer, analysis=analysis)
    questions.add_partition(asks)
    calendar.add_calendar(commands)
    journal.add_journal(commands)
    add_forms(commands)
    add_report(commands)
    _add_export(commands.add_parser("export", help=said("export")))
    for name in MEETING:
        _add_meeting(commands.add_parser(name, help=said(name)), PRODUCTS[name])
    return parser


def _add_out(parser: argparse.ArgumentParser, ends: str) -> None:
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT", help=terminal.said("out", ends=ends))
    parser.add_argument("--map-number", default="", help=terminal.said("map-number"))


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_out(parser, terminal.said("any-ending"))
    parser.add_argument("--format", choices=tuple(products("extract")), default="", help=terminal.said("format"))
    add_filter(parser)
    parser.add_argument("--layers", action="append", default=[], metavar="THEME", help=terminal.said("layers"))
    parser.add_argument("--crs", default="", help=terminal.said("crs"))
    parser.add_argument("--ask", action="append", default=[], metavar="QUESTION", help=terminal.said("ask"))
    parser.add_argument("--qgis", choices=QGIS, default="", help=terminal.said("qgis"))
    parser.add_argument("--tianditu-token", default="", help=terminal.said("tianditu"))
    parser.set_defaults(run=_export)


def _add_meeting(parser: argparse.ArgumentParser, product: Product) -> None:
    _add_out(parser, ", ".join(product.endings))
    add_filter(parser, (*LANGS, BOTH))
    parser.set_defaults(run=_meeting, make=product.name)
    parser.add_argument("--chapters", type=Path, metavar="FILE", help=terminal.said("chapters"))
    parser.add_argument("--chapter", action="append", default=[], metavar="KEY", help=terminal.said("chapter"))
    for option in product.options:
        if option.name == "size":
            parser.add_argument("--size", choices=tuple(SIZES), default=option.default)
            parser.add_argument("--each-agency", action="store_true", help=terminal.said("each-agency"))
        elif option.kind is bool:
            parser.add_argument(f"--{option.name}", action="store_true", help=terminal.said(option.name))
        else:
            parser.add_argument(
                f"--{option.name}", type=option.kind, default=option.default, help=terminal.said(option.name)
            )


def _port(text: str) -> int:
    """A port of this machine; argparse says what is wrong with another number."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("1 … 65535")
    return int(text)


def _public(text: str) -> dict[str, tuple[str, ...]]:
    """Settings for visitors at the address of a proxy; argparse says what is wrong with another text."""
    found = re.fullmatch(r"(https?)://([a-z0-9.-]+)(:[1-9]\d{0,4})?((?:/\w[\w.-]*)*)/?", text, re.ASCII | re.IGNORECASE)
    if not found:
        raise argparse.ArgumentTypeError(terminal.said("not-public", found=text))
    scheme, host, port, path = found.groups("")
    origin = f"{scheme}://{host}{port}".lower().removesuffix(":443" if scheme.lower() == "https" else ":80")
    names = (*SERVER["server.allowedHosts"], host.lower())
    return {"server.allowedHosts": names, "server.corsAllowedOrigins": (origin,), "server.baseUrlPath": (path[1:],)}


def _app(options: argparse.Namespace) -> int:
    # Whoever serves others looks from elsewhere.
    headless = options.headless or bool(options.public)
    told = {"server.port": (f"{options.port}",), "server.headless": (f"{headless}".lower(),), **options.public}
    flags = [f"--{name}={value}" for name, values in {**SERVER, **told}.items() for value in values]
    # Without -P, Python would take modules of the folder that it is started in for its own.
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(Path(__file__).with_name("app.py")), *flags]
    environment = os.environ | {"GUANTU_CATALOG": str(options.catalog)}
    environment |= {WRITING: options.write} if options.write else {}
    if os.name != "posix":
        return subprocess.call(command, env=environment)
    # In the place of this process, whose libraries need not stay in memory, and where a signal finds it.
    os.execve(command[0], command, environment)


def _check(options: argparse.Namespace) -> int:
    checked = read_checked(options.catalog)
    sys.stdout.writelines(f"{len(rows):6d}  {name}\n" for name, rows in checked.rows.items())
    if checked.faults:
        raise RegisterError(checked.faults)
    print(terminal.said("clean"))
    return 0


def _list(options: argparse.Namespace) -> int:
    if options.format == "geojson" and options.table != "features":
        print(terminal.said("geojson-only"), file=sys.stderr)
        return 2
    view = view_of(options)
    if view is None:
        return 2
    found = listing(view, options.table)
    if options.format == "json":
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif options.format == "geojson":
        terminal.write_geojson(view.register, found)
    elif options.format == "csv":
        whole = found or listing(view.narrowed(Filter()), options.table) or [{}]
        terminal.write_csv(found, list(whole[0]))
    else:
        found = in_words(view.register, options.table, found, options.lang)
        known = view.register[options.table].columns
        brief = [(name, f"{name}_{options.lang}") for name in BRIEF[options.table]]
        terminal.write_table(found, [spoken if spoken in known else name for name, spoken in brief])
    return 0


def _export(options: argparse.Namespace) -> int:
    formats = (options.format,) if options.format else by_ending(options.out or Path())
    if len(formats) != 1:
        return _not_written(terminal.which_format(options.out, formats))
    view = view_of(options)
    if view is None:
        return 2
    layers, unknown = from_query({"theme": options.layers}, view.register)
    if unknown:
        not_understood([problem.replace("theme=", "layers=", 1) for problem in unknown])
        print("--layers: " + ", ".join(view.register.themes), file=sys.stderr)
        return 2
    told = {"qgis": options.qgis, "tianditu_token": options.tianditu_token}
    order = Order(
        view,
        options.lang,
        options.map_number,
        themes=layers.theme,
        asked=tuple(options.ask),
        crs=options.crs,
        options={name: value for name, value in told.items() if value},
    )
    product = PRODUCTS[formats[0]]
    code = _make(options, product, order)
    if not code:
        counts = listed(view, layers.theme).count(*product.holds)
        print("\n".join(terminal.about_lines(order, counts)))
        _say_size(options.out)
    return code


def _meeting(options: argparse.Namespace) -> int:
    view = view_of(options)
    if view is None:
        return 2
    try:
        picked = read_tour(options.chapters.read_bytes()) if options.chapters else ()
    except OSError as error:
        return _not_written(f"{options.chapters}: {error.strerror or error}")
    except BadTour as error:
        return _not_written(str(error))
    picked += tuple((key, "") for key in options.chapter)
    product = PRODUCTS[options.make]
    if getattr(options, "each_agency", False):
        product = PRODUCTS["agency-sheets"]
    told: dict[str, Any] = {option.name: getattr(options, option.name) for option in product.options}
    order = Order(view, options.lang, options.map_number, picked=picked, options=told)
    made: list[Path] = []
    code = _make(options, product, order, made)
    for path in made:
        _say_size(path)
    return code


def _make(options: argparse.Namespace, product: Product, order: Order, made: list[Path] | None = None) -> int:
    """Make the file; what is wrong is said, as is a filter that leaves nothing."""
    try:
        options.out = options.out or unused(product, order)
        # Not Path.resolve: it fails on links that lead in a circle.
        if Path(os.path.realpath(options.out)).is_relative_to(os.path.realpath(options.catalog)):
            return _not_written(terminal.said("in-register", name=str(options.out)))
        paths = make(product, options.out, order, terminal.progress)
    except OSError as error:
        return _not_written(f"{options.out}: {error.strerror or error}")
    except (BadQuestion, UnknownPlace) as error:
        return _not_written(not_asked(order.view, error))
    except (ProductError, NoChapter, NoFont) as error:
        return _not_written(str(error))
    if made is not None:
        made += paths
    if order.view.is_empty:
        print(terminal.said("no-row"), file=sys.stderr)
    return 0


def _not_written(reason: str) -> int:
    print(f"{terminal.said('not-written')}: {reason}", file=sys.stderr)
    return 2


def _say_size(path: Path) -> None:
    print(f"{path} ({path.stat().st_size / 1000:.0f} KB)")


if __name__ == "__main__":
    sys.exit(main())
