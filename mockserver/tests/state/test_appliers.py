"""What applies each change of an account."""

from typing import get_args

from mockserver.state.appliers import APPLIERS
from mockserver.state.changes import Change


def test_every_change_is_applied_and_nothing_else():
    """One that nothing applies would fail the first request that decides it."""
    changes = set(get_args(Change))
    assert APPLIERS.keys() == changes, (
        "a change is a class in the union `Change` of mockserver/state/changes.py, and a function "
        "in APPLIERS of mockserver/state/appliers.py"
    )
