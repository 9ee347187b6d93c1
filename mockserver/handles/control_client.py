"""The control plane as a test reaches it: of an emulator in this process, or of a server."""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urlencode
from urllib.request import (
    BaseHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from mockserver.base.errors import EmulatorError, is_misuse

if TYPE_CHECKING:
    from mockserver.edges.inprocess import InProcess

__tracebackhide__ = is_misuse

_HOST = "127.0.0.1"
_REFUSED = 400
_PATIENCE_S = 30
_SHOWN = 80
_URL = re.compile(r"https?://[^/]", re.IGNORECASE)
_START = "start one with `segmock serve`, and give its URL"
_TRUST = "give a file with its authority's certificate: --ca FILE, or the variable SSL_CERT_FILE"


class UntrustedServerError(EmulatorError):
    """The certificate of a server is of an authority that nobody trusts here."""


class ControlClient(Protocol):
    """Where control calls go."""

    def call(self, method: str, path: str, *, body: Any = None, **query: Any) -> Any:
        """Make a call and return the JSON value of its answer.

        Raises:
            EmulatorError: the call was refused, or nobody answers.
        """


class InProcessControlClient:
    """The control plane of an emulator in this process."""

    def __init__(self, emulator: InProcess) -> None:
        self._emulator = emulator

    def call(self, method: str, path: str, *, body: Any = None, **query: Any) -> Any:
        """Make a call and return the JSON value of its answer."""
        from mockserver.base.wire import Request as CoreRequest

        request = CoreRequest(
            method=method,
            path=unquote(path),
            query=_render_query(query),
            headers={b"host": _HOST.encode()},
            body=_encode_body(body) or b"",
        )
        answer = self._emulator.call_control(request)
        return _parse_answer(answer.status, answer.body)


class HttpControlClient:
    """The control plane of a server.

    Args:
        url: The server's root.
        token: Its admin token, if it has one.
        ca: A file with the certificates of authorities to trust beside those of the system.

    Raises:
        EmulatorError: the URL is none, or that of v1 or v2; or no certificate is in the file.
    """

    def __init__(self, url: str, token: str | None = None, ca: Path | None = None) -> None:
        self.url = _parse_root(url)
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._opener = _make_opener(self.url, ca)

    def call(self, method: str, path: str, *, body: Any = None, **query: Any) -> Any:
        """Make a call and return the JSON value of its answer."""
        data = _encode_body(body)
        try:
            status, answer = self._send(self._make_request(method, path, data, query))
        except (OSError, HTTPException, ValueError) as error:
            raise self.explain(error) from None
        return _parse_answer(status, answer)

    @contextmanager
    def open(self, path: str, timeout_s: float, **query: Any) -> Iterator[HTTPResponse]:
        """Give an answer that is read as it comes, while the context lasts.

        Args:
            path: What to ask for.
            timeout_s: How long the server may say nothing.
            query: Narrows it.

        Raises:
            EmulatorError: the call was refused.
            OSError: nobody answers.
            HTTPException: the same.
        """
        request = self._make_request("GET", path, None, query)
        try:
            response: HTTPResponse
            with self._opener.open(request, timeout=timeout_s) as response:
                yield response
        except HTTPError as error:
            with error:
                _parse_answer(error.code, error.read())

    def explain(self, error: Exception) -> EmulatorError:
        """Return in words that nobody answers, and what to do."""
        cause = getattr(error, "reason", error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            told = f"its certificate is not trusted, {cause.verify_message}"
            return UntrustedServerError(f"no segmock answers at {self.url}: {told}", hint=_TRUST)
        reason = getattr(cause, "strerror", None) or cause
        return EmulatorError(f"no segmock answers at {self.url}: {reason}", hint=_START)

    def _make_request(
        self, method: str, path: str, data: bytes | None, query: dict[str, Any]
    ) -> Request:
        spelled = _render_query(query)
        url = f"{self.url}{path}?{spelled}" if spelled else f"{self.url}{path}"
        return Request(url, data, self._headers, method=method)  # noqa: S310

    def _send(self, request: Request) -> tuple[int, bytes]:
        """Return the status and the body of what is answered, whatever the status is."""
        try:
            response: HTTPResponse
            with self._opener.open(request, timeout=_PATIENCE_S) as response:
                return response.status, response.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()


def _make_opener(url: str, ca: Path | None) -> OpenerDirector:
    """Return what opens URLs, past every proxy, and trusts this user's own servers."""
    handlers: list[BaseHandler] = [ProxyHandler({})]
    if ca or url.lower().startswith("https:"):
        handlers.append(HTTPSHandler(context=make_trusting_context(ca)))
    return build_opener(*handlers)


def make_trusting_context(ca: Path | None) -> ssl.SSLContext:
    """Return what trusts the system's authorities, this user's own, and those of a file.

    Raises:
        EmulatorError: no certificate is in the file.
    """
    from mockserver.edges.authority_store import find_authority_file

    context = ssl.create_default_context()
    own = find_authority_file()
    for file in filter(None, (ca, own if os.access(own, os.R_OK) else None)):
        _trust(context, file)
    return context


def _trust(context: ssl.SSLContext, file: Path) -> None:
    try:
        context.load_verify_locations(file)
    except OSError as error:  # which errors of TLS are, too
        reason = "no certificate is in it" if isinstance(error, ssl.SSLError) else error.strerror
        hint = "give a file with certificates in PEM"
        raise EmulatorError(f"{file}: {reason}", hint=hint) from None


def _parse_root(url: str) -> str:
    """Return the URL of a server's root without what has no meaning in it."""
    root = url.strip().rstrip("/")
    address, version = root[:-3], root[-3:]
    if version in {"/v1", "/v2"}:
        reason, wanted = f"its control plane is not below {version}", address
    elif not _URL.match(root):
        reason, wanted = "that is no URL of HTTP", f"http://{_HOST}:8765"
        if root and "://" not in url:
            wanted = f"http://{root}"
    else:
        return root
    raise EmulatorError(
        f"no segmock answers at {url!r}: {reason}", hint=f"give the URL of its root, like {wanted}"
    )


def quote_name(name: Any, what: str) -> str:
    """Return a name as a part of a path.

    Raises:
        EmulatorError: it is no text, or an empty one.
    """
    if isinstance(name, str) and name:
        return quote(name, safe="")
    raise EmulatorError(f"{what} is {name!r}", hint="give it as a text, as it was told")


def _render_query(query: dict[str, Any]) -> str:
    return urlencode({name: value for name, value in query.items() if value is not None})


def _encode_body(body: Any) -> bytes | None:
    """Return a body as JSON.

    Raises:
        EmulatorError: it cannot be written as JSON.
    """
    if body is None:
        return None
    try:
        return json.dumps(body, default=str, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        hint = "give dicts with texts as names, lists, texts and finite numbers"
        raise EmulatorError(f"that is no JSON: {error}", hint=hint) from None


def _parse_answer(status: int, body: bytes) -> Any:
    try:
        value: Any = json.loads(body) if body else None
        if status < _REFUSED:
            return value
        refusal = EmulatorError(value["error"], hint=value["hint"], status=status)
    except (ValueError, TypeError, KeyError):
        refusal = make_stranger_error(status, body)
    raise refusal


def make_stranger_error(status: int, body: bytes) -> EmulatorError:
    """Return in words that something else than segmock has answered, and what to do."""
    message = f"what answers is no segmock: {status} {_render_start(body)}"
    return EmulatorError(message, hint=_START, status=status)


def _render_start(body: bytes) -> str:
    """Return how a body begins, in a line."""
    text = body[:_SHOWN].decode("utf-8", "replace")
    return repr(text + "…" if len(body) > _SHOWN else text)
