"""Which addresses that a result names are asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.facts.observed import Body, Observed
from mockserver.tests.verifier.service import KEY, VirtualClock
from mockserver.tests.verifier.verifications import ROOT, make_context
from mockserver.verifier.calls import Reply
from mockserver.verifier.outputs import fetch_outputs, may_be_asked


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://images.segmind.com/a.png", True),
        ("http://service.test/a.png", True),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("http://[", False),
        ("a.png", False),
    ],
)
def test_a_server_sends_nobody_to_other_machines_without_tls(url, may):
    """It could name what only the visitor can reach."""
    assert may_be_asked(url, "http://service.test") is may


class Store:
    """Sends its visitors on; remembers what it was asked.

    Args:
        leads_to: Where each address leads to.
    """

    def __init__(self, **leads_to):
        self.leads_to = leads_to
        self.asked = []

    def send(self, request):
        """Answer with a redirect, or with a file."""
        self.asked.append(request.url)
        assert KEY not in str(request.headers)
        location = self.leads_to.get(request.url.rpartition("/")[2])
        headers = () if location is None else (("location", location),)
        return Reply(status=302 if headers else 200, headers=headers, body=b"")


def fetch(store):
    """Fetch the output `a` of a result."""
    context = make_context(store, VirtualClock(), Decimal(0), None)
    body = Body.of(b'{"status": "COMPLETED", "output": "http://service.test/a"}')
    result = Observed(number=1, sent_s=0.0, method="GET", url=f"{ROOT}/v2/requests/1", body=body)
    fetch_outputs(context, result)
    return store.asked


def test_a_redirect_is_followed_to_the_file_without_a_key():
    """Whole, and for its beginning."""
    assert fetch(Store(a="/b")) == [f"{ROOT}/a", f"{ROOT}/b"] * 2


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/b", "file:///etc/passwd", "http://[", ""]
)
def test_a_redirect_leads_nobody_to_other_machines_without_tls(location):
    """As little as a result does; one to nowhere leads to itself, a few times."""
    assert set(fetch(Store(a=location))) == {f"{ROOT}/a"}


def test_redirects_that_lead_in_a_circle_are_followed_a_few_times():
    """No more than any browser would."""
    assert len(fetch(Store(a="b", b="a"))) == 10
