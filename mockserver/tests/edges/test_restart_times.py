"""When a process that has died is started again."""

from mockserver.edges.restart_times import LONGEST_S, SHORTEST_S, RestartTimes


def test_starts_of_one_process_are_a_quarter_of_a_second_apart():
    """One that has served for longer is followed at once."""
    times = RestartTimes([1, 2])
    times.note_start(1, 100.0)
    times.note_start(2, 50.0)
    assert times.find_s(1) == 100.0 + SHORTEST_S
    assert times.find_s(2) == 50.0 + SHORTEST_S


def test_each_that_died_before_it_could_serve_doubles_the_rest():
    """Up to a bound; one that can serve ends that, and others have nothing to do with it."""
    times = RestartTimes([1, 2])
    rests = []
    for _ in range(8):
        times.note_start(1, 0.0)
        times.note_failure(1)
        rests.append(times.find_s(1))
    assert rests == [0.5, 1.0, 2.0, 4.0, LONGEST_S, LONGEST_S, LONGEST_S, LONGEST_S]
    times.note_start(2, 0.0)
    assert times.find_s(2) == SHORTEST_S
    times.note_success(1)
    assert times.find_s(1) == SHORTEST_S
