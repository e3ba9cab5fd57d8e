"""The arrows of the house, the size of its files, and no code, id, colour or address where it does not belong."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from geodata import Register, codes
from geodata.codes import Basis
from layers.web.config import ANALYSE, ASSETS, CHAPTERS, HOST, MAP, OLD, SCREEN, STYLES, VENDOR
from outputs.meeting.tour_page import TOUR

ROOT = Path(__file__).parent.parent
PACKAGES = ("geodata", "analysis", "layers", "outputs", "views")
DOORS = ("app", "cli")
OURS = {*PACKAGES, *DOORS}
FOREIGN = {"vendor", "node_modules"}
"""Folders of what others wrote: it stays as they publish it."""


def ours(kind: str) -> list[Path]:
    """Our own files of a kind in the packages."""
    found = (path for name in PACKAGES for path in (ROOT / name).rglob(f"*.{kind}"))
    return sorted(path for path in found if not FOREIGN & set(path.relative_to(ROOT).parts))


FILES = sorted([*ours("py"), ROOT / "app.py", ROOT / "cli.py"])
SCRIPTS = [path for path in ours("js") if path.parent == ASSETS]
SHEETS = ours("css")
MODULES = {CHAPTERS[0], ANALYSE[0]}
ALLOWED = {
    "geodata": set(),
    "analysis": {"geodata"},
    "layers": {"geodata"},
    "outputs": {"geodata", "analysis", "layers"},
    "views": {"geodata", "analysis", "layers", "outputs"},
    "app": {"views"},
    "cli": {"geodata", "analysis", "layers", "outputs"},
}
ONLY_IN = {"streamlit": {"app", "views"}, "folium": {"layers"}, "branca": {"layers"}}
SLIDES = "outputs/meeting/slide_master.py outputs/meeting/slide_parts.py"
ONE_MODULE = {
    "xlsxwriter": "outputs/forms/making.py outputs/report/xlsx.py outputs/tables/workbook.py",
    "openpyxl": "outputs/forms/grid.py",
    "docx": "outputs/report/docx.py outputs/report/docx_parts.py outputs/report/docx_styles.py",
    "pptx": f"{SLIDES} outputs/meeting/slides.py",
    "ezdxf": "outputs/gis/dxf.py",
    "typst": "layers/paper/typeset_apart.py layers/paper/typesetting.py",
    "folium": "layers/web/document.py",
    "branca": "layers/web/document.py",
    "lxml": SLIDES,
    "PIL": "outputs/meeting/slides.py",
    "psycopg": "analysis/spatial/engines/database.py",
    "distributed": "analysis/spatial/engines/distributed.py",
    "dask_geopandas": "analysis/spatial/engines/distributed.py",
}
"""Libraries of one file format or one engine: each is known to the modules that make that product."""
OPEN_LISTS = ("theme", "region", "agency-kind", "metric", "list-kind")
COINCIDENCES = {
    # The position basis of geodata/codes.py, a choice of nothing, and no legend of a chart.
    "none": "cli.py geodata/codes.py analysis/kinds.py analysis/chapters.py views/chapters.py"
    " outputs/meeting/chapter_tables.py outputs/report/xlsx.py outputs/tables/workbook.py",
    # The role of geodata/codes.py, a column of the standing.
    "responsible": "geodata/codes.py analysis/spatial/findings.py outputs/gis/qgis/forms.py outputs/tables/listing.py"
    " outputs/tables/workbook.py",
    # Elements of a QGIS project, and a row of a balance.
    "group": "outputs/gis/qgis/project.py outputs/analyses.py views/analyse.py views/analyse_charts.py"
    " views/analyse_map.py",
    # The event kind of geodata/codes.py, who is told how far a work has come, and a page.
    "progress": "geodata/codes.py outputs/products.py views/pages.py views/state.py",
    # What an agency counts of what a measure promised: the one metric that entries are made with.
    "target-value": "geodata/journal/saying.py",
    # A rule of a spreadsheet for how long a text may be.
    "length": "outputs/forms/making.py",
    # The column of features with the names of their towns.
    "towns": "outputs/gis/qgis/forms.py",
    # The field and facet `town`, and how towns look; not the kind of agency.
    "town": "geodata/neighbours.py geodata/register.py geodata/ties.py analysis/filters.py analysis/kinds.py"
    " analysis/spatial/balance.py"
    " analysis/tours.py layers/swatch.py layers/paper/label_text.py layers/paper/picture.py layers/web/legend.py"
    " outputs/gis/dxf.py outputs/gis/icons.py outputs/gis/kml.py outputs/gis/sld.py outputs/gis/qgis/legend.py"
    " outputs/gis/qgis/names.py outputs/gis/qgis/symbols.py outputs/page_data.py outputs/meeting/poster_layout.py"
    " views/meeting.py",
}
"""Words that are codes of an open list by chance, each with the files that may hold them."""
SVG = "http://www.w3.org/2000/svg"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(path: Path) -> str:
    """The package or door a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Top names of everything a file imports, at any depth."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield (node.module or "").partition(".")[0]


