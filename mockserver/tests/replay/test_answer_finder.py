"""Which recorded answer a call gets: however it is spelled and kept, and what is said if none."""

from __future__ import annotations

from uuid import UUID

import pytest

from mockserver.recordings.keep import Keep
from mockserver.recordings.redaction import redact
from mockserver.replay import answer_finder
from mockserver.replay.marks import EMULATED, MISSED, MISSED_STATUS, RECORDED
from mockserver.tests.replay.recording import KEY, RecordedClient, record
from mockserver.tests.replay.replayed import ASKED, MODEL, Replayed, make_recording


def test_how_a_call_is_spelled_is_no_matter(picture):
    """Nor is its key, nor any header but the content type."""
    folder, _ = picture
    replayed = Replayed(folder)
    answer = replayed.http.post(
        MODEL,
        content=b'{ "seed": 3e2, "prompt": "A lighthouse" }',
        headers={"content-type": "application/json; charset=utf-8", "x-more": "1"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"prompt": "A boat"}, 'body.prompt was "A lighthouse", here it is "A boat"'),
        ({"seed": 301}, "body.seed was 300, here it is 301"),
        ({"style": [1]}, "body.style was absent, here it is [1]"),
    ],
)
def test_a_call_that_was_not_recorded_fails_and_names_the_difference(picture, changed, said):
    """With both values, and where the nearest call is; the journal says that it was a miss."""
    folder, _ = picture
    replayed = Replayed(folder)
    answer = replayed.submit(**changed)
    error = answer.json()["error"]
    assert (answer.status_code, replayed.told) == (MISSED_STATUS, [MISSED])
    assert error.startswith("segmock replay: POST /v2/ideogram-3 was not recorded like this")
    assert said in error
    assert ".jsonl:3" in error
    assert replayed.account.jobs == []


def test_one_call_too_many_asks_whether_a_client_would_pay_again(picture):
    """A question may be asked again, a run may not."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.submit()
    error = replayed.submit().json()["error"]
    assert "was recorded once" in error
    assert "this is the second: would a client pay $0.075 again?" in error


def test_the_same_call_twice_is_answered_in_the_order_of_the_recording(tmp_path):
    """Two runs with the same parameters are two runs."""

    def have(client: RecordedClient) -> None:
        for _ in range(2):
            client.call("POST", MODEL, json=ASKED)

    replayed = make_recording(tmp_path, have)
    first, second, third = (replayed.submit() for _ in range(3))
    assert first.json()["request_id"] != second.json()["request_id"]
    assert "was recorded twice" in third.json()["error"]
    assert "this is the third" in third.json()["error"]


def test_an_unknown_id_is_a_miss_and_a_missing_key_another(picture):
    """The sentence says which."""
    folder, _ = picture
    replayed = Replayed(folder)
    assert replayed.http.get(f"/v2/requests/{'0' * 32}/status").status_code == MISSED_STATUS
    bare = replayed.make_client(None).post(MODEL, json=ASKED)
    assert "the key was there, here it is absent" in bare.json()["error"]


def test_what_others_were_told_of_a_run_is_told_to_others(tmp_path):
    """It is no state of the run: another key's 404, and the 401 of a call without one."""

    def have(client: RecordedClient) -> None:
        job = client.call("POST", MODEL, json=ASKED).json()
        client.call("GET", job["status_url"], key="SG_of_somebody_else_entirely")
        client.call("GET", job["status_url"], key=None)
        client.sleep(60)
        client.call("GET", job["status_url"])

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    refused = replayed.make_client("SG_another").get(job["status_url"])
    assert (refused.status_code, job["request_id"] in refused.text) == (404, True)
    assert replayed.make_client(None).get(job["status_url"]).status_code == 401
    assert replayed.poll_to_the_end(job["status_url"]) == ["QUEUED", "COMPLETED"]
    dashed = str(UUID(hex=job["request_id"])).upper()
    assert replayed.http.get(f"/v2/requests/{dashed}/status").json()["status"] == "COMPLETED"


def test_what_was_not_recorded_can_be_emulated(picture):
    """Its run goes its own way beside the replayed ones, and the journal tells them apart."""
    folder, _ = picture
    replayed = Replayed(folder, on_miss="emulate")
    job = replayed.submit(prompt="A boat").json()
    assert replayed.poll_to_the_end(job["status_url"]) == ["QUEUED", "PROCESSING", "COMPLETED"]
    url = replayed.http.get(job["response_url"]).json()["output"]
    assert replayed.http.get(url).status_code == 200
    assert set(replayed.told) == {EMULATED}
    assert replayed.submit().status_code == 200
    assert replayed.told[-1].startswith(RECORDED)


