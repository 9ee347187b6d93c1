"""What a run of the kit found: one result for each check, and the report of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from client_tests.cases.model import Case, Level
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation

Status: TypeAlias = Literal["passed", "failed", "not covered", "not run"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The smallest case that shows what a client does wrong, and what happened in it.

    Attributes:
        case: The case; for a property, what its example shrank to.
        violations: What was wrong.
        trace: What happened.
        file: Where the case was saved, to be replayed.
    """

    case: Case
    violations: tuple[Violation, ...]
    trace: Trace
    file: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one check.

    Attributes:
        id: Its name: that of a case, or of a property.
        kind: Whether it is a written case or a property over generated ones.
        title: What a right client does.
        level: Whether it has to.
        facts: The facts that it rests on.
        feature: The operation that it needs.
        status: `not covered`: the driver lacks the operation; `not run`: there was no time left.
        examples: How many cases were played.
        elapsed_s: How long that took, in real seconds.
        failure: What was wrong, if something was.
        advice: SHOULD rules that the client broke on the way, in a check that passed.
        known: The reason that --known-failing gives for the failure, if it lists it.
    """

    id: str
    kind: Literal["case", "property"]
    title: str
    level: Level
    facts: tuple[str, ...]
    feature: str
    status: Status
    examples: int = 1
    elapsed_s: float = 0.0
    failure: Failure | None = None
    advice: tuple[Violation, ...] = ()
    known: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run found.

    Attributes:
        driver: The client under test, as it was named on the command line.
        seed: What generated cases depend on.
        examples: How many of them each property was given at the most.
        elapsed_s: How long the run took, in real seconds.
        results: One for each check, in the order in which they are listed.
        stale: Lines of --known-failing that match nothing, or something that passes.
        interrupted_by: The number of the signal that ended the run before its time.
    """

    driver: str
    seed: int
    examples: int
    elapsed_s: float
    results: tuple[Result, ...]
    stale: tuple[str, ...] = ()
    version: str = ""
    notes: tuple[str, ...] = field(default=())
    interrupted_by: int | None = None

    @property
    def counts(self) -> Counter[str]:
        """How many checks passed, failed, were not covered and not run."""
        return Counter(result.status for result in self.results)

    @property
    def broken(self) -> tuple[Result, ...]:
        """The MUST checks that failed and that nobody has said would."""
        return tuple(
            result
            for result in self.results
            if result.status == "failed" and result.level == "MUST" and result.known is None
        )

    @property
    def exit_code(self) -> int:
        """0: every MUST held. 1: one did not, a known failure passed, or nothing was checked.

        An interrupted run has 128 and the number of the signal: 130 after Ctrl-C.
        """
        if self.interrupted_by is not None:
            return 128 + self.interrupted_by
        has_checked = bool({"passed", "failed"} & self.counts.keys())
        has_all = not self.counts["not run"]
        return 0 if has_checked and has_all and not self.broken and not self.stale else 1
