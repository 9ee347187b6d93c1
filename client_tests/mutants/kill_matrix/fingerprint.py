"""What a kill matrix was made from, as a few short numbers that change with it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from client_tests.cases.catalogue import load_test_cases
from client_tests.cases.model import Case

KIT = Path(__file__).parents[2]

SOURCES = {
    "mutants": ("mutants/*.py", "mutants/*ing", "clients/*.py"),
    "assertions": ("judging/*.py", "cases/outcomes.py", "running/testbed*.py", "driver/*.py"),
    "properties": ("cases/properties*", "cases/strategies*", "cases/contracts.py"),
}
"""What the matrix depends on, beside the cases: files, and folders with all that is in them."""


def fingerprint() -> dict[str, str]:
    """Return what tells one state of mutants, cases, properties and assertions from another.

    Comments and docstrings change nothing, and nothing is said by them here.
    """
    cases = [test_case.to_json() for test_case in load_test_cases() if isinstance(test_case, Case)]
    found = {"cases": _digest([json.dumps(cases, sort_keys=True)])}
    for name, patterns in SOURCES.items():
        files = sorted(file for pattern in patterns for file in _modules(pattern))
        found[name] = _digest(code_of(file.read_text(encoding="utf-8")) for file in files)
    return found


def _modules(pattern: str) -> Iterable[Path]:
    """Return the modules that a pattern names, by themselves or by their folder.

    Raises:
        FileNotFoundError: it names none, so the kit's files have moved.
    """
    found = [
        module
        for path in KIT.glob(pattern)
        for module in (path.rglob("*.py") if path.is_dir() else [path])
    ]
    if not found:
        raise FileNotFoundError(f"{pattern} names no module of {KIT}: SOURCES is out of date")
    return found


def code_of(source: str) -> str:
    """Return what of a module's source runs: without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [each for each in node.body if not _is_text(each)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_text(statement: ast.stmt) -> bool:
    """Tell whether a statement is a string alone: a docstring, or the words below a constant."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _digest(texts: Iterable[str]) -> str:
    whole = sha256()
    for text in texts:
        whole.update(text.encode() + b"\0")
    return whole.hexdigest()[:16]
