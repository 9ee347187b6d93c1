"""The kill matrix: every mutant against every check.

    python -m client_tests.matrix --write

writes `client_tests/matrix.json`, for programs, and `docs/matrix.md`, for people. A mutant is the
reference but for the methods that it overrides; where the reference comes to none of them, the two
do the same, and the check is not played again.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, ClassVar, Protocol, TextIO, TypeAlias

from client_tests.cases import Case
from client_tests.checks import Check, every
from client_tests.clients.reference import Reference
from client_tests.mutants import MUTANTS, Mutant
from client_tests.mutants.sending import Altering
from client_tests.mutants.trials import Stand
from client_tests.results import Result

HERE = Path(__file__).parent
JSON_FILE = HERE / "matrix.json"
PAGE = HERE.parent / "docs" / "matrix.md"

EXAMPLES = 10
"""So many cases a property is given, unless it is the one that names a mutant's bug."""

NAMED_EXAMPLES = 60

WORKERS = 6
"""More than there are cores: many mutants do nothing but wait."""

PORTION = 40

ATTEMPTS = 3
"""So often is tried what has to come out: a short moment may have passed on a busy machine."""

LONG_S = 1.0
TIMED = {"paced", "called-before-reset"}
"""A failure that took this long, or that these see, may have been chance."""

SOURCES = {
    "mutants": ("mutants/*.py", "clients/reference.py"),
    "judges": ("judges.py", "oracle.py", "outcomes.py", "benches.py"),
    "properties": ("properties.py", "strategies.py", "contracts.py"),
}
"""What the matrix depends on, beside the cases."""

Row: TypeAlias = list[str]


class MatrixError(Exception):
    """There can be no matrix: the reference fails, or a mutant survives."""


class Recording(Reference):
    """The reference, which takes down what it uses of itself."""

    used: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        Recording.used.add(name)
        return super().__getattribute__(name)


@dataclass(frozen=True)
class Matrix:
    """What fails which mutant.

    Attributes:
        checks: The ids of all checks, in order.
        rows: For each mutant, the checks that it fails, in the same order.
        fingerprint: What the matrix was made from.
    """

    checks: list[str]
    rows: dict[str, Row]
    fingerprint: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Matrix:
        """Return the matrix that was written last."""
        document = json.loads(JSON_FILE.read_text(encoding="utf-8"))
        rows = {name: row["failing"] for name, row in document["mutants"].items()}
        return cls(document["checks"], rows, document["fingerprint"])

    def to_json(self) -> str:
        """Return the matrix for programs, a mutant a line."""
        lines = [
            f"    {json.dumps(name)}: {json.dumps({**_named(MUTANTS[name]), 'failing': row})}"
            for name, row in self.rows.items()
        ]
        head = {"fingerprint": self.fingerprint, "checks": self.checks}
        opening = json.dumps(head, indent=1).removesuffix("\n}")
        return opening + ',\n "mutants": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _named(mutant: Mutant) -> dict[str, str]:
    return {"killed_by": mutant.killed_by, "judge": mutant.judge}


# --- What it was made from ----------------------------------------------------------------


def fingerprint() -> dict[str, str]:
    """Return what tells one state of mutants, cases, properties and judges from another."""
    cases = [check.to_json() for check in every() if isinstance(check, Case)]
    found = {"cases": _digest([json.dumps(cases, sort_keys=True)])}
    for name, patterns in SOURCES.items():
        files = sorted(file for pattern in patterns for file in HERE.glob(pattern))
        found[name] = _digest(file.read_text(encoding="utf-8") for file in files)
    return found


def _digest(texts: Iterable[str]) -> str:
    whole = sha256()
    for text in texts:
        whole.update(text.encode() + b"\0")
    return whole.hexdigest()[:16]


# --- Playing ------------------------------------------------------------------------------


class Workers(Protocol):
    """What runs a function on many things: an executor."""

    def map(self, work: Callable[[Any], Any], things: Iterable[Any], /) -> Iterable[Any]:
        """Return what comes of each, in order."""


