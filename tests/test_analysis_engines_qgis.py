"""Nearest features, crossings and what lies within a distance are those of QGIS, to a centimetre."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import shapely
from engines import city
from test_qgis_real import qgis_python

from analysis.spatial.engines.face import one
from analysis.spatial.engines.inprocess import IN_PROCESS

SCRIPT = Path(__file__).with_name("qgis_distances.py")


def test_distances_and_crossings_are_those_of_qgis(tmp_path: Path) -> None:
    first, second = city(600, 61, prefix="a", errors=(0.0,)), city(900, 62, prefix="b", errors=(0.0,))
    told = {"width": 700.0}
    for name, each in (("first", first), ("second", second)):
        told[name] = list(zip(each.ids, shapely.to_wkt(each.shapes, rounding_precision=-1), strict=True))
    done = subprocess.run(
        [qgis_python(), str(SCRIPT)], input=json.dumps(told), capture_output=True, text=True, timeout=300, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LANG": "C.UTF-8",
             "QT_QPA_PLATFORM": "offscreen", "PYTHONNOUSERSITE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    kinds = [shapely.get_type_id(each.shapes) for each in (first, second)]
    points, lines, others = first.part(kinds[0] == 0), first.part(kinds[0] == 1), second.part(kinds[1] == 1)

    theirs = {one_: (other, metres) for one_, other, metres in found["nearest"]}
    ours = one(IN_PROCESS.nearest(points, others))
    assert len(theirs) == len(ours) == 200
    assert {row.first: row.second for row in ours.itertuples()} == {name: other for name, (other, _) in theirs.items()}
    assert max(abs(row.metres - theirs[row.first][1]) for row in ours.itertuples()) < 0.01

    crossing = one(IN_PROCESS.crossings(lines, others)).sort_values(["first", "second", "x"])
    expected = sorted(found["crossings"])
    assert [(row.first, row.second) for row in crossing.itertuples()] == [(a, b) for a, b, *_ in expected]
    assert np.abs(crossing[["x", "y"]].to_numpy() - [[x, y] for *_, x, y in expected]).max() < 0.01
    assert len(expected) > 20

    near = one(IN_PROCESS.within(others, lines, 700.0))
    assert sorted(near["first"].unique()) == found["within"] and 0 < len(found["within"]) < 300
