"""The journal keeps a bounded number of exchanges and shows none of their keys."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.clock import FIXED_START
from mockserver.core.journal import MAX_BODY, Entry, Journal, kept, packed, rendered
from mockserver.core.wire import Request

KEY = "SG_0123456789abcdef"
SHOWN = "...cdef"
PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"

sizes = st.lists(st.integers(0, 3000), max_size=30)
hex_keys = st.text("0123456789abcdef", min_size=16, max_size=16).map("SG_".__add__)


def request_of(body=b"", path="/v2/ideogram-3", query="", **headers):
    """Return a request; `x_api_key` is the header x-api-key, and so on."""
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Request(method="POST", path=path, query=query, headers=named, body=body, received_s=12.5)


def entry_of(seq=1, request=None, **changes):
    """Return an entry of which a test changes what it is about."""
    fields = {
        "seq": seq,
        "at": FIXED_START,
        "answered_at": FIXED_START + 1500,
        "api_key": KEY,
        "request": request or request_of(x_api_key=KEY),
        "route": "submit",
        "model": None,
        "request_id": None,
        "status": 200,
        "headers": ((b"content-type", b"application/json"),),
        "body": b"{}",
        "behaviours": ("S1",),
    }
    return Entry(**{**fields, **changes})


def text_of(entry):
    """Return all that an entry shows, as one text."""
    return json.dumps(rendered(entry), ensure_ascii=False)


def seqs(journal):
    """Return the sequence numbers of the entries that a journal holds."""
    return [entry.seq for entry in journal]


@given(st.lists(st.integers(1, 9), max_size=20).map(sorted), st.integers(0, 10))
def test_what_came_after_a_number_is_what_has_a_higher_one(numbers, since):
    """Reading on from where one was gives the same as reading all and leaving out the old."""
    journal = Journal()
    for number in numbers:
        journal.append(entry_of(seq=number))
    later = [entry.seq for entry in journal.after(since)]
    assert later == [number for number in numbers if number > since]


@pytest.mark.parametrize("length", range(4, len(KEY)))
def test_a_key_cut_in_two_by_the_limit_is_hidden_too(length):
    """The beginning of a key at the end of a cut body is left out."""
    body = b"x" * (MAX_BODY - length) + KEY.encode()
    shown = rendered(entry_of(request=request_of(body[: MAX_BODY + 1] + b"~", x_api_key=KEY)))
    assert shown["request"]["body"]["text"] == "x" * (MAX_BODY - length)


# --- Bounds -------------------------------------------------------------------------------


def test_the_oldest_entries_leave_when_there_are_too_many():
    """A journal holds as many entries as it may, and they are the latest."""
    journal = Journal(max_entries=3)
    for seq in range(10):
        journal.append(entry_of(seq))
    assert seqs(journal) == [7, 8, 9]
    assert len(journal) == 3


@given(sizes, st.integers(0, 20_000))
def test_a_journal_never_holds_more_bytes_than_it_may(sizes, max_bytes):
    """Whatever comes, what a journal holds is the longest end of it that fits."""
    journal, everything = Journal(max_bytes=max_bytes), []
    for seq, size in enumerate(sizes):
        everything.append(entry_of(seq, body=b"x" * size))
        journal.append(everything[-1])
    held = [len(packed(entry)) for entry in journal]
    assert sum(held) <= max_bytes
    assert seqs(journal) == [entry.seq for entry in everything[len(everything) - len(held) :]]
    older = everything[: len(everything) - len(held)]
    assert not older or sum(held) + len(packed(older[-1])) > max_bytes


def test_request_and_response_both_count():
    """An entry is as large as both of its bodies, and a little more."""
    bare = len(packed(entry_of(body=b"")))
    full = len(packed(entry_of(request=request_of(b"x" * 700, x_api_key=KEY), body=b"y" * 30)))
    assert bare + 730 <= full <= bare + 734


@given(st.binary(max_size=99), st.text(max_size=9), st.none() | st.integers(200, 599))
def test_an_entry_comes_back_as_it_was_kept(body, text, status):
    """Whatever an exchange carried, the journal gives it back unchanged."""
    journal = Journal()
    request = request_of(body, path=text, query=text, x_api_key="\xff")
    entry = entry_of(request=request, status=status, body=body[::-1], request_id=text, model=text)
    journal.append(entry)
    assert list(journal) == [entry]


def test_what_is_discarded_makes_room():
    """Entries that match are forgotten, and their bytes with them."""
    size = len(packed(entry_of(body=b"x" * 500)))
    journal = Journal(max_bytes=3 * size)
    for seq in range(3):
        journal.append(entry_of(seq, body=b"x" * 500))
    journal.discard(lambda entry: entry.seq < 2)
    assert seqs(journal) == [2]
    journal.append(entry_of(3, body=b"x" * 500))
    journal.append(entry_of(4, body=b"x" * 500))
    assert seqs(journal) == [2, 3, 4]


# --- What an entry shows ------------------------------------------------------------------


def test_an_entry_shows_what_was_asked_and_answered():
    """An exchange is told with virtual times, the edge's own time, and both messages."""
    request = request_of(b'{"prompt":"a"}', query="a=1&b", content_type="application/json")
    shown = rendered(entry_of(7, request, model="ideogram-3", request_id="ab", fault_id="f1"))
    assert shown == {
        "seq": 7,
        "at_utc": "2026-01-01T00:00:00.000000Z",
        "elapsed_ms": 1.5,
        "delivery": "intact",
        "api_key": SHOWN,
        "method": "POST",
        "path": "/v2/ideogram-3?a=1&b",
        "route": "submit",
        "model": "ideogram-3",
        "request_id": "ab",
        "status": 200,
        "fault_id": "f1",
        "received_s": 12.5,
        "request": {"headers": {"content-type": "application/json"}, "body": {"prompt": "a"}},
        "response": {"headers": {"content-type": "application/json"}, "body": {}},
        "behaviours": ["S1"],
    }


