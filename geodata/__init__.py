"""What is: the register of measures, read, typed and checked. No opinion on looks."""

from geodata.faults import Fault, RegisterError
from geodata.register import Register, read_register
from geodata.schema import CATALOG

__all__ = ["CATALOG", "Fault", "Register", "RegisterError", "read_register"]
