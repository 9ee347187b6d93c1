"""Facts that a verifier never asks about, each with the reason."""

from __future__ import annotations

UNASKED: dict[str, str] = {}
