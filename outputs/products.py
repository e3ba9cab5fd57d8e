"""Every product by name: what it is, how its files end, what it can be told and who makes it.

The export page, the meeting page and the command line all read this one registry. To add a product, write one
module with a function that makes its file and add one line to `PRODUCTS`; its title and hint are the texts
`product-<name>` and `product-<name>-hint`.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pyogrio

from analysis.kinds import narrowed
from analysis.tourfile import Picked
from analysis.view import View
from geodata.place import STORAGE_CRS, Place
from geodata.text import LANGS, Text
from layers.paper.paper import SIZES
from outputs.errors import BadEnding, BadOption, ForeignOption, NoQuestion, OneQuestion
from outputs.words import TEXTS

QGIS = ("3.22", "3.28", "3.34", "3.40", "3.44")
_TABLES = (
    *("measures", "links", "agencies", "assignments", "events", "evidence", "sources"),
    *("documents", "articles", "targets", "observations", "water-quality", "searches", "control-points", "flows"),
)
ONE, ALL = "one", "all"
_SPATIAL = ("features", "unplaced", "history", *_TABLES)


@dataclass(frozen=True)
class Option:
    """Something that a product can be told."""

    name: str
    kind: type = str
    """str, bool or float."""
    choices: tuple[str, ...] = ()
    """All values there are; empty for free ones."""
    default: Any = ""
    is_secret: bool = False


@dataclass(frozen=True)
class Product:
    """A kind of file."""

    name: str
    endings: tuple[str, ...]
    """How its file may end, the usual ending first."""
    writer: str
    """module:function; imported when needed, for some bring large libraries."""
    takes: str = "extract"
    """What the function gets after the path: an extract, or a brief for a meeting."""
    holds: tuple[str, ...] = ("features", "unplaced")
    """The output tables in it."""
    is_layered: bool = False
    """Whether it has a layer a theme, the backdrop among them."""
    systems: str = ""
    """Coordinate systems it takes: any, metric, fixed (WGS 84), or none at all."""
    options: tuple[Option, ...] = ()
    is_pictured: bool = False
    """Whether its function takes `picture`, a PNG of the map of the view."""
    is_long: bool = False
    """Whether its function takes `progress`, which is told of the pages as they are done."""
    answers: str = ""
    """How many answers to questions of place it holds: `ALL` beside its layers, `ONE` in place of its one table, none
    where empty."""

    @property
    def title(self) -> Text:
        """What it is called."""
        return TEXTS[f"product-{self.name}"]

    @property
    def hint(self) -> Text:
        """What it is for."""
        return TEXTS[f"product-{self.name}-hint"]

    def fits(self, path: Path) -> bool:
        """Whether a name ends as its files do."""
        return path.suffix.lower() in self.endings

    def crs(self, place: Place) -> tuple[str, ...]:
        """The coordinate systems it takes, the usual one first; none where it holds no coordinates."""
        own = {"any": place.file_crs, "metric": place.projected_crs, "fixed": (STORAGE_CRS,)}
        return own.get(self.systems, ())


_QGIS_VERSION, _TOKEN = Option("qgis", choices=QGIS, default=QGIS[0]), Option("tianditu_token", is_secret=True)
_SIZE, _PORTRAIT = Option("size", choices=tuple(SIZES), default="A3"), Option("portrait", bool, default=False)
_DPI = Option("dpi", float, default=200.0)

PRODUCTS: Mapping[str, Product] = {
    product.name: product
    for product in (
        Product("qgis", (".zip",), "outputs.gis.qgis:write_package", holds=_SPATIAL, is_layered=True, systems="any",
                answers=ALL, options=(_QGIS_VERSION, _TOKEN)),
        Product("gpkg", (".gpkg",), "outputs.gis.qgis:write_geopackage", holds=_SPATIAL, is_layered=True,
                systems="any", answers=ALL),
        Product("geojson", (".geojson", ".json"), "outputs.gis.geojson:write_geojson", systems="fixed",
                answers=ONE),
        Product("geoparquet", (".parquet", ".geoparquet"), "outputs.gis.geoparquet:write_geoparquet", systems="any",
                answers=ONE),
        Product("flatgeobuf", (".fgb",), "outputs.gis.flatgeobuf:write_flatgeobuf", holds=("features",),
                systems="any", answers=ONE),
        Product("kml", (".kmz", ".kml"), "outputs.gis.kml:write_kml", is_layered=True, systems="fixed",
                answers=ALL),
        Product("dxf", (".dxf",), "outputs.gis.dxf:write_dxf", holds=("features",), is_layered=True,
                systems="metric", answers=ALL),
        Product("shapefile", (".zip",), "outputs.gis.shapefile:write_shapefile", is_layered=True, systems="any",
                answers=ALL),
        Product("xlsx", (".xlsx",), "outputs.tables.workbook:write_xlsx",
                holds=tuple(name for name in _SPATIAL if name not in ("history", "assignments")), systems="fixed",
                is_pictured=True, answers=ALL),
        Product("csv", (".zip",), "outputs.tables.csv_package:write_csv", holds=_SPATIAL, systems="fixed",
                answers=ALL),
        Product("oc4ids", (".json",), "outputs.tables.oc4ids:write_oc4ids", systems="fixed"),
        Product("present", (".html",), "outputs.meeting.tour_page:write_tour_page", takes="brief", holds=()),
        Product("slides", (".pptx",), "outputs.meeting.deck:write_deck", takes="brief", holds=(),
                options=(Option("annex", bool, default=False),)),
        Product("sheet", (".pdf", ".png"), "outputs.meeting.posters:write_sheets", takes="brief", holds=(),
                options=(_SIZE, _PORTRAIT, _DPI)),
        Product("agency-sheets", (".zip",), "outputs.meeting.posters:write_agency_sheets", takes="brief", holds=(),
                options=(_SIZE,), is_long=True),
    )
}  # fmt: skip


def by_ending(path: Path) -> tuple[str, ...]:
    """The formats of an extract whose files end as a name does: none, one, or several to choose from."""
    return tuple(name for name, product in products("extract").items() if product.fits(path))


def products(takes: str) -> dict[str, Product]:
    """The products that are made of an extract, or of a brief."""
    return {name: product for name, product in PRODUCTS.items() if product.takes == takes}


@dataclass(frozen=True, eq=False)
class Order:
    """What is asked for: a view, in a language, and what a product is told beside it."""

    view: View
    lang: str
    """zh, en; for a meeting also both."""
    map_number: str = ""
    """Map approval number (审图号); without one the file is for internal use."""
    themes: tuple[str, ...] = ()
    """Only these layers; for files made of an extract. They do not narrow what is asked."""
    asked: tuple[str, ...] = ()
    """Questions of place as lines of text (see `read_question`), whose answers an extract holds."""
    picked: Picked = ()
    """Key and note of each chapter; for products of a meeting."""
    crs: str = ""
    """Coordinate system; empty for the usual one of the product."""
    options: Mapping[str, Any] | None = None
    """By name, see `Product.options`; those that are not given have their defaults."""

    @property
    def identity(self) -> tuple[Any, ...]:
        """A file made of an order with the same one is the file that would be made now."""
        told = tuple(sorted((self.options or {}).items()))
        own = (self.lang, self.map_number, self.themes, self.asked, self.picked, self.crs, told)
        return (*self.view.identity, *own)


def make(
    product: Product, path: Path, order: Order, progress: Callable[[int, int], None] | None = None
) -> Sequence[Path]:
    """Make the file of an order at `path`; a failure leaves nothing half-written. Returns what was written.

    Raises BadEnding for a name that says another format, BadOption or ForeignOption for what the product does not take,
    OneQuestion, NoQuestion, BadQuestion or UnknownPlace for what is asked, NothingToWrite, NoChapter, NoFont, and
    OSError that names `path` when it cannot be written, whatever library found out. `progress` is told of the pages of
    a long work.
    """
    options = _options(product, order)
    _check_asked(product, order)
    if not product.fits(path):
        raise BadEnding(ends=" / ".join(product.endings), name=path.name)
    module, _, function = product.writer.partition(":")
    write: Callable[..., Any] = getattr(import_module(module), function)
    try:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if product.takes == "brief":
            from outputs.meeting.brief import Brief

            brief = Brief(order.view, order.lang, order.picked, order.map_number)
            if progress and product.is_long:
                options["progress"] = progress
            made = write(path, brief, **options)
            return made if isinstance(made, list) else [path]
        from outputs.answers import answers_to, with_answers
        from outputs.extract import extract

        found = extract(order.view, lang=order.lang, themes=order.themes, map_number=order.map_number)
        found = with_answers(found, answers_to(order.view, order.asked))
        if product.is_pictured:
            options["picture"] = _picture(order)
        write(path, found, options.pop("crs") or None, **options)
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from error
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, sqlite3.Error) as error:
        raise OSError(errno.EIO, str(error), str(path)) from error
    return [path]


def _picture(order: Order) -> bytes:
    """The map of an order; nothing on a machine without a font for its names."""
    from layers.paper.typesetting import NoFont
    from outputs.meeting.brief import Brief
    from outputs.meeting.posters import whole_picture

    view = order.view
    if order.themes:
        view = view.narrowed(narrowed(view.filter, "theme", order.themes))
    try:
        return whole_picture(Brief(view, order.lang, map_number=order.map_number), order.lang)
    except NoFont:
        return b""


def _check_asked(product: Product, order: Order) -> None:
    """OneQuestion or NoQuestion where a product does not hold so many answers."""
    if order.asked and not product.answers:
        raise NoQuestion(product=product.name, takers=_titles(each for each in PRODUCTS.values() if each.answers))
    if len(order.asked) > 1 and product.answers == ONE:
        takers = _titles(each for each in PRODUCTS.values() if each.answers == ALL)
        raise OneQuestion(product=product.name, takers=takers)


def _titles(found: Iterable[Product]) -> Text:
    titles = [each.title for each in found]
    return Text(*("、".join(title.in_(lang) for title in titles) or "–" for lang in LANGS))


def _options(product: Product, order: Order) -> dict[str, Any]:
    """All options of a product with what the order gives for them; BadOption for one that it does not take."""
    given = dict(order.options or {})
    own = {option.name: option for option in product.options}
    for name, value in given.items():
        if name not in own:
            takers = _titles(each for each in PRODUCTS.values() if name in {option.name for option in each.options})
            raise ForeignOption(product=product.name, option=name, takers=takers)
        if own[name].choices and value not in own[name].choices:
            raise BadOption(product=product.name, option=name, value=value, allowed=", ".join(own[name].choices))
    found = {name: given.get(name, option.default) for name, option in own.items()}
    systems = product.crs(order.view.register.place)
    if order.crs and order.crs not in systems:
        raise BadOption(product=product.name, option="crs", value=order.crs, allowed=", ".join(systems) or "–")
    if product.takes == "extract":
        found["crs"] = order.crs or next(iter(systems), "")
    return found
