"""A name server that knows the vendor's hosts and this machine, and tells of all others.

It speaks what resolvers need of RFC 1035: one question of a class and type, answered from two
addresses. A library would bring zones, caches and a hundred record types.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import NamedTuple

from mockserver.base.hosts import is_localhost, is_vendor
from mockserver.programs.modes import Refuse

_A, _AAAA, _ANY, _IN = 1, 28, 255, 1
_ADDRESSES = {_A: bytes([127, 0, 0, 1]), _AAAA: bytes(15) + b"\x01"}
_HEAD = struct.Struct("!6H")
_TYPE_AND_CLASS = struct.Struct("!2H")
_NAME_OF_QUESTION = 0xC00C
"""A name that is the one at byte 12, where the question begins (RFC 1035, 4.1.4)."""

_IS_ANSWER, _IS_AUTHORITY, _WANTS_RECURSION, _CAN_RECUR = 0x8000, 0x0400, 0x0100, 0x0080
_OPCODE = 0x7800
_NO_ERROR, _FORMAT_ERROR, _NO_SUCH_NAME, _NOT_IMPLEMENTED = 0, 1, 3, 4
_TTL_S = 60
_LONGEST_LABEL, _LONGEST_NAME = 63, 255

_PLAIN = frozenset(range(ord("!"), ord("~") + 1)) - frozenset(b".\\")

Answer = Callable[[bytes], bytes | None]


class Question(NamedTuple):
    """What is asked: a name in lower case without a dot at its end, a type, and the bytes of it."""

    name: str
    type: int
    raw: bytes


def make_answerer(refuse: Refuse, *, has_ipv6: bool) -> Answer:
    """Return what answers queries; it tells `refuse` of each name that is not there."""

    def answer(query: bytes) -> bytes | None:
        if len(query) < _HEAD.size:
            return None
        ident, flags, *_ = _HEAD.unpack_from(query)
        if flags & _IS_ANSWER:
            return None
        if flags & _OPCODE:
            return _render(ident, flags, _NOT_IMPLEMENTED)
        question = parse_question(query)
        if question is None:
            return _render(ident, flags, _FORMAT_ERROR)
        if is_vendor(question.name) or is_localhost(question.name):
            types = [_A, _AAAA] if has_ipv6 else [_A]
            wanted = [each for each in types if question.type in {each, _ANY}]
            return _render(ident, flags, _NO_ERROR, question, wanted)
        if not question.name.endswith(".arpa"):  # whose name an address is, which reaches nobody
            refuse(question.name, "its address was asked for")
        return _render(ident, flags, _NO_SUCH_NAME, question)

    return answer


def parse_question(query: bytes) -> Question | None:
    """Read the question of a query; None unless there is exactly one, and whole."""
    if _HEAD.unpack_from(query)[2] != 1:
        return None
    labels: list[str] = []
    at = _HEAD.size
    while at < len(query) and (length := query[at]):
        label = query[at + 1 : at + 1 + length]
        if length > _LONGEST_LABEL or len(label) < length:
            return None
        labels.append(_render_label(label))
        at += 1 + length
    end = at + 1 + _TYPE_AND_CLASS.size
    if len(query) < end or at - _HEAD.size > _LONGEST_NAME:
        return None
    kind, class_ = _TYPE_AND_CLASS.unpack_from(query, at + 1)
    if class_ not in {_IN, _ANY}:
        return None
    return Question(".".join(labels).lower(), kind, query[_HEAD.size : end])


def _render_label(label: bytes) -> str:
    """Return a label as text; what cannot be shown stands as RFC 1035 (5.1) has it."""
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03}" for byte in label)


def _render(
    ident: int,
    flags: int,
    code: int,
    question: Question | None = None,
    types: list[int] | None = None,
) -> bytes:
    said = _IS_ANSWER | _IS_AUTHORITY | _CAN_RECUR | (flags & (_OPCODE | _WANTS_RECURSION)) | code
    records = [
        struct.pack("!HHHIH", _NAME_OF_QUESTION, kind, _IN, _TTL_S, len(_ADDRESSES[kind]))
        + _ADDRESSES[kind]
        for kind in types or ()
    ]
    head = _HEAD.pack(ident, said, 1 if question else 0, len(records), 0, 0)
    return b"".join([head, question.raw if question else b"", *records])


class DatagramServer(asyncio.DatagramProtocol):
    """Answers queries that come as datagrams."""

    _transport: asyncio.DatagramTransport

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Remember where answers are sent."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one."""
        if (said := self._answer(data)) is not None:
            self._transport.sendto(said, addr)


async def serve_connection(
    answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer queries that come by a connection, each after two bytes of its length (4.2.2)."""
    try:
        while True:
            length = int.from_bytes(await reader.readexactly(2))
            said = answer(await reader.readexactly(length))
            if said is None:
                break
            writer.write(len(said).to_bytes(2) + said)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
