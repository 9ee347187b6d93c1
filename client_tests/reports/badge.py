"""A badge that says which profile a client holds: a picture, or the JSON that shields.io takes."""

from __future__ import annotations

import json

from client_tests.cases.profiles import PROFILES
from client_tests.reports.html_builder import escape
from client_tests.reports.verdict import holds
from client_tests.running.results import Report

LABEL = "segmock"
_HEIGHT, _SIGN, _PAD = 20, 6.6, 7
_GOOD, _PART, _BAD, _UNKNOWN = "#17682f", "#805000", "#b3201a", "#535b66"


def render_badge(report: Report) -> str:
    """Return the badge as an SVG picture that loads nothing."""
    message, colour = _message(report)
    left, right = (round(len(text) * _SIGN + 2 * _PAD) for text in (LABEL, message))
    words = escape(f"{LABEL}: {message}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" \
aria-label="{words}">
  <title>{words}</title>
  <rect width="{left}" height="{_HEIGHT}" fill="#444b54"/>
  <rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/>
  <g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
    <text x="{_PAD}" y="14" textLength="{left - 2 * _PAD}">{escape(LABEL)}</text>
    <text x="{left + _PAD}" y="14" textLength="{right - 2 * _PAD}">{escape(message)}</text>
  </g>
</svg>
"""


def render_endpoint(report: Report) -> str:
    """Return the badge as the JSON of an endpoint of shields.io."""
    message, colour = _message(report)
    document = {"schemaVersion": 1, "label": LABEL, "message": message, "color": colour}
    return json.dumps(document, indent=2) + "\n"


def _message(report: Report) -> tuple[str, str]:
    """Return the widest profile that holds, how many checks passed, and a colour."""
    held = [profile for profile in PROFILES if holds(report, profile)]
    passed = report.counts["passed"]
    of_all = passed + report.counts["failed"] + report.counts["flaky"] + report.counts["not run"]
    numbers = f"{passed}/{of_all}"
    if held:
        is_enough = report.exit_code == 0
        return f"{held[-1]} {numbers}", _GOOD if is_enough else _PART
    if report.exit_code == 1 and report.broken:
        return f"failing {numbers}", _BAD
    return f"{numbers}", _UNKNOWN
