"""A recorded conversation is had again: outcomes, pictures, clocks, faults, and calls it lacks."""

from __future__ import annotations

import json
from uuid import UUID

import httpx
import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.recordings.keep import Keep
from mockserver.replay.marks import EMULATED, MISSED, MISSED_STATUS, RECORDED
from mockserver.tests.replay.recording import RecordedClient, record, record_picture

MODEL = "/v2/ideogram-3"
ASKED = {"prompt": "A lighthouse", "seed": 300}


class Replayed:
    """A fresh account of an emulator that plays a recording, and a client of it."""

    def __init__(self, folder, *, clock="auto", key="SG_of_a_replay", **settings) -> None:
        self.emulator = Emulator(replay=folder, clock=clock, seed=1, **settings)
        self.account = self.emulator.account(key)
        self.http = self.make_client(key)

    def make_client(self, key: str | None) -> httpx.Client:
        """Return a client with this key."""
        headers = {"x-api-key": key} if key else {}
        return httpx.Client(
            transport=self.emulator.transport, base_url="http://segmock", headers=headers
        )

    def submit(self, **changed) -> httpx.Response:
        """Submit what was recorded."""
        return self.http.post(MODEL, json={**ASKED, **changed})

    def poll_to_the_end(self, url: str, most: int = 50) -> list[str]:
        """Poll until the run has ended; return its states."""
        states: list[str] = []
        while (not states or states[-1] not in {"COMPLETED", "FAILED"}) and len(states) < most:
            states.append(self.http.get(url).json()["status"])
        return states

    @property
    def told(self) -> list[str]:
        """What the journal says of each exchange."""
        return [each["behaviours"][-1] for each in self.account.requests]


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """A recording of a picture, of one of v1 and of balances; with what the client was told."""
    folder = tmp_path_factory.mktemp("picture")
    with record(folder) as client:
        client.call("GET", "/v1/get-user-credits")
        told = record_picture(client)
        client.call("GET", "/v1/get-user-credits")
        client.call("POST", "/v1/ideogram-3", json={"prompt": "At once"}, takes_s=8)
    return folder, told


def make_recording(folder, have) -> Replayed:
    """Record what a client does; return a replay of it."""
    with record(folder) as client:
        have(client)
    return Replayed(folder)


def test_a_run_ends_as_it_did_with_the_same_picture(picture):
    """Ids are the replay's own, and its addresses are those at which it is asked."""
    folder, (recorded, states, result, content) = picture
    replayed = Replayed(folder)
    job = replayed.submit().json()
    assert job["request_id"] != recorded["request_id"]
    assert job["status_url"] == f"http://segmock/v2/requests/{job['request_id']}/status"
    assert replayed.poll_to_the_end(job["status_url"]) == ["PROCESSING", "COMPLETED"]
    assert states[-1] == "COMPLETED"
    told = replayed.http.get(job["response_url"]).json()
    file = told["images"][0]
    assert file["url"] == told["output"] == f"http://segmock/outputs/{file['file_name']}"
    assert told["metrics"] == result["metrics"]
    assert recorded["request_id"] not in json.dumps(told)
    answer = replayed.make_client(None).get(told["output"])
    assert (answer.content, answer.headers["content-type"]) == (content, "image/png")
    assert all(each.startswith(RECORDED) for each in replayed.told)


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


def test_the_same_seed_gives_the_same_ids(picture):
    """And another key has others."""
    folder, _ = picture
    first, second = (Replayed(folder).submit().json() for _ in range(2))
    assert first == second
    assert Replayed(folder, key="SG_another_key").submit().json() != first


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


def test_balances_come_in_their_order_and_the_last_one_stays(picture):
    """The account's own balance is not asked."""
    folder, _ = picture
    replayed = Replayed(folder, credits=5)
    told = [replayed.http.get("/v1/get-user-credits").json()["credits"] for _ in range(3)]
    assert told == [100.0, 99.925, 99.925]


