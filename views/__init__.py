"""The pages of the screen: they ask, show and wire; they do not think."""
