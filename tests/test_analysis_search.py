from __future__ import annotations

import pytest

from analysis.search import matches
from geodata import Register
from geodata.model import Feature


def found(register: Register, query: str) -> tuple[set[str], set[str]]:
    features, measures = matches(register, query)
    return set(register.features["id"][features]), set(register["measures"]["id"][measures])


@pytest.mark.parametrize(
    ("query", "features", "measures"),
    [
        ("东站", {"station-east"}, {"old-01-1-02"}),
        ("dongzhan", {"station-east"}, {"old-01-1-02"}),
        ("dz", {"station-east"}, {"old-01-1-02"}),
        ("DZ", {"station-east"}, {"old-01-1-02"}),
        ("East Station", {"station-east"}, {"old-01-1-02"}),
        ("station east", {"station-east"}, {"old-01-1-02"}),
        ("东 站", {"station-east"}, {"old-01-1-02"}),
        ("快线", {"line-east"}, set()),
        ("kuaixian", {"line-east"}, set()),
        ("r9", {"line-east"}, set()),
        ("line-east", {"line-east", "line-east-north"}, set()),
        ("recent-02", set(), {"recent-02-1-01", "recent-02-1-02"}),
        ("河", {"river-east", "river-west"}, {"recent-02-1-02"}),
        ("dinghui", set(), set()),
        ("dingqi huishang", set(), {"recent-02-1-01"}),
        ("dqhs", set(), {"recent-02-1-01"}),
        ("定期 regularly", set(), {"recent-02-1-01"}),
        ("没有这个", set(), set()),
        ("%", set(), set()),
        (".*", set(), set()),
        ("(", set(), set()),
    ],
)
def test_words_on_the_tiny_register(tiny: Register, query: str, features: set[str], measures: set[str]) -> None:
    assert found(tiny, query) == (features, measures)


def test_a_pinyin_word_does_not_run_across_two_names(tiny: Register) -> None:
    """东线 and its alias 快线 stand side by side; nobody is called 线快."""
    assert found(tiny, "xiankuai")[0] == set()


@pytest.mark.parametrize("query", ["虎门站", "humenzhan", "HuMenZhan", "hmz"])
def test_a_station_by_its_name_and_by_its_sound(register: Register, query: str) -> None:
    names = register.features.set_index("id")["name_zh"]
    station = names.index[names.str.contains("虎门站")]
    assert len(station) >= 1
    assert set(station) <= found(register, query)[0]


def test_every_feature_is_found_by_its_own_name(register: Register) -> None:
    for row in register.features.itertuples():
        for name in (row.name_zh, row.name_en, *row.aliases):
            assert row.id in found(register, name)[0], name


def test_every_measure_is_found_by_its_own_title(register: Register) -> None:
    for row in register["measures"].iloc[::5].itertuples():
        for title in (row.title_zh, row.title_en, row.id):
            assert row.id in found(register, title)[1], title


def test_former_and_later_names_lead_to_one_place(register: Register) -> None:
    for old, new in [("虎门二桥", "南沙大桥"), ("虎门港", "东莞港"), ("塘厦站", "东莞南站")]:
        assert found(register, old)[0] & found(register, new)[0], old


def test_more_words_never_find_more(register: Register) -> None:
    one, both = found(register, "东莞"), found(register, "东莞 rail")
    assert both[0] < one[0] and both[1] <= one[1]


def test_no_words_find_everything(register: Register) -> None:
    for query in ("", "   "):
        features, measures = matches(register, query)
        assert features.all() and measures.all()


def test_a_very_long_query_is_harmless(register: Register) -> None:
    assert found(register, "虎" * 200) == (set(), set())


def test_any_dash_is_the_dash_of_the_keyboard(register: Register) -> None:
    dashed = [row.id for row in register.rows(Feature) if "\u2013" in row.name.en]
    assert dashed, "no name holds an en dash"
    for row in register.rows(Feature):
        features, _ = matches(register, row.name.en.replace("\u2013", "-"))
        assert features[register.features["id"] == row.id].all(), row.id
