"""What had to leave is remembered, within bounds."""

from mockserver.state import evictions
from mockserver.state.evictions import MemoryEvictions


def test_what_a_key_has_lost_adds_up_until_it_is_forgotten():
    """Each eviction of a key counts, and a reset of the key forgets it."""
    evicted = MemoryEvictions()
    for lost in (2, 3):
        evicted.note("a", lost)
    evicted.note("b", 7)
    assert (evicted.count, evicted.lost) == (3, 12)
    assert (evicted.lost_of("a"), evicted.lost_of("c")) == (5, 0)
    evicted.forget("a")
    evicted.forget("c")
    assert (evicted.count, evicted.lost, evicted.lost_of("a")) == (3, 7, 0)
    evicted.forget(None)
    assert (evicted.count, evicted.lost, evicted.lost_of("b")) == (3, 0, 0)


def test_only_so_many_keys_are_remembered(monkeypatch):
    """The key that was longest gone is forgotten first; the sum stays."""
    monkeypatch.setattr(evictions, "MAX_KEYS", 2)
    evicted = MemoryEvictions()
    for key in "abc":
        evicted.note(key, 1)
    assert [evicted.lost_of(key) for key in "abc"] == [0, 1, 1]
    assert evicted.lost == 3
