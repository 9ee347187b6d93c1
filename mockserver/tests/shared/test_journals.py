"""Journals in Redis hold and show what those of one process would."""

from __future__ import annotations

from itertools import count

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.shared import journals as module
from mockserver.shared.connection import Connection
from mockserver.shared.journals import SharedJournals
from mockserver.shared.names import Names
from mockserver.shared.session import Session
from mockserver.state import journals as memory_module
from mockserver.state.journal import BEYOND, MAX_RECORD, pack, unpack
from mockserver.state.journals import MemoryJournals
from mockserver.tests.state.test_journal import make_exchange

OWNERS = ("a", "b:b", None)


@pytest.fixture(scope="session")
def make_journals(_databases):
    """Make journals of a world of its own."""
    url, seeds = next(_databases), count()

    def make():
        session = Session(Connection(url, lambda: 0.0, lambda _: None))
        return SharedJournals(session, Names(next(seeds)), lambda: ("a", "b:b"))

    return make


class Twins:
    """The same done to journals here and in Redis."""

    def __init__(self, shared, room, max_bytes):
        self.shared, self.memory = shared, MemoryJournals()
        self.session = shared._session
        for owner in OWNERS:
            journal = self.memory.open(owner)
            journal.max_exchanges, journal.max_bytes = room, max_bytes

    def append(self, owner, size):
        """Enter an exchange whose body takes so much."""
        exchange = make_exchange(0, body=b"x" * size)
        self.shared.append(owner, exchange)
        self.commit()
        number = self.memory.assign_number()
        self.memory.append(owner, msgspec.structs.replace(exchange, seq=number))

    def remove(self, seq, owner):
        """Take two out; where a batch ends may be another place in each."""
        self.shared.remove(list_records(self.shared, seq, owner)[:2])
        self.commit()
        self.memory.remove(list_records(self.memory, seq, owner)[:2])

    def empty(self, owner):
        """Empty one journal."""
        self.shared.empty(owner)
        self.commit()
        self.memory.empty(owner)

    def empty_all(self):
        """Empty all."""
        self.shared.empty_all()
        self.commit()
        self.memory.empty_all()

    def commit(self):
        """Have it written."""
        self.shared.tell(self.shared.take_entered(), self.session.commit())

    def compare(self):
        """See that both show the same, whole and in batches, from both ends and from between."""
        both = (self.shared, self.memory)
        for owner in OWNERS:
            found, expected = (list(each.exchanges_of(owner)) for each in both)
            assert found == expected
            assert self.shared.records_of(owner) == self.memory.records_of(owner)
            assert self.shared.dropped_of(owner) == self.memory.dropped_of(owner)
            for seq in (-1, 0, 1, 3, self.memory.last, BEYOND, 2**64):
                for is_back in (False, True):
                    assert read_all(self.shared, seq, owner, is_back=is_back) == read_all(
                        self.memory, seq, owner, is_back=is_back
                    )
        assert (self.shared.last, self.shared.dropped) == (self.memory.last, self.memory.dropped)


def list_records(journals, seq, owner, *, is_back=False):
    """Return what is kept from a number to the end, read batch by batch."""
    found, reached = [], seq
    while reached is not None:
        take = journals.take_before if is_back else journals.take_after
        batch = take(reached, owner)
        found += batch.records
        reached = batch.reached
    return found


def read_all(journals, seq, owner, *, is_back):
    """Return the same, to be compared."""
    records = list_records(journals, seq, owner, is_back=is_back)
    return [(each.seq, each.owner, each.data) for each in records]


operations = st.one_of(
    st.tuples(st.just("append"), st.sampled_from(OWNERS), st.sampled_from([0, 10, 300])),
    st.tuples(st.just("remove"), st.integers(0, 12), st.sampled_from(OWNERS)),
    st.tuples(st.just("empty"), st.sampled_from(OWNERS)),
    st.tuples(st.just("empty_all")),
)


@given(
    st.lists(operations, max_size=25),
    st.integers(1, 6),
    st.sampled_from([500, 10_000]),
    st.integers(1, 4),
    st.sampled_from([100, 10_000]),
)
@example([("append", "a", 0), ("append", "a", 0), ("remove", 0, None)], 1, 500, 1, 100)
def test_they_hold_and_show_what_journals_of_one_process_do(
    make_journals, done, room, max_bytes, examined, batch_bytes
):
    """Bounded in number and in bytes, read in batches of either bound."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_EXCHANGES", room)
        patch.setattr(module, "MAX_BYTES", max_bytes)
        for each in (module, memory_module):
            patch.setattr(each, "MAX_EXAMINED", examined)
            patch.setattr(each, "MAX_BATCH_BYTES", batch_bytes)
        twins = Twins(make_journals(), room, max_bytes)
        for name, *values in done:
            getattr(twins, name)(*values)
        twins.compare()


def test_an_exchange_that_is_too_large_is_cut(make_journals):
    """As it is where one process keeps it."""
    twins = Twins(make_journals(), 10, 10**9)
    twins.append("a", 2 * MAX_RECORD)
    twins.compare()


def test_numbers_go_on_when_all_is_forgotten(make_journals):
    """Nobody who reads on from a number ever meets one that is lower."""
    twins = Twins(make_journals(), 10, 10_000)
    for _ in range(3):
        twins.append("a", 0)
    twins.empty_all()
    twins.append("b:b", 0)
    twins.compare()
    assert twins.shared.last == 4


def test_batches_lead_past_what_was_taken_out_meanwhile(make_journals, monkeypatch):
    """Another process may empty a journal between two questions of one batch."""
    monkeypatch.setattr(module, "MAX_EXAMINED", 2)
    twins = Twins(make_journals(), 10, 10_000)
    for owner in ("a", "a", "b:b"):
        twins.append(owner, 0)
    session = twins.session
    read = session.read

    def read_late(*commands):
        answers = read(*commands)
        if commands[0][0] == "ZRANGEBYSCORE":
            monkeypatch.setattr(session, "read", read)
            twins.shared.empty("a")
            session.commit()
        return answers

    monkeypatch.setattr(session, "read", read_late)
    found = read_all(twins.shared, 0, None, is_back=False)
    assert [seq for seq, _, _ in found] == [3]


def test_a_record_says_its_number(make_journals):
    """It was packed before it had one."""
    journals = make_journals()
    for owner in ("a", None):
        journals.append(owner, make_exchange(0))
    journals._session.commit()
    assert [unpack(data).seq for data in journals.records_of(None)] == [2]
    assert journals.take_after(0).records[0].data == pack(make_exchange(1))


def test_listeners_are_told_once_it_is_written(make_journals):
    """With the number that it has got."""
    journals, heard = make_journals(), []
    listener = lambda owner, exchange: heard.append((owner, exchange.seq))  # noqa: E731
    journals.add_listener(listener, everywhere=False)
    journals.append("a", make_exchange(0))
    assert heard == []
    journals.tell(journals.take_entered(), journals._session.commit())
    assert (heard, journals.take_entered()) == ([("a", 1)], [])
    journals.remove_listener(listener)
    journals.append("a", make_exchange(0))
    journals.tell(journals.take_entered(), journals._session.commit())
    assert len(heard) == 1