def made(workers: Workers, out: TextIO) -> Matrix:
    """Play everything.

    Raises:
        MatrixError: the reference fails a check, or a mutant passes the one that names its bug.
    """
    origin = fingerprint()
    checks = every()
    order = [check.id for check in checks]
    uses: dict[str, set[str]] = {}
    for used in workers.map(_reference, _portions(order)):
        uses |= used
    print(f"the reference has passed {len(uses)} checks", file=out)
    tasks = [
        (name, portion)
        for name, mutant in MUTANTS.items()
        for portion in _portions(_concerned(mutant, checks, uses))
    ]
    print(f"{sum(len(ids) for _, ids in tasks)} trials of mutants", file=out)
    failing: dict[str, set[str]] = {name: set() for name in MUTANTS}
    for (name, ids), failed in zip(tasks, workers.map(_mutant, tasks), strict=True):
        failing[name] |= failed
        print(f"{name}: {len(failed)} of {len(ids)} from {ids[0]} on", file=out)
    for _ in range(ATTEMPTS - 1):
        again = [
            (name, [mutant.killed_by])
            for name, mutant in MUTANTS.items()
            if mutant.killed_by not in failing[name]
        ]
        for (name, _ids), failed in zip(again, workers.map(_mutant, again), strict=True):
            failing[name] |= failed
    rows = {name: [id_ for id_ in order if id_ in found] for name, found in failing.items()}
    survivors = [name for name in rows if MUTANTS[name].killed_by not in rows[name]]
    if survivors:
        raise MatrixError(f"not killed by the check that names them: {', '.join(survivors)}")
    return Matrix(order, rows, origin)


def _portions(ids: list[str]) -> Iterator[list[str]]:
    """Return ids in portions, the properties, which take longest, one by one and first."""
    yield from ([id_] for id_ in ids if id_.startswith("property/"))
    rest = (id_ for id_ in ids if not id_.startswith("property/"))
    while portion := list(islice(rest, PORTION)):
        yield portion


def _concerned(mutant: Mutant, checks: list[Check], uses: dict[str, set[str]]) -> list[str]:
    """Return the checks in which a mutant may differ from the reference."""
    overridden = _overridden(mutant.client)
    return [
        check.id
        for check in checks
        if overridden & uses[check.id] and not _is_unaltered(mutant.client, check)
    ]


def _overridden(client: type[Reference]) -> set[str]:
    bases = client.__mro__[: client.__mro__.index(Reference)]
    own = {name for base in bases for name in vars(base)}
    return {name for name in own & {*vars(Reference)} if not name.endswith("__")} | (
        own & {"__init__"}
    )


def _is_unaltered(client: type[Reference], check: Check) -> bool:
    """Tell whether a mutant that alters parameters does not alter those of a case."""
    if not isinstance(check, Case) or not issubclass(client, Altering):
        return False
    call = {"base_url": "", "api_key": "", "timeout_s": 1, "poll_interval_s": 1}
    making = client(call)
    with making.http:
        try:
            return all(
                json.dumps(making.altered(ask.params)) == json.dumps(ask.params)
                for ask in check.asks
            )
        except TypeError:
            return False


_held = ExitStack()
_stands: list[Stand] = []


def _begin() -> None:
    """Start the server of a worker, and let it answer something before it is timed."""
    _stands.append(_held.enter_context(Stand()))
    _stands[0].tried(Reference, every()[0], examples=1)
    Finalize(None, _held.close, exitpriority=1)


@cache
def _checks() -> dict[str, Check]:
    return {check.id: check for check in every()}


def _reference(ids: list[str]) -> dict[str, set[str]]:
    """Return what the reference uses of itself in each of these checks."""
    found = {}
    for id_ in ids:
        Recording.used.clear()
        for _ in range(ATTEMPTS):
            outcome = _stands[0].tried(Recording, _checks()[id_], examples=NAMED_EXAMPLES)
            if outcome.status == "passed":
                break
        else:
            raise MatrixError(f"the reference does not pass {id_}: {_why(outcome)}")
        found[id_] = {*Recording.used, "__init__"}
    return found


def _why(outcome: Result) -> str:
    wrong = outcome.failure.complaints if outcome.failure else ()
    return "; ".join(each.message for each in wrong) or outcome.status


def _mutant(task: tuple[str, list[str]]) -> set[str]:
    """Return which of these checks a mutant fails."""
    name, ids = task
    return {id_ for id_ in ids if _fails(MUTANTS[name], _checks()[id_])}


