"""An audit's report for people in a terminal: what cost money first, and the test to add."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

from client_tests.reports.exchange_lines import render_items
from client_tests.reports.text import flat, wrap
from mockserver.audit.report_data import WHOLE_SUITE, AuditReport, Charge, Finding
from mockserver.audit.views import (
    GROUPS,
    count_groups,
    describe_not_run,
    describe_outcome,
    describe_silence,
    find_group,
    fold_exchanges,
    make_paste,
    quote_test,
    render_verdict,
)
from mockserver.base.plurals import count

_NARROWEST = 60
_TESTS_NAMED = 3
_GROUP_WIDTH = max(map(len, GROUPS)) + 2
_STYLES = {"bad": "1;31", "warn": "33", "good": "32", "strong": "1", "dim": "2"}
_STYLE_OF = {"paid twice": "bad", "unnoticed": "bad", "handled": "good", "noticed": "good"}


@dataclass(frozen=True)
class _Sheet:
    """Something to write on: lines of a width, in colour or not."""

    width: int
    colour: bool

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colour and style else text

    def fill(self, text: str, lead: str = "", hang: int = 0, style: str = "") -> str:
        """Return a paragraph: `lead` before its first line, so many blanks before the others."""
        hang = hang or len(lead)
        lines = wrap(text, self.width - max(len(lead), hang)) or [""]
        return "\n".join(
            self.paint((" " * hang if number else lead) + line, style)
            for number, line in enumerate(lines)
        )


def render_text(report: AuditReport, *, width: int = 100, colour: bool = False) -> str:
    """Return a report as text, in lines of so many columns; what is to be copied is not broken."""
    sheet = _Sheet(max(width, _NARROWEST), colour)
    blocks = ["\n".join(_render_bad(sheet, report, finding)) for finding in report.bad]
    outcomes = "\n".join(_list_outcomes(sheet, report))
    return "\n\n".join([*blocks, outcomes, *_summarize(sheet, report)]) + "\n"


def _render_bad(sheet: _Sheet, report: AuditReport, finding: Finding) -> Iterator[str]:
    """Yield what there is to say of a finding that something is to be done about."""
    mutant, group = finding.mutant, find_group(finding)
    lead = f"{group.upper()}  "
    yield sheet.fill(f"{mutant.title} ({mutant.id})", lead, hang=4, style="bad")
    yield sheet.fill(mutant.does, "  what happens: ", hang=6)
    yield sheet.fill(mutant.right, "  a right client: ", hang=6)
    for charge in finding.charges:
        yield sheet.fill(_describe_charge(charge), "  paid: ", hang=6)
    for verdict in dict.fromkeys(
        f"{each.level} {each.id}: {each.title}" for each in finding.verdicts
    ):
        yield sheet.fill(verdict, "  rule broken: ", hang=6)
    yield sheet.fill(describe_silence(finding), "  silent: ", hang=6)
    yield f"  what {flat(quote_test(finding.tests_reaching[0]))} asked:"
    yield from (f"  {line}" for line in render_items(fold_exchanges(finding)))
    yield from _render_paste(sheet, report, finding)


def _render_paste(sheet: _Sheet, report: AuditReport, finding: Finding) -> Iterator[str]:
    paste = make_paste(report, finding)
    yield sheet.fill(finding.mutant.add, "  add: ", hang=6)
    yield ""
    yield indent(paste.text.rstrip("\n"), "    ")


def _describe_charge(charge: Charge) -> str:
    paid = f"{quote_test(charge.test)}: {count(charge.runs, 'run')} ({charge.credits} dollars)"
    return f"{paid} in place of {charge.clean_runs} ({charge.clean_credits})"


def _name_tests(tests: tuple[str, ...]) -> str:
    """Return some tests by name, and how many more there are."""
    more = f" and {len(tests) - _TESTS_NAMED} more" if len(tests) > _TESTS_NAMED else ""
    return ", ".join(tests[:_TESTS_NAMED]) + more


def _list_outcomes(sheet: _Sheet, report: AuditReport) -> Iterator[str]:
    """Yield a line for each mutant that was run or not reached, and one for those not run."""
    for finding in report.findings:
        mutant = finding.mutant
        text = f"{mutant.title} ({mutant.id}): {describe_outcome(finding)}"
        yield _render_outcome(sheet, find_group(finding), text)
    for why in dict.fromkeys(each.why for each in report.not_run):
        ids = ", ".join(each.mutant.id for each in report.not_run if each.why == why)
        yield _render_outcome(sheet, "not run", f"{ids}: {describe_not_run(why)}")


def _render_outcome(sheet: _Sheet, group: str, text: str) -> str:
    lead = " " * _GROUP_WIDTH
    painted = sheet.paint(f"{group:{_GROUP_WIDTH}}", _STYLE_OF.get(group, "dim"))
    return sheet.fill(text, lead).replace(lead, painted, 1)


def _summarize(sheet: _Sheet, report: AuditReport) -> Iterator[str]:
    unstable, groups = report.clean.unstable, count_groups(report).items()
    yield "\n".join(
        [
            sheet.paint("Summary", "strong"),
            f"  suite: {flat(shlex.join(report.command))}",
            sheet.fill(_describe_clean(report), "  as it is: ", hang=6),
            *(
                [sheet.fill(_name_tests(unstable), "  not stable, left out: ", 6)]
                if unstable
                else []
            ),
            sheet.fill(_describe_runs(report), "  with mutants: ", hang=6),
            sheet.fill(", ".join(f"{group} {number}" for group, number in groups), "  ", hang=6),
        ]
    )
    yield sheet.fill(render_verdict(report), style="bad" if report.exit_code else "good")


def _describe_runs(report: AuditReport) -> str:
    times_s = [finding.time_s for finding in report.findings if finding.time_s]
    runs = f"{count(len(times_s), 'run')} in {sum(times_s):.1f} s"
    return f"{runs}; {report.elapsed_s:.1f} s in all"


def _describe_clean(report: AuditReport) -> str:
    clean = report.clean
    runs = count(clean.times, "run")
    times = f" (the first of {runs}, as two differed)" if clean.has_differed else ""
    took = f"{clean.time_s:.1f} s{times}"
    if clean.others is None or any(test.id == WHOLE_SUITE for test in clean.tests):
        return f"{took}; its tests cannot be told apart, so each run is one of all of them"
    every = count(len(clean.tests) + clean.others, "test")
    verb = "calls" if len(clean.tests) == 1 else "call"
    return f"{took}; {len(clean.tests)} of {every} {verb} segmock"
