"""Failures that declared traits explain, and traits that no check has shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from client_tests.cases.model import Case
from client_tests.judging.cause import Cause, Rank
from client_tests.judging.causes import causes_of
from client_tests.judging.trace import Trace
from client_tests.judging.violations import Violation
from client_tests.plurals import count
from client_tests.running.results import Report, Result, TraitSeen
from client_tests.running.traits import Trait

_CONSEQUENCES = {"expected", "charged", "submitted"}
"""What a case expects and what other parameters may change: the client reports what it is shown."""

_CHECKED = {"passed", "failed", "flaky"}


def find_undeclared(
    case: Case, trace: Trace, violations: Sequence[Violation], traits: Sequence[Trait]
) -> list[Violation]:
    """Return the violations that no declared trait explains.

    A client that is declared to change parameters may end up elsewhere than a case expects, if it
    reports honestly what came of that.
    """
    if not traits:
        return [*violations]
    causes = {each: causes_of(case, trace, [each]) for each in violations}
    left = [each for each in violations if not _is_explained(causes[each], traits)]
    has_changed = any(
        cause.rank == Rank.UNCHANGED
        for each in violations
        if each not in left
        for cause in causes[each]
    )
    if not has_changed:
        return left
    return [each for each in left if not _is_consequence(each, causes[each])]


def _is_explained(causes: Sequence[Cause], traits: Sequence[Trait]) -> bool:
    return bool(causes) and all(_find_trait(cause, traits) for cause in causes)


def _find_trait(cause: Cause, traits: Sequence[Trait]) -> Trait | None:
    return next((trait for trait in traits if trait.covers(cause)), None)


def _is_consequence(violation: Violation, causes: Sequence[Cause]) -> bool:
    is_grave = any(cause.is_grave for cause in causes)
    return violation.assertion in _CONSEQUENCES and not is_grave


def apply_traits(report: Report, traits: Sequence[Trait]) -> Report:
    """Return a report in which failures that the traits explain are declared ones.

    What else is wrong in such a check still fails it. A trait that no failure shows, though checks
    that would show it were run, is untrue.
    """
    if not traits:
        return report
    seen: Counter[str] = Counter()
    results = tuple(_declare(result, traits, seen) for result in report.results)
    told = tuple(
        TraitSeen(name=each.name, words=each.words, reason=each.reason, count=seen[each.name])
        for each in traits
    )
    untrue = () if report.interrupted_by is not None else _find_untrue(traits, seen, results)
    return replace(report, results=results, traits=told, untrue=tuple(untrue))


def is_declared(result: Result, traits: Sequence[Trait]) -> bool:
    """Tell whether a failure is no more than what the traits explain."""
    return _declare(result, traits, Counter()).declared is not None


def _declare(result: Result, traits: Sequence[Trait], seen: Counter[str]) -> Result:
    """Return a result without what the traits explain, and count the traits that it shows."""
    failure = result.failure
    if failure is None or result.status != "failed":
        return result
    causes = causes_of(failure.case, failure.trace, failure.violations)
    shown = [trait.name for trait in traits if any(map(trait.covers, causes))]
    if not shown:
        return result
    seen.update(shown)
    left = find_undeclared(failure.case, failure.trace, failure.violations, traits)
    if any(each.level == "MUST" or result.level == "SHOULD" for each in left):
        return replace(result, failure=replace(failure, violations=tuple(left)))
    return replace(result, declared=", ".join(shown))


def _find_untrue(
    traits: Sequence[Trait], seen: Counter[str], results: Sequence[Result]
) -> Iterator[str]:
    for trait in traits:
        name = trait.name
        would = sum(
            each.status in _CHECKED and any(fnmatchcase(each.id, p) for p in trait.kind.shown_by)
            for each in results
        )
        if would and not seen[name]:
            checks = count(would, "check")
            yield f"{name}: {trait.words}, but {checks} that would show it did not; take it out"
