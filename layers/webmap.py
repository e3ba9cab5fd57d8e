"""The web map: one folium document with local assets, built once, and the small message that restyles it."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import folium
import numpy as np
from branca.element import Element, MacroElement
from folium.template import Template
from numpy.typing import NDArray

from geodata import Register
from geodata.codes import Basis, Location
from layers import swatch
from layers.payload import Drawing, pack
from layers.symbology import rules

ASSETS = Path(__file__).with_name("assets")
SCRIPTS = ("payload.js", "symbols.js", "layer.js", "labels.js", "bridge.js")
STYLES = ("guantu.css",)
STAGES = tuple(rules()["stage"])
"""Stage codes in the order of the symbology: a stage travels as its place here."""
ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0)"
LANGS = ("zh", "en")
HEIGHT = 560
"""Of the map in pixels, unless the page gives it more."""
CITY = [[22.64, 113.5], [23.17, 114.28]]
"""South-west and north-east corner of the first view, latitude then longitude as Leaflet has it."""


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


@dataclass(frozen=True)
class Words:
    """Texts of the page by language, and the titles of the codes it shows."""

    page: Mapping[str, Mapping[str, str]]
    stages: Mapping[str, Mapping[str, str]]
    themes: Mapping[str, Mapping[str, str]]
    restrictions: Mapping[str, Mapping[str, str]]
    legend: Sequence[Mapping[str, Any]]


def write_map(folder: Path, data: bytes, words: Words) -> str:
    """Write the map document and the feature file `data` (see `layers.payload`) to `folder`.

    Returns the name of the feature file; it changes with its content, and a page that
    was opened with another one loads itself anew. Its ending keeps Streamlit from
    compressing it once more for each page.
    """
    file = f"features-{hashlib.sha256(data).hexdigest()[:16]}.gz"
    for old in folder.glob("features-*.gz"):
        old.unlink()
    (folder / file).write_bytes(data)
    (south, west), (north, east) = CITY
    page = _LocalMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=10,
        tiles=None,
        min_zoom=3,
        max_zoom=18,
        zoom_snap=0.25,
        track_resize=False,  # our own observer sees changes of the frame as well
        attribution_control=True,
    )
    config = {
        "data": file,
        "city": CITY,
        "height": HEIGHT,
        "symbology": rules(),
        "words": words.page,
        "stages": words.stages,
        "themes": words.themes,
        "restrictions": words.restrictions,
        "legend": words.legend,
        "attribution": ATTRIBUTION,
        "vision": rules()["vision"],
    }
    page.add_child(_Start(config))
    root: Any = page.get_root()
    for place, (tag, code) in enumerate(_head(file)):
        root.header.add_child(_Inline(tag, code), name=f"head-{place}")
    (folder / "index.html").write_text(root.render(), encoding="utf-8")
    return file


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


def words_of(register: Register, page: Mapping[str, Mapping[str, str]]) -> Words:
    """The words of the map: `page` gives the texts of the screen, the codelists all titles."""

    def titles(name: str) -> dict[str, dict[str, str]]:
        return {lang: dict(register.titles(name, lang)) for lang in LANGS}

    return Words(
        page=page,
        stages=titles("stage"),
        themes=titles("theme"),
        restrictions=titles("restriction"),
        legend=legend(register, page),
    )


def legend(register: Register, page: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """The legend in parts, each with its heading and items (code, swatch, zh, en)."""
    stages = register.codelist("stage")
    positions = [("surveyed", swatch.basis(False)), ("sketched", swatch.basis(True)), ("muted", swatch.muted())]
    others = [("restriction", swatch.restricted()), ("water", swatch.water()), ("town", swatch.town())]
    letters = [row for row in register.codelist("theme").itertuples() if row.short_zh]
    return [
        {
            **{lang: page[lang]["stage"] for lang in LANGS},
            "items": [
                {
                    "code": code,
                    "swatch": swatch.line_and_marker(code),
                    **{lang: stages[f"title_{lang}"][code] for lang in LANGS},
                }
                for code in STAGES
            ],
        },
        _part(page, "position", positions),
        _part(page, "others-on-map", others),
        {
            **{lang: page[lang]["letters"] for lang in LANGS},
            "items": [
                {
                    "code": row.Index,
                    "swatch": swatch.letters(row.short_zh, row.short_en),
                    **{lang: getattr(row, f"title_{lang}") for lang in LANGS},
                }
                for row in letters
            ],
        },
    ]


def _part(page: Mapping[str, Mapping[str, str]], heading: str, items: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A part of the legend whose words are texts of the screen."""
    return {
        **{lang: page[lang][heading] for lang in LANGS},
        "items": [
            {"code": key, "swatch": picture, **{lang: page[lang][key] for lang in LANGS}} for key, picture in items
        ],
    }


def placed(register: Register) -> NDArray[np.bool_]:
    """Which features of the register the map draws: those with a position."""
    mask: NDArray[np.bool_] = register.features.geometry.notna().to_numpy()
    return mask


def pack_register(
    register: Register,
    only_context: NDArray[np.bool_],
    section: NDArray[np.bool_],
    keep: NDArray[np.bool_] | None = None,
) -> bytes:
    """The feature file of the register, or of the features marked by `keep`.

    `only_context` marks the features that only give orientation, `section` those that are a part of another.
    """
    on = placed(register) if keep is None else placed(register) & keep
    features = register.features[on]
    themes = register.codelist("theme")
    codes = list(themes.index)
    theme = np.array([codes.index(code) for code in features["theme"]], dtype=np.uint8)
    context = np.where(themes["context"][features["theme"]], 2 - only_context[on], 0).astype(np.uint8)
    names_en = features["name_en"].where(features["name_en"] != "", features["name_zh"])
    drawing = Drawing(
        ids=features["id"].tolist(),
        names={"zh": features["name_zh"].tolist(), "en": names_en.tolist()},
        themes=codes,
        theme=theme,
        group=np.arange(len(features), dtype=np.uint32),
        groups=len(features),
        context=context,
        hollow=(features["position_basis"] == Basis.SCHEMATIC).to_numpy(),
        near=(features["location"] != Location.OUTSIDE).to_numpy(),
        accuracy=features["accuracy_m"].to_numpy(dtype=np.float32),
        section=section[on],
        letter=theme,
        letters={lang: themes[f"short_{lang}"].tolist() for lang in LANGS},
    )
    return pack(features.geometry, drawing)


def mask_text(on: NDArray[np.bool_]) -> str:
    """One bit a group, packed and in base64: what a filter sends."""
    return b64encode(np.packbits(on).tobytes()).decode()


def stage_text(stages: Sequence[str]) -> str:
    """One byte a group, the place of its stage in `STAGES`, in base64."""
    return b64encode(bytes(STAGES.index(code) for code in stages)).decode()
