"""What the name of a header, a parameter or a member says about its value."""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.recordings.shapes import Kind

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[^0-9a-z]+")

_SIGNED = re.compile(
    r"(?:x_(?:amz|goog)_)?(?:signature|credential|security_token)|sig|policy|key_pair_id|hmac"
    r"|hdn(?:ts|ea)|expires_hmac|aws_?access_?key_?id|google_access_id|verify"
    r"|(?:.*_)?signature(?:_\d+)?|(?:.*_)?hmac"
)
_NO_KEY = re.compile(
    r"(?:.*_)?(?:idempotency|cache|surrogate|partition|sort|object|public"
    r"|colou?r|chroma|primary|foreign|row|musical)_key"
)
_KEY = re.compile(
    r"(?:.*_)?(?:api_?keys?|access_?keys?(?:_?id)?|auth_?keys?|subscription_key|account_?key)"
)
_SECRET = re.compile(
    r"(?:.*_)?(?:secrets?(?:_?keys?)?|private_?keys?|pass(?:words?|wd|phrases?)?"
    r"|(?:proxy_)?authori[sz]ation|authentication"
    r"|(?:access|refresh|id|auth|bearer|session|csrf|xsrf|security)_?tokens?|credentials?"
    r"|session_?(?:id|key)|sid|jwt|api_?token|secret_?access_?key|client_?secret)"
)
_WEAK = re.compile(r"(?:.*_)?(?:key|token|auth|session|nonce)")
_ACCOUNT = re.compile(
    r"(?:x_(?:\w{1,30}_)?)?(?:(?:created_by_|owner_|openai_)?"
    r"(?:user|account|team|owner|customer|tenant|organi[sz]ation|org|member|workspace|profile"
    r"|subscriber|creator)(?:_?(?:id|name|uuid|ref|number|no))?|sub|uid|created_by|username|login)"
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


_PARAMETER = re.compile(
    r"s|sign|ik_s|hm|oh|st|hash|code|ticket|ak|q_ak|access_?id|sk(?:o|t)id|saoid|suoid|scid"
)
"""Names that say so little that a value has to be random beyond doubt: imgix, Discord, OAuth."""

_SHORTEST_SIGNATURE = 10


def find_parameter_kind(name: str, value: str) -> Kind | None:
    """Return what a parameter of an address is: there even a weak name is proof."""
    if kind := find_kind(name)[0]:
        return kind
    word = _BETWEEN.sub("_", _HUMP.sub("_", name).lower()).strip("_")
    is_random = len(value) >= _SHORTEST_SIGNATURE and any(map(str.isdigit, value))
    is_one_word = re.fullmatch(r"[\w+/=.~-]+", value, re.ASCII) is not None
    is_number = value.isdigit()
    if _PARAMETER.fullmatch(word) and is_random and is_one_word and not is_number:
        return "signature"
    return None


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
