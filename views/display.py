"""What is shown beside the data: muted features, colour vision, an online basemap."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geodata.text import Text
from layers.basemaps import BasemapRefused, addresses, basemaps
from layers.symbology import rules
from views.secrets import secret
from views.words import Words

VISIONS = ("normal", "grey", *rules()["vision"])


def show(words: Words) -> dict[str, Any] | None:
    """What is shown beside the data; returns the message for an online basemap, if one was picked."""
    st.toggle(words("hide-muted"), key="hide")
    st.selectbox(words("vision"), VISIONS, key="vision", format_func=lambda name: words(f"vision-{name}"))
    records = basemaps()
    titles = {"": words("basemap-none")} | {
        key: Text(row.title_zh, row.title_en).in_(words.lang) for key, row in records.items()
    }
    picked = st.selectbox(words("basemap"), list(titles), key="basemap", format_func=titles.__getitem__)
    if not picked:
        return None
    record = records[picked]
    token = secret(record.token)
    if record.token and not token:
        st.info(words("basemap-token", title=titles[picked], token=record.token))
        return None
    try:
        urls = addresses(record, token)
    except BasemapRefused:
        st.error(words("basemap-refused", title=titles[picked], datum=record.datum))
        return None
    st.caption(words("basemap-online"))
    return {"id": picked, "urls": urls, "attribution": record.attribution}
