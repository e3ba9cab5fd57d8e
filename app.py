"""The door of the screen: the server starts here, views/page.py is run for each visit."""

import streamlit as st

from views.early import lifespan

app = st.App("views/page.py", lifespan=lifespan)
