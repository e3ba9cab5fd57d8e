"""streamlit-folium as its documentation teaches: build the map on each run and show it."""

from streamlit_folium import st_folium

from benchmarks.apps import common, peers

common.page()
common.count_run()
choice = common.choose()
page = peers.blank_map()
peers.layer(choice).add_to(page)
st_folium(page, height=common.HEIGHT, use_container_width=True)
