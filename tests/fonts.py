"""What tests of printed sheets need of the machine."""

from __future__ import annotations

import os
import shutil

import pytest

from layers.paper.typesetting import NoFont, fonts


def needs_font() -> None:
    """Skips where no font for Chinese is installed, fails where everything is required."""
    try:
        fonts()
    except NoFont as error:
        missing(f"{error} (Debian: fonts-noto-cjk)")


def tool(name: str) -> str:
    """Where a program of poppler or GDAL is; skips without it, fails where everything is required."""
    found = shutil.which(name)
    if not found:
        missing(f"needs {name} (Debian: poppler-utils gdal-bin)")
    return str(found)


def missing(message: str) -> None:
    """Skips for want of something, fails where everything is required."""
    if os.environ.get("GUANTU_REQUIRE_ALL"):
        pytest.fail(message)
    pytest.skip(message)


def libreoffice() -> str:
    """Where LibreOffice with its Writer is; skips without it, fails where everything is required."""
    found = shutil.which("soffice")
    if not found:
        missing("needs LibreOffice (Debian: libreoffice-writer-nogui)")
    return str(found)
