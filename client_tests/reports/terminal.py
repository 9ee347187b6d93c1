"""A report for people in a terminal: as a compiler tells of mistakes, with their place and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from client_tests.plurals import count
from client_tests.reports import summary
from client_tests.reports.exchange_lines import Gap, Item, Step
from client_tests.reports.facts import facts_of, statement
from client_tests.reports.text import cells, clip, flat, pad, short, wrap
from client_tests.reports.timeline import Timeline, timeline
from client_tests.running.results import Report, Result

NARROWEST = 60
PROGRESS_WIDTH = 79

_BAR = 20
_CHECKS_NAMED = 3
_STYLES = {"bad": "1;31", "warn": "33", "good": "32", "strong": "1", "dim": "2"}
_PLAIN, _INDENT = "", "  "


@dataclass(frozen=True)
class _Page:
    """Something to write on: lines of a width, in colour or not."""

    width: int
    colour: bool

    def paint(self, text: str, style: str) -> str:
        if not self.colour or not style or not text:
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

    def text(self, text: str, *, lead: str = "", hang: str | None = None, style: str = "") -> str:
        """Return a paragraph: `lead` before its first line, `hang` before the others."""
        hang = " " * cells(lead) if hang is None else hang
        lines = wrap(text, self.width - max(cells(lead), cells(hang))) or [""]
        return "\n".join(
            self.paint((hang if index else lead) + line, style) for index, line in enumerate(lines)
        )


def render(report: Report, *, width: int = 100, colour: bool = False) -> str:
    """Return a report as text, with lines of so many columns; commands are never broken."""
    page = _Page(max(width, NARROWEST), colour)
    failed = [result for result in report.results if result.status == "failed"]
    blocks = [
        *("\n".join(_failure(page, report, each)) for each in failed if each.known is not None),
        *("\n".join(_failure(page, report, each)) for each in failed if each.known is None),
        *_advice(page, report),
        "\n".join(_summary(page, report)),
    ]
    return "\n\n".join(blocks) + "\n"


# --- A failure ----------------------------------------------------------------------------


def _failure(page: _Page, report: Report, result: Result) -> Iterator[str]:
    is_bad = result.level == "MUST" and result.known is None
    style = "bad" if is_bad else "warn"
    headline = f"{result.id}: {result.title}"
    yield page.text(headline, lead=f"{result.level} fail  ", hang="    ", style=style)
    if result.known is not None:
        yield page.text(result.known, lead="  known: ")
    failure = result.failure
    if failure is not None:
        told = timeline(failure.case, failure.trace, failure.violations)
        if result.kind == "property":
            yield page.text(f"{failure.case.title} ({failure.case.id})", lead="  shrunk to: ")
        yield from _render_operations(page, told)
        yield from _violations(page, result)
        if result.known is None:
            yield ""
            yield from _timeline(page, told)
    yield ""
    for fact in facts_of(result):
        yield page.text(statement(fact), lead=f"  fact {flat(fact)}: ", hang=" " * 6)
    yield page.paint("  to reproduce:", "strong")
    yield from _command(summary.reproduction(report, result))


def _render_operations(page: _Page, told: Timeline) -> Iterator[str]:
    for end in told.ends:
        yield page.text(end.asked, lead="  asked: ", hang=" " * 6)


def _violations(page: _Page, result: Result) -> Iterator[str]:
    help_of = summary.explanations(result)
    violations = result.failure.violations if result.failure else ()
    for number, violation in enumerate(violations, 1):
        level = "" if violation.level == "MUST" else f"{violation.level}: "
        yield page.text(level + violation.message, lead=f"  [{number}] ", style="strong")
        if violation.assertion in help_of:
            yield page.text(help_of[violation.assertion], lead=" " * 6 + "help: ", hang=" " * 8)


def _command(parts: list[str]) -> Iterator[str]:
    for index, part in enumerate(parts):
        lead = " " * (6 if index else 4)
        yield lead + part + (" \\" if index + 1 < len(parts) else "")


# --- Its timeline -------------------------------------------------------------------------


def _timeline(page: _Page, told: Timeline) -> Iterator[str]:
    steps = [item for item in told.items if isinstance(item, Step)]
    asked = max((cells(_render_request(step)) for step in steps), default=0)
    column = min(asked, page.width // 2)
    if not steps:
        yield "    the client asked the gateway nothing"
    for item in told.items:
        yield from _item(page, item, column)
    for end in told.ends:
        yield page.text(f"the client {end.words}", lead="  = ", hang=" " * 6)
    for idle in told.idle:
        yield page.text(f"a fault never struck: {idle}", lead="  = ", hang=" " * 6)


def _item(page: _Page, item: Item, column: int) -> Iterator[str]:
    if isinstance(item, Gap):
        yield page.paint(" " * 8 + f"… {item.words}", "dim")
        return
    mark = page.paint(">", "bad") if item.marks else " "
    lead = f"  {mark} {f'#{item.seq}':>5} {item.at_ms:>7.0f} ms  "
    room = page.width - 19 - max(0, cells(f"{item.seq}{item.at_ms:.0f}") - 11)
    asking = _render_request(item)
    answer = f"→ {flat(item.answer)}"
    if cells(asking) > column or column + 2 + cells(answer) > room:
        yield lead + clip(asking, room)
        yield " " * 21 + clip(answer, page.width - 21)
    else:
        yield f"{lead}{pad(asking, column)}  {answer}"
    notes = [f"fault: {item.fault}"] if item.fault else []
    notes += ["see " + ", ".join(f"[{mark}]" for mark in item.marks)] if item.marks else []
    for note in notes:
        style = "warn" if note.startswith("fault") else "bad"
        yield page.text(flat(note), lead=" " * 19 + "^ ", style=style)


def _render_request(step: Step) -> str:
    return f"{flat(step.method)} {short(step.path)}"


# --- The rest -----------------------------------------------------------------------------


def _advice(page: _Page, report: Report) -> Iterator[str]:
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


def _summary(page: _Page, report: Report) -> Iterator[str]:
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
    if report.stale:
        yield ""
        yield page.paint("  Lines of --known-failing that no longer hold true:", "bad")
        yield from (page.text(line, lead="    - ") for line in report.stale)
    yield from (page.text(note, lead="  note: ") for note in report.notes)
    yield ""
    yield page.text(summary.verdict(report), style="bad" if report.exit_code else "good")


def _table(page: _Page, report: Report) -> Iterator[str]:
    titles = {"passed": 7, "failed": 7, "known": 7, "not covered": 12, "not run": 8}
    head = "".join(f"{title:>{width}}" for title, width in titles.items())
    yield page.paint(f"  {'feature':<10}{'level':<7}{head}", "dim")
    for row in [*summary.rows(report), None]:
        counts = row.counts if row else summary.totals(report)
        numbers = "".join(f"{counts[title]:>{width}}" for title, width in titles.items())
        feature, level = (flat(row.feature), row.level) if row else ("all", "")
        style = "bad" if row and row.level == "MUST" and counts["failed"] else _PLAIN
        yield page.paint(f"  {pad(feature, 9)} {level:<7}{numbers}", style)


def progress(
    done: int, total: int, failed: int, current: str, *, width: int = PROGRESS_WIDTH
) -> str:
    """Return a line that says how far a run is, to be written over the one before."""
    filled = _BAR * done // total if total else 0
    bar = "#" * filled + "-" * (_BAR - filled)
    line = f"[{bar}] {done}/{total}  {failed} failed  {flat(current)}"
    return pad(line, width)