def test_an_entry_leaves_out_what_it_has_not():
    """Model, request and fault are there or not; key and status may be null."""
    shown = rendered(entry_of(request=request_of(), api_key=None, status=None))
    assert shown.keys().isdisjoint({"model", "request_id", "fault_id"})
    assert (shown["api_key"], shown["status"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b'{"a":[1,null]}', {"a": [1, None]}),
        (b"7", 7),
        (b"<html>", "<html>"),
        ("naïve".encode(), "naïve"),
        (b"[" * 5000, "[" * 5000),
        (PNG, {"binary": True, "bytes": len(PNG)}),
        (b'{"a":"\xff"}', {"binary": True, "bytes": 9}),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_body_is_shown_as_json_or_text_or_by_its_size(body, shown):
    """JSON is shown as JSON, text as text, and anything else by its size."""
    entry = rendered(entry_of(request=request_of(body), body=body))
    assert entry["request"]["body"] == entry["response"]["body"] == shown


@pytest.mark.parametrize("more", [0, 1, 2, 70_000])
def test_a_body_of_more_than_64_kib_is_cut_and_marked(more):
    """Up to 64 KiB are kept whole, and of more than that 64 KiB with a mark."""
    body = b"x" * (64 * 1024 + more)
    shown = rendered(entry_of(body=kept(body)))["response"]["body"]
    text = "x" * (64 * 1024)
    assert shown == ({"truncated": True, "text": text} if more else text)
    assert len(kept(body)) <= MAX_BODY + 1


def test_a_body_within_its_bounds_is_kept_as_the_same_object():
    """What need not be cut is not copied."""
    body = b"x" * MAX_BODY
    assert kept(body) is body


def test_a_character_that_the_cut_goes_through_is_no_obstacle():
    """A cut in the middle of a character leaves a mark where it was."""
    body = b"x" + "é".encode() * MAX_BODY
    shown = rendered(entry_of(body=kept(body)))["response"]["body"]
    assert shown["text"] == "x" + "é" * (MAX_BODY // 2 - 1) + "\ufffd"


# --- Keys ---------------------------------------------------------------------------------


@given(hex_keys, hex_keys)
def test_no_key_is_shown_wherever_it_was_repeated(key, bearer):
    """A key that came in a header is hidden everywhere else that it turns up."""
    value = {"a": [key, f"my key is {bearer}"], f"{key}!": {"b": f"{key}{bearer}"}}
    request = request_of(
        json.dumps(value).encode(),
        path=f"/v2/{key}",
        query=f"api_key={key}&b={bearer}",
        x_api_key=key,
        authorization=f"Bearer {bearer}",
        referer=f"http://localhost/?key={key}",
    )
    headers = ((b"x-echo", key.encode()),)
    entry = entry_of(
        request=request, api_key=key, request_id=key, headers=headers, body=f"no {key}".encode()
    )
    text = text_of(entry)
    assert key not in text
    assert bearer not in text
    assert f"/v2/...{key[-4:]}?api_key=...{key[-4:]}" in text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("x_api_key", KEY, SHOWN),
        ("authorization", f"Bearer {KEY}", f"Bearer {SHOWN}"),
        ("authorization", KEY, SHOWN),
        ("authorization", "Bearer", "..."),
        ("authorization", "Bearer abc", "Bearer ..."),
        ("authorization", "Basic 0123456789abcdef", f"Basic {SHOWN}"),
        ("cookie", f"session={KEY}", SHOWN),
        ("x_initiator", "SDK-PY", "SDK-PY"),
    ],
)
def test_a_header_that_carries_a_key_is_redacted(name, value, shown):
    """Of a secret header four characters are left, and the scheme of an Authorization."""
    entry = entry_of(request=request_of(**{name: value}), api_key=None)
    assert rendered(entry)["request"]["headers"] == {name.replace("_", "-"): shown}


