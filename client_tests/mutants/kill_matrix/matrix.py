"""What is known of mutants and checks: which checks each mutant fails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from client_tests.cases.catalogue import TestCase
from client_tests.mutants import MUTANTS, Mutant
from client_tests.mutants.kill_matrix.fingerprint import (
    digest_client,
    digest_judging,
    digest_test_case,
)

GROSS_SHARE = 0.15
"""A mutant that fails more of the checks than this is gross: nearly anything finds it out."""

Digests: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a matrix was made from.

    Attributes:
        judging: Changes with the reference, and with whoever plays and judges.
        checks: Changes with each check, by its id.
        mutants: Changes with each mutant, by its name.
    """

    judging: str = ""
    checks: Digests = field(default_factory=dict)
    mutants: Digests = field(default_factory=dict)

    @classmethod
    def find(cls, test_cases: Iterable[TestCase], mutants: Mapping[str, Mutant]) -> Origin:
        """Return what a matrix of these would be made from now."""
        return cls(
            judging=digest_judging(),
            checks={each.id: digest_test_case(each) for each in test_cases},
            mutants={name: digest_client(each.client) for name, each in mutants.items()},
        )

    def shares_test_case(self, other: Origin, id_: str) -> bool:
        """Tell whether a check is played and judged there as here."""
        is_same = self.checks.get(id_) == other.checks.get(id_)
        return self.judging == other.judging and is_same

    def shares_trial(self, other: Origin, name: str, id_: str) -> bool:
        """Tell whether the trial of a mutant would come out there as here."""
        is_same = self.mutants.get(name) == other.mutants.get(name)
        return is_same and self.shares_test_case(other, id_)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """What fails which mutant.

    Attributes:
        origin: What it was made from.
        uses: What of itself the reference uses in each check.
        rows: For each mutant, the checks that it fails, in their order.
    """

    origin: Origin = Origin()
    uses: Mapping[str, list[str]] = field(default_factory=dict)
    rows: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Matrix:
        """Return the matrix that was written to a file; one without anything if none was."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        rows = {name: row["failing"] for name, row in document["mutants"].items()}
        return cls(origin=Origin(**document["origin"]), uses=document["uses"], rows=rows)

    def to_json(self) -> str:
        """Return the matrix for programs, a mutant a line."""
        lines = [
            f"    {json.dumps(name)}: {json.dumps(_row(MUTANTS[name], row))}"
            for name, row in self.rows.items()
        ]
        head = {"origin": vars(self.origin), "uses": self.uses, "weak": self.find_weak()}
        opening = json.dumps(head, indent=1).removesuffix("\n}")
        return opening + ',\n "mutants": {\n' + ",\n".join(lines) + "\n }\n}\n"

    def find_survivors(self) -> list[str]:
        """Return the mutants that pass the check which names their bug."""
        return [name for name, row in self.rows.items() if MUTANTS[name].killed_by not in row]

    def find_weak(self) -> list[str]:
        """Return the checks that no mutant fails but gross ones: they may see nothing of a kind."""
        most = GROSS_SHARE * len(self.origin.checks)
        seen = {id_ for row in self.rows.values() if len(row) <= most for id_ in row}
        return [id_ for id_ in self.origin.checks if id_ not in seen]


def _row(mutant: Mutant, failing: list[str]) -> dict[str, Any]:
    return {"killed_by": mutant.killed_by, "judge": mutant.assertion, "failing": failing}
