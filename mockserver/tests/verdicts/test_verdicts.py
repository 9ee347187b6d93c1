"""Every rule for clients is drawn by the story that breaks it, and not by the one next to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import FIXED_START, SECOND, iso
from mockserver.base.wire import Request
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import find
from mockserver.state.journal import Entry
from mockserver.state.journal_bounds import MAX_BODY
from mockserver.verdicts.verdicts import CHECKS, verdicts

CATALOGUE = Catalogue()
KEY = "SG_0123456789abcdef"
JOB = "0123456789abcdef0123456789abcdef"
OTHER_JOB = JOB[::-1]
HOST = "http://localhost"
STATUS = f"/v2/requests/{JOB}/status"
RESULT = f"/v2/requests/{JOB}"
POLL = f"/v1/requests/{JOB}"
OPAQUE = f"/v2/requests/{JOB}-f00d"
OUTPUT = "/outputs/abc.png"
BODY = b'{"prompt":"a"}'
JSON = "application/json"
RESET = "x-rate-limit-reset-at-utc"


def told(state, **more):
    """Return the body of an answer that says a state."""
    return json.dumps({"status": state, **more}).encode()


def ask(method, path, *, at_s=0.0, key=KEY, answer=None, reset_s=None, sent=None, **changes):
    """Return an exchange, its number left open; it is answered with 200 at once."""
    path, _, query = path.partition("?")
    route, subject = find(path)
    named = {"x-api-key": key, "content-type": JSON if method == "POST" else None, **(sent or {})}
    at = FIXED_START + round(at_s * SECOND)
    reset = () if reset_s is None else ((RESET, iso(FIXED_START + round(reset_s * SECOND))),)
    request = Request(
        method=method,
        path=path,
        query=query,
        headers={name.encode(): value.encode() for name, value in named.items() if value},
        body=changes.pop("body", b""),
        oversized=changes.pop("oversized", False),
        received_s=100.0 + at_s,
    )
    fields = {
        "seq": 0,
        "at": at,
        "answered_at": at,
        "api_key": key,
        "request": request,
        "route": route,
        "model": subject if method == "POST" else None,
        "request_id": subject if "/requests/" in path else None,
        "status": 200,
        "headers": tuple((name.encode(), value.encode()) for name, value in reset),
        "body": answer if answer is not None else told("QUEUED"),
        "behaviours": (),
    }
    return Entry(**{**fields, **changes})


def post(path="/v2/ideogram-3", body=BODY, **changes):
    """Return a run's exchange."""
    return ask("POST", path, body=body, **changes)


def get(path=STATUS, state="PROCESSING", **changes):
    """Return a poll's exchange, answered with a state."""
    return ask("GET", path, **{"answer": told(state), **changes})


def lost(path="/v2/ideogram-3", **changes):
    """Return a run whose answer did not arrive."""
    return post(path, **{"delivery": "lost", **changes})


def limited(**changes):
    """Return a run that was refused until ten seconds after the start."""
    return post(**{"status": 429, "reset_s": 10, "answer": b"", **changes})


def handed(**changes):
    """Return a submit that hands out URLs with a token."""
    urls = {"status_url": f"{HOST}{OPAQUE}/status", "response_url": HOST + OPAQUE, "poll_url": 7}
    return post(**{"answer": told("QUEUED", request_id=JOB, **urls), **changes})


def gone(count):
    """Return a poll answered with 404, and more of them."""
    return [get(status=404, answer=b"{}", at_s=s) for s in range(count + 1)]


def judged(*story):
    """Return the verdicts on a story, each as its id and what it is about."""
    entries = [
        Entry(**{**{f: getattr(entry, f) for f in entry.__struct_fields__}, "seq": seq})
        for seq, entry in enumerate(story, 1)
    ]
    return {each.id: each.requests for each in verdicts(entries, CATALOGUE.verdicts)}


def about(name, *story):
    """Return which exchanges of a story break a rule; none, if it is kept."""
    return judged(*story).get(name, ())


# --- The table ----------------------------------------------------------------------------


def test_every_rule_has_a_check_and_every_check_a_rule():
    """The checks and the rows of the table have the same ids."""
    assert set(CHECKS) == set(CATALOGUE.verdicts)


def test_every_rule_rests_on_facts_of_the_register():
    """What a rule names as its facts is in the register."""
    known = {row.id for row in CATALOGUE.behaviours}
    assert {fact for row in CATALOGUE.verdicts.values() for fact in row.facts} <= known


