"""Texts in two languages: the rule for a missing one, what is filled in, and every text of the house."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from geodata.text import LANGS, Catalogue, Text, catalogue

ROOT = Path(__file__).parent.parent
PACKAGES = ("geodata", "analysis", "layers", "outputs", "views")
FILES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("texts.toml"))


def test_chinese_stands_in_for_a_missing_english() -> None:
    assert Text("东站", "East station").in_("zh") == "东站"
    assert Text("东站", "East station").in_("en") == "East station"
    assert Text("东站").in_("en") == "东站"
    assert Text("", "East station").in_("zh") == "", "not the other way round: the register is Chinese"
    assert Text().in_("zh") == Text().in_("en") == ""


def test_a_text_is_true_when_it_says_anything() -> None:
    assert Text("东") and Text("", "E") and not Text()


def test_a_text_is_a_value() -> None:
    assert Text("东", "E") == Text("东", "E") and len({Text("东", "E"), Text("东", "E"), Text("东")}) == 2
    with pytest.raises(AttributeError):
        Text("东").zh = "西"  # type: ignore[misc]


def test_values_are_filled_into_both_languages() -> None:
    """A text among them gives each language its own, Chinese where it has no English."""
    said = Text("{stage}于 {day}", "{stage} on {day}")
    assert said.filled(stage=Text("投用", "Opened"), day="2018-06-30") == Text(
        "投用于 2018-06-30", "Opened on 2018-06-30"
    )
    assert said.filled(stage=Text("投用"), day=1) == Text("投用于 1", "投用 on 1")
    assert Text("{n:.1f}", "{n:g}").filled(n=2.0) == Text("2.0", "2")
    with pytest.raises(KeyError):
        said.filled(day=1)


def test_a_text_without_values_stays_as_it_is() -> None:
    """Braces of a text that nobody fills in are braces."""
    assert Text("{a", "}").filled() == Text("{a", "}")


def test_braces_in_a_value_stay() -> None:
    assert Text("{name}", "{name}").filled(name="{day}") == Text("{day}", "{day}")


def test_texts_are_joined_language_by_language() -> None:
    assert Text("一", "one").joined(Text("二", "two"), Text("；", "; ")) == Text("一；二", "one; two")


def test_a_catalogue_reads_its_file(tmp_path: Path) -> None:
    path = tmp_path / "texts.toml"
    path.write_text('[b]\nzh = "乙 {n}"\nen = "B {n}"\n[a]\nzh = "甲"\nen = ""\n', encoding="utf-8")
    found = catalogue(str(tmp_path / "words.py"))
    assert found == Catalogue(path)
    assert list(found) == ["b", "a"] and "a" in found and "c" not in found
    assert found["b"] == Text("乙 {n}", "B {n}")
    assert found("b", "en", n=3) == "B 3" and found("a", "en") == "甲"
    assert found("b", "zh", n=Text("三", "three")) == "乙 三" and found("b", "en", n=Text("三", "three")) == "B three"
    assert found.by_language() == {"zh": {"b": "乙 {n}", "a": "甲"}, "en": {"b": "B {n}", "a": "甲"}}
    for ask in (lambda: found["c"], lambda: found("c", "zh")):
        with pytest.raises(KeyError, match="c"):
            ask()


def placeholders(text: str) -> set[tuple[str, str, str]]:
    """The names in braces, with how each is written; a name may stand twice in one language."""
    return {(name, spec or "", how or "") for _, name, spec, how in Formatter().parse(text) if name is not None}


def test_the_texts_of_the_house_are_found() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(PACKAGES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_is_there_in_both_languages(path: Path) -> None:
    texts = Catalogue(path)
    assert list(texts)
    for key in texts:
        text = texts[key]
        for lang in LANGS:
            assert getattr(text, lang).strip(), f"{key}: no {lang}"
        assert placeholders(text.zh) == placeholders(text.en), key