@pytest.mark.parametrize("kept", ["whole", "hashed", "dropped"])
def test_uploads_match_by_their_digests_whatever_was_kept(tmp_path, kept):
    """The boundary is drawn anew each time; a file that was dropped matches any."""
    file = {"image": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png")}
    other = {"image": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(41), "image/png")}
    with record(tmp_path, Keep(media=kept)) as client:
        client.call("POST", MODEL, data={"prompt": "A boat"}, files=file)
    told = []
    for sent in (other, file):
        http = Replayed(tmp_path).http
        told.append(http.post(MODEL, data={"prompt": "A boat"}, files=sent).status_code)
    assert told == [200 if kept == "dropped" else MISSED_STATUS, 200]


def test_a_report_for_tests_in_other_languages_names_what_was_not_recorded(picture):
    """As one of Python's does."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.submit(prompt="A boat")
    where = {"api_key": "SG_of_a_replay"}
    told = replayed.http.get("/_mock/report", params=where).json()
    assert "1 call was not recorded" in told["violations"][0]
    replayed.account.reset()
    replayed.submit()
    assert replayed.http.get("/_mock/report", params=where).json()["violations"] == []
    assert replayed.http.get("/_mock/health").json()["replay"] is True


@pytest.mark.parametrize("kept", ["hashed", "dropped"])
def test_prompts_that_were_not_kept_still_match(tmp_path, kept):
    """By their digest; or any, where nothing is left of them."""
    with record(tmp_path, Keep(prompts=kept)) as client:
        client.call("POST", MODEL, json=ASKED)
    replayed = Replayed(tmp_path)
    assert replayed.submit().status_code == 200


def test_secrets_match_whatever_they_are_called(tmp_path):
    """A recording has names for them, with numbers that are its own."""

    def have(client: RecordedClient) -> None:
        client.call("POST", MODEL, json={"prompt": "Write to ann@example.org"})
        client.call("POST", MODEL, json={"prompt": "Write to bob@example.org"})

    replayed = make_recording(tmp_path, have)
    told = [
        replayed.http.post(MODEL, json={"prompt": f"Write to {name}@example.net"}).status_code
        for name in ("cy", "di", "ed")
    ]
    assert told == [200, 200, MISSED_STATUS]


def test_two_clients_that_were_recorded_at_once_each_have_their_own_story_again(tmp_path):
    """A key goes on with the recorded key whose call it made last, whatever the other was told."""

    def have(client: RecordedClient) -> None:
        other = "SG_of_the_other_client"
        client.emulator.account(other, credits=5)
        for key, prompt in ((KEY, "A boat"), (other, "A ship")):
            client.call("POST", MODEL, json={"prompt": prompt}, key=key)
        for _ in range(2):
            client.call("GET", "/v1/get-user-credits", key=KEY)
            client.call("POST", "/v1/ideogram-3", json={"prompt": "At once"}, key=KEY)
            client.call("GET", "/v1/get-user-credits", key=other)

    replayed = make_recording(tmp_path, have)
    told = {}
    for key, prompt in (("SG_second", "A ship"), ("SG_first", "A boat")):
        http = replayed.make_client(key)
        assert http.post(MODEL, json={"prompt": prompt}).status_code == 200
        asked = [http.get("/v1/get-user-credits").json()["credits"] for _ in range(3)]
        told[key] = asked
    assert told == {"SG_second": [5, 5, 5], "SG_first": [100, 99.925, 99.925]}


def test_one_key_can_make_the_calls_of_several(tmp_path):
    """As when a key was changed while the recorder ran: its own come first, then the others."""

    def have(client: RecordedClient) -> None:
        for key in (KEY, "SG_of_the_other_client"):
            client.call("POST", MODEL, json=ASKED, key=key)

    replayed = make_recording(tmp_path, have)
    assert [replayed.submit().status_code for _ in range(3)] == [200, 200, MISSED_STATUS]


@pytest.mark.parametrize(
    ("prompt", "keep", "looks"),
    [
        ("A lighthouse", Keep(), False),
        ("A lighthouse", Keep(prompts="hashed"), True),
        ("Write to ann@example.org", Keep(), True),
    ],
)
def test_secrets_are_looked_for_only_where_redaction_has_altered_what_was_recorded(
    tmp_path, monkeypatch, prompt, keep, looks
):
    """It takes a second a megabyte, in which nobody else is answered."""
    with record(tmp_path, keep) as client:
        client.call("POST", MODEL, json={"prompt": prompt})
    replayed, seen = Replayed(tmp_path), []
    monkeypatch.setattr(
        answer_finder, "redact", lambda *given: seen.append(given) or redact(*given)
    )
    assert replayed.submit(prompt="A boat").status_code == MISSED_STATUS
    assert bool(seen) is looks
