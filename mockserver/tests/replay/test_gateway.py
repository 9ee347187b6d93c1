"""A recorded conversation is had again: outcomes, ids, accounts, faults, the control plane."""

from __future__ import annotations

import json

from mockserver.replay.marks import MISSED_STATUS, RECORDED
from mockserver.tests.replay.replayed import ASKED, MODEL, Replayed


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


def test_the_same_seed_gives_the_same_ids(picture):
    """And another key has others."""
    folder, _ = picture
    first, second = (Replayed(folder).submit().json() for _ in range(2))
    assert first == second
    assert Replayed(folder, key="SG_another_key").submit().json() != first


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


def test_a_job_can_be_stalled_by_the_control_plane(picture):
    """However long it was recorded to take."""
    folder, _ = picture
    replayed = Replayed(folder, clock="frozen")
    job = replayed.submit().json()
    state = replayed.account.stall(job["request_id"])["state"]
    replayed.account.clock.advance(1000)
    assert replayed.http.get(job["status_url"]).json()["status"] == state == "PROCESSING"


def test_an_account_that_is_revoked_is_refused(picture):
    """What is said of an account holds before anything that was recorded."""
    folder, _ = picture
    replayed = Replayed(folder)
    replayed.account.configure(status="revoked")
    assert replayed.submit().status_code == 401
