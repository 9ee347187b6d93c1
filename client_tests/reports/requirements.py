"""What the facts ask of a client, fact by fact: which checks of each passed, and which show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from client_tests.reports import summary
from client_tests.reports.facts import facts_of, statement
from client_tests.reports.findings import size_of
from client_tests.reports.text import clip, flat, pad
from client_tests.running.results import Report, Result

_PARTS = re.compile(r"([A-Za-z]*)(\d*)(.*)", re.DOTALL)
_COLUMNS = ("passed", "failed", "known", "declared", "flaky", "not covered", "not run")


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One fact.

    Attributes:
        fact: Its id.
        counts: How the checks that rest on it came out.
        shown_by: The ids of those that failed, by which it is shown best first.
    """

    fact: str
    counts: Counter[str]
    shown_by: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """`failed` if any check failed, `passed` if one passed, else `not checked`."""
        if self.shown_by:
            return "failed"
        return "passed" if self.counts["passed"] else "not checked"


def find_requirements(report: Report) -> list[Requirement]:
    """Return the facts that the checks of a run rest on, in the order of their ids."""
    by_fact: dict[str, list[Result]] = {}
    for result in report.results:
        for fact in _facts_of(result):
            by_fact.setdefault(fact, []).append(result)
    return [_make(fact, by_fact[fact]) for fact in sorted(by_fact, key=_order)]


def _make(fact: str, results: list[Result]) -> Requirement:
    failed = [each for each in results if summary.kind_of(each) == "failed"]
    failed.sort(key=lambda each: (not _cites(each, fact), *size_of(each)))
    return Requirement(
        fact=fact,
        counts=Counter(map(summary.kind_of, results)),
        shown_by=tuple(each.id for each in failed),
    )


def _facts_of(result: Result) -> tuple[str, ...]:
    """Return the facts that a check tells of: if it failed, those that its cause breaks."""
    is_failure = result.status in {"failed", "flaky"}
    told = result.cause.facts if is_failure and result.cause else ()
    return tuple(dict.fromkeys(told)) or facts_of(result)


def _cites(result: Result, fact: str) -> bool:
    """Tell whether a violation itself rests on a fact, and not only the check."""
    violations = result.failure.violations if result.failure else ()
    return any(fact in each.facts for each in violations)


def _order(fact: str) -> tuple[str, int, str]:
    found = _PARTS.match(fact)
    letters, digits, rest = found.groups() if found else ("", "", fact)
    return letters, int(digits) if digits.isascii() and digits else 0, rest


def render_requirements(report: Report, *, width: int = 100) -> str:
    """Return a table of the facts: how the checks of each came out, and which shows it."""
    requirements = find_requirements(report)
    shown = [each for each in _COLUMNS if any(row.counts[each] for row in requirements)]
    head = "".join(f"{title:>{len(title) + 2}}" for title in shown)
    lines = [f"{'fact':<7}{'':<12}{head}  what it says"]
    for row in requirements:
        lines += _render_row(row, shown, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _render_row(row: Requirement, shown: list[str], width: int) -> Iterator[str]:
    numbers = "".join(f"{row.counts[title]:>{len(title) + 2}}" for title in shown)
    start = f"{pad(flat(row.fact), 6)} {row.verdict:<12}{numbers}  "
    yield start + clip(flat(statement(row.fact)), max(20, width - len(start)))
    if row.shown_by:
        more = f" and {len(row.shown_by) - 1} more" if len(row.shown_by) > 1 else ""
        yield f"{'':<7}shown by {flat(row.shown_by[0])}{more}"
