"""What a session came to is told as it was: asked, not sent, not written."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from mockserver.recorder.summary import make_document, render_summary

READ_IT = "in seen; read it with `segmock recordings show seen`"
CASES = {
    "nothing asked": ((0, 0, 0), "nothing was asked; no session was written to seen"),
    "nothing sent": (
        (0, 0, 2),
        "nothing was recorded: 2 calls not sent; no session was written to seen",
    ),
    "one not sent": (
        (3, 0, 1),
        f"3 exchanges recorded, 0 runs, $0.00 spent; 1 call not sent\n{READ_IT}",
    ),
    "nothing written": (
        (0, 2, 0),
        "0 exchanges recorded, 0 runs, $0.00 spent; 2 exchanges could not be written",
    ),
}


@pytest.mark.parametrize(("numbers", "told"), CASES.values(), ids=CASES)
def test_what_became_of_each_call_is_told(numbers, told):
    """Calls that were not sent are not called unasked, and nothing is to be read where none is."""
    exchanges, unwritten, unsent = numbers
    session = SimpleNamespace(
        folder="seen", exchanges=exchanges, unwritten=unwritten, unsent=unsent, replaced={}
    )
    costs = SimpleNamespace(runs=0, spent=Decimal(), untold=0, reserved=Decimal())
    assert render_summary(session, costs) == told
    document = make_document(session, costs)
    assert (document["exchanges"], document["unwritten"], document["unsent"]) == numbers
