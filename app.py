"""The door of the screen: the server starts here, views/script/page.py is run for each visit."""

import streamlit as st

from views.preload import lifespan

app = st.App("views/script/page.py", lifespan=lifespan)
