"""The screen. It wires; it does not think.

The first visit after a start waits a second for the libraries. What stands on the screen
meanwhile lets the browser fetch the parts of the page in that time.
"""

import sys
from pathlib import Path

import streamlit as st

st.set_page_config(
    page_title="莞图 guantu",
    page_icon=str(Path(__file__).parent / "views" / "icon.svg"),
    layout="wide",
    initial_sidebar_state="expanded",
)

if "views.visit" in sys.modules:
    from views.visit import main
else:
    waiting = st.sidebar.empty()
    with waiting.container():
        st.pills("莞图", ["guantu"], key="waiting-pills", disabled=True)
        st.multiselect("莞图", [], key="waiting-list", placeholder="guantu", disabled=True)
        st.date_input("莞图", key="waiting-day", disabled=True)
    from views.visit import main

    waiting.empty()

main()
