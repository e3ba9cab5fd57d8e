"""streamlit-folium at its best: constant map, features as a feature group, a fragment, nothing sent back."""

import folium
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.apps import common, peers


@st.fragment
def show() -> None:
    """The filter and the map."""
    common.count_run()
    group = folium.FeatureGroup(name="features")
    peers.layer(common.choose()).add_to(group)
    st_folium(
        peers.blank_map(),
        key="map",
        height=common.HEIGHT,
        use_container_width=True,
        feature_group_to_add=group,
        returned_objects=[],
    )


common.page()
show()
