"""The report of an audit as a page."""

from __future__ import annotations

import re

from mockserver.audit.html_report import render_page
from mockserver.tests.audit.reports import FINDINGS, make_report, seen
from mockserver.tests.audit.test_document import render


def test_a_page_loads_nothing_and_runs_nothing():
    """It can be sent to somebody as one file."""
    page = render_page(render(make_report()))
    assert not re.search(r"<(script|link|img|iframe)|\b(src|href)=\"(?!#)|@import|url\(", page)
    assert "default-src 'none'" in page


def test_every_link_leads_to_a_place_on_the_page():
    """Those of the sections, of the findings, and of the exchanges that were paid again."""
    page = render_page(render(make_report()))
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert {"summary", "finding-cut-download", "complaint-0-1"} <= targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_test_to_paste_is_there_with_its_line_marked():
    """What is to be changed stands out."""
    page = render_page(render(make_report()))
    assert page.count('<pre class="paste">') == 2
    assert re.search(r"<mark>[^<]*your_client\([^<]*&lt;&lt;&lt; your call</mark>", page)


def test_what_clients_send_is_no_markup():
    """A path may be anything."""
    evil = seen(0, "GET", "/<script>alert(1)</script>", "output", struck=True)
    finding = FINDINGS[1].__class__(
        mutant=FINDINGS[1].mutant,
        status="unnoticed",
        tests_reaching=("<b>",),
        unnoticing_tests=("<b>",),
        exchanges=(evil,),
    )
    page = render_page(render(make_report((finding,))))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_audit_without_anything_bad_has_no_section_about_it():
    """Its verdict is good."""
    page = render_page(render(make_report(FINDINGS[2:])))
    assert 'class="verdict good"' in page
    assert "What nothing noticed" not in page
