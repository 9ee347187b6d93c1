"""Which header fields reach the other side."""

from __future__ import annotations

from mockserver.recorder.addresses import ReverseAddresses
from mockserver.recorder.fields import drop_connection, make_request_fields
from mockserver.recorder.origins import Origin

UPSTREAM = Origin("https", "api.segmind.com", 443)
OWN = Origin("http", "127.0.0.1", 8766)
KEYED = [(b"x-api-key", b"k"), (b"authorization", b"Bearer k"), (b"cookie", b"c=1")]


def pass_on(fields, path=b"/v2/x", size=0):
    """Return what the upstream gets."""
    return make_request_fields(fields, ReverseAddresses(UPSTREAM).find_target(OWN, path), size)


def test_fields_of_a_connection_end_with_it():
    """Those of RFC 9110 (7.6.1), and those that Connection names, in any case."""
    ended = [
        (b"connection", b"close, X-Mine"),
        (b"Keep-Alive", b"timeout=5"),
        (b"te", b"trailers"),
        (b"trailer", b"x"),
        (b"Transfer-Encoding", b"chunked"),
        (b"upgrade", b"h2c"),
        (b"proxy-connection", b"keep-alive"),
        (b"proxy-authorization", b"Basic x"),
        (b"proxy-authenticate", b"Basic"),
        (b"x-mine", b"1"),
    ]
    kept = [(b"X-Cost", b"1"), (b"set-cookie", b"a"), (b"set-cookie", b"b")]
    assert drop_connection([*ended, *kept]) == kept


def test_the_upstream_is_sent_what_the_client_says_in_its_order():
    """But for the host, the length and what may be compressed; nothing is added about a proxy."""
    fields = [
        (b"user-agent", b"x"),
        (b"host", b"127.0.0.1:8766"),
        (b"accept-encoding", b"gzip, br"),
        (b"expect", b"100-continue"),
        *KEYED,
        (b"x-initiator", b"SDK-PY"),
        (b"content-length", b"9"),
    ]
    assert pass_on(fields, size=11) == [
        (b"host", b"api.segmind.com"),
        (b"user-agent", b"x"),
        *KEYED,
        (b"x-initiator", b"SDK-PY"),
        (b"accept-encoding", b"identity"),
        (b"content-length", b"11"),
    ]


def test_a_body_of_nothing_is_told_from_no_body():
    """As the client does."""
    assert (b"content-length", b"0") in pass_on([(b"content-length", b"0")])
    assert (b"content-length", b"0") in pass_on([(b"transfer-encoding", b"chunked")])
    assert b"content-length" not in dict(pass_on([]))


def test_hosts_of_files_are_told_no_key():
    """Whatever the client sends to every host."""
    sent = pass_on([*KEYED, (b"range", b"bytes=0-1")], b"/-/images.segmind.com/x.png")
    assert sent == [
        (b"host", b"images.segmind.com"),
        (b"range", b"bytes=0-1"),
        (b"accept-encoding", b"identity"),
    ]
