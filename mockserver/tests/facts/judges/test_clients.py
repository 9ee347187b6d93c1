"""The judge of the vendor's own client: it can say no."""

import pytest

from mockserver.tests.facts.tables import find_changed, find_first, set_sent_header

STORY = "the SDK, and forms"


@pytest.mark.fact("S3")
@pytest.mark.parametrize("initiator", [None, "SDK-JS"])
def test_a_call_of_the_sdk_without_its_mark_is_found(initiator):
    """The User-Agent says that it is the SDK's."""
    change = set_sent_header("x-initiator", initiator)
    assert find_changed(STORY, find_first(STORY, "submit"), change) == {"S3"}


@pytest.mark.fact("S3")
def test_other_clients_need_no_mark():
    """They are somebody else's."""
    change = set_sent_header("user-agent", "python-httpx/0.28")
    assert find_changed(STORY, find_first(STORY, "submit"), change) == set()
