"""Every rule has a check, a verdict says what its row says, and any journal can be judged."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import FIXED_START, SECOND
from mockserver.base.wire import Request
from mockserver.state.journal import Exchange
from mockserver.state.journal_bounds import MAX_BODY
from mockserver.tests.verdicts.stories import (
    CATALOGUE,
    HOST,
    JOB,
    KEY,
    OPAQUE,
    OUTPUT,
    POLL,
    RESET,
    RESULT,
    STATUS,
    ask,
    find_verdicts_on,
    get,
    make_state,
    post,
)
from mockserver.verdicts.verdicts import CHECKS, find_verdicts


def test_every_rule_has_a_check_and_every_check_a_rule():
    """The checks and the rows of the table have the same ids."""
    assert set(CHECKS) == set(CATALOGUE.verdicts)


def test_every_rule_rests_on_facts_of_the_register():
    """What a rule names as its facts is in the register."""
    known = {row.id for row in CATALOGUE.behaviours}
    assert {fact for row in CATALOGUE.verdicts.values() for fact in row.facts} <= known


def test_a_verdict_says_what_its_row_says():
    """A verdict is its row with the numbers of the exchanges."""
    (verdict,) = find_verdicts(iter([ask("GET", OUTPUT)]), CATALOGUE.verdicts)
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
    assert list(find_verdicts_on(*story).items()) == [
        ("key-to-output", (3,)),
        ("no-key", (4,)),
        ("fetched-result-early", (1,)),
        ("wrong-content-type", (2,)),
    ]


def test_a_good_client_draws_no_verdict():
    """Submit, poll with pauses, fetch once, download without a key: nothing to say."""
    submit = {"status_url": HOST + STATUS, "response_url": HOST + RESULT, "request_id": JOB}
    story = [
        post(answer=make_state("QUEUED", **submit)),
        get(at_s=1),
        get(at_s=2, state="COMPLETED"),
        get(RESULT, at_s=2, state="COMPLETED"),
        ask("GET", OUTPUT, key=None, at_s=3, answer=b"\x89PNG"),
    ]
    assert find_verdicts_on(*story) == {}
    assert find_verdicts_on() == {}


paths = st.sampled_from([STATUS, RESULT, POLL, "/v1/a", "/v2/a", OUTPUT, OPAQUE, "/v1/b"])
states = st.sampled_from(["QUEUED", "COMPLETED", "", 7, None, ["QUEUED"], {"a": 1}])
urls = st.sampled_from([HOST + STATUS, HOST + OPAQUE, "http://[", "", None, 7])
answers = st.builds(
    lambda state, job, url: make_state(state, request_id=job, status_url=url, response_url=url),
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
    Exchange,
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
    for seqs in find_verdicts_on(*story).values():
        assert set(seqs) <= set(range(1, len(story) + 1))
        assert list(seqs) == sorted(set(seqs))
        assert seqs