def _fails(mutant: Mutant, check: Check) -> bool:
    """Tell whether a check finds a mutant out, by something that it MUST not do.

    On a busy machine, what has to do with time fails by chance; so it has to fail twice.
    """
    examples = NAMED_EXAMPLES if check.id == mutant.killed_by else EXAMPLES
    for _ in range(2):
        outcome = _stands[0].tried(mutant.client, check, examples=examples)
        wrong = outcome.failure.complaints if outcome.failure else ()
        found = {each.judge for each in wrong if each.level == "MUST"}
        if not found:
            return False
        if outcome.elapsed_s < LONG_S and not found <= TIMED:
            break
    return True


# --- The page -----------------------------------------------------------------------------

INTRODUCTION = """# The kill matrix

The kit is tested with mutants: clients that are right but for one bug each. This page shows which
of them is found out by what. `make matrix` writes it; do not edit it.

{mutants} mutants, {cases} cases and {properties} properties; {kills} kills, no survivor. The
reference passes everything. Properties are given few examples here, so a dot may be missing where
more would find the bug: {named} if the property is the one that names it, else {examples}.
"""


def page(matrix: Matrix) -> str:
    """Return the matrix for people."""
    properties = [id_ for id_ in matrix.checks if id_.startswith("property/")]
    topics = [*dict.fromkeys(map(topic, matrix.checks))]
    topics.remove("property")
    numbers = {
        "mutants": len(matrix.rows),
        "cases": len(matrix.checks) - len(properties),
        "properties": len(properties),
        "kills": sum(map(len, matrix.rows.values())),
        "named": NAMED_EXAMPLES,
        "examples": EXAMPLES,
    }
    lines = [
        INTRODUCTION.format(**numbers),
        "## The mutants",
        "",
        "| mutant | bug | met in the wild | named by | first killed by | fails |",
        "|---|---|---|---|---|--:|",
    ]
    for name, row in matrix.rows.items():
        mutant = MUTANTS[name]
        cells = (f"`{name}`", mutant.bug, mutant.wild, f"`{mutant.killed_by}`", f"`{row[0]}`")
        lines.append(f"| {' | '.join(map(_cell, cells))} | {len(row)} |")
    lines += ["", "## Mutants and cases", "", "How many cases of each topic a mutant fails.", ""]
    lines += _table(["mutant", *topics], _counts(matrix, topics))
    lines += ["", "## Mutants and properties", "", "Each column is a property; its name is below."]
    lines.append("")
    heads = [str(number) for number in range(1, len(properties) + 1)]
    lines += _table(["mutant", *heads], _dots(matrix, properties))
    lines += ["", *(f"{number}. `{id_}`" for number, id_ in enumerate(properties, 1)), ""]
    return "\n".join(lines)


def topic(id_: str) -> str:
    """Return what a check is about: the second part of its name, or the operation."""
    parts = id_.split("/")
    if parts[0] == "property":
        return "property"
    return parts[1] if parts[0] == "run" else parts[0]


def _counts(matrix: Matrix, topics: list[str]) -> Iterator[list[str]]:
    for name, row in matrix.rows.items():
        found = Counter(map(topic, row))
        yield [f"`{name}`", *(str(found[each] or "") for each in topics)]


def _dots(matrix: Matrix, properties: list[str]) -> Iterator[list[str]]:
    for name, row in matrix.rows.items():
        yield [f"`{name}`", *("●" if id_ in row else "" for id_ in properties)]


def _table(heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" + "|--:" * (len(heads) - 1) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(words: list[str]) -> int:
    """Make the matrix; write it with --write, else say whether it is stale."""
    if words not in ([], ["--write"]):
        print("usage: python -m client_tests.matrix [--write]", file=sys.stderr)
        return 2
    if not words:
        is_fresh = Matrix.read().fingerprint == fingerprint()
        print("the matrix is fresh" if is_fresh else "the matrix is stale: make matrix")
        return 0 if is_fresh else 1
    began = time.monotonic()
    context = get_context("spawn")
    try:
        with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=_begin) as workers:
            matrix = made(workers, sys.stderr)
    except MatrixError as error:
        print(error, file=sys.stderr)
        return 1
    JSON_FILE.write_text(matrix.to_json(), encoding="utf-8")
    PAGE.write_text(page(matrix), encoding="utf-8")
    print(f"{PAGE} and {JSON_FILE}, after {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
