"""Which checks each mutant fails: what is known of it, and how it is found out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TextIO, TypeAlias

from client_tests.cases.catalogue import TestCase, load_test_cases
from client_tests.cases.model import Case
from client_tests.clients.reference import Reference
from client_tests.mutants import MUTANTS, Mutant
from client_tests.mutants.kill_matrix import player
from client_tests.mutants.kill_matrix.fingerprint import fingerprint
from client_tests.mutants.kill_matrix.player import ATTEMPTS, MatrixError
from client_tests.mutants.sending.altering import Altering
from client_tests.plurals import count

PORTION = 40

Row: TypeAlias = list[str]
Task: TypeAlias = tuple[str, list[str]]
"""A mutant, and the checks that it is played against."""


@dataclass(frozen=True)
class Matrix:
    """What fails which mutant.

    Attributes:
        checks: The ids of all checks, in order.
        rows: For each mutant, the checks that it fails, in the same order.
        fingerprint: What the matrix was made from.
    """

    test_cases: list[str]
    rows: dict[str, Row]
    fingerprint: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Matrix:
        """Return the matrix that was written to a file.

        Raises:
            FileNotFoundError: none was.
        """
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = {name: row["failing"] for name, row in document["mutants"].items()}
        return cls(document["checks"], rows, document["fingerprint"])

    def to_json(self) -> str:
        """Return the matrix for programs, a mutant a line."""
        lines = [
            f"    {json.dumps(name)}: {json.dumps(_row(MUTANTS[name], row))}"
            for name, row in self.rows.items()
        ]
        head = {"fingerprint": self.fingerprint, "checks": self.test_cases}
        opening = json.dumps(head, indent=1).removesuffix("\n}")
        return opening + ',\n "mutants": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _row(mutant: Mutant, failing: Row) -> dict[str, Any]:
    return {"killed_by": mutant.killed_by, "judge": mutant.assertion, "failing": failing}


class Workers(Protocol):
    """What runs a function on many things: an executor."""

    def map(self, work: Callable[[Any], Any], things: Iterable[Any], /) -> Iterable[Any]:
        """Return what comes of each, in order."""


def make_matrix(workers: Workers, out: TextIO) -> Matrix:
    """Play everything.

    Raises:
        MatrixError: the reference fails a check, or a mutant passes the one that names its bug.
    """
    origin = fingerprint()
    test_cases = load_test_cases()
    order = [test_case.id for test_case in test_cases]
    uses: dict[str, set[str]] = {}
    for used in workers.map(player.play_reference, _portions(order)):
        uses |= used
    print(f"the reference has passed {count(len(uses), 'check')}", file=out)
    tasks = [
        (name, portion)
        for name, mutant in MUTANTS.items()
        for portion in _portions(_select_test_cases(mutant, test_cases, uses))
    ]
    print(f"{sum(len(ids) for _, ids in tasks)} trials of mutants", file=out)
    failing = _play(workers, tasks, out)
    for _ in range(ATTEMPTS - 1):
        survivors = _find_survivors(failing)
        for name, failed in _play(
            workers, [(each, _portion_of(each)) for each in survivors]
        ).items():
            failing[name] |= failed
    if survivors := _find_survivors(failing):
        raise MatrixError(f"not killed by the check that names them: {', '.join(survivors)}")
    rows = {name: [id_ for id_ in order if id_ in found] for name, found in failing.items()}
    return Matrix(order, rows, origin)


def _play(workers: Workers, tasks: list[Task], out: TextIO | None = None) -> dict[str, set[str]]:
    """Play mutants, and return which of the checks each of them fails."""
    failing: dict[str, set[str]] = {name: set() for name in MUTANTS}
    for (name, ids), failed in zip(tasks, workers.map(player.play_mutant, tasks), strict=True):
        failing[name] |= failed
        if out is not None:
            print(f"{name}: {len(failed)} of {len(ids)} from {ids[0]} on", file=out)
    return failing


def _find_survivors(failing: dict[str, set[str]]) -> list[str]:
    return [name for name, mutant in MUTANTS.items() if mutant.killed_by not in failing[name]]


def _portion_of(name: str) -> list[str]:
    """Return the check that names a mutant's bug, as a portion."""
    return [MUTANTS[name].killed_by]


def _portions(ids: list[str]) -> Iterator[list[str]]:
    """Return ids in portions, the properties, which take longest, one by one and first."""
    yield from ([id_] for id_ in ids if id_.startswith("property/"))
    rest = (id_ for id_ in ids if not id_.startswith("property/"))
    while portion := list(islice(rest, PORTION)):
        yield portion


def _select_test_cases(
    mutant: Mutant, test_cases: list[TestCase], uses: dict[str, set[str]]
) -> list[str]:
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
