from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import contents
import openpyxl
import pandas as pd
import pyogrio
import pytest
from catalogs import OWN, S1, set_cell

from analysis.filters import LAST_DAY, Filter
from analysis.stages import histories
from analysis.view import View, look_at
from analysis.words import TEXTS
from geodata import Register, read_register
from geodata.codes import Outcome
from outputs import words
from outputs.extract import Extract, extract
from outputs.fields import tables
from outputs.gis.qgis import write_geopackage
from outputs.listed import listed, uid
from outputs.rows import GRAVITY, TABLES, gravest
from outputs.tables.csv_package import write_csv
from outputs.tables.listing import listing
from outputs.tables.oc4ids import projects
from outputs.tables.workbook import write_xlsx
from outputs.wording import all_features, spoken, table_of

PLAIN = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "date": date}
CHOSEN = {
    "all": Filter(),
    "theme": Filter(theme=("rail",)),
    "agency": Filter(agency=("jiaotong",)),
    "role": Filter(role=("lead",), theme=("roads",)),
    "document": Filter(document=("d2012",)),
    "text": Filter(q="站"),
    "town": Filter(stage=("maintenance",), town=("town-humen",)),
    "nothing": Filter(q="没有这个词"),
}
"""Filters of every sort."""
CODES = {"id": "code", "town": "town_codes", "sources": "source_codes", "counterpart": "counterpart_codes"}
"""What a field of the register is called in an output where it has another name there."""
ARTICLES = {"measures", "assignments"}
"""Tables whose `article` is the words of an article, and `article_code` its id."""


@pytest.fixture(scope="module", params=["zh", "en"])
def whole(request: pytest.FixtureRequest, view: View) -> Extract:
    return extract(view, lang=request.param)


def frames(whole: Extract) -> list[tuple[str, pd.DataFrame]]:
    return [
        *(("features", frame) for frame in whole.layers.values()),
        ("history", whole.history),
        *whole.tables.items(),
    ]


def features_of(found: Extract) -> pd.DataFrame:
    """Every feature of an extract as data, with and without a position."""
    names = [field.name for field in tables()["features"].data]
    return pd.concat([*(frame[names] for frame in found.layers.values()), found.tables["unplaced"]], ignore_index=True)


def test_columns_and_types_are_those_of_the_dictionary(whole: Extract) -> None:
    assert set(whole.tables) | {"features", "history"} == set(tables())
    for name, frame in frames(whole):
        fields = tables()[name].data
        geometry = ["geometry"] if name in ("features", "history") else []
        assert list(frame.columns) == [field.name for field in fields] + geometry, name
        assert frame[tables()[name].key].is_unique and frame[tables()[name].key].is_monotonic_increasing, name
        for field in fields:
            for cell in frame[field.name]:
                assert isinstance(cell, tuple) == field.is_list, (name, field.name, cell)
                for value in cell if field.is_list else (cell,):
                    empty = value is None and field.type != "string"
                    assert empty or isinstance(value, PLAIN[field.type]), (name, field.name, value)
                    assert field.type == "boolean" or not isinstance(value, bool)
                    if field.codelist and value:
                        assert value in whole.codes[field.codelist].index, (name, field.name, value)
                    if field.of and value and field.of in whole.names:
                        assert value in whole.names[field.of], (name, field.name, value)


def test_words_fill_the_other_columns(whole: Extract) -> None:
    for name, frame in frames(whole):
        said = spoken(whole, frame, name)
        geometry = ["geometry"] if name in ("features", "history") else []
        assert list(said.columns) == [field.name for field in tables()[name].fields] + geometry, name
        for field in tables()[name].fields:
            if field.type == "string":
                assert all(isinstance(cell, str) for cell in said[field.name]), (name, field.name)
            elif not field.words_of:
                assert said[field.name].to_list() == frame[field.name].to_list(), (name, field.name)


