"""The documents say what is so: commands run, folders exist, nothing is forgotten."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from fonts import needs_font

from cli import SERVER, _parser
from geodata import Register

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md")]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = "".join(re.findall(r"```\n(.*?)```", read("README.md") + read("CONTRIBUTING.md"), re.S))
    return [line for line in blocks.splitlines() if line.startswith("guantu ") and line != "guantu app"]


@pytest.mark.parametrize("command", commands())
def test_each_guantu_command_of_the_docs_runs(command: str, tmp_path: Path) -> None:
    if command.split()[1] in ("slides", "sheet"):
        needs_font()
    words = [sys.executable, str(ROOT / "cli.py"), *shlex.split(command)[1:]]
    run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_the_two_commands_stand_at_the_top() -> None:
    top = read("README.md")[:300]
    assert "pip install -e . && streamlit run app.py" in top
    assert 'pip install -e ".[test]" && pytest' in top


def test_the_lint_commands_are_those_of_ci() -> None:
    ci = read(".ci/run")
    for command in ("ruff check .", "ruff format --check .", "mypy"):
        assert command in ci and command in read("CONTRIBUTING.md")


def test_every_folder_and_module_is_in_the_architecture() -> None:
    text = read("ARCHITECTURE.md")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    ).stdout.split("\n")
    for folder in {path.split("/")[0] for path in tracked if "/" in path}:
        assert f"`{folder}/" in text, folder
    for path in tracked:
        if re.fullmatch(r"(geodata|analysis|layers)/(?!__init__)\w+\.py", path):
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
    text = read(".streamlit/config.toml")
    for name, value in SERVER.items():
        key = name.split(".")[1]
        assert re.search(rf'^{key} = "?{re.escape(value)}"?$', text, re.M), name


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
