"""A report as one HTML file that loads nothing and runs no script."""

from __future__ import annotations

from typing import Any

from client_tests.cases.profiles import PROFILES
from client_tests.plurals import count
from client_tests.reports import json_report
from client_tests.reports.html_builder import (
    Markup,
    element,
    join,
    link,
    render_head,
    render_row_head,
    styled_element,
)
from client_tests.reports.html_failures import is_failure, render_failures
from client_tests.reports.html_findings import render_findings, render_requirements
from client_tests.reports.html_page import HtmlPage, render_html_page
from client_tests.reports.verdict import join_words
from client_tests.running.results import Report

Document = dict[str, Any]

_STATUSES = {
    "failed": "✕",
    "known": "!",
    "declared": "=",
    "flaky": "~",
    "not_run": "?",
    "not_covered": "○",
    "passed": "✓",
}

_HOLDS = {True: "holds", False: "does not hold", None: "not checked whole"}


def render(report: Report) -> str:
    """Return a report as an HTML page."""
    return render_page(json_report.document(report))


def render_page(report: Document) -> str:
    """Return the page of a report that is there as JSON."""
    sections = [
        ("summary", "Summary", _summary(report)),
        ("findings", "Findings", render_findings(report)),
        ("matrix", "Matrix", _matrix(report)),
        ("failures", "Failures", render_failures(report)),
        ("requirements", "Requirements", render_requirements(report)),
        ("advice", "Advice", _advice(report)),
        ("checks", "All checks", _checks(report)),
    ]
    return render_html_page(
        HtmlPage(
            title=f"segmock: {report['driver']}",
            heading="How a client keeps to the gateway\N{RIGHT SINGLE QUOTATION MARK}s contract",
            what="results",
            verdict=report["verdict"],
            is_good=not report["exit_code"],
            run=_run(report),
            sections=sections,
            made_by="segmock verify client",
            filters=_filters(report),
        )
    )


def _words(status: str) -> str:
    return status.replace("_", " ")


# --- The head -----------------------------------------------------------------------------


def _run(report: Document) -> dict[str, str | Markup]:
    return {
        "Client": element("code", report["driver"]),
        "Seed": str(report["seed"]),
        "Examples": f"{report['examples']} for each property, at the most",
        "Time": f"{report['elapsed_s']:.1f} s",
        "segmock": report["segmock"] or "a version of its own",
    }


def _filters(report: Document) -> Markup:
    boxes = [_filter(status, report["counts"][status]) for status in _STATUSES]
    return element("fieldset", element("legend", "Show checks that are"), *boxes)


def _filter(status: str, count: int) -> Markup:
    name = f"show-{status}"
    box = Markup(f'<input type="checkbox" id="{name}" checked>')
    return element("label", box, f"{_words(status)} ({count})", attributes={"for": name})


# --- The sections -------------------------------------------------------------------------


def _summary(report: Document) -> list[Markup]:
    parts = [_numbers(report)]
    parts += [_profiles(report)]
    if report["stale"]:
        lines = [element("li", line) for line in report["stale"]]
        title = "Lines of --known-failing that no longer hold true"
        parts += [styled_element("h3", "bad-text", title), element("ul", *lines)]
    return parts + [element("p", f"Note: {note}") for note in report["notes"]]


def _profiles(report: Document) -> Markup:
    rows = [
        _row(each["profile"], _HOLDS[each["holds"]], each["counts"]) for each in report["profiles"]
    ]
    return styled_element(
        "table",
        "numbers",
        element("caption", f"By profile; the exit code is about {_render_profile(report)}"),
        render_head("Profile", "", *map(_words, _STATUSES)),
        element("tbody", *rows),
    )


def _render_profile(report: Document) -> str:
    asked = PROFILES[: PROFILES.index(report["profile"]) + 1]
    return join_words([*asked])


def _numbers(report: Document) -> Markup:
    body = [_row(row["feature"], row["level"], row["counts"]) for row in report["features"]]
    return styled_element(
        "table",
        "numbers",
        element("caption", "How many checks came out how"),
        render_head("Feature", "Level", *map(_words, _STATUSES)),
        element("tbody", *body, _row("all", "", report["counts"])),
    )


def _row(feature: str, level: str, counts: dict[str, int]) -> Markup:
    cells = [
        element("td", str(counts[status]), attributes={"data-label": _words(status)})
        for status in _STATUSES
    ]
    return element("tr", render_row_head(feature), element("td", level), *cells)


def _matrix(report: Document) -> list[Markup]:
    groups: dict[str, list[tuple[int, Document]]] = {}
    for number, test_case in enumerate(report["checks"]):
        groups.setdefault(test_case["group"], []).append((number, test_case))
    if not groups:
        return []
    table = styled_element(
        "table",
        "matrix",
        element("caption", "Each check by topic and outcome, linked to its details"),
        render_head("What it is about", *map(_words, _STATUSES)),
        element("tbody", *(_group(name, checks) for name, checks in groups.items())),
    )
    return [table]


def _group(name: str, checks: list[tuple[int, Document]]) -> Markup:
    cells = [
        element("td", *(_tile(number, each) for number, each in checks if each["status"] == status))
        for status in _STATUSES
    ]
    return element("tr", render_row_head(name), *cells)


def _tile(number: int, test_case: Document) -> Markup:
    status = test_case["status"]
    label = {"title": test_case["id"], "aria-label": f"{test_case['id']}: {_words(status)}"}
    return link(_place(number, test_case), _STATUSES[status], **_is(test_case, "tile"), **label)


def _is(test_case: Document, classes: str = "") -> dict[str, str]:
    return {"class": f"{classes} is-{test_case['status']}".strip()}


def _place(number: int, test_case: Document) -> str:
    return f"failure-{number}" if is_failure(test_case) else f"check-{number}"


def _advice(report: Document) -> list[Markup]:
    parts: list[Markup] = []
    for each in report["advice"]:
        parts += [
            element("h3", f"SHOULD: {each['message']}"),
            styled_element("p", "muted", "In ", element("code", ", ".join(each["checks"]))),
        ]
        said = [
            join([element("dt", id_), element("dd", report["facts"][id_])]) for id_ in each["facts"]
        ]
        parts += [styled_element("dl", "facts", *said)] if said else []
    return parts


def _checks(report: Document) -> list[Markup]:
    if not report["checks"]:
        return [element("p", "Nothing was checked.")]
    items = [
        _render_list_item(number, test_case) for number, test_case in enumerate(report["checks"])
    ]
    return [styled_element("ul", "checks", *items)]


def _render_list_item(number: int, test_case: Document) -> Markup:
    name = element("code", test_case["id"])
    facts = f", {', '.join(test_case['facts'])}" if test_case["facts"] else ""
    examples = (
        f", {count(test_case['examples'], 'example')}" if test_case["kind"] == "property" else ""
    )
    parts: list[str | Markup] = [
        styled_element("span", f"badge is-{test_case['status']}", _words(test_case["status"])),
        " ",
        link(f"failure-{number}", name) if is_failure(test_case) else name,
        " ",
        element("bdi", test_case["title"]),
        " ",
        styled_element("span", "muted", f"({test_case['level']}{facts}{examples})"),
    ]
    return styled_element("li", f"is-{test_case['status']}", *parts, id=f"check-{number}")
