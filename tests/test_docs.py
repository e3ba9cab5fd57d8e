"""The documents say what is so: commands run, folders exist, nothing is forgotten."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from fonts import needs_font
from packaging.requirements import Requirement

from cli import SERVER, _parser
from geodata import Register
from outputs.products import PRODUCTS

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md")]
WITH_COMMANDS = ("README.md", "CONTRIBUTING.md", "docs/journal.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = "".join(re.findall(r"```\n(.*?)```", "".join(map(read, WITH_COMMANDS)), re.S))
    # The app does not end by itself; that it starts, and who may write then, other tests see.
    found = [line for line in blocks.splitlines() if line.startswith("guantu ")]
    return [line for line in dict.fromkeys(found) if not line.startswith(("guantu app", "guantu journal import"))]


@pytest.mark.parametrize("command", commands())
def test_each_guantu_command_of_the_docs_runs(command: str, tmp_path: Path) -> None:
    if command.split()[1] in ("slides", "sheet"):
        needs_font()
    words = [sys.executable, str(ROOT / "cli.py"), *shlex.split(command)[1:]]
    told = os.environ | {"GUANTU_JOURNAL": str(tmp_path / "journal.db")}
    run = subprocess.run(words, cwd=tmp_path, env=told, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_the_two_commands_stand_at_the_top() -> None:
    top = read("README.md")[:300]
    assert "pip install -e . && streamlit run app.py" in top
    assert 'pip install -e ".[test]" && pytest' in top


def test_the_lint_commands_are_those_of_ci() -> None:
    ci = read(".ci/run")
    for command in ("ruff check .", "ruff format --check .", "mypy", "npm ci"):
        assert command in ci and command in read("CONTRIBUTING.md")


def test_every_folder_and_module_is_in_the_architecture() -> None:
    text = read("ARCHITECTURE.md")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    ).stdout.split("\n")
    for folder in {path.split("/")[0] for path in tracked if "/" in path}:
        assert f"`{folder}/" in text, folder
    for path in tracked:
        if re.fullmatch(r"(geodata|analysis|layers|outputs|views)/(?:\w+/)*(?!__init__)\w+\.py", path):
            assert f"`{path}`" in text, path


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("http") or (ROOT / target).exists(), target


@pytest.mark.parametrize("command", ["list", "export", "present", "slides", "sheet"])
def test_options_are_all_in_the_readme(command: str) -> None:
    listing = _parser()._subparsers._group_actions[0].choices[command]
    options = {option for action in listing._actions for option in action.option_strings if option.startswith("--")}
    named = set(re.findall(r"--[a-z][a-z-]*", read("README.md")))
    assert options - {"--help"} <= named


def test_the_screen_has_the_same_settings_from_both_doors() -> None:
    """An installed program has no `.streamlit`: every setting of the checkout must come with the command too."""
    settings = tomllib.loads(read(".streamlit/config.toml"))
    themes = {f"theme.{ground}": row for ground, row in settings.pop("theme").items()}
    found = {f"{group}.{key}": value for group, row in (settings | themes).items() for key, value in row.items()}

    def told(values: tuple[str, ...]) -> object:
        return list(values) if len(values) > 1 else {"false": False, "5": 5}.get(values[0], values[0])

    assert {name: told(values) for name, values in SERVER.items()} == found
    # What can be pressed has one colour on the map and on the other pages.
    for ground in themes:
        assert f"--act: {found[f'{ground}.primaryColor']};" in read("layers/web/assets/map.css")
    assert len(themes) == 2


def test_the_changelog_counts_the_register(register: Register) -> None:
    text = " ".join(read("CHANGELOG.md").split())
    for table, word in [
        ("articles", "blocks"),
        ("agencies", "bodies"),
        ("measures", "measures"),
        ("targets", "targets"),
        ("features", "features"),
        ("links", "links"),
        ("events", "dated events"),
        ("sources", "sources"),
        ("observations", "observations"),
        ("control-points", "control points"),
    ]:
        assert f"{len(register[table])} {word}" in text, table


def test_decisions_have_their_four_heads() -> None:
    found = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len(found) >= 4
    for path in found:
        text = path.read_text(encoding="utf-8")
        for head in ("**Status**", "**Problem**", "**Verified facts**", "**Design**"):
            assert head in text, (path.name, head)


def test_contributing_says_where_a_product_goes() -> None:
    """One module, one line, its title: so every writer lies in `outputs` and has its texts there."""
    text = read("CONTRIBUTING.md")
    assert "`outputs/products.py`" in text and "`outputs/texts.toml`" in text
    assert all(product.writer.startswith("outputs.") for product in PRODUCTS.values())


def test_the_lock_keeps_to_the_floors() -> None:
    """What a known fault was mended in is the least that is installed."""
    lock = dict(re.findall(r"(?m)^([\w.-]+)==([\w.]+)", read("requirements.lock")))
    lines = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    asked = [Requirement(line) for line in lines if ";" not in line]
    assert len(asked) > 15 and {"starlette", "python-multipart", "pillow"} <= {each.name for each in asked}
    for each in asked:
        assert each.specifier.contains(lock[each.name]), each
