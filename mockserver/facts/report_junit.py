"""A report for CI systems, as JUnit XML: it is red just if something differs."""

from __future__ import annotations

from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from client_tests.reports.junit_builder import render_suites, say
from client_tests.reports.text import visible
from mockserver.facts.report_views import BASES

Document: TypeAlias = dict[str, Any]


def render_junit(report: Document, *, made_by: str, elapsed_s: float = 0.0) -> str:
    """Return the XML of a report that is there as `report_json.render_document` makes it.

    A claim that differs is a failure; what was not seen or cannot be judged is skipped, with the
    reason.
    """
    root = ET.Element("testsuites", {"name": made_by})
    for basis, title in BASES.items():
        rows = [row for row in report["rows"] if row["basis"] == basis]
        if rows:
            suite = ET.SubElement(root, "testsuite", {"name": title})
            for row in rows:
                _add_case(suite, title, row)
    return render_suites(root, time_s=elapsed_s)


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
