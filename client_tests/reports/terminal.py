"""A report for people in a terminal: as a compiler tells of mistakes, with their place and why."""

from __future__ import annotations

from collections.abc import Iterator

from client_tests.plurals import count
from client_tests.reports import summary
from client_tests.reports.facts import statement
from client_tests.reports.findings import Finding, find_findings
from client_tests.reports.terminal_findings import render_finding, render_played
from client_tests.reports.text import flat, pad
from client_tests.reports.text_page import PLAIN, TextPage
from client_tests.reports.verdict import holds, verdict
from client_tests.running.results import Report

NARROWEST = 60
PROGRESS_WIDTH = 79

_BAR = 20
_CHECKS_NAMED = 3
_COLUMNS = ("passed", "failed", "known", "declared", "flaky", "not covered", "not run")
_ALWAYS = {"passed", "failed", "not covered", "not run"}
_LEFT_OF_NUMBERS = 19
_HOLDS = {True: "holds", False: "does not hold", None: "was not checked whole"}


def render(report: Report, *, width: int = 100, colour: bool = False) -> str:
    """Return a report as text, with lines of so many columns; commands are never broken."""
    page = TextPage(max(width, NARROWEST), colour)
    findings = find_findings(report)
    blocks = [
        *("\n".join(render_finding(page, report, each)) for each in findings),
        *("\n".join(render_played(page, each)) for each in report.results if each.played),
        *_advice(page, report),
        "\n".join(_summary(page, report, findings)),
    ]
    return "\n\n".join(blocks) + "\n"


def _advice(page: TextPage, report: Report) -> Iterator[str]:
    found = summary.advice(report)
    if not found:
        return
    parts = [page.paint("Advice: what a client SHOULD do", "strong")]
    for each in found:
        named = ", ".join(each.test_cases[:_CHECKS_NAMED])
        more = len(each.test_cases) - _CHECKS_NAMED
        where = f"{named} and {more} more" if more > 0 else named
        parts += [
            page.text(
                f"{each.assertion}: {each.message}", lead="  SHOULD ", hang="    ", style="warn"
            ),
            page.text(where, lead="    in: ", hang=" " * 6),
            *(
                page.text(statement(fact), lead=f"    fact {flat(fact)}: ", hang=" " * 6)
                for fact in each.facts
            ),
        ]
    yield "\n".join(parts)


def _summary(page: TextPage, report: Report, findings: list[Finding]) -> Iterator[str]:
    version = f"segmock {report.version}, " if report.version else ""
    yield page.paint("Summary", "strong")
    yield page.text(report.driver, lead="  client: ", hang=" " * 6)
    yield page.text(
        f"{version}seed {report.seed}, {count(report.examples, 'example')} a property, "
        f"{report.elapsed_s:.1f} s",
        lead="  run: ",
    )
    yield ""
    yield from _table(page, report)
    yield ""
    yield from _profiles(page, report)
    yield from _findings(page, findings)
    yield from _traits(page, report)
    if report.stale:
        yield ""
        yield page.paint("  Lines of --known-failing that no longer hold true:", "bad")
        yield from (page.text(line, lead="    - ") for line in report.stale)
    yield from (page.text(note, lead="  note: ") for note in report.notes)
    yield ""
    yield page.text(verdict(report), style="bad" if report.exit_code else "good")


def _table(page: TextPage, report: Report) -> Iterator[str]:
    totals = summary.totals(report)
    titles = _fit_columns([each for each in _COLUMNS if each in _ALWAYS or totals[each]], page)
    head = "".join(f"{title:>{width}}" for title, width in titles.items())
    yield page.paint(f"  {'feature':<10}{'level':<7}{head}", "dim")
    for row in [*summary.rows(report), None]:
        counts = row.counts if row else totals
        numbers = "".join(f"{counts[title]:>{width}}" for title, width in titles.items())
        feature, level = (flat(row.feature), row.level) if row else ("all", "")
        style = "bad" if row and row.level == "MUST" and counts["failed"] else PLAIN
        yield page.paint(f"  {pad(feature, 9)} {level:<7}{numbers}", style)


def _fit_columns(names: list[str], page: TextPage) -> dict[str, int]:
    """Return the columns and their widths; a narrow page has no room for the rare ones."""
    widths = {name: max(7, len(name) + 2) for name in names}
    for name in ("flaky", "declared", "known"):
        if _LEFT_OF_NUMBERS + sum(widths.values()) > page.width:
            widths.pop(name, None)
    return widths


def _profiles(page: TextPage, report: Report) -> Iterator[str]:
    for profile, counts in summary.profile_counts(report).items():
        told = [f"{counts[each]} {each}" for each in _COLUMNS if counts[each]]
        if told:
            words = f"{_HOLDS[holds(report, profile)]}: {', '.join(told)}"
            yield page.text(words, lead=f"  {pad(profile, 9)} ", hang=" " * 12)


def _findings(page: TextPage, findings: list[Finding]) -> Iterator[str]:
    if findings:
        yield ""
        yield page.paint("  Findings", "strong")
    for number, each in enumerate(findings, 1):
        kind = "" if each.kind == "failed" else f"{each.kind}, "
        where = f"({kind}{each.level}, {each.profile}, {count(len(each.results), 'check')})"
        style = "bad" if each.is_broken else PLAIN
        yield page.text(f"{each.cause.title} {where}", lead=f"  {number:>4}. ", style=style)


def _traits(page: TextPage, report: Report) -> Iterator[str]:
    if report.traits or report.untrue:
        yield ""
        yield page.paint("  Traits that are declared", "strong")
    for each in report.traits:
        words = f"{each.words}, seen in {count(each.count, 'check')}: {each.reason}"
        yield page.text(words, lead="    - ")
    yield from (page.text(line, lead="    - ", style="bad") for line in report.untrue)


def progress(
    done: int, total: int, failed: int, current: str, *, width: int = PROGRESS_WIDTH
) -> str:
    """Return a line that says how far a run is, to be written over the one before."""
    filled = _BAR * done // total if total else 0
    bar = "#" * filled + "-" * (_BAR - filled)
    line = f"[{bar}] {done}/{total}  {failed} failed  {flat(current)}"
    return pad(line, width)
