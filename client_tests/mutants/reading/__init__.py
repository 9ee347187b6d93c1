"""Mutants that misread answers: errors, bodies, files."""

from __future__ import annotations

from client_tests.mutants.reading import bodies, errors, files

__all__ = ["bodies", "errors", "files"]
