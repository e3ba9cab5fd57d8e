"""The one filter: its URL form, what it refuses, and what it keeps, against a plain reimplementation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.filters import (
    DAYS,
    FIRST_DAY,
    LAST_DAY,
    LONGEST_TEXT,
    NAMES,
    TABLES,
    Filter,
    from_query,
    select,
    without,
)
from analysis.search import matches
from analysis.standing import Standing, standing_on
from geodata import Register, read_register


@cache
def real() -> Register:
    """The real register, for the strategies; read when the first test asks."""
    return read_register()


@cache
def values(facet: str) -> list[str]:
    """All values a facet may take."""
    table, key = TABLES[facet]
    return [row.id for row in real().towns] if facet == "town" else list(real()[table][key])


WORDS = st.lists(st.sampled_from(["虎门", "humen", "rail", "东莞", "hm", "bridge", "d2017", "水"]), max_size=2)


def some(facet: str) -> st.SearchStrategy[tuple[str, ...]]:
    """One or two values of a facet, or none."""
    return st.deferred(lambda: st.lists(st.sampled_from(values(facet)), max_size=2, unique=True).map(tuple))


FACETS = {name: some(name) for name in TABLES}
FILTERS = st.builds(
    Filter,
    **FACETS,
    q=WORDS.map(" ".join),
    as_of=st.one_of(st.none(), st.dates(FIRST_DAY, LAST_DAY)),
    since=st.one_of(st.none(), st.dates(FIRST_DAY, LAST_DAY)),
)
CONDITIONS = {**FACETS, "q": WORDS.map(" ".join), "since": st.dates(date(2015, 1, 1), date(2026, 3, 1))}
SPARSE = st.lists(st.sampled_from(list(CONDITIONS)), max_size=3, unique=True).flatmap(
    lambda names: st.builds(Filter, **{name: CONDITIONS[name] for name in names})
)
"""Filters with few facets, so that they keep something."""


# The URL form


@given(FILTERS)
def test_a_filter_survives_its_url(register: Register, chosen: Filter) -> None:
    assert from_query(chosen.to_query(), register) == (chosen, [])


@given(st.text(max_size=300))
def test_a_read_filter_is_stable(register: Register, text: str) -> None:
    """What was read and shared is read the same again, whatever somebody typed."""
    once, problems = from_query({"q": text}, register)
    words = " ".join(text.split())
    assert once == Filter(q=words if len(words) <= LONGEST_TEXT else "")
    assert [problem[:2] for problem in problems] == ["q="] * (len(words) > LONGEST_TEXT)
    assert from_query(once.to_query(), register) == (once, [])


def test_an_empty_filter_has_an_empty_url(register: Register) -> None:
    assert Filter().to_query() == {}
    assert Filter().is_empty and Filter(as_of=date(2020, 1, 1)).is_empty
    assert from_query({}, register) == (Filter(), [])


@pytest.mark.parametrize("name", [*TABLES, "q"])
def test_any_facet_makes_it_not_empty(name: str) -> None:
    chosen = Filter(**{name: "x" if name == "q" else (values(name)[0],)})
    assert not chosen.is_empty
    assert without(chosen, name) == Filter()
    assert list(chosen.to_query()) == [name]


def test_the_url_is_readable() -> None:
    stages = values("stage")[:2]
    chosen = Filter(stage=tuple(stages), q="虎门 站", as_of=date(2018, 6, 1))
    assert chosen.to_query() == {"stage": ",".join(stages), "q": "虎门 站", "as_of": "2018-06-01"}


def test_names_are_the_fields() -> None:
    assert tuple(field.name for field in fields(Filter)) == NAMES
    assert set(TABLES) | {"q", *DAYS} == set(NAMES)


def test_a_repeated_parameter_adds_up(register: Register) -> None:
    one, two = values("theme")[:2]
    for query in ({"theme": [one, two]}, {"theme": f"{one},{two}"}, {"theme": f" {one} ,, {two},{one}"}):
        assert from_query(query, register) == (Filter(theme=(one, two)), [])


def test_the_filter_is_a_value() -> None:
    chosen = Filter(theme=("a",))
    assert hash(chosen) == hash(Filter(theme=("a",)))
    with pytest.raises(AttributeError):
        chosen.q = "x"  # type: ignore[misc]


# Names


@pytest.mark.parametrize("column", ["name_zh", "name_en"])
def test_agencies_are_known_by_name(register: Register, column: str) -> None:
    agencies = register["agencies"]
    for code, name in zip(agencies["id"], agencies[column], strict=True):
        assert from_query({"agency": [name]}, register) == (Filter(agency=(code,)), []), name


def test_agencies_are_known_as_they_are_written(register: Register) -> None:
    for row in register["assignments"].itertuples():
        assert from_query({"agency": [row.written_as]}, register) == (Filter(agency=(row.agency,)), []), row.written_as


@pytest.mark.parametrize("column", ["name_zh", "name_en"])
def test_towns_are_known_by_name(register: Register, column: str) -> None:
    frame = register.features[register.features["id"].isin([row.id for row in register.towns])]
    assert len(frame) == len(register.towns) >= 30
    for code, name in zip(frame["id"], frame[column], strict=True):
        assert from_query({"town": [name]}, register) == (Filter(town=(code,)), []), name


def test_only_towns_are_towns(register: Register) -> None:
    assert {row.theme for row in register.towns} == {"towns"}
    line = register.features["id"][register.features["theme"] == "rail"].iloc[0]
    assert from_query({"town": line}, register) == (Filter(), [f"town={line}"])


# What is refused

HOSTILE = [
    *("nonsense", "RAILS", "<script>alert(1)</script>", "'; drop table measures;--", "../../etc/passwd", "%00", "\x00"),
    *("__class__", "{0.__class__}", "=1+1", "💥", "a" * 5000, "\u202e", "Nil", "True", "0"),
]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:12]))
def test_hostile_values_are_named_and_left_out(register: Register, name: str, value: str) -> None:
    good = values(name)[0]
    chosen, problems = from_query({name: [value, good]}, register)
    assert chosen == Filter(**{name: (good,)})
    assert problems == [f"{name}={value.strip()}"]


@pytest.mark.parametrize(
    "value",
    [
        *("2018-02-30", "2018-13-01", "0000-01-01", "2018", "2018-06", "tomorrow", "1e9", "-1", "２０１８-06-01"),
        *("20180601", "2018-W22-5", "2018-06-01T00:00", "<b>"),
        *("0001-01-01", "1999-12-31", "2050-01-01", "9999-12-31"),
    ],
)
def test_a_bad_day_is_named_and_left_out(register: Register, value: str) -> None:
    """One spelling of a day only: YYYY-MM-DD, as every output prints it."""
    assert from_query({"as_of": value}, register) == (Filter(), [f"as_of={value}"])


def test_two_days_are_one_too_many(register: Register) -> None:
    chosen, problems = from_query({"as_of": ["2018-06-01", "2019-06-01"]}, register)
    assert problems, f"one of them was dropped in silence: {chosen.as_of}"


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_the_first_and_the_last_day_can_be_read(register: Register, day: date) -> None:
    chosen, problems = from_query({"as_of": day.isoformat()}, register)
    assert problems == [] and chosen.as_of == day
    assert select(standing_on(register, day), chosen).features.all()


def test_unknown_parameters_are_not_ours(register: Register) -> None:
    """Language, selection and the like share the URL."""
    assert from_query({"lang": "en", "show": "x", "Status": "y"}, register) == (Filter(), [])


@given(st.dictionaries(st.sampled_from([*NAMES, "lang"]), st.lists(st.text(max_size=20), max_size=3)))
def test_no_query_raises(register: Register, query: dict[str, list[str]]) -> None:
    chosen, problems = from_query(query, register)
    for name in TABLES:
        assert set(getattr(chosen, name)) <= set(values(name))
    assert all(problem.partition("=")[0] in NAMES for problem in problems)


def test_a_text_that_is_too_long_is_named_and_left_out(register: Register) -> None:
    """Not cut: what is found would not be what was asked for. The space that nobody typed on purpose does not count."""
    for text in ("虎" * 10_000, "a" * 201, ["a" * 150, "b" * 60]):
        chosen, problems = from_query({"q": text, "theme": "rail"}, register)
        assert chosen == Filter(theme=("rail",))
        assert len(problems) == 1 and problems[0].startswith("q=") and len(problems[0]) < 60
        assert str(LONGEST_TEXT) in problems[0]
    for text in ("a" * 200, "  " + "a" * 100 + " " * 50 + "b" * 99 + " "):
        chosen, problems = from_query({"q": text}, register)
        assert (chosen, problems) == (Filter(q=" ".join(text.split())), []) and len(chosen.q) == 200


# What is kept


def brute(standing: Standing, chosen: Filter) -> tuple[set[str], set[str]]:
    """The same filter in words: sets of ids, no arrays."""
    register = standing.register
    given = {
        article: {(row.agency, row.role) for row in rows.itertuples()}
        for article, rows in register["assignments"].groupby("article")
    }

    def feature_ok(row: Any) -> bool:
        facets = (chosen.stage, {row.stage}), (chosen.theme, {row.theme}), (chosen.location, {row.location})
        return all(not wanted or set(wanted) & has for wanted, has in (*facets, (chosen.town, set(row.town))))

    def measure_ok(row: Any) -> bool:
        one = (chosen.outcome, {row.outcome}), (chosen.document, {row.document}), (chosen.article, {row.article})
        due = "none"
        if row.due_date:
            left = (row.due_date - standing.day).days
            due = "passed" if left < 0 else "soon" if left <= 183 else "later"
        one = (*one, (chosen.promise, {row.promise}))
        facets = (*one, (chosen.due, {due}), (chosen.counterpart, set(row.counterpart)))
        if any(wanted and not set(wanted) & has for wanted, has in facets):
            return False
        if not (chosen.agency or chosen.role):
            return True
        pairs = given.get(row.article, set())
        return any(
            (not chosen.agency or agency in chosen.agency) and (not chosen.role or role in chosen.role)
            for agency, role in pairs
        )

    features = {row.id for row in standing.features.itertuples() if feature_ok(row)}
    measures = {row.id for row in standing.measures.itertuples() if measure_ok(row)}
    said_f, said_m = matches(register, chosen.q)
    text_f, text_m = set(standing.features["id"][said_f]), set(standing.measures["id"][said_m])
    both = [(text_f, text_m)]
    if chosen.since:
        was = standing_on(register, chosen.since)
        both.append(
            tuple(
                set(now["id"][(now[column] != then[column]).to_numpy()])
                for now, then, column in (
                    (standing.features, was.features, "stage"),
                    (standing.measures, was.measures, "outcome"),
                )
            )
        )
    hit_f, hit_m = (set.intersection(*sets) for sets in zip(*both, strict=True))
    links = [(row.feature, row.measure) for row in register["links"].itertuples()]
    pairs = [
        (feature, measure)
        for feature, measure in links
        if feature in features
        and measure in measures
        and all(feature in one or measure in other for one, other in both)
    ]
    linked_f, linked_m = {feature for feature, _ in pairs}, {measure for _, measure in pairs}
    by_feature = bool(chosen.stage or chosen.theme or chosen.town or chosen.location)
    of_measures = ("outcome", "promise", "due", "counterpart", "document", "article", "agency", "role")
    by_measure = any(getattr(chosen, name) for name in of_measures)
    return (
        features & (linked_f if by_measure else hit_f | linked_f),
        measures & (linked_m if by_feature else hit_m | linked_m),
    )


def kept(standing: Standing, chosen: Filter) -> tuple[set[str], set[str]]:
    selection = select(standing, chosen)
    return set(standing.features["id"][selection.features]), set(standing.measures["id"][selection.measures])


def singles() -> Iterator[Filter]:
    for name in TABLES:
        for value in values(name):
            yield Filter(**{name: (value,)})


@pytest.mark.parametrize("name", TABLES)
def test_every_single_value(standing: Standing, name: str) -> None:
    seen = 0
    for value in values(name):
        chosen = Filter(**{name: (value,)})
        found = kept(standing, chosen)
        assert found == brute(standing, chosen), chosen
        seen += bool(found[0]) + bool(found[1])
    assert seen, "no value keeps anything"


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(SPARSE)
def test_any_combination(standing: Standing, chosen: Filter) -> None:
    assert kept(standing, chosen) == brute(standing, chosen)


@settings(max_examples=30)
@given(SPARSE, st.sampled_from(list(TABLES)))
def test_taking_a_facet_off_loses_nothing(standing: Standing, chosen: Filter, name: str) -> None:
    narrow, wide = kept(standing, chosen), kept(standing, without(chosen, name))
    if getattr(chosen, name):
        assert narrow[0] <= wide[0] and narrow[1] <= wide[1]


@pytest.mark.parametrize("name", TABLES)
def test_several_values_mean_any_of_them(standing: Standing, name: str) -> None:
    one, two = values(name)[:2]
    first, second = kept(standing, Filter(**{name: (one,)})), kept(standing, Filter(**{name: (two,)}))
    both = kept(standing, Filter(**{name: (one, two)}))
    assert both == (first[0] | second[0], first[1] | second[1])


@pytest.mark.parametrize("since", [date(2012, 1, 1), date(2017, 11, 7), date(2025, 3, 31), date(2026, 3, 31)])
def test_what_has_changed_since_a_day(standing: Standing, since: date) -> None:
    found = kept(standing, Filter(since=since))
    assert found == brute(standing, Filter(since=since))
    assert any(found) == (since < standing.day)


def test_an_empty_filter_keeps_everything(standing: Standing) -> None:
    selection = select(standing, Filter())
    assert selection.features.all() and selection.measures.all()
    assert selection.features.dtype == selection.measures.dtype == np.bool_


@pytest.mark.parametrize(
    ("chosen", "features", "measures"),
    [
        (Filter(theme=("rail",)), {"line-east", "line-east-north"}, {"old-1", "recent-1-1", "recent-1-2"}),
        (Filter(theme=("stations",)), {"station-east", "station-lost"}, {"old-2", "recent-1-1", "recent-1-2", "river"}),
        (Filter(town=("town-south",)), {"line-east", "station-east"}, {"old-1", "old-2", "recent-1-1", "recent-1-2"}),
        (Filter(agency=("jia",), role=("lead",)), {"line-east", "station-east"}, {"recent-1-1", "recent-1-2"}),
        (
            *(Filter(agency=("jia",)), {"line-east", "station-east", "river-east", "station-lost"}),
            {"recent-1-1", "recent-1-2", "meet", "river"},
        ),
        (Filter(agency=("bing",), role=("lead",)), set(), set()),
        (Filter(role=("responsible",)), {"river-east", "station-lost"}, {"meet", "river"}),
        (Filter(document=("old",)), {"line-east", "station-east"}, {"old-1", "old-2"}),
        (Filter(document=("old",), theme=("rail",)), {"line-east"}, {"old-1"}),
        (
            *(Filter(stage=("maintenance",)), {"line-east", "line-east-north", "station-lost"}),
            {"old-1", "recent-1-1", "recent-1-2", "river"},
        ),
        (Filter(outcome=("met-late",)), {"line-east", "station-east"}, {"recent-1-1"}),
        (Filter(location=("crossing",)), {"line-east"}, {"old-1", "recent-1-1", "recent-1-2"}),
        (Filter(q="r9"), {"line-east"}, {"old-1", "recent-1-1", "recent-1-2"}),
        (Filter(q="定期"), set(), {"meet"}),
        (Filter(q="dinghe"), set(), set()),
        (Filter(q="r9", theme=("stations",)), set(), set()),
        (Filter(theme=("rail",), outcome=("not-met",)), set(), set()),
    ],
)
def test_the_tiny_register_by_hand(tiny: Register, chosen: Filter, features: set[str], measures: set[str]) -> None:
    short = {
        "old-1": "old-01-1-01",
        "old-2": "old-01-1-02",
        "recent-1-1": "recent-01-1-01",
        "recent-1-2": "recent-01-1-02",
        "meet": "recent-02-1-01",
        "river": "recent-02-1-02",
    }
    assert kept(standing_on(tiny, date(2023, 1, 1)), chosen) == (features, {short[name] for name in measures})


def test_roles_belong_to_the_chosen_agency(register: Register, standing: Standing) -> None:
    """'Jiaotong leading' must not find articles where it merely cooperates and another leads."""
    assignments = standing.register["assignments"]
    for agency in assignments["agency"].unique():
        mine = assignments[(assignments["agency"] == agency) & (assignments["role"] == "cooperating")]
        if len(mine):
            _, measures = kept(standing, Filter(agency=(agency,), role=("lead",)))
            articles = set(standing.measures.set_index("id").loc[sorted(measures), "article"])
            assert not articles & set(mine["article"])
            return
    pytest.fail("no agency cooperates anywhere")


def test_a_filter_does_not_depend_on_its_own_day(standing: Standing) -> None:
    """The day is read by the standing; the filter only carries it."""
    chosen = Filter(stage=("maintenance",))
    assert kept(standing, chosen) == kept(standing, replace(chosen, as_of=date(2000, 1, 1)))


@pytest.mark.parametrize(
    ("name", "agency"),
    [
        ("市环保局", "huanbao"),
        ("市生态环境局", "huanbao"),
        ("市工业和信息化局", "jingxin"),
        ("各镇街（园区）", "zhenjie-yuanqu"),
        ("镇街(园区)", "zhenjie-yuanqu"),
        ("environmental protection bureau", "huanbao"),
        ("shihuanbaoju", "huanbao"),
        ("SHBJ", "huanbao"),
    ],
)
def test_an_agency_is_found_by_any_of_its_names(register: Register, name: str, agency: str) -> None:
    """As written, in full, later, in any case, with brackets of either width, in pinyin and by its initials."""
    assert from_query({"agency": name}, register) == (Filter(agency=(agency,)), [])


def test_a_later_name_of_several_bodies_names_none(register: Register) -> None:
    assert from_query({"agency": "市市场监督管理局"}, register)[1] == ["agency=市市场监督管理局"]


def test_a_kept_address_with_the_former_name_of_a_facet_stays_good(register: Register) -> None:
    assert from_query({"status": "maintenance"}, register) == (Filter(stage=("maintenance",)), [])
    assert from_query({"stage": "maintenance", "status": "nonsense,completion"}, register) == (
        Filter(stage=("maintenance", "completion")),
        ["status=nonsense"],
    )
    assert from_query({"outcome": "continuing,met"}, register) == (Filter(outcome=("under-way", "met")), [])