def test_a_verdict_says_what_its_row_says():
    """A verdict is its row with the numbers of the exchanges."""
    (verdict,) = verdicts(iter([ask("GET", OUTPUT)]), CATALOGUE.verdicts)
    row = CATALOGUE.verdicts["key-to-output"]
    assert (verdict.id, verdict.level, verdict.title) == (row.id, "MUST", row.title)
    assert (verdict.explanation, verdict.facts) == (row.explanation, ("R7",))
    assert verdict.requests == (0,)


def test_the_grave_come_first_and_then_the_early():
    """MUST comes before SHOULD whenever it happened, and within each the first offence."""
    story = [
        get(RESULT),
        post(sent={"content-type": "text/plain"}),
        ask("GET", OUTPUT),
        ask("GET", "/v1/get-user-credits", key=None),
    ]
    assert list(judged(*story).items()) == [
        ("key-to-output", (3,)),
        ("no-key", (4,)),
        ("fetched-result-early", (1,)),
        ("wrong-content-type", (2,)),
    ]


def test_a_good_client_draws_no_verdict():
    """Submit, poll with pauses, fetch once, download without a key: nothing to say."""
    submit = {"status_url": HOST + STATUS, "response_url": HOST + RESULT, "request_id": JOB}
    story = [
        post(answer=told("QUEUED", **submit)),
        get(at_s=1),
        get(at_s=2, state="COMPLETED"),
        get(RESULT, at_s=2, state="COMPLETED"),
        ask("GET", OUTPUT, key=None, at_s=3, answer=b"\x89PNG"),
    ]
    assert judged(*story) == {}
    assert judged() == {}


# --- MUST ---------------------------------------------------------------------------------


@pytest.mark.fact("S2")
@pytest.mark.parametrize("path", ["/v1/ideogram-3", "/v2/ideogram-3"])
@pytest.mark.parametrize("delivery", ["lost", "damaged"])
def test_a_run_sent_again_after_a_lost_answer_may_be_paid_twice(path, delivery):
    """The lost one is named first, then all that repeat it, whatever their own answers."""
    story = [lost(path, delivery=delivery), get(), post(path), lost(path), post(path, status=500)]
    assert about("resubmitted-after-lost-answer", *story) == (1, 3, 4, 5)


@pytest.mark.fact("S2")
def test_an_answer_that_never_was_is_a_lost_one():
    """Where nothing was sent at all, the client knows as little."""
    story = [lost(status=None, model=None), post()]
    assert about("resubmitted-after-lost-answer", *story) == (1, 2)


@pytest.mark.fact("S2")
@pytest.mark.parametrize(
    "story",
    [
        [post(status=503), post()],
        [post(), post()],
        [post(), lost()],
        [lost()],
        [lost(), post(body=b'{"prompt":"b"}')],
        [lost(), post("/v2/ideogram-2a-txt-2-img")],
        [lost(), post("/v1/ideogram-3")],
        [get(delivery="lost"), get(at_s=1)],
        [ask("PUT", "/v2/ideogram-3", body=BODY, delivery="lost"), post()],
    ],
    ids=["5xx", "both 200", "lost last", "alone", "body", "model", "route", "poll", "method"],
)
def test_other_runs_after_a_lost_answer_are_legal(story):
    """What arrived, what differs and what is no run may be sent again."""
    assert about("resubmitted-after-lost-answer", *story) == ()


def sized(length, **changes):
    """Return a run with the length that its client stated."""
    return {"sent": {"content-length": str(length)}, **changes}


@pytest.mark.fact("S2")
def test_bodies_that_were_cut_are_told_apart_by_their_length():
    """Of a long body only the beginning is kept, and of one too long nothing."""
    cut, name = b"x" * (MAX_BODY + 1), "resubmitted-after-lost-answer"
    for kept in ({"body": cut}, {"body": b"", "oversized": True}):
        first = lost(**sized(70_000, **kept))
        assert about(name, first, post(**sized(70_000, **kept))) == (1, 2)
        assert about(name, first, post(**sized(70_001, **kept))) == ()
    assert about(name, lost(**sized(14)), post()) == (1, 2)


