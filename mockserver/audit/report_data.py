"""What an audit found, as data: what the renderers print, and what decides the exit status."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from mockserver.audit.mutants import Mutant

Status: TypeAlias = Literal["unnoticed", "handled", "noticed", "not reached"]
"""What became of a mutant. unnoticed: it struck, and nothing complained. handled: it struck, and
the client got all the same what it asked for, at no higher price. noticed: a test failed or a
rule was broken. not reached: no test made the call that it strikes."""

By: TypeAlias = Literal["test", "verdict", "hang"]
"""What noticed a mutant: the assertions of a test; a rule of segmock's that the client broke; a
test that did not end."""

WHOLE_SUITE = "(the suite)"
"""The id of the one test of a suite whose tests cannot be told apart."""


_USUAL_TIMES = 2


@dataclass(frozen=True, kw_only=True)
class TestRun:
    """A test of the clean run.

    Attributes:
        id: As its runner calls it: a node id of pytest, `module.Class.method` of unittest.
        passed: Whether it passed. An audit goes no further where one does not.
        time_s: How long it took; None where that is not known.
        routes: The routes that it called, in the order of the first call of each.
        runs: How many runs (jobs and blocking calls) it paid for.
        is_stable: False if it passed in one clean run and not, or with other calls, in another:
            then it takes no further part.
    """

    __test__ = False

    id: str
    passed: bool
    time_s: float | None = None
    routes: tuple[str, ...] = ()
    runs: int = 0
    is_stable: bool = True


@dataclass(frozen=True, kw_only=True)
class CleanRun:
    """The suite as it is, without a mutant.

    Attributes:
        time_s: How long it took, the first time.
        tests: Every test that called segmock; the others play no part.
        times: How often it was run: twice, and three times where these differed.
        others: How many tests never called segmock; None where tests cannot be told apart.
    """

    time_s: float
    tests: tuple[TestRun, ...]
    times: int = _USUAL_TIMES
    others: int | None = None

    @property
    def has_differed(self) -> bool:
        """Whether two runs differed, so that a third was made."""
        return self.times > _USUAL_TIMES

    @property
    def unstable(self) -> tuple[str, ...]:
        """The ids of the tests that were left out."""
        return tuple(test.id for test in self.tests if not test.is_stable)


@dataclass(frozen=True, kw_only=True)
class SeenExchange:
    """A call as an emulator saw it, in a run with a mutant.

    Attributes:
        test: The id of the test that made it; `WHOLE_SUITE` where that cannot be told.
        at_s: Real seconds since the first call of this test.
        method: Of the request.
        path: Of the request, with its query, keys hidden.
        route: The name of the route, as `on.route` of a fault takes it.
        status: Of the answer; None if none was sent.
        delivery: Whether the client got the answer: `intact`, `damaged` or `lost`.
        answer: What came, in words: `200 COMPLETED`, `no answer: lost`.
        host: Which host was asked; the vendor's where a suite keeps its names.
        struck: Whether the mutant struck it.
        job: The id of the job that it made or asked for, if any.
        began_run: Whether it began a run that is paid for.
    """

    test: str
    at_s: float
    method: str
    path: str
    route: str
    status: int | None
    delivery: str = "intact"
    answer: str = ""
    host: str = ""
    struck: bool = False
    job: str | None = None
    began_run: bool = False


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What a test paid for with a mutant, and without: runs, and credits as decimal text."""

    test: str
    runs: int
    clean_runs: int
    credits: str = "0"
    clean_credits: str = "0"


@dataclass(frozen=True, kw_only=True)
class DrawnVerdict:
    """A rule that a test's client broke with the mutant, and did not without."""

    test: str
    id: str
    level: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What became of one mutant.

    Attributes:
        mutant: Which; it has the words to say.
        status: See `Status`.
        by: What noticed it; None unless it was noticed.
        tests_reaching: The tests that it struck, worst first: who paid twice, then who noticed
            nothing.
        failing_tests: Those of them that failed or hung.
        unnoticing_tests: Those of them that passed though all was not well.
        exchanges: All calls of the first of `tests_reaching`, in order.
        charges: What tests paid, where it is more than in the clean run.
        verdicts: The rules that were broken.
        time_s: How long its run took; 0 where nothing had to be run.
    """

    mutant: Mutant
    status: Status
    by: By | None = None
    tests_reaching: tuple[str, ...] = ()
    failing_tests: tuple[str, ...] = ()
    unnoticing_tests: tuple[str, ...] = ()
    exchanges: tuple[SeenExchange, ...] = ()
    charges: tuple[Charge, ...] = ()
    verdicts: tuple[DrawnVerdict, ...] = ()
    time_s: float = 0.0

    @property
    def paid_twice(self) -> bool:
        """Whether a client paid again for what it had paid for."""
        return bool(self.charges)

    @property
    def is_bad(self) -> bool:
        """Whether this makes an audit exit 1: unnoticed, or paid twice under passing tests.

        A test that only a rule of segmock's has failed passes whenever no answer is lost: it has
        told its author nothing about the money.
        """
        return self.status == "unnoticed" or (self.paid_twice and self.by not in {"test", "hang"})


@dataclass(frozen=True, kw_only=True)
class NotRun:
    """A mutant that was reached and not played, and why: `time`, `runs` or `interrupted`."""

    mutant: Mutant
    why: Literal["time", "runs", "interrupted"]


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """All that an audit found.

    Attributes:
        command: The command of the suite.
        runner: What ran the tests, as far as it can be told, so that what to paste fits.
        clean: The suite as it is.
        findings: Paid twice first, then unnoticed, handled, noticed, not reached; within each the
            mutants that matter most first.
        not_run: What there was no time for.
        elapsed_s: How long all of it took.
        budget_s: How long runs with mutants were allowed to take; None if it was not bounded.
        is_interrupted: Whether a signal ended it.
        signal_number: Which one: SIGINT, as by Ctrl-C, or SIGTERM.
    """

    command: tuple[str, ...]
    clean: CleanRun
    findings: tuple[Finding, ...]
    runner: Literal["pytest", "unittest", "node", "other"] = "other"
    not_run: tuple[NotRun, ...] = ()
    elapsed_s: float = 0.0
    budget_s: float | None = None
    is_interrupted: bool = False
    signal_number: int = 2

    @cached_property
    def bad(self) -> tuple[Finding, ...]:
        """The findings that make it exit 1."""
        return tuple(finding for finding in self.findings if finding.is_bad)

    @property
    def is_unstable(self) -> bool:
        """Whether no test that calls segmock is stable, so that nothing can be told."""
        return bool(self.clean.tests) and len(self.clean.unstable) == len(self.clean.tests)

    @property
    def exit_code(self) -> int:
        """130, 143: interrupted. 2: no test is stable. 1: something bad went unnoticed. 0: well."""
        if self.is_interrupted:
            return 128 + self.signal_number
        if self.is_unstable:
            return 2
        return 1 if self.bad else 0
