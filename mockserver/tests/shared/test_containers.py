"""What accounts have, kept in Redis: each container is what one of this process would be."""

from __future__ import annotations

from collections import deque
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.shared import containers as module
from mockserver.shared.codecs import TEXTS
from mockserver.shared.connection import Connection
from mockserver.shared.containers import SharedQueue, SharedRows
from mockserver.shared.due_times import SharedDueTimes
from mockserver.shared.session import ConflictError, Session

KEYS = "abcde"
NOW = 5

endings = st.sampled_from(["committed", "discarded", "done again", "failed and done again"])


@pytest.fixture(scope="session")
def make_process(_databases):
    """Make sessions of processes that share one database."""
    url = next(_databases)
    return lambda: Session(Connection(url, lambda: 0.0, lambda _: None))


@pytest.fixture(scope="session")
def names():
    """Names of keys of which each is used once."""
    return map("key-{}".format, count())


class Story:
    """Transactions of one process, some of which another one gets ahead of.

    Args:
        make_process: Makes sessions.
        name: What is watched.
    """

    def __init__(self, make_process, name: str) -> None:
        self.session, self._other = make_process(), make_process()
        self._guard = f"guard-{name}"

    def tell(self, ending, work, model):
        """Do some work in a transaction; return the model as it is then.

        `work` does it on what is kept and on a model, and compares what each has said.
        """
        for is_last in (False, True):
            self.session.forget()
            self.session.watch(self._guard)
            changed = type(model)(model)
            work(changed)
            if ending == "discarded":
                self.session.discard()
                return model
            if is_last or ending == "committed":
                self.session.commit()
                return changed
            self._other.write("INCR", self._guard)
            self._other.commit()
            finish = self.session.commit if ending == "done again" else self.session.discard
            with pytest.raises(ConflictError):
                finish()
        raise AssertionError


row_operations = st.tuples(
    st.sampled_from(["set", "drop", "get", "find", "count", "list", "has"]),
    st.sampled_from(KEYS),
    st.text(max_size=3),
)


@given(st.lists(st.tuples(endings, st.lists(row_operations, max_size=8)), max_size=5))
def test_rows_are_a_dictionary(make_process, names, transactions):
    """Whatever is done in each transaction, and whichever of them come to something."""
    name = next(names)
    story, model = Story(make_process, name), {}
    rows = SharedRows(story.session, name, TEXTS)
    for ending, operations in transactions:

        def work(model, operations=operations):
            for operation, key, text in operations:
                do_to_rows(rows, model, operation, key, text)
            assert rows.has_changed == any(each[0] in {"set", "drop"} for each in operations)

        model = story.tell(ending, work, model)
    story.session.forget()
    assert {key: rows.get(key) for key in KEYS} == {key: model.get(key) for key in KEYS}
    assert len(rows) == len(model)


def do_to_rows(rows, model, operation, key, text):
    """Do the same to both, and see that both say the same."""
    if operation == "set":
        rows[key] = model[key] = text
    elif operation == "drop":
        rows.drop(key)
        model.pop(key, None)
    elif operation == "get":
        assert rows.get(key) == model.get(key)
    elif operation == "find" and key not in model:
        with pytest.raises(KeyError):
            rows[key]
    elif operation == "find":
        assert rows[key] == model[key]
    elif operation == "count":
        assert len(rows) == len(model)
    elif operation == "list":
        assert list(rows.list_of(reversed(model))) == list(reversed(model.values()))
    else:
        assert (key in rows) == (key in model)
        assert None not in rows


queue_operations = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 9)),
    st.tuples(st.just("take"), st.integers(1, 9)),
    st.tuples(st.sampled_from(["first", "last", "list"]), st.just(1)),
    st.tuples(st.just("newest"), st.integers(0, 12)),
)


