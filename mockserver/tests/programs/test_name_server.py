"""The name server: the vendor's names and this machine's have addresses, all others are told of."""

from __future__ import annotations

import asyncio
import socket
import struct
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.programs.name_server import (
    DatagramServer,
    make_answerer,
    parse_question,
    serve_connection,
)

A, TXT, AAAA, HTTPS, ANY = 1, 16, 28, 65, 255
IPV4, IPV6 = bytes([127, 0, 0, 1]), bytes(15) + b"\x01"
NO_ERROR, FORMAT_ERROR, NO_SUCH_NAME, NOT_IMPLEMENTED = 0, 1, 3, 4


def ask(name: str | bytes, kind: int = A, *, flags: int = 0x0100, more: bytes = b"") -> bytes:
    """Return a query as resolvers send it."""
    raw = name if isinstance(name, bytes) else name.encode()
    labels = b"".join(bytes([len(each)]) + each for each in raw.split(b".") if each)
    return struct.pack("!6H", 4711, flags, 1, 0, 0, 0) + labels + b"\0" + pack(kind, 1) + more


def pack(*numbers: int) -> bytes:
    """Return numbers of two bytes each."""
    return struct.pack(f"!{len(numbers)}H", *numbers)


def read(said: bytes) -> tuple[int, list[bytes]]:
    """Return the code of an answer and the addresses in it."""
    ident, flags, questions, answers, *none = struct.unpack_from("!6H", said)
    assert (ident, flags & 0x8000, none) == (4711, 0x8000, [0, 0])
    at = 12
    if questions:
        while said[at]:
            at += said[at] + 1
        at += 5
    found = []
    for _ in range(answers):
        *_, length = struct.unpack_from("!HHHIH", said, at)
        found.append(said[at + 12 : at + 12 + length])
        at += 12 + length
    assert at == len(said)
    return flags & 0xF, found


@pytest.fixture
def refused() -> list[tuple[str, str]]:
    """Return what is told to be refused."""
    return []


@pytest.fixture
def answer(refused):
    """Return the server's function, where there is IPv6."""
    return make_answerer(lambda host, how: refused.append((host, how)), has_ipv6=True)


@pytest.mark.parametrize(
    "name", ["api.segmind.com", "API.Segmind.COM.", "segmind.com", "a.b.segmind.com", "localhost"]
)
@pytest.mark.parametrize(
    ("kind", "addresses"),
    [(A, [IPV4]), (AAAA, [IPV6]), (ANY, [IPV4, IPV6]), (TXT, []), (HTTPS, [])],
)
def test_the_vendors_hosts_and_localhost_are_this_machine(answer, refused, name, kind, addresses):
    """Of other types there is nothing, which is no error: clients ask for HTTPS records first."""
    assert read(answer(ask(name, kind))) == (NO_ERROR, addresses)
    assert refused == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("example.com", "example.com"),
        ("notsegmind.com", "notsegmind.com"),
        ("segmind.com.evil.example", "segmind.com.evil.example"),
        ("Example.COM", "example.com"),
        (b"\x1b[31m.example", "\\027[31m.example"),
        ("b\u00fccher.example", "b\\195\\188cher.example"),
    ],
)
def test_other_names_do_not_exist_and_are_told_of(answer, refused, name, told):
    """As text that a terminal can show."""
    query = ask(name.encode() if isinstance(name, str) else name)
    assert read(answer(query)) == (NO_SUCH_NAME, [])
    assert [host for host, _ in refused] == [told]


def test_the_name_of_an_address_reaches_nobody(answer, refused):
    """So there is no need to tell of it."""
    assert read(answer(ask("1.1.1.1.in-addr.arpa", 12))) == (NO_SUCH_NAME, [])
    assert refused == []


