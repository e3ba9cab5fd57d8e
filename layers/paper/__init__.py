"""The map on paper: a frame of ground, the picture on it, and names that keep clear of each other."""
