"""The screen of the synthetic register: kept from an earlier start, as the app keeps its own."""

from __future__ import annotations

from benchmarks.apps import common
from views import process, served


def version() -> str:
    """Under which the screen is kept."""
    return f"synthetic-{common.N}"


def load() -> None:
    """Have its files served."""
    if served.served(version()) is None:
        # Late: it brings the libraries.
        from benchmarks.apps import ours_make

        served.serve(version(), ours_make.make)


def load_rest() -> None:
    """As in the app: the other pages need the libraries, and what is loaded is kept out of the collector."""
    import views.pages  # noqa: F401

    process.keep()