@pytest.mark.fact("A3", "A6", "E2", "E3", "E4", "R8")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 410, 413])
def test_a_refused_run_that_is_repeated_is_refused_again(status):
    """Each repetition of a call that cannot succeed counts, whatever came between."""
    story = [post(status=status), get(), post(status=status), post(status=status)]
    assert about("repeated-after-refusal", *story) == (3, 4)


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
    assert about("repeated-after-refusal", *story) == ()


@pytest.mark.fact("E5")
def test_a_run_before_the_reset_is_impatient():
    """Runs before the instant that the 429 named count, and a later 429 moves the instant."""
    story = [
        limited(),
        post("/v1/ideogram-3", at_s=9.9),
        limited(at_s=9.95, reset_s=20),
        post(at_s=19),
        post(at_s=20),
    ]
    assert about("called-before-reset", *story) == (2, 3, 4)


@pytest.mark.fact("E5")
def test_a_poll_before_the_reset_of_polls_is_impatient():
    """A 429 on one poll route holds for the others; the header's name is as HTTP has it."""
    headers = ((RESET.title().encode(), iso(FIXED_START + 5 * SECOND).encode()),)
    story = [get(RESULT, status=429, headers=headers), get(at_s=1), get(POLL, at_s=5)]
    assert about("called-before-reset", *story) == (2,)


@pytest.mark.fact("E5", "L2")
@pytest.mark.parametrize(
    "story",
    [
        [limited(), post(at_s=10)],
        [limited(), get(at_s=1), ask("GET", "/v1/get-user-credits", at_s=1)],
        [limited(), post(at_s=1, key="SG_fedcba9876543210")],
        [limited(at_s=3), post("/v1/ideogram-3", at_s=2)],
        [limited(clock="x60"), post(at_s=1)],
        [limited(), post(at_s=1, clock="frozen")],
        [limited(delivery="damaged"), post(at_s=1)],
        [limited(reset_s=None), post(at_s=1)],
        [limited(headers=((RESET.encode(), b"soon\xff"),)), post(at_s=1)],
        [post(reset_s=10), post(at_s=1)],
    ],
    ids=["after", "kind", "key", "under way", "x60", "frozen", "lost", "none", "garbled", "200"],
)
def test_waiting_or_not_knowing_is_not_impatient(story):
    """What waits, was under way, is of another kind or could not know is patient."""
    assert about("called-before-reset", *story) == ()


@pytest.mark.fact("A1")
@pytest.mark.parametrize("name", ["api_key", "apikey", "api-key", "X-API-Key", "key", "token"])
def test_a_key_in_a_query_is_found_by_its_name(name):
    """A parameter that is called like a key is one, on any route."""
    story = [get(f"{STATUS}?{name}=a"), post(), ask("GET", f"/x?a=1&{name}=b", key=None)]
    assert about("key-in-query", *story) == (1, 3)


@pytest.mark.fact("A1")
def test_a_key_in_a_query_is_found_by_its_value():
    """This account's key is one under any name, also where no header has it."""
    story = [get(), ask("GET", f"{OUTPUT}?a={KEY}", key=None)]
    assert about("key-in-query", *story) == (2,)
    assert about("key-in-query", get(f"{STATUS}?a=b&key=&tokens=c&d")) == ()


@pytest.mark.fact("A4")
def test_a_key_as_bearer_does_not_open_inference():
    """A Bearer token on a run counts, beside the right header too, and on a poll not."""
    bearer = {"authorization": f"bearer {KEY}"}
    story = [post(sent=bearer, key=None), post("/v1/a", sent=bearer), get(sent=bearer)]
    assert about("key-as-bearer", *story) == (1, 2)
    assert about("key-as-bearer", post(sent={"authorization": "Basic a"})) == ()


@pytest.mark.fact("R7")
def test_a_download_takes_no_key():
    """Either header with a key counts on an output, and on an output only."""
    bearer = {"authorization": f"Bearer {KEY}"}
    story = [ask("GET", OUTPUT), ask("HEAD", OUTPUT, key=None, sent=bearer)]
    assert about("key-to-output", *story, ask("GET", OUTPUT, key=None), get()) == (1, 2)


@pytest.mark.fact("A1", "A2")
def test_a_call_without_any_key_is_always_refused():
    """No key counts where one is needed: on runs, polls and credits."""
    paths = ["/v1/a", "/v2/a", STATUS, RESULT, POLL, "/v1/get-user-credits"]
    assert about("no-key", *(ask("GET", path, key=None) for path in paths)) == (1, 2, 3, 4, 5, 6)