@cache
def strings(path: Path, docstrings: bool = False) -> tuple[tuple[int, str], ...]:
    """String constants with their lines, parts of f-strings too; keys of words.toml, `words("…")`, are left out."""
    skipped = set()
    for node in ast.walk(tree(path)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and not docstrings:
            skipped |= {id(item.value) for item in body if isinstance(item, ast.Expr)}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "words":
            skipped |= {id(argument) for argument in node.args}
    return tuple(
        (node.lineno, node.value)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped
    )


def tokens(text: str) -> set[str]:
    """The words in a text that could be ids or codes."""
    return set(re.findall(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", text))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) >= 20
    assert {part_of(path) for path in FILES} == OURS


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_follow_the_arrows(path: Path) -> None:
    here, found = part_of(path), set(imports(path))
    assert (found & OURS) - {here} <= ALLOWED[here]
    for library, places in ONLY_IN.items():
        assert library not in found or here in places


@pytest.mark.parametrize(("library", "place"), ONE_MODULE.items())
def test_a_file_format_is_known_to_one_module(library: str, place: str) -> None:
    assert [name_of(path) for path in FILES if library in set(imports(path))] == place.split()


def test_outputs_write_no_opinion_of_what_is_counted() -> None:
    """One value travels: no signature carries a standing beside a filter or a selection, but where a view is made."""
    makers = {"analysis/filters.py": {"select", "_assigned", "_either"}, "analysis/view.py": {"look"}}
    found = []
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                kinds = {ast.unparse(argument.annotation) for argument in node.args.args if argument.annotation}
                both = {"Standing", "Register"} & kinds and {"Filter", "Selection"} & kinds
                if both and node.name not in makers.get(name_of(path), set()):
                    found.append(f"{name_of(path)}:{node.name}")
    # The door of the screen keeps standings for all its visits and looks at one through the filter of a visit.
    assert found == [
        "analysis/view.py:look_at",
        "outputs/about.py:filter_words",
        "views/pages.py:look_at",
    ]


def test_nobody_repeats_what_is_backdrop() -> None:
    """What is drawn for orientation only is taken off once, where a view counts."""
    allowed = {"geodata/register.py", "analysis/view.py", "layers/web/packing.py", "outputs/page_data.py",
               "outputs/meeting/tour_page.py"}  # fmt: skip
    found = {name_of(path) for path in FILES if ".backdrop" in path.read_text(encoding="utf-8")}
    assert found <= allowed


@pytest.mark.parametrize("name", PACKAGES)
def test_no_package_is_in_a_circle(name: str) -> None:
    """Among the modules of one package too."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in (ROOT / name).rglob("*.py")
        if path.stem != "__init__"
    }
    arrows: dict[str, set[str]] = {}
    for module, path in modules.items():
        arrows[module] = set()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                arrows[module] |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        arrows[module] &= set(modules)
    while free := [module for module, after in arrows.items() if not after & set(arrows)]:
        for module in free:
            del arrows[module]
    assert arrows == {}


@pytest.mark.parametrize("path", [*FILES, *ours("js"), *SHEETS], ids=name_of)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_colour_in_python(path: Path) -> None:
    """Colours live in the symbology; black, white and greys of a drawing may stand in the swatch."""
    neutral = path == ROOT / "layers/swatch.py"
    for line, text in strings(path, docstrings=True):
        for colour in re.findall(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", text):
            assert neutral and len({colour[1:3].lower(), colour[3:5].lower(), colour[5:7].lower()}) == 1, (line, colour)
        assert not re.search(r"\b(?:rgba?|hsla?)\(", text), (line, text)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_id_of_the_register_in_python(path: Path, register: Register) -> None:
    """Features, agencies, measures, documents, sources and events are data."""
    tables = ("features", "agencies", "measures", "documents", "articles", "sources", "events")
    known = {name for table in tables for name in register[table]["id"]} - {Basis.OSM}
    hyphened = {name for name in known if "-" in name}
    for line, text in strings(path):
        assert not tokens(text) & known, (line, text)
    for line, text in strings(path, docstrings=True):
        assert not tokens(text) & hyphened, (line, text)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_open_code_in_python(path: Path, register: Register) -> None:
    known = {code for name in OPEN_LISTS for code in register.codelist(name).index}
    known -= {word for word, files in COINCIDENCES.items() if name_of(path) in files.split()}
    assert [(line, text) for line, text in strings(path) if text in known] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_texts_lie_in_catalogues(path: Path) -> None:
    """No sentence of a reader's language stands in Python; names of languages and marks in a text are none."""
    allowed = {"views/language.py", "views/script/page.py", "outputs/escape.py"}
    for line, text in strings(path):
        han = re.findall(r"[\u4e00-\u9fff]", text)
        assert len(han) < 2 or name_of(path) in allowed, (line, text)


def test_coincidences_are_still_coincidences(register: Register) -> None:
    """Each allowed word is a code of an open list and stands in its files, or the exception can go."""
    known = {code for name in OPEN_LISTS for code in register.codelist(name).index}
    assert set(COINCIDENCES) <= known
    for word, files in COINCIDENCES.items():
        for name in files.split():
            assert any(text == word for _, text in strings(ROOT / name)), (word, name)


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "codes.py"], ids=name_of)
def test_closed_codes_are_spelled_in_one_place(path: Path) -> None:
    """Everywhere else they are members: `Stage.MAINTENANCE`, not the word.

    A word that is also the name of a column or a facet is left alone.
    """
    words = {
        str(code)
        for enum in vars(codes).values()
        if isinstance(enum, type)
        for code in getattr(enum, "__members__", {}).values()
    }
    plain = {"stage", "none", "progress", "related", "target", "context", "yes", "no", "unknown"}
    plain |= {"lead", "cooperating", "responsible"}  # columns of the join, one a role
    plain |= {"place"}  # the key of a sentence, beside a kind of feature
    plain |= {"nothing"}  # the key of a sentence, beside what a fact shows
    plain |= {"number"}  # a column, a type of the dictionary
    plain |= {"later"}  # what an agency has been called since, beside a date that lies far ahead
    found = [(line, text) for line, text in strings(path) if text in words - plain]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_address_in_python(path: Path) -> None:
    """Addresses of maps and licences are data; a pattern or a name space is no address."""
    for line, text in strings(path):
        assert not re.search(r"https?://[\w.-]+\.\w", text.replace(SVG, "")), (line, text)


def test_nothing_reaches_out_at_import() -> None:
    modules = sorted(
        name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for path in FILES
        if path.stem != "app"
    )
    script = f"""
import socket, importlib
def refuse(*arguments, **options):
    raise SystemExit(f"network at import: {{arguments}}")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
for name in {modules!r}:
    importlib.import_module(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_core_does_without_the_heavy_libraries() -> None:
    """`guantu check` must not load the app."""
    script = "import sys, cli; print(sorted({'streamlit', 'folium', 'django', 'psycopg', 'dask'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_part_is_packaged() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f'"{name}"' in text for name in OURS)
    for path in FILES:
        folder = ".".join(path.relative_to(ROOT).parts[:-1])
        assert not folder or f'"{folder}"' in text, f"{folder} would not be installed"


def test_public_names_are_documented() -> None:
    bare = []
    for path in FILES:
        for node in ast.walk(tree(path)):
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node) and node in tree(path).body:
                bare.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert bare == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_are_small_and_each_is_in_one_list(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 300 and max(map(len, lines)) <= 110
    # A module is strict by itself.
    assert lines[0].startswith("// ") and ('"use strict";' in lines[:3]) != (path.name in MODULES)
    assert [*MAP, *SCREEN, *HOST, *OLD, *TOUR, *MODULES].count(path.name) == 1


@pytest.mark.parametrize("path", SHEETS, ids=name_of)
def test_style_sheets_are_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 300 and max(map(len, lines)) <= 110


def test_every_listed_script_and_style_is_there() -> None:
    assert {*MAP, *SCREEN, *HOST, *OLD, *TOUR, *MODULES} == {path.name for path in SCRIPTS}
    assert {*STYLES, "tour.css", CHAPTERS[1], *ANALYSE[1:]} == {path.name for path in SHEETS if path.parent == ASSETS}


def test_what_others_wrote_keeps_its_licence() -> None:
    for path in VENDOR.glob("*.js"):
        licence = VENDOR / f"{path.name.partition('.')[0]}-LICENSE.txt"
        assert "Permission is hereby granted" in licence.read_text(encoding="utf-8")
