"""Whatever a client sends is answered; where the emulator itself fails, it says so and no key."""

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.failures import find_request_secrets, render_failure
from mockserver.base.wire import Request, Wait
from mockserver.contract.catalogue import Catalogue
from mockserver.control.journal import JournalFilter
from mockserver.gateway import checks, completion, decision, fault_injection, gateway, waits
from mockserver.gateway.effect import NO_FAULT
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import HOST, Client

KEY, GONE = "SG_aaaa1111bbbb2222", "a-key-of-no-shape-at-all-4711"
ROUTES = {row.name: (row.methods[0], row.path) for row in Catalogue().routes}
ROUTES["unknown"] = ("GET", "/nowhere")


# --- What is told -------------------------------------------------------------------------


def failure_of(raising, *known):
    """Return what is told of what a function raises."""
    with pytest.raises(
        (LookupError, RuntimeError, TypeError, ValueError, AttributeError)
    ) as caught:
        raising()
    return render_failure(caught.value, "a test", *known)


def test_a_failure_is_told_with_its_traceback_and_its_causes():
    """Where it happened, in which line, and what led to it."""

    def inner():
        return {}[GONE]

    def outer():
        try:
            inner()
        except KeyError as error:
            raise ValueError("no such account") from error

    told = failure_of(outer)
    assert told.startswith("segmock itself has failed in a test")
    assert told.endswith("ValueError: no such account")
    assert "KeyError: '...4711'" in told
    assert 'raise ValueError("no such account")' in told
    assert told.count("Traceback (most recent call last):") == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError(GONE), "KeyError: '...4711'"),
        (KeyError((1, GONE)), "KeyError: (1, '...11')'"),
        (ValueError(f"no account {GONE!r} here"), "ValueError: no account '...here'"),
        (ValueError(f"can't find '{GONE}'"), "ValueError: can'...4711'"),
        (ValueError(f"no account {KEY}"), "ValueError: no account ...2222"),
        (ValueError("no account account-1"), "ValueError: no account ...nt-1"),
        (ValueError("no account secret-word"), "ValueError: no account ...word"),
        (TypeError("'NoneType' object is not callable"), "'NoneType' object is not callable"),
        (AttributeError(f"no attribute '{KEY}'"), "AttributeError: no attribute '...2222'"),
    ],
)
def test_no_key_is_in_what_an_exception_says(error, told):
    """Values are shown by their ends, known secrets and what looks like a key are hidden."""

    def fail():
        raise error

    assert failure_of(fail, ["secret-word", "secret"], {"account-1"}).endswith(told)


def test_an_exception_without_words_is_told_as_well():
    """Its own text may fail, or be endless."""

    class WordlessError(RuntimeError):
        def __str__(self):
            raise ValueError

    def fail(error):
        raise error

    told = failure_of(lambda: fail(WordlessError()))
    assert told.endswith("WordlessError: (it cannot say what)")
    assert len(failure_of(lambda: fail(ValueError("x" * 100_000)))) < 5_000


def test_whatever_may_be_a_key_in_a_request_is_a_secret():
    """The values of headers and query, the word after a scheme, and the parts of the path."""
    headers = {b"authorization": b"Bearer key-in-bearer", b"x-other": b"key-in-header", b"a": b"b"}
    request = Request(method="GET", path="/key-in-path", headers=headers, query="k=key-in%2Dquery")
    found = find_request_secrets(request)
    assert found >= {"key-in-bearer", "key-in-header", "key-in-query", "key-in-path"}
    assert "b" not in found


# --- The data plane -----------------------------------------------------------------------


def fail_with_keys(*_):
    """Fail as a look-up of an account that is gone would."""
    try:
        {}[GONE]
    except KeyError as error:
        raise ValueError(f"{KEY} is not {GONE!r}") from error


def assert_told(emulator, caplog, answer, route):
    """See a 500 in the envelope, one traceback, one exchange, and no key in any of them."""
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "segmock itself has failed: its log has the traceback; please report it"
    }
    [record] = caplog.records
    assert record.name == "segmock"
    assert "in fail_with_keys" in record.getMessage()
    [exchange] = emulator.control.journal.show(JournalFilter())["requests"]
    assert (exchange["route"], exchange["status"]) == (route, 500)
    for shown in (answer.text, str(exchange), caplog.text):
        assert KEY not in shown
        assert GONE not in shown


def ask(emulator, route, key=GONE):
    """Send a request of a route through the transport."""
    method, path = ROUTES[route]
    url = "http://gateway.test" + path.replace("{", "").replace("}", "")
    headers = {"x-api-key": key, "authorization": f"Bearer {KEY}", "content-type": "text/plain"}
    with httpx.Client(transport=emulator.transport) as client:
        return client.request(method, url, headers=headers)


