"""What fails now as lines of `GLOB  # reason`, for `--known-failing` to take."""

from __future__ import annotations

from glob import escape

from client_tests.reports.findings import Finding, find_findings
from client_tests.reports.text import flat
from client_tests.running.results import Report

_HEAD = """\
# What fails now, by cause. Say in place of each cause why that may be, or mend it: a check that is
# listed here and passes fails the run.
"""


def render_known_lines(report: Report) -> str:
    """Return a file of known failures; reasons that were given are kept."""
    findings = [each for each in find_findings(report) if each.kind != "flaky"]
    blocks = ["\n".join(_render(finding)) for finding in findings]
    return "\n\n".join([_HEAD.rstrip(), *blocks]) + "\n"


def _render(finding: Finding) -> list[str]:
    cause = flat(finding.cause.title)
    return [
        f"# {cause} [{flat(finding.cause.id)}]",
        *(
            f"{escape(flat(result.id))}  # {flat(result.known or '') or cause}"
            for result in sorted(finding.results, key=lambda each: each.id)
        ),
    ]
