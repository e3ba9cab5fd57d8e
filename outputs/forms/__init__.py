"""The half-year form of an agency: how it is made, how a filled one is read, and what it would write."""
