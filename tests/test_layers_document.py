"""The map document: local scripts only, nothing that a name could break."""

from __future__ import annotations

import base64
import re
import threading
from pathlib import Path

import numpy as np
import pytest

from geodata import Register
from layers.basemaps import BasemapRefused, addresses, basemaps
from layers.web import document as webmap
from layers.web.config import ASSETS, SCRIPTS, STYLES, config_of
from layers.web.legend import STAGES
from layers.web.packing import mask_text, pack_register, stage_text


@pytest.fixture
def document(register: Register, tmp_path: Path) -> str:
    webmap.write_map(tmp_path, pack_register(register), config_of(register))
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_every_script_and_style_stands_in_the_document(document: str, tmp_path: Path) -> None:
    assert not re.findall(r'<(?:script|link)[^>]*(?:src|href)="', document)
    assert document.count("<script>") >= len(SCRIPTS) + 2
    for name in (*SCRIPTS, *STYLES):
        assert (ASSETS / name).read_text(encoding="utf-8") in document
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
    config = config_of(register)
    config["words"]["zh"] = config["words"]["zh"] | {"legend": "</script><script>window.hacked=1</script>"}
    webmap.write_map(tmp_path, pack_register(register), config)
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script>window.hacked" not in document
    assert "\\u003c/script>" in document


def test_mask_is_one_bit_a_group() -> None:
    on = np.array([1, 0, 0, 1, 1, 0, 1, 1, 1], dtype=bool)
    assert np.unpackbits(np.frombuffer(base64.b64decode(mask_text(on)), dtype=np.uint8))[:9].tolist() == on.tolist()


def test_stages_travel_as_their_place() -> None:
    text = stage_text([STAGES[2], STAGES[0]])
    assert base64.b64decode(text) == bytes([2, 0])
    with pytest.raises(ValueError, match="not in"):
        stage_text(["nonsense"])


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


def test_a_page_that_is_written_anew_is_never_read_half(register: Register, tmp_path: Path) -> None:
    """Visits read the document and the features while another register's are put in their place."""
    config, data = config_of(register), pack_register(register)
    webmap.write_map(tmp_path, data, config)
    stop, cut = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            if not (tmp_path / webmap.INDEX).read_text(encoding="utf-8").rstrip().endswith("</html>"):
                cut.append("cut")

    reader = threading.Thread(target=read)
    reader.start()
    files = [webmap.write_map(tmp_path, data + bytes(turn), config) for turn in range(6)]
    stop.set()
    reader.join()
    assert cut == []
    left = {path.name for path in tmp_path.glob("features-*.gz")}
    assert {files[-1], files[-2]} <= left and len(left) <= 3
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