@pytest.mark.fact("A2", "R7")
def test_a_key_in_the_wrong_place_is_another_matter():
    """A key as Bearer or in the query is misplaced, not missing; some routes need none."""
    story = [
        post(key=None, sent={"authorization": f"Bearer {KEY}"}),
        post(f"/v2/a?api_key={KEY}", key=None),
        ask("GET", OUTPUT, key=None),
        ask("GET", "/favicon.ico", key=None),
        get(),
    ]
    assert about("no-key", *story) == ()


@pytest.mark.fact("S1", "S1b")
def test_a_client_that_builds_its_own_urls_is_found_out():
    """After a submit with opaque URLs each path made of the id counts, however it is spelled."""
    dashed = f"{JOB[:8]}-{JOB[8:12]}-{JOB[12:16]}-{JOB[16:20]}-{JOB[20:]}"
    story = [handed(), get(), get(RESULT), get(POLL), get(f"/v2/requests/{dashed}")]
    assert about("built-own-url", *story) == (2, 3, 4, 5)


@pytest.mark.fact("S1", "S1b")
def test_a_token_may_stand_in_the_query():
    """A URL that was handed out is followed, whatever it is made of."""
    token = told("QUEUED", request_id=JOB, status_url=f"{HOST}{STATUS}?t=1")
    story = [handed(answer=token), get(f"{STATUS}?t=1"), get(STATUS)]
    assert about("built-own-url", *story) == (3,)


@pytest.mark.fact("S1", "S1b")
@pytest.mark.parametrize(
    "story",
    [
        [handed(), get(f"{OPAQUE}/status"), get(OPAQUE)],
        [handed(answer=told("QUEUED", request_id=JOB, status_url=HOST + STATUS)), get()],
        [handed(answer=told("QUEUED", request_id=JOB)), get()],
        [handed(answer=told("QUEUED", request_id=[], status_url="a")), get()],
        [handed(delivery="damaged"), get()],
        [handed(), get(f"/v2/requests/{OTHER_JOB}")],
        [get(), handed()],
    ],
    ids=["opaque", "usual", "no URL", "no id", "lost", "other job", "before"],
)
def test_following_what_was_handed_out_is_right(story):
    """Opaque URLs are followed; where the usual ones were handed out they may be built."""
    assert about("built-own-url", *story) == ()


# --- SHOULD -------------------------------------------------------------------------------


@pytest.mark.fact("R3")
def test_polls_without_a_pause_are_too_fast():
    """The second of two polls of a job counts, if the first was less than 0.2 s ago."""
    story = [get(), get(at_s=0.1), get(at_s=0.25), get(at_s=0.5), get(at_s=0.5, delivery="lost")]
    assert about("polled-too-fast", *story) == (2, 3, 5)


@pytest.mark.fact("R3")
@pytest.mark.parametrize(
    "story",
    [
        [get(), get(at_s=0.25)],
        [get(), get(RESULT), get(POLL)],
        [get(), get(f"/v2/requests/{OTHER_JOB}/status")],
        [get(clock="auto"), get(clock="auto")],
        [get(), get(clock="x60"), get(at_s=0.25)],
        [ask("HEAD", STATUS), ask("HEAD", STATUS)],
        [ask("GET", "/v1/get-user-credits")] * 2,
    ],
    ids=["pause", "routes", "jobs", "auto", "mixed", "HEAD", "credits"],
)
def test_polls_with_a_pause_or_of_different_things_are_not(story):
    """Pauses of 0.2 s, other routes and jobs, and clocks that are not real pass."""
    assert about("polled-too-fast", *story) == ()


def slept(seconds, **changes):
    """Return a poll by a client that has slept so many virtual seconds; its clock is `auto`."""
    return get(**{"clock": "auto", "slept": round(seconds * SECOND), **changes})


@pytest.mark.fact("R3")
def test_a_client_without_sleep_is_judged_by_its_virtual_one():
    """However fast the calls come: what counts is how long it has slept between two polls."""
    story = [slept(0), slept(0.1), slept(0.1), slept(1), slept(1.3, at_s=9), slept(1.4, at_s=99)]
    assert about("polled-too-fast", *story) == (2, 3, 6)


@pytest.mark.fact("R3")
@pytest.mark.parametrize("pause_s", [0.2, 0.3, 1])
def test_a_pause_of_just_enough_is_enough(pause_s):
    """A client that sleeps 0.2 s between any two polls is never too fast."""
    assert about("polled-too-fast", *(slept(n * pause_s) for n in range(100))) == ()


