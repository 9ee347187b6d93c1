"""When a replayed run says what: on each clock, by each route, and how long a call takes."""

from __future__ import annotations

import pytest

from mockserver.replay.marks import EMULATED, RECORDED
from mockserver.tests.replay.recording import RecordedClient, record, record_picture
from mockserver.tests.replay.replayed import ASKED, MODEL, Replayed, make_recording


def test_under_a_frozen_clock_time_is_what_moves_a_run_on(picture):
    """Each state comes at its recorded time, however often it is asked for."""
    folder, (_, states, _, _) = picture
    replayed = Replayed(folder, clock="frozen")
    url = replayed.submit().json()["status_url"]
    seen = []
    for _ in range(len(states) + 1):
        seen += [replayed.http.get(url).json()["status"] for _ in range(3)]
        replayed.account.clock.advance(1.25)
    assert seen == sorted(seen, reverse=True)
    assert seen.count("PROCESSING") == 3 * (len(states) - 0)
    assert seen[-1] == "COMPLETED"


def test_an_early_result_tells_the_state_of_then_and_no_end(picture):
    """It was fetched when the run had ended; before that the status says how far it was (T8)."""
    folder, _ = picture
    replayed = Replayed(folder, clock="frozen")
    job = replayed.submit().json()
    told = replayed.http.get(job["response_url"])
    assert (told.status_code, told.json()["status"]) == (200, "PROCESSING")
    assert told.json()["request_id"] == job["request_id"]
    assert told.json()["response_url"] == job["response_url"]
    replayed.account.clock.advance(60)
    assert replayed.http.get(job["response_url"]).json()["status"] == "COMPLETED"
    assert replayed.http.get(job["poll_url"]).json()["status"] == "COMPLETED"


def test_a_run_is_forgotten_after_its_hour(picture):
    """Nothing of that was recorded: it is the emulator's rule (T7)."""
    folder, _ = picture
    replayed = Replayed(folder)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    replayed.account.clock.advance(3601)
    assert replayed.http.get(job["status_url"]).status_code == 404
    assert replayed.told[-1] == EMULATED


def test_what_was_recorded_of_the_hour_counts_before_the_rule(tmp_path):
    """It is told at its time, in the words of then."""

    def have(client: RecordedClient) -> None:
        job, *_ = record_picture(client)
        client.sleep(5000)
        client.call("GET", job["status_url"])

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    replayed.account.clock.advance(3700)
    assert replayed.http.get(job["status_url"]).json()["status"] == "COMPLETED"
    replayed.account.clock.advance(1400)
    gone = replayed.http.get(job["status_url"])
    assert (gone.status_code, job["request_id"] in gone.text) == (404, True)
    assert replayed.told[-1].startswith(RECORDED)


def test_v1_takes_as_long_as_it_took(picture):
    """In virtual time, which the clock spares the client."""
    folder, _ = picture
    replayed = Replayed(folder)
    before = replayed.account.clock.now_utc
    answer = replayed.http.post("/v1/ideogram-3", json={"prompt": "At once"})
    assert (answer.status_code, answer.headers["x-cost"]) == (200, "0.075")
    job = replayed.account.jobs[0]
    assert job["request_id"] == answer.headers["x-request-id"]
    assert job["timeline"][0]["at_utc"] == before
    assert float(job["timeline"][2]["at_utc"][17:-1]) - float(before[17:-1]) in {8.0, -52.0}


def test_a_quick_clock_has_v1_wait_for_its_share(picture):
    """Eight seconds are eight thousandths at a thousand times the speed."""
    folder, _ = picture
    replayed = Replayed(folder, clock="x1000")
    answer = replayed.http.post("/v1/ideogram-3", json={"prompt": "At once"})
    exchange = replayed.account.requests[-1]
    assert answer.status_code == 200
    assert exchange["elapsed_ms"] >= 8000


def test_a_result_that_nobody_fetched_is_a_miss_or_emulated(tmp_path):
    """What a status says of an end tells no result; of a failure it tells all."""

    def have(client: RecordedClient) -> None:
        for prompt in ("A lighthouse", "mock:fail=Under a stone"):
            job = client.call("POST", MODEL, json={**ASKED, "prompt": prompt}).json()
            client.sleep(60)
            client.call("GET", job["status_url"])

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    missed = replayed.http.get(job["response_url"])
    assert (missed.status_code, "the run had COMPLETED by then" in missed.text) == (418, True)
    assert "record it with `segmock record`" in missed.text
    failed = replayed.submit(prompt="mock:fail=Under a stone").json()
    replayed.poll_to_the_end(failed["status_url"])
    told = replayed.http.get(failed["response_url"])
    assert (told.status_code, "Under a stone" in told.text) == (422, True)
    emulating = Replayed(tmp_path, on_miss="emulate")
    job = emulating.submit().json()
    emulating.poll_to_the_end(job["status_url"])
    assert emulating.http.get(job["response_url"]).json()["prompt"] == "A lighthouse"
    assert emulating.told[-1] == EMULATED


def test_a_status_that_nobody_asked_for_is_told_from_the_result(tmp_path):
    """It is the light part of that (T3)."""

    def have(client: RecordedClient) -> None:
        job = client.call("POST", MODEL, json=ASKED).json()
        for _ in range(2):
            client.sleep(5)
            client.call("GET", job["poll_url"])

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    assert replayed.poll_to_the_end(job["status_url"]) == ["PROCESSING", "COMPLETED"]
    told = replayed.http.get(job["status_url"]).json()
    assert set(told) == {"status", "request_id", "metrics"}
    assert told["request_id"] == job["request_id"]


@pytest.mark.parametrize("clock", ["auto", "frozen", "x1000"])
def test_a_call_of_v1_that_was_refused_takes_its_time_too(tmp_path, clock):
    """And makes no job."""
    with record(tmp_path) as client:
        client.call("POST", "/v1/ideogram-3", json={}, takes_s=3)
    replayed = Replayed(tmp_path, clock=clock)
    assert replayed.http.post("/v1/ideogram-3", json={}).status_code == 400
    assert replayed.account.jobs == []
    took_ms = replayed.account.requests[-1]["elapsed_ms"]
    assert took_ms == 0 if clock == "frozen" else took_ms >= 3000


def test_a_fault_on_the_way_of_a_poll_is_met_once(tmp_path):
    """Then the run goes on."""

    def have(client: RecordedClient) -> None:
        job = client.call("POST", MODEL, json=ASKED).json()
        client.account.faults.add({"status": 503}, on="status", times=1)
        for _ in range(2):
            client.sleep(30)
            client.call("GET", job["status_url"])

    replayed = make_recording(tmp_path, have)
    url = replayed.submit().json()["status_url"]
    assert [replayed.http.get(url).status_code for _ in range(4)] == [200, 503, 200, 200]
    assert replayed.http.get(url).json()["status"] == "COMPLETED"
