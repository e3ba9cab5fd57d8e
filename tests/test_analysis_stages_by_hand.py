"""The stage of every project at four dates, read off the events row by row by somebody who had not seen the code."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from analysis.stages import histories, stages_on
from geodata import read_register
from geodata.codes import FeatureKind, Stage

TABLE = Path(__file__).parent / "data/stages.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
DAYS = tuple(ROWS[0])[1:]


@pytest.mark.parametrize("day", DAYS)
def test_the_stage_of_every_project_is_that_of_the_table(day: str) -> None:
    register = read_register()
    found = dict(
        zip(
            register.features["id"],
            stages_on(register, histories(register), date.fromisoformat(day))["stage"],
            strict=True,
        )
    )
    projects = register.features.loc[register.features["kind"] == FeatureKind.PROJECT, "id"]
    assert sorted(projects) == [row["feature"] for row in ROWS]
    assert {row["feature"]: row[day] or Stage.UNKNOWN for row in ROWS} == {name: found[name] for name in projects}
