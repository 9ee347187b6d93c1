"""Calls that should not have been made, and those like them that may be."""

import pytest

from mockserver.base.clock import FIXED_START, SECOND, render_iso
from mockserver.state.journal_bounds import MAX_BODY
from mockserver.tests.verdicts.stories import (
    BODY,
    JSON,
    POLL,
    RESET,
    RESULT,
    ask,
    find_offences,
    get,
    make_limited_run,
    make_lost_run,
    post,
)


@pytest.mark.fact("S2")
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
@pytest.mark.parametrize("delivery", ["lost", "damaged"])
def test_a_run_sent_again_after_a_lost_answer_may_be_paid_twice(path, delivery):
    """The lost one is named first, then all that repeat it, whatever their own answers."""
    story = [
        make_lost_run(path, delivery=delivery),
        get(),
        post(path),
        make_lost_run(path),
        post(path, status=500),
    ]
    assert find_offences("resubmitted-after-lost-answer", *story) == (1, 3, 4, 5)


@pytest.mark.fact("S2")
def test_an_answer_that_never_was_is_a_lost_one():
    """Where nothing was sent at all, the client knows as little."""
    story = [make_lost_run(status=None, model=None), post()]
    assert find_offences("resubmitted-after-lost-answer", *story) == (1, 2)


@pytest.mark.fact("S2")
@pytest.mark.parametrize(
    "story",
    [
        [post(status=503), post()],
        [post(), post()],
        [post(), make_lost_run()],
        [make_lost_run()],
        [make_lost_run(), post(body=b'{"prompt":"b"}')],
        [make_lost_run(), post("/v2/ideogram-2a-txt-2-img")],
        [make_lost_run(), post("/v1/ideogram-3")],
        [get(delivery="lost"), get(at_s=1)],
        [ask("PUT", "/v2/ideogram-3", body=BODY, delivery="lost"), post()],
    ],
    ids=["5xx", "both 200", "lost last", "alone", "body", "model", "route", "poll", "method"],
)
def test_other_runs_after_a_lost_answer_are_legal(story):
    """What arrived, what differs and what is no run may be sent again."""
    assert find_offences("resubmitted-after-lost-answer", *story) == ()


def make_sized_run(length, **changes):
    """Return a run with the length that its client stated."""
    return {"sent": {"content-length": str(length)}, **changes}


@pytest.mark.fact("S2")
def test_bodies_that_were_cut_are_told_apart_by_their_length():
    """Of a long body only the beginning is kept, and of one too long nothing."""
    cut, name = b"x" * (MAX_BODY + 1), "resubmitted-after-lost-answer"
    for kept in ({"body": cut}, {"body": b"", "oversized": True}):
        first = make_lost_run(**make_sized_run(70_000, **kept))
        assert find_offences(name, first, post(**make_sized_run(70_000, **kept))) == (1, 2)
        assert find_offences(name, first, post(**make_sized_run(70_001, **kept))) == ()
    assert find_offences(name, make_lost_run(**make_sized_run(14)), post()) == (1, 2)


@pytest.mark.fact("A3", "A6", "E2", "E3", "E4", "R8")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 410, 413])
def test_a_refused_run_that_is_repeated_is_refused_again(status):
    """Each repetition of a call that cannot succeed counts, whatever came between."""
    story = [post(status=status), get(), post(status=status), post(status=status)]
    assert find_offences("repeated-after-refusal", *story) == (3, 4)


@pytest.mark.fact("A3", "E2", "E5", "E6", "T6")
@pytest.mark.parametrize(
    "story",
    [
        [post(status=400), post(body=b'{"prompt":"b"}')],
        [post(status=400), post("/v2/ideogram-3?a=1")],
        [post(status=401), post(key="SG_fedcba9876543210")],
        [post(status=406, sent={"content-type": "text/plain"}), post()],
        [post(status=401, sent={"authorization": "Bearer a"}), post()],
        [post(status=400, delivery="lost"), post(status=400)],
        [post(status=500), post(status=502), post()],
        [post(status=429), post()],
        [get(status=404), get(status=404, at_s=1)],
        [post(status=400), get()],
    ],
    ids=["body", "query", "key", "type", "bearer", "lost", "5xx", "429", "job", "other"],
)
def test_a_call_that_was_changed_or_can_heal_may_be_made(story):
    """Another body, query, key or type makes another call; lost answers, 5xx and 429 pass."""
    assert find_offences("repeated-after-refusal", *story) == ()


