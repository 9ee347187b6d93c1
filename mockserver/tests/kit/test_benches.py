"""A bench plays a case on an account of its own, and sees that account's exchanges."""

from itertools import count

from client_tests.benches import Bench
from client_tests.drivers import PythonDriver
from client_tests.judges import complaints
from client_tests.scenarios import scenarios

REVOKED = "SG_0000000000000401"


def test_a_trigger_key_is_not_taken_for_one_that_was_used_up():
    """After a thousand cases a fresh key ends as a trigger does; its case is still seen."""
    cases = scenarios()
    plain = cases[0]
    trigger = next(case for case in cases if case.api_key == REVOKED)
    with Bench([PythonDriver("client_tests.clients.reference:InProcess")]) as bench:
        bench._keys = count(0x0401)
        assert complaints(plain, bench.play(plain)) == []
        seen = bench.play(trigger)
    assert complaints(trigger, seen) == []
    assert seen.exchanges
