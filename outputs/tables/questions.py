"""Questions of place on the terminal: on which engine, of which layers, and rows that come as they are found."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from analysis.spatial.engines.face import Engine, EngineError, Layer, Stored, Table
from analysis.spatial.engines.geoparquet import write_tiles
from analysis.spatial.engines.inprocess import InProcess
from analysis.spatial.findings import Finding
from analysis.spatial.ground import UnknownPlace, ground_of, members
from analysis.spatial.own import Own, along_own, coordination_own, crossings_own, names_in, near_own, works_in
from analysis.spatial.ownfiles import further_columns
from analysis.view import View
from geodata import read_register
from geodata.text import Text
from outputs.analyses import Analysis
from outputs.escape import guarded
from outputs.tables import terminal
from outputs.tables.asked import unknown_place, view_of, what_is_told

ENGINES = ("shapely", "postgis", "dask")
_OF_PAIRS = ("near", "along", "crossings", "coordination")
"""Questions that engines answer; the others count what the register holds."""
_STOPPED = 130
"""What a program returns that was broken off from the keyboard."""


def add_engine(parser: argparse.ArgumentParser, analysis: Analysis) -> None:
    """On which engine an analysis runs, and of which layer of one's own."""
    if analysis.name not in _OF_PAIRS:
        return
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help=terminal.said("analyse-engine"))
    parser.add_argument("--database", default="", metavar="URL", help=terminal.said("analyse-database"))
    parser.add_argument("--scheduler", default="", metavar="tcp://…", help=terminal.said("analyse-scheduler"))
    if analysis.name in ("along", "coordination"):
        parser.add_argument("--layer", default="", help=terminal.said("analyse-layer"))


def add_partition(parsers: Any) -> None:
    """The command that cuts a layer into tiles."""
    parser = parsers.add_parser("partition", help=terminal.said("analyse-is-partition"))
    parser.add_argument("source", type=Path, help=terminal.said("analyse-source"))
    parser.add_argument("folder", type=Path, help=terminal.said("analyse-folder"))
    parser.add_argument("--rows", type=int, default=50_000, help=terminal.said("analyse-rows"))
    parser.set_defaults(run=_partition)


def _partition(options: argparse.Namespace) -> int:
    place = read_register(options.catalog).place
    try:
        notes = write_tiles(options.source, options.folder, place.metric_crs, max(1, options.rows))
    except EngineError as error:
        return _refused(error)
    _say_notes(notes)
    print(options.folder)
    return 0


def answer(options: argparse.Namespace) -> int:
    """Answer a question and write the rows; returns the exit code."""
    view = view_of(options)
    if view is None:
        return 2
    analysis: Analysis = options.analysis
    told = what_is_told(options, view)
    if told is None:
        return 2
    engine: Engine | None = None
    try:
        engine = _engine(options)
        found = _own(view, options, told, engine) if engine else None
        if found is not None:
            _stream(analysis, found, options)
        else:
            more = {"engine": engine} if engine and options.engine != ENGINES[0] else {}
            findings = analysis.answer(view, *told, **more)
            terminal.write_answer(analysis.rows(findings), options.format, options.lang, analysis.geojson(findings))
    except UnknownPlace as error:
        print(unknown_place(view, error), file=sys.stderr)
        return 2
    except EngineError as error:
        return _refused(error)
    except KeyboardInterrupt:
        print(terminal.said("analyse-stopped"), file=sys.stderr)
        return _STOPPED
    finally:
        if engine is not None:
            _say_notes(engine.notes)
            engine.close()
    return 0


def _refused(error: EngineError) -> int:
    print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
    return 2


def _say_notes(notes: list[Text]) -> None:
    for note in notes:
        print(f"{note.zh} {note.en}", file=sys.stderr)


def _engine(options: argparse.Namespace) -> Engine | None:
    """The engine that is asked for; None for a question that needs none. Others than the default load when asked."""
    name = getattr(options, "engine", "")
    if name == "postgis":
        from analysis.spatial.engines.postgis import PostGIS

        return PostGIS(options.database)
    if name == "dask":
        from analysis.spatial.engines.distributed import Distributed

        return Distributed(options.scheduler)
    return InProcess() if name else None


def _own(view: View, options: argparse.Namespace, told: list[Any], engine: Engine) -> Iterator[Finding] | None:
    """Answers about layers of one's own; None where all that is asked is in the register."""
    name = options.analysis.name
    if name in ("near", "crossings"):
        layers = [_layer(view, options, each, engine) for each in told[:2]]
        if not any(layers):
            return None
        one, other = (layer or _known(view, each) for layer, each in zip(layers, told[:2], strict=True))
        return near_own(engine, one, other, *told[2:]) if name == "near" else crossings_own(engine, one, other)
    layer = _layer(view, options, options.layer, engine)
    if options.layer and layer is None:
        raise EngineError("no-layer", name=options.layer)
    if layer is None:
        return None
    if name == "coordination":
        return coordination_own(engine, layer, told[0], told[1], view.day)
    line = _known(view, told[0])
    assert isinstance(line.source, Layer)
    if len(line.source.ids) != 1:
        raise UnknownPlace(told[0])
    return along_own(engine, line.source, line.name(line.source.ids[0]), layer, told[1])


def _known(view: View, name: str) -> Own:
    """A theme or a feature of the register as a layer."""
    ground = ground_of(view, members(view, name))
    theme = view.register.themes.get(name)
    return Own(ground, theme.title if theme else view.standing.feature_status[name].feature.name, ground.names)


def _layer(view: View, options: argparse.Namespace, name: str, engine: Engine) -> Own | None:
    """A layer of one's own: a file, a folder, with PostGIS a table; None for what the register knows."""
    if not name or name in view.register.themes or name in view.standing.feature_status:
        return None
    path, crs = Path(name), view.register.place.metric_crs
    schema, _, table = name.partition(".")
    source: Stored | Table
    if path.suffix in (".parquet", ".geoparquet") or path.is_dir():
        source = Stored(path, crs)
    elif options.engine == "postgis" and schema and table:
        source = Table(schema, table, crs)
    else:
        return None
    ids, frame = further_columns(source, engine)
    works, notes = works_in(name, ids, frame) if options.analysis.name == "coordination" else (None, [])
    _say_notes(notes)
    return Own(source, Text(name, name), names_in(ids, frame), works)


def _stream(analysis: Analysis, found: Iterator[Finding], options: argparse.Namespace) -> None:
    """Rows as they come, in the form that is asked for."""
    if options.format == "geojson" and analysis.name != "crossings":
        raise EngineError("no-lines")
    # Asked first: what is refused writes nothing.
    first = list(islice(found, 1))
    number, out = 0, sys.stdout
    writer = csv.writer(out, lineterminator="\n")
    out.write({"json": "[\n", "geojson": '{"type": "FeatureCollection", "features": [\n'}.get(options.format, ""))
    for number, each in enumerate(chain(first, found), start=1):
        row = analysis.row(each)
        if options.format == "csv":
            if number == 1:
                writer.writerow(row)
            writer.writerow([guarded(terminal.cell(value)) for value in row.values()])
        elif options.format == "table":
            print(terminal.sentence(row, options.lang))
        else:
            whole = row if options.format == "json" else analysis.geojson([each])["features"][0]
            out.write(",\n" * (number > 1) + json.dumps(whole, ensure_ascii=False, allow_nan=False))
    out.write({"json": "\n]\n", "geojson": "\n]}\n"}.get(options.format, ""))
    if options.format == "table":
        print(terminal.said("answers", n=number), file=sys.stderr)
    elif options.format == "csv" and not number:
        writer.writerow(["from", "to"])