@pytest.mark.fact("E5")
def test_a_run_before_the_reset_is_impatient():
    """Runs before the instant that the 429 named count, and a later 429 moves the instant."""
    story = [
        make_limited_run(),
        post("/v1/ideogram-3", at_s=9.9),
        make_limited_run(at_s=9.95, reset_s=20),
        post(at_s=19),
        post(at_s=20),
    ]
    assert find_offences("called-before-reset", *story) == (2, 3, 4)


@pytest.mark.fact("E5")
def test_a_poll_before_the_reset_of_polls_is_impatient():
    """A 429 on one poll route holds for the others; the header's name is as HTTP has it."""
    headers = ((RESET.title().encode(), render_iso(FIXED_START + 5 * SECOND).encode()),)
    story = [get(RESULT, status=429, headers=headers), get(at_s=1), get(POLL, at_s=5)]
    assert find_offences("called-before-reset", *story) == (2,)


@pytest.mark.fact("E5")
def test_a_balance_before_the_reset_that_it_was_told_is_impatient():
    """Whatever is limited has a window of its own: runs and polls go on meanwhile."""
    headers = ((RESET.encode(), render_iso(FIXED_START + 5 * SECOND).encode()),)
    balance = "/v1/get-user-credits"
    story = [get(balance, status=429, headers=headers), post(at_s=1), get(at_s=2)]
    assert find_offences("called-before-reset", *story, get(balance, at_s=3)) == (4,)


@pytest.mark.fact("E5", "L2")
@pytest.mark.parametrize(
    "story",
    [
        [make_limited_run(), post(at_s=10)],
        [make_limited_run(), get(at_s=1), ask("GET", "/v1/get-user-credits", at_s=1)],
        [make_limited_run(), post(at_s=1, key="SG_fedcba9876543210")],
        [make_limited_run(at_s=3), post("/v1/ideogram-3", at_s=2)],
        [make_limited_run(clock="x60"), post(at_s=1)],
        [make_limited_run(), post(at_s=1, clock="frozen")],
        [make_limited_run(delivery="damaged"), post(at_s=1)],
        [make_limited_run(reset_s=None), post(at_s=1)],
        [make_limited_run(headers=((RESET.encode(), b"soon\xff"),)), post(at_s=1)],
        [post(reset_s=10), post(at_s=1)],
    ],
    ids=["after", "kind", "key", "under way", "x60", "frozen", "lost", "none", "garbled", "200"],
)
def test_waiting_or_not_knowing_is_not_impatient(story):
    """What waits, was under way, is of another kind or could not know is patient."""
    assert find_offences("called-before-reset", *story) == ()


@pytest.mark.fact("E5")
def test_a_client_that_sleeps_virtually_can_be_impatient():
    """With virtual sleep a reset can be waited for, so that not to wait counts on any clock."""
    story = [
        make_limited_run(clock="auto", slept=0),
        post(clock="auto", slept=0, at_s=1),
        post(clock="auto", slept=10 * SECOND, at_s=10),
    ]
    assert find_offences("called-before-reset", *story) == (2,)


@pytest.mark.fact("E3")
@pytest.mark.parametrize("kind", ["", "text/plain", "application/json-patch+json", "json"])
def test_a_run_of_a_wrong_type_is_refused(kind):
    """A type that is missing, or is neither JSON nor multipart, counts on both routes."""
    story = [post(sent={"content-type": kind}), post("/v1/a", sent={"content-type": kind})]
    assert find_offences("wrong-content-type", *story) == (1, 2)


@pytest.mark.fact("E3")
@pytest.mark.parametrize("kind", [JSON, "Application/JSON ; charset=utf-8", "multipart/form-data"])
def test_a_run_of_a_right_type_is_not(kind):
    """JSON and multipart pass with any parameters; other verbs and routes need no type."""
    story = [post(sent={"content-type": kind}, status=406), get(), ask("GET", "/v2/a")]
    story.append(ask("POST", "/v1/get-user-credits", sent={"content-type": "text/plain"}))
    assert find_offences("wrong-content-type", *story) == ()


@pytest.mark.fact("P1")
def test_a_number_as_text_is_remarked():
    """Each run in whose JSON there is one counts, whatever its answer."""
    story = [
        post(numbers_as_text=("seed",)),
        post(),
        post("/v1/a", status=400, numbers_as_text=("samples", "sizes[0]")),
        get(),
    ]
    assert find_offences("number-as-text", *story) == (1, 3)
