"""What an answer of the gateway is called in the kit's words: one table for all who need it."""

from __future__ import annotations

_BY_STATUS = {
    400: "invalid",
    401: "unauthorized",
    402: "insufficient_credits",
    403: "forbidden",
    404: "not_found",
    405: "invalid",
    410: "not_found",
    413: "invalid",
    422: "invalid",
    429: "rate_limited",
}
_NOT_ACCEPTABLE = 406
_SERVER_ERRORS = 500


def outcome_of(status: int, words: str = "") -> str | None:
    """Return the outcome that an HTTP status stands for; None for a success.

    A 406 is about credits or about the request (E3): its words tell. A 422 is the FAILED of a job
    where its body says so, which is for the caller to look at first (T4).
    """
    if status == _NOT_ACCEPTABLE:
        return "insufficient_credits" if "credit" in words.lower() else "invalid"
    if status >= _SERVER_ERRORS:
        return "server_error"
    return _BY_STATUS.get(status)
