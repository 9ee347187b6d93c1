"""How long and how much a connection is listened to."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """How long a client is waited for, and how much it may say before its body.

    Attributes:
        idle_s: Seconds without a request, before the first one and between two.
        head_s: Seconds from the first byte of a request line to the end of the header fields.
        body_s: Seconds without a byte of a body that is not all there.
        head_bytes: Request line and header fields together, and likewise trailer fields.
        linger_s: Seconds in which a client can read why it was refused.
    """

    idle_s: int = 75
    head_s: float = 30.0
    body_s: float = 60.0
    head_bytes: int = 64 * 1024
    linger_s: float = 5.0
