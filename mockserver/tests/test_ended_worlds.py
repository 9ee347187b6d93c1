"""What was begun in a world that has ended ends with it, whatever it was and however it ended."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from mockserver.base.clock import DAY
from mockserver.base.wire import Request, Respond, Wait
from mockserver.control.control import ResetScope
from mockserver.rules.faults import FaultRequest, On
from mockserver.rules.outputs import parse_name
from mockserver.tests.conftest import HOST, Answer, Client, encode

KEYS = ["SG_aaaaaaaaaaaaaaaa", "SG_bbbbbbbbbbbbbbbb"]
DELAYED = ["submit", "status", "result", "credits", "output", "sync"]
ENDINGS = ["reset", "delete", "reset of all"]

keys = st.sampled_from(KEYS)


class WaitingClient(Client):
    """A client on a running clock whose real time stands, and which does not wait by itself."""

    def __init__(self) -> None:
        self.real_us = 0
        super().__init__(clock="x60", monotonic=lambda: self.real_us)

    def begin(self, method, path, body=None, key=None):
        """Send a request; return what the gateway says, be it an answer or a wait."""
        headers = {b"host": HOST.encode(), b"content-type": b"application/json"}
        if key is not None:
            headers[b"x-api-key"] = key.encode()
        raw = b"" if body is None else encode(body)
        request = Request(method=method, path=path, headers=headers, body=raw)
        return self.emulator.gateway.handle(request)

    def resume(self, wait):
        """Let the time pass that a wait names, and go on; return the answer."""
        outcome = wait
        while isinstance(outcome, Wait):
            self.real_us += round(outcome.delay_s * 1_000_000) + 1
            outcome = self.emulator.gateway.resume(outcome)
        assert isinstance(outcome, Respond)
        return Answer(outcome)

    def delay(self, route, when, key):
        """Have the next call of a route wait before, or after, it is handled."""
        wanted = FaultRequest(does={"delay_s": 1}, api_key=key, on=On(route=route), when=when)
        self.control.faults.add(wanted)

    def end(self, how, key):
        """End an account's world."""
        if how == "delete" and key in self.store.accounts:
            self.control.accounts.delete(key)
        else:
            self.control.reset(ResetScope(api_key=None if how == "reset of all" else key))


def make_paths(client, key):
    """Return a call for each route that a fault can delay, in the world that is there."""
    submitted = client.submit(key=key)
    ran = client.resume(client.begin("POST", "/v1/ideogram-3", {"prompt": "A kite"}, key))
    output = ran.json["data"][0]["url"].removeprefix(f"http://{HOST}")
    status, result = (
        submitted[name].removeprefix(f"http://{HOST}") for name in ("status_url", "response_url")
    )
    return {
        "submit": ("POST", "/v2/ideogram-3", {"prompt": "A boat"}, key),
        "sync": ("POST", "/v1/ideogram-3", {"prompt": "A boat"}, key),
        "status": ("GET", status, None, key),
        "result": ("GET", result, None, key),
        "credits": ("GET", "/v1/get-user-credits", None, key),
        "output": ("GET", output, None, None),
    }


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("route", DELAYED)
@pytest.mark.parametrize("speaks_again", [False, True])
def test_a_call_that_waits_ends_with_its_world(route, when, ending, speaks_again):
    """Its answer is 404, it leaves nothing behind, and no later world's journal has it."""
    client, key = WaitingClient(), KEYS[0]
    method, path, body, sent_key = make_paths(client, key)[route]
    client.delay(route, when, key)
    wait = client.begin(method, path, body, sent_key)
    assert isinstance(wait, Wait)
    client.end(ending, key)
    if speaks_again:
        make_paths(client, key)
    known = list_numbers(client, key)
    answer = client.resume(wait)
    assert (answer.status, list_numbers(client, key)) == (404, known)
    assert answer.error
    assert [exchange.status for exchange in client.store.journals.exchanges_of(None)][-1:] == [404]
    assert (key in client.store.accounts) is speaks_again


