"""The outcome of a measure on any day, with the reason in words and a warning that keeps memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pandas as pd

from analysis.stages import RANK, History, Step
from geodata import Register
from geodata.codes import Grade, Outcome, Relation, Stage, Warning

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
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Titles of all stages, zh and en."""

    def words(self, stage: str) -> tuple[str, str]:
        """The title of a stage in zh and en."""
        return self.titles.get(stage, (stage, stage))

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
    stretch = register.features["stage_stretch"].astype(bool)
    places = set(register.features.loc[stretch, "id"])
    # Features without any event weigh alike, however many: one empty history stands for them all.
    targets: dict[str, dict[tuple[int, bool], tuple[History, bool]]] = defaultdict(dict)
    acts = (links["relation"] == Relation.TARGET).to_numpy()
    for measure, feature in zip(links["measure"].to_numpy()[acts], links["feature"].to_numpy()[acts], strict=True):
        history = known.get(feature, NO_HISTORY)
        is_place = feature in places and not history.steps
        targets[measure][id(history), is_place] = history, is_place
    documents = {row.id: row for row in register["documents"].itertuples()}
    document_of = dict(zip(articles["id"], articles["document"], strict=True))
    titles = {row.code: (row.title_zh, row.title_en) for row in register["codelist-stage"].itertuples()}
    verdicts = []
    for row in measures[["id", "article", "target_stage", "due_date"]].itertuples(index=False):
        document = documents[document_of[row.article]]
        promise = Promise(
            issued=document.date_issued,
            ends=document.valid_until,
            stage=row.target_stage,
            due=row.due_date,
            titles=titles,
        )
        judged = verdict(promise, _deciding(list(targets.get(row.id, {}).values())), day)
        verdicts.append((str(judged.outcome), str(judged.warning), judged.reason_zh, judged.reason_en))
    columns = ["outcome", "warning", "reason_zh", "reason_en"]
    return pd.DataFrame(verdicts, columns=columns, index=measures.index, dtype=object)


def _deciding(targets: list[tuple[History, bool]]) -> list[History]:
    """The histories that decide: a mere place without a stage does not, beside a project that has one."""
    projects = [history for history, is_place in targets if not is_place]
    return projects or [history for history, _ in targets]


def verdict(promise: Promise, histories: Sequence[History], day: date) -> Verdict:
    """The verdict on one measure on `day`, given the histories of the features it acts on.

    All features must reach the stage for the measure to be met. Evidence is what a
    source says; the document's own wording is none, and a fact about a place says nothing
    of an action that names no stage. Once a date is missed the warning is never green again.
    """
    if day < promise.issued:
        zh, en = "该日文件尚未印发", "The document had not been issued on that day"
        return Verdict(Outcome.NO_EVIDENCE, Warning.GREY, zh, en)
    if promise.stage and histories:
        steps = [_reached(history, promise.stage, day) for history in histories]
        reached = [step for step in steps if step]
        if len(reached) == len(histories):
            late = [step for step, history in zip(reached, histories, strict=True) if _is_late(promise, step, history)]
            met = _met(promise, reached, late)
            return _with_today(met, promise, histories[0], reached[0], day) if len(histories) == 1 else met
        histories = [history for history, step in zip(histories, steps, strict=True) if step is None]
        if any((step := history.step_on(day)) and step.stage == Stage.CANCELLED for history in histories):
            return Verdict(
                Outcome.NOT_MET, Warning.RED, "有来源称项目已取消", "A source says the project was cancelled"
            )
    newest = max((seen for history in histories if (seen := history.evidence_on(day))), default=None)
    if promise.due and day <= promise.due and promise.due - day <= SOON:
        zh, en = f"距期限 {promise.due} 不足半年", f"Less than half a year to {promise.due}"
        return Verdict(Outcome.DUE_SOON, Warning.YELLOW, zh, en)
    if not promise.stage or newest is None or newest < promise.issued:
        return _silent(promise, newest, day)
    if promise.deadline and day > promise.deadline:
        return _missed(promise, newest, day)
    zh, en = promise.deadline_words
    colour = Warning.GREEN if promise.due else Warning.GREY
    return Verdict(Outcome.CONTINUING, colour, f"最近来源 {newest}；{zh}", f"Newest source {newest}; {en}")


