"""What every product does when it cannot be made: one plain error that names the planner's path, and no trace."""

from __future__ import annotations

import os
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import contents
import pytest
from fonts import needs_font

from analysis.filters import Filter
from analysis.view import View
from geodata import Register
from geodata.files import replacing
from outputs.errors import BadEnding, BadOption, ForeignOption, NothingToWrite
from outputs.products import PRODUCTS, Order, Product, make, products

OLD = b"what was there before"
every_product = pytest.mark.parametrize("name", PRODUCTS)


@pytest.fixture
def product(name: str) -> Product:
    """The product of a test; those of a meeting need a font."""
    if PRODUCTS[name].takes == "brief":
        needs_font()
    return PRODUCTS[name]


@pytest.fixture
def file(product: Product) -> str:
    """A name of which only the ending is asked for."""
    return f"a{product.endings[0]}"


@pytest.fixture
def order(tiny: Register) -> Order:
    return Order(contents.seen(tiny), "zh")


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """An OSError of Python itself, with the path in its words."""
    with pytest.raises(OSError) as caught:
        yield
    assert type(caught.value).__module__ == "builtins", type(caught.value)
    assert caught.value.filename == str(path) and caught.value.errno and caught.value.strerror
    assert repr(str(path)) in str(caught.value)


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file can grow beyond `size` bytes, whichever library writes it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() if path.is_file() else b"" for path in folder.iterdir()}


