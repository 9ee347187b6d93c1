"""What a test's author is told: which rule, which fault, and the lines of the journal."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest

from mockserver import Emulator
from mockserver.testing.failure_report import find_violations, render_line, render_requests
from mockserver.tests.conftest import PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

ROOT = "http://127.0.0.1"


@pytest.fixture
def emulator():
    """An emulator whose clock is frozen."""
    return Emulator(clock="frozen")


@pytest.fixture
def account(emulator):
    """An account of it."""
    return emulator.account()


@pytest.fixture
def client(emulator, account):
    """The account's client."""
    headers, transport = {"x-api-key": account.api_key}, emulator.transport
    with httpx.Client(base_url=ROOT, transport=transport, headers=headers, timeout=1) as client:
        yield client


def test_nothing_wrong_is_nothing_to_say(account, client):
    """A client that did no harm is not complained of."""
    assert find_violations(account) == []
    client.get(CREDITS)
    assert find_violations(account) == []


def test_an_exchange_is_a_line(account, client):
    """Number, virtual time, what was asked and what came of it."""
    account.clock.advance(3.25)
    client.get(f"{CREDITS}?a=1")
    assert [render_line(exchange) for exchange in account.requests] == [
        f"#1    00:00:03.250  GET  {CREDITS}?a=1  → 200"
    ]


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ({"reset": True}, "→ no answer  (lost, by fault-1)"),
        ({"malformed": True}, "→ 200  (damaged, by fault-1)"),
        ({"status": 503}, "→ 503  (by fault-1)"),
    ],
    ids=str,
)
def test_a_line_tells_of_the_fault_that_struck(account, client, does, told):
    """And whether the client has the answer."""
    rule = account.faults.add(does, "credits")
    with suppress(httpx.HTTPError):
        client.get(CREDITS)
    [exchange] = account.requests
    assert render_line(exchange).endswith(told.replace("fault-1", rule["id"]))


def test_a_broken_rule_is_told_with_its_exchanges(account, client):
    """Its name, its title, its facts, why it matters, and only the lines it is about."""
    client.get(CREDITS)
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    [complaint] = find_violations(account)
    [verdict] = account.verdicts
    first, *rest = complaint.splitlines()
    assert first == (
        f"segmock: MUST repeated-after-refusal: {verdict['title']} ({', '.join(verdict['facts'])})"
    )
    assert verdict["explanation"] in " ".join(rest)
    assert [each for each in rest if each.startswith("  #")] == [
        "  " + render_line(account.requests[2])
    ]
    assert max(map(len, rest)) <= 100


def test_many_exchanges_are_cut_short(account, client):
    """The first dozen is shown, and how many more there are."""
    for _ in range(21):
        client.post("/v2/painter", json=PROMPT)
    [complaint] = find_violations(account)
    assert complaint.count("\n  #") == 12
    assert complaint.endswith("  … and 8 more")


def test_an_exchange_that_has_left_the_journal_is_named(account, client):
    """The journal is a ring: a verdict may be about what is no longer shown."""
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    [verdict] = account.verdicts

    class Forgetful:
        requests, verdicts, faults, dropped = [], [verdict], [], 0

    assert "no longer in the journal" in find_violations(Forgetful)[0]


def test_an_idle_fault_is_told_with_what_was_asked(account, client):
    """The rule as it was armed, and the calls that were made in its stead."""
    rule = account.faults.add({"status": 503, "body": "html"}, "submit", when="after", times=2)
    client.get(CREDITS)
    [complaint] = find_violations(account)
    assert f"{rule['id']} never struck" in complaint
    for words in ("503", "html", "submit", "after", "times 2", f"GET  {CREDITS}"):
        assert words in complaint
    assert account.api_key not in complaint
    assert find_violations(account, with_faults=False) == []


def test_an_idle_fault_of_a_client_that_asked_nothing_says_so(account):
    """Perhaps the client was never pointed here."""
    account.faults.add({"reset": True})
    [complaint] = find_violations(account)
    assert "nothing at all was asked" in complaint


