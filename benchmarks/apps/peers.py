"""What the two streamlit-folium apps share. Their scripts lie on this server, the best case for them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import streamlit as st
from streamlit.components.v1 import declare_component

from benchmarks import dataset
from benchmarks.apps import common
from layers.symbology import rules

CENTRE = [(dataset.SOUTH + dataset.NORTH) / 2, (dataset.WEST + dataset.EAST) / 2]


def _serve_leaflet() -> str:
    """Where Streamlit serves the installed Leaflet: a component's folder is a local route."""
    spec = find_spec("js_lib_leaflet")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("django-js-lib-leaflet is not installed")
    component = declare_component("leaflet", path=str(Path(spec.origin).parent / "static" / "js_lib_leaflet"))
    return f"/component/{component.name}"


_ROUTE = _serve_leaflet()


class LocalMap(folium.Map):
    """folium.Map without jQuery, Bootstrap and icon fonts, which plain shapes do not need."""

    default_js = [("leaflet", f"{_ROUTE}/leaflet.js")]  # noqa: RUF012
    default_css = [("leaflet_css", f"{_ROUTE}/leaflet.css")]  # noqa: RUF012


def blank_map() -> folium.Map:
    """A map of the city without tiles."""
    return LocalMap(location=CENTRE, zoom_start=10, tiles=None)


@st.cache_resource(show_spinner=False)
def data() -> gpd.GeoDataFrame:
    """The test features."""
    return dataset.features(common.N)


def kept(choice: str) -> gpd.GeoDataFrame:
    """The features that the filter keeps."""
    frame = data()
    if choice == common.ALL:
        return frame
    return frame[frame["agency" if choice in common.AGENCIES else "stage"] == choice]


def style(feature: dict[str, Any]) -> dict[str, Any]:
    """Colour by stage."""
    colour = rules()["stage"][feature["properties"]["stage"]]["color"]
    return {"color": colour, "fillColor": colour, "weight": 2, "fillOpacity": 0.3}


def layer(choice: str) -> folium.GeoJson:
    """The kept features as folium draws them: points as circles, no tooltips, no labels."""
    return folium.GeoJson(kept(choice), style_function=style, marker=folium.CircleMarker(radius=4))
