"""The failures of a report as HTML: each with what happened in it, exchange by exchange."""

from __future__ import annotations

import json
from typing import Any

from client_tests.reports.html_builder import Markup, element, join, styled_element
from client_tests.reports.sequence_diagram import render_diagram

Document = dict[str, Any]


def render_failures(report: Document) -> list[Markup]:
    """Return an article for each failure, in the order of the findings."""
    numbered = list(enumerate(report["checks"]))
    failed = [each for each in numbered if is_failure(each[1])]
    places = {
        check: (number, place)
        for number, finding in enumerate(report["findings"])
        for place, check in enumerate(finding["checks"])
    }
    last = (len(report["findings"]), 0)
    failed.sort(key=lambda each: places.get(each[1]["id"], last))
    shown = {finding["shown_by"] for finding in report["findings"]}
    return [
        _failure(number, each, report["facts"], is_open=each["id"] in shown)
        for number, each in failed
    ]


def is_failure(test_case: Document) -> bool:
    """Tell whether a check has a place of its own among the failures."""
    return test_case["status"] in {"failed", "known", "declared", "flaky"}


def _failure(number: int, test_case: Document, facts: dict[str, str], *, is_open: bool) -> Markup:
    name = f"failure-{number}"
    heading = element(
        "h3",
        styled_element(
            "span", f"badge is-{test_case['status']}", f"{test_case['level']} {test_case['status']}"
        ),
        " ",
        element("code", test_case["id"]),
        attributes={"id": f"{name}-name"},
    )
    parts = [heading, styled_element("p", "text", test_case["title"])]
    parts += [styled_element("p", "text", words) for words in _notes(test_case)]
    details = _details(number, test_case, facts)
    if is_open:
        parts += details
    else:
        parts.append(element("details", element("summary", "What happened in it"), *details))
    classes = f"is-{test_case['status']} level-{test_case['level']}"
    return styled_element(
        "article", classes, *parts, **{"id": name, "aria-labelledby": f"{name}-name"}
    )


def _notes(test_case: Document) -> list[str]:
    told = {"cause": "Cause", "known": "Known", "declared": "Declared by the trait"}
    notes = [f"{words}: {test_case[name]}" for name, words in told.items() if name in test_case]
    if test_case["status"] == "flaky":
        notes.append(f"Flaky: it failed in fewer than two of {test_case['plays']} plays")
    return notes


def _details(number: int, test_case: Document, facts: dict[str, str]) -> list[Markup]:
    failure = test_case.get("failure")
    return [
        *(_render_events(number, failure) if failure else []),
        *_because(test_case["facts"], facts),
        element("h4", "To reproduce"),
        element("pre", element("code", test_case["reproduce"])),
        *([_case(failure["case"])] if failure else []),
    ]


def _render_events(number: int, failure: Document) -> list[Markup]:
    violations = [
        _render_violation(f"complaint-{number}-{mark}", each)
        for mark, each in enumerate(failure["complaints"], 1)
    ]
    program = "\n".join(failure["program"])
    asked = [element("pre", element("code", program), attributes={"aria-label": "The program"})]
    ends = [
        styled_element(
            "p", "end text", f"After {call['after_ms']:.0f} ms the client reported ", reported
        )
        for call in failure["calls"]
        for reported in (element("b", call["reported"]),)
    ]
    idle = [element("p", f"A fault never struck: {words}") for words in failure["never_struck"]]
    return [
        styled_element("ol", "complaints", *violations),
        element("h4", "What happened"),
        *asked,
        render_diagram(failure["timeline"], number),
        *ends,
        *idle,
    ]


def _render_violation(name: str, violation: Document) -> Markup:
    level = "" if violation["level"] == "MUST" else f"{violation['level']}: "
    parts = [styled_element("span", "text", level + violation["message"])]
    if "help" in violation:
        parts.append(styled_element("p", "text", violation["help"]))
    return element("li", *parts, attributes={"id": name})


def _because(cited: list[str], facts: dict[str, str]) -> list[Markup]:
    if not cited:
        return []
    said = [join([element("dt", fact), element("dd", facts[fact])]) for fact in cited]
    return [element("h4", "Because"), styled_element("dl", "facts", *said)]


def _case(case: Document) -> Markup:
    text = json.dumps(case, indent=2, ensure_ascii=False)
    return element("details", element("summary", "The case"), element("pre", element("code", text)))
