"""A run in numbers and in a sentence, and how to see one of its failures again."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import dataclass

from client_tests.cases.model import Level
from client_tests.cases.profiles import PROFILES, Profile
from client_tests.judging.violations import Violation
from client_tests.reports.text import visible
from client_tests.running.results import Report, Result

KINDS = ("failed", "known", "declared", "flaky", "not run", "not covered", "passed")
"""What a check can be in a report.

`known` is a failure that --known-failing lists, `declared` one that comes of a trait of --traits.
"""

_SPECIAL = set('"$`\\!')
_PYTHON = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def kind_of(result: Result) -> str:
    """Return which of `KINDS` a check is."""
    if result.status != "failed":
        return result.status
    if result.known is not None:
        return "known"
    return "failed" if result.declared is None else "declared"


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


def profile_counts(report: Report) -> dict[Profile, Counter[str]]:
    """Return the numbers of a run by profile, with none left out."""
    found: dict[Profile, Counter[str]] = {profile: Counter() for profile in PROFILES}
    for result in report.results:
        found[result.profile][kind_of(result)] += 1
    return found


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
