"""What changed since the last report: two registers, each as it was known when its report was due."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.timeline import timelines
from geodata.facts import Event
from geodata.text import Text
from outputs.listed import listed
from outputs.report.content import TEXTS, Cell, Paragraph, Part, Table, plain
from outputs.report.desk import CODE, STATE, Desk, named


def since(desk: Desk) -> Iterator[Part]:
    """Measures with another outcome and features with another stage than the last report said, and whether that
    happened in the half-year or was only recorded since."""
    now, before = desk.asked.now, desk.asked.before
    known = before.register.by_id(Event)
    facts = listed(now).facts
    new = sum(name not in known for name in facts)
    measures, features = tuple(_measures(desk)), tuple(_features(desk))
    values = {"then": before.day, "then_known": before.known_by, "day": now.day, "known": now.known_by}
    said = [TEXTS["since-basis"].filled(**values)]
    if before.version == now.version:
        said.append(TEXTS["since-same"])
    changed = measures or features or new
    key = "since-text" if changed else "since-none"
    said.append(TEXTS[key].filled(n=len(measures), features=len(features), facts=new))
    yield Paragraph(Text("".join(each.zh for each in said), " ".join(each.en for each in said)))
    if measures:
        head = tuple(TEXTS[f"col-{key}"] for key in ("code", "measure", "was", "is", "when", "reason"))
        widths = (CODE, 0.36, STATE, STATE, 0.18, 0.5)
        yield Table(TEXTS["since-measures"].filled(n=len(measures)), head, widths, measures)
    if features:
        head = tuple(TEXTS[f"col-{key}"] for key in ("feature", "was", "is", "when", "reason"))
        title = TEXTS["since-features"].filled(n=len(features))
        yield Table(title, head, (0.3, 0.2, 0.2, 0.16, 0.42), features)


def _measures(desk: Desk) -> Iterator[tuple[Cell, ...]]:
    was_of, lines = desk.asked.before.standing.measure_status, timelines(desk.asked.register).measures
    for status in desk.statuses:
        name, outcome = status.measure.id, status.verdict.outcome
        was = was_of[name].verdict.outcome if name in was_of else ""
        if was != outcome:
            then = lines[name].on(desk.asked.before.day).outcome
            yield (
                *(Cell(plain(name)), named(status)),
                Cell(_title(desk, "outcome", was), outcome=str(was)),
                Cell(_title(desk, "outcome", outcome), outcome=str(outcome)),
                *(Cell(_when(was == then)), Cell(status.verdict.reason, desk.proof(name))),
            )


def _features(desk: Desk) -> Iterator[tuple[Cell, ...]]:
    was_of, lines = desk.asked.before.standing.feature_status, timelines(desk.asked.register).features
    events = desk.asked.register.by_id(Event)
    for status in desk.asked.now.feature_status():
        name, stage = status.feature.id, status.stage.stage
        was = was_of[name].stage.stage if name in was_of else ""
        if was != stage:
            then = lines[name].on(desk.asked.before.day).stage
            event = events.get(status.stage.stage_event)
            yield (
                *(Cell(status.feature.name), Cell(_title(desk, "stage", was)), Cell(_title(desk, "stage", stage))),
                Cell(_when(was == then)),
                Cell(event.text if event else Text(), desk.cite(event.source) if event else ()),
            )


def _title(desk: Desk, codelist: str, code: str) -> Text:
    return desk.title(codelist, code) if code else TEXTS["not-there"]


def _when(happened: bool) -> Text:
    """Whether it happened in the half-year, or what the last report said was not yet known."""
    return TEXTS["happened" if happened else "recorded"]
