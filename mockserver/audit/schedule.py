"""Which mutants a suite is run against, and for how long: the arithmetic of an audit's time."""

from __future__ import annotations

from mockserver.audit.judgement import find_reaching
from mockserver.audit.mutants import Mutant
from mockserver.audit.records import RunRecord
from mockserver.audit.report_data import WHOLE_SUITE
from mockserver.probe.runs import Run

BUDGET = 3
"""So many times what the clean run took may the runs after it take, unless they are counted."""

LEAST_BUDGET_S = 10.0
"""A suite of a second is so much quicker than what it is to find out that it may take this long."""

_PATIENCE, _LEAST_PATIENCE_S, _LEAST_LATE_S = 5, 10.0, 2.0


def compute_budget_s(clean_s: float) -> float:
    """Return how long the runs after the clean one may take."""
    return max(BUDGET * clean_s, LEAST_BUDGET_S)


def compute_patience_s(longest_gap_s: float, left_s: float) -> float:
    """Return after how many seconds without news of its tests a suite hangs.

    It is several times the longest gap of the clean run, and ten seconds at least, since clients
    wait before they try again; once time is up two seconds have to be enough.

    Args:
        longest_gap_s: Of the clean run.
        left_s: How much time is left for the audit.
    """
    least_s = _LEAST_PATIENCE_S if left_s > 0 else _LEAST_LATE_S
    return max(_PATIENCE * longest_gap_s, least_s)


def make_run(number: int, clean: RunRecord, mutant: Mutant, *, in_one_process: bool) -> Run | None:
    """Return a run of the tests that reach a mutant, of which an estimate says how long it takes.

    It has all tests where calls are made that belong to none; it is None where none reaches it.

    Args:
        number: Of the run.
        clean: The clean run.
        mutant: The mutant.
        in_one_process: Whether no process has to be started for it.
    """
    reaching = find_reaching(clean, mutant)
    if not reaching:
        return None
    tests = None if WHOLE_SUITE in reaching else reaching
    return Run(
        run=number,
        mutant_id=mutant.id,
        rules=mutant.rules,
        tests=tests,
        estimate_s=estimate_s(clean, tests, in_one_process=in_one_process),
    )


def make_clean_run(number: int, clean: RunRecord) -> Run:
    """Return a run without a mutant of all tests that called segmock."""
    calling = tuple(test.id for test in clean.tests.values() if test.calls)
    return Run(run=number, tests=None if WHOLE_SUITE in calling else calling)


def estimate_s(clean: RunRecord, tests: tuple[str, ...] | None, *, in_one_process: bool) -> float:
    """Return how long some tests may take, or all of them: as long as in the clean run."""
    times = {test.id: test.time_s for test in clean.tests.values()}
    if tests is None or any(times.get(name) is None for name in tests):
        return clean.time_s
    own_s = sum(times[name] or 0.0 for name in tests)
    if in_one_process:
        return own_s
    others_s = sum(time_s or 0.0 for time_s in times.values()) - own_s
    return max(own_s, clean.time_s - others_s)
