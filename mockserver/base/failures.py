"""Telling of a failure of the emulator's own: a traceback in which no API key can be read.

Frames show code and no values. What an exception says is shown with every key hidden, and from
the first quotation mark on by its last characters alone, unless it is about code: the key of an
account that is gone is known to nobody, and `KeyError: '…'` would spell it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from traceback import format_tb
from urllib.parse import parse_qsl

from mockserver.base.ids import redact_key
from mockserver.base.redaction import find_secrets, hide_keys
from mockserver.base.wire import Request

_ABOUT_CODE = (AttributeError, ImportError, NameError, TypeError)
_QUOTED = re.compile(r"""['"].*""", re.DOTALL)
_MARKS = "'\""
_LONGEST = 1_000
_MOST_CAUSES = 10


def render_failure(
    error: Exception,
    where: str,
    secrets: Iterable[str] = (),
    accounts: Collection[str] = (),
    outcome: str = "the client got a 500",
) -> str:
    """Return what happened, for a log: the causes in order, each with its traceback.

    Args:
        error: What was raised.
        where: In what it was raised, as a phrase.
        secrets: What may stand nowhere in it.
        accounts: Keys that may not stand in it as a word.
        outcome: What came of it.
    """
    longest_first = sorted(secrets, key=len, reverse=True)
    parts = [f"segmock itself has failed in {where}; {outcome}\n"]
    for each in _find_causes(error):
        words = hide_keys(_render_words(each), longest_first, accounts)[:_LONGEST]
        parts.append("Traceback (most recent call last):\n")
        parts += format_tb(each.__traceback__)
        parts.append(f"{type(each).__qualname__}: {words}\n")
    return "".join(parts).rstrip("\n")


def find_request_secrets(request: Request) -> set[str]:
    """Return all in a request that may be a key, by whatever name it goes."""
    named = [(name.decode("latin-1"), v.decode("latin-1")) for name, v in request.headers.items()]
    named += parse_qsl(request.query)
    named += [("", part) for part in request.path.split("/")]
    return {secret for name, value in named for secret in find_secrets(name, value)}


def _find_causes(error: BaseException) -> list[BaseException]:
    """Return an exception with what led to it, the first cause first."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found and len(found) < _MOST_CAUSES:
        found.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return found[::-1]


def _render_words(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 (an exception's own words may fail as well)
        return "(it cannot say what)"
    if isinstance(error, _ABOUT_CODE):
        return words
    return _QUOTED.sub(lambda rest: f"'{redact_key(rest[0].strip(_MARKS))}'", words)
