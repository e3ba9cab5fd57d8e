from __future__ import annotations

import time
from datetime import date, timedelta
from uuid import UUID

import contents
import pandas as pd
import pytest

from analysis.content import GRAVITY, content, gravest, uid
from analysis.filters import Filter, apply
from analysis.join import Joined, join
from analysis.rows import rows
from analysis.stages import histories
from analysis.words import texts
from geodata import Register
from geodata.codes import Outcome
from geodata.outputs import Content, tables

PLAIN = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "date": date}


@pytest.fixture(scope="module", params=["zh", "en"])
def whole(request: pytest.FixtureRequest, joined: Joined) -> Content:
    return content(joined, Filter(), lang=request.param)


def frames(whole: Content) -> list[tuple[str, pd.DataFrame]]:
    return [
        *(("features", frame) for frame in whole.layers.values()),
        ("history", whole.history),
        *whole.tables.items(),
    ]


def test_columns_and_types_are_those_of_the_dictionary(whole: Content) -> None:
    assert set(whole.tables) | {"features", "history"} == set(tables())
    for name, frame in frames(whole):
        fields = tables()[name].fields
        geometry = ["geometry"] if name in ("features", "history") else []
        assert list(frame.columns) == [field.name for field in fields] + geometry, name
        assert frame[tables()[name].key].is_unique and frame[tables()[name].key].is_monotonic_increasing, name
        for field in fields:
            for value in frame[field.name]:
                empty = value is None and field.type != "string"
                assert empty or isinstance(value, PLAIN[field.type]), (name, field.name, value)
                assert field.type == "boolean" or not isinstance(value, bool)
                if field.codelist and value:
                    assert value in whole.codes[field.codelist].index, (name, field.name, value)


def test_nothing_is_lost(whole: Content, register: Register) -> None:
    placed = sum(len(frame) for frame in whole.layers.values())
    assert placed == register.features.geometry.notna().sum()
    assert placed + len(whole.tables["unplaced"]) == len(register.features)
    assert list(whole.layers) == [
        code
        for code in register.codelist("theme").index
        if code in set(register.features["theme"][register.features.geometry.notna()])
    ]
    for name in ("measures", "links", "agencies", "assignments", "events", "sources"):
        assert len(whole.tables[name]) == len(register[name]), name
    for theme, frame in whole.layers.items():
        assert frame.crs.to_epsg() == 4326 and frame.geometry.notna().all() and set(frame["theme"]) == {theme}


def test_every_feature_keeps_its_own_position(whole: Content, register: Register) -> None:
    shapes = register.features.set_index("id").geometry
    for frame in [*whole.layers.values(), whole.history]:
        assert all(row.geometry.equals_exact(shapes[row.code]) for row in frame.itertuples())
    assert all(shapes[code] is None for code in whole.tables["unplaced"]["code"])


def test_uids_are_stable_and_distinct(whole: Content) -> None:
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
    assert (line["aliases"], line["towns"], line["measures"]) == ("快线；R9", "北镇；南镇", 3)
    assert line["measure_codes"] == "old-01-1-01；recent-01-1-01；recent-01-1-02"
    assert (line["lead"], line["cooperating"], line["responsible"]) == ("甲局", "乙局；丙镇", "")
    assert (line["sources"], line["accuracy_m"], line["part_of"]) == ("通报一", 50.0, "")
    joined = join(tiny, contents.DAY)
    acting = joined.measures.set_index("id").loc[["old-01-1-01", "recent-01-1-01", "recent-01-1-02"], "outcome"]
    assert line["outcome"] == gravest(set(acting))
    # One measure names it, none acts on it.
    lost = found.tables["unplaced"].set_index("code").loc["station-lost"]
    assert (lost["measures"], lost["outcome"], lost["lead"], lost["accuracy_m"]) == (1, "", "", None)
    english = contents.small(tiny, "en").layers["rail"].set_index("code").loc["line-east"]
    assert (english["lead"], english["cooperating"]) == ("First Bureau", "Second Bureau; Third Town")
    assert (english["towns"], english["name_zh"]) == ("North Town; South Town", "东线")


def test_measures_by_hand(tiny: Register) -> None:
    found = contents.small(tiny).tables["measures"].set_index("code")
    assert found.loc["recent-02-1-01", "targets"] == "会商次数：2 次 · 每年"
    assert found.loc["old-01-1-01", "counterpart"] == "广州；深圳"
    assert found.loc["recent-01-1-01", "due_date"] == date(2018, 12, 31)
    assert found.loc["recent-01-1-01", "article"] == "recent-01-1 条"
    assert found.loc["recent-01-1-01", "feature_codes"] == "line-east；station-east"
    agencies = contents.small(tiny).tables["agencies"].set_index("code")
    assert tuple(agencies.loc["jia", ["measures_lead", "measures_cooperating", "measures_responsible"]]) == (2, 0, 2)
    articles = set(contents.small(tiny).tables["assignments"]["article"])
    assert articles <= set(found["article"])


def test_history_is_the_stage_on_every_day(joined: Joined, whole: Content) -> None:
    known = histories(joined.register)
    for code, steps in whole.history.groupby("code"):
        ordered = steps.sort_values("date_from")
        assert ordered["date_from"].max() <= joined.day
        assert list(ordered["date_to"].isna()) == [False] * (len(ordered) - 1) + [True]
        for row, after in zip(ordered.itertuples(), [*ordered["date_from"][1:], None], strict=True):
            assert known[code].step_on(row.date_from).stage == row.stage
            assert after is None or row.date_to == after - timedelta(days=1) >= row.date_from