def _with_today(met: Verdict, promise: Promise, history: History, reached: Step, day: date) -> Verdict:
    """The same, saying also where the one feature stands on `day` if it has gone further since."""
    now = history.step_on(day)
    if now is None or now.stage == reached.stage or now.grade == Grade.SEED:
        return met
    zh, en = promise.words(now.stage)
    since_zh, since_en = ("自", "since") if now.begins else ("不晚于", "no later than")
    return replace(
        met,
        reason_zh=f"{met.reason_zh}；现为“{zh}”（{since_zh} {now.date}）",
        reason_en=f"{met.reason_en}; now “{en}” ({since_en} {now.date})",
    )


def _reached(history: History, stage: str, day: date) -> Step | None:
    """The step by which a source (not the document itself) first showed `stage` reached, as known on `day`."""
    for step in history.steps:
        sourced = step.day <= day and step.grade != Grade.SEED
        if sourced and step.stage != Stage.CANCELLED and RANK[Stage(step.stage)] >= RANK[Stage(stage)]:
            return step
    return None


def _met(promise: Promise, steps: Sequence[Step], late: Sequence[Step]) -> Verdict:
    """Late only if a source dates the stage itself after the deadline.

    A later stage seen after the deadline shows that the target was reached, not when.
    """
    reached = max(late or steps, key=lambda step: step.day)
    (zh, en), (stage_zh, stage_en) = promise.deadline_words, promise.words(reached.stage)
    if reached.stage == promise.stage and reached.begins:
        zh, en = f"{reached.day} 达到“{stage_zh}”；{zh}", f"Reached “{stage_en}” on {reached.day}; {en}"
    else:
        zh = f"{reached.day} 的来源显示已在“{stage_zh}”；{zh}"
        en = f"A source of {reached.day} shows “{stage_en}”; {en}"
    if reached.day < promise.issued:
        zh, en = f"{zh}；早于文件印发", f"{en}; before the document was issued"
    if promise.deadline is None or reached.day <= promise.deadline:
        return Verdict(Outcome.MET, Warning.GREEN if promise.due else Warning.GREY, zh, en)
    if late:
        return Verdict(Outcome.MET_LATE, Warning.YELLOW, zh, en)
    zh, en = f"{zh}；何时达到、是否按期无从得知", f"{en}; when, and whether in time, is not known"
    return Verdict(Outcome.MET, Warning.GREY, zh, en)


def _is_late(promise: Promise, step: Step, history: History) -> bool:
    """Dated after the deadline, or preceded by a source that showed less after the deadline."""
    deadline = promise.deadline
    if deadline is None or step.day <= deadline:
        return False
    dated = step.stage == promise.stage and step.begins
    return dated or any(deadline < seen < step.day for seen in history.evidence)


def _missed(promise: Promise, newest: date, day: date) -> Verdict:
    """The deadline has passed without the stage: red, if a source later than the deadline shows so."""
    if promise.deadline and newest <= promise.deadline:
        return _silent(promise, newest, day)
    (zh, en), (stage_zh, stage_en) = promise.deadline_words, promise.words(promise.stage)
    over = promise.ends is not None and day > promise.ends
    return Verdict(
        Outcome.NOT_MET if over else Outcome.OVERDUE,
        Warning.RED,
        f"{zh}；{newest} 的来源显示仍未达到“{stage_zh}”",
        f"{en[:1].upper()}{en[1:]}; a source of {newest} shows that “{stage_en}” was not reached",
    )


def _silent(promise: Promise, newest: date | None, day: date) -> Verdict:
    """No source decides: say since when nothing is known."""
    if newest is None:
        zh, en = "没有找到来源", "No source was found"
    elif not promise.stage:
        zh = f"所涉地点最近来源为 {newest}，未说明本措施"
        en = f"The newest source on its place is of {newest} and does not speak of this measure"
    else:
        zh, en = f"{newest} 之后没有来源", f"No source after {newest}"
    if promise.deadline and day > promise.deadline:
        words = promise.deadline_words
        zh, en = f"{zh}；{words[0]}，无法判断", f"{en}; {words[1]}, so it cannot be judged"
    return Verdict(Outcome.NO_EVIDENCE, Warning.GREY, zh, en)
