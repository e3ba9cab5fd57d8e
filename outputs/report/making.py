"""A report as a file of one of its formats; both doors come through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from geodata.model import Agency
from geodata.text import BOTH, LANGS
from outputs.names import clean
from outputs.report.asked import Asked, ReportError
from outputs.report.content import Report
from outputs.report.report import report_of

FORMATS: Mapping[str, str] = {form: f"outputs.report.{form}" for form in ("docx", "xlsx", "pdf")}
"""Module of each format, imported when needed; its function is `write_` with the name of the format."""


def form_of(path: Path, form: str = "") -> str:
    """The format that is asked for, else that of the ending; ReportError where there is none, or both differ."""
    ending = path.suffix.lower().removeprefix(".")
    if not form and ending not in FORMATS:
        raise ReportError("ending", name=path.name or "–", ends=" / ".join(f".{each}" for each in FORMATS))
    if form and path.suffix and ending != form:
        raise ReportError("clash", name=path.name, form=form)
    return form or ending


def make_report(path: Path, asked: Asked, form: str, lang: str) -> None:
    """Make the file of a report in a language, or in both one after the other. NoFont for a PDF, and OSError."""
    _written(path, report_of(asked), form, lang)


def make_each(folder: Path, asked: Asked, form: str, lang: str, progress: Callable[[int, int], None]) -> list[Path]:
    """A file for each agency that has something to report, in a folder; `progress` is told of each.

    Returns what was written. ReportError where the folder is a file; NoFont and OSError as `make_report`.
    """
    if folder.exists() and not folder.is_dir():
        raise ReportError("folder", name=folder.name)
    folder.mkdir(parents=True, exist_ok=True)
    names = asked.register.by_id(Agency)
    made, each = [], list(asked.each())
    for done, one in enumerate(each, start=1):
        subject = clean(names[one.agency].name.in_(LANGS[0] if lang == BOTH else lang))[:40]
        path = folder / f"{done:02d}-{subject}-{asked.period.name}.{form}"
        make_report(path, one, form, lang)
        made.append(path)
        progress(done, len(each))
    return made


def _written(path: Path, report: Report, form: str, lang: str) -> None:
    write: Callable[[Path, Report, Sequence[str]], None] = getattr(import_module(FORMATS[form]), f"write_{form}")
    write(path, report, LANGS if lang == BOTH else (lang,))
