"""The log of a server: what it tells of calls."""

import json
import re

import pytest

from mockserver.control.control import ResetScope
from mockserver.control.log_writers import JsonWriter, LineWriter
from mockserver.edges import exchange_log, log_queue
from mockserver.edges.exchange_log import ExchangeLog
from mockserver.edges.log_thread import make_queue
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY
from mockserver.tests.control.conftest import CREDITS


class Sink:
    """An output that keeps what was written; `is_full` refuses it, `is_gone` for good."""

    def __init__(self):
        self.text = ""
        self.is_full = self.is_gone = False

    def write(self, text):
        """Keep a text, if there is room."""
        if not self.is_full and not self.is_gone:
            self.text += text
        return not self.is_full

    @property
    def lines(self):
        """What was written, without the times."""
        return [re.sub(r"\d\d:\d\d:\d\d\.\d{3}", "TIME", line) for line in self.text.splitlines()]


@pytest.fixture
def sink():
    """Where the log goes."""
    return Sink()


@pytest.fixture
def log(client, sink):
    """A log of the client's emulator, in lines, which a test has written when it wants."""
    return make_log(client.emulator, LineWriter(), sink)


def make_log(emulator, writer, output, **options):
    """Return a log of what happens in an emulator from now on."""
    queue = make_queue(emulator.control)
    emulator.services.store.journals.add_listener(queue.put_exchange, everywhere=False)
    return ExchangeLog(emulator.control, emulator.transactions, queue, writer, output, **options)


def test_each_call_is_a_line(client, log, sink):
    """What was asked and what came; what says the same again is counted."""
    job = client.submit()["request_id"]
    for _ in range(3):
        client.get(f"/v2/requests/{job}/status")
    client.get("/nowhere", key=None)
    log.write_news()
    status = f"…cdef GET  /v2/requests/{job}/status 200 QUEUED"
    assert sink.lines == [
        f"TIME …cdef POST /v2/ideogram-3 200 QUEUED {job}",
        f"TIME {status}",
        "             … 2 more like it, until TIME",
        "TIME -     GET  /nowhere 404 “Not Found: GET /nowhere”",
    ]


def test_a_model_that_is_not_there_is_told_with_those_that_are_close(client, log, sink):
    """Behind the answer of each such call, which is as the gateway's."""
    client.post("/v2/ideogram3")
    log.write_news()
    [line] = sink.lines
    assert line == (
        "TIME …cdef POST /v2/ideogram3 404 “Model 'ideogram3' not found” (did you mean "
        "`ideogram-3`? to serve it anyway: --unknown-models image, or segmock models new ideogram3 "
        "--like image)"
    )


def test_faults_are_named_with_what_they_do(client, log, sink):
    """As it was when it struck: another rule may have its id by the time that it is told."""
    client.control.faults.add(FaultRequest(does={"status": 503}))
    client.get(CREDITS)
    client.control.reset(ResetScope())
    client.control.faults.add(FaultRequest(does={"status": 402}))
    client.get(CREDITS)
    client.control.faults.clear(None)
    log.write_news()
    told = [line.rpartition(" [")[2] for line in sink.lines]
    assert told == ["fault-1: status 503]", "fault-1: status 402]"]


def test_a_list_of_effects_is_named_by_its_rule(client, log, sink):
    """Each call has its line."""
    client.control.faults.add(FaultRequest(does=[None, {"status": 503}]))
    for number in range(3):
        client.get(f"{CREDITS}?{number}")
    log.write_news()
    assert [line.rpartition(" ")[2] for line in sink.lines] == ["200", "[fault-1]", "200"]


def test_rules_are_named_on_the_line_of_who_broke_them(client, log, sink):
    """And explained, the first time."""
    client.get(f"{CREDITS}?api_key={KEY}")
    log.write_news()
    line, explanation = sink.lines
    assert line.endswith("200 MUST key-in-query")
    assert "…cdef MUST key-in-query: Keep the key out of URLs (GET /v1/" in explanation
    assert KEY not in sink.text


def test_a_rule_that_was_broken_before_it_could_be_judged_has_its_line(client, log, sink):
    """Who is judged later is told of later, with the call that it was."""
    log._judge._next_s = float("inf")
    client.get(f"{CREDITS}?api_key={KEY}")
    log.write_news()
    log._judge._next_s = 0
    log.write_news()
    assert [line.count("MUST key-in-query") for line in sink.lines] == [0, 1]


def test_programs_get_an_object_for_each_exchange(client, sink):
    """Also for one that says the same again, with its own number."""
    log = make_log(client.emulator, JsonWriter(), sink, judges=False)
    client.get(f"{CREDITS}?api_key={KEY}")
    client.get(f"{CREDITS}?api_key={KEY}")
    log.write_news()
    told = [json.loads(line) for line in sink.text.splitlines()]
    assert [(each["event"], each["seq"]) for each in told] == [("exchange", 1), ("exchange", 2)]


def test_what_the_queue_could_not_keep_is_counted(client, log, sink, monkeypatch):
    """A reader who comes back knows that something is missing."""
    monkeypatch.setattr(log_queue, "MOST_ITEMS", 1)
    for number in range(3):
        client.get(f"/{number}")
    log.write_news()
    assert len(sink.lines) == 2
    assert "… 2 lines are missing here" in sink.lines[1]


def test_what_could_not_be_written_is_counted(client, log, sink):
    """A disk that was full says so when it no longer is."""
    sink.is_full = True
    client.get("/1")
    log.write_news()
    sink.is_full = False
    client.get("/2")
    log.write_news()
    assert len(sink.lines) == 2
    assert "… 1 line is missing here" in sink.lines[1]


def test_calls_that_are_known_are_bounded(client, log, monkeypatch):
    """A client that asks for ever new paths makes the log take no more memory."""
    monkeypatch.setattr(exchange_log, "_MOST_KNOWN", 2)
    for number in range(5):
        client.get(f"/{number}")
    log.write_news()
    assert len(log._known) <= 2
