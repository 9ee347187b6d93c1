"""Whoever uses the state of an emulator is alone with it."""

import pytest

from mockserver.emulator import Emulator


def test_nobody_else_has_a_turn_while_some_work_is_done():
    """The lock is held during the work, and free again when it is done or has failed."""
    emulator = Emulator()
    assert emulator.transactions.run(emulator.lock.locked)
    assert not emulator.lock.locked()
    with pytest.raises(ZeroDivisionError):
        emulator.transactions.run(lambda: 1 / 0)
    assert not emulator.lock.locked()
