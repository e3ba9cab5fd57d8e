from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import catalogs
import pytest
import shapely
from browser import free_port

import cli
from analysis.filters import TABLES
from geodata import CATALOG, Register, schema
from outputs.escape import guarded
from outputs.tables.listing import TABLES as LISTS
from outputs.tables.terminal import width

ROOT = Path(cli.__file__).parent
FORMATS = ("table", "csv", "json", "geojson")
Run = subprocess.CompletedProcess[str]


def run(*arguments: str) -> Run:
    """The command as a user starts it, in a locale without UTF-8."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "cli.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


class Terminal:
    """Runs the command in this process and keeps what it wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = self._capsys.readouterr()
        return code, out, err

    def listed(self, *arguments: str) -> Any:
        code, out, err = self("list", *arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


# check


def test_check_on_the_real_catalog(register: Register) -> None:
    done = run("check")
    assert (done.returncode, done.stderr) == (0, "")
    counts = {line.split()[1]: int(line.split()[0]) for line in done.stdout.splitlines()[:-1]}
    assert counts == register.counts()
    assert "登记册无误" in done.stdout and "clean" in done.stdout


def test_check_on_a_broken_catalog(tiny_catalog: Path) -> None:
    catalogs.set_cell(tiny_catalog / "agencies.csv", 2, "kind", "club")
    (tiny_catalog / "features/energy.geojson").write_text("{", encoding="utf-8")
    catalogs.set_cell(tiny_catalog / "events.csv", 3, "date", "2017-02-30")
    done = run("--catalog", str(tiny_catalog), "check")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == len(schema.shipped().tables), "the counts are printed all the same"
    *lines, count = done.stderr.strip().split("\n")
    places = ["agencies.csv:2 [kind]", "events.csv:3 [date]", "features/energy.geojson:1"]
    assert [line.partition("：发现 ")[0] for line in lines[::2]] == places
    assert [line.partition(": found")[0] for line in lines[1::2]] == [f"    {place}" for place in places]
    assert all("；应为 " in line for line in lines[::2]) and all("; expected " in line for line in lines[1::2])
    assert count.startswith("3 ")


def test_list_on_a_broken_catalog_says_the_same(tiny_catalog: Path, terminal: Terminal) -> None:
    catalogs.set_cell(tiny_catalog / "agencies.csv", 2, "kind", "club")
    for command in (["check"], ["list", "features"]):
        code, out, err = terminal("--catalog", str(tiny_catalog), *command)
        assert code == 1 and ("features" in out) == (command == ["check"]) and "agencies.csv:2 [kind]" in err


def test_check_without_a_catalog(tmp_path: Path) -> None:
    done = run("--catalog", str(tmp_path / "nowhere"), "check")
    assert done.returncode == 1 and "no such file" in done.stderr and "Traceback" not in done.stderr


def test_the_catalog_of_the_environment(
    tiny_catalog: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUANTU_CATALOG", str(tiny_catalog))
    assert [row["id"] for row in terminal.listed("documents")] == ["old", "recent"]


# list


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("table", LISTS)
def test_every_table_in_every_form(
    register: Register, tiny: Register, tiny_written: Path, terminal: Terminal, table: str, form: str
) -> None:
    """JSON of the real register, the other forms of the small one."""
    at = () if form == "json" else ("--catalog", str(tiny_written))
    code, out, err = terminal(*at, "list", table, "--format", form)
    used = register if form == "json" else tiny
    size = len(used[table])
    if table == "features":
        size -= int(used.backdrop.sum())
    if form == "geojson" and table != "features":
        assert (code, out) == (2, "") and "features" in err
        return
    assert code == 0 and out.endswith("\n")
    if form == "json":
        assert len(json.loads(out)) == size
    elif form == "csv":
        rows = list(csv.reader(io.StringIO(out, newline="")))
        assert len(rows) == size + 1 and len({len(row) for row in rows}) == 1
        assert "\r" not in out
    elif form == "geojson":
        assert len(json.loads(out)["features"]) == size
    else:
        assert len(out.splitlines()) == size + 1 and err.startswith(f"{size} ")


@pytest.mark.parametrize("table", LISTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_short_table_speaks_one_language(tiny_catalog: Path, terminal: Terminal, table: str, lang: str) -> None:
    _, out, _ = terminal("--catalog", str(tiny_catalog), "list", table, "--lang", lang)
    header = out.split("\n")[0].split()
    other = {"zh": "en", "en": "zh"}[lang]
    assert not any(name.endswith(f"_{other}") for name in header)
    if {field.name for field in schema.shipped().tables[table].fields} & {"title_zh", "name_zh", "text_zh"}:
        assert any(name.endswith(f"_{lang}") for name in header)


def test_columns_line_up_with_wide_characters(tiny_catalog: Path, terminal: Terminal) -> None:
    _, out, _ = terminal("--catalog", str(tiny_catalog), "list", "agencies")
    lines = out.splitlines()
    place = width(lines[0][: lines[0].index("kind")])
    for line, kind in zip(lines[1:], ["镇街", "市级部门", "市级部门"], strict=True):
        assert width(line[: line.index(kind, 5)]) == place


def test_the_short_table_says_titles_and_other_formats_codes(terminal: Terminal, register: Register) -> None:
    title = register.titles("stage", "en")["maintenance"]
    _, out, _ = terminal("list", "features", "--stage", "maintenance", "--lang", "en")
    assert all(title in line and " maintenance" not in line for line in out.splitlines()[1:])
    assert {row["stage"] for row in terminal.listed("features", "--stage", "maintenance")} == {"maintenance"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_options_take_titles(terminal: Terminal, register: Register, lang: str) -> None:
    by_code = terminal.listed("features", "--stage", "maintenance", "--theme", "stations")
    stage, theme = register.titles("stage", lang)["maintenance"], register.titles("theme", lang)["stations"]
    assert by_code
    assert terminal.listed("features", "--stage", stage, "--theme", theme) == by_code
    assert terminal.listed("features", "--status", stage, "--theme", theme) == by_code, "the former name of the option"


def test_promised_keys_of_a_measure(terminal: Terminal, register: Register) -> None:
    measures = terminal.listed("measures")
    assert {*("lead", "cooperating", "responsible", "features", "due", "targets", "outcome")} <= set(measures[0])
    targets = {target["id"] for row in measures for target in row["targets"]}
    assert targets == set(register["targets"]["id"])
    assert {row["due"] for row in measures} == {day and day.isoformat() for day in register["measures"]["due_date"]}


def test_promised_keys_of_a_feature(terminal: Terminal) -> None:
    promised = {
        *("theme", "name_zh", "name_en", "aliases", "stage", "stage_since", "restriction"),
        *("position_basis", "accuracy_m", "town", "measures", "sources"),
    }
    assert promised <= set(terminal.listed("features")[0])


def test_geojson_is_geojson(terminal: Terminal, register: Register) -> None:
    code, out, _ = terminal("list", "features", "--format", "geojson")
    collection = json.loads(out)
    assert code == 0 and collection["type"] == "FeatureCollection" and "crs" not in collection
    shapes = dict(zip(register.features["id"], register.features.geometry, strict=True))
    for feature in collection["features"]:
        assert feature["type"] == "Feature" and feature["id"] == feature["properties"]["id"]
        shape = shapes[feature["id"]]
        assert (feature["geometry"] is None) == (shape is None)
        assert shape is None or shapely.geometry.shape(feature["geometry"]).equals(shape)


@pytest.mark.parametrize("facet", TABLES)
def test_every_facet_is_an_option(terminal: Terminal, register: Register, facet: str) -> None:
    table, key = TABLES[facet]
    value = register["features"]["town"].explode().dropna().iloc[0] if facet == "town" else register[table][key].iloc[0]
    code, out, _ = terminal("list", "measures", f"--{facet}", value, "--format", "json")
    assert code == 0 and len(json.loads(out)) < len(register["measures"])


def test_options_combine_as_in_the_map(tiny_catalog: Path, terminal: Terminal) -> None:
    at = ("--catalog", str(tiny_catalog), "list", "measures", "--format", "json")
    for more, found in [
        (["--agency", "甲局", "--role", "lead", "--as-of", "2023-01-01"], ["recent-01-1-01", "recent-01-1-02"]),
        (["--agency", "First Bureau", "--outcome", "met-late"], ["recent-01-1-01"]),
        (["--theme", "rail,stations", "--document", "old"], ["old-01-1-01", "old-01-1-02"]),
        (["--theme", "rail", "--theme", "stations", "--document", "old"], ["old-01-1-01", "old-01-1-02"]),
        (["--q", "dingqi huishang"], ["recent-02-1-01"]),
        (["--town", "北镇", "--article", "old-01-1"], ["old-01-1-01"]),
    ]:
        code, out, _ = terminal(*at, *more)
        assert code == 0 and [row["id"] for row in json.loads(out)] == found, more


def test_as_of_reads_another_day(tiny_catalog: Path, terminal: Terminal) -> None:
    at = ("--catalog", str(tiny_catalog), "list", "features", "--theme", "rail", "--format", "json", "--as-of")
    stages = [json.loads(terminal(*at, day)[1])[0]["stage"] for day in ("2012-02-12", "2018-01-01", "2020-01-01")]
    assert stages == ["unknown", "implementation", "maintenance"]


def test_since_lists_what_has_changed(tiny_catalog: Path, terminal: Terminal) -> None:
    at = ("--catalog", str(tiny_catalog), "list", "features", "--theme", "rail", "--format", "json")
    for since, day, found in (("2018-01-01", "2020-01-01", True), ("2020-01-01", "2020-01-01", False)):
        code, out, _ = terminal(*at, "--since", since, "--as-of", day)
        assert code == 0 and bool(json.loads(out)) is found, since


# Refused


@pytest.mark.parametrize(
    "arguments",
    [
        ["--theme", "trams"],
        ["--agency", "nobody"],
        ["--town", "line-east"],
        ["--as-of", "2018-02-30"],
        ["--as-of", "tomorrow"],
        ["--since", "2018-02-30"],
        ["--theme", "rail,trams"],
    ],
)
def test_unknown_values_exit_2_with_a_message(tiny_catalog: Path, terminal: Terminal, arguments: list[str]) -> None:
    code, out, err = terminal("--catalog", str(tiny_catalog), "list", "features", *arguments)
    assert (code, out) == (2, "")
    assert arguments[1].split(",")[-1] in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("facet", "offered", "hidden"), [("theme", "rail", "line-east"), ("town", "town-north", "line")]
)
def test_a_refusal_offers_what_there_is(
    tiny_catalog: Path, terminal: Terminal, facet: str, offered: str, hidden: str
) -> None:
    """The values that this facet takes, no others."""
    _, _, err = terminal("--catalog", str(tiny_catalog), "list", "features", f"--{facet}", "trams")
    assert offered in err.split("\n", 1)[1]
    assert hidden not in err


@pytest.mark.parametrize(
    "arguments", [[], ["list"], ["list", "secrets"], ["list", "features", "--format", "xml"], ["fly"]]
)
def test_wrong_usage_exits_2(terminal: Terminal, arguments: list[str]) -> None:
    code, out, err = terminal(*arguments)
    assert (code, out) == (2, "") and "usage: guantu" in err


def test_help_names_every_command(terminal: Terminal) -> None:
    code, out, _ = terminal("--help")
    assert code == 0 and all(word in out for word in ("app", "check", "list", "--catalog"))


# Output that other programs read


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_never_starts_a_formula(tiny_catalog: Path, terminal: Terminal, start: str) -> None:
    catalogs.set_cell(tiny_catalog / "agencies.csv", 2, "name_en", f"{start}HYPERLINK(1)")
    _, out, _ = terminal("--catalog", str(tiny_catalog), "list", "agencies", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert rows[0]["name_en"] == f"'{start}HYPERLINK(1)"
    assert rows[1]["name_en"] == "First Bureau"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_guard(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert guarded("a" + cell) == "a" + cell
    assert guarded("") == ""


def test_csv_cells_are_plain(tiny_catalog: Path, terminal: Terminal) -> None:
    at = ("--catalog", str(tiny_catalog), "list", "--format", "csv", "--as-of", "2020-06-01")
    features = list(csv.DictReader(io.StringIO(terminal(*at, "features")[1], newline="")))
    line, lost = features[0], next(row for row in features if row["id"] == "station-lost")
    assert line["town"] == "town-north;town-south" and line["aliases"] == "快线;R9"
    assert (line["stage_stretch"], line["stale"], line["accuracy_m"]) == ("false", "false", "50")
    assert (lost["accuracy_m"], lost["part_of"]) == ("", "line-east")
    measures = list(csv.DictReader(io.StringIO(terminal(*at, "measures")[1], newline="")))
    assert next(row for row in measures if row["targets"])["targets"] == "两次"


@pytest.mark.parametrize("form", ["csv", "json", "geojson", "table"])
def test_nothing_found_is_still_a_table(tiny_catalog: Path, terminal: Terminal, form: str) -> None:
    """A program that reads the columns must find them."""
    code, out, _ = terminal("--catalog", str(tiny_catalog), "list", "features", "--q", "没有", "--format", form)
    assert code == 0
    if form == "json":
        assert json.loads(out) == []
    elif form == "geojson":
        assert json.loads(out) == {"type": "FeatureCollection", "features": []}
    else:
        assert len(out.splitlines()) == 1 and out.startswith("id")


def test_chinese_in_a_terminal_without_utf_8() -> None:
    done = run("list", "documents", "--format", "csv")
    assert done.returncode == 0 and done.stderr == ""
    assert "东莞市" in done.stdout


def test_a_closed_pipe_is_no_error() -> None:
    script = f'{sys.executable} cli.py list events --format json | head -c 10; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[-2].endswith("0") and done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["list agencies", "list measures --format json", "check"])
def test_a_full_disk_under_a_listing_is_said(command: str) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        line = [sys.executable, "cli.py", *command.split()]
        done = subprocess.run(line, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "没有写出" in done.stderr and "No space left" in done.stderr


def test_words_in_chinese_are_read_in_any_locale() -> None:
    done = run("list", "measures", "--agency", "市发改局", "--format", "csv")
    assert done.returncode == 0 and len(done.stdout.splitlines()) > 20, done.stderr
    nobody = run("list", "measures", "--agency", "没有这个局")
    assert nobody.returncode == 2 and "没有这个局" in nobody.stderr and "Traceback" not in nobody.stderr


@pytest.mark.parametrize("port", ["0", "70000", "-1", "8e3", "x"])
def test_a_port_that_cannot_be_is_said(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["app", f"--port={port}"])
    assert ended.value.code == 2 and "1 … 65535" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_the_app_runs_nothing_of_its_folder_and_ends_when_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "random.py").write_text("print('HIJACKED')")
    (tmp_path / "streamlit.py").write_text("print('HIJACKED')")
    port = free_port()
    command = [sys.executable, str(ROOT / "cli.py"), "app", "--headless", "--port", str(port)]
    here = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as app:
        for _ in range(300):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            time.sleep(0.1)
        app.terminate()
        said, _ = app.communicate(timeout=30)
        assert str(port) in said and "HIJACKED" not in said
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()


def test_the_default_catalog_is_the_shipped_one() -> None:
    assert CATALOG.is_dir() and CATALOG.parent.name == "geodata"
