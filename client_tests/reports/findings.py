"""Failures by their cause: what one habit of a client does in many checks is one finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from client_tests.cases.model import Level
from client_tests.cases.profiles import PROFILES, Profile
from client_tests.judging.cause import Cause
from client_tests.judging.causes import UNSEEN
from client_tests.reports import summary
from client_tests.running.results import Report, Result

_ORDER = ("failed", "flaky", "known")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One cause, and the checks that fail by it.

    Attributes:
        cause: What the client does.
        kind: `failed`, `flaky`, or `known`, where --known-failing lists it.
        results: The checks; the first is the smallest that shows it.
        is_broken: Whether it fails the run.
    """

    cause: Cause
    kind: str
    results: tuple[Result, ...]
    is_broken: bool

    @property
    def shown_by(self) -> Result:
        """The check that shows it best: the smallest of those that weigh most."""
        return self.results[0]

    @property
    def level(self) -> Level:
        """MUST, if that of any check is."""
        return "MUST" if any(each.level == "MUST" for each in self.results) else "SHOULD"

    @property
    def profile(self) -> Profile:
        """The first profile that does not hold because of it."""
        return min((each.profile for each in self.results), key=PROFILES.index)


def find_findings(report: Report) -> list[Finding]:
    """Return what is wrong with a client: what fails the run first, then by rank and number.

    Failures that a declared trait explains are none: the report has a line for each trait.
    """
    groups: dict[tuple[str, str, str | None], list[Result]] = {}
    for result in report.results:
        kind = summary.kind_of(result)
        if kind in _ORDER:
            cause = result.cause or UNSEEN
            groups.setdefault((kind, cause.id, result.known), []).append(result)
    broken = {result.id for result in report.broken}
    found = [_make(kind, results, broken) for (kind, _, _), results in groups.items()]
    return sorted(found, key=_order)


def _make(kind: str, results: Iterable[Result], broken: set[str]) -> Finding:
    ordered = sorted(results, key=size_of)
    return Finding(
        cause=ordered[0].cause or UNSEEN,
        kind=kind,
        results=tuple(ordered),
        is_broken=any(each.id in broken for each in ordered),
    )


def _order(finding: Finding) -> tuple[int, ...]:
    return (
        _ORDER.index(finding.kind),
        not finding.is_broken,
        finding.level == "SHOULD",
        finding.cause.rank,
        -len(finding.results),
    )


def size_of(result: Result) -> tuple[object, ...]:
    """Return what checks are compared by: the one to be shown is the least."""
    failure = result.failure
    if failure is None:
        return (True,)
    return (
        False,
        result.level == "SHOULD",
        PROFILES.index(result.profile),
        result.kind == "property",
        len(failure.case.behaviour) + len(failure.case.operations),
        len(failure.trace.exchanges),
        len(str(failure.case)),
    )
