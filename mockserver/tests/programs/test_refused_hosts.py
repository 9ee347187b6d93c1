"""What a program was refused: told once each, counted, and bounded."""

from __future__ import annotations

from threading import Barrier, Thread

from mockserver.programs.refused_hosts import RefusedHosts


def test_each_host_is_told_once_and_counted():
    """With what was first seen of it."""
    told = []
    refuse = RefusedHosts(told.append)
    for host, how in [("a:1", "TCP"), ("b", "HTTP"), ("a:1", "UDP")]:
        refuse(host, how)
    assert told == [
        "refused a:1 (TCP): only segmind.com and this machine can be reached from here",
        "refused b (HTTP): only segmind.com and this machine can be reached from here",
    ]
    assert [each.to_json() for each in refuse.list()] == [
        {"host": "a:1", "how": "TCP", "count": 2},
        {"host": "b", "how": "HTTP", "count": 1},
    ]


def test_a_program_that_tries_everything_does_not_fill_the_screen():
    """All are counted; what is told ends with a line that says so."""
    told = []
    refuse = RefusedHosts(told.append)
    for port in range(1000):
        refuse(f"10.0.0.1:{port}", "TCP")
    assert len(told) == 51
    assert told[-1] == "more hosts are refused; the report at the end counts them"
    assert len(refuse.list()) == 1000


def test_threads_do_not_miscount():
    """Names, packets and requests are seen by threads of their own."""
    told = []
    refuse = RefusedHosts(told.append)
    together = Barrier(8)

    def work() -> None:
        together.wait()
        for number in range(500):
            refuse(f"host-{number % 5}", "TCP")

    threads = [Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(told) == 5
    assert [each.count for each in refuse.list()] == [800] * 5
