"""Mutant clients: the reference, each with one bug that clients in the wild have.

They are what the kit is tested with. `MUTANTS` lists them, each with the check that has to find
it; `python -m client_tests.mutants ID` is the driver of one, to look at what the kit says of it.
"""

from __future__ import annotations

from client_tests.mutants import reading, sending, spending, waiting
from client_tests.mutants.registry import MUTANTS, Mutant

__all__ = ["MUTANTS", "Mutant", "reading", "sending", "spending", "waiting"]
