"""Addresses lead clients to the recorder, and back; nothing else in a body changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.recorder.addresses import InterceptedAddresses, ReverseAddresses
from mockserver.recorder.origins import Origin
from mockserver.recorder.rewriting import (
    is_json,
    rewrite_answer,
    rewrite_location,
    rewrite_request,
)

UPSTREAM = Origin("https", "api.segmind.com", 443)
OWN = Origin("http", "127.0.0.1", 8766)
HERE = "http://127.0.0.1:8766"
BUCKET = "https://bucket.s3.example.com/a%2Fb.png?X-Amz-Signature=0a%2b&x=1"


def rewrite(text: str) -> str:
    """Return an answer as a client of a reverse proxy gets it."""
    return rewrite_answer(text.encode(), ReverseAddresses(UPSTREAM), OWN).decode()


ANSWERS = {
    "the upstream's": (
        '{"poll_url":"https://api.segmind.com/v1/requests/1"}',
        '{"poll_url":"http://127.0.0.1:8766/v1/requests/1"}',
    ),
    "its root": ('["https://api.segmind.com"]', '["http://127.0.0.1:8766"]'),
    "another of the vendor's, spaced and out of order": (
        '{ "b" : 1e2 ,\n "output":"https://images.segmind.com/a.png?x=1#f"}',
        '{ "b" : 1e2 ,\n "output":"http://127.0.0.1:8766/-/images.segmind.com/a.png?x=1#f"}',
    ),
    "capitals": ('["HTTPS://API.Segmind.com/x"]', '["http://127.0.0.1:8766/x"]'),
    "plain HTTP": ('["http://images.segmind.com/x"]', f'["{HERE}/-http/images.segmind.com/x"]'),
    "slashes that are escaped": (
        r'["https:\/\/images.segmind.com\/a.png"]',
        rf'["{HERE}/-/images.segmind.com\/a.png"]',
    ),
    "a signed bucket": (
        json.dumps({"output": BUCKET}),
        json.dumps({"output": BUCKET.replace("https://", f"{HERE}/-/")}),
    ),
    "pictures": (
        '{"images":[{"url":"https://cdn.example.com:8443/1"}]}',
        f'{{"images":[{{"url":"{HERE}/-/cdn.example.com:8443/1"}}]}}',
    ),
    "a list": (
        '{"file_urls":["https://a.example/1"]}',
        f'{{"file_urls":["{HERE}/-/a.example/1"]}}',
    ),
    "JSON in JSON": (
        json.dumps({"output": json.dumps([{"value": {"data": BUCKET, "type": "image"}}])}),
        json.dumps(
            {
                "output": json.dumps(
                    [
                        {
                            "value": {
                                "data": BUCKET.replace("https://", f"{HERE}/-/"),
                                "type": "image",
                            }
                        }
                    ]
                )
            }
        ),
    ),
    "an IPv6 address": (
        '{"url":"http://[2001:db8::1]:80/x"}',
        f'{{"url":"{HERE}/-http/[2001:db8::1]/x"}}',
    ),
}
LEFT = [
    '{"prompt":"see https://example.com/a.png"}',
    '{"request_body":{"image_url":"https://example.com/a.png"}}',
    '{"output":"I like https://example.com/ most"}',
    '{"output":"https://example.com@evil.example/"}',
    '{"url":"ftp://example.com/x"}',
    '{"url":"https://api.segmind.com.evil_example/x"}',
    "no JSON: https://api.segmind.com/x",
    '{"url": "https://api.segmind.com/x"',
]


@pytest.mark.parametrize(("came", "given"), ANSWERS.values(), ids=ANSWERS)
def test_addresses_in_answers_lead_to_the_recorder(came, given):
    """What follows the host stays as it is."""
    assert rewrite(came) == given


@pytest.mark.parametrize("text", LEFT)
def test_everything_else_in_answers_stays(text):
    """An address that was sent along, stands within a sentence, or leads to no web server."""
    assert rewrite(text) == text


def test_what_was_seen_as_an_output_once_leads_here_from_then_on():
    """Later answers may name it elsewhere."""
    addresses = ReverseAddresses(UPSTREAM)
    rewrite_answer(json.dumps({"output": BUCKET}).encode(), addresses, OWN)
    later = rewrite_answer(json.dumps({"log": BUCKET}).encode(), addresses, OWN)
    assert json.loads(later)["log"].startswith(f"{HERE}/-/bucket.s3.example.com/")


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False)
        | st.text()
        | st.sampled_from([BUCKET, "https://images.segmind.com/x", "https://api.segmind.com/v2/x"]),
        lambda below: st.lists(below) | st.dictionaries(st.text() | st.just("output"), below),
        max_leaves=12,
    ),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_a_client_that_sends_an_answer_back_sends_what_the_service_said(value, indent, ascii_only):
    """Byte for byte, however the JSON is written."""
    addresses = ReverseAddresses(UPSTREAM)
    came = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "replace")
    assert rewrite_request(rewrite_answer(came, addresses, OWN), addresses, OWN) == came


SENT = {
    "an output as an input": (
        f'{{"image":"{HERE}/-/images.segmind.com/a.png"}}',
        '{"image":"https://images.segmind.com/a.png"}',
    ),
    "escaped": (
        r'{"image":"http:\/\/127.0.0.1:8766\/-\/images.segmind.com\/a.png"}',
        r'{"image":"https://images.segmind.com\/a.png"}',
    ),
    "plain": (f"url={HERE}/-http/a.example:81/x&b=1", "url=http://a.example:81/x&b=1"),
    "the upstream's": (f'["{HERE}/assets/1"]', '["https://api.segmind.com/assets/1"]'),
    "somebody else's": ('["http://127.0.0.1:9999/-/a/1"]', '["http://127.0.0.1:9999/-/a/1"]'),
}


@pytest.mark.parametrize(("came", "passed"), SENT.values(), ids=SENT)
def test_addresses_in_requests_are_what_they_were(came, passed):
    """The service could not reach the recorder."""
    addresses = ReverseAddresses(UPSTREAM)
    assert rewrite_request(came.encode(), addresses, OWN).decode() == passed


def test_a_redirect_leads_to_the_recorder():
    """And its host may be fetched."""
    addresses = ReverseAddresses(UPSTREAM)
    shown = rewrite_location(BUCKET, addresses, OWN)
    assert shown == BUCKET.replace("https://", f"{HERE}/-/")
    path = shown.removeprefix(HERE).encode()
    assert addresses.find_target(OWN, path).url == BUCKET
    assert rewrite_location("/v2/x", addresses, OWN) == "/v2/x"


API = Origin("https", "api.segmind.com", 443)


@pytest.mark.parametrize("upstream", [None, Origin("https", "127.0.0.1", 9000)])
def test_a_program_keeps_the_vendors_addresses(upstream):
    """Those of outputs elsewhere lead by way of the host that it asked, and back."""
    addresses = InterceptedAddresses(upstream)
    came = json.dumps({"poll_url": "https://api.segmind.com/v1/x", "output": BUCKET}).encode()
    shown = rewrite_answer(came, addresses, API)
    assert json.loads(shown) == {
        "poll_url": "https://api.segmind.com/v1/x",
        "output": BUCKET.replace("https://", "https://api.segmind.com/-/"),
    }
    other = Origin("https", "cloud.segmind.com", 443)
    assert rewrite_request(shown, addresses, other) == came


@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/problem+json", True),
        ("application/x-ndjson", False),
        ("text/event-stream", False),
        ("", False),
    ],
)
def test_json_is_told_by_its_type(content_type, told):
    """Lines of JSON are a stream."""
    assert is_json(content_type) is told
