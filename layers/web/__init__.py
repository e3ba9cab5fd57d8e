"""The map in the browser: its document, its features, its legend and its scripts."""
