"""What a trial of a mutant depends on, as short numbers that change with it."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from textwrap import dedent

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case
from client_tests.clients.reference import Reference

KIT = Path(__file__).parents[2]

JUDGING = (
    "judging/*.py",
    "cases/outcomes.py",
    "running/testbed*.py",
    "running/*_execution.py",
    "driver/*.py",
    "clients/*.py",
    "mutants/*.py",
    "mutants/kill_matrix/player.py",
)
"""What every trial depends on: the reference, and whoever plays and judges it."""

GENERATED = ("cases/properties*", "cases/strategies*", "cases/contracts.py")
"""What the trials of properties depend on besides: where their cases come from."""


@cache
def digest_judging() -> str:
    """Return what changes with the reference, and with the code that plays and judges mutants."""
    return _digest(_codes(JUDGING))


def digest_test_case(test_case: TestCase) -> str:
    """Return what changes with a case, or with where the cases of a property come from."""
    if isinstance(test_case, Case):
        return _digest([json.dumps(test_case.to_json(), sort_keys=True)])
    return _digest([test_case.id, _digest_generated()])


def digest_client(client: type[Reference]) -> str:
    """Return what changes with a mutant: its class, those it comes from, and their helpers."""
    bases = client.__mro__[: client.__mro__.index(Reference)]
    own = [_code_of_class(base) for base in bases]
    modules = dict.fromkeys(base.__module__ for base in bases)
    return _digest([*own, *(_code_of_helpers(name) for name in modules)])


def code_of(source: str) -> str:
    """Return what of a source runs: without comments, docstrings and layout."""
    return ast.unparse(_without_texts(ast.parse(source)))


@cache
def _digest_generated() -> str:
    return _digest(_codes(GENERATED))


def _codes(patterns: Iterable[str]) -> Iterable[str]:
    files = sorted({file for pattern in patterns for file in _modules(pattern)})
    return [code_of(file.read_text(encoding="utf-8")) for file in files]


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
        raise FileNotFoundError(f"{pattern} names no module of {KIT}: the patterns are out of date")
    return found


@cache
def _code_of_class(client: type[Reference]) -> str:
    return code_of(dedent(inspect.getsource(client)))


@cache
def _code_of_helpers(module: str) -> str:
    """Return what runs of a module but for its classes."""
    tree = _without_texts(ast.parse(inspect.getsource(sys.modules[module])))
    tree.body = [each for each in tree.body if not isinstance(each, ast.ClassDef)]
    return ast.unparse(tree)


def _without_texts(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [each for each in node.body if not _is_text(each)] or [ast.Pass()]
    return tree


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
