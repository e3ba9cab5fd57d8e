"""Every product is the same bytes each time: no clock, no order of a set, no other process shows in it."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

from fonts import needs_font

from outputs.products import products
from outputs.tables.listing import TABLES as LISTS

ROOT = Path(__file__).parent.parent
SCRIPT = runpy.run_path(str(ROOT / "benchmarks/products.py"))


def made(only: str, folder: Path, seed: int) -> dict[str, str]:
    """Hashes of products by name, made in processes of their own."""
    file = folder / f"{seed}.json"
    words = [sys.executable, "-m", "benchmarks.products", "keep", str(file), "--only", only]
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    subprocess.run(words, cwd=ROOT, env=environment, check=True, capture_output=True)
    return dict(json.loads(file.read_text(encoding="utf-8")))


def test_two_processes_make_the_same_bytes(tmp_path: Path) -> None:
    needs_font()
    first, second = (made("lead/en/2018", tmp_path, seed) for seed in (1, 2))
    assert len(first) == 41
    assert first == second


def test_the_script_makes_all_there_is() -> None:
    assert set(SCRIPT["EXPORTS"]) == set(products("extract")) and set(SCRIPT["TABLES"]) <= set(LISTS)
    names = {name.split("/")[-1] for name, _, _ in SCRIPT["jobs"]()}
    assert {"present.html", "slides.pptx", *(f"sheet-{file}" for file, *_ in SCRIPT["SHEETS"])} <= names
    assert len({name.split("/")[0] for name, _, _ in SCRIPT["jobs"]()} - {"agencies"}) == 6