def list_numbers(client, key):
    """Return the numbers of the exchanges in an account's journal; None without an account."""
    if key not in client.store.accounts:
        return None
    return [exchange.seq for exchange in client.store.journals.exchanges_of(key)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_first_call_that_waits_ends_with_its_world_too(ending):
    """A key that was unknown when the call came in is unknown again after the reset."""
    client, key = WaitingClient(), KEYS[0]
    client.delay("submit", "before", key)
    wait = client.begin("POST", "/v2/ideogram-3", {"prompt": "A boat"}, key)
    client.end(ending, key)
    assert client.resume(wait).status == 404
    assert key not in client.store.accounts


def test_a_client_that_leaves_an_ended_world_is_noted_apart():
    """The call that was left stands in the journal that belongs to nobody."""
    client, key = WaitingClient(), KEYS[0]
    wait = client.begin("POST", "/v1/ideogram-3", {"prompt": "A boat"}, key)
    client.end("reset", key)
    client.emulator.gateway.abandon(wait)
    assert [exchange.delivery for exchange in client.store.journals.exchanges_of(None)] == ["lost"]
    assert key not in client.store.accounts


def test_an_account_that_has_ended_is_settled_no_more():
    """Who still holds it may let it catch up: nothing is booked, and nothing is indexed."""
    client, key = WaitingClient(), KEYS[0]
    client.submit(key=key)
    account = client.store.accounts[key]
    client.end("reset", key)
    assert client.store.settle(account, account.clock.now() + DAY) is account
    assert client.store.job_count == 0
    assert not client.store.settlement.outputs


class Story(RuleBasedStateMachine):
    """Calls wait, worlds end, keys speak again; the model is which world each call was begun in."""

    waits = Bundle("waits")

    @initialize()
    def begin(self):
        """Start without an account."""
        self.client = WaitingClient()
        self.worlds = dict.fromkeys(KEYS, 0)
        self.prompts = {key: set() for key in KEYS}
        self.files: set[str] = set()
        self.count = 0

    def prompt(self, key):
        """Return a prompt that no other call has, and note whose world has asked it."""
        self.count += 1
        text = f"Kite number {self.count}"
        self.prompts[key].add(text)
        return {"prompt": text}

    @rule(target=waits, key=keys)
    def run(self, key):
        """Begin a v1 run."""
        wait = self.client.begin("POST", "/v1/ideogram-3", self.prompt(key), key)
        return key, self.worlds[key], wait

    @rule(target=waits, key=keys, when=st.sampled_from(["before", "after"]))
    def submit_late(self, key, when):
        """Begin a submit that a fault holds up."""
        self.client.delay("submit", when, key)
        wait = self.client.begin("POST", "/v2/ideogram-3", self.prompt(key), key)
        return key, self.worlds[key], wait

    @rule(key=keys)
    def submit(self, key):
        """Queue a run."""
        outcome = self.client.begin("POST", "/v2/ideogram-3", self.prompt(key), key)
        if isinstance(outcome, Wait):
            self.client.emulator.gateway.abandon(outcome)

    @rule(key=keys)
    def upload(self, key):
        """Upload a file."""
        data_urls = {"data_urls": ["data:image/png;base64,AAAA"]}
        url = self.client.post("/upload-asset", data_urls, key=key).json["urls"][0]
        self.files.add(url.removeprefix(f"http://{HOST}"))

    @rule(key=keys, how=st.sampled_from(ENDINGS))
    def end(self, key, how):
        """End a world, or all."""
        self.client.end(how, key)
        for each in KEYS if how == "reset of all" else [key]:
            self.worlds[each] += 1
            self.prompts[each].clear()

    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds):
        """Let real time pass."""
        self.client.real_us += seconds * 1_000_000

    @rule(begun=waits)
    def resume(self, begun):
        """Go on with what waits; once more, as a test that was retried might."""
        key, world, wait = begun
        if not isinstance(wait, Wait):
            return
        answer = self.client.resume(wait)
        is_there = world == self.worlds[key]
        assert answer.status == (200 if is_there else 404), answer.body
        if is_there and "data" in answer.json:
            self.files.add(answer.json["data"][0]["url"].removeprefix(f"http://{HOST}"))

    @rule(begun=waits)
    def leave(self, begun):
        """The client of what waits goes away."""
        if isinstance(begun[2], Wait):
            self.client.emulator.gateway.abandon(begun[2])

    @rule()
    def read(self):
        """Read every file there ever was: it is a file of a world that is there, or 404."""
        for path in self.files:
            found = self.client.store.settlement.outputs.get(parse_name(path.rpartition("/")[2])[0])
            answer = self.client.get(path, key=None)
            assert answer.status in {200, 404}
            if path.startswith("/outputs/") and answer.status == 200:
                assert any(text.encode() in found.payload for text in self.prompts[found.owner])

    @invariant()
    def nothing_is_indexed_for_an_account_that_is_gone(self):
        """Whatever can be found by an id belongs to an account that is there, and to its world."""
        if not hasattr(self, "client"):
            return
        store = self.client.store
        for output in store.settlement.outputs.values():
            assert output in store.records[output.owner].outputs
            assert any(text.encode() in output.payload for text in self.prompts[output.owner])
        for asset in store.uploads.values():
            assert asset in list(store.records[asset.owner].uploads)
        indexed = dict(store.settlement.owners)
        kept = {job.key: key for key in store.accounts for job in store.jobs_of(key)}
        assert indexed == kept


Story.TestCase.settings = settings(max_examples=30, stateful_step_count=30)


class TestStory(Story.TestCase):
    """No file, job or answer of a world is seen after its end."""
