"""The outcome of a measure on any day, with the reason in words and a warning that keeps memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from analysis.stages import RANK, History, Step
from geodata import Register
from geodata.codes import Outcome, Relation, Stage, Warning

SOON = timedelta(days=183)
"""A due date is near when the next half-yearly report is the last one before it."""

NO_HISTORY = History()


@dataclass(frozen=True)
class Verdict:
    """What the evidence says of a measure; `reason_zh` and `reason_en` name the deciding fact."""

    outcome: Outcome
    warning: Warning
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class Promise:
    """What a measure promises: a stage (or none) by a day (or none), in a document with a life of its own."""

    issued: date
    ends: date | None = None
    """Last day of the document's validity."""
    stage: str = ""
    due: date | None = None
    stage_zh: str = ""
    stage_en: str = ""

    @property
    def deadline(self) -> date | None:
        """The due date of the measure, else the end of its document."""
        return self.due or self.ends

    @property
    def deadline_words(self) -> tuple[str, str]:
        """The deadline in zh and en, saying which of the two it is."""
        if self.due:
            return f"期限 {self.due}", f"due {self.due}"
        if self.ends:
            return f"文件有效期至 {self.ends}", f"the document ran to {self.ends}"
        return "文件未设期限", "the text sets no date"


def outcomes_on(register: Register, known: dict[str, History], day: date) -> pd.DataFrame:
    """One row a measure, in the order of the measures: outcome, warning, reason_zh, reason_en."""
    links, measures, articles = register["links"], register["measures"], register["articles"]
    targets: dict[str, list[History]] = defaultdict(list)
    for measure, feature, relation in zip(links["measure"], links["feature"], links["relation"], strict=True):
        if relation == Relation.TARGET:
            targets[measure].append(known.get(feature, NO_HISTORY))
    documents = {row.id: row for row in register["documents"].itertuples()}
    document_of = dict(zip(articles["id"], articles["document"], strict=True))
    titles = {row.code: row for row in register["codelist-stage"].itertuples()}
    verdicts = []
    for row in measures[["id", "article", "target_stage", "due_date"]].itertuples(index=False):
        document, stage = documents[document_of[row.article]], titles.get(row.target_stage)
        promise = Promise(
            issued=document.date_issued,
            ends=document.valid_until,
            stage=row.target_stage,
            due=row.due_date,
            stage_zh=stage.title_zh if stage else "",
            stage_en=stage.title_en if stage else "",
        )
        judged = verdict(promise, targets.get(row.id, []), day)
        verdicts.append((str(judged.outcome), str(judged.warning), judged.reason_zh, judged.reason_en))
    columns = ["outcome", "warning", "reason_zh", "reason_en"]
    return pd.DataFrame(verdicts, columns=columns, index=measures.index, dtype=object)


def verdict(promise: Promise, histories: Sequence[History], day: date) -> Verdict:
    """The verdict on one measure on `day`, given the histories of the features it acts on.

    All features must reach the stage for the measure to be met. Evidence is what a
    source says; the document's own wording is none. Once a date is missed the warning
    is never green again.
    """
    if day < promise.issued:
        zh, en = "该日文件尚未印发", "The document had not been issued on that day"
        return Verdict(Outcome.NO_EVIDENCE, Warning.GREY, zh, en)
    if promise.stage and histories:
        reached = [found for history in histories if (found := _reached(history, promise.stage, day))]
        if len(reached) == len(histories):
            return _met(promise, max(reached, key=lambda step: step.day))
        if any((step := history.step_on(day)) and step.stage == Stage.CANCELLED for history in histories):
            return Verdict(
                Outcome.NOT_MET, Warning.RED, "有来源称项目已取消", "A source says the project was cancelled"
            )
    newest = max((seen for history in histories if (seen := history.evidence_on(day))), default=None)
    if promise.due and day <= promise.due and promise.due - day <= SOON:
        zh, en = f"距期限 {promise.due} 不足半年", f"Less than half a year to {promise.due}"
        return Verdict(Outcome.DUE_SOON, Warning.YELLOW, zh, en)
    if newest is None or newest < promise.issued:
        return _silent(promise, newest, day)
    if promise.deadline and day > promise.deadline:
        return _missed(promise, newest, day) if promise.stage else _silent(promise, newest, day)
    zh, en = promise.deadline_words
    colour = Warning.GREEN if promise.due else Warning.GREY
    return Verdict(Outcome.CONTINUING, colour, f"最近来源 {newest}；{zh}", f"Newest source {newest}; {en}")


def _reached(history: History, stage: str, day: date) -> Step | None:
    """The step by which a source (not the document itself) first showed `stage` reached, as known on `day`."""
    for step in history.steps:
        sourced = step.day <= day and step.day in history.evidence
        if sourced and step.stage != Stage.CANCELLED and RANK[Stage(step.stage)] >= RANK[Stage(stage)]:
            return step
    return None


def _met(promise: Promise, reached: Step) -> Verdict:
    """Late only if a source dates the stage itself after the deadline.

    A later stage seen after the deadline shows that the target was reached, not when.
    """
    zh, en = promise.deadline_words
    zh = f"{reached.day} 已达到“{promise.stage_zh}”；{zh}"
    en = f"Reached “{promise.stage_en}” by {reached.day}; {en}"
    if promise.deadline is None or reached.day <= promise.deadline:
        return Verdict(Outcome.MET, Warning.GREEN, zh, en)
    if reached.stage == promise.stage:
        return Verdict(Outcome.MET_LATE, Warning.YELLOW, zh, en)
    return Verdict(
        Outcome.MET, Warning.GREY, f"{zh}；何时达到、是否按期无从得知", f"{en}; when, and whether in time, is not known"
    )


def _missed(promise: Promise, newest: date, day: date) -> Verdict:
    """The deadline has passed without the stage: red, if a source later than the deadline shows so."""
    if promise.deadline and newest <= promise.deadline:
        return _silent(promise, newest, day)
    zh, en = promise.deadline_words
    over = promise.ends is not None and day > promise.ends
    return Verdict(
        Outcome.NOT_MET if over else Outcome.OVERDUE,
        Warning.RED,
        f"{zh}；{newest} 的来源显示仍未达到“{promise.stage_zh}”",
        f"{en[:1].upper()}{en[1:]}; a source of {newest} shows that “{promise.stage_en}” was not reached",
    )


def _silent(promise: Promise, newest: date | None, day: date) -> Verdict:
    """No source decides: say since when nothing is known."""
    if newest is None:
        zh, en = "没有找到来源", "No source was found"
    else:
        zh, en = f"{newest} 之后没有来源", f"No source after {newest}"
    if promise.deadline and day > promise.deadline:
        words = promise.deadline_words
        zh, en = f"{zh}；{words[0]}，无法判断", f"{en}; {words[1]}, so it cannot be judged"
    return Verdict(Outcome.NO_EVIDENCE, Warning.GREY, zh, en)
