"""Pieces of JUnit XML: a suite with its cases, and what is said of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from client_tests.reports.text import visible

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render_suites(root: ET.Element, *, time_s: float) -> str:
    """Return the suites of a run as XML, with the numbers of their cases filled in."""
    for suite in root:
        _count(suite, suite.iter("testcase"))
    _count(root, root.iter("testcase"))
    root.set("time", f"{time_s:.3f}")
    ET.indent(root)
    return _XML + ET.tostring(root, encoding="unicode") + "\n"


def say(
    case: ET.Element, tag: str, message: str, details: str | None = None, kind: str | None = None
) -> None:
    """Say of a case that it is a `failure`, an `error` or `skipped`, and why."""
    attributes = {"message": visible(message)} | ({"type": kind} if kind else {})
    said = ET.SubElement(case, tag, attributes)
    if details is not None:
        said.text = visible(details)


def _count(element: ET.Element, cases: Iterator[ET.Element]) -> None:
    listed = list(cases)
    tags = Counter(child.tag for case in listed for child in case)
    seconds = sum(float(case.get("time", "0")) for case in listed)
    element.set("tests", str(len(listed)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(tags[tag]))
    element.set("time", f"{seconds:.3f}")
