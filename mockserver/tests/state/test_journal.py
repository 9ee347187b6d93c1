"""The journal keeps a bounded number of exchanges, and no exchange takes the room of many."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import FIXED_START
from mockserver.base.wire import Request
from mockserver.state.journal import MAX_BYTES, MAX_RECORD, Exchange, Journal, pack
from mockserver.state.journal_bounds import MAX_BODY, MAX_TEXT

KEY = "SG_0123456789abcdef"

sizes = st.lists(st.integers(0, 3000), max_size=30)
long_texts = st.tuples(st.text(max_size=3), st.integers(0, 70_000)).map(lambda it: it[0] * it[1])
long_headers = st.dictionaries(
    st.tuples(st.sampled_from([b"a", b"x-api-key", b"\xff"]), st.integers(0, 20_000)).map(
        lambda it: it[0] + b"n" * it[1]
    ),
    st.tuples(st.binary(max_size=3), st.integers(0, 70_000)).map(lambda it: it[0] * it[1]),
    max_size=5,
)
long_bodies = st.integers(0, 2 * MAX_BODY).map(lambda length: b"b" * length)


def make_request(body=b"", path="/v2/ideogram-3", query="", **headers):
    """Return a request; `x_api_key` is the header x-api-key, and so on."""
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Request(method="POST", path=path, query=query, headers=named, body=body, received_s=12.5)


def make_exchange(seq=1, request=None, **changes):
    """Return an exchange of which a test changes what it is about."""
    fields = {
        "seq": seq,
        "at": FIXED_START,
        "answered_at": FIXED_START + 1500,
        "api_key": KEY,
        "request": request or make_request(x_api_key=KEY),
        "route": "submit",
        "model": None,
        "request_id": None,
        "status": 200,
        "headers": ((b"content-type", b"application/json"),),
        "body": b"{}",
        "behaviours": ("S1",),
    }
    return Exchange(**{**fields, **changes})


def list_seqs(journal):
    """Return the sequence numbers of the exchanges that a journal holds."""
    return [exchange.seq for exchange in journal]


@given(st.sets(st.integers(1, 20)).map(sorted), st.integers(0, 21))
def test_what_came_after_a_number_is_what_has_a_higher_one(numbers, since):
    """Reading on from where one was, or back from there, leaves nothing out but what is there."""
    journal = Journal()
    for number in numbers:
        journal.append(make_exchange(seq=number))
    assert journal.list_after(since) == [number for number in numbers if number > since]
    assert journal.list_before(since) == [number for number in reversed(numbers) if number < since]


# --- Bounds -------------------------------------------------------------------------------


def test_the_oldest_exchanges_leave_when_there_are_too_many():
    """A journal holds as many exchanges as it may, and they are the latest."""
    journal = Journal(max_exchanges=3)
    for seq in range(10):
        journal.append(make_exchange(seq))
    assert list_seqs(journal) == [7, 8, 9]
    assert len(journal) == 3


@given(sizes, st.integers(0, 20_000))
def test_a_journal_never_holds_more_bytes_than_it_may(sizes, max_bytes):
    """Whatever comes, what a journal holds is the longest end of it that fits."""
    journal, everything = Journal(max_bytes=max_bytes), []
    for seq, size in enumerate(sizes):
        everything.append(make_exchange(seq, body=b"x" * size))
        journal.append(everything[-1])
    held = [len(pack(exchange)) for exchange in journal]
    assert sum(held) <= max_bytes
    assert list_seqs(journal) == [
        exchange.seq for exchange in everything[len(everything) - len(held) :]
    ]
    older = everything[: len(everything) - len(held)]
    assert not older or sum(held) + len(pack(older[-1])) > max_bytes


def test_request_and_response_both_count():
    """An exchange is as large as both of its bodies, and a little more."""
    bare = len(pack(make_exchange(body=b"")))
    full = len(pack(make_exchange(request=make_request(b"x" * 700, x_api_key=KEY), body=b"y" * 30)))
    assert bare + 730 <= full <= bare + 734


@given(st.binary(max_size=99), st.text(max_size=9), st.none() | st.integers(200, 599))
def test_an_exchange_comes_back_as_it_was_kept(body, text, status):
    """Whatever an exchange carried, the journal gives it back unchanged."""
    journal = Journal()
    request = make_request(body, path=text, query=text, x_api_key="\xff")
    exchange = make_exchange(
        request=request, status=status, body=body[::-1], request_id=text, model=text
    )
    journal.append(exchange)
    assert list(journal) == [exchange]


def test_what_is_removed_makes_room_and_was_not_dropped():
    """An exchange that was taken out gives its bytes back, and does not count as dropped."""
    size = len(pack(make_exchange(body=b"x" * 500)))
    journal = Journal(max_bytes=3 * size)
    for seq in range(3):
        journal.append(make_exchange(seq, body=b"x" * 500))
    for seq in (0, 1, 1, 77):
        journal.remove(seq)
    assert list_seqs(journal) == [2]
    journal.append(make_exchange(3, body=b"x" * 500))
    journal.append(make_exchange(4, body=b"x" * 500))
    assert (list_seqs(journal), journal.dropped) == ([2, 3, 4], 0)


@given(st.integers(1, 5), st.integers(0, 12))
def test_what_had_to_leave_is_counted(room, number):
    """`dropped` is how many are not there any more, until the journal is emptied."""
    journal = Journal(max_exchanges=room)
    for seq in range(number):
        journal.append(make_exchange(seq))
    assert journal.dropped == max(number - room, 0)
    journal.clear()
    assert (len(journal), journal.dropped) == (0, 0)
    journal.append(make_exchange(99))
    assert (list_seqs(journal), journal.dropped) == ([99], 0)


# --- One exchange's share -----------------------------------------------------------------


@given(
    path=long_texts,
    query=long_texts,
    method=long_texts,
    request_id=long_texts,
    api_key=st.none() | long_texts,
    headers=long_headers,
    response=long_headers,
    body=long_bodies,
    unknown=st.lists(long_texts, max_size=4),
    times=st.integers(1, 20_000),
)
def test_no_exchange_takes_more_than_its_share(
    path, query, method, request_id, api_key, headers, response, body, unknown, times
):
    """Whatever was asked and answered, the record is small beside a ring, and others stay."""
    request = Request(method=method, path=path, query=query, headers=headers, body=body)
    exchange = make_exchange(
        2_000,
        request,
        request_id=request_id,
        api_key=api_key,
        headers=tuple(response.items()),
        body=body,
        unknown_params=tuple(unknown) * times,
    )
    journal = Journal()
    for seq in range(1_000):
        journal.append(make_exchange(seq))
    journal.append(exchange)
    assert list_seqs(journal) == [*range(1_000), 2_000]
    [record] = journal.list_records()[-1:]
    assert len(record) <= MAX_RECORD <= MAX_BYTES / 40


def test_the_largest_exchange_keeps_to_its_share():
    """Every field at its worst at once, in characters of four bytes: still one share."""
    text = "\U0001f600" * 100_000
    headers = {b"%d" % number + b"n" * 2000: b"v" * 3000 for number in range(500)}
    request = Request(
        method=text, path=text, query=text, scheme=text, headers=headers, body=b"b" * 10**6
    )
    exchange = make_exchange(
        1,
        request,
        api_key=text,
        request_id=text,
        headers=tuple(headers.items()),
        body=b"b" * 10**6,
        unknown_params=(text,) * 90_000,
    )
    journal = Journal()
    journal.append(exchange)
    assert len(journal.list_records()[0]) <= MAX_RECORD


def test_what_was_cut_is_named():
    """An exchange tells which of its fields are not whole; one that is whole tells nothing."""
    journal = Journal()
    journal.append(make_exchange(1))
    journal.append(
        make_exchange(2, make_request(query="q" * 200_000), unknown_params=("n",) * 90_000)
    )
    whole, cut = journal
    assert whole.truncated == ()
    assert cut.truncated == ("request.query", "unknown_params")
    assert len(cut.request.query) == MAX_TEXT


@given(st.integers(200_000, 200_050), st.integers(0, 200_049))
def test_two_fields_that_differ_still_differ_when_they_were_cut(length, place):
    """A check that compares exchanges sees no repetition where there was none."""
    one = "q" * length
    other = one[:place] + "r" + one[place + 1 :]
    journal = Journal()
    for seq, query in enumerate([one, one, other]):
        journal.append(make_exchange(seq, make_request(query=query)))
    first, same, different = (exchange.request.query for exchange in journal)
    assert first == same != different
