"""What secrets look like wherever they are: keys of many vendors, tokens, addresses of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["key", "account", "email", "signature", "cookie", "secret"]
"""What is secret; names such as `key-1` begin with it."""

KINDS: tuple[Kind, ...] = get_args(Kind)

SHAPES: dict[str, str] = {
    "Segmind": r"SG_[0-9a-fA-F]{16,64}|(?<![A-Za-z0-9])sg_[0-9a-f]{16,64}",
    "OpenAI, Anthropic, OpenRouter": r"(?<![A-Za-z0-9])sk-(?=[\w-]{0,200}\d)[A-Za-z0-9_-]{20,}",
    "Stripe": r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
    "Stripe webhook": r"whsec_[0-9A-Za-z+/]{20,}=*",
    "AWS": r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Z])",
    "GitHub": r"(?<![A-Za-z0-9])gh[pousr]_[0-9A-Za-z]{20,}",
    "GitHub, fine-grained": r"github_pat_[0-9A-Za-z_]{22,}",
    "GitLab": r"glpat-[0-9A-Za-z_-]{20,}",
    "Slack": r"xox[abeoprs]-[0-9A-Za-z-]{10,}",
    "Slack webhook": r"hooks\.slack\.com/services/(T\w{6,}/B\w{6,}/\w{16,})",
    "Discord webhook": r"/webhooks/(\d{15,20}/[\w-]{50,100})",
    "Telegram": r"(?<=\d{8}):AA[\w-]{30,40}(?![\w-])",
    "Cloudinary": r"/(s--[\w-]{8}(?:[\w-]{24})?--)(?=/)",
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
    "Tencent": r"(?<![A-Za-z0-9])AKID[0-9A-Za-z]{13,40}",
    "Alibaba": r"(?<![A-Za-z0-9])LTAI[0-9A-Za-z]{12,20}(?![0-9A-Za-z])",
    "JWT": r"eyJ[0-9A-Za-z_-]{8,1024}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*",
    "private key": (
        r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----)){0,8000}"
        r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|\Z)"
    ),
}
"""A pattern for each. None begins inside of a longer word where words could look like it."""

_DASHES = 4
_STARTS: dict[str, tuple[str, ...]] = {
    "Segmind": ("SG_", "sg_"),
    "OpenAI, Anthropic, OpenRouter": ("sk-",),
    "Stripe": ("sk_live_", "sk_test_", "rk_live_", "rk_test_"),
    "Stripe webhook": ("whsec_",),
    "AWS": ("AKIA", "ASIA", "AROA", "AIDA", "ABIA", "ACCA"),
    "GitHub": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    "GitHub, fine-grained": ("github_pat_",),
    "GitLab": ("glpat-",),
    "Slack": ("xox",),
    "Slack webhook": ("hooks.slack.com/",),
    "Discord webhook": ("/webhooks/",),
    "Telegram": (":AA",),
    "Cloudinary": ("/s--",),
    "Google": ("AIza",),
    "Google OAuth": ("ya29.",),
    "Google HMAC": ("GOOG",),
    "Hugging Face": ("hf_",),
    "Replicate": ("r8_",),
    "npm": ("npm_",),
    "PyPI": ("pypi-",),
    "SendGrid": ("SG.",),
    "Twilio": ("SK",),
    "Mailgun": ("key-",),
    "DigitalOcean": ("doo_v1_", "dop_v1_", "dor_v1_"),
    "Docker": ("dckr_pat_",),
    "Shopify": ("shpat_", "shpca_", "shppa_", "shpss_"),
    "Tencent": ("AKID",),
    "Alibaba": ("LTAI",),
    "JWT": ("eyJ",),
    "private key": ("-----BEGIN ",),
}
"""How each begins, but `fal`, which is found by its dashes. Most texts have none of these."""

Starts: TypeAlias = tuple[tuple[str, re.Pattern[str]], ...]
"""Beginnings, each with the pattern of what begins so."""

ALL_STARTS: Starts = tuple(
    (start, re.compile(SHAPES[shape])) for shape, starts in _STARTS.items() for start in starts
)
_FAL = re.compile(SHAPES["fal"])

_NO_TOP_LEVEL = "png|jpe?g|gif|webp|svg|avif|heic|mp[34]|mov|webm|wav|json|html?|css|[jt]sx?"
"""What follows the last dot of names such as `icon@2x.png`."""

_EMAIL = re.compile(
    r"(?:(?<![\w.+%\\-])[\w.+-]{1,64}|\"[^\"\s@](?:[^\"\\\r\n]|\\.){0,62}\")@"
    r"(?:\[[0-9A-Fa-f.:]{7,45}\]|(?:[\w-]{1,63}\.){1,8}"
    rf"(?:(?!(?:{_NO_TOP_LEVEL})(?![\w-]))[^\W\d_]{{2,24}}|xn--[0-9a-z-]{{1,59}})(?![\w-]))"
)
_USER_INFORMATION = re.compile(r"(?<=://)[^\s/?#@\"'<>]{1,512}@")
_MAX_PLAIN = 20
_MIN_RANDOM = 6


def list_starts(*texts: str) -> Starts:
    """Return those beginnings that are in one of some texts."""
    return tuple(each for each in ALL_STARTS if any(each[0] in text for text in texts))


def find_shapes(text: str, starts: Starts = ALL_STARTS) -> Iterator[tuple[Kind, str]]:
    """Return what looks like a key or a token in a text, and begins in one of some ways."""
    for start, pattern in starts:
        at = text.find(start)
        while at >= 0:
            if found := pattern.match(text, at):
                yield ("key" if start in {"SG_", "sg_"} else "secret"), found[found.re.groups]
            at = text.find(start, found.end() if found else at + 1)
    if ":" in text and text.count("-") >= _DASHES:
        for found in _FAL.finditer(text):
            yield "secret", found[0]


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
