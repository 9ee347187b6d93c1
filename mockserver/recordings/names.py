"""What the name of a header, a parameter or a member says about its value."""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.recordings.shapes import Kind

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^0-9a-z]+")

_SIGNED = re.compile(
    r"(?:x_(?:amz|goog)_)?(?:signature|credential|security_token)|sig|policy|key_pair_id|hmac"
    r"|hdn(?:ts|ea)|expires_hmac|aws_?access_?key_?id|google_access_id|verify"
    r"|(?:.*_)?signature(?:_\d+)?|(?:.*_)?hmac"
)
_NO_KEY = re.compile(r"(?:.*_)?(?:idempotency|cache|surrogate|partition|sort|object|public)_key")
_KEY = re.compile(r"(?:.*_)?(?:api_?key|access_?key(?:_id)?|auth_?key|subscription_key)")
_SECRET = re.compile(
    r"(?:.*_)?(?:secret(?:_?key)?|private_?key|pass(?:word|wd|phrase)|(?:proxy_)?authorization"
    r"|(?:access|refresh|id|auth|bearer|session|csrf|xsrf|security)_?token|credentials?"
    r"|session_?(?:id|key)|sid|jwt|api_?token|secret_?access_?key|client_?secret)"
)
_WEAK = re.compile(r"(?:.*_)?(?:key|token|auth|session|nonce)")
_ACCOUNT = re.compile(
    r"(?:x_)?(?:(?:created_by_|owner_|openai_)?"
    r"(?:user|account|team|owner|customer|tenant|organi[sz]ation|org|member|workspace|profile"
    r"|subscriber|creator)(?:_?(?:id|name|uuid|ref))?|sub|uid|created_by|username|login)"
)
_EMAIL = re.compile(r"(?:.*_)?e_?mail(?:_address)?")


@lru_cache(maxsize=4096)
def find_kind(name: str) -> tuple[Kind | None, bool]:
    """Return what goes by such a name, and whether the name alone is proof of it.

    Where it is none, the value has to look like a secret, too: the `key` of a file and the `token`
    of a text have these names as well.
    """
    word = _BETWEEN.sub("_", _HUMP.sub("_", name).lower()).strip("_")
    if _NO_KEY.fullmatch(word):
        return None, False
    for kind, pattern in _PROOFS:
        if pattern.fullmatch(word):
            return kind, True
    if _SIGNED.fullmatch(word):
        return "signature", False
    return ("secret" if _WEAK.fullmatch(word) else None), False


_PROOFS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("key", _KEY),
    ("secret", _SECRET),
    ("account", _ACCOUNT),
    ("email", _EMAIL),
)

_IDENTITY = {"id", "name", "uuid", "slug", "handle", "display_name", "full_name"}


def names_an_account(name: str, parent: str) -> bool:
    """Tell whether a member is that by which an account is known: `user.id`, `owner.name`."""
    return name.lower() in _IDENTITY and find_kind(parent)[0] == "account"


_PROMPT = re.compile(
    r"(?:.*_)?(?:prompts?|text|texts|caption|lyrics|script|instructions?|query|question|content"
    r"|system|system_message|description|message|input|inputs|title|story|words|refusal|transcript"
    r"|reasoning(?:_content)?|output_text|speech)"
)
_NO_PROMPT = re.compile(r"error|detail|status|message")


@lru_cache(maxsize=4096)
def is_prompt(name: str, *, is_answer: bool = False) -> bool:
    """Tell whether a text of such a name is what a model was given, or what it says.

    Args:
        name: Of the member or the field.
        is_answer: Whether it is in an answer, where a `message` is the server's own.
    """
    word = _BETWEEN.sub("_", _HUMP.sub("_", name).lower()).strip("_")
    if is_answer and _NO_PROMPT.fullmatch(word):
        return False
    return _PROMPT.fullmatch(word) is not None
