"""Making the kill matrix: only what may have changed since the last is played again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Protocol, TextIO, TypeAlias

from client_tests.cases.catalogue import TestCase, load_test_cases
from client_tests.cases.model import Case
from client_tests.clients.reference import Reference
from client_tests.mutants import MUTANTS, Mutant
from client_tests.mutants.kill_matrix import player
from client_tests.mutants.kill_matrix.matrix import Matrix, Origin
from client_tests.mutants.kill_matrix.player import ATTEMPTS
from client_tests.mutants.sending.altering import Altering
from client_tests.plurals import count

PORTION = 40

Uses: TypeAlias = Mapping[str, set[str]]
"""What of itself the reference uses in each check."""

Task: TypeAlias = tuple[str, list[str]]
"""A mutant, and the checks that it is played against."""


class Workers(Protocol):
    """What runs a function on many things: an executor."""

    def map(self, work: Callable[[Any], Any], things: Iterable[Any], /) -> Iterable[Any]:
        """Return what comes of each, in order."""


def make_matrix(workers: Workers, out: TextIO, last: Matrix) -> Matrix:
    """Play what the last matrix does not tell, and return all that is known then.

    Raises:
        MatrixError: the reference fails a check.
    """
    test_cases = load_test_cases()
    origin = Origin.find(test_cases, MUTANTS)
    uses = _play_reference(workers, origin, last, out)
    tasks = _list_tasks(test_cases, uses, origin, last)
    print(f"{count(sum(len(ids) for _, ids in tasks), 'trial')} of mutants", file=out)
    failing = _recall(origin, last)
    _play(workers, tasks, failing, out)
    _play_survivors(workers, failing)
    rows = {name: [id_ for id_ in origin.checks if id_ in ids] for name, ids in failing.items()}
    sorted_uses = {id_: sorted(names) for id_, names in uses.items()}
    return Matrix(origin=origin, uses=sorted_uses, rows=rows)


def _play_reference(workers: Workers, origin: Origin, last: Matrix, out: TextIO) -> Uses:
    """Return what the reference uses; it passes each check whose trials may have changed."""
    uses = {
        id_: set(last.uses[id_])
        for id_ in origin.checks
        if id_ in last.uses and origin.shares_test_case(last.origin, id_)
    }
    rest = [id_ for id_ in origin.checks if id_ not in uses]
    for used in workers.map(player.play_reference, _portions(rest)):
        uses |= used
    print(f"the reference has passed {count(len(rest), 'check')}", file=out)
    return uses


def _list_tasks(test_cases: list[TestCase], uses: Uses, origin: Origin, last: Matrix) -> list[Task]:
    """Return the trials of which the last matrix does not tell how they come out."""
    return [
        (name, portion)
        for name, mutant in MUTANTS.items()
        for portion in _portions(
            id_
            for id_ in _select_test_cases(mutant, test_cases, uses)
            if not origin.shares_trial(last.origin, name, id_)
        )
    ]


def _recall(origin: Origin, last: Matrix) -> dict[str, set[str]]:
    """Return the failures of the last matrix that still hold."""
    return {
        name: {
            id_ for id_ in last.rows.get(name, ()) if origin.shares_trial(last.origin, name, id_)
        }
        for name in MUTANTS
    }


def _play(
    workers: Workers, tasks: list[Task], failing: dict[str, set[str]], out: TextIO | None = None
) -> None:
    """Play mutants, and note which of the checks each of them fails."""
    for (name, ids), failed in zip(tasks, workers.map(player.play_mutant, tasks), strict=True):
        failing[name] |= failed
        if out is not None:
            print(f"{name}: {len(failed)} of {len(ids)} from {ids[0]} on", file=out)


def _play_survivors(workers: Workers, failing: dict[str, set[str]]) -> None:
    """Play mutants again that passed the check that names them: a moment may have been missed."""
    for _ in range(ATTEMPTS - 1):
        survivors = [name for name, each in MUTANTS.items() if each.killed_by not in failing[name]]
        _play(workers, [(name, [MUTANTS[name].killed_by]) for name in survivors], failing)


def _portions(ids: Iterable[str]) -> Iterator[list[str]]:
    """Return ids in portions, the properties, which take longest, one by one and first."""
    ids = list(ids)
    yield from ([id_] for id_ in ids if id_.startswith("property/"))
    rest = (id_ for id_ in ids if not id_.startswith("property/"))
    while portion := list(islice(rest, PORTION)):
        yield portion


def _select_test_cases(mutant: Mutant, test_cases: list[TestCase], uses: Uses) -> list[str]:
    """Return the checks in which a mutant may differ from the reference."""
    overridden = _list_overridden(mutant.client)
    return [
        test_case.id
        for test_case in test_cases
        if overridden & uses[test_case.id] and not _is_unaltered(mutant.client, test_case)
    ]


def _list_overridden(client: type[Reference]) -> set[str]:
    """Return the names of the reference that a client has anew."""
    bases = client.__mro__[: client.__mro__.index(Reference)]
    own = {name for base in bases for name in vars(base)}
    return {name for name in own & {*dir(Reference)} if not name.endswith("__")} | (
        own & {"__init__"}
    )


def _is_unaltered(client: type[Reference], test_case: TestCase) -> bool:
    """Tell whether a mutant that alters parameters does not alter those of a case."""
    if not isinstance(test_case, Case) or not issubclass(client, Altering):
        return False
    call = {"base_url": "", "api_key": "", "timeout_s": 1, "poll_interval_s": 1}
    making = client(call)
    with making.http:
        try:
            return all(
                json.dumps(making.alter(operation.params)) == json.dumps(operation.params)
                for operation in test_case.operations
            )
        except TypeError:
            return False
