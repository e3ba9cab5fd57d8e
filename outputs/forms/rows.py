"""What a form tells an agency of each of its measures, on the day on which it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.duties import duties_of, newest_fact, urgency
from analysis.view import View
from analysis.words import Speech
from geodata import edtf
from geodata.codes import Role
from geodata.facts import Event
from geodata.journal.entries import Entry, Kind, State
from geodata.journal.states import Standing
from geodata.model import Article, Measure, Target
from outputs.forms.columns import TEXTS

_ROLES = (Role.LEAD, Role.RESPONSIBLE, Role.COOPERATING)
_SHORT = 90
"""Characters of a fact in a cell."""


@dataclass(frozen=True)
class FormRow:
    """One row: a measure and, where it promises numbers, one of them."""

    measure: str
    target: str
    """Id of a target; empty where the measure promises no number."""
    due: str
    """ISO day, as the register has it."""
    cells: Mapping[str, str]
    """What stands in the columns that are told, by key."""


def form_rows(view: View, agency: str, standings: Mapping[str, Standing], lang: str) -> list[FormRow]:
    """The rows of an agency (an id): the measures that it leads first, of each role the most urgent first."""
    speech, status = Speech(view.register, lang), view.standing.measure_status
    returned = _reasons(returned_to(standings, agency))
    found: list[FormRow] = []
    for measure, role in _in_order(view, agency):
        row = view.register.by_id(Measure)[measure]
        verdict = status[measure].verdict
        cells = {
            "measure": measure,
            "title": row.title.in_(lang),
            "role": speech.title("role", role),
            "article": speech.article_heading(view.register.by_id(Article)[row.article]),
            "due": row.due_text if lang == "zh" and row.due_text else str(row.due_date or row.due_text),
            "state": speech.pair(speech.title("outcome", verdict.outcome), verdict.reason.in_(lang)),
            "last": _last(view, speech, measure),
            "returned": speech.items(returned.get(measure, ())),
        }
        due = str(row.due_date or "")
        for target in view.register.targets_of[measure] or (None,):
            told = target_words(target, lang) if target else ""
            found.append(FormRow(measure, target.id if target else "", due, cells | {"target": told}))
    return found


def _in_order(view: View, agency: str) -> Iterator[tuple[str, Role]]:
    """Each measure once, with its first role."""
    by_role, seen = duties_of(view, agency).by_role, set[str]()
    status = view.standing.measure_status
    for role in _ROLES:
        fresh = [name for name in by_role.get(role, ()) if name not in seen]
        seen.update(fresh)
        yield from ((name, role) for name in sorted(fresh, key=lambda name: urgency(status[name])))


def target_words(target: Target, lang: str) -> str:
    """A target as a form names it: what is counted, how much of it."""
    return TEXTS("target", lang, metric=target.metric.in_(lang), amount=target.amount(lang))


def _last(view: View, speech: Speech, measure: str) -> str:
    """The newest fact that bears on a measure, with its day and its source."""
    event: Event | None = newest_fact(view, measure)
    if event is None:
        return TEXTS("no-fact", speech.lang)
    text, source = event.text.in_(speech.lang), speech.sources.get(event.source, "")
    words = {"day": edtf.printed(event.date), "text": _cut(text), "source": _cut(source)}
    return TEXTS("last" if source else "last-unsourced", speech.lang, **words)


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _reasons(returned: Mapping[tuple[str, str], Standing]) -> dict[str, list[str]]:
    """By measure, on which day something was sent back, and why: each reason once."""
    found: dict[str, list[str]] = {}
    for (_, measure), row in returned.items():
        said = f"{row.decided.time[:10]} {row.decided.text}" if row.decided else ""
        if said not in found.setdefault(measure, []):
            found[measure].append(said)
    return found


def measure_of(entry: Entry) -> str:
    """The measure that an entry speaks of; empty for one of another thing."""
    if entry.table == Measure.table:
        return entry.key[0] if entry.key else ""
    return entry.values.get("measure", "") if entry.kind in (Kind.ADD, Kind.CHANGE) else ""


def returned_to(standings: Mapping[str, Standing], agency: str) -> dict[tuple[str, str], Standing]:
    """By table and measure, what an agency said and was sent back last, and has not said anew since."""
    answered = {row.entry.about for row in standings.values()}
    found: dict[tuple[str, str], Standing] = {}
    for row in sorted(standings.values(), key=lambda row: row.entry.order):
        if row.state == State.RETURNED and row.entry.agency == agency and (measure := measure_of(row.entry)):
            found.pop((row.entry.table, measure), None)
            if row.entry.id not in answered:
                found[row.entry.table, measure] = row
    return found