@pytest.mark.fact("R3")
def test_real_and_virtual_sleep_have_different_origins():
    """The first poll of a client that has begun to sleep virtually is not held to a real one."""
    story = [get(), get(at_s=1), slept(0, clock="real"), slept(1, clock="real")]
    assert about("polled-too-fast", *story) == ()


@pytest.mark.fact("E5")
def test_a_client_that_sleeps_virtually_can_be_impatient():
    """With virtual sleep a reset can be waited for, so that not to wait counts on any clock."""
    story = [
        limited(clock="auto", slept=0),
        post(clock="auto", slept=0, at_s=1),
        post(clock="auto", slept=10 * SECOND, at_s=10),
    ]
    assert about("called-before-reset", *story) == (2,)


@pytest.mark.fact("T1", "T4")
@pytest.mark.parametrize(
    "end",
    [
        get(RESULT, "COMPLETED"),
        get(POLL, "COMPLETED"),
        get(RESULT, "FAILED", status=422),
        get(STATUS, "FAILED", status=422),
    ],
    ids=["result", "poll", "failed result", "failed status"],
)
def test_polls_after_the_end_are_too_many(end):
    """Once a result or a failure arrived, every further poll of the job counts."""
    story = [get(), end, get(at_s=1), get(RESULT, at_s=2), get(f"/v2/requests/{OTHER_JOB}")]
    assert about("polled-after-result", *story) == (3, 4)


@pytest.mark.fact("T1", "T3", "T8")
@pytest.mark.parametrize(
    "end",
    [
        get(state="COMPLETED"),
        get(RESULT, "COMPLETED", delivery="damaged"),
        get(RESULT, "FAILED", status=422, delivery="lost"),
        get(RESULT, "THROTTLED"),
        get(RESULT, answer=b"\xff{"),
        get(RESULT, answer=b"["),
        get(RESULT, answer=b""),
        get(RESULT, answer=told(["COMPLETED"])),
        get(RESULT, "COMPLETED", status=500),
    ],
)
def test_polls_before_the_end_is_known_are_in_order(end):
    """COMPLETED on the status is no result, and what did not arrive is none either."""
    assert about("polled-after-result", end, get(RESULT, at_s=1)) == ()


@pytest.mark.fact("T6", "T7")
def test_an_unknown_job_stays_unknown():
    """Ten polls after the first 404 are prudence, and the eleventh counts."""
    assert about("polled-unknown-job", *gone(12)) == (12, 13)


@pytest.mark.fact("T6", "T7")
def test_ten_more_polls_of_an_unknown_job_pass():
    """Up to ten polls after a 404 pass, and only 404s that arrived begin the count."""
    assert about("polled-unknown-job", *gone(10)) == ()
    unheard = [get(status=404, delivery="lost", at_s=s) for s in range(20)]
    assert about("polled-unknown-job", *unheard, *gone(10)) == ()
    others = [get(f"/v2/requests/{OTHER_JOB}", at_s=s) for s in range(20)]
    assert about("polled-unknown-job", *gone(10), *others) == ()


@pytest.mark.fact("R3", "R4", "R5", "T8")
def test_a_result_read_before_its_time_is_heavier_than_a_status():
    """Pending states on the result routes count, and on the status route not."""
    story = [get(RESULT, "QUEUED"), get(), get(POLL, "PROCESSING"), get(RESULT, "COMPLETED")]
    assert about("fetched-result-early", *story) == (1, 3)
    odd = [get(RESULT, "THROTTLED"), get(RESULT, status=503), get(RESULT, answer=told(["QUEUED"]))]
    assert about("fetched-result-early", *odd) == ()


@pytest.mark.fact("R3", "R4", "T3")
def test_a_result_that_nobody_reads_was_paid_in_vain():
    """The first COMPLETED of each job counts whose result was not asked for afterwards."""
    other = f"/v2/requests/{OTHER_JOB}"
    story = [
        get(RESULT),
        get(state="COMPLETED"),
        get(state="COMPLETED", at_s=1),
        get(f"{other}/status", "COMPLETED"),
        get(other, status=503),
    ]
    assert about("never-fetched-result", *story) == (2,)


