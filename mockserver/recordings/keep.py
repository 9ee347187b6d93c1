"""How much is kept of what is no secret and yet not for everybody: prompts, and media."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal, TypeAlias, get_args

import msgspec

Kept: TypeAlias = Literal["whole", "hashed", "dropped"]
"""As it is; as a digest by which the same can be recognized; or not at all."""

KEPT: tuple[Kept, ...] = get_args(Kept)

DIGEST_START = "sha256:"
DROPPED = "dropped"
"""What stands in the place of what is not kept."""


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept.

    Attributes:
        prompts: Texts that were sent to models, and answers that repeat or continue them.
        media: Pictures, films, sound and other files, in bodies and inside JSON.
    """

    prompts: Kept = "whole"
    media: Kept = "whole"


def hash_text(text: str) -> str:
    """Return what stands for a text that is kept as a digest."""
    return hash_bytes(text.encode("utf-8", "surrogatepass"))


def hash_bytes(content: bytes) -> str:
    """Return what stands for bytes that are kept as a digest."""
    return DIGEST_START + sha256(content).hexdigest()


def shorten_text(text: str, kept: Kept) -> str:
    """Return what is kept of a text."""
    if kept == "whole" or not text:
        return text
    return hash_text(text) if kept == "hashed" else DROPPED
