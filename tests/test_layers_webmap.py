"""The map document: local scripts only, nothing that a name could break."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import numpy as np
import pytest

from geodata import Register
from layers import webmap
from layers.basemaps import BasemapRefused, addresses, basemaps
from views.words import by_language


def pack(register: Register) -> bytes:
    none = np.zeros(len(register.features), dtype=bool)
    return webmap.pack_register(register, none, none)


@pytest.fixture
def document(register: Register, tmp_path: Path) -> str:
    data = pack(register)
    webmap.write_map(tmp_path, data, webmap.words_of(register, by_language()))
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_every_script_and_style_stands_in_the_document(document: str, tmp_path: Path) -> None:
    assert not re.findall(r'<(?:script|link)[^>]*(?:src|href)="', document)
    assert document.count("<script>") >= len(webmap.SCRIPTS) + 2
    for name in (*webmap.SCRIPTS, *webmap.STYLES):
        assert (webmap.ASSETS / name).read_text(encoding="utf-8") in document
    (features,) = tmp_path.glob("features-*.gz")
    assert f'fetch("{features.name}")' in document


def test_the_document_names_no_other_host(document: str) -> None:
    # Leaflet cites bug reports and its home page; the browser tests see that it asks for none of them.
    for name in ("leaflet.js", "leaflet.css"):
        leaflet = (webmap.leaflet() / name).read_text(encoding="utf-8")
        assert leaflet in document
        document = document.replace(leaflet, "")
    hosts = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", document))
    assert hosts <= {"http://www.w3.org"}


def test_words_cannot_end_the_script(register: Register, tmp_path: Path) -> None:
    pages = by_language()
    pages["zh"] = pages["zh"] | {"legend": "</script><script>window.hacked=1</script>"}
    data = pack(register)
    webmap.write_map(tmp_path, data, webmap.words_of(register, pages))
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script>window.hacked" not in document
    assert "\\u003c/script>" in document


def test_mask_is_one_bit_a_group() -> None:
    on = np.array([1, 0, 0, 1, 1, 0, 1, 1, 1], dtype=bool)
    assert (
        np.unpackbits(np.frombuffer(base64.b64decode(webmap.mask_text(on)), dtype=np.uint8))[:9].tolist() == on.tolist()
    )


def test_stages_travel_as_their_place() -> None:
    text = webmap.stage_text([webmap.STAGES[2], webmap.STAGES[0]])
    assert base64.b64decode(text) == bytes([2, 0])
    with pytest.raises(ValueError, match="not in"):
        webmap.stage_text(["nonsense"])


def test_basemaps_state_their_datum_and_gcj_is_refused() -> None:
    for record in basemaps().values():
        assert record.datum and record.title_zh and record.title_en and record.attribution
        if record.datum == "GCJ-02":
            with pytest.raises(BasemapRefused, match="GCJ-02"):
                addresses(record)
        else:
            filled = addresses(record, "my-token")
            assert filled and all(url.startswith("https://") and "{token}" not in url for url in filled)
            assert all(("my-token" in url) == bool(record.token) for url in filled)
