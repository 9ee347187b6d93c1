"""A report as one HTML file that loads nothing and runs no script."""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import Any

from client_tests.plurals import count
from client_tests.reports import json_report
from client_tests.reports.html_builder import Markup, element, escape, join, link, styled_element
from client_tests.reports.sequence_diagram import render_diagram
from client_tests.running.results import Report

Document = dict[str, Any]

_STATUSES = {
    "failed": "✕",
    "known": "!",
    "not_run": "?",
    "not_covered": "○",
    "passed": "✓",
}


def render(report: Report) -> str:
    """Return a report as an HTML page."""
    return render_page(json_report.document(report))


def render_page(report: Document) -> str:
    """Return the page of a report that is there as JSON."""
    sections = [
        ("summary", "Summary", _summary(report)),
        ("matrix", "Matrix", _matrix(report)),
        ("failures", "Failures", _failures(report)),
        ("advice", "Advice", _advice(report)),
        ("checks", "All checks", _checks(report)),
    ]
    shown = [(name, title, content) for name, title, content in sections if content]
    folder = files("client_tests.reports")
    template = Template((folder / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(f"segmock: {report['driver']}"),
        style=(folder / "page.css").read_text(encoding="utf-8").strip(),
        tone="bad" if report["exit_code"] else "good",
        verdict=escape(report["verdict"]),
        run=_run(report).source,
        filters=_filters(report).source,
        sections=join([element("li", link(name, title)) for name, title, _ in shown]).source,
        main=join([_section(*each) for each in shown], "\n").source,
    )


def _section(name: str, title: str, content: list[Markup]) -> Markup:
    heading = element("h2", title, attributes={"id": name})
    return element("section", heading, *content, attributes={"aria-labelledby": name})


def _words(status: str) -> str:
    return status.replace("_", " ")


# --- The head -----------------------------------------------------------------------------


def _run(report: Document) -> Markup:
    told = {
        "Client": element("code", report["driver"]),
        "Seed": str(report["seed"]),
        "Examples": f"{report['examples']} for each property, at the most",
        "Time": f"{report['elapsed_s']:.1f} s",
        "segmock": report["segmock"] or "a version of its own",
    }
    return join(
        [join([element("dt", name), element("dd", value)]) for name, value in told.items()], "\n"
    )


def _filters(report: Document) -> Markup:
    return join([_filter(status, report["counts"][status]) for status in _STATUSES], "\n")


def _filter(status: str, count: int) -> Markup:
    name = f"show-{status}"
    box = Markup(f'<input type="checkbox" id="{name}" checked>')
    return element("label", box, f"{_words(status)} ({count})", attributes={"for": name})


# --- The sections -------------------------------------------------------------------------


def _summary(report: Document) -> list[Markup]:
    parts = [_numbers(report)]
    if report["stale"]:
        lines = [element("li", line) for line in report["stale"]]
        title = "Lines of --known-failing that no longer hold true"
        parts += [styled_element("h3", "bad-text", title), element("ul", *lines)]
    return parts + [element("p", f"Note: {note}") for note in report["notes"]]


def _numbers(report: Document) -> Markup:
    head = [_head(name) for name in ("Feature", "Level", *map(_words, _STATUSES))]
    body = [_row(row["feature"], row["level"], row["counts"]) for row in report["features"]]
    return styled_element(
        "table",
        "numbers",
        element("caption", "How many checks came out how"),
        element("thead", element("tr", *head)),
        element("tbody", *body, _row("all", "", report["counts"])),
    )


def _head(name: str) -> Markup:
    return element("th", name, attributes={"scope": "col"})


def _row(feature: str, level: str, counts: dict[str, int]) -> Markup:
    cells = [
        element("td", str(counts[status]), attributes={"data-label": _words(status)})
        for status in _STATUSES
    ]
    head = element("th", feature, attributes={"scope": "row"})
    return element("tr", head, element("td", level), *cells)


def _matrix(report: Document) -> list[Markup]:
    groups: dict[str, list[tuple[int, Document]]] = {}
    for number, test_case in enumerate(report["checks"]):
        groups.setdefault(test_case["group"], []).append((number, test_case))
    if not groups:
        return []
    head = [_head(name) for name in ("What it is about", *map(_words, _STATUSES))]
    table = styled_element(
        "table",
        "matrix",
        element("caption", "Each check by topic and outcome, linked to its details"),
        element("thead", element("tr", *head)),
        element("tbody", *(_group(name, checks) for name, checks in groups.items())),
    )
    return [table]


def _group(name: str, checks: list[tuple[int, Document]]) -> Markup:
    cells = [
        element("td", *(_tile(number, each) for number, each in checks if each["status"] == status))
        for status in _STATUSES
    ]
    return element("tr", element("th", name, attributes={"scope": "row"}), *cells)


def _tile(number: int, test_case: Document) -> Markup:
    status = test_case["status"]
    label = {"title": test_case["id"], "aria-label": f"{test_case['id']}: {_words(status)}"}
    return link(_place(number, test_case), _STATUSES[status], **_is(test_case, "tile"), **label)


def _is(test_case: Document, classes: str = "") -> dict[str, str]:
    return {"class": f"{classes} is-{test_case['status']}".strip()}


def _place(number: int, test_case: Document) -> str:
    return f"failure-{number}" if _is_failure(test_case) else f"check-{number}"


def _is_failure(test_case: Document) -> bool:
    return test_case["status"] in {"failed", "known"}


def _failures(report: Document) -> list[Markup]:
    numbered = list(enumerate(report["checks"]))
    failed = [each for each in numbered if _is_failure(each[1])]
    failed.sort(key=lambda each: (each[1]["status"] == "known", each[1]["level"] == "SHOULD"))
    return [_failure(number, test_case, report["facts"]) for number, test_case in failed]


def _failure(number: int, test_case: Document, facts: dict[str, str]) -> Markup:
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
    if "known" in test_case:
        parts.append(styled_element("p", "text", f"Known: {test_case['known']}"))
    if "failure" in test_case:
        parts += _render_events(number, test_case["failure"])
    parts += _because(test_case["facts"], facts)
    parts += [
        element("h4", "To reproduce"),
        element("pre", element("code", test_case["reproduce"])),
    ]
    if "failure" in test_case:
        parts.append(_case(test_case["failure"]["case"]))
    classes = f"is-{test_case['status']} level-{test_case['level']}"
    return styled_element(
        "article", classes, *parts, **{"id": name, "aria-labelledby": f"{name}-name"}
    )


def _render_events(number: int, failure: Document) -> list[Markup]:
    violations = [
        _render_violation(f"complaint-{number}-{mark}", each)
        for mark, each in enumerate(failure["complaints"], 1)
    ]
    asked = [
        element("p", "Asked of the client: ", element("code", call["asked"]))
        for call in failure["calls"]
    ]
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
        link(f"failure-{number}", name) if _is_failure(test_case) else name,
        " ",
        element("bdi", test_case["title"]),
        " ",
        styled_element("span", "muted", f"({test_case['level']}{facts}{examples})"),
    ]
    return styled_element("li", f"is-{test_case['status']}", *parts, id=f"check-{number}")
