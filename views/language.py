"""The language of a visit."""

from __future__ import annotations

import streamlit as st

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
"""Each language named in itself."""


def spoken() -> str:
    """What the browser speaks; Chinese where it says nothing."""
    return "zh" if (st.context.locale or "zh").lower().startswith("zh") else "en"
