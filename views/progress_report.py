"""The report of a half-year: for the city, an agency or the joint conference; looked at here, taken along as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from analysis.halves import Half, half_of
from analysis.view import View
from geodata.model import Agency
from geodata.text import BOTH, LANGS
from layers.paper import typesetting
from layers.paper.typesetting import NoFont
from outputs.names import clean
from outputs.report.asked import Asked, ReportError, asked_of
from outputs.report.html import preview_html
from outputs.report.making import FORMATS, make_report
from outputs.report.report import report_of
from views import catalog
from views.catalog import Known
from views.identity import Visitor
from views.language import LANGUAGE_NAMES
from views.markup import notice
from views.progress_mine import said_half, usual_half
from views.words import Words
from views.works import WORKS

KINDS = ("city", "agency", "conference")
KEPT = "report-made"


def show(view: View, words: Words, who: Visitor) -> None:
    """What is asked on the left, the paper on the right."""
    left, right = st.columns([1, 2.2], gap="large")
    known = st.session_state.get("report-known")
    with left:
        asked = _asked(view, words, who)
        if asked is None:
            return
        _file(asked, words, known if isinstance(known, date) else None)
    with right, st.container(height=620, border=True, key="report-paper"):
        st.html(preview_html(report_of(asked), words.lang))


def _asked(view: View, words: Words, who: Visitor) -> Asked | None:
    """The half-year, and whose report; None while something is missing, which is said."""
    st.session_state.setdefault("report-kind", KINDS[0])
    kind = st.segmented_control(
        words("report-kind"), KINDS, key="report-kind",
        format_func=lambda name: words(f"report-{name}"), required=True,
    )  # fmt: skip
    agency = None
    if kind == "agency":
        mine = who.person.agencies if who.person else ()
        names = list(view.register.by_id(Agency))
        agency = st.selectbox(
            words("agency"), names, index=names.index(mine[0]) if mine and mine[0] in names else None,
            key="report-agency", format_func=lambda name: words.agencies[name], placeholder=words("mine-which"),
        )  # fmt: skip
    today = view.register.place.today()
    halves = _halves(today)
    if st.session_state.get("report-half") not in halves:
        st.session_state["report-half"] = usual_half(today)
    half = st.selectbox(words("half-year"), halves, key="report-half", format_func=lambda one: said_half(one, words))
    known = st.date_input(
        words("report-known"), None, key="report-known", max_value=today, format="YYYY-MM-DD",
        help=words("report-known-help"),
    )  # fmt: skip
    if kind == "agency" and not agency:
        st.info(words("mine-which"))
        return None
    try:
        asked = _read(catalog.version(), half, known if isinstance(known, date) else None)
        if kind == "conference":
            return asked.of_conference()
        return asked.of(agency) if agency else asked
    except ReportError as error:
        notice(error.text.in_(words.lang))
        return None


def _halves(today: date) -> list[Half]:
    """This half-year and those before it, ten years back."""
    found = [half_of(today)]
    while len(found) < 20:
        found.append(found[-1].before)
    return found


@st.cache_resource(show_spinner=False, max_entries=6)
def _read(version: str, half: Half, known_by: date | None) -> Asked:
    return asked_of(catalog.where(), half, known_by)


def _file(asked: Asked, words: Words, known_by: date | None) -> None:
    form = st.segmented_control(
        words("format"), list(FORMATS), default="docx", key="report-format",
        format_func=lambda name: words(f"report-{name}"), required=True,
    ) or "docx"  # fmt: skip
    names = {**LANGUAGE_NAMES, BOTH: words("meeting-both")}
    lang = st.segmented_control(
        words("export-lang"), (*LANGS, BOTH), default=words.lang, key="report-lang", format_func=names.__getitem__,
        required=True,
    ) or words.lang  # fmt: skip
    wanted = (catalog.version(Known(known_by)), asked.period, asked.kind, asked.agency, form, lang)
    if st.button(words("report-make"), type="primary", key="report-make", icon=":material/description:"):
        st.session_state[KEPT] = None
        report = report_of(asked)
        name = f"{clean(report.title.in_(words.lang))[:60]}-{asked.period.name}.{form}"
        try:
            with st.spinner(words("making")):
                ((_, data),) = WORKS.made(
                    ("report", *wanted), lambda: _made(name, asked, form, lang), lambda ahead: None
                )
            st.session_state[KEPT] = (wanted, name, data)
        except (NoFont, OSError) as error:
            notice(words("export-failed", reason=str(error)))
    made = st.session_state.get(KEPT)
    if made and made[0] == wanted:
        st.download_button(
            words("form-save", file=made[1]), made[2], made[1], on_click="ignore", icon=":material/download:",
            key="report-save",
        )  # fmt: skip


def _made(name: str, asked: Asked, form: str, lang: str) -> tuple[tuple[str, bytes], ...]:
    typesetting.set_apart()
    with TemporaryDirectory(prefix="guantu-report-") as folder:
        path = Path(folder) / f"report.{form}"
        make_report(path, asked, form, lang)
        return ((name, path.read_bytes()),)
