"""Benchmarks of the map, against what Streamlit users would write instead, and of the register."""
