"""What reports of every kind show of a finding, whether in lines, as JSON or on a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from client_tests.reports.exchange_lines import Item, Step, fold_steps
from mockserver.audit.paste import LANGUAGES, render_paste
from mockserver.audit.recipes import Way
from mockserver.audit.report_data import AuditReport, Finding, SeenExchange
from mockserver.base.hosts import is_vendor
from mockserver.base.plurals import count

GROUPS = ("paid twice", "unnoticed", "handled", "noticed", "not reached", "not run")
"""What a mutant can be counted as, in the order in which they are told of."""


def find_group(finding: Finding) -> str:
    """Return which of `GROUPS` a finding is."""
    return "paid twice" if finding.paid_twice else finding.status


def count_groups(report: AuditReport) -> dict[str, int]:
    """Return how many mutants came out how."""
    found = Counter(map(find_group, report.findings))
    return {group: found[group] for group in GROUPS} | {"not run": len(report.not_run)}


def fold_exchanges(finding: Finding) -> tuple[Item, ...]:
    """Return what the first test that was struck asked; what it paid for again is marked."""
    steps: list[Step] = []
    paid_for = max((each.clean_runs for each in finding.charges[:1]), default=0)
    for number, seen in enumerate(finding.exchanges, 1):
        paid_for -= seen.began_run
        is_again = finding.paid_twice and seen.began_run and paid_for < 0
        steps.append(_make_step(finding, number, seen, is_marked=is_again))
    return fold_steps(steps)


def _make_step(finding: Finding, number: int, seen: SeenExchange, *, is_marked: bool) -> Step:
    return Step(
        seq=number,
        at_ms=round(1000 * seen.at_s, 1),
        method=seen.method,
        path=seen.path,
        route=seen.route,
        status=seen.status,
        state=None,
        answer=seen.answer,
        delivery=seen.delivery,
        fault=finding.mutant.title if seen.struck else None,
        marks=(1,) if is_marked else (),
    )


@dataclass(frozen=True)
class Paste:
    """A test to paste, in which language it is, and for which way in."""

    way: Way
    language: str
    text: str


def make_paste(report: AuditReport, finding: Finding) -> Paste:
    """Return the test that is to be added where nothing noticed."""
    way = find_way(report, finding)
    struck = (each.route for each in finding.exchanges if each.struck)
    return Paste(way, LANGUAGES[way], render_paste(finding.mutant, way, next(struck, None)))


def find_way(report: AuditReport, finding: Finding) -> Way:
    """Return how the suite reaches the emulator, as far as that can be told."""
    keeps_names = any(is_vendor(each.host.partition(":")[0]) for each in finding.exchanges)
    match report.runner:
        case "pytest":
            return "respx" if keeps_names else "pytest"
        case "unittest":
            return "unittest"
        case "node":
            return "vitest" if any("vitest" in word for word in report.command) else "node-test"
    return "shell"


def render_verdict(report: AuditReport) -> str:
    """Return what the exit status means, in a sentence or two."""
    paid, unnoticed = (
        sum(find_group(each) == group for each in report.bad) for group in GROUPS[:2]
    )
    struck = sum(each.status != "not reached" for each in report.findings)
    left = count(len(report.not_run), "mutant was", "mutants were")
    rest = f" {left} not run." if report.not_run else ""
    if report.is_interrupted:
        return (
            f"Interrupted after {count(struck, 'mutant')}; what was found by then is told." + rest
        )
    if report.is_unstable:
        return "No test that calls segmock is stable: runs of the suite as it is differ." + rest
    if not struck:
        return "No mutant struck: no test makes a call that one of them is about." + rest
    if not report.bad:
        all_of_them = (
            f"All {struck} mutants that struck were" if struck > 1 else "The mutant that struck was"
        )
        return f"{all_of_them} noticed or handled.{rest}"
    told = [f"{count(paid, 'mutant')} made the client pay twice, and no assertion noticed"] * bool(
        paid
    )
    told += [f"{count(unnoticed, 'mutant')} went unnoticed"] * bool(unnoticed)
    return f"{'; '.join(told)}; {struck} struck in all.{rest}"


def describe_outcome(finding: Finding) -> str:
    """Return in a few words what became of a mutant."""
    if finding.is_bad:
        return describe_silence(finding)
    if finding.status == "not reached":
        return _describe_miss(finding)
    if finding.status == "handled":
        tests = count(len(finding.tests_reaching), "test")
        whose = "it" if len(finding.tests_reaching) == 1 else "they"
        return f"{tests} got what {whose} asked for all the same"
    return _describe_notice(finding)


def _describe_miss(finding: Finding) -> str:
    routes = " or ".join(finding.mutant.routes)
    if not finding.time_s:
        return f"no test calls {routes}"
    return f"it struck no call of {routes} in a stable test; faults of a test's own go first"


def _describe_notice(finding: Finding) -> str:
    if finding.by == "verdict":
        rules = ", ".join(dict.fromkeys(each.id for each in finding.verdicts))
        return f"a rule was broken: {rules or 'segmock failed the test'}"
    return f"{_name(finding.failing_tests)} {'did not end' if finding.by == 'hang' else 'failed'}"


def describe_silence(finding: Finding) -> str:
    """Return who kept silent about a finding that something is to be done about."""
    if finding.by == "verdict" and finding.failing_tests:
        return f"{_name(finding.failing_tests)} failed by a rule of segmock's alone"
    return f"{_name(finding.unnoticing_tests or finding.tests_reaching)} passed"


def _name(tests: tuple[str, ...]) -> str:
    """Return the first of some tests by name, and how many more there are."""
    more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
    return f"{quote_test(tests[0]) if tests else 'a test'}{more}"


def quote_test(test: str) -> str:
    """Return the id of a test, in quotes if it is a sentence as those of Node's tests are."""
    return f"“{test}”" if " " in test and not test.startswith("(") else test


def describe_not_run(why: str) -> str:
    """Return why a mutant was not run, and what has it run."""
    return {
        "time": "no time was left; --max-runs N takes what it needs",
        "runs": "--max-runs allowed no more",
        "interrupted": "the audit was interrupted",
    }[why]
