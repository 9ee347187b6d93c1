# ruff: noqa: ARG001 (what is to do does nothing with its calls yet)
"""A driver for a client of the Segmind gateway in Python: fill in what is marked TO DO.

segmock driver check -- python driver.py
segmock verify client --driver 'python driver.py'
"""

from __future__ import annotations

import json
import sys
from typing import Any


def run(call: dict[str, Any]) -> dict[str, Any]:
    """TO DO: submit on v2, wait, fetch the result. Send call["params"] as they are.

    call["base_url"] has no /v1 at its end; call["timeout_s"] is the deadline of it all, and
    call["poll_interval_s"] the pause between two polls. What becomes of it is, for instance:
    {"outcome": "completed", "result": {…}}         the body of the result, as it came
    {"outcome": "failed", "error": "…"}             the job FAILED, in the gateway's words
    {"outcome": "timeout"}                          not done by the deadline
    {"outcome": "server_error", "status": 502}      the table in docs/drivers.md has the others
    """
    return {"outcome": "unsupported"}


def run_sync(call: dict[str, Any]) -> dict[str, Any]:
    """TO DO: one blocking call on v1. Media is told of as in `download`."""
    return {"outcome": "unsupported"}


def download(call: dict[str, Any]) -> dict[str, Any]:
    """TO DO: fetch call["url"]: result {"sha256": "…", "bytes": 4711, "content_type": "…"}."""
    return {"outcome": "unsupported"}


def balance(call: dict[str, Any]) -> dict[str, Any]:
    """TO DO: ask for the credits of call["api_key"]; the result is the body."""
    return {"outcome": "unsupported"}


OPERATIONS = {"run": run, "run_sync": run_sync, "download": download, "credits": balance}


def answer(call: dict[str, Any]) -> dict[str, Any]:
    """Make one call; whatever the client raises that nobody has caught is a bug of its own."""
    operation = OPERATIONS.get(call["op"])
    try:
        return operation(call) if operation else {"outcome": "unsupported"}
    except Exception as error:  # noqa: BLE001
        return {"outcome": "client_bug", "error": repr(error)}


if __name__ == "__main__":
    for line in sys.stdin:  # prints of yours go to stderr: stdout is for answers
        asked = json.loads(line)
        print(json.dumps({"id": asked["id"], **answer(asked)}), flush=True)
