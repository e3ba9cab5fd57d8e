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
from layers.web.config import HOST, MAP, OLD, SCREEN, STYLES, assets, libraries

INDEX = "index.html"
_KEPT = 12
"""Files of a kind that stay beside the newest: a page that was opened a moment ago may still ask for its own."""


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


class _App(Element):
    """Where the scripts put everything round the map."""

    _template = Template('<div id="app"></div>')


class _Start(MacroElement):
    """Hands the folium map over to our script."""

    _template = Template(
        "{% macro script(this, kwargs) %}guantu.start({{ this._parent.get_name() }}, {{ this.config }});{% endmacro %}"
    )

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # "<" cannot end the script element, whatever a name holds.
        self.config = json.dumps(config, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def write_map(folder: Path, features: bytes, rows: bytes, config: Mapping[str, Any]) -> tuple[str, ...]:
    """Write the document of the screen, the feature file (see `layers.web.payload`) and the rows to `folder`.

    `rows` is JSON, compressed; `config` is that of `layers.web.config`. Each file appears whole. Returns the names of
    both data files, which change with their content, and of the libraries that lie beside them. The ending of the data
    keeps Streamlit from compressing them once more for each page.
    """
    names = write_data(folder, features, rows)
    for name, text in libraries().items():
        with replacing(folder / name) as fresh:
            fresh.write_text(text, encoding="utf-8")
    with replacing(folder / INDEX) as fresh:
        fresh.write_text(document(names, config), encoding="utf-8")
    return *names, *libraries()


def write_data(folder: Path, features: bytes, rows: bytes) -> tuple[str, str]:
    """Write the data of a register alone, for a document that is there; returns the names of its two files."""
    return _keep(folder, "features", features), _keep(folder, "rows", rows)


def _keep(folder: Path, kind: str, data: bytes) -> str:
    """Write one data file and drop those of its kind that nobody can ask for any more."""
    name = f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}.gz"
    with replacing(folder / name) as fresh:
        fresh.write_bytes(data)
    files = sorted(folder.glob(f"{kind}-*.gz"), key=lambda path: (path.name == name, path.stat().st_mtime_ns))
    for old in files[:-_KEPT]:
        old.unlink(missing_ok=True)
    return name


def document(files: tuple[str, str], config: Mapping[str, Any]) -> str:
    """The page as a text; `files` are the names of its feature file and of its rows."""
    view: Box = config["view"]
    page = _LocalMap(
        location=[(view[1] + view[3]) / 2, (view[0] + view[2]) / 2],
        zoom_start=10,
        tiles=None,
        min_zoom=3,
        max_zoom=18,
        zoom_snap=0.25,
        zoom_control=False,
        track_resize=False,  # our own observer sees changes of the frame as well
        attribution_control=True,
    )
    page.add_child(
        _Start({key: value for key, value in config.items() if key != "view"} | {"later": list(libraries())})
    )
    root: Any = page.get_root()
    for place, (tag, code) in enumerate(_head(files)):
        root.header.add_child(_Inline(tag, code), name=f"head-{place}")
    root.html.add_child(_App(), name="app")
    return str(root.render())


def _head(files: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Tags and content of the head; the data are asked for before the scripts are read."""
    yield "script", "".join(assets(OLD))
    asked = ", ".join(f"fetch({json.dumps(name)})" for name in files)
    yield "script", f"window.guantu = {{ files: [{asked}], names: {json.dumps(files)} }};"
    for style in (_leaflet("leaflet.css"), *assets(STYLES)):
        yield "style", style
    for script in (_leaflet("leaflet.js"), *assets(MAP), *assets(SCREEN), *assets(HOST)):
        yield "script", script


def _leaflet(name: str) -> str:
    return (leaflet() / name).read_text(encoding="utf-8")


def leaflet() -> Path:
    """Where the installed package keeps Leaflet; it is found, not imported, for importing it needs Django."""
    spec = find_spec("js_lib_leaflet")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("django-js-lib-leaflet is not installed; run pip install -e . again")
    return Path(spec.origin).parent / "static" / "js_lib_leaflet"
