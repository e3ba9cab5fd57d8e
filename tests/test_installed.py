"""The installed command runs our own modules or says whose it found."""

from __future__ import annotations

import subprocess
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import pytest

import guantu

ROOT = Path(guantu.__file__).parent


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages as a wheel leaves it: our names, and the record of what was installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "guantu.py").write_bytes((ROOT / "guantu.py").read_bytes())
    files = {f"{name}/__init__.py": "" for name in guantu.NAMES if name not in ("app", "cli")}
    files |= {"app.py": "", "cli.py": "def main():\n    print('ours')\n    return 0\n"}
    info = folder / "guantu-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guantu\nVersion: 0.1.0\n")
    lines = []
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        digest = urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(text)}")
    (info / "RECORD").write_text("\n".join(lines))
    return folder


def started(site: Path, *before: Path) -> subprocess.CompletedProcess[str]:
    path = [str(each) for each in (*before, site)]
    script = f"import sys; sys.path[:0] = {path!r}; import guantu; sys.exit(guantu.main())"
    return subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_our_own_modules_are_run(site: Path) -> None:
    done = started(site)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ours\n", "")


@pytest.mark.parametrize("name", ["cli.py", "views/__init__.py"])
def test_a_module_that_another_package_overwrote_is_said(site: Path, name: str) -> None:
    (site / name).write_text("def main():\n    print('HIJACKED')\n")
    done = started(site)
    assert done.returncode == 2 and done.stdout == ""
    assert str(site / name) in done.stderr and "虚拟环境" in done.stderr and "of its own" in done.stderr


def test_a_module_that_went_with_another_package_is_said(site: Path) -> None:
    (site / "cli.py").unlink()
    done = started(site)
    assert done.returncode == 2 and "cli" in done.stderr and "Traceback" not in done.stderr


def test_a_module_that_is_found_first_is_said(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "views.py").write_text("print('HIJACKED')")
    done = started(site, other)
    assert done.returncode == 2 and done.stdout == "" and str(other / "views.py") in done.stderr


def test_a_checkout_is_ours() -> None:
    assert [name for name in guantu.NAMES if guantu.foreign(name)] == []