def test_the_filter_keeps_the_rows_of_the_tables(joined: Joined) -> None:
    chosen = Filter(theme=("rail",), document=("d2017",))
    found, selection = content(joined, chosen, lang="zh"), apply(joined, chosen)
    context = joined.register.codelist("theme")["context"]
    own = {row.code for frame in found.layers.values() for row in frame.itertuples() if not context[row.theme]}
    own |= set(found.tables["unplaced"]["code"])
    assert own == set(joined.features["id"][selection.features])
    assert {theme for theme in found.layers if context[theme]} == set(context.index[context.astype(bool)])
    assert set(found.tables["measures"]["code"]) == set(joined.measures["id"][selection.measures])
    for name, key in (("agencies", "id"), ("assignments", "written_as")):
        column = "code" if key == "id" else key
        assert sorted(found.tables[name][column]) == sorted(row[key] for row in rows(joined, chosen, name))
    features = {row.code for frame in found.layers.values() for row in frame.itertuples()} | own
    links = found.tables["links"]
    assert set(links["feature"]) <= features and set(links["measure"]) <= set(found.tables["measures"]["code"])
    assert set(found.tables["events"]["feature"]) <= features
    assert set(found.tables["events"]["source"]) - {""} <= set(found.tables["sources"]["code"])
    whole = content(joined, Filter(), lang="zh")
    row = found.layers["rail"].iloc[0]
    same = whole.layers["rail"].set_index("code").loc[row["code"]]
    assert all(row[name] == same[name] for name in ("outcome", "measures", "lead", "measure_codes"))


def test_the_whole_is_that_of_the_empty_filter(joined: Joined) -> None:
    """What is independent of the filter; the listed rows are among it, word for word."""
    whole = content(joined, Filter(), lang="zh")
    found = content(joined, Filter(theme=("rail",), document=("d2017",), role=("lead",)), lang="zh", themes=("rail",))
    for name, frame in found.whole.items():
        assert frame.equals(whole.whole[name]) and frame.equals(whole.tables[name]), name
        key = tables()[name].key
        same = frame[frame[key].isin(found.tables[name][key])].reset_index(drop=True)
        assert 0 < len(same) < len(frame) and found.tables[name].equals(same), name
    sources = set(found.whole["sources"]["code"])
    assert found.documents == whole.documents and set(found.documents.values()) <= sources
    assert set(found.whole["measures"]["document"]) <= set(found.documents)


def test_themes_narrow_the_layers(joined: Joined) -> None:
    found = content(joined, Filter(), lang="en", themes=("rail", "rivers"))
    assert list(found.layers) == ["rail", "rivers"]
    assert set(found.tables["unplaced"]["theme"]) <= {"rail", "rivers"}
    assert "Rail lines" in found.about["filter"]
    with pytest.raises(KeyError, match="no such theme: nowhere"):
        content(joined, Filter(), lang="en", themes=("nowhere",))


def test_about_says_filter_day_rows_and_approval(joined: Joined) -> None:
    chosen = Filter(status=("maintenance",), town=("town-humen",), q="桥")
    found = content(joined, chosen, lang="zh", map_number="粤S（2026）001号")
    about = found.about
    said = found.said(found.count("measures"), "EPSG:4547", far=2)
    labels = ["标题", "筛选", "截至日期", "登记册版本", "来源与许可", "审图号", "精度", "读法", "行数", "本文件坐标系"]
    assert list(said)[:10] == labels and list(said.values())[-1] == "2"
    assert about["filter"] == "阶段：投用运营；镇街：虎门镇；搜索：桥"
    assert (about["day"], about["approval"]) == ("2026-03-31", "粤S（2026）001号") and "use" not in about
    assert found.lines(said)[2] == "截至日期：2026-03-31"
    assert said["行数"] == f"措施 {len(found.tables['measures'])}"
    english = content(joined, Filter(), lang="en").about
    assert (english["filter"], english["use"]) == ("All", "Internal use") and "approval" not in english
    assert "© OpenStreetMap contributors (ODbL 1.0)" in english["sources"]
    assert "guantu 0." in english["version"] and "2026" in english["version"]


def test_nothing_left_is_no_error(joined: Joined) -> None:
    found = content(joined, Filter(q="没有这个词"), lang="zh", themes=("rail",))
    assert found.layers == {} and len(found.history) == 0 and found.history.crs.to_epsg() == 4326
    assert all(len(frame) == 0 for frame in found.tables.values())


def test_texts_are_in_both_languages() -> None:
    assert all(set(row) == {"zh", "en"} and all(row.values()) for row in texts().values())


def test_it_is_quick(joined: Joined) -> None:
    content(joined, Filter(), lang="zh")
    start = time.process_time()
    content(joined, Filter(), lang="zh")
    assert time.process_time() - start < 1


def test_an_early_day_has_no_later_steps(register: Register) -> None:
    early = content(join(register, date(2015, 1, 1)), Filter(), lang="zh")
    assert early.history["date_from"].max() <= date(2015, 1, 1)
    assert early.as_of == date(2015, 1, 1)
