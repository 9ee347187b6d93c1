"""One transaction after the other: what it has read is watched, and all it writes is one piece."""

from __future__ import annotations

import pytest
import redis

from mockserver.base.errors import StoreGoneError
from mockserver.shared.session import ConflictError


class Part:
    """A value under a key, written when it was changed."""

    def __init__(self, session, name):
        self.session, self.name = session, name
        self.value = None

    def put(self, value):
        """Have it be this."""
        self.session.enlist(self)
        self.value = value

    def list_writes(self):
        """Write it."""
        return [("SET", self.name, self.value)] if self.value is not None else []

    def forget(self):
        """Know it no more."""
        self.value = None


@pytest.fixture
def other(redis_url):
    """Somebody else who writes to the same database."""
    with redis.from_url(redis_url) as found:
        yield found


def test_what_is_written_is_answered_in_its_order_and_before_what_parts_write(session, other):
    """Scripts that count are asked for their answers; parts are not."""
    part = Part(session, "part")
    part.put("a")
    assert [session.write("INCR", "n"), session.write("INCRBY", "n", 5)] == [0, 1]
    assert other.exists("n", "part") == 0
    assert session.commit() == [1, 6]
    assert (other.get("n"), other.get("part"), part.value) == (b"6", b"a", None)
    assert session.commit() == []
    assert other.get("n") == b"6"


@pytest.mark.parametrize("writes", [True, False])
def test_nothing_is_written_once_what_was_watched_has_changed(session, other, writes):
    """Also where the transaction only reads: then what it has read may make no sense."""
    session.watch("a")
    if writes:
        session.write("SET", "b", 1)
    other.set("a", 1)
    with pytest.raises(ConflictError):
        session.commit()
    assert not other.exists("b")
    session.watch("a")
    session.write("SET", "b", 2)
    session.commit()
    assert other.get("b") == b"2"


def test_more_may_be_watched_as_a_transaction_goes_on(session, other):
    """What was watched first is still."""
    assert session.watch("a", then=[("GET", "a"), ("GET", "b")]) == [None, None]
    session.watch("b")
    other.set("a", 1)
    session.write("SET", "c", 1)
    with pytest.raises(ConflictError):
        session.commit()


def test_work_that_failed_for_what_others_wrote_is_told_apart(session, other):
    """Nothing of it is written in either case."""
    for is_changed in (False, True):
        session.watch("a")
        session.write("SET", "b", 1)
        if is_changed:
            other.set("a", 1)
            with pytest.raises(ConflictError):
                session.discard()
        else:
            session.discard()
        assert not other.exists("b")


def test_what_is_forgotten_is_not_written(session, other):
    """As what was asked beside any transaction."""
    part = Part(session, "part")
    part.put("a")
    session.write("SET", "b", 1)
    session.forget()
    assert session.commit() == []
    assert other.dbsize() == 0


def test_the_time_is_that_of_redis(session, other):
    """Hosts need not agree about it."""
    before = other.time()
    session.watch("a")
    after = other.time()
    assert before <= divmod(session.now, 10**6) <= after


def test_a_connection_that_is_cut_in_the_middle_ends_the_transaction(session, other, told):
    """What was watched is not any more; the first question of a transaction is asked again."""
    session.watch("a")
    other.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    with pytest.raises(StoreGoneError):
        session.read(("GET", "a"))
    assert len(told) == 1


def test_what_may_have_been_written_is_not_written_again(session, other):
    """Whether a commit was done is not known where its answer is lost."""
    session.watch("a")
    session.write("INCR", "n")
    other.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    with pytest.raises(StoreGoneError):
        session.commit()
    assert not other.exists("n")


def test_a_transaction_that_redis_refuses_in_part_is_done_in_no_part(session, other):
    """A command that cannot be is refused before any of them is carried out."""
    session.watch("a")
    session.write("SET", "b", 1)
    session.write("NOSUCHCOMMAND")
    with pytest.raises(StoreGoneError):
        session.commit()
    assert not other.exists("b")
