"""What an agency says of one measure, as the drafts that it is made of: a source, an event, and what that shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from geodata.codes import EventKind, Fit, Grade, Shows
from geodata.journal.door import Draft
from geodata.journal.entries import TEXTS, Kind
from geodata.journal.replay import row_id
from geodata.text import Text

KIND_OF: Mapping[str, str] = {Shows.FULFILLED: EventKind.ACT, Shows.PART: EventKind.ACT}
"""The kind of event by what it shows; any other is progress."""
METRIC = "target-value"
"""What a number of an agency measures: how much there is of what a measure promised."""


@dataclass(frozen=True)
class Source:
    """Where it can be read: a publication, a document, a file; without a title the agency's own word."""

    title: str = ""
    """Of the publication, with the number of the document."""
    url: str = ""
    published: str = ""
    """EDTF."""
    id: str = ""
    """Of a source that the register has already; then the rest is empty."""


@dataclass(frozen=True)
class Said:
    """What an agency says happened for one measure."""

    measure: str
    agency: str
    shows: str = ""
    """A code of `shows`; empty where only a number, a stage or a date is told."""
    day: str = ""
    """EDTF."""
    text: Text = field(default_factory=Text)
    source: Source = Source()
    feature: str = ""
    stage: str = ""
    """The stage that a feature came into on that day."""
    target: str = ""
    value: str = ""
    """What was reached of a target by that day, in its unit."""
    due: str = ""
    """A new date by which it is due; `decided` says by whom."""
    due_seen: str = ""
    decided: str = ""
    instead: str = ""
    """Id of the entry that was sent back, in whose place this is said."""
    version: str = ""
    seed: str = ""
    """The same words under one seed make the same entries; without one they are new each time."""
    period: str = ""
    """The half-year that is reported on; the text of the entries."""
    unit: str = ""
    """Of the number."""


def drafts_of(said: Said, agency: Text, period: Text, today: date) -> list[Draft]:
    """The drafts that say it, `agency` being its name and `period` what is reported on; none where nothing is said.

    What an agency says stands with the grade of its own word, whatever it cites, until somebody reads that.
    """
    drafts: list[Draft] = []
    if said.shows or said.stage or said.value:
        cited = said.source.id
        if not cited:
            source = _made(said, "source", "sources", _source(said.source, agency, period, today))
            drafts.append(source)
            cited = row_id("sources", source.values, source.id)
        told = {"source": cited, "grade": str(Grade.OWN_WORD)}
        words = {"text_zh": said.text.zh, "text_en": said.text.en}
        if said.shows:
            kind = {"kind": str(KIND_OF.get(said.shows, EventKind.PROGRESS))}
            drafts += _shown(said, "event", {"measure": said.measure, "date": said.day, **kind, **words, **told})
        if said.stage:
            kind = {"kind": str(EventKind.STAGE), "stage": said.stage}
            cells = {"feature": said.feature, "date": said.day, **kind, **words, **told}
            drafts.append(_made(said, "stage", "events", cells))
        if said.value:
            cells = {
                "target": said.target,
                "date": said.day,
                "value": said.value,
                "metric": METRIC,
                "unit": said.unit,
                **told,
            }
            drafts.append(_made(said, "value", "observations", cells))
    if said.due:
        values = {"due_date": said.due, "due_text": said.decided}
        moved = _made(said, "due", "measures", values)
        seen = {"due_date": said.due_seen}
        drafts.append(replace(moved, kind=Kind.CHANGE, key=(said.measure,), seen=seen))
    return drafts


def _shown(said: Said, part: str, cells: Mapping[str, str]) -> list[Draft]:
    """The event of a measure and what it shows of it."""
    event = replace(_made(said, part, "events", cells), about=said.instead)
    link = {"event": row_id("events", cells, event.id), "measure": said.measure}
    link |= {"fit": str(Fit.DIRECT), "shows": said.shows}
    return [event, _made(said, "evidence", "evidence", link)]


def _source(source: Source, agency: Text, period: Text, today: date) -> Mapping[str, str]:
    """The row of a source: what was published, else the agency's own word."""
    own = not source.title
    title = TEXTS["own-word-source"].filled(agency=agency, period=period) if own else Text(source.title)
    return {
        "title_zh": title.zh,
        "title_en": title.en,
        "publisher_zh": agency.zh if own else "",
        "publisher_en": agency.en if own else "",
        "url": source.url,
        "date_published": source.published or (today.isoformat() if own else ""),
        "date_accessed": today.isoformat(),
        "grade": str(Grade.OWN_WORD),
    }


def _made(said: Said, part: str, table: str, cells: Mapping[str, str]) -> Draft:
    """A draft that adds a row; under a seed its id follows from what it says."""
    values = {name: value for name, value in cells.items() if value}
    draft = Draft(Kind.ADD, said.agency, table, values=values, text=said.period, version=said.version)
    if not said.seed:
        return draft
    words = json.dumps([said.seed, said.measure, said.agency, said.instead, part, _words(said)], ensure_ascii=False)
    return replace(draft, id=hashlib.sha256(words.encode()).hexdigest()[:32])


def _words(said: Said) -> list[str]:
    told = (said.shows, said.day, said.text.zh, said.text.en, said.feature, said.stage, said.target, said.value)
    return [*told, said.due, said.decided, said.source.title, said.source.url, said.source.id]
