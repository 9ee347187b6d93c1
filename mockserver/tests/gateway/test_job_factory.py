"""How a job is planned: when v1 gives up a run (V3, V5)."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.base.clock import MINUTE, SECOND
from mockserver.base.wire import Request, Wait
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.tests.conftest import HOST, KEY, Client

START_CREDITS = 100
seconds_in_life = st.floats(0.001, 1000) | st.sampled_from([59.999999, 60.0, 60.000001, 163.1])
speeds = st.floats(0.01, 1000) | st.sampled_from([0.01, 1.0, 20.0, 1000.0])
modes = st.sampled_from(["frozen", "auto", "real", "x7"])


@pytest.fixture
def make_timed(tmp_path):
    """Make a client of an emulator whose `mock-inference` typically takes so many seconds."""
    source = load_shipped_catalogue().models["mock-inference"].file.read_text()

    def make(typical_s, **fields):
        document = json.loads(source)
        document["x-model"] |= {"typical_s": typical_s, "price": {"usd": "0.5"}}
        (tmp_path / "timed.json").write_text(json.dumps(document))
        return Client(models=tmp_path, monotonic=lambda: 0, **fields)

    return make


def run(client, body):
    """Run it on v1; return status, media type and the virtual microseconds that it took."""
    client.account()
    start = client.store.accounts[KEY].clock.now()
    headers = {"host": HOST, "x-api-key": KEY, "content-type": "application/json"}
    outcome = client.emulator.gateway.handle(
        Request(
            method="POST",
            path="/v1/mock-inference",
            headers={name.encode(): value.encode() for name, value in headers.items()},
            body=json.dumps(body).encode(),
        )
    )
    if isinstance(outcome, Wait):
        client.advance(outcome.context.run / SECOND, KEY)
        outcome = client.emulator.gateway.resume(outcome)
    media = dict(outcome.headers)[b"content-type"].decode()
    return outcome.status, media, client.store.accounts[KEY].clock.now() - start


def is_page(media):
    """Tell whether it is the edge's."""
    return media.startswith("text/html")


@pytest.mark.fact("V3", "V5")
@settings(max_examples=60)
@given(seconds_in_life, speeds, modes)
@example(163.1, 20.0, "auto")
@example(163.1, 1000.0, "frozen")
@example(60.0, 0.5, "real")
@example(37.0, 0.01, "auto")
@example(60.000001, 201.0, "auto")
def test_v1_gives_up_what_takes_more_than_a_minute_in_life(make_timed, typical_s, speed, mode):
    """Whatever the speed and the clock; the page comes after a minute as divided, and is free."""
    client = make_timed(typical_s, speed=speed, clock=mode)
    status, media, taken = run(client, {})
    outlasts = round(typical_s * SECOND) > MINUTE
    assert (status, is_page(media)) == ((504, True) if outlasts else (200, False))
    expected = 0 if mode == "frozen" else min(typical_s, 60) / speed * SECOND
    # typical_s is in microseconds; one quotient is rounded, and that of a page then cut.
    assert taken == pytest.approx(expected, abs=1.5 + 1 / speed)
    assert client.account()["credits"] == START_CREDITS - (0 if outlasts else 0.5)


@settings(max_examples=40)
@given(seconds_in_life, speeds, modes)
@example(163.1, 20.0, "auto")
@example(60.0, 0.5, "real")
def test_scaled_v1_gives_up_what_takes_more_than_a_minute_here(make_timed, typical_s, speed, mode):
    """With `--v1-limit scaled` the seconds count as `--speed` has divided them."""
    client = make_timed(typical_s, speed=speed, clock=mode, v1_limit="scaled")
    status, media, taken = run(client, {})
    outlasts = round(typical_s / speed * SECOND) > MINUTE
    assert (status, is_page(media)) == ((504, True) if outlasts else (200, False))
    expected = 0 if mode == "frozen" else min(typical_s / speed, 60) * SECOND
    assert taken == pytest.approx(expected, abs=1)


@pytest.mark.fact("V5", "O5")
@pytest.mark.parametrize("limit", ["realistic", "scaled"])
@pytest.mark.parametrize("speed", [0.01, 1, 1000])
@pytest.mark.parametrize("mode", ["frozen", "auto", "real"])
@pytest.mark.parametrize(
    ("body", "taken_s"),
    [
        ({"sleep": 60}, 60),
        ({"prompt": "mock:slow=60"}, 60),
        ({"sleep": 61}, None),
        ({"prompt": "mock:slow=60.000001"}, None),
        ({"prompt": "mock:stall"}, None),
    ],
)
def test_seconds_that_were_asked_for_are_those_in_life(
    make_timed, body, taken_s, limit, speed, mode
):
    """What no speed divides is given up after a minute that none divides, by either limit."""
    client = make_timed(1, speed=speed, clock=mode, v1_limit=limit)
    status, _, taken = run(client, body)
    assert status == (504 if taken_s is None else 200)
    assert taken == (0 if mode == "frozen" else MINUTE)


@pytest.mark.fact("V5")
def test_v2_has_all_the_time_that_a_run_takes(make_timed):
    """A run that v1 gives up is completed on v2."""
    client = make_timed(163.1)
    submitted = client.submit("mock-inference", {})
    client.advance(163.1 / 20)
    assert client.get(submitted["status_url"]).json["status"] == "COMPLETED"
