"""Answers to polls are kept while their jobs are as they were, and while there is room."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import FIXED_START, HOUR, SECOND
from mockserver.control.journal import JournalFilter
from mockserver.gateway.poll_answers import PollAnswer, PollAnswers
from mockserver.rules.jobs import Job
from mockserver.tests.conftest import PROMPT

ANSWER = PollAnswer(("T1",), 200, b"{}")


def make_job(number=0, payload=b"{}"):
    """Return a job of this number."""
    return Job(
        request_id=f"{number:032x}",
        ordinal=number,
        model=None,
        payload=payload,
        seed=None,
        price=Decimal(0),
        submitted_at=FIXED_START,
        started_at=FIXED_START + SECOND,
        finished_at=FIXED_START + 2 * SECOND,
        expires_at=FIXED_START + HOUR,
        ends="COMPLETED",
    )


def test_an_answer_is_found_while_its_job_is_as_it_was():
    """The same job and an equal one have it; one that has changed has none, nor has another key."""
    answers, job = PollAnswers(), make_job()
    answers.keep(("a",), job, ANSWER)
    equal = msgspec.structs.replace(job)
    changed = msgspec.structs.replace(job, finished_at=FIXED_START)
    found = [answers.find(("a",), each) for each in (job, equal, changed)]
    assert found == [ANSWER, ANSWER, None]
    assert answers.find(("b",), job) is None


def test_a_job_that_has_changed_has_its_answer_in_the_place_of_the_old_one():
    """Of one key there is one answer, and it is the newest."""
    answers, job = PollAnswers(), make_job()
    for body in (b"1", b"2"):
        answers.keep(("a",), job, ANSWER._replace(body=body))
    assert len(answers) == 1
    assert answers.find(("a",), job).body == b"2"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6_000)), max_size=40))
def test_answers_take_no_more_room_than_they_have(asked):
    """What is there stays within the bound, and the newest is there if it fits."""
    answers, last = PollAnswers(max_bytes=5_000), {}
    for number, size in asked:
        job = last[number] = make_job(number, payload=b"x" * size)
        answers.keep((str(number),), job, ANSWER)
        fits = 1_000 + size + len(ANSWER.body) <= 5_000
        assert (answers.find((str(number),), job) is not None) == fits
        found = [each for n, each in last.items() if answers.find((str(n),), each)]
        assert len(found) == len(answers)
        assert sum(1_000 + len(each.payload) + len(ANSWER.body) for each in found) <= 5_000


def test_the_answer_leaves_that_was_not_asked_for_longest():
    """One that is asked for again and again stays."""
    answers = PollAnswers(max_bytes=4_000)
    jobs = [make_job(number) for number in range(9)]
    for number, job in enumerate(jobs):
        answers.keep((str(number),), job, ANSWER)
        answers.find(("0",), jobs[0])
    assert answers.find(("0",), jobs[0]) == ANSWER
    assert answers.find(("5",), jobs[5]) is None


@pytest.mark.parametrize("suffix", ["", "/status"])
def test_a_poll_that_is_asked_twice_is_answered_alike_and_shows_the_same_facts(client, suffix):
    """What is kept is what was answered, and the journal cannot tell the two."""
    submitted = client.post("/v2/ideogram-3", PROMPT).json
    client.advance(HOUR // SECOND // 2)
    path = f"/v2/requests/{submitted['request_id']}{suffix}"
    first, second = client.get(path), client.get(path)
    assert first.body == second.body
    assert json.loads(first.body)["status"] == "COMPLETED"
    told = client.control.journal.show(JournalFilter())["requests"]
    assert told[1]["behaviours"] == told[2]["behaviours"] != []


def test_each_origin_is_told_its_own_urls(client):
    """An answer that was kept for one host says nothing of it to a client of another one."""
    submitted = client.post("/v2/ideogram-3", PROMPT).json
    path = f"/v2/requests/{submitted['request_id']}/status"
    hosts = ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:1"]
    told = [client.get(path, headers={"host": host}).json["status_url"] for host in hosts]
    assert [url.split("/")[2] for url in told] == hosts
