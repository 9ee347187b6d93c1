"""What it costs to look for secrets, beside SHA-256 of the same bytes in the same run."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from random import Random
from statistics import median

from mockserver.facts.observed import Body, Observed
from mockserver.recordings.redaction import RedactionSession, redact

MIB = 1024 * 1024
ROUNDS = 5
SECRETS = 60
"""Keys that a session knows; each signed address of it adds one."""

_WORDS = ["a", "fox", "runs", "over", "the", "key", "of", "the", "house", "50%", "done"]


def main() -> None:
    """Print a line for each kind of body: MB a second, and how many times SHA-256 it takes."""
    random = Random(1)
    noise = random.randbytes(2 * MIB)
    rows = [{"id": f"{at:032x}", "seed": at, "text": " ".join(_WORDS)} for at in range(9000)]
    prose = " ".join(random.choice(_WORDS) for _ in range(400_000))
    bodies = {
        "film": (b"\0\0\0\x18ftypisom" + bytes(12) + b"\0\0\0\0free" + noise, "video/mp4"),
        "picture in JSON": (
            json.dumps({"image": b64encode(noise).decode()}).encode(),
            "application/json",
        ),
        "rows of JSON": (json.dumps(rows).encode(), "application/json"),
        "prose": (prose.encode(), "text/plain"),
    }
    for name, (content, content_type) in bodies.items():
        _print_row(name, content, content_type)


def _print_row(name: str, content: bytes, content_type: str) -> None:
    exchange = Observed(
        number=1,
        sent_s=0.0,
        method="POST",
        url="https://api.segmind.com/v1/x",
        request_headers=(("content-type", content_type),),
        request_body=Body.of(content),
    )
    redacting, hashing = [], []
    for _ in range(ROUNDS):
        session = RedactionSession(
            upstream="https://api.segmind.com",
            began_utc_s=0,
            secrets=[f"SG_{each:032x}" for each in range(SECRETS)],
        )
        redacting.append(_measure(partial(redact, exchange, session)))
        hashing.append(_measure(partial(sha256, content)))
    rate = len(content) / MIB / median(redacting)
    ratio = median(redacting) / median(hashing)
    print(f"{name:16} {rate:8.1f} MiB a second of a processor, {ratio:6.0f} times SHA-256")


def _measure(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
