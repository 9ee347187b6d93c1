"""A run in numbers and in a sentence, and how to see one of its failures again."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from client_tests.cases.model import Level
from client_tests.judging.violations import Violation
from client_tests.plurals import count
from client_tests.reports.text import visible
from client_tests.running.results import Report, Result

KINDS = ("failed", "known", "not run", "not covered", "passed")
"""What a check can be in a report; `known` is a failure that --known-failing lists."""

_SPECIAL = set('"$`\\!')
_PYTHON = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def kind_of(result: Result) -> str:
    """Return which of `KINDS` a check is."""
    is_known = result.status == "failed" and result.known is not None
    return "known" if is_known else result.status


def group_of(result: Result) -> str:
    """Return what a check is about: its feature, and its topic if its name has one."""
    parts = result.id.split("/")[:-1]
    topic = parts[1:] if parts[:1] == [result.feature] else parts
    return " / ".join([result.feature, *topic])


@dataclass(frozen=True, kw_only=True)
class Row:
    """How the checks of one feature and level went."""

    feature: str
    level: Level
    counts: Counter[str]


def rows(report: Report) -> list[Row]:
    """Return the numbers of a run by feature and level, in the order of its checks."""
    found: dict[tuple[str, Level], Counter[str]] = {}
    for result in report.results:
        found.setdefault((result.feature, result.level), Counter())[kind_of(result)] += 1
    return [
        Row(feature=feature, level=level, counts=counts)
        for (feature, level), counts in found.items()
    ]


def totals(report: Report) -> Counter[str]:
    """Return the numbers of a whole run."""
    return Counter(map(kind_of, report.results))


def verdict(report: Report) -> str:
    """Return what the exit code means, in a sentence."""
    if report.interrupted_by is not None:
        return f"Exit code {report.exit_code}: {_interruption(report)}."
    reasons = list(_reasons(report))
    if reasons:
        *first, last = reasons
        spelled = f"{', '.join(first)}, and {last}" if first else last
        return f"Exit code {report.exit_code}: {spelled}."
    known = sum(result.known is not None for result in report.results if result.level == "MUST")
    but = f", but for {count(known, 'known failure')}" if known else ""
    return f"Exit code {report.exit_code}: every MUST that was checked held{but}."


def _interruption(report: Report) -> str:
    done = len(report.results) - report.counts["not run"]
    failed = f", and {count(len(report.broken), 'MUST check')} failed" if report.broken else ""
    of_all = count(len(report.results), "check")
    return f"the run was interrupted when {done} of {of_all} had been run{failed}"


def _reasons(report: Report) -> Iterable[str]:
    counts = report.counts
    if not counts["passed"] + counts["failed"]:
        yield "nothing was checked"
    if report.broken:
        yield f"{count(len(report.broken), 'MUST check')} failed"
    if counts["not run"]:
        yield f"there was no time for {count(counts['not run'], 'check')}"
    if report.stale:
        is_one = len(report.stale) == 1
        lines = count(len(report.stale), "line")
        yield f"{lines} of --known-failing no longer {'holds' if is_one else 'hold'} true"


def reproduction(report: Report, result: Result) -> list[str]:
    """Return the command that shows a failure again, in parts that each belong on a line."""
    failure = result.failure
    if failure is not None and failure.file is not None:
        return [f"segmock verify replay {_quote(str(failure.file))}", _driver(report)]
    return [
        "segmock verify client",
        _driver(report),
        f"--only {_quote(result.id)}",
        f"--seed {report.seed} --examples {report.examples}",
    ]


def _driver(report: Report) -> str:
    """Return the option that names the client: a Python object, or a command line."""
    option = "--python" if _PYTHON.fullmatch(report.driver) else "--driver"
    return f"{option} {_quote(report.driver)}"


def _quote(text: str) -> str:
    """Return a word as a shell takes it, in the quotes that read best."""
    reads_well = "'" in text and not set(text) & _SPECIAL
    return visible(f'"{text}"' if reads_well else shlex.quote(text))


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A SHOULD rule that was broken, and in which checks."""

    assertion: str
    message: str
    facts: tuple[str, ...]
    test_cases: tuple[str, ...]


def advice(report: Report) -> list[Advice]:
    """Return the SHOULD rules that were broken on the way, the most frequent first."""
    test_cases: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for result in report.results:
        for violation in _should(result):
            key = (violation.assertion, violation.message, violation.facts)
            test_cases.setdefault(key, {})[result.id] = None
    found = [
        Advice(assertion=assertion, message=message, facts=facts, test_cases=tuple(ids))
        for (assertion, message, facts), ids in test_cases.items()
    ]
    return sorted(found, key=lambda each: -len(each.test_cases))


def _should(result: Result) -> list[Violation]:
    failure = result.failure
    violations = failure.violations if failure else ()
    return [*result.advice, *(each for each in violations if each.level == "SHOULD")]


def explanations(result: Result) -> dict[str, str]:
    """Return what segmock's verdicts advise, by the assertion that passed them on."""
    verdicts = result.failure.trace.verdicts if result.failure else ()
    return {each["id"]: str(each.get("explanation", "")) for each in verdicts}
