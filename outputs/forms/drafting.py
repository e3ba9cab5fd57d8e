"""The entries that rows of a form would write: what an agency says of a measure, and a due date it asks for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from analysis.halves import Half
from analysis.handed import half_told
from geodata import Register
from geodata.codes import EventKind, Fit, Grade, Shows
from geodata.facts import Event, Evidence, Observation, Source
from geodata.journal.door import Draft
from geodata.journal.entries import Entry, Kind, State
from geodata.journal.replay import row_id
from geodata.journal.states import Standing
from geodata.model import Agency, Measure, Target
from geodata.text import Text
from outputs.forms.cells import plain
from outputs.forms.columns import NO_CHANGE, TEXTS
from outputs.forms.making import half_words
from outputs.forms.reading import FilledRow
from outputs.forms.rows import returned_to, target_words

_ADDRESS = re.compile(r"https?://[^\s\u3000-\u303f\uff00-\uffef]+")
_EDGES = " \u3000,;:\uff0c\uff1b\uff1a\u3001\u3002()\uff08\uff09"
STATED = ("status", "date", "text_zh", "text_en", "number", "source")
"""Columns that make up what is said of a measure."""


@dataclass(frozen=True)
class Said:
    """An entry to be, and in which column of its row each of its cells stands."""

    draft: Draft
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Desk:
    """What the rows of one form are made into entries with."""

    register: Register
    agency: str
    half: Half
    version: str
    entries: Sequence[Entry]
    standings: Mapping[str, Standing]
    sources: dict[str, Draft] = field(default_factory=dict)
    """New ones that rows of this form name, by what they name."""

    @cached_property
    def there(self) -> frozenset[str]:
        """Ids of all entries of the journal."""
        return frozenset(entry.id for entry in self.entries)

    @cached_property
    def _known(self) -> Mapping[str, str]:
        """Ids of the sources of the register, by address and by title."""
        rows = self.register.rows(Source)
        return {row.title.zh: row.id for row in rows} | {row.url: row.id for row in rows if row.url}

    @cached_property
    def returned(self) -> dict[tuple[str, str], Standing]:
        """By table and measure, what the agency said of this half-year and was sent back; each is said anew once."""
        zone = self.register.place.time_zone
        found = returned_to(self.standings, self.agency)
        return {key: row for key, row in found.items() if half_told(row.entry, zone) == self.half}

    def name(self, *parts: str) -> str:
        """The id of an entry: the same for the same words of the same agency in the same half-year."""
        told = json.dumps([self.half.name, self.agency, *parts], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def unless(self, name: str, *states: State) -> str:
        """An id, or the next one where what has it stands so: it is said anew."""
        while name in self.standings and self.standings[name].state in states:
            name = self.name(name)
        return name

    def draft(self, kind: Kind, table: str, name: str, values: Mapping[str, str], about: str = "") -> Draft:
        """A row to be added, for the agency of the form."""
        kept = {key: value for key, value in values.items() if value}
        return Draft(kind, self.agency, table, (), kept, about, self.half.name, self.version, {}, name)

    def anew(self, table: str, measure: str) -> str:
        """The id of what was sent back and is now said anew; empty for what is said for the first time."""
        row = self.returned.pop((table, measure), None)
        return row.entry.id if row else ""

    def own_name(self) -> Text:
        """Of the agency."""
        return self.register.by_id(Agency)[self.agency].name

    def half_in_words(self) -> Text:
        """The half-year of the form."""
        return Text(half_words(self.half, "zh"), half_words(self.half, "en"))


def target_of(register: Register, row: FilledRow) -> Target | None:
    """The target that a row speaks of: the one that it names, or the only one of its measure."""
    targets = register.targets_of[row.measure]
    if not row.target:
        return targets[0] if len(targets) == 1 else None
    told = plain(row.target)
    for each in targets:
        words = [target_words(each, lang) for lang in ("zh", "en")]
        if told in map(plain, (each.id, *words, each.metric.zh, each.metric.en)):
            return each
    return None


def statement(desk: Desk, row: FilledRow, target: Target | None) -> list[Said]:
    """What a row says was done: a source, unless it is known, then the fact and what it shows, then a number."""
    values = row.values
    content = json.dumps([values.get(key, "") for key in STATED] + [target.id if target else ""], ensure_ascii=False)
    status = values.get("status", "")
    says = bool(status and status != NO_CHANGE)
    if not says and not ("number" in values and target):
        return []
    name = desk.unless(desk.name(Event.table, row.measure, content), State.WITHDRAWN)
    if says and name not in desk.there:
        before = desk.returned.get((Event.table, row.measure))
        about = desk.anew(Event.table, row.measure)
    else:
        before, about = None, ""
    found, source = _source(desk, row, name, before)
    common = {"date": values["date"], "source": source, "grade": str(Grade.OWN_WORD)}
    if says:
        # A thing that is done was done on its day; what goes on was seen to go on.
        kind = EventKind.ACT if status == Shows.FULFILLED else EventKind.PROGRESS
        cells = {"measure": row.measure, "kind": str(kind), **common}
        cells |= {"text_zh": values["text_zh"], "text_en": values.get("text_en", "")}
        event = desk.draft(Kind.ADD, Event.table, name, cells, about)
        shown = {
            "event": row_id(Event.table, event.values, event.id),
            "measure": row.measure,
            "fit": str(Fit.DIRECT),
            "shows": status,
        }
        anew = desk.anew(Evidence.table, row.measure) if name not in desk.there else ""
        link = desk.draft(Kind.ADD, Evidence.table, desk.name(Evidence.table, name), shown, anew)
        found.append(Said(event, {"kind": "status", "source": "source", **_SAME}))
        found.append(Said(link, {"shows": "status", "event": "text_zh"}))
    if "number" in values and target:
        found.append(_number(desk, name, values["number"], target, common))
    return found


_SAME = {"measure": "measure", "date": "date", "text_zh": "text_zh", "text_en": "text_en"}


def _number(desk: Desk, name: str, value: str, target: Target, common: Mapping[str, str]) -> Said:
    cells = {"target": target.id, "metric": _metric(desk.register), "value": value, "unit": target.unit.zh, **common}
    draft = desk.draft(Kind.ADD, Observation.table, desk.name(Observation.table, name), cells)
    columns = {"value": "number", "unit": "number", "metric": "number", "target": "target", "date": "date"}
    return Said(draft, {**columns, "source": "source"})


def _metric(register: Register) -> str:
    """The code with which values of targets are kept; the last of the list where none is kept yet."""
    kept = (row.metric for row in register.rows(Observation) if row.target)
    return next(kept, "") or str(list(register.codes("metric"))[-1])


def _source(desk: Desk, row: FilledRow, statement: str, before: Standing | None) -> tuple[list[Said], str]:
    """The id of the source of a row, and the entry that adds it where nobody has yet."""
    told = row.values.get("source", "")
    columns = dict.fromkeys(("title_zh", "title_en", "publisher_zh", "publisher_en", "url"), "source")
    if not told:
        words = {"agency": desk.own_name(), "period": desk.half_in_words(), "measure": row.measure}
        own, publisher = TEXTS["own-report"].filled(**words), desk.own_name()
        values = {"title_zh": own.zh, "title_en": own.en, "publisher_zh": publisher.zh}
        values |= {"publisher_en": publisher.en, "grade": str(Grade.OWN_WORD)}
        name = desk.name(Source.table, statement)
        draft = desk.draft(Kind.ADD, Source.table, name, values, _source_before(desk, before))
        return [Said(draft, columns)], row_id(Source.table, values, name)
    address = _ADDRESS.search(told)
    url = address[0] if address else ""
    key = url or told
    if key in desk._known:
        return [], desk._known[key]
    if key not in desk.sources:
        title = told.replace(url, " ").strip(_EDGES) if url else told
        title = " ".join(title.split()) or TEXTS("page-of", "zh", host=urlsplit(url).hostname or url)
        name = desk.unless(desk.name(Source.table, key), State.WITHDRAWN, State.RETURNED)
        # Nobody has read it against the text yet: until then it is the agency's word that it says so.
        values = {"title_zh": title, "url": url, "grade": str(Grade.OWN_WORD)}
        desk.sources[key] = desk.draft(Kind.ADD, Source.table, name, values)
    draft = desk.sources[key]
    return [Said(draft, columns)], row_id(Source.table, draft.values, draft.id)


def _source_before(desk: Desk, before: Standing | None) -> str:
    """The id of the entry of the source that what was sent back rested on, if that was sent back too."""
    wanted = before.entry.values.get("source", "") if before else ""
    for name, row in desk.standings.items():
        is_it = row.entry.table == Source.table and row.state == State.RETURNED
        if wanted and is_it and row_id(Source.table, row.entry.values, name) == wanted:
            return name
    return ""


def new_due(desk: Desk, row: FilledRow, then: str) -> Said:
    """The due date that a row asks for; `then` is the one that its author saw."""
    day, who = row.values["due_new"], row.values["due_by"]
    name = desk.unless(desk.name(Measure.table, row.measure, then, day, who), State.WITHDRAWN)
    about = "" if name in desk.there else desk.anew(Measure.table, row.measure)
    values = {"due_date": day, "due_text": TEXTS("due-set", "zh", day=day, who=who)}
    seen = {"due_date": then}
    key, period = (row.measure,), desk.half.name
    draft = Draft(Kind.CHANGE, desk.agency, Measure.table, key, values, about, period, desk.version, seen, name)
    return Said(draft, {"due_date": "due_new", "due_text": "due_by"})