@given(
    st.lists(st.tuples(endings, st.lists(queue_operations, max_size=8)), max_size=5),
    st.integers(1, 4),
)
def test_a_queue_is_a_deque(make_process, names, transactions, first):
    """Also where it is longer than what is read of it at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FIRST", first)
        name = next(names)
        story, model = Story(make_process, name), deque()
        texts = map("thing {}".format, count())
        for ending, operations in transactions:

            def work(model, operations=operations):
                queue = SharedQueue(story.session, name, TEXTS, len(model))
                for operation, times in operations:
                    do_to_queue(queue, model, operation, times, texts)
                    assert len(queue) == len(model)
                assert bool(queue) == bool(model)

            model = story.tell(ending, work, model)
        assert list(SharedQueue(story.session, name, TEXTS, len(model))) == list(model)


def do_to_queue(queue, model, operation, times, texts):
    """Do the same to both, and see that both say the same."""
    if operation == "append":
        for _ in range(times):
            text = next(texts)
            queue.append(text)
            model.append(text)
    elif operation == "take":
        for _ in range(min(times, len(model))):
            assert queue.popleft() == model.popleft()
    elif operation == "list":
        assert list(queue) == list(model)
    elif operation == "newest":
        assert queue.list_newest(times) == list(reversed(model))[:times]
    elif model:
        place = 0 if operation == "first" else len(model) - 1
        assert queue[place] == model[place]


due_operations = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 4)),
    st.tuples(st.sampled_from(["take", "first"]), st.integers(0, 9), st.just(0)),
)


@given(
    st.lists(st.tuples(endings, st.lists(due_operations, max_size=12)), max_size=5),
    st.integers(1, 4),
)
def test_due_times_are_taken_in_order(make_process, names, transactions, first):
    """By the instant and then by the ordinal, one entry for as often as both are put."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FIRST", first)
        name = next(names)
        story, model = Story(make_process, name), set()
        due = SharedDueTimes(story.session, name)
        for ending, operations in transactions:

            def work(model, operations=operations):
                for operation, instant, ordinal in operations:
                    do_to_due(due, model, operation, instant, ordinal)

            model = story.tell(ending, work, model)
        story.session.forget()
        taken = list(iter(lambda: due.take(10), None))
        assert taken == [ordinal for _, ordinal in sorted(model)]


def do_to_due(due, model, operation, instant, ordinal):
    """Do the same to both, and see that both say the same."""
    wanted = min(model, default=None)
    if operation == "put":
        due.put(instant, ordinal)
        model.add((instant, ordinal))
    elif operation == "first":
        assert due.first == (wanted and wanted[0])
    elif wanted is None or wanted[0] > instant:
        assert due.take(instant) is None
    else:
        assert due.take(instant) == wanted[1]
        model.remove(wanted)


def test_what_is_longer_than_what_is_read_at_once_is_read_on(make_process, names):
    """With the numbers as they are."""
    session, length = make_process(), 5 * module._FIRST
    queue_name, due_name = next(names), next(names)
    queue = SharedQueue(session, queue_name, TEXTS, 0)
    due = SharedDueTimes(session, due_name)
    for number in range(length):
        queue.append(str(number))
        due.put(2**62 - number, 10**11 + number)
    session.commit()
    queue = SharedQueue(session, queue_name, TEXTS, length)
    assert [queue.popleft() for _ in range(length)] == list(map(str, range(length)))
    assert [due.take(2**62) for _ in range(length)] == [
        10**11 + number for number in reversed(range(length))
    ]
    session.commit()
    assert session.read(("EXISTS", queue_name, due_name)) == [0]


def test_rows_that_were_read_elsewhere_are_not_read_again(make_process, names):
    """As the job that a poll asks for is, which comes with its account."""
    session = make_process()
    rows = SharedRows(session, next(names), TEXTS)
    rows.know("a", b"1")
    rows.know("b", None)
    assert (rows["a"], rows.get("b")) == ("1", None)
    session.forget()
    assert rows.get("a") is None


def test_rows_under_another_name_are_others(make_process, names):
    """As those of another epoch are."""
    session = make_process()
    rows = SharedRows(session, next(names), TEXTS)
    rows["a"] = "1"
    session.commit()
    rows.rename(next(names))
    assert len(rows) == 0
