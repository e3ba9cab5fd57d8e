"""The terminal: `guantu app`, `check`, `list`, `export`, and the meeting kit. It wires; it does not think."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from analysis.content import content
from analysis.filters import FIRST_DAY, LAST_DAY, TABLES, Filter, apply, from_query, spellings
from analysis.join import Joined, join
from analysis.rows import in_words, names, rows
from analysis.summary import is_context
from analysis.tourfile import read_tour
from geodata import CATALOG, Register, RegisterError, read_register
from geodata.register import read_rows
from geodata.schema import tables
from layers.frame import SIZES
from views import terminal
from views.formats import FORMATS, QGIS, SYSTEMS, export
from views.words import BOTH, LANGS

SERVER = {
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": "false",
    "server.address": "127.0.0.1",
}
KIT = {
    "present": ("会议讲解页（单个 HTML）/ the tour and the map as one HTML file", ".html"),
    "slides": ("幻灯片（PPTX）/ the tour as slides", ".pptx"),
    "sheet": ("印刷图幅（PDF、PNG）/ a printed map", ".pdf, .png"),
}
BRIEF = {
    "documents": ("id", "number", "title", "date_issued", "valid_until"),
    "articles": ("id", "title", "block_title", "list_kind"),
    "measures": ("id", "title", "outcome", "lead", "due_text"),
    "agencies": ("id", "name", "kind"),
    "assignments": ("article", "role", "position", "written_as"),
    "features": ("id", "name", "theme", "stage", "stage_since", "position_basis"),
    "links": ("measure", "feature", "relation", "locator"),
    "events": ("id", "date", "kind", "stage", "grade", "text"),
}
"""Columns of the short table; a name without a language takes the one asked for."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except RegisterError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.faults)} 处错误 faults", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guantu", description="莞图：东莞措施落实地图 / Dongguan implementation map")
    parser.add_argument(
        "--catalog", type=Path, default=Path(os.environ.get("GUANTU_CATALOG", CATALOG)), help="folder of the register"
    )
    commands = parser.add_subparsers(required=True, metavar="app | check | list | export | present | slides | sheet")
    app = commands.add_parser("app", help="打开地图 / open the map in the browser")
    app.add_argument("--port", type=int, default=8501)
    app.add_argument("--headless", action="store_true", help="do not open a browser")
    app.set_defaults(run=_app)
    commands.add_parser("check", help="检查登记册 / check the register").set_defaults(run=_check)
    listing = commands.add_parser("list", help="列出表格 / write a table to standard output")
    listing.add_argument("table", choices=names())
    _add_filter(listing)
    listing.add_argument("--format", choices=("table", "csv", "json", "geojson"), default="table")
    listing.set_defaults(run=_list)
    _add_export(commands.add_parser("export", help="导出当前筛选 / write the filtered view to a file"))
    for name, (text, _) in KIT.items():
        _add_kit(commands.add_parser(name, help=text), name)
    return parser


