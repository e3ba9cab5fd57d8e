"""Answers to questions of place as tables of an extract: for every file that holds rows and shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from analysis.spatial.answers import Answer, answer
from analysis.spatial.certainty import SURE
from analysis.spatial.questions import read_question
from analysis.view import View
from analysis.words import TEXTS as SAID
from geodata.place import STORAGE_CRS
from geodata.text import Text
from outputs.analyses import ANALYSES
from outputs.extract import Extract
from outputs.fields import OutputField, OutputTable, answer_fields
from outputs.wording import CODES
from outputs.words import TEXTS

NUMBER, HOW_SURE, SENTENCE = "number", "sure", "sentence"
"""Columns of an answer that products tell apart: its key, how sure a row is, the row in words."""
DIGITS = 6
"""Decimals of a degree, as the register has them: about 0.1 m."""


@dataclass(frozen=True, eq=False)
class AnswerTable:
    """An answer as a table of a file."""

    table: OutputTable
    """Named `answer_` and the question, with a number behind where a question is asked again; its titles are the
    question in words, its key is `NUMBER`."""
    headline: str
    """How many rows there are, and how sure they are, in the language of the extract."""
    frame: gpd.GeoDataFrame
    """Columns of `table`, then geometry (EPSG:4326): a line or a point, None for what is nowhere."""


def answers_to(view: View, lines: Sequence[str]) -> tuple[Answer, ...]:
    """The answers of a view to questions as lines of text; BadQuestion and UnknownPlace say what cannot be asked."""
    return tuple(answer(view, read_question(line, view.register)) for line in lines)


def with_answers(extract: Extract, answers: Sequence[Answer]) -> Extract:
    """The extract with answers in it, of which it says what was asked and what was found; itself without any."""
    if not answers:
        return extract
    lang = extract.lang
    said = [TEXTS("asked-found", lang, asked=each.title, found=each.headline) for each in answers]
    about: dict[str, str] = {}
    for key, value in extract.about.items():
        about[key] = value
        if key == "filter":
            about["asked"] = " ".join(said)
    return replace(extract, answers=tuple(answers), about=about)


def answer_tables(extract: Extract) -> list[AnswerTable]:
    """The answers of an extract, in the order asked, in its language; empty without any."""
    found: list[AnswerTable] = []
    asked: dict[str, int] = {}
    for each in extract.answers:
        question = each.asked.question.name
        asked[question] = asked.get(question, 0) + 1
        name = f"answer_{question}" + (f"_{asked[question]}" if asked[question] > 1 else "")
        table = OutputTable(name, each.title.zh, each.title.en, NUMBER, answer_fields(_columns_of(each)))
        found.append(AnswerTable(table, each.headline.in_(extract.lang), _frame(extract, each, table)))
    return found


def _columns_of(each: Answer) -> str:
    """The columns of an answer, by name: two views have others than two days."""
    asked = each.asked
    against = {told.name: value for told, value in zip(asked.question.told, asked.values, strict=True)}.get("against")
    return "contrast" if against is not None else asked.question.name


def by_sure(extract: Extract) -> dict[str, str]:
    """Titles of how sure a row is, by code, the surest first."""
    return {code: SAID(f"sure-{code}", extract.lang) for code in SURE}


def _frame(extract: Extract, each: Answer, table: OutputTable) -> gpd.GeoDataFrame:
    rows = ANALYSES[each.asked.question.name].rows(each.found)
    cells = [list(_cells(extract, number, row, table.fields)) for number, row in enumerate(rows, start=1)]
    columns = {
        field.name: pd.Series([row[place] for row in cells], dtype=object) for place, field in enumerate(table.fields)
    }
    return gpd.GeoDataFrame(columns, geometry=[_rounded(row.line) for row in each.rows], crs=STORAGE_CRS)


def _rounded(shape: BaseGeometry | None) -> BaseGeometry | None:
    """A shape with `DIGITS` decimals; a line that is shorter than they tell is a point."""
    if shape is None or shape.is_empty:
        return None
    found: BaseGeometry = shapely.transform(shape, lambda lonlat: np.round(lonlat, DIGITS))
    return shapely.get_point(found, 0) if found.geom_type == "LineString" and found.length == 0 else found


def _cells(extract: Extract, number: int, row: Mapping[str, Any], fields: Sequence[OutputField]) -> Iterator[Any]:
    """The values of a row of `outputs.analyses` by column; a column that this row does not have is empty."""
    counted = {NUMBER: number}
    for other in ("", "other_"):
        counted |= {f"{other}count": len(row.get(f"{other}features", ()))}
        counted |= {f"{other}count_open": len(row.get(f"{other}open", ()))}
    for field in fields:
        if field.name in counted:
            yield counted[field.name]
        elif f"{field.name}_zh" in row:
            yield Text(row[f"{field.name}_zh"], row[f"{field.name}_en"]).in_(extract.lang)
        elif field.words_of:
            yield _said(extract, row, field.words_of)
        else:
            value = row.get(field.name, None if field.type in ("integer", "number") else "")
            yield CODES.join(value) if isinstance(value, list) else value


def _said(extract: Extract, row: Mapping[str, Any], column: str) -> str:
    """What a column says in words."""
    code = row[column]
    if not code:
        return ""
    if column == HOW_SURE:
        return by_sure(extract)[code]
    if column in ("before", "after"):
        return extract.titles("stage" if row["table"] == "features" else "outcome")[code]
    return extract.names["features"][code].in_(extract.lang)
