"""What a request of the control plane says: its body, its query, its key, and where it went."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec.structs import replace
from starlette.requests import Request

from mockserver.base import wire
from mockserver.base.errors import EmulatorError
from mockserver.base.struct_errors import explain_struct_error
from mockserver.base.text_encodings import BYTE_ORDER_MARK
from mockserver.control.account_names import Wanted, find_key, put_key
from mockserver.control.clock import ClockChange

T = TypeVar("T")

_MIB = 1024 * 1024

OVERSIZED = "segmock.oversized"
"""In the scope of a request without a socket: the body went over the limit and was not kept."""


async def read_body(request: Request, most: int) -> bytes:
    """Read a body.

    Raises:
        EmulatorError: it is longer than so many bytes.
    """
    body, is_oversized = bytearray(), request.scope.get(OVERSIZED, False)
    async for part in request.stream():
        is_oversized = is_oversized or len(body) + len(part) > most
        if not is_oversized:
            body += part
    if is_oversized:
        raise EmulatorError(
            f"the body has more than {most // _MIB} MiB",
            hint="send less, or start with a higher --max-body-mib",
            status=413,
        )
    return bytes(body)


def parse_body(body: bytes, kind: type[T]) -> T:
    """Read a JSON body; an empty one is an empty object.

    Raises:
        EmulatorError: it is not JSON, or has a field or value that is not known.
    """
    try:
        return msgspec.json.decode(body.removeprefix(BYTE_ORDER_MARK) or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise explain_struct_error(error, kind) from None
    except (ValueError, RecursionError) as error:
        hint = explain_struct_error(error, kind).hint
        raise EmulatorError(f"the body is not JSON: {error}", hint=hint) from None


def parse_query(request: Request, kind: type[T]) -> T:
    """Read a query.

    Raises:
        EmulatorError: it has a field or value that is not known.
    """
    try:
        return msgspec.convert(dict(request.query_params), kind, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise explain_struct_error(error, kind) from None


def parse_key(request: Request) -> str | None:
    """Return the key that the query names, if it names one."""
    return request.query_params.get("api_key")


def parse_named_key(request: Request) -> str:
    """Return the key that the path names, slashes and all.

    Raises:
        EmulatorError: it names none.
    """
    api_key: str = request.path_params["api_key"]
    if not api_key:
        raise EmulatorError("the path names no key", hint="/_mock/accounts/{api_key}", status=404)
    return api_key


def parse_clock_change(request: Request, body: bytes) -> ClockChange:
    """Return the change that a body describes; the query names a key where the body does not."""
    change = parse_body(body, ClockChange)
    return replace(change, api_key=change.api_key or parse_key(request))


def find_root(request: Request) -> str:
    """Return the root of this server as whoever asks sees it, through proxies too."""
    return make_wire_request(request).origin


def make_wire_request(request: Request) -> wire.Request:
    """Return a request without its body as the gateway would see it."""
    headers = dict(request.scope["headers"])
    scheme, path = request.scope["scheme"], request.scope["path"]
    return wire.Request(method=request.method, path=path, headers=headers, scheme=scheme)


def has_socket(request: Request) -> bool:
    """Tell whether a request came over a socket: without one nothing may be waited for."""
    return OVERSIZED not in request.scope


class RequestReader:
    """Reads which key a request means: it names the key itself, or the account that has it.

    Args:
        accounts: The keys of all accounts; they are asked within a transaction.
    """

    def __init__(self, accounts: Iterable[str]) -> None:
        self._accounts = accounts

    def read_key(self, request: Request) -> str | None:
        """Return the key that the query means, if it means one.

        Raises:
            EmulatorError: it names no account that there is.
        """
        spelled = parse_key(request)
        return spelled and find_key(spelled, self._accounts)

    def read_named_key(self, request: Request) -> str:
        """Return the key that the path means.

        Raises:
            EmulatorError: it names none, or no account that there is.
        """
        return find_key(parse_named_key(request), self._accounts)

    def read_query(self, request: Request, kind: type[Wanted]) -> Wanted:
        """Return what the query wants.

        Raises:
            EmulatorError: it has a field or value that is not known, or names no account.
        """
        return self.put_key(parse_query(request, kind))

    def put_key(self, wanted: Wanted) -> Wanted:
        """Return what is wanted, of the key that is meant.

        Raises:
            EmulatorError: it names no account that there is.
        """
        return put_key(wanted, self._accounts)