@pytest.mark.parametrize("key", ["~", "SG_12345"])
def test_a_short_key_is_not_shown_at_all(key):
    """Of a key of eight characters or fewer nothing is shown."""
    shown = rendered(entry_of(request=request_of(x_api_key=key), api_key=key))
    assert shown["api_key"] == shown["request"]["headers"]["x-api-key"] == "..."


def test_a_key_in_a_body_that_was_cut_is_hidden():
    """The text of a cut body is searched for keys like any other."""
    body = (f'{{"key":"{KEY}","prompt":"'.encode() + b"x" * MAX_BODY)[: MAX_BODY + 1]
    shown = rendered(entry_of(request=request_of(body, x_api_key=KEY)))["request"]["body"]
    assert shown["text"].startswith(f'{{"key":"{SHOWN}"')


def test_a_key_of_six_characters_is_hidden_everywhere():
    """From six characters on, a key is taken out of every text; a shorter one is just a word."""
    request = request_of(query="a=sesame&b=apple", x_api_key="sesame", authorization="Bearer apple")
    assert rendered(entry_of(request=request))["path"] == "/v2/ideogram-3?a=...&b=apple"


@given(hex_keys, st.integers(6, 14))
def test_of_a_key_that_begins_like_another_nothing_more_is_shown(key, length):
    """Where one key is the beginning of another, the longer one is hidden whole."""
    request = request_of(query=f"a={key}", x_api_key=key, authorization=f"Bearer {key[:length]}")
    assert rendered(entry_of(request=request))["path"] == f"/v2/ideogram-3?a=...{key[-4:]}"


@pytest.mark.parametrize("key", ["key", "status", "body", "T", "submit", "2026", "e"])
def test_a_key_that_is_an_ordinary_word_leaves_the_entry_in_shape(key):
    """A key such as `key`, which tests like to use, hides nothing of the journal's own words."""
    request = request_of(x_api_key=key)
    shown = rendered(entry_of(request=request, api_key=key, behaviours=("T1",)))
    other = rendered(entry_of(request=request_of(x_api_key="~"), api_key="~", behaviours=("T1",)))
    assert shown.keys() == other.keys()
    assert shown["request"].keys() == other["request"].keys()
    same = ("at_utc", "status", "route", "behaviours")
    assert [shown[name] for name in same] == [other[name] for name in same]


@pytest.mark.parametrize(
    ("name", "value"),
    [("cookie", f"session={KEY}; theme=dark"), ("x_api_key", f"{KEY} and more")],
)
def test_a_secret_header_with_spaces_is_redacted_too(name, value):
    """Only an Authorization has a scheme: nothing else of a secret header is left standing."""
    assert KEY not in text_of(entry_of(request=request_of(**{name: value}), api_key=None))


@pytest.mark.parametrize(
    "name", ["api_key", "apikey", "api-key", "x-api-key", "key", "token", "API_KEY"]
)
def test_a_key_that_came_in_the_query_alone_is_hidden(name):
    """A client that sends its key in the query finds it redacted in the journal."""
    request = request_of(query=f"{name}={KEY}")
    assert KEY not in text_of(entry_of(request=request, api_key=None))


@pytest.mark.parametrize(("slept", "shown"), [(None, None), (0, 0), (1_500_000, 1.5)])
def test_how_long_a_client_has_slept_is_shown_in_seconds(slept, shown):
    """It survives the packing, and is not there where the client sleeps in real time."""
    journal = Journal()
    journal.append(entry_of(slept=slept))
    [entry] = journal
    assert entry.slept == slept
    assert rendered(entry).get("slept_s") == shown
    assert ("slept_s" in rendered(entry)) is (slept is not None)
