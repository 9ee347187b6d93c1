"""Mutants that send something else than they were given, or the key to the wrong place."""

from __future__ import annotations

from client_tests.mutants.sending import (
    changed_parameters,
    dropped_parameters,
    key,
    key_paths,
    urls,
)

__all__ = ["changed_parameters", "dropped_parameters", "key", "key_paths", "urls"]
