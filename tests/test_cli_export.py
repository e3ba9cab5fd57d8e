"""`guantu export`: every format from the terminal, and what it says when it cannot."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import cli
from geodata import Register, read_register
from outputs.fields import tables
from outputs.gis.qgis.plan import VERSIONS
from outputs.products import PRODUCTS, QGIS, products

FORMATS = products("extract")
PLACE = read_register().place
CASES = [(name, crs) for name, chosen in FORMATS.items() for crs in chosen.crs(PLACE) or ("",)]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["export", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(("name", "crs"), CASES)
def test_every_format_in_every_system(name: str, crs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"out{FORMATS[name].endings[0]}"
    options = ["--format", name, "--theme", "bridges,rivers", "--as-of", "2026-03-31", *(["--crs", crs] if crs else [])]
    code, said, _ = run(capsys, str(out), *options)
    assert code == 0
    assert "2026-03-31" in said and "内部使用" in said and out.name in said
    first = out.read_bytes()
    assert run(capsys, str(out), *options)[0] == 0
    assert out.read_bytes() == first
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", [name for name, chosen in FORMATS.items() if "EPSG:4490" not in chosen.crs(PLACE)])
def test_a_system_that_a_format_does_not_take(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, str(tmp_path / "out"), "--format", name, "--crs", "EPSG:4490")
    assert code == 2 and "EPSG:4490" in said and name in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--stage", "nonsense"], "stage=nonsense"),
        (["--layers", "nonsense"], "layers=nonsense"),
        (["--as-of", "2017-02-30"], "as_of"),
    ],
)
def test_what_is_not_known_is_named(
    options: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = run(capsys, str(tmp_path / "out.geojson"), "--format", "geojson", *options)
    assert code == 2 and word in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_is_not_there(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "nowhere" / f"out{FORMATS[name].endings[0]}"
    code, _, said = run(capsys, str(out), "--format", name)
    assert code == 2 and str(out) in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("name", ["out.shp", "out.csv", "out", "out.kml.zip"])
def test_an_ending_of_another_format_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A zip that is called a table is no file for a spreadsheet."""
    code, _, said = run(capsys, str(tmp_path / name), "--format", "kml", "--theme", "bridges")
    assert code == 2 and ".kml" in said and name in said and list(tmp_path.iterdir()) == []


def test_the_ending_says_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, product in FORMATS.items():
        for ending in product.endings:
            out = tmp_path / f"out{ending}"
            code, _, said = run(capsys, str(out), "--theme", "bridges")
            others = [other for other, each in FORMATS.items() if ending in each.endings]
            assert (code == 0) == (others == [name]), ending
            assert code == 0 or all(other in said for other in others)
    code, _, said = run(capsys, str(tmp_path / "out.doc"), "--theme", "bridges")
    assert code == 2 and all(name in said for name in FORMATS)


def test_no_file_is_written_into_the_register(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in catalog.rglob("*") if path.is_file()}
    for name in ("features/rail.geojson", "new.geojson", "features/../links.zip"):
        code = cli.main(["--catalog", str(catalog), "export", str(catalog / name)])
        assert code == 2 and capsys.readouterr().err.strip()
    assert {path: path.read_bytes() for path in catalog.rglob("*") if path.is_file()} == before


def test_a_link_that_leads_to_itself_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.kml").symlink_to("a.kml")
    code, _, said = run(capsys, str(tmp_path / "a.kml"), "--theme", "bridges")
    assert code == 2 and "a.kml" in said


def test_layers_and_map_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.geojson"
    options = ["--layers", "rail,stations", "--map-number", "粤S(2026)001号", "--lang", "en"]
    code, said, _ = run(capsys, str(out), "--format", "geojson", *options)
    assert code == 0 and "粤S(2026)001号" in said and "Internal use" not in said
    text = out.read_text(encoding="utf-8")
    assert '"theme": "rail"' in text and '"theme": "roads"' not in text


def test_what_only_qgis_takes_is_refused_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in (["--qgis", "3.40"], ["--tianditu-token", "secret"]):
        code, _, said = run(capsys, str(tmp_path / "out.kml"), "--format", "kml", *option)
        assert code == 2 and "QGIS" in said and "secret" not in said
    assert list(tmp_path.iterdir()) == []


def test_choices_are_those_of_the_writer(register: Register) -> None:
    assert set(QGIS) == set(VERSIONS)
    assert PRODUCTS["qgis"].crs(register.place) == register.place.file_crs


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_hold_tables_of_the_dictionary(name: str) -> None:
    assert set(PRODUCTS[name].holds) <= set(tables())


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_is_named_and_made_by_a_function(name: str) -> None:
    product = PRODUCTS[name]
    module, _, function = product.writer.partition(":")
    assert callable(getattr(import_module(module), function))
    for text in (product.title, product.hint):
        assert text.zh and text.en
    assert len(set(product.endings)) == len(product.endings) and all(end.startswith(".") for end in product.endings)