def test_jobs_and_ledger_show_what_was_replayed(picture):
    """Its cost is the recorded one."""
    folder, _ = picture
    replayed = Replayed(folder)
    job = replayed.submit().json()
    replayed.poll_to_the_end(job["status_url"])
    shown = replayed.account.job(job["request_id"])
    assert (shown["state"], shown["params"]) == ("COMPLETED", ASKED)
    assert [each["amount"] for each in replayed.account.account["ledger"]] == [0.075]


def test_each_account_has_a_story_of_its_own_and_a_reset_begins_it_anew(picture):
    """Also one of the whole emulator."""
    folder, _ = picture
    replayed = Replayed(folder)
    assert replayed.submit().status_code == 200
    assert replayed.submit().status_code == MISSED_STATUS
    assert replayed.make_client("SG_another").post(MODEL, json=ASKED).status_code == 200
    replayed.account.reset()
    assert replayed.submit().status_code == 200
    replayed.http.post("/_mock/reset", json={})
    assert replayed.submit().status_code == 200


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
    assert "this is the second: would a client pay again?" in error


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


def test_faults_strike_what_is_replayed(picture):
    """Before, and after; a run that is failed by one fails, whatever was recorded."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.account.faults.add({"status": 503}, on="submit", times=1)
    assert [replayed.submit().status_code for _ in range(2)] == [503, 200]
    replayed.account.reset()
    replayed.account.faults.add({"state": "FAILED", "error": "Under a stone"}, on="submit")
    job = replayed.submit().json()
    assert replayed.poll_to_the_end(job["status_url"])[-1] == "FAILED"
    assert "Under a stone" in replayed.http.get(job["response_url"]).text


def test_a_fault_that_hands_out_other_addresses_has_the_run_go_on(picture):
    """The emulator tells those; what they are asked is answered as recorded."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.account.faults.add({"opaque_urls": True}, on="submit")
    job = replayed.submit().json()
    assert job["request_id"] not in job["status_url"].replace(job["request_id"] + "-", "")
    assert replayed.poll_to_the_end(job["status_url"]) == ["PROCESSING", "COMPLETED"]
    assert replayed.told[-1].startswith(RECORDED)


def test_a_fault_has_a_run_of_v1_fail(picture):
    """And one that waits is over when it was to be."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.account.faults.add({"state": "FAILED", "error": "Under a stone"}, on="sync")
    answer = replayed.http.post("/v1/ideogram-3", json={"prompt": "At once"})
    assert (answer.status_code, "Under a stone" in answer.text) == (500, True)


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


def test_a_job_can_be_steered_by_the_control_plane(picture):
    """Then its state decides; what was recorded of that state is told."""
    folder, _ = picture
    replayed = Replayed(folder, clock="frozen")
    job = replayed.submit().json()
    replayed.account.complete(job["request_id"])
    assert replayed.http.get(job["status_url"]).json()["status"] == "COMPLETED"
    assert replayed.http.get(job["response_url"]).json()["seed"] == 300
    replayed.account.expire(job["request_id"])
    assert replayed.http.get(job["status_url"]).status_code == 404


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


def test_an_account_that_is_revoked_is_refused(picture):
    """What is said of an account holds before anything that was recorded."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.account.configure(status="revoked")
    assert replayed.submit().status_code == 401


def test_a_store_that_others_share_cannot_be_replayed_to(picture):
    """It is refused before the store is looked for."""
    folder, _ = picture
    with pytest.raises(EmulatorError, match="kept in one process"):
        Emulator(replay=folder, store="redis://127.0.0.1:1/0")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no session is in it"),
        ({"a.jsonl": "no header\n"}, "a.jsonl:1"),
    ],
)
def test_a_recording_that_cannot_be_read_is_refused_at_the_start(tmp_path, files, said):
    """With the file, the line, and what to do."""
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(EmulatorError) as caught:
        Emulator(replay=tmp_path)
    assert said in str(caught.value)
    assert "segmock rec" in str(caught.value)


def test_a_recording_without_an_exchange_is_refused(tmp_path):
    """There would be nothing to replay."""
    with record(tmp_path):
        pass
    with pytest.raises(EmulatorError, match="no exchange was recorded"):
        Emulator(replay=tmp_path)
