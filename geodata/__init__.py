"""What is: the register of measures, read, typed and checked. No opinion on looks."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.faults import Fault, RegisterError
    from geodata.register import Register, read_register
    from geodata.schema import CATALOG

__all__ = ["CATALOG", "Fault", "Register", "RegisterError", "read_register"]

_HOMES = {
    "CATALOG": "schema",
    "Fault": "faults",
    "Register": "register",
    "RegisterError": "faults",
    "read_register": "register",
}


def __getattr__(name: str) -> Any:
    """Imported when it is first asked for: a map that was kept is drawn before any library of geometries is there."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
