"""How the journal shows an exchange: what was asked and answered, and none of its keys."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.digests import describe_whole
from mockserver.base.ids import name_account
from mockserver.control.journal_views import outline_exchange, render_exchange
from mockserver.state.journal import Journal
from mockserver.state.journal_bounds import MAX_BODY, cut_body
from mockserver.tests.state.test_journal import KEY, make_exchange, make_request

SHOWN = "...cdef"
PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"
BROKEN = b'{"a":"\xff"}'

hex_keys = st.text("0123456789abcdef", min_size=16, max_size=16).map("SG_".__add__)


def digest(body):
    """Return the SHA-256 of a body."""
    return sha256(body).hexdigest()


def render_text(exchange):
    """Return all that an exchange shows, as one text."""
    return json.dumps(render_exchange(exchange), ensure_ascii=False)


# --- What an exchange shows ------------------------------------------------------------------


@pytest.mark.parametrize("known", [{}, {"model": "ideogram-3", "request_id": "ab"}])
def test_an_outline_is_the_beginning_of_an_exchange(known):
    """The same fields with the same values, without what was said in full."""
    exchange = make_exchange(7, make_request(b'{"prompt":"a"}', query="a=1&b"), **known)
    outline, whole = outline_exchange(exchange), render_exchange(exchange)
    assert outline.items() <= whole.items()
    assert whole.keys() - outline.keys() == {"received_s", "request", "response", "behaviours"}


def test_an_exchange_shows_what_was_asked_and_answered():
    """An exchange is told with virtual times, the edge's own time, and both messages."""
    request = make_request(b'{"prompt":"a"}', query="a=1&b", content_type="application/json")
    exchange = make_exchange(7, request, model="ideogram-3", request_id="ab", fault_id="f1")
    shown = render_exchange(exchange, owner=KEY)
    assert shown == {
        "seq": 7,
        "at_utc": "2026-01-01T00:00:00.000000Z",
        "elapsed_ms": 1.5,
        "delivery": "intact",
        "api_key": SHOWN,
        "account": name_account(KEY),
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


def test_an_exchange_leaves_out_what_it_has_not():
    """Model, request and fault are there or not; key and status may be null."""
    shown = render_exchange(make_exchange(request=make_request(), api_key=None, status=None))
    assert shown.keys().isdisjoint({"model", "request_id", "fault_id"})
    assert (shown["api_key"], shown["status"]) == (None, None)


def nest(depth):
    """Return arrays that are nested so many levels deep."""
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b'{"a":[1,null]}', {"a": [1, None]}),
        (b"7", 7),
        (b"<html>", "<html>"),
        ("naïve".encode(), "naïve"),
        (b"[" * 5000, "[" * 5000),
        *[(nest(depth), nest(depth).decode()) for depth in (101, 300, 490, 900, 5000)],
        (nest(100), json.loads(nest(100))),
        (PNG, {"binary": True, "bytes": len(PNG), "sha256": digest(PNG)}),
        (
            b'{"a":"\xff"}',
            {"binary": True, "bytes": 9, "sha256": digest(BROKEN)},
        ),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_body_is_shown_as_json_or_text_or_by_its_size(body, shown):
    """JSON is shown as JSON, text as text, and anything else by its size."""
    exchange = render_exchange(make_exchange(request=make_request(body), body=body))
    assert exchange["request"]["body"] == exchange["response"]["body"] == shown


@pytest.mark.parametrize("more", [0, 1, 2, 70_000])
def test_a_body_of_more_than_64_kib_is_cut_and_marked(more):
    """Up to 64 KiB are kept whole, and of more than that 64 KiB with a mark."""
    body = b"x" * (64 * 1024 + more)
    shown = render_exchange(make_exchange(body=cut_body(body)))["response"]["body"]
    text = "x" * (64 * 1024)
    assert shown == ({"truncated": True, "text": text} if more else text)
    assert len(cut_body(body)) <= MAX_BODY + 1


@pytest.mark.parametrize("body", [b"\0" * 70_000, b'{"a":"' + b"x" * 70_000 + b'"}'])
def test_an_answer_that_was_cut_can_still_be_told_from_others(body):
    """By the length and the digest of the whole, and of JSON by a digest however it is spelled."""
    whole = describe_whole(body)
    shown = render_exchange(make_exchange(body=cut_body(body), whole=whole))["response"]["body"]
    assert (shown["truncated"], shown["bytes"], shown["sha256"]) == (True, *whole[:2])
    assert shown.get("json_sha256", "") == whole[2]


def test_a_body_within_its_bounds_is_kept_as_the_same_object():
    """What need not be cut is not copied."""
    body = b"x" * MAX_BODY
    assert cut_body(body) is body


