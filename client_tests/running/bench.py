"""What a worker does with its test bed: checks, what decides flaky ones, and a last look."""

from __future__ import annotations

from dataclasses import replace

from client_tests.cases.catalogue import TestCase
from client_tests.running import execution
from client_tests.running.case_execution import save_failure
from client_tests.running.limits import Limits
from client_tests.running.results import Failure, Result
from client_tests.running.strays import Stray
from client_tests.running.testbed import TestBed

LAST_LOOK_S = 0.6
"""How long after its last case a worker listens once more."""


class Bench:
    """A test bed, with what is known of clients that go on after the end."""

    def __init__(self, testbed: TestBed, limits: Limits) -> None:
        self._testbed, self._limits = testbed, limits

    def run(self, test_case: TestCase, left_s: float) -> Result:
        """Run a check, with no more time than is left for it."""
        own = replace(
            self._limits,
            slice_s=max(0.0, min(self._limits.slice_s, left_s)),
            shrink_s=max(0.0, min(self._limits.shrink_s, left_s)),
        )
        return execution.run(test_case, self._testbed, own)

    def decide(self, result: Result) -> Result:
        """Play a flaky check a third time."""
        return execution.decide(result, self._testbed, self._limits.folder)

    def listen(self) -> None:
        """Hear what clients still ask after the last case."""
        self._testbed.listen(LAST_LOOK_S)

    def take_strays(self) -> list[Failure]:
        """Return the cases that were seen to go on after their end, saved to be played again."""
        return [self._save(stray) for stray in self._testbed.take_strays()]

    def _save(self, stray: Stray) -> Failure:
        violations = (stray.violation,)
        failure = Failure(case=stray.case, violations=violations, trace=stray.trace)
        return save_failure(failure, self._limits.folder)
