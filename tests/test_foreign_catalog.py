"""Another city is another catalog: every door and product shows it, and nothing of the one that is shipped."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import foreign
import pytest
from fonts import needs_font, tool
from streamlit.testing.v1 import AppTest

import cli
from geodata import read_register
from outputs.products import PRODUCTS
from outputs.tables.listing import TABLES
from views import process


@pytest.fixture(scope="module")
def suzhou(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign.write_foreign(tmp_path_factory.mktemp("foreign") / "catalog")


def run(suzhou: Path, *words: str | Path) -> int:
    return cli.main(["--catalog", str(suzhou), *map(str, words)])


def texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """All text in a file, with what lies packed in it."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from texts(f"{name}/{member}", archive.read(member))
    elif data.startswith(b"%PDF"):
        done = subprocess.run([tool("pdftotext"), "-", "-"], input=data, capture_output=True)
        yield name, done.stdout.decode()
    elif data.startswith(b"\x1f\x8b"):
        yield from texts(name, gzip.decompress(data))
    else:
        yield name, data.decode("utf-8", "replace")


def assert_no_trace(name: str, data: bytes) -> None:
    for part, text in texts(name, data):
        for trace in foreign.TRACES:
            place = text.find(trace)
            assert place < 0, f"{part}: …{text[max(0, place - 60) : place + 60]}…"


def test_it_is_read_by_its_own_dictionary_and_place(suzhou: Path) -> None:
    register = read_register(suzhou)
    assert register.place.name.en == "Suzhou" and list(register.themes) == [code for code, *_ in foreign.THEMES]
    assert [licence.name for licence in register.dictionary.licences] == ["CC-BY-4.0"]


def test_check(suzhou: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(suzhou, "check") == 0
    assert "     2  measures" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("table", TABLES)
def test_list(suzhou: Path, table: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("table", "json", "csv"):
        assert run(suzhou, "list", table, "--lang", lang, "--format", form) == 0
        said = capsys.readouterr().out
        assert not [trace for trace in foreign.TRACES if trace in said]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [name for name, product in PRODUCTS.items() if product.takes == "extract"])
def test_export(suzhou: Path, name: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"out{PRODUCTS[name].endings[0]}"
    assert run(suzhou, "export", out, "--format", name, "--lang", lang) == 0
    assert_no_trace(name, out.read_bytes())
    assert not [trace for trace in foreign.TRACES if trace in capsys.readouterr().out]


def test_the_licence_of_a_data_package_is_its_own(suzhou: Path, tmp_path: Path) -> None:
    assert run(suzhou, "export", tmp_path / "a.zip", "--format", "csv") == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        package = json.loads(archive.read("datapackage.json"))
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]


@pytest.mark.parametrize("command", ["present a.html --lang both", "slides a.pptx", "sheet a.pdf --lang en",
                                     "sheet b.pdf", "sheet c.zip --each-agency"])  # fmt: skip
def test_meeting(suzhou: Path, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_font()
    monkeypatch.chdir(tmp_path)
    assert run(suzhou, *command.split()) == 0
    name = command.split()[1]
    data = (tmp_path / name).read_bytes()
    if name.endswith(".html"):
        # The scripts are the house's own; the libraries in it name their authors.
        data = data[data.index(b'type="application/json"') :]
    assert_no_trace(name, data)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", ["map", "export", "meeting"])
def test_app(suzhou: Path, page: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTU_CATALOG", str(suzhou))
    app = AppTest.from_file("../views/script/page.py", default_timeout=60)
    for name, value in {"lang": lang, "page": page, "show": "features:tram-one"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    said = " ".join(str(item.proto) for kind in ("html", "caption", "markdown") for item in app.get(kind))
    said = said.encode().decode("unicode_escape", "ignore").encode("latin-1", "ignore").decode("utf-8", "ignore")
    assert not [trace for trace in foreign.TRACES if trace in said]
    if page == "map":
        document = (process.folder() / "index.html").read_text(encoding="utf-8")
        config = document[document.index("guantu.start(") :]
        assert not [trace for trace in foreign.TRACES if trace in config]
        assert "CC BY 4.0" in config


def test_the_shipped_catalog_is_not_read(suzhou: Path, tmp_path: Path) -> None:
    """Not even when it is gone: in a process of its own, with the shipped folder hidden."""
    script = (
        "import sys, geodata.schema as s, pathlib; s.CATALOG = pathlib.Path('/nonexistent'); import cli; "
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    words = ["--catalog", str(suzhou), "list", "measures", "--format", "json"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
