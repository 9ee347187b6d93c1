"""Nobody waits for the log of a server, and it is loaded when it is needed."""

import logging
import os
from contextlib import ExitStack

import httpx

from mockserver.control.log_writers import LineWriter
from mockserver.edges import log_thread
from mockserver.edges.exchange_log import ExchangeLog
from mockserver.edges.log_output import LogOutput
from mockserver.edges.log_thread import LogThread
from mockserver.emulator import Emulator
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.control.conftest import CREDITS
from mockserver.tests.edges.test_exchange_log import sink

__all__ = ["sink"]


def make_log(emulator, writer, output):
    """Return a log of an emulator, with its thread."""

    def open_log(queue):
        return ExchangeLog(emulator.control, emulator.transactions, queue, writer, output)

    return LogThread(emulator.control, emulator.transactions, open_log)


def run_log(log, calls):
    """Let a log run while calls are made."""
    with log.running():
        calls()


def test_all_that_happened_is_written_when_the_server_ends(client, sink):
    """Repetitions too, and nobody listens any longer."""
    log = make_log(client.emulator, LineWriter(), sink)
    run_log(log, lambda: [client.get(CREDITS) for _ in range(3)])
    assert sink.lines[-1] == "             … 2 more like it, until TIME"
    assert client.store.journals.listeners == []


def test_failures_of_the_emulator_go_the_same_way(client, sink):
    """So the server does not wait for whoever reads stderr."""
    log = make_log(client.emulator, LineWriter(), sink)
    run_log(log, lambda: logging.getLogger("segmock").error("it\nbroke"))
    assert sink.lines == ["TIME it", "TIME broke"]
    assert logging.getLogger("segmock").handlers == []


def test_a_log_that_fails_says_so_and_goes_on(client, sink, monkeypatch):
    """One traceback, without a key, and the next exchange is told again."""
    log = make_log(client.emulator, LineWriter(), sink)
    with monkeypatch.context() as patch:
        patch.setattr(ExchangeLog, "_read", lambda *_: 1 / 0)
        run_log(log, lambda: client.get(CREDITS))
    assert "segmock itself has failed in writing its log" in sink.text
    assert "ZeroDivisionError" in sink.text


def test_a_log_whose_reader_has_left_ends(client, sink):
    """The server goes on, and keeps nothing for it."""
    log = make_log(client.emulator, LineWriter(), sink)
    with log.running():
        sink.is_gone = True
        client.get(CREDITS)
        log._thread.join()
        assert client.store.journals.listeners == []
        assert client.get(CREDITS).status == 200


def test_a_reader_who_reads_nothing_holds_up_nobody(monkeypatch):
    """With its pipe full the server answers all the same, and ends."""
    monkeypatch.setattr(log_thread, "_LAST_S", 0.01)
    reader, writer = os.pipe()
    emulator = Emulator(clock="frozen")
    log = make_log(emulator, LineWriter(), LogOutput(writer))
    with ExitStack() as opened:
        opened.enter_context(os.fdopen(reader, "rb", 0))
        opened.enter_context(log.running())
        server = opened.enter_context(emulator.live())
        client = opened.enter_context(httpx.Client(base_url=server.url))
        for number in range(400):
            assert client.get(f"/{number}/{'x' * 400}").status_code == 404
        headers = {"x-api-key": KEY}
        assert client.post("/v2/ideogram-3", json=PROMPT, headers=headers).status_code == 200
        os.set_blocking(reader, False)
        while len(os.read(reader, 65536)) == 65536:
            pass
    log._thread.join()
    os.close(writer)


def test_what_writes_is_loaded_once_there_is_something_to_write(client):
    """A server of which nobody asks anything starts, and ends, without it."""
    log = LogThread(client.emulator.control, client.emulator.transactions, lambda _: 1 / 0)
    run_log(log, lambda: None)
    assert client.store.journals.listeners == []


def test_a_fault_that_strikes_is_described_by_whoever_holds_the_lock(client, sink):
    """So its rule is told as it was, and nobody waits for himself."""
    client.control.faults.add(FaultRequest(does={"status": 503}))
    run_log(make_log(client.emulator, LineWriter(), sink), lambda: client.get(CREDITS))
    assert "[fault-1: status 503]" in sink.text