def test_faults_that_struck_or_were_left_to_chance_are_fine(account, client):
    """Nor does a rule of another account, or of all, concern this test."""
    account.faults.add({"status": 503}, "submit", times=2)
    account.faults.add({"reset": True}, "poll", probability=0.0001)
    client.post(SUBMIT, json=PROMPT)
    assert find_violations(account) == []


def test_the_grave_comes_before_the_idle(account, client):
    """Both are told, the broken rule first."""
    account.faults.add({"reset": True}, "poll")
    for _ in range(2):
        client.post("/v2/painter", json=PROMPT)
    first, second = find_violations(account)
    assert "MUST" in first
    assert "never struck" in second


def test_no_complaint_shows_a_key(account, client):
    """Keys are hidden, in whatever place the client has put them."""
    for _ in range(2):
        client.post(f"/v2/painter?api_key={account.api_key}", json=PROMPT)
    told = "\n".join(find_violations(account))
    assert "key-in-query" in told
    assert account.api_key not in told


def test_a_journal_that_could_not_keep_everything_is_complained_of(emulator, account, client):
    """Nobody can tell whether the calls that are gone broke a rule, so the test must not pass."""
    emulator.services.store.records[account.api_key].journal.max_exchanges = 5
    for _ in range(5):
        client.get(CREDITS)
    assert find_violations(account) == []
    for _ in range(3):
        client.get(CREDITS)
    [complaint] = find_violations(account)
    assert "the oldest 3 are gone" in complaint
    account.reset()
    assert find_violations(account) == []


# Calls with a key of nobody's

STRAYS = {
    "a wrong key": ({"x-api-key": "SG_wrong"}, SUBMIT, "POST /v2/ideogram-3 → 200 with key …"),
    "a longer wrong key": (
        {"x-api-key": "SG_quitewrong"},
        SUBMIT,
        "POST /v2/ideogram-3 → 200 with key …rong",
    ),
    "no key": ({}, SUBMIT, "POST /v2/ideogram-3 → 401 without a key"),
    "no such path": ({}, "/v3/ideogram-3", "POST /v3/ideogram-3 → 404 without a key"),
}


def stray(emulator, headers, path):
    """Call as a client of nobody's."""
    with httpx.Client(base_url=ROOT, transport=emulator.transport) as client:
        client.post(path, json=PROMPT, headers=headers)


@pytest.mark.parametrize(("headers", "path", "told"), STRAYS.values(), ids=STRAYS)
def test_a_call_with_a_key_of_nobodys_is_shown_where_there_was_no_other(
    emulator, account, headers, path, told
):
    """In place of "nothing at all", and under a fault that never struck."""
    account.faults.add({"status": 503}, "submit")
    stray(emulator, headers, path)
    also = "during this test the server also saw"
    assert render_requests(account) == f"nothing with this test's key; {also} {told}"
    [complaint] = find_violations(account)
    assert complaint.endswith(f"\n  nothing with this test's key; {also} {told}")


def test_calls_with_keys_of_nobodys_are_shown_after_the_clients_own(emulator, account, client):
    """Several have a line each, and no more than the reader can bear."""
    client.get(CREDITS)
    for _ in range(20):
        stray(emulator, {}, SUBMIT)
    own, lead, *lines = render_requests(account).splitlines()
    assert own.endswith(f"GET  {CREDITS}  → 200")
    assert lead == "during this test the server also saw"
    assert lines == ["  POST /v2/ideogram-3 → 401 without a key"] * 12 + ["  … and 8 more"]


def test_calls_of_other_tests_are_not_shown(emulator, account):
    """Their keys are introduced, and what came before this test's account is of no concern."""
    other = emulator.account()
    stray(emulator, {"x-api-key": other.api_key}, SUBMIT)
    assert render_requests(account) == "nothing at all"
    stray(emulator, {}, SUBMIT)
    assert render_requests(emulator.account()) == "nothing at all"
    assert find_violations(account) == []
