"""What the owner of this server keeps in `.streamlit/secrets.toml`."""

from __future__ import annotations

import streamlit as st


def secret(name: str) -> str:
    """A secret by name, or an empty text."""
    try:
        return str(st.secrets.get(name, "")) if name else ""
    except FileNotFoundError:
        return ""


def map_number() -> str:
    """The map approval number (审图号), or an empty text."""
    return secret("map_approval_number")


def has_sign_in() -> bool:
    """Whether the owner has said where people sign in: a table `auth`, as Streamlit asks for it."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False
