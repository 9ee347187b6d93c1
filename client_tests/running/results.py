"""What a run of the kit found: one result for each check, and the report of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from client_tests.cases.model import Case, Level
from client_tests.cases.profiles import Profile, contains, profile_of
from client_tests.judging.cause import Cause
from client_tests.judging.causes import cause_of
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation

Status: TypeAlias = Literal["passed", "failed", "flaky", "not covered", "not run"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The smallest case that shows what a client does wrong, and what happened in it.

    Attributes:
        case: The case; for a property, what its example shrank to.
        violations: What was wrong.
        trace: What happened.
        file: Where the case was saved, to be replayed.
        before: The case that the same processes had played right before it, if there was one.
    """

    case: Case
    violations: tuple[Violation, ...]
    trace: Trace
    file: Path | None = None
    before: Case | None = None


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
        status: `flaky`: failed, but in fewer than two of three plays; `not covered`: the driver
            lacks the operation; `not run`: there was no time left.
        examples: How many cases were played.
        elapsed_s: How long that took, in real seconds.
        failure: What was wrong, if something was.
        advice: SHOULD rules that the client broke on the way, in a check that passed.
        known: The reason that --known-failing gives for the failure, if it lists it.
        declared: The trait of --traits that the failure comes of, if it is all that is wrong.
        plays: How often a check that failed was played.
        played: A case that passed, and what happened in it, where that is wanted.
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
    declared: str | None = None
    plays: int = 1
    played: Failure | None = None

    @cached_property
    def cause(self) -> Cause | None:
        """The gravest cause of its failure; None if it has none."""
        failure = self.failure
        if failure is None:
            return None
        return cause_of(failure.case, failure.trace, failure.violations)

    @property
    def profile(self) -> Profile:
        """The profile that it belongs to; of a failure, the one that does not hold by its cause.

        What is about money or the key is always core, and what is strict stays so otherwise.
        """
        own, cause = profile_of(self), self.cause
        if cause is None or cause.profile is None or (own == "strict" and not cause.is_grave):
            return own
        return cause.profile

    @property
    def is_excused(self) -> bool:
        """Whether somebody has said that it would fail."""
        return self.known is not None or self.declared is not None


@dataclass(frozen=True, kw_only=True)
class TraitSeen:
    """A trait that somebody has declared, and in how many checks it was seen."""

    name: str
    words: str
    reason: str
    count: int


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
        broken_driver: What a driver said that is no answer, which ended the run before its time.
        profile: What the exit code is about: MUST checks of this profile and those before it.
        traits: What --traits declares of the client, and in how many checks it was seen.
        untrue: Traits that no check has shown, in a sentence each.
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
    broken_driver: str | None = None
    profile: Profile = "robust"
    traits: tuple[TraitSeen, ...] = ()
    untrue: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> Counter[str]:
        """How many checks passed, failed, were flaky, not covered and not run."""
        return Counter(result.status for result in self.results)

    @cached_property
    def broken(self) -> tuple[Result, ...]:
        """The MUST checks of the profile that failed, and that nobody has said would."""
        return tuple(each for each in self._unexcused if contains(self.profile, each.profile))

    @cached_property
    def beyond(self) -> tuple[Result, ...]:
        """The MUST checks beyond the profile that failed, and that nobody has said would."""
        return tuple(each for each in self._unexcused if not contains(self.profile, each.profile))

    @property
    def _unexcused(self) -> tuple[Result, ...]:
        return tuple(
            result
            for result in self.results
            if result.status == "failed" and result.level == "MUST" and not result.is_excused
        )

    @property
    def exit_code(self) -> int:
        """0: every MUST of the profile held. 1: one did not, or something is not as it was said.

        What may be said and not be so is a known failure, or a trait. A run in which nothing was
        checked is 1 as well. 2: the driver broke its protocol on the way. 3: nothing is wrong, but
        not all was run. An interrupted run has 128 and the number of the signal: 130 after Ctrl-C.
        """
        if self.interrupted_by is not None:
            return 128 + self.interrupted_by
        if self.broken_driver is not None:
            return 2
        has_checked = bool({"passed", "failed", "flaky"} & self.counts.keys())
        if self.broken or self.stale or self.untrue or not has_checked:
            return 1
        return 3 if self.counts["not run"] else 0
