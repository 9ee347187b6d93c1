"""The page of a verification tells the money, as its text does."""

import pytest

from mockserver.facts.report_html import render_page
from mockserver.facts.report_json import render_document
from mockserver.tests.facts.reports import make_fact_report, make_judgement
from mockserver.verifier.report_page import render_sections

SOUND = {
    "budget_usd": "0.05",
    "spent_usd": "0.032",
    "reserved_usd": "0",
    "paid_calls": 20,
    "ledger": "money.jsonl",
    "stopped": None,
    "is_whole": True,
    "not_asked": [],
}
CASES = {
    "sound": ({}, ["$0.032 of $0.05, in calls that may cost: 20", "money.jsonl"]),
    "an answer was lost": ({"reserved_usd": "0.008"}, ["$0.008: nobody knows what it cost"]),
    "stopped": ({"stopped": "the balance <fell>"}, ["the balance &lt;fell&gt;"]),
    "interrupted": ({"is_whole": False}, ["this is what was seen by then"]),
    "not all asked": (
        {"not_asked": [{"what": "v2, a run of flux", "reason": "it may cost $1"}]},
        ["v2, a run of flux: it may cost $1"],
    ),
}


@pytest.mark.parametrize(("given", "told"), CASES.values(), ids=CASES)
def test_what_was_spent_and_left_out_is_on_the_page(given, told):
    """Whoever is handed the page alone sees what the run cost."""
    document = render_document(make_fact_report(make_judgement()), "1.2.3")
    sections = render_sections(SOUND | given)
    page = render_page(document, made_by="segmock verify server", more=sections)
    assert [words for words in told if words not in page] == []
    assert ("Not asked" in page) is bool((SOUND | given)["not_asked"])
