"""Why there is no connection to a service, in a sentence that says what to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
"""What OpenSSL calls them (X509_V_ERR_… of its x509_vfy.h)."""

_CLOCK = "look at this machine's clock, or have it renewed"
_NOT_THEIRS = "its certificate is for another name; look at how the host is spelled"
_CERTIFICATES = {
    _EXPIRED: f"its certificate has expired; {_CLOCK}",
    _NOT_YET_VALID: f"its certificate is not valid yet; {_CLOCK}",
    _OTHER_NAME: _NOT_THEIRS,
    _OTHER_ADDRESS: _NOT_THEIRS,
}
_UNTRUSTED = "name a file with the certificate of its authority by --ca"


def explain_failure(error: BaseException) -> str:
    """Return why there is no connection, and what to do.

    Args:
        error: What httpx raised; what it was raised from says more.
    """
    for cause in _list_causes(error):
        if (sentence := _explain(cause)) is not None:
            return sentence
    return str(error) or type(error).__name__


def _explain(cause: BaseException) -> str | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        untrusted = f"its certificate is not trusted ({cause.verify_message}); {_UNTRUSTED}"
        return _CERTIFICATES.get(cause.verify_code, untrusted)
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed ({cause.reason}); is it https:// that is spoken at that port?"
    if isinstance(cause, socket.gaierror):
        return "its name has no address; look at how it is spelled, and at this machine's network"
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens there; look at the host and the port"
    if isinstance(cause, httpx.TimeoutException):
        return "nobody took the connection in time; look at this machine's network"
    return None


def _list_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and all that it was raised from, of several attempts each."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _list_causes(each)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _list_causes(cause)
