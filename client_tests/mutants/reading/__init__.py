"""Mutants that misread answers: errors, bodies, files."""

from __future__ import annotations

from client_tests.mutants.reading import balances, blocking, bodies, errors, fields, files

__all__ = ["balances", "blocking", "bodies", "errors", "fields", "files"]
