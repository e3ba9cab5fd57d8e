"""The script of the screen alone: while it runs, its folder stands before all libraries in Python's path."""
