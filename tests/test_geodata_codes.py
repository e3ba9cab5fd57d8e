from __future__ import annotations

from enum import StrEnum

import pytest

from geodata import Register, codes

CODELISTS = {
    codes.Stage: "stage",
    codes.FeatureKind: "feature-kind",
    codes.Outcome: "outcome",
    codes.Promise: "promise",
    codes.Firmness: "firmness",
    codes.Recurrence: "recurrence",
    codes.Due: "due",
    codes.Alert: "warning",
    codes.Role: "role",
    codes.Grade: "grade",
    codes.EventKind: "event-kind",
    codes.Restriction: "restriction",
    codes.Basis: "position-basis",
    codes.Location: "location",
    codes.Fit: "fit",
    codes.Shows: "shows",
    codes.Relation: "relation",
}
ENUMS = [value for value in vars(codes).values() if isinstance(value, type) and issubclass(value, StrEnum)]


def test_every_enumeration_has_its_codelist() -> None:
    assert {enum for enum in ENUMS if enum is not StrEnum} == set(CODELISTS)


@pytest.mark.parametrize("enum", CODELISTS, ids=lambda enum: enum.__name__)
def test_enumeration_equals_codelist(register: Register, enum: type[StrEnum]) -> None:
    """Order too: the stages rank progress by it, and menus show it."""
    assert [str(code) for code in enum] == list(register.codelist(CODELISTS[enum]).index)


def test_order_numbers_count_from_one(register: Register) -> None:
    for name in register.tables:
        if name.startswith("codelist-"):
            assert sorted(register[name]["order"]) == list(range(1, len(register[name]) + 1)), name