def listable(register: Register, name: str) -> Any:
    """The rows of a table; no control points of what is drawn for orientation alone, which no view lists."""
    rows = register[name]
    return rows[rows["feature"].isin(register.features["id"][~register.backdrop])] if name == "control-points" else rows


def test_nothing_is_lost(whole: Extract, register: Register) -> None:
    placed = sum(len(frame) for frame in whole.layers.values())
    assert placed == register.features.geometry.notna().sum()
    assert placed + len(whole.tables["unplaced"]) == len(register.features)
    assert list(whole.layers) == [
        code
        for code in register.codelist("theme").index
        if code in set(register.features["theme"][register.features.geometry.notna()])
    ]
    assert set(TABLES) == {table for table in register.dictionary.tables if "codelist-" not in table} - {"features"}
    for name in TABLES:
        assert len(whole.tables[name]) == len(listable(register, name)), name
    for theme, frame in whole.layers.items():
        assert frame.crs.to_epsg() == 4326 and frame.geometry.notna().all() and set(frame["theme"]) == {theme}


def found_again(name: str, columns: dict[str, str], frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows of an output table as a table of the register has them; a row is a tuple, in the order of `columns`."""
    keys = [column for column in columns.values() if column not in frame]
    assert not keys, (name, keys)
    return frame[list(columns.values())].itertuples(index=False, name=None)


def test_every_field_of_every_row_of_the_register_can_be_found_again(register: Register) -> None:
    """Also of what is known only later: on the last day on which the register can be read."""
    found = extract(look_at(register, Filter(), LAST_DAY), lang="zh")
    outputs = {**found.whole, "features": features_of(found)}
    named = [table for name, table in register.dictionary.tables.items() if not name.startswith("codelist-")]
    assert len(named) == 16
    for table in named:
        columns = {field.name: CODES.get(field.name, field.name) for field in table.fields}
        if table.name in ARTICLES:
            columns["article"] = "article_code"
        kept = sorted(found_again(table.name, columns, outputs[table.name]), key=repr)
        own = sorted(register[table.name][list(columns)].itertuples(index=False, name=None), key=repr)
        assert len(own) > 0 and kept == own, table.name
    shapes = {row.code: row.geometry for frame in found.layers.values() for row in frame.itertuples()}
    for code, shape in zip(register.features["id"], register.features.geometry, strict=True):
        assert shapes.get(code) is None if shape is None else shapes[code].equals_exact(shape), code


def test_two_documents_of_one_title_stay_two(tiny_catalog: Path) -> None:
    """Neither has a number that would tell them apart."""
    for line in (2, 3):
        for field, title in (("title_zh", "意见"), ("title_en", "Opinions"), ("number", "")):
            set_cell(tiny_catalog / "documents.csv", line, field, title)
    found = contents.small(read_register(tiny_catalog))
    kept = found.whole["documents"]
    assert list(kept["code"]) == ["old", "recent"] and list(kept["title_zh"]) == ["意见", "意见"]
    assert set(found.whole["measures"]["document_code"]) == {"old", "recent"}
    line_east = next(item for item in projects(found) if item["id"] == "guantu-line-east")
    policies = [item for item in line_east["documents"] if item["title"] == "意见"]
    assert len(policies) == 2 and len({item["id"] for item in policies}) == 2


@pytest.mark.parametrize("themes", [(), ("rail",), ("rivers", "towns"), ("stations", "roads", "bridges")], ids="+".join)
@pytest.mark.parametrize("name", CHOSEN)
def test_rows_can_be_counted_before_they_are_made(name: str, themes: tuple[str, ...], view: View) -> None:
    seen = view.narrowed(CHOSEN[name])
    mine, made = listed(seen, themes), extract(seen, lang="en", themes=themes)
    assert mine.count(*tables()) == made.count(*tables())
    assert made.count(*made.tables) == {name: len(frame) for name, frame in made.tables.items()}
    assert mine.layers() == {theme: len(frame) for theme, frame in made.layers.items()}
    assert list(mine.layers()) == list(made.layers)
    for table, keys in mine.rows.items():
        assert set(made.tables[table][tables()[table].key]) == keys, table


def test_an_unknown_theme_cannot_be_counted(view: View) -> None:
    with pytest.raises(KeyError, match="no such theme: nowhere"):
        listed(view, ("rail", "nowhere"))


def test_observations_leave_with_the_others(view: View, register: Register, tmp_path: Path) -> None:
    found, own = extract(view, lang="zh"), register["observations"].set_index("id")
    assert len(own) > 10
    write_csv(tmp_path / "a.zip", found)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        text = io.StringIO(archive.read("observations.csv").decode("utf-8-sig"), newline="")
        rows = {row["code"]: row for row in csv.DictReader(text)}
    write_xlsx(tmp_path / "a.xlsx", found)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["观测值"]
    head = [cell.value for cell in sheet[1]]
    cells = [dict(zip(head, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=2)]
    listed_ = {row["编号"]: row for row in cells}
    write_geopackage(tmp_path / "a.gpkg", found)
    stored = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="observations").set_index("code")
    assert set(rows) == set(listed_) == set(stored.index) == set(own.index)
    titles = register.titles("metric", "zh")
    for code, row in own.iterrows():
        for name in ("feature", "date", "metric", "value", "unit", "source", "grade"):
            assert rows[code][name] == row[name] == (stored.loc[code, name] or ""), (code, name)
        assert listed_[code]["数值或类别"] == row["value"] and listed_[code]["指标"] == titles[row["metric"]]
        assert (listed_[code]["要素编号"] or "") == row["feature"]
        assert (listed_[code]["目标值编号"] or "") == row["target"]
        assert (listed_[code]["单位"] or "") == row["unit"]


def test_every_feature_keeps_its_own_position(whole: Extract, register: Register) -> None:
    shapes = register.features.set_index("id").geometry
    for frame in [*whole.layers.values(), whole.history]:
        assert all(row.geometry.equals_exact(shapes[row.code]) for row in frame.itertuples())
    assert all(shapes[code] is None for code in whole.tables["unplaced"]["code"])


def test_uids_are_stable_and_distinct(whole: Extract) -> None:
    found = [value for _, frame in frames(whole) if "uid" in frame for value in frame["uid"]]
    assert len(set(found)) == len(found)
    assert UUID(uid("a")).version == 5
    assert uid("station-east") == "e16ce2e7-b0c8-512a-957a-4c4643e1c272"


def test_the_gravest_outcome() -> None:
    assert sorted(GRAVITY) == sorted(Outcome)
    assert gravest([Outcome.MET, Outcome.OVERDUE, Outcome.DUE_SOON]) == Outcome.OVERDUE
    assert gravest([Outcome.DUE_SOON, Outcome.NOT_MET]) == Outcome.NOT_MET
    assert gravest([]) == ""


def test_features_by_hand(tiny: Register) -> None:
    found = contents.small(tiny)
    line = found.layers["rail"].set_index("code").loc["line-east"]
    assert (line["aliases"], line["town_codes"], line["measures"]) == (("快线", "R9"), ("town-north", "town-south"), 3)
    assert line["measure_codes"] == ("old-01-1-01", "recent-01-1-01", "recent-01-1-02")
    assert (line["lead_codes"], line["cooperating_codes"], line["responsible_codes"]) == (("jia",), ("yi", "bing"), ())
    assert (line["source_codes"], line["accuracy_m"], line["part_of"]) == ((S1,), 50.0, "")
    acting = contents.seen(tiny).measures.set_index("id")
    acting = acting.loc[["old-01-1-01", "recent-01-1-01", "recent-01-1-02"], "outcome"]
    assert line["outcome"] == gravest(set(acting))
    # One measure names it, none acts on it.
    lost = found.tables["unplaced"].set_index("code").loc["station-lost"]
    assert (lost["measures"], lost["outcome"], lost["lead_codes"], lost["accuracy_m"]) == (1, "", (), None)


def test_features_in_words_by_hand(tiny: Register) -> None:
    said = all_features(contents.small(tiny)).set_index("code")
    line = said.loc["line-east"]
    assert (line["aliases"], line["towns"], line["measures"]) == ("快线；R9", "北镇；南镇", 3)
    # Codes are for machines: they are apart in the same way in every language.
    assert line["measure_codes"] == "old-01-1-01;recent-01-1-01;recent-01-1-02"
    assert (line["cooperating_codes"], line["town_codes"]) == ("yi;bing", "town-north;town-south")
    assert (line["lead"], line["cooperating"], line["responsible"]) == ("甲局", "乙局；丙镇", "")
    assert (line["sources"], line["source_codes"]) == ("通报一", S1)
    assert (said.loc["station-lost", "lead"], said.loc["station-lost", "geometry"]) == ("", None)
    english = all_features(contents.small(tiny, "en")).set_index("code").loc["line-east"]
    assert (english["lead"], english["cooperating"]) == ("First Bureau", "Second Bureau; Third Town")
    assert (english["towns"], english["name_zh"]) == ("North Town; South Town", "东线")
    assert (english["measure_codes"], english["aliases"]) == (line["measure_codes"], "快线; R9")


def test_measures_by_hand(tiny: Register) -> None:
    small = contents.small(tiny)
    found = small.tables["measures"].set_index("code")
    assert found.loc["recent-02-1-01", "target_codes"] == ("recent-02-1-01-t1",)
    assert found.loc["old-01-1-01", "counterpart_codes"] == ("guangzhou", "shenzhen")
    assert found.loc["recent-01-1-01", "due_date"] == date(2018, 12, 31)
    assert tuple(found.loc["recent-01-1-01", ["document_code", "article_code"]]) == ("recent", "recent-01-1")
    assert found.loc["recent-01-1-01", "feature_codes"] == ("line-east", "station-east")
    agencies = small.tables["agencies"].set_index("code")
    assert tuple(agencies.loc["jia", ["measures_lead", "measures_cooperating", "measures_responsible"]]) == (2, 0, 2)
    said = table_of(small, "measures").set_index("code")
    assert said.loc["recent-02-1-01", "targets"] == "会商次数：2 次 · 每年"
    assert said.loc["old-01-1-01", "counterpart"] == "广州；深圳"
    assert said.loc["old-01-1-01", "counterpart_codes"] == "guangzhou;shenzhen"
    assert said.loc["recent-01-1-01", "article"] == "recent-01-1 条"
    assert said.loc["recent-01-1-01", "document"] == "新意见"
    assert said.loc["recent-01-1-01", "feature_codes"] == "line-east;station-east"
    assert set(table_of(small, "assignments")["article"]) <= set(said["article"])
    english = table_of(contents.small(tiny, "en"), "measures").set_index("code")
    assert english.loc["recent-02-1-01", "targets"] == "Meetings: 2 meetings · Yearly"
    assert tuple(english.loc["recent-01-1-01", ["lead", "article"]]) == ("First Bureau", "recent-01-1 Article")


def test_the_new_tables_by_hand(tiny: Register) -> None:
    found = contents.small(tiny).tables
    (seen,) = found["observations"].to_dict("records")
    assert (seen["code"], seen["feature"], seen["metric"]) == ("line-east-o01", "line-east", "length")
    assert (seen["value"], seen["number"], seen["unit"], seen["date"]) == ("12", 12.0, "km", "2019-06")
    assert (seen["date_from"], seen["date_to"], seen["source"]) == (date(2019, 6, 1), date(2019, 6, 30), S1)
    (searched,) = found["searches"].to_dict("records")
    assert (searched["measure"], searched["feature"]) == ("recent-02-1-01", "")
    assert (searched["date"], searched["searched"]) == (date(2023, 1, 1), "会商")
    (target,) = found["targets"].to_dict("records")
    assert (target["measure"], target["value"], target["recurrence"]) == ("recent-02-1-01", 2.0, "yearly")
    (point,) = found["control-points"].to_dict("records")
    assert (point["feature"], point["lon"], point["lat"], point["source"]) == ("station-east", 113.72, 22.95, S1)
    documents = found["documents"].set_index("code")
    assert documents.loc["old", "valid_until"] == date(2022, 2, 13) and set(documents["source"]) == {OWN}
    assert list(found["articles"]["code"]) == ["old-01-1", "recent-01-1", "recent-02-1"]


def test_history_is_the_stage_on_every_day(view: View, whole: Extract) -> None:
    known = histories(view.register)
    for code, steps in whole.history.groupby("code"):
        ordered = steps.sort_values("date_from")
        assert ordered["date_from"].max() <= view.day
        assert list(ordered["date_to"].isna()) == [False] * (len(ordered) - 1) + [True]
        for row, after in zip(ordered.itertuples(), [*ordered["date_from"][1:], None], strict=True):
            assert known[code].step_on(row.date_from).stage == row.stage
            assert after is None or row.date_to == after - timedelta(days=1) >= row.date_from


def test_the_filter_keeps_the_rows_of_the_tables(view: View, register: Register) -> None:
    seen = view.narrowed(Filter(theme=("rail",), document=("d2017",)))
    found = extract(seen, lang="zh")
    context = register.codelist("theme")["context"]
    own = {row.code for frame in found.layers.values() for row in frame.itertuples() if not context[row.theme]}
    own |= set(found.tables["unplaced"]["code"])
    assert own == set(register.features["id"][seen.selection.features])
    assert {theme for theme in found.layers if context[theme]} == set(context.index[context.astype(bool)])
    assert set(found.tables["measures"]["code"]) == set(register["measures"]["id"][seen.selection.measures])
    for name, key in (("agencies", "id"), ("assignments", "written_as")):
        column = "code" if key == "id" else key
        assert sorted(found.tables[name][column]) == sorted(row[key] for row in listing(seen, name))
    for name in ("documents", "articles", "targets", "events", "observations", "water-quality", "searches", "sources"):
        assert set(found.tables[name]["code"]) == {row["id"] for row in listing(seen, name)}, name
    features = {row.code for frame in found.layers.values() for row in frame.itertuples()} | own
    links, points = found.tables["links"], found.tables["control-points"]
    assert set(links["feature"]) <= features and set(links["measure"]) <= set(found.tables["measures"]["code"])
    assert set(points["feature"]) <= own and len(points) == len(listing(seen, "control-points"))
    for name in ("events", "observations", "water-quality"):
        assert set(found.tables[name]["feature"]) <= features | {""}
        assert set(found.tables[name]["source"]) - {""} <= set(found.tables["sources"]["code"])
    row = found.layers["rail"].iloc[0]
    same = extract(view, lang="zh").layers["rail"].set_index("code").loc[row["code"]]
    assert all(row[name] == same[name] for name in ("outcome", "measures", "lead_codes", "measure_codes"))


def test_the_whole_is_that_of_the_empty_filter(view: View) -> None:
    """What is independent of the filter; the listed rows are among it, word for word."""
    whole = extract(view, lang="zh")
    chosen = Filter(theme=("rail", "water-sections"), document=("d2017",), role=("lead",))
    found = extract(view.narrowed(chosen), lang="zh", themes=("rail",))
    assert set(found.whole) == set(whole.whole) == set(TABLES)
    for name, frame in found.whole.items():
        listed = frame if name != "control-points" else frame[frame["uid"].isin(whole.tables[name]["uid"])]
        assert frame.equals(whole.whole[name]) and listed.reset_index(drop=True).equals(whole.tables[name]), name
        key = tables()[name].key
        same = frame[frame[key].isin(found.tables[name][key])].reset_index(drop=True)
        # Water is known of sections and rivers, none of which is the rail's.
        assert (len(same) > 0 or name in ("water-quality", "flows")) and len(same) < len(frame), name
        assert found.tables[name].equals(same), name
    documents = found.whole["documents"]
    assert set(documents["source"]) <= set(found.whole["sources"]["code"])
    assert set(found.whole["measures"]["document_code"]) <= set(documents["code"])
    assert found.names == whole.names and set(found.names["documents"]) == set(documents["code"])


def test_themes_narrow_the_layers(view: View) -> None:
    found = extract(view, lang="en", themes=("rail", "rivers"))
    assert list(found.layers) == ["rail", "rivers"]
    assert set(found.tables["unplaced"]["theme"]) <= {"rail", "rivers"}
    assert "Rail lines" in found.about["filter"]
    with pytest.raises(KeyError, match="no such theme: nowhere"):
        extract(view, lang="en", themes=("nowhere",))


def test_about_says_filter_day_rows_and_approval(view: View) -> None:
    chosen = Filter(stage=("maintenance",), town=("town-humen",), q="桥")
    found = extract(view.narrowed(chosen), lang="zh", map_number="粤S（2026）001号")
    about = found.about
    said = replace(found, far=("a", "b")).said(found.count("measures"), "EPSG:4547")
    labels = [
        "标题",
        "筛选",
        "截至日期",
        "按此日所知",
        "登记册版本",
        "来源与许可",
        "审图号",
        "精度",
        "读法",
        "行数",
        "本文件坐标系",
    ]
    assert list(said)[: len(labels)] == labels and list(said.values())[-1] == "2 处，本文件中没有位置：a；b"
    assert about["filter"] == "阶段：投用运营；镇街：虎门镇；搜索：桥"
    assert (about["day"], about["approval"]) == ("2026-03-31", "粤S（2026）001号") and "use" not in about
    assert found.lines(said)[2] == "截至日期：2026-03-31"
    assert said["行数"] == f"措施 {len(found.tables['measures'])}"
    english = extract(view, lang="en").about
    assert (english["filter"], english["use"]) == ("All", "Internal use") and "approval" not in english
    assert "© OpenStreetMap contributors (ODbL 1.0)" in english["sources"]
    assert "guantu 0." in english["version"] and "2026" in english["version"]
    assert view.version[:8] in english["version"] and english["known"] == view.known_by.isoformat()


def test_nothing_left_is_no_error(view: View) -> None:
    found = extract(view.narrowed(Filter(q="没有这个词")), lang="zh", themes=("rail",))
    assert found.layers == {} and len(found.history) == 0 and found.history.crs.to_epsg() == 4326
    assert all(len(frame) == 0 for frame in found.tables.values())


@pytest.mark.parametrize("texts", [TEXTS, words.TEXTS], ids=["analysis", "outputs"])
def test_texts_are_in_both_languages(texts: Any) -> None:
    assert len(list(texts)) > 20 and all(texts[key].zh and texts[key].en for key in texts)


def test_it_is_quick(view: View) -> None:
    extract(view, lang="zh")
    start = time.process_time()
    extract(view, lang="zh")
    assert time.process_time() - start < 1


def test_an_early_day_has_no_later_steps(register: Register) -> None:
    early = extract(look_at(register, Filter(), date(2015, 1, 1)), lang="zh")
    assert early.history["date_from"].max() <= date(2015, 1, 1)
    assert early.as_of == date(2015, 1, 1)
    for name in ("events", "observations"):
        assert 0 < len(early.tables[name]) < len(register[name])
        assert max(early.tables[name]["date_from"].dropna()) <= date(2015, 1, 1)
