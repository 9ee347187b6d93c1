"""Things of a queue are made when they are looked at, in their order, and once."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from mockserver.state.lazy_queue import LazyQueue

STEPS = st.sampled_from(
    ["append", "append_lazily", "popleft", "look", "first", "make_next", "newest"]
)


@given(st.lists(STEPS))
def test_it_is_a_queue_of_things_each_of_which_is_made_once(steps):
    """Whatever is done in between, it holds what a deque would, and nothing is made twice."""
    queue, expected, made = LazyQueue(), deque(), []
    for number, step in enumerate(steps):
        if step == "append":
            queue.append(number)
            expected.append(number)
        elif step == "append_lazily":
            queue.append_lazily(lambda number=number: made.append(number) or number)
            expected.append(number)
        elif step == "make_next":
            queue.make_next()
        elif step == "look":
            assert list(queue) == list(expected)
            assert not queue.make_next()
        elif step == "newest":
            assert queue.list_newest(2) == list(expected)[:-3:-1]
        elif expected:
            assert queue[0] == expected[0]
            if step == "popleft":
                assert queue.popleft() == expected.popleft()
        assert len(queue) == len(expected)
    assert [queue.popleft() for _ in range(len(queue))] == list(expected)
    assert sorted(made) == sorted(set(made))


def test_nothing_is_made_before_it_is_looked_at():
    """Looking at the first makes that one, and the next is made on demand."""
    queue, made = LazyQueue(), []
    for number in range(3):
        queue.append_lazily(lambda number=number: made.append(number) or number)
    assert (len(queue), made) == (3, [])
    assert (queue[0], made) == (0, [0])
    assert (queue.make_next(), made) == (True, [0, 1])


def test_only_the_newest_that_are_looked_at_are_made():
    """Those before them, and what was made of them, stay as they are."""
    queue, made = LazyQueue(), []
    for number in range(5):
        queue.append_lazily(lambda number=number: made.append(number) or number)
    assert (queue.list_newest(2), made) == ([4, 3], [4, 3])
    assert (queue.list_newest(3), made) == ([4, 3, 2], [4, 3, 2])
    assert (queue[0], made) == (0, [4, 3, 2, 0])
    assert (queue.list_newest(9), made) == ([4, 3, 2, 1, 0], [4, 3, 2, 0, 1])
    assert list(queue) == [0, 1, 2, 3, 4]
    assert queue.list_newest(0) == []
