"""Near and nearest: for each feature of one kind those of another that are nearest, or that there is none."""

from __future__ import annotations

from analysis.spatial.certainty import Span
from analysis.spatial.engines.face import Engine, one
from analysis.spatial.engines.inprocess import IN_PROCESS
from analysis.spatial.findings import Finding, how_far, kilometres, said, ties
from analysis.spatial.ground import ground_of, members
from analysis.stages import BUILT
from analysis.view import View
from geodata.codes import Stage
from geodata.text import Text


def near(
    view: View, first: str, second: str, k: int = 1, limit: float | None = None, *, engine: Engine = IN_PROCESS
) -> list[Finding]:
    """For each feature of `first` in the view the `k` nearest of `second`, nearest first.

    `first` and `second` are themes, or the id of one feature. A row is sure where no other one can be nearer. With
    `limit` (metres) only what may lie within it, as sure as that is, and where nothing can a finding that says so, for
    certain: `second` is then empty, its span that of the nearest.
    UnknownPlace for what is neither a theme nor a feature, ValueError for a `k` under 1.
    """
    if k < 1:
        raise ValueError("k < 1")
    start, goal = (ground_of(view, members(view, name)) for name in (first, second))
    kind, known = _title(view, second), ties(view)
    found: list[Finding] = []
    for row in one(engine.nearest(start, goal, k, limit)).itertuples(index=False):
        names = (row.first, row.second) if row.second else (row.first,)
        span = Span(float(row.metres), float(row.low), float(row.high))
        line = start.line_to(start.at[row.first], goal, goal.at[row.second]) if row.second else None
        told = [start.names[row.first], *(_as_it_stands(view, each, goal.names[each]) for each in names[1:])]
        sentence = near_sentence(told, kind, span, limit, row.sure)
        found.append(Finding(row.first, row.second, span, row.sure, sentence, line, *known.behind(*names)))
    return found


def _as_it_stands(view: View, name: str, called: Text) -> Text:
    """A name, with the stage of what is not built: nobody can use it."""
    stage = view.standing.feature_status[name].stage.stage
    if stage in (*BUILT, Stage.UNKNOWN, Stage.NOT_APPLICABLE):
        return called
    return said("in-stage", name=called, stage=view.register.codes("stage")[stage].title)


def near_sentence(names: list[Text], kind: Text, span: Span, limit: float | None, sure: str) -> Text:
    """What is near the first of two names, or that nothing of a kind is where there is only one."""
    asked = "" if limit is None else kilometres(limit)
    if len(names) < 2:
        return said("near-none", a=names[0], kind=kind, limit=asked, far=how_far(span))
    key = "near-pair" if limit is None else f"near-{sure}"
    return said(key, a=names[0], b=names[1], far=how_far(span), limit=asked)


def _title(view: View, name: str) -> Text:
    theme = view.register.themes.get(name)
    return theme.title if theme else view.standing.feature_status[name].feature.name
