"""A report for CI systems, as JUnit XML: it is red just if something differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

from client_tests.reports.junit_builder import render_suites, say
from client_tests.reports.text import visible
from mockserver.facts.report_views import BASES

Document: TypeAlias = dict[str, Any]


class Check(NamedTuple):
    """A case about something other than a fact.

    Attributes:
        suite: What it belongs to.
        name: What should be.
        problem: Why it is not; empty if it is.
        skipped: Why nobody knows; empty if somebody does.
    """

    suite: str
    name: str
    problem: str = ""
    skipped: str = ""


def render_junit(
    report: Document, *, made_by: str, elapsed_s: float = 0.0, more: Sequence[Check] = ()
) -> str:
    """Return the XML of a report that is there as `report_json.render_document` makes it.

    A claim that differs is a failure; what was not seen or cannot be judged is skipped, with the
    reason.
    """
    root = ET.Element("testsuites", {"name": made_by})
    for title in dict.fromkeys(check.suite for check in more):
        suite = ET.SubElement(root, "testsuite", {"name": title})
        for check in more:
            if check.suite == title:
                _add_check(suite, check)
    for basis, title in BASES.items():
        rows = [row for row in report["rows"] if row["basis"] == basis]
        if rows:
            suite = ET.SubElement(root, "testsuite", {"name": title})
            for row in rows:
                _add_case(suite, title, row)
    return render_suites(root, time_s=elapsed_s)


def _add_check(suite: ET.Element, check: Check) -> None:
    attributes = {"classname": check.suite, "name": visible(check.name), "time": "0"}
    element = ET.SubElement(suite, "testcase", attributes)
    if check.problem:
        say(element, "failure", visible(check.problem), visible(check.problem), "money")
    elif check.skipped:
        say(element, "skipped", visible(check.skipped))


def _add_case(suite: ET.Element, title: str, row: Document) -> None:
    attributes = {"classname": title, "name": visible(row["fact"]), "time": "0"}
    element = ET.SubElement(suite, "testcase", attributes)
    match row["verdict"]:
        case "differs":
            lines = [*map(_describe, row["differences"]), f"fact: {row['statement']}"]
            kind = "guess" if row["is_guessed"] else "fact"
            say(element, "failure", lines[0].partition("\n")[0], "\n".join(lines), kind)
        case "not_seen":
            say(element, "skipped", "nothing that was seen speaks about it")
        case "not_judged":
            say(element, "skipped", f"cannot be judged from outside: {row['reason']}")


def _describe(difference: Document) -> str:
    first = difference["places"][0]
    where = f"{first['session']}, " * bool(first["session"]) + f"exchange {first['exchange']}"
    return (
        f"{difference['where']}: expected {difference['expected']}, found {difference['found']}\n"
        f"  {where}: {first['request']} → {first['answer']}"
    )
