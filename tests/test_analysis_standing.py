from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from analysis.outcomes import Verdict
from analysis.stages import FeatureStage
from analysis.standing import Standing, standing_on
from analysis.words import Speech
from geodata import Register
from geodata.codes import Role


def test_one_row_a_feature_and_one_a_measure(standing: Standing) -> None:
    register = standing.register
    assert list(standing.features["id"]) == list(register.features["id"])
    assert list(standing.measures["id"]) == list(register["measures"]["id"])
    assert standing.features["id"].is_unique and standing.measures["id"].is_unique
    assert standing.features.crs == register.features.crs
    assert (
        standing.features.geometry.geom_equals(register.features.geometry).sum() == register.features.geometry.count()
    )


def test_the_register_is_not_touched(register: Register) -> None:
    before = list(register.features.columns), list(register["measures"].columns)
    standing_on(register, date(2020, 1, 1))
    assert (list(register.features.columns), list(register["measures"].columns)) == before


def test_a_feature_with_several_measures_lists_them(standing: Standing) -> None:
    links = standing.register["links"]
    most = links["feature"].value_counts()
    assert most.iloc[0] >= 3
    for feature in most.index[:10]:
        row = standing.features.set_index("id").loc[feature]
        assert list(row["measures"]) == list(links["measure"][links["feature"] == feature])


def test_links_read_the_same_from_both_ends(standing: Standing) -> None:
    links = standing.register["links"]
    pairs = set(zip(links["measure"], links["feature"], strict=True))
    assert {(m, row.id) for row in standing.features.itertuples() for m in row.measures} == pairs
    assert {(row.id, f) for row in standing.measures.itertuples() for f in row.features} == pairs
    ids = standing.features["id"].to_numpy(), standing.measures["id"].to_numpy()
    assert list(ids[0][standing.link_feature]) == list(links["feature"])
    assert list(ids[1][standing.link_measure]) == list(links["measure"])


@pytest.mark.parametrize("role", Role)
def test_agencies_stand_by_id_and_in_the_order_of_the_list(standing: Standing, role: Role) -> None:
    """Brute force over the assignments of each measure's article."""
    assignments = standing.register["assignments"]
    chosen = assignments[assignments["role"] == role]
    for article, rows in standing.measures.groupby("article"):
        here = chosen[chosen["article"] == article]
        expected = tuple(name for _, name in sorted(zip(here["position"], here["agency"], strict=True)))
        assert set(rows[str(role)]) == {expected}, article


def test_both_spellings_of_one_bureau_stay(register: Register, standing: Standing) -> None:
    """The standing holds the one bureau by its id; what an article calls it is said in Chinese as it is written."""
    found = {name for role in Role for row in standing.measures[str(role)] for name in row}
    assert found == set(register["agencies"]["id"])
    speech = Speech(register, "zh")
    names = {name for role in Role for article in register["articles"]["id"] for name in speech.assigned(article, role)}
    assert {"市科技局", "市科学技术局"} <= names
    written = register["assignments"].set_index("written_as")["agency"]
    assert set(written[["市科技局"]]) == set(written[["市科学技术局"]]), "one bureau under two names"


def test_an_article_names_its_agencies_in_the_order_of_its_list(register: Register) -> None:
    """Brute force over the assignments: as written in Chinese, by the name of the agency in English."""
    names = register["agencies"].set_index("id")["name_en"]
    for article, rows in register["assignments"].groupby("article"):
        for role, here in rows.sort_values("position").groupby("role"):
            assert Speech(register, "zh").assigned(article, role) == list(here["written_as"])
            assert Speech(register, "en").assigned(article, role) == [names[code] for code in here["agency"]]


def test_lists_without_a_lead_name_no_lead(standing: Standing) -> None:
    responsible = standing.measures[standing.measures["responsible"].map(bool)]
    assert len(responsible) > 0
    assert not responsible["lead"].map(bool).any() and not responsible["cooperating"].map(bool).any()


def test_documents_and_articles_are_found_again(standing: Standing) -> None:
    articles = standing.register["articles"]
    document_of = dict(zip(articles["id"], articles["document"], strict=True))
    for row in standing.measures.itertuples():
        assert row.document == document_of[row.article]
    assert list(articles["id"].to_numpy()[standing.measure_article]) == list(standing.measures["article"])
    assert list(articles["id"].to_numpy()[standing.assignment_article]) == list(
        standing.register["assignments"]["article"]
    )


def test_the_tiny_standing_by_hand(tiny: Register) -> None:
    standing = standing_on(tiny, date(2020, 6, 1))
    measures = standing.measures.set_index("id")
    assert measures.at["recent-01-1-01", "lead"] == ("jia",)
    assert measures.at["recent-01-1-01", "cooperating"] == ("yi", "bing")
    assert measures.at["recent-02-1-01", "responsible"] == ("yi", "jia")
    assert measures.at["old-01-1-01", "lead"] == ()
    assert measures.at["recent-01-1-02", "features"] == ("line-east", "station-east")
    assert measures.at["recent-02-1-01", "features"] == ()
    features = standing.features.set_index("id")
    assert features.at["line-east", "measures"] == ("old-01-1-01", "recent-01-1-01", "recent-01-1-02")
    assert features.at["town-north", "measures"] == ()
    assert standing.day == date(2020, 6, 1) and standing.known_by == standing.register.place.today()


def test_row_numbers_are_plain_indices(standing: Standing) -> None:
    for index in (standing.link_feature, standing.link_measure, standing.measure_article, standing.assignment_article):
        assert index.dtype == np.intp


def test_columns_hold_no_missing_values(standing: Standing) -> None:
    """Empty text or an empty tuple, so that no page needs to ask twice."""
    for column in ("stage", "stage_since", "stage_grade", "stage_event", "restriction", "measures"):
        assert standing.features[column].map(lambda value: isinstance(value, str | tuple)).all(), column
    for column in ("outcome", "warning", "document", "lead", "cooperating", "responsible", "features"):
        assert standing.measures[column].map(lambda value: isinstance(value, str | tuple)).all(), column
    for verdict in standing.verdicts:
        assert isinstance(verdict, Verdict) and verdict.reason.zh and verdict.reason.en


def test_rows_and_frames_say_the_same(standing: Standing) -> None:
    """The typed rows are what the pages read, the frames what is counted: neither may know something else."""
    assert list(standing.feature_status) == list(standing.features["id"])
    for row in standing.features.itertuples():
        status = standing.feature_status[row.id]
        assert (status.feature.id, status.feature.name.zh, status.measures) == (row.id, row.name_zh, row.measures)
        for name in FeatureStage.__slots__:
            assert getattr(status.stage, name) == getattr(row, name), name
    assert list(standing.measure_status) == list(standing.measures["id"])
    for row, verdict in zip(standing.measures.itertuples(), standing.verdicts, strict=True):
        known = standing.measure_status[row.id]
        assert known.verdict is verdict and (verdict.outcome, verdict.warning) == (row.outcome, row.warning)
        assert (known.measure.id, known.document, known.features) == (row.id, row.document, row.features)