def test_a_character_that_the_cut_goes_through_is_no_obstacle():
    """A cut in the middle of a character leaves a mark where it was."""
    body = b"x" + "é".encode() * MAX_BODY
    shown = render_exchange(make_exchange(body=cut_body(body)))["response"]["body"]
    assert shown["text"] == "x" + "é" * (MAX_BODY // 2 - 1) + "\ufffd"


@pytest.mark.parametrize("field", ["path", "query"])
def test_an_exchange_that_was_cut_says_so(field):
    """A field that was too long ends in its length, and the exchange names it."""
    journal = Journal()
    journal.append(make_exchange(request=make_request(**{field: "a" * 300_000})))
    shown = render_exchange(next(iter(journal)))
    assert shown["truncated"] == [f"request.{field}"]
    assert "aaa...[300000:" in shown["path"]
    assert len(shown["path"]) < 2_000


# --- Keys ---------------------------------------------------------------------------------


@given(hex_keys, hex_keys)
def test_no_key_is_shown_wherever_it_was_repeated(key, bearer):
    """A key that came in a header is hidden everywhere else that it turns up."""
    value = {"a": [key, f"my key is {bearer}"], f"{key}!": {"b": f"{key}{bearer}"}}
    request = make_request(
        json.dumps(value).encode(),
        path=f"/v2/{key}",
        query=f"api_key={key}&b={bearer}",
        x_api_key=key,
        authorization=f"Bearer {bearer}",
        referer=f"http://localhost/?key={key}",
    )
    headers = ((b"x-echo", key.encode()),)
    exchange = make_exchange(
        request=request, api_key=key, request_id=key, headers=headers, body=f"no {key}".encode()
    )
    text = render_text(exchange)
    assert key not in text
    assert bearer not in text
    assert f"/v2/...{key[-4:]}?api_key=...{key[-4:]}" in text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("x_api_key", KEY, SHOWN),
        ("authorization", f"Bearer {KEY}", f"Bearer {SHOWN}"),
        ("authorization", KEY, SHOWN),
        ("authorization", "Bearer", "...arer"),
        ("authorization", "Bearer abc", "Bearer ..."),
        ("authorization", "Basic 0123456789abcdef", f"Basic {SHOWN}"),
        ("cookie", f"session={KEY}", SHOWN),
        ("x_initiator", "SDK-PY", "SDK-PY"),
    ],
)
def test_a_header_that_carries_a_key_is_redacted(name, value, shown):
    """Of a secret header four characters are left, and the scheme of an Authorization."""
    exchange = make_exchange(request=make_request(**{name: value}), api_key=None)
    assert render_exchange(exchange)["request"]["headers"] == {name.replace("_", "-"): shown}


@pytest.mark.parametrize(
    ("key", "end"), [("~", "..."), ("SG_1", "..."), ("SG_12", "...G_12"), ("SG_poor", "...poor")]
)
def test_a_short_key_is_shown_by_its_end_too(key, end):
    """So that accounts of a test can be told apart; one of four characters has nothing to show."""
    shown = render_exchange(make_exchange(request=make_request(x_api_key=key), api_key=key))
    assert shown["api_key"] == shown["request"]["headers"]["x-api-key"] == end


def test_a_key_in_a_body_that_was_cut_is_hidden():
    """The text of a cut body is searched for keys like any other."""
    body = (f'{{"key":"{KEY}","prompt":"'.encode() + b"x" * MAX_BODY)[: MAX_BODY + 1]
    shown = render_exchange(make_exchange(request=make_request(body, x_api_key=KEY)))["request"][
        "body"
    ]
    assert shown["text"].startswith(f'{{"key":"{SHOWN}"')


def test_a_key_of_six_characters_is_hidden_everywhere():
    """From six characters on, a key is taken out of every text; a shorter one is just a word."""
    request = make_request(
        query="a=sesame&b=apple", x_api_key="sesame", authorization="Bearer apple"
    )
    assert render_exchange(make_exchange(request=request))["path"] == (
        "/v2/ideogram-3?a=...same&b=apple"
    )


@given(hex_keys, st.integers(6, 14))
def test_of_a_key_that_begins_like_another_nothing_more_is_shown(key, length):
    """Where one key is the beginning of another, the longer one is hidden whole."""
    request = make_request(query=f"a={key}", x_api_key=key, authorization=f"Bearer {key[:length]}")
    assert (
        render_exchange(make_exchange(request=request))["path"] == f"/v2/ideogram-3?a=...{key[-4:]}"
    )


@pytest.mark.parametrize("key", ["key", "status", "body", "T", "submit", "2026", "e"])
def test_a_key_that_is_an_ordinary_word_leaves_the_exchange_in_shape(key):
    """A key such as `key`, which tests like to use, hides nothing of the journal's own words."""
    request = make_request(x_api_key=key)
    shown = render_exchange(make_exchange(request=request, api_key=key, behaviours=("T1",)))
    other = render_exchange(
        make_exchange(request=make_request(x_api_key="~"), api_key="~", behaviours=("T1",))
    )
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
    assert KEY not in render_text(
        make_exchange(request=make_request(**{name: value}), api_key=None)
    )


