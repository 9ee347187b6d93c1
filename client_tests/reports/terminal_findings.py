"""A finding for a terminal: its cause, its smallest case, and where else it is met."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.cases.model import Case
from client_tests.plurals import count
from client_tests.reports import summary
from client_tests.reports.facts import facts_of, statement
from client_tests.reports.findings import Finding
from client_tests.reports.program import describe_program
from client_tests.reports.terminal_timeline import render_timeline
from client_tests.reports.text import flat, wrap
from client_tests.reports.text_page import TextPage
from client_tests.reports.timeline import timeline
from client_tests.running.results import Failure, Report, Result

_LINES_OF_IDS = 4


def render_finding(page: TextPage, report: Report, finding: Finding) -> Iterator[str]:
    """Yield the lines of a finding, with its smallest case in full."""
    result = finding.shown_by
    lead = f"{finding.level} {'flaky' if finding.kind == 'flaky' else 'fail'}  "
    style = "bad" if finding.is_broken else "warn"
    yield page.text(f"{result.id}: {result.title}", lead=lead, hang="    ", style=style)
    yield page.text(_describe_cause(finding), lead="  cause: ", hang=" " * 6, style="strong")
    if result.known is not None:
        yield page.text(result.known, lead="  known: ")
    if finding.kind == "flaky":
        words = f"it failed in fewer than two of {result.plays} plays, which fails no run"
        yield page.text(words, lead="  flaky: ")
    if result.failure is not None:
        yield from _render_failure(page, result, result.failure)
    yield ""
    for fact in facts_of(result):
        yield page.text(statement(fact), lead=f"  fact {flat(fact)}: ", hang=" " * 6)
    yield from _render_others(page, finding)
    yield page.paint("  to reproduce:", "strong")
    yield from render_command(summary.reproduction(report, result))


def render_played(page: TextPage, result: Result) -> Iterator[str]:
    """Yield the lines of a case that passed, with what happened in it."""
    yield page.text(f"{result.id}: {result.title}", lead="passed  ", hang="    ", style="good")
    if result.played is not None:
        told = timeline(result.played.case, result.played.trace)
        for end in told.ends:
            yield page.text(end.asked, lead="  asked: ", hang=" " * 6)
        yield ""
        yield from render_timeline(page, told)


def _describe_cause(finding: Finding) -> str:
    number = count(len(finding.results), "check")
    return f"{finding.cause.title} [{finding.cause.id}, {finding.profile}, {number}]"


def _render_failure(page: TextPage, result: Result, failure: Failure) -> Iterator[str]:
    told = timeline(failure.case, failure.trace, failure.violations)
    if result.kind == "property":
        yield from _render_program(page, failure.case)
    else:
        for end in told.ends:
            yield page.text(end.asked, lead="  asked: ", hang=" " * 6)
    yield from _render_violations(page, result)
    if result.known is None:
        yield ""
        yield from render_timeline(page, told)


def _render_program(page: TextPage, case: Case) -> Iterator[str]:
    for number, line in enumerate(describe_program(case)):
        lead = " " * 13 if number else "  shrunk to: "
        yield page.text(line, lead=lead, hang=" " * 15)


def _render_violations(page: TextPage, result: Result) -> Iterator[str]:
    help_of = summary.explanations(result)
    violations = result.failure.violations if result.failure else ()
    for number, violation in enumerate(violations, 1):
        level = "" if violation.level == "MUST" else f"{violation.level}: "
        yield page.text(level + violation.message, lead=f"  [{number}] ", style="strong")
        if violation.assertion in help_of:
            yield page.text(help_of[violation.assertion], lead=" " * 6 + "help: ", hang=" " * 8)


def _render_others(page: TextPage, finding: Finding) -> Iterator[str]:
    """Yield the ids of the other checks, as many as a few lines hold."""
    ids = [flat(each.id) for each in finding.results[1:]]
    if not ids:
        return
    width = page.width - 6
    shown = len(ids)
    while shown and len(wrap(_list_ids(ids, shown), width - 6)) > _LINES_OF_IDS:
        shown -= max(1, shown // 10)
    yield page.text(_list_ids(ids, shown), lead="  also in: ", hang=" " * 6)


def _list_ids(ids: list[str], shown: int) -> str:
    more = f" and {len(ids) - shown} more" if shown < len(ids) else ""
    return ", ".join(ids[:shown]) + more


def render_command(parts: list[str]) -> Iterator[str]:
    """Yield the lines of a command, which can be copied as they are."""
    for index, part in enumerate(parts):
        lead = " " * (6 if index else 4)
        yield lead + part + (" \\" if index + 1 < len(parts) else "")
