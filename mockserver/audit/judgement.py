"""What became of a mutant: from what is known of the clean run, and of the one with the mutant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mockserver.audit.mutants import MUTANTS, Mutant
from mockserver.audit.outcomes import count_paid, find_gains
from mockserver.audit.records import Call, RunRecord, TestRecord
from mockserver.audit.report_data import (
    WHOLE_SUITE,
    By,
    Charge,
    DrawnVerdict,
    Finding,
    Status,
    TestRun,
)
from mockserver.audit.seen_exchanges import show_calls
from mockserver.contract.tables import VerdictRow
from mockserver.verdicts.verdicts import find_verdicts

_RIGHT_ALL_THE_SAME = {"delay_s", "linger"}
"""Effects that leave an answer as it is, or one that the gateway may give."""


def find_unstable(runs: Sequence[RunRecord]) -> frozenset[str]:
    """Return the tests that went one way in one clean run and another way in another."""
    ways: dict[str, set[object]] = defaultdict(set)
    for run in runs:
        for name, test in run.tests.items():
            ways[name].add((test.outcome, frozenset(test.routes), count_paid(test.calls).runs))
    return frozenset(name for name, seen in ways.items() if len(seen) > 1)


def list_tests(clean: RunRecord, unstable: Collection[str]) -> tuple[TestRun, ...]:
    """Return the tests of a clean run that called segmock."""
    return tuple(
        TestRun(
            id=test.id,
            passed=not test.is_bad,
            time_s=test.time_s,
            routes=test.routes,
            runs=count_paid(test.calls).runs,
            is_stable=test.id not in unstable,
        )
        for test in clean.tests.values()
        if test.calls
    )


def find_reaching(clean: RunRecord, mutant: Mutant) -> tuple[str, ...]:
    """Return the tests whose clean run called a route that the mutant strikes."""
    return tuple(
        test.id for test in clean.tests.values() if not set(mutant.routes).isdisjoint(test.routes)
    )


def judge(
    mutant: Mutant,
    clean: RunRecord,
    played: RunRecord | None,
    unstable: Collection[str],
    rows: Mapping[str, VerdictRow],
) -> Finding:
    """Say what became of a mutant.

    Args:
        mutant: Which.
        clean: The run without it.
        played: The run with it; None if no test reaches it.
        unstable: The tests that are left out.
        rows: The table of contracts/verdicts.json, by id.
    """
    struck = _find_struck(played, unstable) if played else []
    if played is None or not struck:
        return Finding(mutant=mutant, status="not reached", time_s=played.time_s if played else 0)
    failing = _find_failing(clean, played, unstable)
    seen = [_compare(mutant, clean.tests.get(test.id), test, rows) for test in struck]
    charges = tuple(each.charge for each in seen if each.charge)
    status, by = _find_status(failing, seen)
    ordered = sorted(seen, key=lambda each: (not each.charge, each.is_well, each.test.is_bad))
    failed = tuple(test.id for test in failing)
    return Finding(
        mutant=mutant,
        status=status,
        by=by,
        tests_reaching=tuple(each.test.id for each in ordered),
        failing_tests=failed or ((WHOLE_SUITE,) if by in {"test", "hang"} else ()),
        unnoticing_tests=tuple(
            each.test.id for each in ordered if not each.is_well and not each.test.is_bad
        ),
        exchanges=show_calls(ordered[0].test),
        charges=charges,
        verdicts=tuple(verdict for each in seen for verdict in each.verdicts),
        time_s=played.time_s,
    )


def _find_struck(played: RunRecord, unstable: Collection[str]) -> list[TestRecord]:
    """Return the tests of which the mutant struck a call."""
    return [
        test
        for test in played.tests.values()
        if test.id not in unstable and any(call.is_struck for call in test.calls)
    ]


def _find_failing(
    clean: RunRecord, played: RunRecord, unstable: Collection[str]
) -> list[TestRecord]:
    """Return the tests that failed with the mutant and not without; of all of the suite's."""
    found = []
    for test in played.tests.values():
        before = clean.tests.get(test.id)
        if test.is_bad and test.id not in unstable and not (before and before.is_bad):
            found.append(test)
    known = [test for test in played.tests.values() if test.outcome != "unknown"]
    tells = bool(known) if played.tells_all else any(test.is_bad for test in known)
    if found or (tells and not played.has_hung) or not (played.has_failed or played.has_hung):
        return found
    return [TestRecord(WHOLE_SUITE, "hung" if played.has_hung else "failed")]


