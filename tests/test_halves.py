"""Half-years: their days, their neighbours, their names."""

from datetime import date

import pytest

from analysis.halves import Half, NoHalf, half_of, read_half


def test_the_days_of_half_years() -> None:
    first, second = Half(2026, 1), Half(2026, 2)
    assert (first.first, first.last) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (second.first, second.last) == (date(2026, 7, 1), date(2026, 12, 31))
    assert first.after == second and second.before == first
    assert first.before == Half(2025, 2) and second.after == Half(2027, 1)


@pytest.mark.parametrize(
    ("day", "name"), [(date(2026, 6, 30), "2026-H1"), (date(2026, 7, 1), "2026-H2"), (date(2026, 12, 31), "2026-H2")]
)
def test_a_day_lies_in_one_half_year(day: date, name: str) -> None:
    assert half_of(day).name == name
    assert read_half(name) == half_of(day)
    assert read_half(f" {name.lower()} ") == half_of(day)


@pytest.mark.parametrize("text", ["", "2026", "2026-H3", "0000-H1", "9999-H2", "2026-H1-x", "٢٠٢٦-H1", "2026-Q1"])
def test_other_texts_name_none(text: str) -> None:
    with pytest.raises(NoHalf):
        read_half(text)
