from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from analysis.filters import OF_FEATURES, OF_MEASURES, TABLES, Filter, apply, towns
from analysis.join import Joined, join
from analysis.summary import is_context, is_section, key_numbers, option_counts, placed_measures
from geodata import Register

BASES = [
    Filter(),
    Filter(theme=("rail", "bridges")),
    Filter(status=("implementation",)),
    Filter(outcome=("met",)),
    Filter(role=("lead",)),
    Filter(role=("cooperating",), document=("d2017",)),
    Filter(q="虎门"),
    Filter(q="rail", location=("inside",)),
]


def options(register: Register, facet: str) -> list[str]:
    table, key = TABLES[facet]
    return list((towns(register) if facet == "town" else register[table])[key])


def size(joined: Joined, chosen: Filter, facet: str) -> int:
    selection = apply(joined, chosen)
    return int((selection.features & ~is_context(joined)).sum() if facet in OF_FEATURES else selection.measures.sum())


def placed_objects(joined: Joined) -> list[set[str]]:
    """For each measure the features that it acts on and that have a position."""
    placed = set(joined.features["id"][joined.features.geometry.notna()])
    links = joined.register["links"]
    acting = {(row.measure, row.feature) for row in links.itertuples() if row.relation == "target"}
    return [{f for f in row.features if (row.id, f) in acting and f in placed} for row in joined.measures.itertuples()]


@pytest.mark.parametrize("facet", TABLES)
@pytest.mark.parametrize("base", BASES, ids=lambda base: str(base.to_query()))
def test_an_option_promises_what_choosing_it_gives(joined: Joined, base: Filter, facet: str) -> None:
    """Brute force: choose every option alone under the other facets and count the rows."""
    counts = option_counts(joined, base, facet)
    chosen = {
        value: size(joined, replace(base, **{facet: (value,)}), facet) for value in options(joined.register, facet)
    }
    assert counts == {value: count for value, count in chosen.items() if count}


@pytest.mark.parametrize("facet", sorted({*OF_FEATURES, *OF_MEASURES} - {"town"}))
def test_options_of_a_single_valued_facet_add_up(joined: Joined, facet: str) -> None:
    """Not so the town: a feature may lie in several."""
    for base in BASES:
        others = replace(base, **{facet: ()})
        assert sum(option_counts(joined, base, facet).values()) == size(joined, others, facet)


def test_a_facet_does_not_hide_its_own_options(joined: Joined) -> None:
    assert option_counts(joined, Filter(theme=("rail",)), "theme") == option_counts(joined, Filter(), "theme")


def test_key_numbers_by_hand(tiny: Register) -> None:
    joined = join(tiny, date(2023, 1, 1))
    numbers = key_numbers(joined, apply(joined, Filter()))
    assert numbers.measures == 6
    assert numbers.features == 5, "rivers and towns without a measure only give orientation"
    assert numbers.by_stage == {"maintenance": 2, "implementation": 1, "unknown": 2}
    assert (numbers.overdue, numbers.without_evidence, numbers.unplaced_measures) == (1, 2, 1)


def test_key_numbers_under_a_filter_by_hand(tiny: Register) -> None:
    joined = join(tiny, date(2019, 3, 1))
    numbers = key_numbers(joined, apply(joined, Filter(agency=("jia",), role=("lead",))))
    assert (numbers.measures, numbers.features, numbers.overdue) == (2, 2, 1)
    assert numbers.by_stage == {"implementation": 2}


@pytest.mark.parametrize("base", BASES, ids=lambda base: str(base.to_query()))
def test_key_numbers_agree_with_the_rows(joined: Joined, base: Filter) -> None:
    selection = apply(joined, base)
    numbers = key_numbers(joined, selection)
    measures = joined.measures[selection.measures]
    outcomes = Counter(measures["outcome"])
    assert numbers.measures == len(measures)
    assert sum(numbers.by_stage.values()) == numbers.features
    assert numbers.overdue == outcomes["overdue"] + outcomes["not-met"]
    assert numbers.without_evidence == outcomes["no-evidence"]
    bare = {name for name, objects in zip(joined.measures["id"], placed_objects(joined), strict=True) if not objects}
    assert numbers.unplaced_measures == len(bare & set(measures["id"]))
    late = [row for row in measures.itertuples() if row.due_date and row.due_date < joined.day]
    assert numbers.past_due == sum(row.outcome == "no-evidence" for row in late)


def test_nothing_kept_is_nothing_counted(joined: Joined) -> None:
    numbers = key_numbers(joined, apply(joined, Filter(q="没有这个词")))
    assert (numbers.measures, numbers.features, numbers.by_stage, numbers.unplaced_measures) == (0, 0, {}, 0)


def test_context_is_a_theme_without_a_measure(joined: Joined, tiny: Register) -> None:
    context = set(joined.features["theme"][is_context(joined)])
    themes = joined.register.codelist("theme")
    assert context == set(themes.index[themes["context"].astype(bool)])
    small = join(tiny, date(2023, 1, 1))
    assert set(small.features["id"][is_context(small)]) == {"river-west", "town-north", "town-south"}


def test_placed_measures_have_a_position(joined: Joined) -> None:
    """A place that a measure merely names does not put it on the map."""
    expected = [bool(objects) for objects in placed_objects(joined)]
    assert list(placed_measures(joined)) == expected
    assert any(expected) and not all(expected)


def test_sections_belong_to_a_whole_of_their_theme(joined: Joined) -> None:
    rows = joined.features.set_index("id")
    for row, section in zip(joined.features.itertuples(), is_section(joined.register), strict=True):
        assert section == bool(row.part_of and rows.loc[row.part_of, "theme"] == row.theme)
    numbers = key_numbers(joined, apply(joined, Filter()))
    assert 0 < numbers.sections < numbers.features
