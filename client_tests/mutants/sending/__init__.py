"""Mutants that send something else than they were given, or the key to the wrong place."""

from __future__ import annotations

from client_tests.mutants.sending import (
    changed_parameters,
    dropped_parameters,
    key,
<<<<<<< HEAD
    key_paths,
    urls,
)

__all__ = ["changed_parameters", "dropped_parameters", "key", "key_paths", "urls"]
=======
    names,
    urls,
    wallets,
)

__all__ = ["changed_parameters", "dropped_parameters", "key", "names", "urls", "wallets"]
>>>>>>> 923e3cf (Find out 55 more kinds of mutant clients by what each does wrong, and hold balances to the window of their 429)
