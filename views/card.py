"""The details card: what is known of one feature or one measure, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from analysis.course import course_on
from analysis.standing import FeatureStatus, MeasureStatus
from analysis.view import View
from geodata.codes import Grade, Relation, Role
from geodata.model import Agency, Article, Event, Feature, Source
from layers import swatch
from views import state
from views.markup import link, picture, rows, tag, text
from views.tables import distance
from views.words import Words


def show(view: View, words: Words) -> None:
    """The card of the selection, or a hint where nothing is selected; it says when the filter leaves it out."""
    feature, measure = state.selected("features"), state.selected("measures")
    standing, selection = view.standing, view.selection
    for name, frame, mask in (
        (feature, standing.features, selection.features),
        (measure, standing.measures, selection.measures),
    ):
        if name and not mask[(frame["id"] == name).to_numpy()].any():
            st.html(tag("p", text(words("filtered")), cls="gt-notice"))
    if feature:
        status = standing.feature_status[feature]
        st.html(feature_card(view, status, words))
        titles = {name: standing.measure_status[name].measure.title.in_(words.lang) for name in status.measures}
        _jumps("measures", titles, "show-measure", words)
    elif measure:
        found = standing.measure_status[measure]
        st.html(measure_card(view, found, words))
        _jumps("features", {name: words.features[name] for name in found.features}, "show-feature", words)
    else:
        st.html(tag("div", tag("h2", text(words("details"))), tag("p", text(words("details-hint"))), cls="gt-card"))
        return
    st.button(words("close"), on_click=state.select, args=("features", None), key="close", icon=":material/close:")


def _jumps(kind: str, titles: dict[str, str], label: str, words: Words) -> None:
    """A way from the card to the other side of the link."""
    if not titles:
        return

    def jump() -> None:
        state.select(kind, st.session_state["jump"])

    st.selectbox(
        words(label),
        list(titles),
        index=None,
        format_func=titles.__getitem__,
        key="jump",
        on_change=jump,
        placeholder="—",
        label_visibility="visible",
    )


def feature_card(view: View, status: FeatureStatus, words: Words) -> str:
    """The card of a feature as HTML."""
    row = status.feature
    parts = [
        tag("h2", text(row.name.in_(words.lang))),
        tag("div", text(" · ".join(_other_names(row, words))), cls="alias"),
        _stage(view, status, words),
        rows(
            [
                (words("theme"), text(words.title("theme", row.theme))),
                (words("towns"), text(words.listed(words.features[town] for town in row.town))),
                (words("location"), text(words.title("location", row.location))),
                (words("position"), text(position_words(row, words))),
                (words("note"), text(row.note.in_(words.lang))),
            ]
        ),
        _measures(view, row.id, words),
        _history(view, row.id, words),
        _observations(view, row.id, words),
        tag("h3", text(words("sources"))),
        tag("ul", *(tag("li", _source(view, name, words)) for name in row.sources)),
    ]
    return tag("div", *parts, cls="gt-card")


def _other_names(row: Feature, words: Words) -> list[str]:
    other = row.name.en if words.lang == "zh" else row.name.zh
    return [name for name in (other, *row.aliases) if name and name != row.name.in_(words.lang)]


def _stage(view: View, status: FeatureStatus, words: Words) -> str:
    stage, row = status.stage, status.feature
    symbol = picture(swatch.line_and_marker(stage.stage))
    since = ""
    if stage.stage_since:
        since = f" · {words('since') if stage.stage_begins else words('no-later')} {stage.stage_since}"
    grade = f" · {words.title('grade', stage.stage_grade)}" if stage.stage_grade else ""
    lines = [tag("p", symbol, tag("b", text(words.title("stage", stage.stage))), text(since + grade))]
    if stage.stage_event:
        event = view.register.by_id(Event)[stage.stage_event]
        whole = "" if event.feature == row.id else words("as-part", name=words.features[event.feature])
        lines.append(tag("p", text(whole + event.text.in_(words.lang))))
    if stage.restriction:
        said = words.pair(words("restriction"), words.title("restriction", stage.restriction))
        lines.append(tag("p", text(said), cls="warn"))
    if row.stage_stretch and stage.stage_event:
        lines.append(tag("p", text(words("stage-stretch")), cls="calm"))
    if stage.evidence is None:
        grades = {event.grade for event in view.register.events_of[row.id]}
        key = "undated-source" if grades - {Grade.SEED, Grade.NOT_FOUND} else "never"
        lines.append(tag("p", text(words(key)), cls="calm"))
    elif stage.stale:
        said = words.pair(words("stale"), words("stale-since", day=stage.evidence))
        lines.append(tag("p", text(said), cls="calm"))
    return "".join(lines)


def position_words(row: Feature, words: Words) -> str:
    """Where the position comes from and how far off it may be."""
    if not row.is_placed or row.accuracy_m is None:
        return words("not-drawn")
    within = words("within", distance=distance(row.accuracy_m))
    return f"{words.title('position-basis', row.position_basis)} · {within}"


def _measures(view: View, feature: str, words: Words) -> str:
    """The measures that act on a feature, then those that only name it, each with the words of the text."""
    mine, out = view.register.links_of[feature], ""
    for relation, heading in ((Relation.TARGET, "measures"), (Relation.CONTEXT, "named-only")):
        links = [row for row in mine if row.relation == relation]
        if links or relation == Relation.TARGET:
            out += tag("h3", text(f"{words(heading)} ({len(links)})"))
            alone = len(links) == 1
            items = (_measure_item(view, link.measure, link.locator, words, alone) for link in links)
            out += "".join(items) or text(words("no-measure"))
    return out


def _measure_item(view: View, name: str, locator: str, words: Words, alone: bool) -> str:
    status = view.standing.measure_status[name]
    outcome = status.verdict.outcome
    title = text(status.measure.title.in_(words.lang))
    symbol = picture(swatch.marker("outcome", outcome))
    head = tag("summary", symbol, title, " ", _chip(words.title("outcome", outcome)))
    facts = _measure_facts(view, status, words), rows([(words("locator"), text(locator))])
    return tag("details", head, *facts, **({"open": ""} if alone else {}))


def _chip(value: str) -> str:
    return tag("span", text(value), cls="chip") if value else ""


def _measure_facts(view: View, status: MeasureStatus, words: Words) -> str:
    row, verdict = status.measure, status.verdict
    article = view.register.by_id(Article)[row.article]
    due = row.due_text + (f" · {row.due_date}" if row.due_date else "")
    regions = words.listed(words.title("region", code) for code in row.counterpart)
    place = f"{row.id} · {words('sentence', n=row.sentence)}"
    return rows(
        [
            (words("article"), text(words.article_heading(article)) + tag("small", " ", text(place))),
            *((words.title("role", role), _agencies(view, row.article, role, words)) for role in Role),
            (words("due"), text(due)),
            (words("recurrence"), text(words.title("recurrence", row.recurrence))),
            (words("targets"), _targets(view, row.id, words)),
            (words("counterpart"), text(regions)),
            (words("outcome"), text(words.title("outcome", verdict.outcome))),
            (words("warning"), text(words.title("warning", verdict.warning))),
            (words("reason"), text(verdict.reason.in_(words.lang))),
            (words("note"), text(row.note.in_(words.lang))),
        ]
    )


def _agencies(view: View, article: str, role: str, words: Words) -> str:
    """The agencies as the text writes them, with their names of today."""
    agencies, names = view.register.by_id(Agency), []
    for item in view.register.assignments_of[article]:
        if item.role != role:
            continue
        agency = agencies[item.agency]
        name = item.written_as if words.lang == "zh" else f"{agency.name.in_(words.lang)} ({item.written_as})"
        if agency.later_name:
            grade = words.title("grade", agency.later_name_grade)
            name += f" [{words('later-name', name=agency.later_name.in_(words.lang), grade=grade)}]"
        names.append(name)
    return text(words.items(names))


def _targets(view: View, measure: str, words: Words) -> str:
    lines = [
        words.pair(row.metric.in_(words.lang), f"{row.value:g} {row.unit.in_(words.lang)}")
        + (f" · {row.period.replace('/', '–')}" if row.period else "")
        + (f" · {words.title('recurrence', row.recurrence)}" if row.recurrence else "")
        for row in view.register.targets_of[measure]
    ]
    return "<br>".join(text(line) for line in lines)


def measure_card(view: View, status: MeasureStatus, words: Words) -> str:
    """The card of a measure as HTML."""
    row, verdict = status.measure, status.verdict
    article = view.register.by_id(Article)[row.article]
    symbol = picture(swatch.marker("outcome", verdict.outcome))
    listed = article.list_text or words("no-agency")
    places = words.listed(words.features[name] for name in status.features) or words("no-place")
    outcome, reason = words.title("outcome", verdict.outcome), verdict.reason.in_(words.lang)
    parts = [
        tag("h2", text(row.title.in_(words.lang))),
        tag("div", text(row.title.en if words.lang == "zh" else row.title.zh), cls="alias"),
        tag("p", symbol, tag("b", text(outcome)), " ", text(reason)),
        _measure_facts(view, status, words),
        rows(
            [
                (words("list-as-written"), text(listed)),
                (words("note"), text(article.note.in_(words.lang))),
                (words("on-map"), text(words.title("mappable", row.mappable))),
                (words("places"), text(places)),
            ]
        ),
    ]
    return tag("div", *parts, cls="gt-card")


def _history(view: View, feature: str, words: Words) -> str:
    course = course_on(view.register, feature, view.day)
    gaps = course.gaps
    facts = sorted((*course.known, *course.later), key=lambda row: row.date)
    items = [_fact(view, row, words, row in course.later) for row in facts]
    out = tag("h3", text(words("history"))) + tag("ol", *items) if items else ""
    if gaps:
        lines = (tag("li", text(row.text.in_(words.lang))) for row in gaps)
        out += tag("h3", text(words("gaps"))) + tag("ul", *lines, cls="calm")
    return out


def _fact(view: View, row: Event, words: Words, later: bool) -> str:
    day = row.date if row.date and "X" not in row.date else f"{row.date} {words('undated')}".strip()
    chips = _chip(words.title("stage", row.stage) if row.stage else words.title("event-kind", row.kind))
    chips += _chip(words.title("grade", row.grade)) if row.grade != Grade.VERIFIED else ""
    chips += _chip(words("later-than-day")) if later else ""
    source = _source(view, row.source, words) if row.source else text(words.title("grade", Grade.UNVERIFIED))
    lines: Iterable[str] = (text(row.text.in_(words.lang)), tag("small", source))
    return tag("li", tag("b", text(day)), " ", chips, "<br>", "<br>".join(lines), cls="later" if later else "")


def _observations(view: View, feature: str, words: Words) -> str:
    items = []
    for row in view.register.observations_of[feature]:
        measured = f"{row.date} · {words.title('metric', row.metric)}"
        line = words.pair(measured, f"{row.value} {row.unit} {row.note.in_(words.lang)}")
        items.append(tag("li", text(line), "<br>", tag("small", _source(view, row.source, words))))
    return tag("h3", text(words("observations"))) + tag("ul", *items) if items else ""


def _source(view: View, name: str, words: Words) -> str:
    row = view.register.by_id(Source)[name]
    parts = (row.publisher.in_(words.lang), row.date_published, words.title("grade", row.grade))
    about = " · ".join(filter(None, parts))
    title = row.title.in_(words.lang)
    title = link(row.url, title) if row.url else text(title)
    return title + text(f" · {about}" if about else "")
