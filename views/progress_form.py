"""The form of one measure: what happened, when, where it can be read; kept as a draft with every change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from analysis.duties import newest_fact
from analysis.halves import Half
from analysis.standing import MeasureStatus
from analysis.view import View
from geodata.codes import Shows, Stage
from geodata.faults import Fault
from geodata.journal import drafts as kept_drafts
from geodata.journal.door import Draft
from geodata.journal.entries import TEXTS as TERMS
from geodata.journal.entries import Kind, State
from geodata.journal.saying import Said, Source, drafts_of
from geodata.journal.statements import Statement, to_decide
from geodata.model import Agency, Target
from geodata.text import Text
from views import progress_notes, told
from views.identity import Visitor
from views.markup import notice, rows, tag, text
from views.words import TEXTS, Words

FIELDS = ("shows", "day", "zh", "en", "title", "url", "target", "value", "feature", "stage", "due", "decided")
MORE = ("en", "value", "stage", "due", "decided")
"""Those that are folded away while they are empty."""
SAYS = tuple(code for code in Shows if code != Shows.NOTHING)
NOTHING = ""


def show(
    view: View, words: Words, who: Visitor, row: MeasureStatus, agency: str, half: Half, said: Sequence[Statement]
) -> None:
    """What is known of the measure, what was said of it, and the form."""
    _known(view, words, row)
    for statement in said:
        # What waits or was sent back is between offices.
        if who.writes or statement.state == State.ACCEPTED:
            _statement(words, who, statement)
    progress_notes.show(view, words, who, row.measure.id, agency)
    if not who.speaks_for(agency):
        return
    # What one has sent oneself leaves an empty form behind: its widgets are others. What a colleague sends does not.
    sent = sum(each.first.author == who.login for each in said)
    form = f"{half.name}/{agency}/{row.measure.id}/{sent}"
    cells = _fields(view, words, row, form, _draft(who, form) or _sent_back(said))
    _keep(who, form, cells, words)
    _refusal(words, form)
    if st.button(words("propose"), type="primary", key=f"{form}/send", icon=":material/send:", width="stretch"):
        _send(view, words, who, row, agency, half, form, cells, said)


def _refusal(words: Words, form: str) -> None:
    """Why what was last sent was not taken, by field."""
    reason, faults = st.session_state.get(f"{form}/refused", (Text(), ()))
    if reason:
        notice(reason.in_(words.lang))
    for fault in faults:
        notice(fault_words(fault, words))


def fault_words(fault: Fault, words: Words, place: str = "") -> str:
    """What is wrong with a field of a form, in a line that begins with `place`."""
    key = f"field-{fault.field}"
    name = words(key) if key in TEXTS else fault.field
    line = words.pair(name, fault.found.in_(words.lang))
    return f"{' · '.join(filter(None, (place, line)))} → {fault.expected.in_(words.lang)}"


def _known(view: View, words: Words, row: MeasureStatus) -> None:
    fact = newest_fact(view, row.measure.id)
    told_fact = f"{fact.date} {fact.text.in_(words.lang)}" if fact else words("no-fact")
    measure = row.measure
    st.html(
        tag(
            "div",
            tag("h2", text(measure.title.in_(words.lang))),
            rows(
                [
                    (words("article"), text(words.articles[measure.article])),
                    (words("due"), text(measure.due_date.isoformat() if measure.due_date else measure.due_text)),
                    (words("outcome"), text(words.title("outcome", row.verdict.outcome))),
                    (words("reason"), text(row.verdict.reason.in_(words.lang))),
                    (words("last-fact"), text(told_fact)),
                ]
            ),
            cls="gt-card",
        )
    )


def _statement(words: Words, who: Visitor, statement: Statement) -> None:
    """What was said already, where it stands, and the way to take it back."""
    event = statement.cells("events")
    shows = told.shown(statement.cells("evidence").get("shows", ""), words)
    moved = statement.cells("measures").get("due_date", "")
    line = " ".join(filter(None, (event.get("date", ""), shows, event.get("text_zh", ""), moved)))
    parts = [tag("b", text(TERMS(f"state-{statement.state}", words.lang))), tag("span", text(line))]
    if statement.reason:
        parts.append(tag("span", text(words("because", reason=statement.reason)), cls="why"))
    st.html(tag("div", *parts, cls=f"gt-said gt-{statement.state}"))
    key = statement.id
    said = told.told().statements
    waits = to_decide([statement], said, State.PROPOSED, keep=True)
    stands = to_decide([statement], said, State.ACCEPTED, keep=True)
    if (
        who.speaks_for(statement.first.agency)
        and waits
        and st.button(words("withdraw"), key=f"withdraw-{key}", icon=":material/undo:")
    ):
        _do(words, who, [Draft(Kind.WITHDRAW, statement.first.agency, about=one) for one in waits])
    may_undo = who.speaks_for(statement.first.agency) and not waits and stands and not statement.is_undo
    if may_undo and st.button(words("undo"), key=f"undo-{key}", icon=":material/undo:", help=words("undo-help")):
        _do(words, who, [Draft(Kind.UNDO, statement.first.agency, about=one) for one in stands])


def _do(words: Words, who: Visitor, drafts: Sequence[Draft]) -> None:
    reason, _ = told.say(who, drafts)
    if reason:
        notice(reason.in_(words.lang))
    else:
        st.rerun()


def _draft(who: Visitor, form: str) -> dict[str, str]:
    """What was begun, here or on another screen."""
    if f"{form}/known" not in st.session_state:
        st.session_state[f"{form}/known"] = kept_drafts.kept(told.store(), who.login).get(form, {})
    found: dict[str, str] = st.session_state[f"{form}/known"]
    return found


def _sent_back(said: Sequence[Statement]) -> dict[str, str]:
    """What was sent back, to be mended and sent again; nothing where the newest was not."""
    if not said or said[0].state != State.RETURNED:
        return {}
    source, number, moved = (said[0].cells(table) for table in ("sources", "observations", "measures"))
    events = [row.entry.values for row in said[0].standings if row.entry.table == "events"]
    event = next(iter(events), {})
    stage = next((cells for cells in events if cells.get("stage")), {})
    found = {"shows": said[0].cells("evidence").get("shows", ""), "day": event.get("date", "")}
    found |= {"zh": event.get("text_zh", ""), "en": event.get("text_en", ""), "url": source.get("url", "")}
    found |= {"target": number.get("target", ""), "value": number.get("value", "")}
    found |= {"feature": stage.get("feature", ""), "stage": stage.get("stage", "")}
    found |= {"due": moved.get("due_date", ""), "decided": moved.get("due_text", "")}
    # The agency's own word has its own name for a publisher.
    return found | {"title": "" if source.get("publisher_zh") else source.get("title_zh", "")}


def _keep(who: Visitor, form: str, cells: dict[str, str], words: Words) -> None:
    filled = {name: value for name, value in cells.items() if value}
    if filled == st.session_state[f"{form}/known"]:
        if filled:
            st.caption(words("draft-kept"))
        return
    try:
        if filled:
            kept_drafts.keep(told.store(), who.login, form, filled)
        else:
            kept_drafts.drop(told.store(), who.login, form)
    except kept_drafts.DraftTooLong:
        st.warning(words("draft-too-long"))
        return
    st.session_state[f"{form}/known"] = filled
    st.caption(words("draft-kept"))


def _fields(view: View, words: Words, row: MeasureStatus, form: str, held: dict[str, str]) -> dict[str, str]:
    """The widgets, and what they hold by the names of `FIELDS`."""
    found = dict.fromkeys(FIELDS, "")

    def index(codes: Sequence[str], name: str) -> int | None:
        return codes.index(held[name]) if held.get(name) in codes else None

    with st.container(border=True):
        left, right = st.columns([1.4, 1])
        found["shows"] = left.selectbox(
            words("field-shows"), SAYS, index=index(SAYS, "shows"), key=f"{form}/shows",
            format_func=lambda code: told.shown(code, words), placeholder=words("choose"),
        ) or ""  # fmt: skip
        day = right.date_input(
            words("field-date"), _day(held.get("day", "")), key=f"{form}/day", format="YYYY-MM-DD",
            min_value=date(2000, 1, 1), max_value=view.register.place.today(),
        )  # fmt: skip
        found["day"] = day.isoformat() if isinstance(day, date) else ""
        found["zh"] = st.text_area(
            words("field-text_zh"), held.get("zh", ""), key=f"{form}/zh", max_chars=500, height=90,
            placeholder=words("field-text-hint"),
        ).strip()  # fmt: skip
        found["title"] = st.text_input(
            words("field-source"), held.get("title", ""), key=f"{form}/title", max_chars=200,
            placeholder=words("field-source-hint"),
        ).strip()  # fmt: skip
        found["url"] = st.text_input(words("field-url"), held.get("url", ""), key=f"{form}/url", max_chars=500).strip()
        with st.expander(words("more-fields"), expanded=any(held.get(name) for name in MORE)):
            found |= _more(view, words, row, form, held)
    # What is picked before anything is said of it says nothing.
    for picked, told_of in (("target", "value"), ("feature", "stage")):
        found[picked] = found[picked] if found[told_of] else ""
    return found


def _more(view: View, words: Words, row: MeasureStatus, form: str, held: dict[str, str]) -> dict[str, str]:
    """English, address, a number, the stage of a feature, another due date."""
    found = {"en": st.text_area(words("field-text_en"), held.get("en", ""), key=f"{form}/en", max_chars=800, height=70)}
    targets = [each.id for each in view.register.targets_of[row.measure.id]]
    known = view.register.by_id(Target)
    if targets:
        left, right = st.columns([1.4, 1])
        found["target"] = left.selectbox(
            words("field-target"), targets, key=f"{form}/target",
            format_func=lambda name: f"{known[name].metric.in_(words.lang)} ({known[name].amount(words.lang)})",
        )  # fmt: skip
        found["value"] = right.text_input(words("field-value"), held.get("value", ""), key=f"{form}/value").strip()
    if row.features:
        left, right = st.columns([1.4, 1])
        found["feature"] = left.selectbox(
            words("field-feature"), row.features, key=f"{form}/feature", format_func=lambda name: words.features[name],
            index=row.features.index(held["feature"]) if held.get("feature") in row.features else 0,
        )  # fmt: skip
        stages = [code for code in view.register.codes("stage") if code not in (Stage.UNKNOWN, Stage.NOT_APPLICABLE)]
        found["stage"] = right.selectbox(
            words("field-stage"), stages, index=stages.index(held["stage"]) if held.get("stage") in stages else None,
            key=f"{form}/stage", format_func=lambda code: words.title("stage", code), placeholder=words("choose"),
        ) or ""  # fmt: skip
    left, right = st.columns([1, 1.4])
    due = left.date_input(
        words("field-due_date"), _day(held.get("due", "")), key=f"{form}/due", format="YYYY-MM-DD",
        min_value=date(2010, 1, 1), max_value=date(2060, 12, 31),
    )  # fmt: skip
    found["due"] = due.isoformat() if isinstance(due, date) else ""
    found["decided"] = right.text_input(
        words("field-due_text"), held.get("decided", ""), key=f"{form}/decided", max_chars=200
    ).strip()
    return found


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _send(
    view: View, words: Words, who: Visitor, row: MeasureStatus, agency: str, half: Half, form: str,
    cells: dict[str, str], said: Sequence[Statement],
) -> None:  # fmt: skip
    """Say it; a draft that was taken is one no more."""
    register = view.register
    target = register.by_id(Target).get(cells["target"])
    returned = next((each for each in said if each.state == State.RETURNED), None)
    due = row.measure.due_date.isoformat() if row.measure.due_date else ""
    saying = Said(
        row.measure.id,
        agency,
        cells["shows"],
        cells["day"],
        Text(cells["zh"], cells["en"].strip()),
        Source(cells["title"], cells["url"]),
        feature=cells["feature"] if cells["stage"] else "",
        stage=cells["stage"],
        target=cells["target"] if cells["value"] else "",
        value=cells["value"],
        due=cells["due"],
        due_seen=due,
        decided=cells["decided"],
        instead=_event(returned),
        version=register.version,
        # A press more on the same form is the same entry.
        seed=f"{who.login} {form}",
        period=half.name,
        unit=target.unit.zh if target and cells["value"] else "",
    )
    name = register.by_id(Agency)[agency].name
    period = TEXTS[f"half-{half.half}"].filled(year=half.year)
    drafts = drafts_of(saying, name, period, register.place.today())
    if not drafts:
        st.warning(words("nothing-said"))
        return
    st.session_state[f"{form}/refused"] = reason, _ = told.say(who, drafts)
    if not reason:
        kept_drafts.drop(told.store(), who.login, form)
        st.toast(words("proposed-now"))
    st.rerun()


def _event(statement: Statement | None) -> str:
    if statement is None:
        return ""
    return next((row.entry.id for row in statement.standings if row.entry.table == "events"), "")
