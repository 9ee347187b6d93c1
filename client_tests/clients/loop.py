"""What a driver in Python is around its client: lines in, lines out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

Act: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def serve(act: Act) -> None:
    """Answer each call on stdin with a line on stdout, until stdin ends.

    Args:
        act: Takes a call and returns `outcome`, and `result`, `error` or `status` with it; what
            it raises is a bug of the client's.
    """
    for line in sys.stdin:
        call = json.loads(line)
        answer = answer_call(act, call)
        print(json.dumps({"id": call["id"], **answer}), flush=True)


def answer_call(act: Act, call: dict[str, Any]) -> dict[str, Any]:
    """Make one call; whatever the client raises is the answer."""
    try:
        return act(call)
    except Exception as error:  # noqa: BLE001
        return {"outcome": "client_bug", "error": f"{type(error).__name__}: {error}"}
