"""A report from what is asked: ten sections of one content, the same whatever it is set as.

No product of `outputs/products.py`: an order looks at one view, and a report compares two registers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

from analysis.words import Speech
from geodata.codes import Role
from geodata.model import Agency
from geodata.text import LANGS, Text
from outputs.about import about
from outputs.report.asked import Asked, Kind
from outputs.report.citing import renumbered
from outputs.report.content import (
    BOOK,
    PAPER,
    TEXTS,
    Bar,
    Cell,
    Chart,
    Paragraph,
    Part,
    Picture,
    Report,
    Section,
    Table,
    plain,
)
from outputs.report.desk import GOING, Desk, is_late, is_met, is_silent, is_unseen
from outputs.report.measures import done, due_next, is_new, late, next_half, period_words, requests, silent, under_way
from outputs.report.numbers import numbers
from outputs.report.since import since

_DIGITS = 8
"""Of the version of the register, as on every product."""
_SECTIONS = (
    *(("done", done), ("going", under_way), ("late", late), ("next", next_half), ("numbers", numbers)),
    *(("since", since), ("ask", requests), ("silent", silent)),
)


def report_of(asked: Asked) -> Report:
    """The report on what is asked, in both languages."""
    desk = Desk(asked)
    made = [_section(name, tuple(make(desk))) for name, make in (("summary", _summary), *_SECTIONS)]
    sections, order, cited = renumbered(made, len(desk.sources))
    register, now = asked.register, asked.now
    who = register.by_id(Agency)[asked.agency].name if asked.agency else Text()
    period = period_words(desk)
    day = _day(now.day)
    told = {"day": day, "known": now.known_by, "n": asked.entries, "register": now.version[:_DIGITS]}
    return Report(
        title=TEXTS[f"title-{asked.kind}"].filled(place=register.place.name, who=who, documents=_documents(desk)),
        subtitle=TEXTS[f"subtitle-{asked.kind}"].filled(period=period),
        stamp=TEXTS["stamp"],
        about=(
            TEXTS["about-day"].filled(**told)
            if asked.is_over
            else TEXTS["about-running"].filled(period=period, **told),
            TEXTS["about-known"].filled(program=version("guantu"), **told),
        ),
        sections=(*sections, _section("sources", tuple(_sources(desk, order, cited)))),
        signed=who,
        dated=day,
        notes=(TEXTS["note-reading"], *(_said(asked) if _is_mapped(asked) else ())),
        day=now.day,
        name=f"{asked.period.name}-{asked.agency or asked.kind}",
    )


def _day(day: date) -> Text:
    """A day in words, in Chinese without noughts before its numbers."""
    month, number = (Text(str(each), f"{each:02d}") for each in (day.month, day.day))
    return TEXTS["day"].filled(year=day.year, month=month, day=number)


def _section(name: str, parts: tuple[Part, ...]) -> Section:
    return Section(TEXTS[f"section-{name}"], TEXTS[f"short-{name}"], parts)


def _documents(desk: Desk) -> Text:
    """The titles of the documents, with their numbers where they have one."""

    def say(speech: Speech) -> str:
        lang = speech.lang
        titles = ((TEXTS("quoted", lang, title=row.title.in_(lang)), row.number) for row in desk.documents())
        return speech.listed(
            title + (TEXTS("numbered", lang, number=number) if number else "") for title, number in titles
        )

    return desk.both(say)


def _summary(desk: Desk) -> Iterator[Part]:
    """Why there is a report, its numbers, a map."""
    asked, met = desk.asked, [each for each in desk.statuses if is_met(each)]
    basis = {"period": period_words(desk), "documents": _documents(desk), "day": asked.now.day}
    yield Paragraph(TEXTS[f"basis-{asked.kind}"].filled(**basis))
    for row in desk.documents():
        if row.valid_until and row.valid_until < asked.now.day:
            yield Paragraph(
                TEXTS["ended"].filled(document=TEXTS["quoted"].filled(title=row.title), day=row.valid_until)
            )
    dated, again = due_next(desk)
    yield Paragraph(
        TEXTS["summary-text"].filled(
            n=len(desk.statuses),
            roles=_roles(desk),
            met=len(met),
            new=sum(map(is_new(desk), met)),
            going=sum(each.verdict.outcome in GOING for each in desk.statuses),
            late=sum(is_late(each) and not is_unseen(each) for each in desk.statuses),
            silent=sum(map(is_silent, desk.statuses)),
            unseen=sum(map(is_unseen, desk.statuses)),
            next=len(dated),
            again=len(again),
        )
    )
    yield _by_outcome(desk)
    if asked.kind != Kind.AGENCY:
        counts = Counter(str(each.verdict.outcome) for each in desk.statuses)
        bars = tuple(Bar(_outcome(desk, code), counts[code], code) for code in _codes(desk) if counts[code])
        yield Chart(TEXTS["outcome-chart"], bars)
        yield _by_agency(desk)
    if _is_mapped(asked):
        yield Picture(TEXTS["map-title"].filled(n=len(asked.now.features), day=asked.now.day), asked.now)


def _roles(desk: Desk) -> Text:
    """How many measures an agency has in each role; nothing where no agency reports."""
    if desk.asked.kind != Kind.AGENCY:
        return Text()
    roles = desk.groups
    return TEXTS["of-these"].filled(
        roles=desk.both(
            lambda speech: speech.listed(
                TEXTS("role-count", speech.lang, role=speech.title("role", str(role)), n=len(rows))
                for role, rows in roles
            )
        )
    )


def _codes(desk: Desk) -> list[str]:
    """The codes of outcomes, in the order of the codelist."""
    return list(desk.asked.register.codes("outcome"))


def _outcome(desk: Desk, code: str) -> Text:
    return desk.title("outcome", code)


def _by_outcome(desk: Desk) -> Table:
    """How many measures have each outcome, by role where an agency reports."""
    groups = [(role, rows) for role, rows in desk.groups if role]
    heads = [desk.title("role", role) for role, _ in groups]
    columns = [rows for _, rows in groups]
    rows = []
    for code in [*_codes(desk), ""]:
        counts = [sum(code in ("", each.verdict.outcome) for each in found) for found in [*columns, desk.statuses]]
        if counts[-1]:
            first = Cell(_outcome(desk, code), outcome=code) if code else Cell(TEXTS["all-measures"])
            rows.append((first, *(Cell(plain(count)) for count in counts)))
    title, head = TEXTS["outcome-table"], (TEXTS["col-state"], *heads, TEXTS["col-count"])
    return Table(title, head, (0.4, *(0.2 for _ in head[1:])), tuple(rows))


def _by_agency(desk: Desk) -> Table:
    """How the measures of each agency stand that leads them, or answers for them where nobody leads."""
    mine: dict[str, list[int]] = {}
    for each in desk.statuses:
        given = desk.asked.register.assignments_of[each.measure.article]
        lead = [row.agency for row in given if row.role == Role.LEAD]
        tests = (True, is_met(each), each.verdict.outcome in GOING, is_late(each), is_silent(each))
        for agency in lead or [row.agency for row in given if row.role == Role.RESPONSIBLE]:
            found = mine.setdefault(agency, [0] * len(tests))
            mine[agency] = [count + is_so for count, is_so in zip(found, tests, strict=True)]
    known = desk.asked.register.by_id(Agency)
    ranked = sorted(mine.items(), key=lambda pair: -pair[1][0])
    rows = tuple((Cell(known[name].name), *(Cell(plain(count)) for count in counts)) for name, counts in ranked)
    head = tuple(TEXTS[f"col-{key}"] for key in ("lead", "count", "ready", "going", "late", "silent"))
    return Table(TEXTS["agency-table"].filled(n=len(rows)), head, (0.4, 0.12, 0.12, 0.12, 0.12, 0.12), rows)


def _sources(desk: Desk, order: list[int], cited: int) -> Iterator[Part]:
    """What paper cites, by its number, and in the workbook the others too; the licence of positions."""
    rows = desk.source_rows(order)
    yield Paragraph(TEXTS["sources-text"].filled(n=cited, documents=_documents(desk)))
    head = TEXTS["col-number"], TEXTS["col-source"]
    for found, where in ((rows[:cited], PAPER), (rows, BOOK)):
        if found:
            yield Table(TEXTS["sources-table"].filled(n=len(found)), head, (0.1, 0.9), found, on=where)


def _said(asked: Asked) -> Iterator[Text]:
    """Licence and accuracy of positions, as every product says them."""
    said = {lang: about(asked.now, (), "", lang) for lang in LANGS}
    return (Text(*(said[lang][key] for lang in LANGS)) for key in ("sources", "accuracy"))


def _is_mapped(asked: Asked) -> bool:
    """Whether anything of the report has a position."""
    return bool(asked.register.placed[asked.now.counted].any())
