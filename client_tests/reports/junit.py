"""A report for CI systems, as JUnit XML: it is red just if the exit code is not 0."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from client_tests.reports import summary
from client_tests.reports.facts import facts_of, statement
from client_tests.reports.junit_builder import render_suites, say
from client_tests.reports.text import visible
from client_tests.reports.timeline import render_lines, timeline
from client_tests.running.results import Report, Result

_RUN = "the run"


def render(report: Report) -> str:
    """Return a report as XML.

    A MUST of the profile that failed is a failure; each failure names its cause. What cannot turn
    a run red is skipped, with its reason: known failures, declared traits, SHOULDs, what is beyond
    the profile or flaky, and what the driver does not cover. A check that was not run is an error,
    and so are stale lines of --known-failing, traits that are not so, and a run in which nothing
    was checked.
    """
    root = ET.Element("testsuites", {"name": "segmock verify client"})
    suites: dict[str, ET.Element] = {}
    for result in report.results:
        name = result.feature
        if name not in suites:
            suites[name] = ET.SubElement(root, "testsuite", {"name": visible(name)})
        _add(suites[name], report, result)
    _add_run(root, report)
    return render_suites(root, time_s=report.elapsed_s)


def _add(suite: ET.Element, report: Report, result: Result) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": visible(summary.group_of(result).replace(" / ", ".")),
            "name": visible(result.id),
            "time": f"{result.elapsed_s:.3f}",
        },
    )
    _add_properties(case, result)
    kind = summary.kind_of(result)
    if result in report.broken:
        say(case, "failure", _headline(result), _details(report, result), "MUST")
    elif kind == "not run":
        say(case, "error", f"not run: {_why_not_run(report)}", kind="not run")
    elif kind != "passed":
        say(case, "skipped", _why_skipped(result, kind))
    if result.failure is not None:
        seen = timeline(result.failure.case, result.failure.trace, result.failure.violations)
        ET.SubElement(case, "system-out").text = visible("\n".join(render_lines(seen)))


def _add_properties(case: ET.Element, result: Result) -> None:
    told: dict[str, str] = {"profile": result.profile, "level": result.level}
    told |= {"cause": result.cause.id} if result.cause else {}
    properties = ET.SubElement(case, "properties")
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": name, "value": visible(value)})


def _why_skipped(result: Result, kind: str) -> str:
    match kind:
        case "known":
            return f"known to fail: {result.known}"
        case "declared":
            return f"declared by the trait {result.declared}"
        case "flaky":
            return f"flaky, so no failure: {_headline(result)}"
        case "not covered":
            return f"not covered: the driver lacks {result.feature}"
    if result.level == "SHOULD":
        return f"SHOULD, and does not: {_headline(result)}"
    return f"beyond the profile, in {result.profile}: {_headline(result)}"


def _why_not_run(report: Report) -> str:
    is_interrupted = report.interrupted_by is not None
    return "the run was interrupted" if is_interrupted else "the run ended before"


def _headline(result: Result) -> str:
    violations = result.failure.violations if result.failure else ()
    return f"{result.title}: {violations[0].message}" if violations else result.title


def _details(report: Report, result: Result) -> str:
    violations = result.failure.violations if result.failure else ()
    cause = result.cause
    parts = [
        *([f"cause: {cause.title} [{cause.id}, {result.profile}]"] if cause else []),
        *(f"[{number}] {each.message}" for number, each in enumerate(violations, 1)),
        *(f"fact {fact}: {statement(fact)}" for fact in facts_of(result)),
        "to reproduce: " + " ".join(summary.reproduction(report, result)),
    ]
    return "\n".join(parts)


def _add_run(root: ET.Element, report: Report) -> None:
    """Add what is wrong with the run as such."""
    problems = [("known-failing", line) for line in report.stale]
    problems += [("traits", line) for line in report.untrue]
    if not {"passed", "failed", "flaky"} & report.counts.keys():
        problems.append(("something is checked", "nothing was checked"))
    if not problems:
        return
    suite = ET.SubElement(root, "testsuite", {"name": _RUN})
    for name, message in problems:
        case = ET.SubElement(suite, "testcase", {"classname": _RUN, "name": name, "time": "0"})
        say(case, "error", message, kind=name)
