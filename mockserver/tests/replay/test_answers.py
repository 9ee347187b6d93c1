"""What is told again: files and their addresses, refusals, lost answers."""

from __future__ import annotations

import httpx
import pytest

from mockserver.recordings.keep import Keep
from mockserver.replay.marks import MISSED_STATUS
from mockserver.tests.replay.recording import RecordedClient, record, record_picture
from mockserver.tests.replay.replayed import ASKED, MODEL, Replayed, make_recording


def test_parts_of_a_recorded_file_can_be_fetched(picture):
    """As of the emulator's own files."""
    folder, (_, _, _, content) = picture
    replayed = Replayed(folder)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    url = replayed.http.get(job["response_url"]).json()["output"]
    part = replayed.http.get(url, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])
    assert replayed.http.get(url, headers={"range": "bytes=999999-"}).status_code == 416
    assert replayed.http.head(url).headers["content-length"] == str(len(content))
    replayed.account.clock.advance(7 * 86_400 + 60)
    assert replayed.http.get(url).status_code == 404


def test_opaque_addresses_that_were_recorded_stay_opaque(tmp_path):
    """With an id of the replay's own in them."""
    own, token = "ab" * 16, "cd" * 16
    url = f"https://api.segmind.com/v2/requests/{own}-{token}/status"
    said = {"request_id": own, "status": "QUEUED", "status_url": url}

    def have(client: RecordedClient) -> None:
        for method, at, told in (
            ("POST", f"https://api.segmind.com{MODEL}", said),
            ("GET", url, {**said, "status": "COMPLETED"}),
        ):
            body = ASKED if method == "POST" else None
            asked = httpx.Request(method, at, json=body, headers={"x-api-key": "SG_of_somebody"})
            client.write(asked, httpx.Response(200, json=told))

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    assert f"/{job['request_id']}-" in job["status_url"]
    assert replayed.poll_to_the_end(job["status_url"])[-1] == "COMPLETED"
    plain = f"/v2/requests/{job['request_id']}/status"
    assert replayed.http.get(plain).status_code == 404


def test_a_redirect_leads_to_the_recorded_file(tmp_path):
    """As one does to a host of files."""
    there = "https://cdn.example.net/made/picture.png"

    def have(client: RecordedClient) -> None:
        asked = httpx.Request("GET", "https://api.segmind.com/somewhere")
        client.write(asked, httpx.Response(302, headers={"location": there}))
        picture = httpx.Response(200, headers={"content-type": "image/png"}, content=b"\x89PNG")
        client.write(httpx.Request("GET", there), picture)

    replayed = make_recording(tmp_path, have)
    found = replayed.make_client(None).get("/somewhere", follow_redirects=True)
    assert (found.content, found.url.host) == (b"\x89PNG", "segmock")


def test_an_output_of_one_run_can_be_the_input_of_the_next(tmp_path):
    """The client sends the address that it was told, and the recording has another."""

    def have(client: RecordedClient) -> None:
        _, _, result, _ = record_picture(client)
        asked = {"prompt": "Again", "image": result["output"]}
        client.call("POST", MODEL, json=asked)

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    url = replayed.http.get(job["response_url"]).json()["output"]
    again = replayed.http.post(MODEL, json={"prompt": "Again", "image": url})
    assert again.status_code == 200


def test_a_file_that_was_never_fetched_is_a_miss_that_says_so(tmp_path):
    """Its address is told all the same."""

    def have(client: RecordedClient) -> None:
        job = client.call("POST", MODEL, json=ASKED).json()
        client.sleep(30)
        client.call("GET", job["response_url"])

    replayed = make_recording(tmp_path, have)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["response_url"])
    url = replayed.http.get(job["response_url"]).json()["output"]
    missed = replayed.http.get(url)
    assert (missed.status_code, "was not fetched" in missed.text) == (MISSED_STATUS, True)


@pytest.mark.parametrize("kept", ["hashed", "dropped"])
def test_a_file_that_was_not_kept_is_a_miss_that_says_so(tmp_path, kept):
    """And what would keep it."""
    with record(tmp_path, Keep(media=kept)) as client:
        record_picture(client)
    replayed = Replayed(tmp_path)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    missed = replayed.http.get(replayed.http.get(job["response_url"]).json()["output"])
    assert missed.status_code == MISSED_STATUS
    assert "was not kept" in missed.text
    assert "--keep media=whole" in missed.text


def test_refusals_come_in_their_turn(tmp_path):
    """A 429 tells a reset that lies as far ahead as it did."""

    def have(client: RecordedClient) -> None:
        client.account.configure(plan="free", requests_per_minute=1)
        for _ in range(2):
            client.call("POST", MODEL, json=ASKED)
        client.sleep(60)
        client.call("POST", MODEL, json=ASKED)

    replayed = make_recording(tmp_path, have)
    assert [replayed.submit().status_code for _ in range(3)] == [200, 429, 200]


def test_a_lost_answer_is_lost_again(tmp_path):
    """The connection ends, as it did."""

    def have(client: RecordedClient) -> None:
        lost = httpx.Request(
            "POST", f"https://api.segmind.com{MODEL}", json=ASKED, headers={"x-api-key": "SG_x"}
        )
        client.write(lost, None)

    replayed = make_recording(tmp_path, have)
    with pytest.raises(httpx.RemoteProtocolError):
        replayed.submit()
