"""The language of a visit."""

from __future__ import annotations

import streamlit as st

from geodata.text import LANGS


def asked() -> str:
    """What the address asks for, else what the browser speaks; Chinese where it says nothing."""
    asked = (st.query_params.get_all("lang") or [""])[0]
    if asked in LANGS:
        return asked
    return "zh" if (st.context.locale or "zh").lower().startswith("zh") else "en"
