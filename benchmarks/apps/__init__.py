"""The Streamlit apps that are measured: same data, same filter, same size."""
