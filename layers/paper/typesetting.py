"""Type set by Typst: which fonts there are, how wide a text is, and a template filled with data."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from geodata.text import Text, catalogue
from layers.symbology import rules

_TEXTS = catalogue(__file__)


class NoFont(ValueError):
    """None of the fonts of the symbology is installed: Chinese would come out as boxes. `text` says so."""

    def __init__(self) -> None:
        """With the fonts that would do."""
        self.text: Text = _TEXTS["no-font"].filled(fonts=", ".join(rules()["fonts"]["families"]))
        super().__init__(f"{self.text.zh} {self.text.en}")


@cache
def installed() -> typst.Fonts:
    """The fonts of this machine; looking for them takes a while, so it is done once."""
    return typst.Fonts()


@cache
def fonts() -> tuple[str, ...]:
    """The installed ones among the fonts of the symbology, in its order; NoFont without any."""
    known = {name.casefold() for name in installed().families()}
    found = tuple(name for name in rules()["fonts"]["families"] if name.casefold() in known)
    if not found:
        raise NoFont
    return found


@lru_cache(maxsize=8)
def widths(texts: tuple[str, ...], lang: str) -> dict[str, float]:
    """Millimetres that each text takes at a size of one point."""
    source = (
        "#let d = json(bytes(sys.inputs.data))\n#set text(font: d.fonts, lang: d.lang, size: 10pt)\n"
        "#context [#metadata(d.texts.map(t => measure(text(t)).width.mm())) <widths>]"
    )
    data = json.dumps({"texts": texts, "fonts": fonts(), "lang": lang})
    inputs = {"data": data}
    found = typst.query(source.encode(), "<widths>", field="value", one=True, sys_inputs=inputs, font_paths=installed())
    return dict(zip(texts, (width / 10 for width in json.loads(found)), strict=True))


_server: list[bool] = []
"""Not empty in a process that goes on after a sheet is made."""


def set_apart() -> None:
    """From now on what is `large` is set in a process of its own: the typesetter keeps up to 150 MB of each sheet."""
    _server[:] = [True]


def typeset(template: Path, sheets: Sequence[Mapping[str, Any]], large: bool = False, **how: Any) -> list[bytes]:
    """A template filled with `sheets`, a file or one a page; no more is read than the template and the fonts."""
    data = json.dumps(sheets)
    if large and _server:
        return _apart({"template": str(template), "data": data, "how": how})
    made = typst.compile(template, sys_inputs={"data": data}, font_paths=installed(), **how)
    return made if isinstance(made, list) else [made]


def _apart(asked: Mapping[str, Any]) -> list[bytes]:
    script = Path(__file__).with_name("typeset_apart.py")
    with TemporaryDirectory(prefix="guantu-type-") as folder:
        command = [sys.executable, "-I", str(script), folder]
        done = subprocess.run(command, input=json.dumps(asked).encode(), stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])
        count = len(list(Path(folder).iterdir()))
        return [(Path(folder) / str(place)).read_bytes() for place in range(count)]
