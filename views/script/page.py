"""The script of the screen, run for each visit and each change. It wires; it does not think."""

from pathlib import Path

import streamlit as st

from views import first_picture

if __name__ == "__main__":
    st.set_page_config(
        page_title="莞图 guantu",
        page_icon=str(Path(__file__).parent.with_name("icon.svg")),
        layout="wide",
        initial_sidebar_state="auto",
    )
    above, body = st.container(key="above"), st.container(key="body")
    drawn = first_picture.draw(body)
    # Late, for it brings the libraries that a first picture can do without.
    from views.visit import main

    main(above, body, drawn)
