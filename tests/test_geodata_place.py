"""The city as data: what `place.toml` says, and that each thing wrong with it is said by its key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

import catalogs
import pytest

import geodata.place
from geodata import CATALOG, Fault, Register, RegisterError, read_register
from geodata.place import FILE, STORAGE_CRS, Place, read_place
from geodata.register import read_checked
from geodata.text import Text

SHIPPED: dict[str, Any] = tomllib.loads((CATALOG / FILE).read_text(encoding="utf-8"))
LIES_ON: dict[str, str] = SHIPPED.pop("lies_on")
"""It alone is a table, may be left out, and names rows of its own register."""


def only(catalog: Path) -> Fault:
    """The one fault of a catalog, the same whether its place is read alone or with everything else."""
    alone: list[Fault] = []
    assert read_place(catalog, alone) is None
    checked = read_checked(catalog)
    assert checked.place is None and checked.faults == alone
    with pytest.raises(RegisterError):
        read_register(catalog)
    assert len(alone) == 1, "\n".join(map(str, alone)) or "no fault found"
    catalogs.check_said(alone[0])
    return alone[0]


def put(catalog: Path, **changed: Any) -> None:
    """Write the file anew, with some values changed; None leaves a key out."""
    values = {key: value for key, value in (SHIPPED | changed).items() if value is not None}
    lines = [f"{key} = {_toml(value)}\n" for key, value in values.items()]
    (catalog / FILE).write_text("".join(lines), encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # A JSON-like text in single quotes is a TOML text as it stands.
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def test_the_shipped_place_reads(register: Register) -> None:
    faults: list[Fault] = []
    place = read_place(CATALOG, faults)
    assert faults == [] and place == register.place
    for field in fields(Place):
        value = getattr(place, field.name)
        if isinstance(value, Text):
            assert (value.zh, value.en) == (SHIPPED[f"{field.name}_zh"], SHIPPED[f"{field.name}_en"])
        elif field.name == "lies_on":
            assert value == tuple(LIES_ON.items()) and len(value) > 2
        else:
            assert value == (tuple(SHIPPED[field.name]) if isinstance(value, tuple) else SHIPPED[field.name])
    assert len(SHIPPED) + 1 == len(fields(Place)) + sum(isinstance(getattr(place, f.name), Text) for f in fields(Place))


def test_the_shipped_place_agrees_with_itself(register: Register) -> None:
    place = register.place
    west, south, east, north = place.box
    assert west <= place.first_view[0] < place.first_view[2] <= east
    assert south <= place.first_view[1] < place.first_view[3] <= north
    assert place.metric_belt[0] <= west and east <= place.metric_belt[1]
    assert {STORAGE_CRS, place.metric_crs} <= set(place.file_crs)
    assert place.projected_crs[0] == place.metric_crs
    assert set(place.projected_crs) < set(place.file_crs) and STORAGE_CRS not in place.projected_crs


def test_the_file_of_these_tests_reads(tiny: Register, tiny_catalog: Path) -> None:
    """Written anew without a change it says the same: what the next tests find is what they changed."""
    put(tiny_catalog)
    assert read_register(tiny_catalog).place == tiny.place


@pytest.mark.parametrize("key", SHIPPED)
def test_a_key_that_is_missing(tiny_catalog: Path, key: str) -> None:
    put(tiny_catalog, **{key: None})
    fault = only(tiny_catalog)
    assert (fault.file, fault.row, fault.field, fault.found.en) == (FILE, 0, key, "nothing")
    assert fault.expected and not fault.unread


TEXTS = [key for key, value in SHIPPED.items() if isinstance(value, str) and key not in ("metric_crs", "time_zone")]
WRONG: list[tuple[str, Any]] = [
    *((key, value) for key in TEXTS for value in ("", "  ", 7, ["东莞"], True)),
    *((key, value) for key in ("box", "first_view") for value in (
        [], [113.2, 22.3, 114.7], [113.2, 22.3, 114.7, 23.6, 0.0], ["113.2", "22.3", "114.7", "23.6"], "113.2", 7,
        [114.7, 22.3, 113.2, 23.6], [113.2, 23.6, 114.7, 22.3], [22.3, 113.2, 23.6, 114.7],
        [113.2, 22.3, 113.2, 23.6], [113.2, 22.3, 190.0, 23.6], [113.2, -95.0, 114.7, 23.6],
        [True, False, True, True], [113.2, 22.3, float("nan"), 23.6], [float("-inf"), 22.3, 114.7, 23.6],
    )),
    *(("metric_belt", value) for value in ([], [111.0], [111.0, 117.0, 120.0], ["111", "117"], 111.0, "111")),
    *(("datum_shift_m", value) for value in ([518.0], [518.0, -310.0, 0.0], ["518", "-310"], 518.0, "", False)),
    *(("metric_crs", value) for value in (
        "EPSG:4326", "EPSG:4490", "EPSG:2277", "EPSG:1", "EPSG:", "metres", "", 4547, ["EPSG:4547"],
        "+proj=tmerc +lon_0=113.9 +ellps=GRS80",
    )),
    *(("file_crs", value) for value in (
        [], ["EPSG:4547"], "EPSG:4326", [4326], ["EPSG:4326", "EPSG:1"], ["EPSG:4326", ""], ["EPSG:4326", 4547], 7,
    )),
    *(("time_zone", value) for value in (
        "", "Mars/Olympus", "Asia", "../../etc/passwd", "/etc/localtime", "UTC+8 ", 8, ["Asia/Shanghai"], "a" * 5000,
    )),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), WRONG, ids=[f"{key}={str(value)[:30]}" for key, value in WRONG])
def test_a_value_that_is_wrong(tiny_catalog: Path, key: str, value: Any) -> None:
    put(tiny_catalog, **{key: value})
    fault = only(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == (FILE, 0, key)
    assert fault.expected and len(str(fault)) < 250


def test_every_kind_of_key_is_tried() -> None:
    assert {key for key, _ in WRONG} == set(SHIPPED)


def test_a_key_that_nobody_reads(tiny_catalog: Path) -> None:
    """A misspelt one would be passed over in silence."""
    put(tiny_catalog, metric_csr="EPSG:4547")
    fault = only(tiny_catalog)
    assert (fault.file, fault.field) == (FILE, "metric_csr") and "metric_crs" in fault.expected.en


def test_a_key_that_is_no_word(tiny_catalog: Path) -> None:
    """A key in quotes may hold anything; the fault stays on its line."""
    path = tiny_catalog / FILE
    path.write_text(path.read_text(encoding="utf-8") + '\n"a\\nb\\u001b" = 1\n', encoding="utf-8")
    assert only(tiny_catalog).field == "a\nb\x1b"


def test_several_wrong_keys_are_told_at_once(tiny_catalog: Path) -> None:
    put(tiny_catalog, box=[1], time_zone=None, nonsense=1)
    faults: list[Fault] = []
    assert read_place(tiny_catalog, faults) is None
    assert sorted(fault.field for fault in faults) == ["box", "nonsense", "time_zone"]
    assert {fault.file for fault in faults} == {FILE}


def gone(path: Path) -> None:
    path.unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def no_toml(path: Path) -> None:
    path.write_text('name_zh = "东莞', encoding="utf-8")


def twice(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + '\nname_zh = "东莞"\n', encoding="utf-8")


def in_gbk(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").replace("©", "").encode("gb18030"))


@pytest.mark.parametrize("damage", [gone, a_folder, no_toml, twice, in_gbk], ids=lambda item: item.__name__)
def test_a_place_that_cannot_be_read(tiny_catalog: Path, damage: Callable[[Path], None]) -> None:
    damage(tiny_catalog / FILE)
    fault = only(tiny_catalog)
    assert (fault.file, fault.row, fault.field) == (FILE, 0, "") and fault.unread


def test_a_place_without_a_shifted_datum(tiny_catalog: Path) -> None:
    put(tiny_catalog, datum_shift_m=[])
    assert read_register(tiny_catalog).place.datum_shift_m is None


# Today


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            # Without a zone it would be the day of this machine, which is nobody's.
            assert tz is not None
            return moment.astimezone(tz)

    monkeypatch.setattr(geodata.place, "datetime", Stopped)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Shanghai", date(2026, 4, 1)),
        ("Europe/Berlin", date(2026, 3, 31)),
        ("America/New_York", date(2026, 3, 31)),
        ("Pacific/Kiritimati", date(2026, 4, 1)),
    ],
)
def test_today_is_the_day_of_the_city(
    register: Register, monkeypatch: pytest.MonkeyPatch, zone: str, day: date
) -> None:
    """Half past four in the morning in China, the evening before in Europe and in America."""
    stop_the_clock(monkeypatch, datetime(2026, 3, 31, 20, 30, tzinfo=UTC))
    assert replace(register.place, time_zone=zone).today() == day


def test_the_shipped_city_turns_its_day_at_midnight_in_china(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute, day in ((59, date(2026, 3, 31)), (60, date(2026, 4, 1))):
        stop_the_clock(monkeypatch, datetime(2026, 3, 31, 15 + minute // 60, minute % 60, tzinfo=UTC))
        assert register.place.today() == day
