"""A client that knows nothing of segmock: after a 429 it waits by its own wall clock.

    python patient.py URL KEY datetime|time|none [KEY datetime|time|none]...

With each key it calls until it was limited once and let through again, or has called three times
more without waiting, and prints each status, a line for each key.
"""

import sys
from datetime import UTC, datetime
from time import sleep, time

import httpx

MOST_CALLS = 500
TOO_MANY = 429


def wait_by_datetime(reset):
    """Sleep until an instant, as datetimes have it."""
    sleep(max((datetime.fromisoformat(reset) - datetime.now(UTC)).total_seconds(), 0))


def wait_by_time(reset):
    """Sleep until an instant, as seconds since 1970 have it."""
    sleep(max(datetime.fromisoformat(reset).timestamp() - time(), 0))


def wait_for_nothing(_reset):
    """Do not wait."""


WAYS = {"datetime": wait_by_datetime, "time": wait_by_time, "none": wait_for_nothing}


def call_until_limited(url, key, way):
    """Return the statuses of calls up to one after the first 429, or three without a wait."""
    statuses, more = [], 3 if way == "none" else 1
    with httpx.Client(base_url=url, headers={"x-api-key": key}, trust_env=False) as client:
        while len(statuses) < MOST_CALLS and TOO_MANY not in statuses[:-more]:
            answer = client.post("/v2/ideogram-3", json={"prompt": "A queue"}, timeout=600)
            statuses.append(answer.status_code)
            if answer.status_code == TOO_MANY:
                WAYS[way](answer.headers["x-rate-limit-reset-at-utc"])
    return statuses


if __name__ == "__main__":
    root, *pairs = sys.argv[1:]
    for api_key, how in zip(pairs[::2], pairs[1::2], strict=True):
        print(*call_until_limited(root, api_key, how))
