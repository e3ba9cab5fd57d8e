"""The registers of the benchmarks have the columns of the shipped one, so that a run measures what is shipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.filters import Filter
from analysis.view import look_at
from benchmarks.register import synthetic
from geodata import Register, read_register

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def shipped() -> Register:
    return read_register()


def test_a_synthetic_register_has_every_table_and_stands(shipped: Register) -> None:
    found = synthetic(shipped, 60, 40, events=10)
    assert {name: list(table.columns) for name, table in found.tables.items()} == {
        name: list(table.columns) for name, table in shipped.tables.items()
    }
    view = look_at(found, Filter())
    assert len(view.features) == 60
    assert len(list(view.measure_status())) == 40


def test_the_screen_of_a_benchmark_has_one_project_a_feature() -> None:
    script = (
        "from benchmarks.apps import ours_make\n"
        "register = ours_make.register()\n"
        "assert set(register.features['kind']) == {'project'}\n"
        "assert len(register['events']) == len(register.features) == 1000\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
