"""The details card: what is known of one feature or one measure, and where each value comes from."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analysis.filters import Selection
from analysis.join import Joined
from analysis.stages import is_later
from geodata.codes import EventKind, Grade, Relation, Role
from layers import swatch
from views import state
from views.html import link, picture, rows, tag, text
from views.panel import article_title
from views.tables import distance
from views.words import Words


def show(joined: Joined, selection: Selection, words: Words) -> None:
    """The card of the selection, or a hint where nothing is selected; it says when the filter leaves it out."""
    feature, measure = state.selected("features"), state.selected("measures")
    for name, frame, mask in (
        (feature, joined.features, selection.features),
        (measure, joined.measures, selection.measures),
    ):
        if name and not mask[(frame["id"] == name).to_numpy()].any():
            st.html(tag("p", text(words("filtered")), cls="gt-notice"))
    if feature:
        row = joined.features.set_index("id", drop=False).loc[feature]
        st.html(feature_card(joined, row, words))
        _jumps(
            "measures",
            {name: words.of(_measure(joined, name), "title") for name in row["measures"]},
            "show-measure",
            words,
        )
    elif measure:
        row = _measure(joined, measure)
        st.html(measure_card(joined, row, words))
        names = joined.features.set_index("id")
        _jumps("features", {name: words.of(names.loc[name], "name") for name in row["features"]}, "show-feature", words)
    else:
        st.html(tag("div", tag("h2", text(words("details"))), tag("p", text(words("details-hint"))), cls="gt-card"))
        return
    st.button(words("close"), on_click=state.select, args=("features", None), key="close", icon=":material/close:")


def _measure(joined: Joined, name: str) -> Any:
    return joined.measures[joined.measures["id"] == name].iloc[0]


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


def feature_card(joined: Joined, row: Any, words: Words) -> str:
    """The card of a feature (a row of the joined features) as HTML."""
    events = joined.register["events"]
    events = events[events["feature"] == row["id"]]
    parts = [
        tag("h2", text(words.of(row, "name"))),
        tag("div", text(" · ".join(_other_names(row, words))), cls="alias"),
        _stage(joined, row, events, words),
        rows(
            [
                (words("theme"), text(words.title("theme", row["theme"]))),
                (words("towns"), text(words.list(_names(joined, row["town"], words)))),
                (words("location"), text(words.title("location", row["location"]))),
                (words("position"), text(position_words(row, words))),
                (words("note"), text(words.of(row, "note"))),
            ]
        ),
        _measures(joined, row["id"], words),
        _history(joined, events, words),
        _observations(joined, row["id"], words),
        tag("h3", text(words("sources"))),
        tag("ul", *(tag("li", _source(joined, name, words)) for name in row["sources"])),
    ]
    return tag("div", *parts, cls="gt-card")


def _other_names(row: Any, words: Words) -> list[str]:
    other = row["name_en"] if words.lang == "zh" else row["name_zh"]
    return [name for name in (other, *row["aliases"]) if name and name != words.of(row, "name")]


def _stage(joined: Joined, row: Any, events: Any, words: Words) -> str:
    symbol = picture(swatch.line_and_marker(row["stage"]))
    since = ""
    if row["stage_since"]:
        since = f" · {words('since') if row['stage_begins'] else words('no-later')} {row['stage_since']}"
    grade = f" · {words.title('grade', row['stage_grade'])}" if row["stage_grade"] else ""
    lines = [tag("p", symbol, tag("b", text(words.title("stage", row["stage"]))), text(since + grade))]
    if row["stage_event"]:
        event = joined.register["events"].set_index("id").loc[row["stage_event"]]
        whole = (
            ""
            if event["feature"] == row["id"]
            else words("as-part", name=_names(joined, (event["feature"],), words)[0])
        )
        lines.append(tag("p", text(whole + words.of(event, "text"))))
    if row["restriction"]:
        lines.append(
            tag("p", text(words.pair(words("restriction"), words.title("restriction", row["restriction"]))), cls="warn")
        )
    if row["stage_stretch"] and row["stage_event"]:
        lines.append(tag("p", text(words("stage-stretch")), cls="calm"))
    if row["evidence"] is None:
        undated = events[(events["grade"] != Grade.SEED) & (events["grade"] != Grade.NOT_FOUND)]
        lines.append(tag("p", text(words("undated-source" if len(undated) else "never")), cls="calm"))
    elif row["stale"]:
        lines.append(tag("p", text(words.pair(words("stale"), words("stale-since", day=row["evidence"]))), cls="calm"))
    return "".join(lines)


def position_words(row: Any, words: Words) -> str:
    """Where the position comes from and how far off it may be."""
    if row["geometry"] is None:
        return words("not-drawn")
    within = words("within", distance=distance(row["accuracy_m"]))
    return f"{words.title('position-basis', row['position_basis'])} · {within}"


def _names(joined: Joined, ids: tuple[str, ...], words: Words) -> list[str]:
    names = joined.features.set_index("id")
    return [words.of(names.loc[name], "name") for name in ids]


def _measures(joined: Joined, feature: str, words: Words) -> str:
    """The measures that act on a feature, then those that only name it, each with the words of the text."""
    links = joined.register["links"]
    mine = links[links["feature"] == feature]
    out = ""
    for relation, heading in ((Relation.TARGET, "measures"), (Relation.CONTEXT, "named-only")):
        rows_ = mine[mine["relation"] == relation]
        if len(rows_) or relation == Relation.TARGET:
            out += tag("h3", text(f"{words(heading)} ({len(rows_)})"))
            alone = len(rows_) == 1
            items = (_measure_item(joined, link.measure, link.locator, words, alone) for link in rows_.itertuples())
            out += "".join(items) or text(words("no-measure"))
    return out


def _measure_item(joined: Joined, name: str, locator: str, words: Words, alone: bool) -> str:
    row = _measure(joined, name)
    symbol = picture(swatch.marker("outcome", row["outcome"]))
    head = tag("summary", symbol, text(words.of(row, "title")), " ", _chip(words.title("outcome", row["outcome"])))
    facts = _measure_facts(joined, row, words), rows([(words("locator"), text(locator))])
    return tag("details", head, *facts, **({"open": ""} if alone else {}))


def _chip(value: str) -> str:
    return tag("span", text(value), cls="chip") if value else ""


def _measure_facts(joined: Joined, row: Any, words: Words) -> str:
    article = joined.register["articles"].set_index("id", drop=False).loc[row["article"]]
    due = row["due_text"] + (f" · {row['due_date']}" if row["due_date"] else "")
    regions = words.list(words.title("region", code) for code in row["counterpart"])
    place = f"{row['id']} · {words('sentence', n=row['sentence'])}"
    return rows(
        [
            (words("article"), text(article_title(article, words)) + tag("small", " ", text(place))),
            *((words.title("role", role), _agencies(joined, row, role, words)) for role in Role),
            (words("due"), text(due)),
            (words("recurrence"), text(words.title("recurrence", row["recurrence"]))),
            (words("targets"), _targets(joined, row["id"], words)),
            (words("counterpart"), text(regions)),
            (words("outcome"), text(words.title("outcome", row["outcome"]))),
            (words("warning"), text(words.title("warning", row["warning"]))),
            (words("reason"), text(words.of(row, "reason"))),
            (words("note"), text(words.of(row, "note"))),
        ]
    )


def _agencies(joined: Joined, row: Any, role: str, words: Words) -> str:
    assignments, agencies = joined.register["assignments"], joined.register["agencies"].set_index("id")
    mine = assignments[(assignments["article"] == row["article"]) & (assignments["role"] == role)]
    names = []
    for item in mine.sort_values("position").itertuples():
        agency = agencies.loc[item.agency]
        name = item.written_as if words.lang == "zh" else f"{words.of(agency, 'name')} ({item.written_as})"
        later = words.of(agency, "later_name")
        if later:
            grade = words.title("grade", agency["later_name_grade"])
            name += f" [{words('later-name', name=later, grade=grade)}]"
        names.append(name)
    return text("；".join(names) if words.lang == "zh" else "; ".join(names))


def _targets(joined: Joined, measure: str, words: Words) -> str:
    targets = joined.register["targets"]
    lines = [
        words.pair(words.of(row, "metric"), f"{row.value:g} {words.of(row, 'unit')}")
        + (f" · {row.period.replace('/', '–')}" if row.period else "")
        + (f" · {words.title('recurrence', row.recurrence)}" if row.recurrence else "")
        for row in targets[targets["measure"] == measure].itertuples()
    ]
    return "<br>".join(text(line) for line in lines)


def measure_card(joined: Joined, row: Any, words: Words) -> str:
    """The card of a measure (a row of the joined measures) as HTML."""
    article = joined.register["articles"].set_index("id").loc[row["article"]]
    symbol = picture(swatch.marker("outcome", row["outcome"]))
    listed = article["list_text"] or words("no-agency")
    places = words.list(_names(joined, row["features"], words)) or words("no-place")
    parts = [
        tag("h2", text(words.of(row, "title"))),
        tag("div", text(row["title_en"] if words.lang == "zh" else row["title_zh"]), cls="alias"),
        tag("p", symbol, tag("b", text(words.title("outcome", row["outcome"]))), " ", text(words.of(row, "reason"))),
        _measure_facts(joined, row, words),
        rows(
            [
                (words("list-as-written"), text(listed)),
                (words("note"), text(words.of(article, "note"))),
                (words("on-map"), text(words.title("mappable", row["mappable"]))),
                (words("places"), text(places)),
            ]
        ),
    ]
    return tag("div", *parts, cls="gt-card")


def _history(joined: Joined, events: Any, words: Words) -> str:
    known = events[events["kind"] != EventKind.GAP].sort_values("date", kind="stable")
    gaps = events[events["kind"] == EventKind.GAP]
    items = []
    for row in known.itertuples():
        day = row.date if row.date and "X" not in row.date else f"{row.date} {words('undated')}".strip()
        chips = _chip(words.title("stage", row.stage) if row.stage else words.title("event-kind", row.kind))
        chips += _chip(words.title("grade", row.grade)) if row.grade != Grade.VERIFIED else ""
        later = is_later(row.date, joined.day)
        chips += _chip(words("later-than-day")) if later else ""
        source = _source(joined, row.source, words) if row.source else text(words.title("grade", Grade.UNVERIFIED))
        items.append(
            tag(
                "li",
                tag("b", text(day)),
                " ",
                chips,
                "<br>",
                text(words.of(row, "text")),
                "<br>",
                tag("small", source),
                cls="later" if later else "",
            )
        )
    out = tag("h3", text(words("history"))) + tag("ol", *items) if items else ""
    if len(gaps):
        lines = (tag("li", text(words.of(row, "text"))) for row in gaps.itertuples())
        out += tag("h3", text(words("gaps"))) + tag("ul", *lines, cls="calm")
    return out


def _observations(joined: Joined, feature: str, words: Words) -> str:
    table = joined.register["observations"]
    items = [
        tag(
            "li",
            text(
                words.pair(
                    f"{row.date} · {words.title('metric', row.metric)}",
                    f"{row.value} {row.unit} {words.of(row, 'note')}",
                )
            ),
            "<br>",
            tag("small", _source(joined, row.source, words)),
        )
        for row in table[table["feature"] == feature].itertuples()
    ]
    return tag("h3", text(words("observations"))) + tag("ul", *items) if items else ""


def _source(joined: Joined, name: str, words: Words) -> str:
    row = joined.register["sources"].set_index("id").loc[name]
    about = " · ".join(
        str(part)
        for part in (words.of(row, "publisher"), row["date_published"], words.title("grade", row["grade"]))
        if part
    )
    title = words.of(row, "title")
    title = link(row["url"], title) if row["url"] else text(title)
    return title + text(f" · {about}" if about else "")
