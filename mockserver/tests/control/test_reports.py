"""The report over the control plane is the one that a test in Python has, letter by letter."""

from __future__ import annotations

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.control import pages
from mockserver.control.failure_report import FailureReport
from mockserver.control.reports import ReportFilter
from mockserver.testing.sessions import open_account_in
from mockserver.tests.conftest import FIXED, KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

PAINTER = "/v2/painter"
"""There is no such model: asked again, that is a rule broken."""


def ask_twice(client):
    """Break a MUST rule."""
    for _ in range(2):
        client.post(PAINTER, json=PROMPT)


def ask_early(client):
    """Break a SHOULD rule."""
    answer = client.post(SUBMIT, json=PROMPT)
    if answer.is_success:  # a fault may have struck it
        client.get(answer.json()["response_url"])


def ask_as_nobody(client):
    """Call with a key that nobody introduced, and without one."""
    for key in ("SG_wrong", ""):
        client.post(SUBMIT, json=PROMPT, headers={"x-api-key": key})


STORIES = {
    "nothing": [],
    "a call": [lambda client: client.get(CREDITS)],
    "a broken rule": [ask_twice],
    "advice": [ask_early],
    "both": [ask_early, ask_twice],
    "strays": [ask_as_nobody],
    "repetitions": [ask_twice] * 30,
    "control signs": [lambda client: client.post("/v2/%1b[31mred?a=\u9375", json=PROMPT)],
}
FAULTS = {
    "no fault": (),
    "struck": ({"do": {"status": 503, "body": "html"}, "on": "submit", "when": "after"},),
    "idle": (
        {"do": {"reset": True}, "on": {"route": "poll", "model": "ideogram-3"}, "times": 2},
        {"do": [None, {"drip": {"bytes": 1, "every_s": 0.5}}], "on": "status"},
        {"do": {"extra_fields": {"a": [1, None, {"b": True}]}}, "on": "credits", "skip": 9},
        {"do": {"status": 503}, "on": "output", "probability": 0.5},
    ),
}
ROOT = "http://127.0.0.1:8765"


@pytest.fixture
def emulator():
    """An emulator whose clock is frozen."""
    return Emulator(clock="frozen", **FIXED)


@pytest.fixture
def account(emulator):
    """An account of it, as a test has one on a server."""
    with open_account_in(emulator, KEY, ROOT) as account:
        yield account


@pytest.fixture
def client(emulator, account):
    """The account's client."""
    headers = {"x-api-key": account.api_key}
    with httpx.Client(base_url=ROOT, transport=emulator.transport, headers=headers) as client:
        yield client


def ask(emulator, **wanted):
    """Ask for a report over HTTP."""
    with httpx.Client(base_url=ROOT, transport=emulator.transport) as client:
        return client.get("/_mock/report", params=wanted)


@pytest.mark.parametrize("strict", [True, "should", False])
@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_language_is_told_what_python_is_told(
    emulator, account, client, story, faults, strict
):
    """Violations, advice and sections, whatever the client did and whatever it is held to."""
    for rule in faults:
        account.faults.add(**rule)
    for happen in story:
        happen(client)
    wanted = {
        "api_key": account.api_key,
        "strict": str(strict).lower(),
        "since": account._begun,
        "url": account.url,
    }
    for with_faults in (True, False):
        answer = ask(emulator, **wanted, faults=str(with_faults).lower(), full="true")
        report, told = FailureReport(account), answer.json()
        found = report.find_violations(strict, with_faults=with_faults)
        assert told["violations"] == found
        assert told["advice"] == ([] if found else report.find_advice(strict))
        assert [(each["title"], each["text"]) for each in told["sections"]] == (
            report.render_sections()
        )


def test_of_a_client_that_did_no_harm_there_is_nothing_to_say(emulator, account, client):
    """Neither as JSON nor as text."""
    client.get(CREDITS)
    empty = {"violations": [], "advice": [], "sections": []}
    assert ask(emulator, api_key=account.api_key).json() == empty
    assert emulator.control.reports.show(ReportFilter(api_key=account.api_key)) == empty
    answer = ask(emulator, api_key=account.api_key, format="text")
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_as_text_it_can_be_read_as_it_is(emulator, account, client):
    """What is complained of, then the sections with their titles."""
    ask_twice(client)
    shown = ask(emulator, api_key=account.api_key, format="text", full="true", url=ROOT).text
    report = FailureReport(account)
    [violation], [asked, broken] = report.find_violations(strict=True), report.render_sections()
    parts = [violation, "\n\n".join(asked), "\n\n".join(broken)]
    assert shown == "\n\n".join(parts) + "\n"


def test_strays_of_many_pages_are_counted(emulator, account, client, monkeypatch):
    """However many they are: their number is told."""
    monkeypatch.setattr(pages, "MAX_PAGE_BYTES", 1000)
    for _ in range(20):
        client.get("/v3/nowhere", headers={"x-api-key": ""})
    account.faults.add({"reset": True})
    [told] = ask(emulator, api_key=account.api_key).json()["violations"]
    assert told.endswith("… and 8 more")


def test_a_key_that_is_no_accounts_is_refused(emulator):
    """A typing error must not look like a client that did no harm."""
    answer = ask(emulator, api_key="SG_nobody")
    assert (answer.status_code, answer.json()["error"]) == (404, "there is no account ...body")
    with pytest.raises(EmulatorError):
        emulator.control.reports.show(ReportFilter(api_key="SG_nobody"))


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [({}, "api_key"), ({"api_key": "a", "strict": "sould"}, "did you mean `should`?")],
)
def test_a_wrong_question_is_told(emulator, wanted, hint):
    """Which field is missing, or which word was meant."""
    answer = ask(emulator, **wanted)
    assert answer.status_code == 400
    assert hint in answer.json()["error"] + answer.json()["hint"]
