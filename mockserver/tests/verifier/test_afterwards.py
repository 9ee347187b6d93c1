"""What is asked about what was run: its lists, and uploads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.tests.verifier.service import KEY, VirtualClock
from mockserver.tests.verifier.uploads import Uploads, make_run
from mockserver.tests.verifier.verifications import ROOT, make_context
from mockserver.verifier.afterwards import ask_afterwards
from mockserver.verifier.calls import Call


@pytest.mark.parametrize(
    ("told", "urls"),
    [
        ({"file_urls": [f"{ROOT}/assets/1"]}, [f"{ROOT}/assets/1"]),
        ({"urls": ["https://store.example/1"]}, ["https://store.example/1"]),
        ({"file_urls": ["http://169.254.169.254/1", 7, None]}, []),
        ({"file_urls": "no list"}, []),
        ([], []),
    ],
)
def test_what_was_uploaded_is_fetched_without_a_key_where_that_may_be(told, urls):
    """Other machines without TLS are nobody's to name."""
    clock = VirtualClock()
    service = Uploads(clock, told)
    context = make_context(service, clock, Decimal(0), [].append)
    context.session.submit(Call(method="POST", target="/upload-asset"))
    ask_afterwards(context, "model-1", [make_run()])
    keyless = [request for _, request in service.asked if KEY not in str(request.headers)]
    assert [request.url for request in keyless] == urls


def test_the_lists_are_asked_for_whether_anything_was_run_or_not():
    """One about the first run comes on top."""
    asked = []
    for runs in ([], [make_run()]):
        clock = VirtualClock()
        service = Uploads(clock)
        ask_afterwards(make_context(service, clock, Decimal(0), [].append), "model-1", runs)
        asked.append(len(service.asked))
    assert asked[1] == asked[0] + 1
