"""Names of hosts: which are right, which can be listened on, which can only be this machine."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import Authority, is_loopback, parse_authority, parse_host

HERE = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "x.localhost",
    "a.b.LocalHost.",
    "127.0.0.1",
    "127.8.8.8",
    "127.1",
    "127.0.1",
    "2130706433",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
]
ELSEWHERE = [
    "",
    ".",
    "0.0.0.0",
    "::",
    "::2",
    "::ffff:10.0.0.1",
    "192.168.0.1",
    "example.com",
    "notlocalhost",
    "\u65e5.localhost",
    "localhost.example.com",
    "127.0.0.1.example.com",
    "127.0.0.1.1",
    "0127.0.0.1",
    "128.1",
    "127.256.0.1",
    "127.16777216",
    "4294967296",
    "\uff11\uff12\uff17.1",
    " 127.1",
    "127_0.1",
]


@pytest.mark.parametrize("host", HERE)
def test_names_that_can_only_be_this_machine_are_loopback(host):
    """All of 127/8 in any spelling, ::1, and the localhost names, in any case."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_names_that_may_be_another_machine_are_not_loopback(host):
    """An address elsewhere, a name that somebody can register, and a number that is read twice."""
    assert not is_loopback(host)


@given(address=st.integers(0, 2**32 - 1), kept=st.integers(1, 4))
def test_a_short_ipv4_address_is_what_it_is_in_full(address, kept):
    """Whoever leaves out numbers means the same machine as whoever spells all four."""
    parts = list(IPv4Address(address).packed)
    last = int.from_bytes(bytes(parts[kept - 1 :]))
    short = ".".join(map(str, [*parts[: kept - 1], last]))
    assert is_loopback(short) is (parts[0] == 127)


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("h", Authority("h", None)),
        ("a-b.Example:8080", Authority("a-b.Example", 8080)),
        ("h:", Authority("h", None)),
        ("127.0.0.1:1", Authority("127.0.0.1", 1)),
        ("[::1]:65535", Authority("::1", 65535)),
        ("[2001:db8::1]", Authority("2001:db8::1", None)),
        ("a%20b", Authority("a%20b", None)),
    ],
)
def test_a_host_with_or_without_a_port_is_read(text, authority):
    """What RFC 3986 allows is taken apart."""
    assert parse_authority(text) == authority


@pytest.mark.parametrize(
    "text",
    [
        *["", ":80", "a b", 'a"b', "x/y", "x?y", "x#y", "u@h", "a\\b", "<h>", "h\n", "hä", "%zz"],
        *["h:x", "h:-1", "h:65536", "h:1 ", "[::1", "::1", "[h]", "[::1]x", "[1.2.3.4]", "[]"],
        *["a" * 256, "a" * 70_000],
    ],
)
def test_what_is_no_host_is_not_read(text):
    """Blanks, quotes, paths, users and ports that cannot be make no authority."""
    assert parse_authority(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("h", "h"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("fe80::1%lo", "fe80::1%lo"),
        ("127.1", "127.1"),
    ],
)
def test_an_address_to_listen_on_may_have_brackets(text, host):
    """The spelling of a URL is as good as that of an address."""
    assert parse_host(text) == host


@pytest.mark.parametrize("text", ["", " ", "a b", "h:80", "http://h", "[h]", "1::2::3", "[::1]:80"])
def test_what_cannot_be_listened_on_is_refused_in_words(text):
    """The refusal quotes what came and gives examples."""
    with pytest.raises(EmulatorError, match="is not a host") as refusal:
        parse_host(text)
    assert repr(text) in refusal.value.message
    assert "127.0.0.1" in refusal.value.hint
