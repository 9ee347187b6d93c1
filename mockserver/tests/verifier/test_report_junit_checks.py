"""The money of a verification in its JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from mockserver.facts.report_json import render_document
from mockserver.facts.report_junit import render_junit
from mockserver.tests.facts.reports import make_fact_report, make_judgement
from mockserver.verifier.report_junit_checks import list_checks

SOUND = {
    "budget_usd": "0.05",
    "spent_usd": "0.032",
    "reserved_usd": "0",
    "paid_calls": 20,
    "ledger": "ledger.jsonl",
    "stopped": "",
    "is_whole": True,
    "not_asked": [{"what": "a run", "reason": "it takes <another> account"}],
}
DOCUMENT = render_document(make_fact_report(make_judgement()), "1.2.3")


def render_xml(**told):
    """Return the XML of what was told so."""
    money = SOUND | told
    return ET.fromstring(render_junit(DOCUMENT, made_by="verify", more=list_checks(money)))


def test_a_sound_verification_tells_what_it_cost_and_what_it_did_not_ask():
    """What was not asked is skipped, with its reason."""
    xml = render_xml()
    assert xml.find(".//testsuite[@name='Money']").get("failures") == "0"
    (skipped,) = xml.findall(".//testcase[@name='a run']/skipped")
    assert skipped.get("message") == "it takes <another> account"


def test_money_that_is_not_as_it_should_be_is_red_though_all_facts_agree():
    """The exit code is 1, too."""
    xml = render_xml(stopped="the balance is $1", reserved_usd="0.008")
    assert xml.get("failures") == "1"
    assert xml.find(".//testsuite[@name='Money']//failure").get("message") == "the balance is $1"


@pytest.mark.parametrize(("is_whole", "skipped"), [(True, 0), (False, 1)])
def test_a_verification_that_was_cut_short_says_so(is_whole, skipped):
    """Its money is not known to be as it should be."""
    xml = render_xml(is_whole=is_whole)
    assert len(xml.findall(".//testsuite[@name='Money']//skipped")) == skipped
