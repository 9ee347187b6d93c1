"""The head of a request: how large it may be, and for which host it is."""

from __future__ import annotations

import pytest

from mockserver.edges.connection_limits import Limits
from mockserver.edges.refusals import RequestError
from mockserver.edges.request_head import check_host, check_size, replace_host, split_target


@pytest.mark.parametrize(
    ("hosts", "version", "host"),
    [
        ([b"localhost"], "1.1", b"localhost"),
        ([b"[::1]:8765"], "1.1", b"[::1]:8765"),
        ([b""], "1.1", b""),
        ([], "1.0", b""),
    ],
)
def test_a_request_is_for_one_host(hosts, version, host):
    """An old client names none, and a proxy may name an empty one."""
    assert check_host(hosts, version) == host


@pytest.mark.parametrize(
    ("hosts", "version", "words"),
    [
        ([], "1.1", "no Host header field"),
        ([b"a", b"a"], "1.1", "2 Host header fields"),
        ([b"a", b"b"], "1.0", "2 Host header fields"),
        ([b"a b"], "1.1", "no host"),
        ([b"a:port"], "1.1", "no host"),
    ],
)
def test_what_names_no_host_or_several_is_refused(hosts, version, words):
    """What is wrong is named."""
    with pytest.raises(RequestError, match=words) as refusal:
        check_host(hosts, version)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (b"*", (None, b"*")),
        (b"http://localhost/v2/a?b=c", (b"localhost", b"/v2/a?b=c")),
        (b"http://localhost:8765", (b"localhost:8765", b"/")),
        (b"http://localhost?a=b", (b"localhost", b"/?a=b")),
        (b"http://localhost#a", (b"localhost", b"/#a")),
    ],
)
def test_a_target_that_is_a_url_is_split_into_host_and_rest(target, parts):
    """Other targets stay as they are."""
    assert split_target(target) == parts


@pytest.mark.parametrize("target", [b"http:///v2/a", b"http://a b/", b"http://?a"])
def test_a_target_that_is_a_url_has_a_host(target):
    """Without one there is nobody to ask."""
    with pytest.raises(RequestError, match="URL without a host"):
        split_target(target)


def test_the_host_of_a_target_stands_in_for_every_other():
    """The other fields stay in their order."""
    fields = [(b"a", b"1"), (b"host", b"x"), (b"b", b"2"), (b"host", b"y")]
    assert replace_host(fields, b"z") == [(b"host", b"z"), (b"a", b"1"), (b"b", b"2")]


def test_a_head_may_be_as_large_as_the_limit_and_no_larger():
    """Target and fields count, with what stands between name and value."""
    limits = Limits(head_bytes=10)
    check_size(b"/", [(b"a", b"1234")], limits)
    with pytest.raises(RequestError, match="over 10 bytes") as refusal:
        check_size(b"/", [(b"a", b"12345")], limits)
    assert refusal.value.status == 431
