"""The floor: one widget and one text, no map."""

import streamlit as st

from benchmarks.apps import common

common.page()
common.count_run()
st.text(f"shown: {common.choose()}")
