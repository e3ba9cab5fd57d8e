"""The map document: local scripts only, nothing that a name could break."""

from __future__ import annotations

import gzip
import json
import re
import threading
from pathlib import Path

import pytest

from geodata import Register
from layers.basemaps import BasemapRefused, addresses, basemaps
from layers.web import document as webmap
from layers.web.config import ASSETS, HOST, MAP, OLD, SCREEN, STYLES, config_of, libraries
from layers.web.packing import pack_register

ROWS = gzip.compress(b'{"rows": []}', mtime=0)


@pytest.fixture
def document(register: Register, tmp_path: Path) -> str:
    webmap.write_map(tmp_path, pack_register(register), ROWS, config_of(register))
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_every_script_and_style_stands_in_the_document(document: str, tmp_path: Path) -> None:
    assert not re.findall(r'<(?:script|link)[^>]*(?:src|href)="', document)
    assert document.count("<script>") >= len((*OLD, *MAP, *SCREEN, *HOST)) + 2
    for name in (*OLD, *MAP, *SCREEN, *HOST, *STYLES):
        assert document.count((ASSETS / name).read_text(encoding="utf-8")) == 1, name
    found = [path.name for kind in ("features", "rows") for path in tmp_path.glob(f"{kind}-*.gz")]
    assert len(found) == 2
    assert "[" + ", ".join(f'fetch("{name}")' for name in found) + "]" in document
    assert (tmp_path / found[1]).read_bytes() == ROWS


def test_an_old_browser_is_told_before_it_meets_what_it_cannot_read(document: str) -> None:
    first, second = (document.index((ASSETS / name).read_text(encoding="utf-8")) for name in (*OLD, MAP[0]))
    assert first < document.index("fetch(") < second
    # It runs where the rest does not: nothing that came after 2015 but `const` may stand in it.
    (old,) = ((ASSETS / name).read_text(encoding="utf-8") for name in OLD)
    assert not re.search(r"=>|`|[?][.?]|\b(?:let|async|await|class)\b", old.partition("\n")[2])


def test_libraries_lie_beside_the_document_and_lead_no_debugger_to_their_sources(document: str, tmp_path: Path) -> None:
    """They are fetched once the map is drawn; the document says which."""
    assert {Path(name).suffix for name in libraries()} == {".js", ".css"}
    (config,) = re.findall(r"guantu[.]start\(\w+, (.*)\);", document)
    assert json.loads(config)["later"] == list(libraries())
    for name, text in libraries().items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text
        assert text not in document and "sourceMappingURL" not in text


def test_the_document_names_no_other_host(document: str) -> None:
    # Leaflet cites bug reports and its home page; the browser tests see that it asks for none of them.
    leaflet = [(webmap.leaflet() / name).read_text(encoding="utf-8") for name in ("leaflet.js", "leaflet.css")]
    for text in leaflet:
        assert text in document
        document = document.replace(text, "")
    hosts = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", document))
    assert hosts <= {"http://www.w3.org"}


def test_words_cannot_end_the_script(register: Register, tmp_path: Path) -> None:
    config = config_of(register)
    config["words"]["zh"] = config["words"]["zh"] | {"legend": "</script><script>window.hacked=1</script>"}
    webmap.write_map(tmp_path, pack_register(register), ROWS, config)
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script>window.hacked" not in document
    assert "\\u003c/script>" in document


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
    webmap.write_map(tmp_path, data, ROWS, config)
    stop, cut = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            if not (tmp_path / webmap.INDEX).read_text(encoding="utf-8").rstrip().endswith("</html>"):
                cut.append("cut")

    reader = threading.Thread(target=read)
    reader.start()
    files = [
        webmap.write_map(tmp_path, data + bytes(turn), ROWS + bytes(turn), config) for turn in range(webmap._KEPT + 6)
    ]
    stop.set()
    reader.join()
    assert cut == []
    for place, kind in enumerate(("features", "rows")):
        left = {path.name for path in tmp_path.glob(f"{kind}-*.gz")}
        assert {files[-1][place], files[-2][place]} <= left and len(left) <= webmap._KEPT + 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
