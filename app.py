"""The screen. It wires; it does not think."""

from pathlib import Path

import streamlit as st

from views.visit import main

st.set_page_config(
    page_title="莞图 guantu",
    page_icon=str(Path(__file__).parent / "views" / "icon.svg"),
    layout="wide",
    initial_sidebar_state="expanded",
)
main()
