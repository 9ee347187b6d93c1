"""The report as a page."""

import re

from client_tests.reports.html_builder import element
from mockserver.facts.report_html import render_page
from mockserver.facts.report_json import render_document
from mockserver.tests.facts.reports import make_difference, make_fact_report, make_judgement

DIFFERENCES = tuple(
    make_difference(fact)
    for fact in ("R10", "T4", "ideogram-3: price", "shape of status (COMPLETED)")
)


def render(*judgements, **given):
    """Return the page of a report about these."""
    report = make_fact_report(*judgements, source="<script>alert(1)</script>")
    return render_page(render_document(report, "1.2.3"), made_by="segmock drift", **given)


def test_a_page_loads_nothing_and_runs_nothing():
    """It can be sent to somebody as one file; what servers say is no markup."""
    page = render(*DIFFERENCES, make_difference(number=2, found="<img src=x>"))
    assert not re.search(r"<(script|link|img|iframe)|\b(src|href)=\"(?!#)|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "&lt;img src=x&gt;" in page


def test_every_link_leads_to_a_place_on_the_page():
    """Sections and all that differs have one each."""
    page = render(*DIFFERENCES)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    ids = re.findall(r'id="([^"]+)"', page)
    assert {"summary", "row-T4", "row-ideogram-3--price"} <= targets <= set(ids)
    assert len(ids) == len(set(ids))


def test_what_differs_is_there_with_both_values():
    """Documented facts come before guesses."""
    page = render(*DIFFERENCES, *(make_difference(number=n) for n in range(2, 12)))
    assert page.index('id="row-T4-name"') < page.index('id="row-R10-name"')
    assert "<dt>Expected</dt><dd><code>422</code></dd>" in page
    assert "Also in</dt><dd>one.jsonl, exchange 2, one.jsonl, exchange 3" in page


def test_sections_of_others_stand_between():
    """A verifier tells of its money there."""
    page = render(make_judgement(), more=[("money", "Money", [element("p", "0.01 dollars")])])
    assert '<h2 id="money">Money</h2><p>0.01 dollars</p>' in page
    assert 'class="verdict good"' in page
    assert "What differs" not in page


def test_reasons_are_told_of_what_cannot_be_judged():
    """They stand below the statement."""
    assert "Not judged: Nobody can see the vendor&#x27;s storage" in render()