def _add_filter(parser: argparse.ArgumentParser, langs: Sequence[str] = LANGS) -> None:
    for facet in TABLES:
        parser.add_argument(
            f"--{facet}",
            action="append",
            default=[],
            metavar="CODE",
            help="codes, titles or names, separated by commas",
        )
    parser.add_argument("--q", default="", help="free text: Chinese, pinyin or English")
    parser.add_argument("--as-of", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--lang", choices=langs, default="zh")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="OUT", help="the file to write; an existing one is replaced")
    parser.add_argument("--format", choices=FORMATS, required=True)
    _add_filter(parser)
    parser.add_argument("--layers", action="append", default=[], metavar="THEME", help="only these layers (themes)")
    parser.add_argument("--crs", default="", help=f"{', '.join(SYSTEMS)}; what a format takes, it says")
    parser.add_argument("--qgis", choices=QGIS, default="", help="version of QGIS that will open it")
    parser.add_argument("--tianditu-token", default="", help="adds Tianditu basemaps, switched off, with your token")
    parser.add_argument("--map-number", default="", help="map approval number (审图号); without it: internal use")
    parser.set_defaults(run=_export)


def _add_kit(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("out", type=Path, metavar="OUT", help=f"the file to write ({KIT[name][1]}); replaced if there")
    _add_filter(parser, (*LANGS, BOTH))
    parser.add_argument("--map-number", default="", help="map approval number (审图号); without it: internal use")
    parser.set_defaults(run=_kit, make=name)
    parser.add_argument("--chapters", type=Path, metavar="FILE", help="a tour saved from the meeting page")
    parser.add_argument(
        "--chapter",
        action="append",
        default=[],
        metavar="KEY",
        help="overview, theme=…, article=…, town=… …; repeatable",
    )
    if name != "sheet":
        return
    parser.add_argument("--size", choices=SIZES, default="A3")
    parser.add_argument("--portrait", action="store_true", help="upright, the table under the map: the hand-out")
    parser.add_argument("--dpi", type=float, default=200, help="of a .png")
    parser.add_argument("--each-agency", action="store_true", help="a .zip with a sheet for every agency")


def _app(options: argparse.Namespace) -> int:
    screen = Path(__file__).with_name("app.py")
    flags = [f"--{name}={value}" for name, value in SERVER.items()]
    flags += [f"--server.port={options.port}", f"--server.headless={str(options.headless).lower()}"]
    environment = os.environ | {"GUANTU_CATALOG": str(options.catalog)}
    return subprocess.call([sys.executable, "-m", "streamlit", "run", str(screen), *flags], env=environment)


def _check(options: argparse.Namespace) -> int:
    rows_, faults = read_rows(options.catalog)
    for name in tables():
        print(f"{len(rows_[name]):6d}  {name}")
    if faults:
        raise RegisterError(faults)
    print("登记册无误 The register is clean.")
    return 0


def _list(options: argparse.Namespace) -> int:
    if options.format == "geojson" and options.table != "features":
        print("geojson 只用于 features / only features can be written as geojson", file=sys.stderr)
        return 2
    register = read_register(options.catalog)
    chosen = _chosen(options, register)
    if chosen is None:
        return 2
    joined = join(register, chosen.as_of or date.today())
    found = rows(joined, chosen, options.table)
    if options.format == "json":
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif options.format == "geojson":
        terminal.write_geojson(joined, found)
    elif options.format == "csv":
        terminal.write_csv(found, list((found or rows(joined, Filter(), options.table) or [{}])[0]))
    else:
        found = in_words(register, options.table, found, options.lang)
        known = register[options.table].columns
        brief = [(name, f"{name}_{options.lang}") for name in BRIEF[options.table]]
        terminal.write_table(found, [spoken if spoken in known else name for name, spoken in brief])
    return 0


def _chosen(options: argparse.Namespace, register: Register) -> Filter | None:
    """The filter asked for; None when something in it is not known, which is then said."""
    query = {name: getattr(options, name) for name in (*TABLES, "q")} | {"as_of": options.as_of}
    chosen, problems = from_query(query, register)
    if not problems:
        return chosen
    print("无法识别 not understood: " + ", ".join(problems), file=sys.stderr)
    for problem in problems:
        name, _, value = problem.partition("=")
        if name in TABLES:
            known = spellings(name, register)
            codes = list(dict.fromkeys(known.values()))
            near = get_close_matches(value, known, 8, 0.4) if len(codes) > 20 else []
            print(f"--{name}: " + ", ".join(near or codes), file=sys.stderr)
        else:
            print(f"--as-of: YYYY-MM-DD, {FIRST_DAY} … {LAST_DAY}", file=sys.stderr)
    return None


def _export(options: argparse.Namespace) -> int:
    register = read_register(options.catalog)
    chosen = _chosen(options, register)
    if chosen is None:
        return 2
    layers, unknown = from_query({"theme": options.layers}, register)
    if unknown:
        wrong = ", ".join(problem.replace("theme=", "layers=", 1) for problem in unknown)
        print(f"无法识别 not understood: {wrong}", file=sys.stderr)
        print("--layers: " + ", ".join(dict.fromkeys(spellings("theme", register).values())), file=sys.stderr)
        return 2
    if options.out.suffix.lower() != FORMATS[options.format].suffix:
        print(f"注意 note: {options.format} → {FORMATS[options.format].suffix}, {options.out.name}?", file=sys.stderr)
    joined = join(register, chosen.as_of or date.today())
    found = content(joined, chosen, lang=options.lang, themes=layers.theme, map_number=options.map_number)
    try:
        export(options.out, found, options.format, options.crs, options.qgis, options.tianditu_token)
    except OSError as error:
        print(f"没有写出 not written: {options.out}: {error.strerror}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"没有写出 not written: {error}", file=sys.stderr)
        return 2
    _say_if_empty(joined, chosen)
    print("\n".join(found.lines(found.said(found.count(*FORMATS[options.format].holds)))))
    print(f"{options.out} ({options.out.stat().st_size / 1000:.0f} KB)")
    return 0


def _kit(options: argparse.Namespace) -> int:
    # Late, for it brings the libraries that draw and set type.
    from views import kit

    register = read_register(options.catalog)
    chosen = _chosen(options, register)
    if chosen is None:
        return 2
    try:
        picked = read_tour(options.chapters.read_bytes()) if options.chapters else ()
        picked += tuple((key, "") for key in options.chapter)
        joined = join(register, chosen.as_of or date.today())
        made = kit.make(
            options.make, options.out, kit.Kit(joined, chosen, options.lang, picked, options.map_number), options, _told
        )
    except OSError as error:
        place = options.chapters if str(error.filename) == str(options.chapters) else options.out
        print(f"没有写出 not written: {place}: {error.strerror or error}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"没有写出 not written: {error}", file=sys.stderr)
        return 2
    _say_if_empty(joined, chosen)
    for path in made:
        print(f"{path} ({path.stat().st_size / 1000:.0f} KB)")
    return 0


def _say_if_empty(joined: Joined, chosen: Filter) -> None:
    kept = apply(joined, chosen)
    if not (kept.measures.any() or (kept.features & ~is_context(joined)).any()):
        print("注意 note: 没有符合筛选的行 no row meets this filter", file=sys.stderr)


def _told(done: int, of: int) -> None:
    print(f"\r{done} / {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
