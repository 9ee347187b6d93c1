"""What is said at the end of a run."""

from __future__ import annotations

import httpx
import pytest

from mockserver.emulator import Emulator
from mockserver.programs.refused_hosts import RefusedHost
from mockserver.programs.runner import Outcome
from mockserver.programs.summary import Summary
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.replay.recording import record

ENDS = {"COMPLETED", "FAILED"}


@pytest.fixture
def emulator():
    """Return one whose jobs are done as clients poll."""
    return Emulator(clock="auto")


def summarize(emulator, status: int = 0, refused: list[RefusedHost] | None = None) -> Summary:
    """Return what is said of it after a run."""
    return Summary(emulator, Outcome("env", status, refused or []))


def play(emulator, key: str, *, model: str = "ideogram-3", prompt: str = "A boat") -> None:
    """Submit a job, and poll until it has ended."""
    with httpx.Client(transport=emulator.transport, headers={"x-api-key": key}) as client:
        url = f"https://api.segmind.com/v2/{model}"
        job = client.post(url, json=PROMPT | {"prompt": prompt}).json()
        while (state := client.get(job["status_url"]).json()["status"]) not in ENDS:
            pass
        if state == "COMPLETED":
            client.get(job["response_url"])


def test_a_run_that_asked_nothing_is_told_as_such(emulator):
    """Maybe the program was to call, and did not."""
    assert summarize(emulator).render() == "nothing was asked of segmind.com"
    refused = [RefusedHost("example.com", "TCP")]
    assert summarize(emulator, refused=refused).render() == (
        "nothing was asked of segmind.com; refused 1 other host: example.com"
    )


def test_calls_jobs_and_money_of_all_keys_are_counted(emulator):
    """Whatever keys the program had."""
    play(emulator, KEY)
    play(emulator, OTHER_KEY)
    play(emulator, KEY, prompt="mock:fail=No boats")
    found = summarize(emulator, status=3).to_json()
    assert (found["mode"], found["exit_status"], found["verdicts"]) == ("env", 3, [])
    assert (found["jobs"], found["spent"]) == ({"COMPLETED": 2, "FAILED": 1}, 0.15)
    assert found["calls"] == emulator.control.services.store.journals.last
    line = summarize(emulator).render()
    assert line.endswith(", 3 jobs (2 COMPLETED, 1 FAILED), $0.15 spent; no rule broken")


def test_broken_rules_are_shown_with_the_calls_that_broke_them(emulator):
    """As a failing test shows them; the first line counts them."""
    with httpx.Client(transport=emulator.transport) as client:
        client.get("https://api.segmind.com/v1/get-user-credits")
    summary = summarize(emulator)
    assert summary.has_broken_a_must
    first, text = summary.render().split("\n\n")
    assert first == "1 call, 0 jobs, $0.00 spent; broken rules: 1 MUST"
    assert text.startswith("segmock: MUST no-key: ")
    assert "GET  /v1/get-user-credits" in text


def test_advice_breaks_no_must(emulator):
    """A program that is held to MUST rules may leave it."""
    with httpx.Client(transport=emulator.transport, headers={"x-api-key": KEY}) as client:
        job = client.post("https://api.segmind.com/v2/ideogram-3", json=PROMPT).json()
        while client.get(job["status_url"]).json()["status"] != "COMPLETED":
            pass
    summary = summarize(emulator)
    assert not summary.has_broken_a_must
    assert "broken rules: 1 SHOULD" in summary.render()


def test_many_hosts_are_not_all_named(emulator):
    """The JSON has them all."""
    refused = [RefusedHost(f"10.0.0.{number}", "TCP") for number in range(12)]
    summary = summarize(emulator, refused=refused)
    assert summary.render().endswith(
        "refused 12 other hosts: " + ", ".join([*(each.host for each in refused[:10]), "2 more"])
    )
    assert len(summary.to_json()["refused"]) == 12


def test_calls_that_a_played_recording_lacks_are_told_and_judged(tmp_path):
    """With the sentences that the program was answered; a program that made none did well."""
    with record(tmp_path) as client:
        client.call("POST", "/v1/ideogram-3", json=PROMPT)
    playing = Emulator(clock="auto", replay=tmp_path)
    with httpx.Client(transport=playing.transport, headers={"x-api-key": KEY}) as client:
        assert client.post("https://api.segmind.com/v1/ideogram-3", json=PROMPT).is_success
        assert (summarize(playing).has_missed, summarize(playing).to_json()["missed"]) == (
            False,
            [],
        )
        error = client.post("https://api.segmind.com/v1/ideogram-3", json=PROMPT).json()["error"]
    found = summarize(playing)
    assert (found.has_missed, found.to_json()["missed"]) == (True, [error])
    assert f"1 call was not recorded\n  #2: {error}" in found.render()