@every_product
def test_a_folder_that_is_a_file(product: Product, file: str, order: Order, tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(OLD)
    path = tmp_path / "folder" / file
    with refused(path):
        make(product, path, order)
    assert contents_of(tmp_path) == {"folder": OLD}


@every_product
def test_a_folder_that_is_not_there(product: Product, file: str, order: Order, tmp_path: Path) -> None:
    path = tmp_path / "folder" / file
    with refused(path):
        make(product, path, order)
    assert contents_of(tmp_path) == {}


@every_product
def test_a_file_that_is_a_folder(product: Product, file: str, order: Order, tmp_path: Path) -> None:
    (tmp_path / file).mkdir()
    with refused(tmp_path / file):
        make(product, tmp_path / file, order)
    assert contents_of(tmp_path) == {file: b""} and list((tmp_path / file).iterdir()) == []


@every_product
@pytest.mark.parametrize("stem", ["名" * 100, "a\0b"], ids=["long", "zero"])
def test_a_name_that_no_file_can_have(product: Product, stem: str, order: Order, tmp_path: Path) -> None:
    path = tmp_path / f"{stem}{product.endings[0]}"
    with refused(path):
        make(product, path, order)
    assert contents_of(tmp_path) == {}


@every_product
def test_the_last_step_fails(
    product: Product, file: str, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / file).write_bytes(OLD)
    monkeypatch.setattr(Path, "replace", contents.full)
    with refused(tmp_path / file):
        make(product, tmp_path / file, order)
    assert contents_of(tmp_path) == {file: OLD}


@every_product
@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_the_disk_is_full_on_the_way(product: Product, part: float, file: str, order: Order, tmp_path: Path) -> None:
    make(product, tmp_path / file, order)
    size = (tmp_path / file).stat().st_size
    (tmp_path / file).write_bytes(OLD)
    with disk_of(int(part * size)), refused(tmp_path / file):
        make(product, tmp_path / file, order)
    assert contents_of(tmp_path) == {file: OLD}


@every_product
def test_nothing_to_write(product: Product, file: str, tiny: Register, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(OLD)
    order = Order(contents.seen(tiny, Filter(q="没有这个词")), "zh")
    if product.name == "oc4ids":
        # A package must hold a project; every other format can hold nothing.
        with pytest.raises(NothingToWrite, match="widen it or take another format") as caught:
            make(product, tmp_path / file, order)
        assert caught.value.text.zh and caught.value.text.en
        assert contents_of(tmp_path) == {file: OLD}
    else:
        assert make(product, tmp_path / file, order) == [tmp_path / file]
        assert list(contents_of(tmp_path)) == [file] and contents_of(tmp_path) != {file: OLD}


@every_product
@pytest.mark.parametrize("end", ["", ".txt", ".pdf.bak", ".zip.bak"])
def test_a_name_that_says_another_format(product: Product, end: str, order: Order, tmp_path: Path) -> None:
    with pytest.raises(BadEnding) as caught:
        make(product, tmp_path / f"a{end}", order)
    for text in (caught.value.text.zh, caught.value.text.en):
        assert f"a{end}" in text and all(ending in text for ending in product.endings)
    assert contents_of(tmp_path) == {}


@every_product
def test_every_ending_of_a_product_is_taken(product: Product, order: Order, tmp_path: Path) -> None:
    for ending in (*product.endings, product.endings[0].upper()):
        path = tmp_path / f"a{ending}"
        assert make(product, path, order)[0] == path and path.stat().st_size > 0
        path.unlink()
        # Further pages of a picture stand beside the first.
        for more in tmp_path.iterdir():
            more.unlink()


VALUES = {"size": "B5", "qgis": "2.18", "dpi": "9.87", "tianditu_token": "a-secret", "colour": "red"}
"""An option by name, with a value that no product takes or that nobody should see."""


WRONG = [
    (name, option)
    for name, product in PRODUCTS.items()
    for option in VALUES
    if all(each.choices for each in product.options if each.name == option)
]
"""Each product with each option that it does not have, or of which it knows all values."""


@pytest.mark.parametrize(("name", "option"), WRONG)
def test_an_option_of_another_product(product: Product, option: str, file: str, tiny: Register, tmp_path: Path) -> None:
    """It is said by its name; the value may be a secret."""
    own = {each.name: each for each in product.options}
    (tmp_path / file).write_bytes(OLD)
    with pytest.raises(BadOption if option in own else ForeignOption) as caught:
        make(product, tmp_path / file, Order(contents.seen(tiny), "zh", options={option: VALUES[option]}))
    for text in (caught.value.text.zh, caught.value.text.en, str(caught.value)):
        assert product.name in text and option in text and (VALUES[option] in text) == (option in own)
        assert option not in own or all(choice in text for choice in own[option].choices)
    assert contents_of(tmp_path) == {file: OLD}


@every_product
@pytest.mark.parametrize("crs", ["EPSG:3857", "metres"])
def test_a_system_that_no_product_has(product: Product, crs: str, file: str, tiny: Register, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(OLD)
    with pytest.raises(BadOption) as caught:
        make(product, tmp_path / file, Order(contents.seen(tiny), "zh", crs=crs))
    for text in (caught.value.text.zh, caught.value.text.en):
        assert crs in text and all(each in text for each in product.crs(tiny.place))
    assert contents_of(tmp_path) == {file: OLD}


@every_product
def test_every_system_of_a_product_is_taken_and_no_other(
    product: Product, file: str, tiny: Register, tmp_path: Path
) -> None:
    view, place = contents.seen(tiny), tiny.place
    for crs in place.file_crs:
        order = Order(view, "zh", crs=crs)
        if crs in product.crs(place):
            make(product, tmp_path / file, order)
        else:
            with pytest.raises(BadOption, match=crs):
                make(product, tmp_path / file, order)


def test_a_sheet_of_no_dots(tiny: Register, tmp_path: Path) -> None:
    needs_font()
    with pytest.raises(BadOption, match="dpi"):
        make(PRODUCTS["sheet"], tmp_path / "a.png", Order(contents.seen(tiny), "zh", options={"dpi": 1.0}))
    assert contents_of(tmp_path) == {}


def test_an_empty_zip_is_no_harm(tiny: Register, tmp_path: Path) -> None:
    """Where a filter names no agency there is no sheet for one."""
    needs_font()
    order = Order(contents.seen(tiny, Filter(q="没有这个词")), "zh")
    make(PRODUCTS["agency-sheets"], tmp_path / "a.zip", order)
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == []


@pytest.mark.parametrize("name", products("extract"))
@pytest.mark.parametrize("themes", [("rail",), ()], ids=["one", "all"])
def test_one_theme_and_all(product: Product, themes: tuple[str, ...], file: str, view: View, tmp_path: Path) -> None:
    assert make(product, tmp_path / file, Order(view, "zh", themes=themes)) == [tmp_path / file]
    assert list(contents_of(tmp_path)) == [file] and contents_of(tmp_path)[file]


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    old, new, other = (
        tmp_path / name for name in (f".guantu-{'a' * 32}.gpkg", f".guantu-{'b' * 32}.zip", ".guantu-notes")
    )
    for path in (old, new, other):
        path.write_bytes(OLD)
    os.utime(old, (0, time.time() - 25 * 3600))
    os.utime(other, (0, 0))
    with replacing(tmp_path / "a.txt") as fresh:
        fresh.write_bytes(b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", new.name, other.name}
