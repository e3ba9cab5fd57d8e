from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from analysis.counts import key_numbers, option_counts, past_due, placed_measures
from analysis.filters import OF_FEATURES, OF_MEASURES, SEVERAL, TABLES, Filter
from analysis.standing import Standing
from analysis.view import View, look, look_at
from geodata import Register

BASES = [
    Filter(),
    Filter(theme=("rail", "bridges")),
    Filter(stage=("implementation",)),
    Filter(outcome=("met",)),
    Filter(role=("lead",)),
    Filter(role=("cooperating",), document=("d2017",)),
    Filter(q="虎门"),
    Filter(q="rail", location=("inside",)),
]


def options(register: Register, facet: str) -> list[str]:
    table, key = TABLES[facet]
    return [row.id for row in register.towns] if facet == "town" else list(register[table][key])


def size(standing: Standing, chosen: Filter, facet: str) -> int:
    view = look(standing, chosen)
    kept = view.selection.features & ~standing.register.backdrop
    return int(kept.sum() if facet in OF_FEATURES else view.selection.measures.sum())


def placed_objects(standing: Standing) -> list[set[str]]:
    """For each measure the features that it acts on and that have a position."""
    placed = set(standing.features["id"][standing.features.geometry.notna()])
    links = standing.register["links"]
    acting = {(row.measure, row.feature) for row in links.itertuples() if row.relation == "target"}
    return [
        {f for f in row.features if (row.id, f) in acting and f in placed} for row in standing.measures.itertuples()
    ]


@pytest.mark.parametrize("facet", TABLES)
@pytest.mark.parametrize("base", BASES, ids=lambda base: str(base.to_query()))
def test_an_option_promises_what_choosing_it_gives(standing: Standing, base: Filter, facet: str) -> None:
    """Brute force: choose every option alone under the other facets and count the rows."""
    counts = option_counts(look(standing, base), facet)
    chosen = {
        value: size(standing, replace(base, **{facet: (value,)}), facet) for value in options(standing.register, facet)
    }
    assert counts == {value: count for value, count in chosen.items() if count}


@pytest.mark.parametrize("facet", sorted({*OF_FEATURES, *OF_MEASURES} - SEVERAL))
def test_options_of_a_single_valued_facet_add_up(standing: Standing, facet: str) -> None:
    """Not so the town: a feature may lie in several."""
    for base in BASES:
        others = replace(base, **{facet: ()})
        assert sum(option_counts(look(standing, base), facet).values()) == size(standing, others, facet)


def test_a_facet_does_not_hide_its_own_options(view: View) -> None:
    assert option_counts(view.narrowed(Filter(theme=("rail",))), "theme") == option_counts(view, "theme")


def test_key_numbers_by_hand(tiny: Register) -> None:
    numbers = key_numbers(look_at(tiny, Filter(), date(2023, 1, 1)))
    assert numbers.measures == 6
    assert (numbers.features, numbers.projects) == (5, 4), "rivers and towns without a measure only give orientation"
    assert numbers.by_stage == {"maintenance": 3, "implementation": 1, "not-applicable": 1}
    assert (numbers.overdue, numbers.without_evidence, numbers.unplaced_measures) == (1, 1, 1)


def test_key_numbers_under_a_filter_by_hand(tiny: Register) -> None:
    numbers = key_numbers(look_at(tiny, Filter(agency=("jia",), role=("lead",)), date(2019, 3, 1)))
    assert (numbers.measures, numbers.features, numbers.overdue) == (2, 2, 1)
    assert numbers.by_stage == {"implementation": 2}


@pytest.mark.parametrize("base", BASES, ids=lambda base: str(base.to_query()))
def test_key_numbers_agree_with_the_rows(standing: Standing, base: Filter) -> None:
    view = look(standing, base)
    numbers = key_numbers(view)
    measures = standing.measures[view.selection.measures]
    outcomes = Counter(measures["outcome"])
    assert numbers.measures == len(measures)
    assert sum(numbers.by_stage.values()) == numbers.features
    assert numbers.overdue == outcomes["overdue"] + outcomes["not-met"] + outcomes["unreachable"]
    assert numbers.without_evidence == outcomes["no-evidence"] + outcomes["not-searched"]
    bare = {
        name for name, objects in zip(standing.measures["id"], placed_objects(standing), strict=True) if not objects
    }
    assert numbers.unplaced_measures == len(bare & set(measures["id"]))
    late = [row for row in measures.itertuples() if row.due_date and row.due_date < standing.day]
    unproven = {row.id for row in late if row.outcome in ("no-evidence", "not-searched")}
    assert numbers.past_due == len(unproven)
    assert unproven == set(standing.measures["id"][past_due(standing)]) & set(measures["id"])


def test_nothing_kept_is_nothing_counted(standing: Standing) -> None:
    numbers = key_numbers(look(standing, Filter(q="没有这个词")))
    assert (numbers.measures, numbers.features, numbers.by_stage, numbers.unplaced_measures) == (0, 0, {}, 0)


def test_the_backdrop_is_of_a_theme_of_context_and_without_a_measure(register: Register, tiny: Register) -> None:
    context = set(register.features["theme"][register.backdrop])
    themes = register.codelist("theme")
    assert context == set(themes.index[themes["context"].astype(bool)])
    assert not set(register.features["id"][register.backdrop]) & set(register["links"]["feature"])
    assert set(tiny.features["id"][tiny.backdrop]) == {"river-west", "town-north", "town-south"}


def test_placed_measures_have_a_position(standing: Standing) -> None:
    """A place that a measure merely names does not put it on the map."""
    expected = [bool(objects) for objects in placed_objects(standing)]
    assert list(placed_measures(standing)) == expected
    assert any(expected) and not all(expected)


def test_sections_belong_to_a_whole_of_their_theme(view: View) -> None:
    rows = view.standing.features.set_index("id")
    for row, section in zip(view.standing.features.itertuples(), view.register.sections, strict=True):
        assert section == bool(row.part_of and rows.loc[row.part_of, "theme"] == row.theme)
    numbers = key_numbers(view)
    assert 0 < numbers.sections < numbers.features