@pytest.mark.parametrize("route", ROUTES)
def test_a_step_that_fails_is_a_500_without_a_key(monkeypatch, caplog, route):
    """Each route's steps: the client gets the envelope, the log the traceback, nobody a key."""
    monkeypatch.setitem(decision.CHECKS_OF, route, (fail_with_keys,))
    emulator = Emulator(clock="frozen")
    assert_told(emulator, caplog, ask(emulator, route), route)


def test_the_first_call_of_a_key_that_fails_is_in_its_journal(monkeypatch):
    """The account that its key stands for is there, though what was decided was never committed."""
    monkeypatch.setitem(decision.CHECKS_OF, "credits", (checks.check_key, fail_with_keys))
    client = Client(key=KEY)
    assert client.get("/v1/get-user-credits").status == 500
    wanted = JournalFilter(api_key=KEY)
    assert [each["status"] for each in client.control.journal.show(wanted)["requests"]] == [500]


@pytest.mark.parametrize("route", sorted(gateway.HANDLERS))
def test_a_reply_that_fails_is_a_500_without_a_key(monkeypatch, caplog, route):
    """Each route's reply: the same."""
    monkeypatch.setattr(gateway, "end_run", lambda *_: 0)
    monkeypatch.setitem(decision.CHECKS_OF, route, ())
    monkeypatch.setitem(gateway.HANDLERS, route, fail_with_keys)
    emulator = Emulator(clock="frozen")
    assert_told(emulator, caplog, ask(emulator, route), route)


@pytest.mark.parametrize("part", ["visit", "describe_call", "completed"])
def test_what_is_around_the_steps_may_fail_as_well(monkeypatch, caplog, part):
    """Opening an exchange, asking for faults, and completing an answer."""
    emulator = Emulator(clock="frozen")
    if part == "visit":
        monkeypatch.setattr(emulator.services.store, "visit", fail_with_keys)
    elif part == "describe_call":
        emulator.control.faults.add(FaultRequest(does={"status": 503}))
        monkeypatch.setattr(fault_injection, "describe_call", fail_with_keys)
    else:
        monkeypatch.setattr(completion.cors, "share_answer", fail_once_with_keys())
    route = "output" if part == "completed" else "credits"
    assert_told(emulator, caplog, ask(emulator, route), route)


def fail_once_with_keys():
    """Return a function that fails at its first call and gives headers back at others."""
    calls = []

    def fail_once(_request, headers):
        calls.append(1)
        return fail_with_keys() if len(calls) == 1 else headers

    return fail_once


def test_a_run_that_fails_after_its_wait_is_a_500(monkeypatch, caplog):
    """What goes wrong when a waiting request is resumed is told like all else."""
    client = Client(clock="real", speed=1)
    headers = {b"host": HOST.encode(), b"x-api-key": GONE.encode()}
    headers[b"content-type"] = b"application/json"
    request = Request(method="POST", path="/v1/ideogram-3", headers=headers, body=b'{"prompt":"a"}')
    wait = client.emulator.gateway.handle(request)
    monkeypatch.setattr(client.store, "settle", fail_with_keys)
    respond = client.emulator.gateway.resume(wait)
    assert (respond.status, b"segmock itself" in respond.body) == (500, True)
    assert "in fail_with_keys" in caplog.text
    assert GONE not in caplog.text


def test_a_journal_that_fails_is_told_and_the_client_is_answered(monkeypatch, caplog):
    """Whether an answer is given, a failure told, or a client gone."""
    emulator = Emulator(clock="frozen")
    monkeypatch.setattr(gateway, "record_exchange", fail_with_keys)
    assert ask(emulator, "credits").status_code == 500
    assert len(caplog.records) == 2
    assert "keeping the journal" in caplog.records[1].getMessage()
    exchange = gateway.open_bare(emulator.services, Request(method="GET", path="/", headers={}))
    emulator.gateway.abandon(Wait(1.0, exchange, waits.CarryOut(NO_FAULT)))
    assert len(caplog.records) == 3
    assert GONE not in caplog.text


# --- Nothing that a client sends ----------------------------------------------------------


@pytest.mark.parametrize("path", ["/v2/ideogram-3", "/workflows/a", "/upload-asset"])
@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset*=utf-8''x; charset*0=utf",
        "application/json; a*1*=x; a*=y; a*0=q",
        f"application/json; charset*{'1' * 5_000}=x",
        "multipart/form-data; boundary*1*=x; boundary*=y; boundary*0=q",
    ],
    ids=lambda kind: kind[:40],
)
def test_parameters_in_pieces_are_no_accident(client, path, kind):
    """The headers that were found to be an uncaught error are answered like any other."""
    assert client.post(path, headers={"content-type": kind}).status in {200, 400, 406}


def test_an_error_of_the_gateways_is_no_failure(client, caplog):
    """What the gateway refuses is told to the client alone."""
    assert client.get("/nowhere").status == 404
    assert not caplog.records
