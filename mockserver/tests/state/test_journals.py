"""All journals in one order: read in steps, whatever leaves them meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.state import journals as module
from mockserver.state.journals import MemoryJournals
from mockserver.tests.state.test_journal import make_exchange

KEYS = ("a", "b", None)


def make_journals(owners, room=5):
    """Return journals of these owners' exchanges, numbered in their order, and the order."""
    journals = MemoryJournals()
    own = {key: journals.open(key) for key in KEYS}
    for journal in own.values():
        journal.max_exchanges = room
    for owner in owners:
        journals.append(owner, make_exchange(journals.assign_number()))
    return journals, own


def read_all(journals, owner=None, *, backwards=False):
    """Read from one end to the other, batch by batch; return numbers, owners and batches."""
    reached, found, batches = (2**63 if backwards else 0), [], 0
    while reached is not None:
        take = journals.take_before if backwards else journals.take_after
        batch = take(reached, owner)
        found += [(record.seq, record.owner) for record in batch.records]
        reached, batches = batch.reached, batches + 1
    return found, batches


owners = st.lists(st.sampled_from(KEYS), max_size=60)


@given(owners, st.integers(1, 7), st.booleans())
def test_all_that_is_there_is_read_in_order_whatever_has_left(owners, examined, backwards):
    """However small the batches, each exchange that a journal holds is met once, and no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_EXAMINED", examined)
        patch.setattr(module, "_FEWEST", 4)
        journals, own = make_journals(owners)
        held = sorted((exchange.seq, key) for key, each in own.items() for exchange in each)
        found, batches = read_all(journals, backwards=backwards)
        assert found == (held[::-1] if backwards else held)
        assert batches <= 1 + (4 * len(held) + 4) / examined
        for key in filter(None, own):
            of_key = [pair for pair in held if pair[1] == key]
            assert read_all(journals, key, backwards=backwards)[0] == (
                of_key[::-1] if backwards else of_key
            )


def test_a_batch_ends_with_its_bytes_too(monkeypatch):
    """Few large exchanges make a batch as many small ones do."""
    monkeypatch.setattr(module, "MAX_BATCH_BYTES", 10)
    journals, _ = make_journals(["a"] * 4)
    assert read_all(journals)[1] == 4


def test_the_order_keeps_no_more_than_some_times_what_there_is():
    """Exchanges that have left leave the order as well, now and then."""
    journals, own = make_journals(["a"] * 10_000, room=10)
    assert len(own["a"]) == 10
    assert len(journals._seqs) <= 1024


def test_numbers_go_on_when_all_is_forgotten():
    """Nobody who reads on from a number ever meets one that is lower."""
    journals, _ = make_journals(["a"] * 3)
    journals.clear()
    assert (journals.last, journals.assign_number()) == (3, 4)
    assert read_all(journals) == ([], 1)


def test_what_was_dropped_is_counted_over_all_and_forgotten_with_its_journal():
    """The sum is of the journals that there are."""
    journals, own = make_journals(["a"] * 7 + ["b"] * 6)
    assert journals.dropped == 3
    assert (journals.dropped_of("a"), journals.dropped_of("c")) == (2, 0)
    journals.forget("a")
    assert (journals.dropped, len(own["a"]), list(journals.exchanges_of("a"))) == (1, 0, [])
    journals.empty_all()
    assert (journals.dropped, len(own["b"]), journals.last) == (0, 0, 13)


def test_what_is_removed_was_not_dropped():
    """Exchanges are taken out wherever they are; what has gone already is no obstacle."""
    journals, own = make_journals(["a", "b"] * 3)
    records = journals.take_after(0).records
    journals.remove(records[:3])
    journals.remove(records[:3])
    assert [seq for seq, _ in read_all(journals)[0]] == [4, 5, 6]
    assert journals.dropped == 0
    assert (len(own["a"]), len(own["b"])) == (1, 2)


def test_listeners_hear_of_each_exchange_and_whose_it_is():
    """They are called once for each, with the owner of the journal."""
    journals, heard = MemoryJournals(), []
    journals.add_listener(
        lambda owner, exchange: heard.append((owner, exchange.seq)), everywhere=True
    )
    journals.open("a")
    journals.append("a", make_exchange(journals.assign_number()))
    journals.append(None, make_exchange(journals.assign_number()))
    assert heard == [("a", 1), (None, 2)]
