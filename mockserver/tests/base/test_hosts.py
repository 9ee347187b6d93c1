"""Names of hosts: which are right, which can only be this machine, which are the vendor's."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import (
    Authority,
    is_loopback,
    is_vendor,
    parse_authority,
    parse_host,
    render_authority,
)

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
    assert parse_authority(render_authority(*authority)) == authority


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


VENDORS = [
    "segmind.com",
    "api.segmind.com",
    "API.Segmind.COM",
    "api.segmind.com.",
    "a.b.c.segmind.com",
    "\uff41\uff50\uff49.segmind.com",
    "api.\uff53\uff45\uff47mind.com",
    "api\u3002segmind\uff0ecom\uff61",
    "api.seg\u00admind.com",
    "api.\u017fegmind.com",
    "\u65e5\u672c.segmind.com",
    "api.\U0001d42cegmind.com",
    "\u65e5\u672c." + "a" * 64 + ".segmind.com",
]
OTHERS = [
    "",
    ".",
    "com",
    "segmind",
    "notsegmind.com",
    "segmind.com.example",
    "segmind.co",
    "segmind.com..",
    "segmind.com:443",
    "s\u00e9gmind.com",
    "\u0455egmind.com",
    "127.0.0.1",
    "::1",
]


@pytest.mark.parametrize("host", VENDORS)
def test_each_spelling_that_resolves_to_the_vendors_name_is_the_vendors(host):
    """Any case, a dot at the end, and what RFC 3490 makes ASCII of; what it cannot is left so."""
    assert is_vendor(host)


@pytest.mark.parametrize("host", OTHERS)
def test_a_name_that_only_looks_like_the_vendors_is_anothers(host):
    """Letters of other scripts included, and names that nothing resolves."""
    assert not is_vendor(host)


@given(
    st.lists(st.text("abcxyzABCXYZ019-_", min_size=1, max_size=8), max_size=3),
    st.integers(0, (1 << len("segmind.com")) - 1),
)
def test_every_name_below_the_vendors_is_its_own_in_any_case(labels, capitals):
    """And none of them is, with another domain behind it."""
    letters = enumerate("segmind.com")
    domain = "".join(each.upper() if capitals >> at & 1 else each for at, each in letters)
    name = ".".join([*labels, domain])
    assert is_vendor(name)
    assert not is_vendor(f"{name}.example")