def _find_status(
    failing: Sequence[TestRecord], seen: Sequence[_Comparison]
) -> tuple[Status, By | None]:
    if failing:
        if all(test.outcome == "hung" for test in failing):
            return "noticed", "hang"
        return "noticed", "verdict" if all(test.has_verdict for test in failing) else "test"
    if any(each.verdicts for each in seen):
        return "noticed", "verdict"
    return ("handled" if all(each.is_well for each in seen) else "unnoticed"), None


@dataclass(frozen=True)
class _Comparison:
    """A test that a mutant struck, beside the same test without it.

    Attributes:
        test: With the mutant.
        charge: What it paid, if that is more.
        verdicts: The MUST rules that it broke, if it did not break them without.
        is_well: Whether the client got as much in the end, and paid no more.
    """

    test: TestRecord
    charge: Charge | None
    verdicts: tuple[DrawnVerdict, ...]
    is_well: bool


def _compare(
    mutant: Mutant, clean: TestRecord | None, test: TestRecord, rows: Mapping[str, VerdictRow]
) -> _Comparison:
    before = clean.calls if clean else ()
    known = {verdict.id for verdict in _find_verdicts(test.id, before, rows)}
    drawn = _find_verdicts(test.id, test.calls, rows)
    charge = _find_charge(test.id, before, test.calls)
    trusts = all(_RIGHT_ALL_THE_SAME & set(rule["do"]) for rule in mutant.rules)
    got = find_gains(test.calls, trusts_struck=trusts)
    wanted = find_gains(before, trusts_struck=True)
    return _Comparison(
        test,
        charge,
        tuple(verdict for verdict in drawn if verdict.id not in known),
        not charge and all(got.get(kind, 0) >= wanted[kind] for kind in wanted),
    )


def _find_charge(test: str, before: Iterable[Call], calls: Iterable[Call]) -> Charge | None:
    paid, clean = count_paid(calls), count_paid(before)
    if paid.runs <= clean.runs:
        return None
    return Charge(
        test=test,
        runs=paid.runs,
        clean_runs=clean.runs,
        credits=str(paid.credits),
        clean_credits=str(clean.credits),
    )


def _find_verdicts(
    test: str, calls: Iterable[Call], rows: Mapping[str, VerdictRow]
) -> list[DrawnVerdict]:
    """Return the MUST rules that a test's clients broke, each account's by itself."""
    by_owner: dict[str | None, list[Call]] = defaultdict(list)
    for call in calls:
        by_owner[call.owner].append(call)
    return [
        DrawnVerdict(test=test, id=verdict.id, level=verdict.level, title=verdict.title)
        for own in by_owner.values()
        for verdict in find_verdicts(
            [call.exchange for call in own], rows, is_one_run=test != WHOLE_SUITE
        )
        if verdict.level == "MUST"
    ]


_RANKS: dict[Status, int] = {"unnoticed": 1, "handled": 2, "noticed": 3, "not reached": 4}


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put findings in order: paid twice first, then by status, then as mutants matter."""
    places = {mutant.id: place for place, mutant in enumerate(MUTANTS)}

    def rank(finding: Finding) -> tuple[int, int]:
        first = 0 if finding.paid_twice else _RANKS[finding.status]
        return first, places.get(finding.mutant.id, len(places))

    return tuple(sorted(findings, key=rank))
