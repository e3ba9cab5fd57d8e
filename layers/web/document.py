"""The document of the web map: one folium page with local scripts, written once for a register."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from geodata.files import replacing
from geodata.place import Box
from layers.web.config import ASSETS, SCRIPTS, STYLES

INDEX = "index.html"
_KEPT = 2
"""Feature files that stay beside the newest: a page that was opened a moment ago may still ask for its own."""


class _LocalMap(folium.Map):
    """A folium map that asks nobody for its scripts: all of them stand in the document."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Inline(Element):
    """A script or a style that stands in the head: one file less to ask a busy server for."""

    _template = Template("<{{ this.tag }}>{{ this.code }}</{{ this.tag }}>")

    def __init__(self, tag: str, code: str) -> None:
        super().__init__()
        self.tag, self.code = tag, code


class _Start(MacroElement):
    """Hands the folium map over to our script."""

    _template = Template(
        "{% macro script(this, kwargs) %}guantu.start({{ this._parent.get_name() }}, {{ this.config }});{% endmacro %}"
    )

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # "<" cannot end the script element, whatever a name holds.
        self.config = json.dumps(config, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def write_map(folder: Path, data: bytes, config: Mapping[str, Any]) -> str:
    """Write the map document and the feature file `data` (see `layers.web.payload`) to `folder`.

    `config` is that of `layers.web.config`. Both files appear whole. Returns the name of the feature file; it changes
    with its content, and a page that was opened with another one loads itself anew. Its ending keeps Streamlit from
    compressing it once more for each page.
    """
    file = f"features-{hashlib.sha256(data).hexdigest()[:16]}.gz"
    with replacing(folder / file) as fresh:
        fresh.write_bytes(data)
    with replacing(folder / INDEX) as fresh:
        fresh.write_text(document(file, config), encoding="utf-8")
    files = sorted(folder.glob("features-*.gz"), key=lambda path: (path.name == file, path.stat().st_mtime_ns))
    for old in files[:-_KEPT]:
        old.unlink(missing_ok=True)
    return file


def document(file: str, config: Mapping[str, Any]) -> str:
    """The page as a text; `file` is the name of its feature file."""
    view: Box = config["view"]
    page = _LocalMap(
        location=[(view[1] + view[3]) / 2, (view[0] + view[2]) / 2],
        zoom_start=10,
        tiles=None,
        min_zoom=3,
        max_zoom=18,
        zoom_snap=0.25,
        track_resize=False,  # our own observer sees changes of the frame as well
        attribution_control=True,
    )
    page.add_child(_Start({"data": file, **{key: value for key, value in config.items() if key != "view"}}))
    root: Any = page.get_root()
    for place, (tag, code) in enumerate(_head(file)):
        root.header.add_child(_Inline(tag, code), name=f"head-{place}")
    return str(root.render())


def _head(file: str) -> Iterator[tuple[str, str]]:
    """Tags and content of the head; the features are asked for before the scripts are read."""
    yield "script", f"window.guantu = {{ file: fetch({json.dumps(file)}) }};"
    for folder, styles, scripts in ((leaflet(), ("leaflet.css",), ("leaflet.js",)), (ASSETS, STYLES, SCRIPTS)):
        yield from (("style", (folder / name).read_text(encoding="utf-8")) for name in styles)
        yield from (("script", (folder / name).read_text(encoding="utf-8")) for name in scripts)


def leaflet() -> Path:
    """Where the installed package keeps Leaflet; it is found, not imported, for importing it needs Django."""
    spec = find_spec("js_lib_leaflet")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("django-js-lib-leaflet is not installed; run pip install -e . again")
    return Path(spec.origin).parent / "static" / "js_lib_leaflet"
