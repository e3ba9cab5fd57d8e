"""The script of the screen, run for each visit and each change. It wires; it does not think."""

from pathlib import Path

import streamlit as st

from views.visit import main

if __name__ == "__main__":
    st.set_page_config(
        page_title="莞图 guantu",
        page_icon=str(Path(__file__).parent.with_name("icon.svg")),
        layout="wide",
        initial_sidebar_state="expanded",
    )
    main()
