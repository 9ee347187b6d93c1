"""What is wrong by cause, and what the facts ask, as tables of a page."""

from __future__ import annotations

from typing import Any

from client_tests.reports.html_builder import (
    Markup,
    element,
    join,
    link,
    render_head,
    render_row_head,
    styled_element,
)

Document = dict[str, Any]

_FEW = 12
"""So many checks of a finding are there to be seen; the others are behind a summary."""


def render_findings(report: Document) -> list[Markup]:
    """Return the causes and their checks, and what is declared; nothing if there is neither."""
    parts: list[Markup] = []
    if report["findings"]:
        head = render_head("What the client does", "Profile", "Checks")
        numbers = {each["id"]: number for number, each in enumerate(report["checks"])}
        rows = [_finding(each, numbers) for each in report["findings"]]
        caption = "Failures with one cause are one finding; the smallest check comes first"
        parts.append(_table("findings", caption, head, rows))
    if report["traits"] or report["untrue"]:
        lines = [
            element("li", f"{each['words']}, seen in {each['count']}: {each['reason']}")
            for each in report["traits"]
        ]
        lines += [styled_element("li", "bad-text", line) for line in report["untrue"]]
        parts += [element("h3", "Traits that are declared"), element("ul", *lines)]
    return parts


def render_requirements(report: Document) -> list[Markup]:
    """Return the facts: how many checks of each came out how, and which show that it failed."""
    if not report["requirements"]:
        return []
    numbers = {each["id"]: number for number, each in enumerate(report["checks"])}
    head = render_head("Fact", "", "Passed", "Failed", "What it says")
    rows = [_requirement(each, numbers) for each in report["requirements"]]
    return [_table("requirements", "What each fact asks, and what became of it", head, rows)]


def _table(name: str, caption: str, head: Markup, rows: list[Markup]) -> Markup:
    return styled_element(
        "table",
        name,
        element("caption", caption),
        head,
        element("tbody", *rows),
    )


def _finding(finding: Document, numbers: dict[str, int]) -> Markup:
    status = finding["kind"]
    badge = styled_element("span", f"badge is-{status}", f"{finding['level']} {status}")
    name = element("p", element("code", finding["cause"]))
    cells = [
        render_row_head(badge, " ", finding["title"], name),
        element("td", finding["profile"]),
        element("td", *_checks(finding["checks"], numbers)),
    ]
    return styled_element("tr", f"is-{status}", *cells)


def _checks(ids: list[str], numbers: dict[str, int]) -> list[Markup]:
    links = [link(f"failure-{numbers[each]}", element("code", each)) for each in ids]
    seen = join(links[:_FEW], ", ")
    if len(links) <= _FEW:
        return [seen]
    rest = join(links[_FEW:], ", ")
    return [seen, element("details", element("summary", f"{len(links) - _FEW} more"), rest)]


def _requirement(requirement: Document, numbers: dict[str, int]) -> Markup:
    status = requirement["verdict"]
    counts = requirement["counts"]
    tone = {"failed": "failed", "passed": "passed"}.get(status, "not_covered")
    said: list[str | Markup] = [element("bdi", requirement["statement"])]
    if requirement["shown_by"]:
        said.append(element("p", "Shown by ", *_checks(requirement["shown_by"], numbers)))
    return element(
        "tr",
        render_row_head(requirement["fact"]),
        element("td", styled_element("span", f"badge is-{tone}", status.replace("_", " "))),
        element("td", str(counts["passed"])),
        element("td", str(counts["failed"])),
        element("td", *said),
    )