def test_there_are_no_addresses_of_ipv6_where_it_is_off(refused):
    """A client would have to wait for what nobody listens on."""
    answer = make_answerer(lambda *told: refused.append(told), has_ipv6=False)
    assert read(answer(ask("api.segmind.com", AAAA))) == (NO_ERROR, [])
    assert read(answer(ask("api.segmind.com", ANY))) == (NO_ERROR, [IPV4])


def test_an_extension_of_dns_is_no_hindrance(answer):
    """Most resolvers add an OPT record (RFC 6891); an answer without one is fine (7)."""
    opt = b"\0" + pack(41, 1232, 0, 0, 0)
    query = bytearray(ask("api.segmind.com", more=opt))
    query[10:12] = pack(1)
    assert read(answer(bytes(query))) == (NO_ERROR, [IPV4])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (ask("api.segmind.com", flags=0x2800), NOT_IMPLEMENTED),
        (ask("api.segmind.com")[:-1], FORMAT_ERROR),
        (ask("api.segmind.com")[:15], FORMAT_ERROR),
        (ask("x" * 63 + "." + "y" * 63)[:12] + b"\xc0\x0c" + pack(A, 1), FORMAT_ERROR),
        (ask(".".join(["x" * 60] * 5)), FORMAT_ERROR),
        (ask("api.segmind.com")[:-2] + pack(3), FORMAT_ERROR),
        (struct.pack("!6H", 4711, 0, 0, 0, 0, 0), FORMAT_ERROR),
    ],
    ids=["update", "cut", "cut label", "pointer", "too long", "class CHAOS", "no question"],
)
def test_what_is_no_question_is_refused_as_such(answer, refused, query, code):
    """With the code of RFC 1035, 4.1.1."""
    assert read(answer(query)) == (code, [])
    assert refused == []


@pytest.mark.parametrize("query", [b"", b"\0" * 11, ask("api.segmind.com", flags=0x8180)])
def test_what_asks_nothing_gets_no_answer(answer, query):
    """Two servers would answer each other for ever."""
    assert answer(query) is None


@given(query=st.binary(max_size=600))
def test_no_bytes_are_too_much_for_it(query):
    """Whatever comes is answered with its own number, or not at all."""
    said = make_answerer(lambda *_: None, has_ipv6=True)(query)
    assert said is None or said[:2] == query[:2]


@given(labels=st.lists(st.binary(min_size=1, max_size=63), max_size=3), kind=st.integers(0, 65535))
def test_every_name_can_be_read(labels, kind):
    """Of whatever bytes it is made, dots in labels too."""
    raw = b"".join(bytes([len(each)]) + each for each in labels) + b"\0" + pack(kind, 1)
    question = parse_question(struct.pack("!6H", 1, 0, 1, 0, 0, 0) + raw)
    assert (question.type, question.raw) == (kind, raw)
    assert question.name.isprintable()
    assert question.name.count(".") == max(len(labels) - 1, 0)


def test_it_answers_datagrams_and_connections(answer):
    """By a connection several questions can come, each with its length before it."""
    queries = [ask("api.segmind.com"), ask("example.com")]

    async def talk() -> list[bytes]:
        loop = asyncio.get_running_loop()
        udp, _ = await loop.create_datagram_endpoint(
            lambda: DatagramServer(answer), local_addr=("127.0.0.1", 0)
        )
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0)
            client.connect(udp.get_extra_info("sockname"))
            await loop.sock_sendall(client, queries[0])
            said = [await loop.sock_recv(client, 512)]
        udp.close()
        async with await asyncio.start_server(
            partial(serve_connection, answer), "127.0.0.1", 0
        ) as server:
            address = server.sockets[0].getsockname()
            reader, writer = await asyncio.open_connection(*address)
            for query in queries:
                writer.write(len(query).to_bytes(2) + query)
            for _ in queries:
                length = int.from_bytes(await reader.readexactly(2))
                said.append(await reader.readexactly(length))
            writer.write(b"\0\1x")
            assert await reader.read() == b""
            writer.close()
        return said

    assert asyncio.run(talk()) == [answer(queries[0]), *map(answer, queries)]
