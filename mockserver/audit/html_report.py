"""An audit's report as one HTML file that loads nothing and runs no script.

It looks like the page of the conformance kit, whose style it has.
"""

from __future__ import annotations

import shlex
from importlib.resources import files
from typing import Any, TypeAlias

from client_tests.reports.html_builder import (
    Markup,
    element,
    join,
    link,
    render_head,
    render_row_head,
    styled_element,
)
from client_tests.reports.html_page import HtmlPage, render_html_page
from client_tests.reports.sequence_diagram import render_diagram
from mockserver.audit.recipes import MARK
from mockserver.base.plurals import count

Document: TypeAlias = dict[str, Any]


def render_page(report: Document) -> str:
    """Return the page of a report that is there as `document.render_document` makes it."""
    bad = [finding for finding in report["findings"] if finding["is_bad"]]
    sections = [
        ("summary", "Summary", [_render_counts(report)]),
        (
            "findings",
            "What nothing noticed",
            [_render_bad(report, n, each) for n, each in enumerate(bad)],
        ),
        ("mutants", "All mutants", [_render_mutants(report)]),
        ("tests", "The tests", [_render_tests(report)]),
    ]
    return render_html_page(
        HtmlPage(
            title=f"segmock audit: {shlex.join(report['command'])}",
            heading="What the tests are worth",
            what="findings",
            verdict=report["verdict"],
            is_good=not report["exit_code"],
            run=_render_run(report),
            sections=sections,
            made_by="segmock audit",
            style=(files("mockserver.audit") / "page.css").read_text(encoding="utf-8"),
        )
    )


def _render_run(report: Document) -> dict[str, str | Markup]:
    times_s = [finding["time_s"] for finding in report["findings"] if finding["time_s"]]
    return {
        "Suite": element("code", shlex.join(report["command"])),
        "As it is": f"{report['clean']['time_s']:.1f} s",
        "With mutants": f"{count(len(times_s), 'run')} in {sum(times_s):.1f} s",
        "In all": f"{report['elapsed_s']:.1f} s",
        "segmock": report["segmock"],
    }


def _words(key: str) -> str:
    return key.replace("_", " ")


def _render_counts(report: Document) -> Markup:
    rows = [
        element("tr", render_row_head(_words(group)), element("td", str(number)))
        for group, number in report["counts"].items()
    ]
    caption = element("caption", "How many mutants of the server came out how")
    head = render_head("Outcome", "Mutants")
    return styled_element("table", "numbers", caption, head, element("tbody", *rows))


# --- What something is to be done about ---------------------------------------------------


def _render_bad(report: Document, number: int, finding: Document) -> Markup:
    name = f"finding-{finding['mutant']}"
    heading = element(
        "h3",
        styled_element("span", "badge is-failed", _words(finding["group"])),
        " ",
        finding["title"],
        " ",
        element("code", finding["mutant"]),
        attributes={"id": f"{name}-name"},
    )
    parts = [
        heading,
        element("p", finding["does"]),
        element("p", element("b", "A right client: "), finding["right"]),
        *_render_charges(number, finding),
        *_render_verdicts(finding),
        element("p", element("b", "Silent: "), finding["outcome"]),
        element("h4", "What ", element("code", finding["tests_reaching"][0]), " asked"),
        render_diagram([_make_step(finding, item) for item in finding["exchanges"]], number),
        element("h4", "The test to add"),
        element("p", "Add ", finding["add"], "; put the call of your client into the marked line."),
        _render_paste(finding["paste"]["text"]),
        *_render_facts(report, finding),
    ]
    attributes = {"id": name, "aria-labelledby": f"{name}-name"}
    return styled_element("article", "is-failed", *parts, **attributes)


def _make_step(finding: Document, item: Document) -> Document:
    """Return an exchange as the kit's diagram takes it."""
    if item["kind"] == "gap":
        return item
    return {
        **item,
        "seq": item["number"],
        "fault": finding["title"] if item["is_struck"] else None,
        "complaints": [1] if item["is_paid_again"] else [],
    }


def _render_charges(number: int, finding: Document) -> list[Markup]:
    """Return who paid twice; the diagram of the finding with this number points to the first."""
    lines = [
        element(
            "li",
            element("code", each["test"]),
            f" paid for {count(each['runs'], 'run')} ({each['credits']} dollars) "
            f"in place of {each['clean_runs']} ({each['clean_credits']})",
            attributes={"id": f"complaint-{number}-{place}"},
        )
        for place, each in enumerate(finding["charges"], 1)
    ]
    return [styled_element("ol", "complaints", *lines)] if lines else []


def _render_verdicts(finding: Document) -> list[Markup]:
    rules = {
        each["id"]: f"{each['level']} {each['id']}: {each['title']}" for each in finding["verdicts"]
    }
    return [element("p", element("b", "Rule broken: "), rule) for rule in rules.values()]


def _render_paste(text: str) -> Markup:
    """Return a test with the line marked that its reader has to change."""
    lines = [
        element("mark", line) if MARK in line else join([line])
        for line in text.rstrip().split("\n")
    ]
    return styled_element("pre", "paste", element("code", join(lines, "\n")))


def _render_facts(report: Document, finding: Document) -> list[Markup]:
    said = [
        join([element("dt", fact), element("dd", report["facts"][fact])])
        for fact in finding["facts"]
    ]
    return [element("h4", "Because"), styled_element("dl", "facts", *said)]


# --- Everything ---------------------------------------------------------------------------


def _render_mutants(report: Document) -> Markup:
    left = [{**each, "group": "not_run", "is_bad": False} for each in report["not_run"]]
    rows = [_render_mutant(each) for each in [*report["findings"], *left]]
    caption = element("caption", "Each mutant of the server, and what became of it")
    head = render_head("Outcome", "Mutant", "What became of it")
    return styled_element("table", "outcomes", caption, head, element("tbody", *rows))


def _render_mutant(told: Document) -> Markup:
    name = element("code", told["mutant"])
    shown = link(f"finding-{told['mutant']}", name) if told["is_bad"] else name
    return element(
        "tr",
        element("td", styled_element("span", f"badge is-{told['group']}", _words(told["group"]))),
        element("td", told["title"], " ", shown),
        element("td", told["outcome"]),
    )


def _render_tests(report: Document) -> Markup:
    rows = [
        element(
            "tr",
            render_row_head(element("code", test["id"])),
            element("td", ", ".join(test["routes"])),
            element("td", str(test["runs"])),
            element("td", "" if test["time_s"] is None else f"{test['time_s']:.2f} s"),
            element("td", "" if test["is_stable"] else "not stable, left out"),
        )
        for test in report["clean"]["tests"]
    ]
    caption = element("caption", "The tests that call segmock, without a mutant")
    head = render_head("Test", "Routes", "Runs paid for", "Time", "")
    return element("table", caption, head, element("tbody", *rows))
