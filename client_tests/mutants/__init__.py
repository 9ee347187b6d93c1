"""Mutant clients: the reference, each with one bug that clients in the wild have.

They are what the kit is tested with. `MUTANTS` lists them, each with the check that has to find
it; `python -m client_tests.mutants ID` is the driver of one, to look at what the kit says of it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from client_tests.mutants.registry import MUTANTS, Mutant

__all__ = ["MUTANTS", "Mutant"]

_KINDS = ("reading", "sending", "waiting", "spending")
"""Modules of mutants, and folders of such; what is put there is listed."""


def _load_mutants() -> None:
    for kind in _KINDS:
        package = import_module(f"{__name__}.{kind}")
        for found in iter_modules(getattr(package, "__path__", ())):
            import_module(f"{package.__name__}.{found.name}")


_load_mutants()
