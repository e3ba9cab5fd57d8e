"""The row classes say what the data dictionary says, so that a misspelt field is found before anything runs."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from geodata import Register, schema
from geodata.model import ROWS, Code, Theme, columns_of
from geodata.schema import CODELIST, Field
from geodata.text import LANGS, Text

ROOT = Path(__file__).parent.parent
TABLES = schema.shipped().tables
KINDS: dict[str, type] = {kind.table: kind for kind in ROWS}
KINDS |= {name: Code for name in TABLES if name.startswith(CODELIST)} | {f"{CODELIST}theme": Theme}
SIMPLE: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", date: "date"}


def described(field: Field) -> tuple[str, bool]:
    """What a field of the dictionary holds, and whether a row may go without; empty texts and lists are values."""
    what = "list" if field.separator or field.type == "array" else field.type
    return what, not field.required and what not in ("string", "list")


def annotated(hint: Any) -> tuple[str, bool]:
    """The same of a field of a row class."""
    if hint == tuple[str, ...]:
        return "list", False
    options = [option for option in get_args(hint) or (hint,) if option is not type(None)]
    assert len(options) == 1, hint
    return SIMPLE[options[0]], type(None) in get_args(hint)


def test_every_table_has_a_class() -> None:
    assert set(KINDS) == set(TABLES)
    assert len({kind.table for kind in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", KINDS)
def test_a_class_has_exactly_the_fields_of_its_table(name: str) -> None:
    hints = get_type_hints(KINDS[name])
    expanded = {
        f"{field.name}_{lang}" if hints[field.name] is Text else field.name: hints[field.name]
        for field in fields(KINDS[name])
        for lang in (LANGS if hints[field.name] is Text else LANGS[:1])
    }
    known = {field.name: field for field in TABLES[name].fields}
    assert set(expanded) == set(known)
    assert sorted(column for _, names in columns_of(KINDS[name]) for column in names) == sorted(known)
    for column, hint in expanded.items():
        wanted = ("string", False) if hint is Text else annotated(hint)
        assert described(known[column]) == wanted, column


@pytest.mark.parametrize("name", KINDS)
def test_a_row_holds_what_its_class_says(register: Register, name: str) -> None:
    """Every value of the real register, beside the frame that it was read from."""
    codelist = name.removeprefix(CODELIST)
    coded = name.startswith(CODELIST)
    rows = list(register.codes(codelist).values()) if coded else register.rows(KINDS[name])
    frame = register.codelist(codelist).reset_index() if coded else register[name]
    assert len(rows) == len(frame)
    hints = get_type_hints(KINDS[name])
    for kept, names in columns_of(KINDS[name]):
        for row, values in zip(rows, zip(*(frame[column] for column in names), strict=True), strict=True):
            assert type(row) is KINDS[name]
            value = getattr(row, kept)
            assert value == (Text(*values) if hints[kept] is Text else values[0]), (row, kept)
            options = (tuple,) if hints[kept] == tuple[str, ...] else get_args(hints[kept]) or (hints[kept],)
            # A whole number of GeoJSON is an int in Python; for reckoning that is a number like any other.
            assert isinstance(value, (*options, *((int,) if float in options else ()))), (row, kept)


def test_a_row_cannot_be_changed(register: Register) -> None:
    for kind in KINDS.values():
        assert kind.__dataclass_params__.frozen and "__slots__" in vars(kind), kind  # type: ignore[attr-defined]


def test_a_misspelt_field_fails_the_types(tmp_path: Path) -> None:
    """That is what the classes are for: no test of ours needs to run the line."""
    if importlib.util.find_spec("mypy") is None:
        _missing("needs mypy (the lint extra)")
    module = tmp_path / "misspelt.py"
    module.write_text(
        "from geodata.model import Measure\n\n\n"
        "def right(row: Measure) -> object:\n    return row.title\n\n\n"
        "def f(row: Measure) -> object:\n    return row.titel\n",
        encoding="utf-8",
    )
    # What the modules of the house do wrong is told elsewhere; their cache is theirs.
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-error-summary"]
    found = subprocess.run(
        [*command, "--cache-dir", str(tmp_path / "cache"), str(module)],
        cwd=ROOT,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert found.returncode == 1, found.stdout + found.stderr
    errors = [line for line in found.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1 and '"titel"' in errors[0] and "misspelt.py:9:" in errors[0], found.stdout


def _missing(message: str) -> None:
    if os.environ.get("GUANTU_REQUIRE_ALL"):
        pytest.fail(message)
    pytest.skip(message)
