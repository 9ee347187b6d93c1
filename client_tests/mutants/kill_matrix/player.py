"""What a worker of the kill matrix does: it plays clients against checks on a server of its own."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from multiprocessing.util import Finalize
from typing import Any, ClassVar

from client_tests.cases.catalogue import TestCase, load_test_cases
from client_tests.clients.reference import Reference
from client_tests.mutants import MUTANTS, Mutant
from client_tests.mutants.harness import Harness
from client_tests.running.results import Result

EXAMPLES = 10
"""So many cases a property is given, unless it is the one that names a mutant's bug."""

NAMED_EXAMPLES = 60

ATTEMPTS = 3
"""So often is tried what has to come out: a short moment may have passed on a busy machine."""

LONG_S = 1.0
TIMED = {"paced", "called-before-reset"}
"""A failure that took this long, or that these see, may have been chance."""


class MatrixError(Exception):
    """There can be no matrix: the reference fails, or a mutant survives."""


class Recording(Reference):
    """The reference, which takes down what it uses of itself."""

    used: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        Recording.used.add(name)
        return super().__getattribute__(name)


held = ExitStack()
harnesses: list[Harness] = []


def begin() -> None:
    """Start the server of a worker, and let it answer something before it is timed."""
    harnesses.append(held.enter_context(Harness()))
    harnesses[0].run_test_case(Reference, load_test_cases()[0], examples=1)
    Finalize(None, held.close, exitpriority=1)


@cache
def load_checks() -> dict[str, TestCase]:
    """Return every check by its id."""
    return {test_case.id: test_case for test_case in load_test_cases()}


def play_reference(ids: list[str]) -> dict[str, set[str]]:
    """Return what the reference uses of itself in each of these checks."""
    found = {}
    for id_ in ids:
        Recording.used.clear()
        _pass(id_)
        found[id_] = {*Recording.used, "__init__"}
    return found


def _pass(id_: str) -> None:
    """Have the reference pass a check, in so many attempts at the most."""
    why = ""
    for _ in range(ATTEMPTS):
        outcome = harnesses[0].run_test_case(Recording, load_checks()[id_], examples=NAMED_EXAMPLES)
        if outcome.status == "passed":
            return
        why = _why(outcome)
    raise MatrixError(f"the reference does not pass {id_}: {why}")


def _why(outcome: Result) -> str:
    wrong = outcome.failure.violations if outcome.failure else ()
    return "; ".join(each.message for each in wrong) or outcome.status


def play_mutant(task: tuple[str, list[str]]) -> set[str]:
    """Return which of these checks a mutant fails."""
    name, ids = task
    return {id_ for id_ in ids if _fails(MUTANTS[name], load_checks()[id_])}


def _fails(mutant: Mutant, test_case: TestCase) -> bool:
    """Tell whether a check finds a mutant out; one that is a MUST by what a client MUST not do.

    On a busy machine, what has to do with time fails by chance; so it has to fail twice.
    """
    examples = NAMED_EXAMPLES if test_case.id == mutant.killed_by else EXAMPLES
    for _ in range(2):
        outcome = harnesses[0].run_test_case(mutant.client, test_case, examples=examples)
        wrong = outcome.failure.violations if outcome.failure else ()
        found = {each.assertion for each in wrong if test_case.level in {each.level, "SHOULD"}}
        if not found:
            return False
        if outcome.elapsed_s < LONG_S and not found <= TIMED:
            break
    return True
