"""The oracle takes for right whatever an honest client may report of what it was shown."""

import pytest

from client_tests.judging.oracle import decide_single
from client_tests.judging.trace import Exchange

INTACT = Exchange(
    {
        "seq": 1,
        "route": "output",
        "status": 200,
        "delivery": "intact",
        "request": {"headers": {}, "body": None},
        "response": {"headers": {"content-type": "image/png"}, "body": {"binary": True}},
    }
)


@pytest.mark.parametrize(("elapsed_s", "is_late"), [(0.1, False), (0.75, False), (1.02, True)])
def test_an_answer_may_have_come_whole_only_when_the_deadline_was_over(elapsed_s, is_late):
    """As one in pieces does on a busy machine: a timeout is as right as the answer then."""
    found = decide_single([INTACT], "output", elapsed_s, timeout_s=1.0)
    assert found.outcomes == ({"completed", "timeout"} if is_late else {"completed"})
