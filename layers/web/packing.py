"""The features of a register for the map, packed once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata import Register
from geodata.codes import Basis, Location
from geodata.text import LANGS
from layers.web.payload import Drawing, pack


def pack_register(register: Register, keep: NDArray[np.bool_] | None = None) -> bytes:
    """The feature file of the placed features of a register, or of those of them that are marked by `keep`."""
    on = register.placed if keep is None else register.placed & keep
    features = register.features[on]
    themes = register.codelist("theme")
    codes = list(themes.index)
    theme = np.array([codes.index(code) for code in features["theme"]], dtype=np.uint8)
    context = np.where(register.context[on], 2 - register.backdrop[on], 0).astype(np.uint8)
    names_en = features["name_en"].where(features["name_en"] != "", features["name_zh"])
    drawing = Drawing(
        ids=features["id"].tolist(),
        names={"zh": features["name_zh"].tolist(), "en": names_en.tolist()},
        themes=codes,
        theme=theme,
        context=context,
        hollow=(features["position_basis"] == Basis.SCHEMATIC).to_numpy(),
        near=(features["location"] != Location.OUTSIDE).to_numpy(),
        accuracy=features["accuracy_m"].to_numpy(dtype=np.float32),
        section=register.sections[on],
        letter=theme,
        letters={lang: themes[f"short_{lang}"].tolist() for lang in LANGS},
    )
    return pack(features.geometry, drawing)
