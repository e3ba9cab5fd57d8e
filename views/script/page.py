"""The script of the app, run for each visit and whenever the screen asks. It wires; it does not think."""

from pathlib import Path

import streamlit as st

from views import visit

if __name__ == "__main__":
    st.set_page_config(
        page_title="莞图 guantu",
        page_icon=str(Path(__file__).parent.with_name("icon.svg")),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    visit.main()
