"""Triggers that need no control plane: keys that end in a code, prompts that begin with `mock:`.

They let any client, in any language, reach every outcome, as test cards do for payments.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from mockserver.base.bounds import MAX_MESSAGE, cut
from mockserver.contract.texts import find_text

KEY_PREFIX = "SG_0000"

KEYS: dict[str, dict[str, Any]] = {
    "0401": {"status": "revoked"},
    "0403": {"denied_models": ["*"]},
    "0406": {"credits": "0", "free_credits": "0"},
    "0429": {"requests_per_minute": 1},
}
"""What an account looks like whose key begins with `SG_0000` and ends in the code."""

POST_ERRORS = {"0500": "internal", "0502": "bad_gateway", "0504": "gateway_timeout"}
"""The row of contracts/errors.json with which every run of such a key is answered."""

_PROMPT = re.compile(
    r"mock:(?:(?P<fail>fail)=(?P<message>.+)"
    r"|(?P<word>block|stall|expire)(?:\s|$)"
    r"|slow=(?P<slow>\d{1,9}(?:\.\d{1,6})?)(?:\s|$)"
    r"|status=(?P<status>[45]\d\d)(?:\s|$))",
    re.DOTALL,
)


class Trigger(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a prompt asks of the run: at most one field is set."""

    fail: str | None = None
    stall: bool = False
    expire: bool = False
    slow_s: float | None = None
    status: int | None = None


NONE = Trigger()


def find_settings(api_key: str) -> dict[str, Any]:
    """Return the account fields that this key asks for; empty for an ordinary key."""
    return KEYS.get(api_key[-4:], {}) if api_key.startswith(KEY_PREFIX) else {}


def find_post_error(api_key: str) -> str | None:
    """Return the error with which this key wants its runs answered, or None."""
    return POST_ERRORS.get(api_key[-4:]) if api_key.startswith(KEY_PREFIX) else None


def parse_prompt(prompt: object) -> Trigger:
    """Return what this prompt asks for; a prompt that only looks similar is ordinary."""
    if not isinstance(prompt, str) or not prompt.startswith("mock:"):
        return NONE
    match = _PROMPT.match(prompt)
    if match is None:
        return NONE
    if match["fail"]:
        return Trigger(fail=cut(match["message"].strip(), MAX_MESSAGE) or find_text("run_blocked"))
    if match["slow"]:
        return Trigger(slow_s=float(match["slow"]))
    if match["status"]:
        return Trigger(status=int(match["status"]))
    return {
        "block": Trigger(fail=find_text("run_blocked")),
        "stall": Trigger(stall=True),
        "expire": Trigger(expire=True),
    }[match["word"]]
