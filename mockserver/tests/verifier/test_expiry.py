"""The hour after which runs are forgotten."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mockserver.tests.verifier.service import VirtualClock
from mockserver.tests.verifier.uploads import Uploads, make_run
from mockserver.tests.verifier.verifications import make_context
from mockserver.verifier.expiry import KEPT_S, wait_for_expiry


@pytest.mark.fact("T7")
def test_a_run_is_asked_for_before_its_hour_is_over_and_after_it_on_each_route():
    """The hour began somewhere between the submit and its answer."""
    clock = VirtualClock()
    service = Uploads(clock)
    wait_for_expiry(make_context(service, clock, Decimal(0), [].append), [make_run()])
    early = [at_s for at_s, _ in service.asked if at_s < KEPT_S]
    late = [at_s for at_s, _ in service.asked if at_s > KEPT_S + 2]
    assert (len(early), len(late), len(service.asked)) == (3, 3, 6)


def test_a_run_whose_hour_is_over_already_is_asked_for_after_it_alone():
    """Another one was waited for meanwhile."""
    clock = VirtualClock()
    clock.sleep(2 * KEPT_S)
    service = Uploads(clock)
    context = make_context(service, clock, Decimal(0), [].append)
    wait_for_expiry(context, [make_run()])
    assert len(service.asked) == 3
    assert all("id-expired" in each.known for each in context.session.story.exchanges)