@pytest.mark.fact("R4", "R5", "T3")
@pytest.mark.parametrize(
    "story",
    [
        [get(state="COMPLETED"), get(RESULT, "COMPLETED")],
        [get(state="COMPLETED"), get(POLL, "COMPLETED")],
        [get(RESULT, "COMPLETED"), get(state="COMPLETED")],
        [get(state="COMPLETED", delivery="lost")],
        [get()],
    ],
    ids=["result", "poll", "before", "lost", "pending"],
)
def test_a_result_that_was_read_or_not_announced_is_none_in_vain(story):
    """It may be read on either route, before or after; an unheard COMPLETED obliges nobody."""
    assert about("never-fetched-result", *story) == ()


@pytest.mark.fact("E3")
@pytest.mark.parametrize("kind", ["", "text/plain", "application/json-patch+json", "json"])
def test_a_run_of_a_wrong_type_is_refused(kind):
    """A type that is missing, or is neither JSON nor multipart, counts on both routes."""
    story = [post(sent={"content-type": kind}), post("/v1/a", sent={"content-type": kind})]
    assert about("wrong-content-type", *story) == (1, 2)


@pytest.mark.fact("E3")
@pytest.mark.parametrize("kind", [JSON, "Application/JSON ; charset=utf-8", "multipart/form-data"])
def test_a_run_of_a_right_type_is_not(kind):
    """JSON and multipart pass with any parameters; other verbs and routes need no type."""
    story = [post(sent={"content-type": kind}, status=406), get(), ask("GET", "/v2/a")]
    story.append(ask("POST", "/v1/get-user-credits", sent={"content-type": "text/plain"}))
    assert about("wrong-content-type", *story) == ()


# --- Anything -----------------------------------------------------------------------------

paths = st.sampled_from([STATUS, RESULT, POLL, "/v1/a", "/v2/a", OUTPUT, OPAQUE, "/v1/b"])
states = st.sampled_from(["QUEUED", "COMPLETED", "", 7, None, ["QUEUED"], {"a": 1}])
urls = st.sampled_from([HOST + STATUS, HOST + OPAQUE, "http://[", "", None, 7])
answers = st.builds(
    lambda state, job, url: told(state, request_id=job, status_url=url, response_url=url),
    states,
    st.sampled_from([JOB, "", None, 7, [JOB]]),
    urls,
)
resets = st.binary(max_size=9) | st.sampled_from(
    [b"9999-12-31T23:59:59-23:59", b"0001-01-01T00:00:00+23:59", b"2026-01-01T00:00:09Z"]
)
headers = st.dictionaries(
    st.sampled_from([b"content-type", b"authorization", b"x-api-key", b"content-length", b"a"]),
    st.binary(max_size=9) | st.just(b"Bearer x"),
)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "HEAD", "?"]),
    path=paths | st.text(max_size=9),
    headers=headers,
    query=st.text(max_size=9) | st.just("key=%ff&;="),
    body=st.binary(max_size=3) | st.just(b"x" * (MAX_BODY + 1)),
    oversized=st.booleans(),
    received_s=st.floats(),
)
exchanges = st.builds(
    Entry,
    seq=st.just(0),
    at=st.integers(FIXED_START, FIXED_START + 20 * SECOND),
    answered_at=st.integers(FIXED_START, FIXED_START + 20 * SECOND),
    api_key=st.none() | st.sampled_from([KEY, ""]),
    request=requests,
    route=st.sampled_from(
        ["submit", "sync", "status", "result", "poll", "credits", "output", "unknown", "?"]
    ),
    model=st.none() | st.just("a"),
    request_id=st.none() | st.sampled_from([JOB, JOB.upper(), "", "-"]),
    status=st.none() | st.sampled_from([200, 400, 404, 422, 429, 503]),
    headers=st.lists(st.tuples(st.just(RESET.encode()), resets), max_size=2).map(tuple),
    body=answers | st.binary(max_size=9) | st.just(b"[" * 5000),
    behaviours=st.just(()),
    delivery=st.sampled_from(["intact", "damaged", "lost"]),
    clock=st.sampled_from(["real", "frozen"]),
)


@given(st.lists(exchanges, max_size=12))
def test_no_journal_is_beyond_judgement(story):
    """Whatever a journal holds, each verdict names exchanges that there are, once, in order."""
    for seqs in judged(*story).values():
        assert set(seqs) <= set(range(1, len(story) + 1))
        assert list(seqs) == sorted(set(seqs))
        assert seqs
