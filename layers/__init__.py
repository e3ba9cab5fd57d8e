"""How it looks: symbology, the web map and its data file. No streamlit here, no opinion on what follows."""
