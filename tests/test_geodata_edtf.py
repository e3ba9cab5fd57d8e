from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geodata.edtf import bounds, printed

DAYS = st.dates(min_value=date(1000, 1, 1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2018-09-03", date(2018, 9, 3), date(2018, 9, 3)),
        ("2018-09", date(2018, 9, 1), date(2018, 9, 30)),
        ("2018-09-XX", date(2018, 9, 1), date(2018, 9, 30)),
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-XX", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-XX-XX", date(2018, 1, 1), date(2018, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-02", date(2017, 2, 1), date(2017, 2, 28)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2018-09/2019", date(2018, 9, 1), date(2019, 12, 31)),
        ("2018-07-06/2018-07-08", date(2018, 7, 6), date(2018, 7, 8)),
        ("2018/..", date(2018, 1, 1), date(2018, 12, 31)),
        ("2021?-03-09", date(2021, 3, 9), date(2021, 3, 9)),
        ("2022-01-03?", date(2022, 1, 3), date(2022, 1, 3)),
        ("2018?", date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_bounds(text: str, first: date, last: date) -> None:
    assert bounds(text) == (first, last)


@pytest.mark.parametrize("text", ["", "XXXX", "XXXX-03", "XXXX-03-05", "XXXX-XX-XX", "XXXX-02-29"])
def test_no_year_no_day(text: str) -> None:
    assert bounds(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("2017-02-30", "2017-13", "2017-00", "2017-01-00", "2017-01-32", "1900-02-29", "0000", "0000-01-01"),
        *("2018-XX-05", "XXXX-XX-31", "2018-XX-05/2019", "2018/2019-XX-05"),
        *("XXXX-13", "XXXX-02-30", "XXXX-04-31", "XXXX-XX-32", "XXXX-01-00"),
        *("18", "2018-9", "2018-09-3", "2018/09", "20180903", "2018-W01", "2018-09-03T00:00", "2018-09-03 ", " 2018"),
        *(
            "2019/2018",
            "2018/",
            "/2018",
            "../2018",
            "2018/2019/2020",
            "XXXX/2018",
            "2018/XXXX",
            "2018/2019-13",
            "2018??",
        ),
        *("2018~", "201X", "2018-X9", "XXX-01", "-2018", "2018-", "2018-09-", "x", "\n", "2018\n", "二〇一八"),
        *("２０１８", "２０１８-09", "2018-０9", "٢٠١٨"),
    ],
)
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        bounds(text)


@given(DAYS)
def test_a_full_date_is_itself(day: date) -> None:
    assert bounds(day.isoformat()) == (day, day)


@given(DAYS, st.sampled_from([4, 7]))
def test_less_precision_contains_more(day: date, length: int) -> None:
    span = bounds(day.isoformat()[:length])
    assert span is not None
    first, last = span
    assert first <= day <= last
    assert (first - timedelta(days=1)).isoformat()[:length] != day.isoformat()[:length]
    if last < date.max:
        assert (last + timedelta(days=1)).isoformat()[:length] != day.isoformat()[:length]


PARTS = st.tuples(
    st.one_of(st.just("XXXX"), st.integers(0, 9999).map("{:04d}".format)),
    st.one_of(st.none(), st.just("XX"), st.integers(0, 15).map("{:02d}".format)),
    st.one_of(st.none(), st.just("XX"), st.integers(0, 35).map("{:02d}".format)),
)


@given(PARTS)
def test_bounds_are_ordered_and_hold_the_parts_that_are_known(parts: tuple[str, str | None, str | None]) -> None:
    year, month, day = parts
    assume(month is not None or day is None)
    text = "-".join(part for part in parts if part is not None)
    try:
        span = bounds(text)
    except ValueError:
        return
    if year == "XXXX":
        assert span is None
        return
    assert span is not None
    assert span[0] <= span[1]
    assert {edge.year for edge in span} == {int(year)}
    if month not in (None, "XX"):
        assert {edge.month for edge in span} == {int(month)}
    if day not in (None, "XX"):
        assert {edge.day for edge in span} == {int(day)}


@given(st.text())
def test_any_text_gives_days_or_a_value_error(text: str) -> None:
    try:
        span = bounds(text)
    except ValueError:
        return
    assert span is None or span[0] <= span[1]


@pytest.mark.parametrize(
    ("text", "read"),
    [("2018-09", "2018-09"), ("2018/2019-03", "2018 – 2019-03"), ("2018/..", "2018"), ("", ""), ("XXXX-03-05",) * 2],
)
def test_an_interval_is_read_with_a_dash(text: str, read: str) -> None:
    assert printed(text) == read