@pytest.mark.parametrize(
    "name", ["api_key", "apikey", "api-key", "x-api-key", "key", "token", "API_KEY"]
)
def test_a_key_that_came_in_the_query_alone_is_hidden(name):
    """A client that sends its key in the query finds it redacted in the journal."""
    request = make_request(query=f"{name}={KEY}")
    assert KEY not in render_text(make_exchange(request=request, api_key=None))


@pytest.mark.parametrize(("slept", "shown"), [(None, None), (0, 0), (1_500_000, 1.5)])
def test_how_long_a_client_has_slept_is_shown_in_seconds(slept, shown):
    """It survives the packing, and is not there where the client sleeps in real time."""
    journal = Journal()
    journal.append(make_exchange(slept=slept))
    [exchange] = journal
    assert exchange.slept == slept
    assert render_exchange(exchange).get("slept_s") == shown
    assert ("slept_s" in render_exchange(exchange)) is (slept is not None)


@pytest.mark.parametrize("length", range(4, len(KEY)))
def test_a_key_cut_in_two_by_the_limit_is_hidden_too(length):
    """The beginning of a key at the end of a cut body is left out."""
    body = b"x" * (MAX_BODY - length) + KEY.encode()
    shown = render_exchange(
        make_exchange(request=make_request(body[: MAX_BODY + 1] + b"~", x_api_key=KEY))
    )
    assert shown["request"]["body"]["text"] == "x" * (MAX_BODY - length)


@pytest.mark.parametrize("length", range(4, len(KEY)))
@pytest.mark.parametrize("field", ["path", "query"])
def test_a_key_cut_in_two_in_another_field_is_hidden_too(length, field):
    """The same holds for a path or a query that had to be cut."""
    room = 1024 - len("...[200000:0123456789abcdef]")
    text = ("x" * (room - length) + KEY).ljust(200_000, "x")
    journal = Journal()
    journal.append(make_exchange(request=make_request(x_api_key=KEY, **{field: text})))
    assert KEY[:4] not in render_exchange(next(iter(journal)))["path"]


@pytest.mark.parametrize(
    "name",
    [
        "proxy_authorization", "x_goog_api_key", "x_auth_token", "api_key", "cookie", "x_secret",
        "x_my_token", "X_API_KEY", "x_session_id", "x_amz_security_token", "x_password",
    ],
)  # fmt: skip
@pytest.mark.parametrize("secret", [KEY, "hunter2-and-more"])
def test_whatever_a_header_holds_that_is_named_like_a_secret_is_hidden_everywhere(name, secret):
    """Not only our keys: what goes by such a name is hidden there, and wherever it is repeated."""
    request = make_request(
        f"I am {secret}".encode(), path=f"/v2/{secret}", query=f"a={secret}", **{name: secret}
    )
    exchange = make_exchange(
        request=request, api_key=None, body=json.dumps({"you": secret}).encode()
    )
    assert secret not in render_text(exchange)


def test_a_challenge_is_no_secret():
    """What a server says of how to authenticate can be read."""
    headers = ((b"www-authenticate", b"Bearer realm=segmind"),)
    shown = render_exchange(make_exchange(headers=headers))["response"]["headers"]
    assert shown == {"www-authenticate": "Bearer realm=segmind"}


@pytest.mark.parametrize("place", ["path", "query", "body", "referer", "request_id", "unknown"])
def test_the_key_of_another_account_is_hidden(place):
    """A key that some account has is hidden in everybody's exchanges, where it is a word."""
    other = "tenant-b/key-1".replace("/", "-")
    fields = {"path": f"/v2/{other}", "query": f"a={other}&b", "referer": f"http://x/{other}?y"}
    request = make_request(
        f"<{other}>".encode() if place == "body" else b"",
        **{name: value for name, value in fields.items() if name == place},
    )
    exchange = make_exchange(
        request=request,
        request_id=other if place == "request_id" else None,
        unknown_params=(other,) if place == "unknown" else (),
    )
    assert other in render_text(exchange)
    assert other not in json.dumps(render_exchange(exchange, {other, "SG_0000"}))


@pytest.mark.parametrize("word", ["status", "COMPLETED", "ideogram", "prompt"])
def test_a_word_that_somebody_uses_as_a_key_stays_in_what_others_have_said(word):
    """An account named like a word of the gateway's own changes nobody else's journal."""
    body = json.dumps({word: word}).encode()
    exchange = make_exchange(request=make_request(body), body=body)
    assert render_exchange(exchange, {word}) == render_exchange(exchange)
