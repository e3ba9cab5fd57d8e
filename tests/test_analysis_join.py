from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from analysis.join import Joined, join
from geodata import Register
from geodata.codes import Role


def test_one_row_a_feature_and_one_a_measure(joined: Joined) -> None:
    register = joined.register
    assert list(joined.features["id"]) == list(register.features["id"])
    assert list(joined.measures["id"]) == list(register["measures"]["id"])
    assert joined.features["id"].is_unique and joined.measures["id"].is_unique
    assert joined.features.crs == register.features.crs
    assert joined.features.geometry.geom_equals(register.features.geometry).sum() == register.features.geometry.count()


def test_the_register_is_not_touched(register: Register) -> None:
    before = list(register.features.columns), list(register["measures"].columns)
    join(register, date(2020, 1, 1))
    assert (list(register.features.columns), list(register["measures"].columns)) == before


def test_a_feature_with_several_measures_lists_them(joined: Joined) -> None:
    links = joined.register["links"]
    most = links["feature"].value_counts()
    assert most.iloc[0] >= 3
    for feature in most.index[:10]:
        row = joined.features.set_index("id").loc[feature]
        assert list(row["measures"]) == list(links["measure"][links["feature"] == feature])


def test_links_read_the_same_from_both_ends(joined: Joined) -> None:
    links = joined.register["links"]
    pairs = set(zip(links["measure"], links["feature"], strict=True))
    assert {(m, row.id) for row in joined.features.itertuples() for m in row.measures} == pairs
    assert {(row.id, f) for row in joined.measures.itertuples() for f in row.features} == pairs
    ids = joined.features["id"].to_numpy(), joined.measures["id"].to_numpy()
    assert list(ids[0][joined.link_feature]) == list(links["feature"])
    assert list(ids[1][joined.link_measure]) == list(links["measure"])


@pytest.mark.parametrize("role", Role)
def test_agencies_stand_as_written_and_in_the_order_of_the_list(joined: Joined, role: Role) -> None:
    """Brute force over the assignments of each measure's article."""
    assignments = joined.register["assignments"]
    chosen = assignments[assignments["role"] == role]
    for article, rows in joined.measures.groupby("article"):
        here = chosen[chosen["article"] == article]
        expected = tuple(name for _, name in sorted(zip(here["position"], here["written_as"], strict=True)))
        assert set(rows[str(role)]) == {expected}, article


def test_both_spellings_of_one_bureau_stay(joined: Joined) -> None:
    names = {name for role in Role for row in joined.measures[str(role)] for name in row}
    assert {"市科技局", "市科学技术局"} <= names


def test_lists_without_a_lead_name_no_lead(joined: Joined) -> None:
    responsible = joined.measures[joined.measures["responsible"].map(bool)]
    assert len(responsible) > 0
    assert not responsible["lead"].map(bool).any() and not responsible["cooperating"].map(bool).any()


def test_documents_and_articles_are_found_again(joined: Joined) -> None:
    articles = joined.register["articles"]
    document_of = dict(zip(articles["id"], articles["document"], strict=True))
    for row in joined.measures.itertuples():
        assert row.document == document_of[row.article]
    assert list(articles["id"].to_numpy()[joined.measure_article]) == list(joined.measures["article"])
    assert list(articles["id"].to_numpy()[joined.assignment_article]) == list(joined.register["assignments"]["article"])


def test_the_tiny_join_by_hand(tiny: Register) -> None:
    joined = join(tiny, date(2020, 6, 1))
    measures = joined.measures.set_index("id")
    assert measures.at["recent-01-1-01", "lead"] == ("甲局",)
    assert measures.at["recent-01-1-01", "cooperating"] == ("乙局", "丙镇")
    assert measures.at["recent-02-1-01", "responsible"] == ("乙局", "甲局")
    assert measures.at["old-01-1-01", "lead"] == ()
    assert measures.at["recent-01-1-02", "features"] == ("line-east", "station-east")
    assert measures.at["recent-02-1-01", "features"] == ()
    features = joined.features.set_index("id")
    assert features.at["line-east", "measures"] == ("old-01-1-01", "recent-01-1-01", "recent-01-1-02")
    assert features.at["town-north", "measures"] == ()
    assert joined.day == date(2020, 6, 1)


def test_row_numbers_are_plain_indices(joined: Joined) -> None:
    for index in (joined.link_feature, joined.link_measure, joined.measure_article, joined.assignment_article):
        assert index.dtype == np.intp


def test_columns_hold_no_missing_values(joined: Joined) -> None:
    """Empty text or an empty tuple, so that no page needs to ask twice."""
    for column in ("stage", "stage_since", "stage_grade", "stage_event", "restriction", "measures"):
        assert joined.features[column].map(lambda value: isinstance(value, str | tuple)).all(), column
    for column in ("outcome", "warning", "reason_zh", "reason_en", "document", "lead", "features"):
        assert joined.measures[column].map(lambda value: isinstance(value, str | tuple)).all(), column
