"""The report for CI systems is red just if something differs."""

from xml.etree import ElementTree as ET

from mockserver.facts.report_json import render_document
from mockserver.facts.report_junit import render_junit
from mockserver.tests.facts.reports import make_difference, make_fact_report, make_judgement


def render(*judgements):
    """Return the XML of a report about these, parsed."""
    document = render_document(make_fact_report(*judgements), "1.2.3")
    return ET.fromstring(render_junit(document, made_by="segmock drift"))


def test_each_row_is_a_case_by_its_verdict():
    """What differs fails; what was not seen or cannot be judged is skipped, with the reason."""
    root = render(make_difference("T4"), make_judgement("T1"), make_difference("gpt-5.5: price"))
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert cases["T4"].find("failure").get("message") == "status: expected 422, found 200"
    assert "one.jsonl, exchange 1: GET https://" in cases["T4"].findtext("failure")
    assert list(cases["T1"]) == []
    assert cases["T2"].find("skipped") is not None
    assert "Nobody can see" in cases["T9"].find("skipped").get("message")
    assert [suite.get("name") for suite in root] == ["facts", "contracts"]
    assert (root.get("failures"), root.get("errors")) == ("2", "0")


def test_a_report_without_differences_is_green():
    """No case fails."""
    assert render(make_judgement()).get("failures") == "0"
