from __future__ import annotations

from enum import StrEnum

import pytest

from geodata import Register, codes

ENUMS = [value for value in vars(codes).values() if isinstance(value, type) and issubclass(value, StrEnum)]


def test_every_enumeration_has_its_codelist() -> None:
    assert {enum for enum in ENUMS if enum is not StrEnum} == set(codes.CLOSED.values())


@pytest.mark.parametrize(("name", "enum"), codes.CLOSED.items(), ids=codes.CLOSED)
def test_enumeration_equals_codelist(register: Register, name: str, enum: type[StrEnum]) -> None:
    """Order too: the stages rank progress by it, and menus show it."""
    assert [str(code) for code in enum] == list(register.codelist(name).index)


def test_order_numbers_count_from_one(register: Register) -> None:
    for name in register.tables:
        if name.startswith("codelist-"):
            assert sorted(register[name]["order"]) == list(range(1, len(register[name]) + 1)), name
