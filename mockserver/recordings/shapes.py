"""What secrets look like wherever they are: keys of many vendors, tokens, addresses of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["key", "account", "email", "signature", "cookie", "secret"]
"""What is secret; names such as `key-1` begin with it."""

KINDS: tuple[Kind, ...] = get_args(Kind)

SHAPES: dict[str, str] = {
    "Segmind": r"SG_[0-9a-fA-F]{16,64}",
    "OpenAI, Anthropic, OpenRouter": r"(?<![A-Za-z0-9])sk-(?=[\w-]{0,200}\d)[A-Za-z0-9_-]{20,}",
    "Stripe": r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
    "Stripe webhook": r"whsec_[0-9A-Za-z+/]{20,}=*",
    "AWS": r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Z])",
    "GitHub": r"(?<![A-Za-z0-9])gh[pousr]_[0-9A-Za-z]{20,}",
    "GitHub, fine-grained": r"github_pat_[0-9A-Za-z_]{22,}",
    "GitLab": r"glpat-[0-9A-Za-z_-]{20,}",
    "Slack": r"xox[abeoprs]-[0-9A-Za-z-]{10,}",
    "Google": r"AIza[0-9A-Za-z_-]{35}",
    "Google OAuth": r"ya29\.[0-9A-Za-z_-]{20,}",
    "Google HMAC": r"GOOG[0-9A-Z]{20,}",
    "Hugging Face": r"(?<![A-Za-z0-9])hf_[0-9A-Za-z]{30,}",
    "Replicate": r"(?<![A-Za-z0-9])r8_[0-9A-Za-z]{30,}",
    "fal": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32}",
    "npm": r"(?<![A-Za-z0-9])npm_[0-9A-Za-z]{36}",
    "PyPI": r"pypi-[0-9A-Za-z_-]{50,}",
    "SendGrid": r"SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}",
    "Twilio": r"(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![0-9a-f])",
    "Mailgun": r"(?<![A-Za-z0-9])key-[0-9a-f]{32}",
    "DigitalOcean": r"do[opr]_v1_[0-9a-f]{64}",
    "Docker": r"dckr_pat_[0-9A-Za-z_-]{20,}",
    "Shopify": r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    "JWT": r"eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*",
    "private key": (
        r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?"
        r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|\Z)"
    ),
}
"""A pattern for each. None begins inside of a longer word where words could look like it."""

_HINTS = (
    *("SG_", "SG.", "sk-", "k_live_", "k_test_", "whsec_", "AKIA", "ASIA", "AROA", "AIDA", "ABIA"),
    *("ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "AIza"),
    *("ya29.", "GOOG", "hf_", "r8_", "npm_", "pypi-", "SK", "key-", "_v1_", "dckr_pat_", "shp"),
    *("eyJ", "PRIVATE KEY"),
)
"""One of these is in each of them, but in what has dashes as a UUID has: most texts have none."""

_DASHES = 4
_ANY_SHAPE = re.compile("|".join(SHAPES.values()))

_NO_TOP_LEVEL = "png|jpe?g|gif|webp|svg|avif|heic|mp[34]|mov|webm|wav|json|html?|css|[jt]sx?|py|md"
"""What follows the last dot of names such as `icon@2x.png`."""

_EMAIL = re.compile(
    r"(?<![\w.+%\\-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}"
    rf"(?!(?:{_NO_TOP_LEVEL})(?![\w-]))[^\W\d_]{{2,24}}(?![\w-])"
)
_USER_INFORMATION = re.compile(r"(?<=://)[^\s/?#@\"'<>]{1,512}@")
_MAX_PLAIN = 20
_MIN_RANDOM = 6


def find_shapes(text: str) -> Iterator[tuple[Kind, str]]:
    """Return what looks like a key or a token in a text."""
    if not any(each in text for each in _HINTS) and text.count("-") < _DASHES:
        return
    for found in _ANY_SHAPE.finditer(text):
        yield ("key" if found[0].startswith("SG_") else "secret"), found[0]


def find_emails(text: str) -> Iterator[tuple[Kind, str]]:
    """Return the e-mail addresses in a text; a URL's `user:password@host` is none."""
    if "@" in text:
        for found in _EMAIL.finditer(_USER_INFORMATION.sub("", text)):
            yield "email", found[0]


def looks_random(value: str) -> bool:
    """Tell whether a value can hardly be a word that somebody wrote."""
    if len(value) < _MIN_RANDOM or any(map(str.isspace, value)):
        return False
    return len(value) >= _MAX_PLAIN or any(map(str.isdigit, value))
