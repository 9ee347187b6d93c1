"""The vendor's SDK, `segmind`, as a driver: it does what a user of the SDK would write.

Releases 1.0.1 to 1.3.0 are known; what a release can do is looked up, not its number. Defects are
left to show: parameters go in as keyword arguments, as the SDK wants them, and what it raises
beyond its own errors and those of httpx is reported as a bug of the client's.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import segmind  # type: ignore[import-untyped]
from segmind.exceptions import SegmindError  # type: ignore[import-untyped]

from client_tests.cases.outcomes import outcome_of
from client_tests.clients.loop import answer_call, serve

Json = dict[str, Any]


def act(call: Json) -> Json:
    """Do what a call asks for; the SDK downloads nothing and knows no balance."""
    operation = {"run": _run, "run_sync": _run_sync}.get(call["op"])
    return _perform(operation, call) if operation else {"outcome": "unsupported"}


def _perform(operation: Callable[[Any, Json], Json], call: Json) -> Json:
    """Make a client for this call alone, and say what came of it."""
    client = segmind.SegmindClient(
        api_key=call["api_key"], base_url=f"{call['base_url']}/v1", timeout=call["timeout_s"]
    )
    try:
        return operation(client, call)
    except segmind.InferenceFailed as error:
        return {"outcome": "failed", "error": _words(error)}
    except segmind.InferenceTimeout as error:
        return {"outcome": "timeout", "error": _words(error)}
    except SegmindError as error:
        return _report_refusal(error)
    except httpx.TimeoutException as error:
        return {"outcome": "timeout", "error": _name_error(error)}
    except httpx.TransportError as error:
        return {"outcome": "transport_error", "error": _name_error(error)}
    finally:
        client._client.close()  # noqa: SLF001 (the SDK has no way of its own)


def _run(client: Any, call: Json) -> Json:
    """Run on v2 with the verb that lets one say how long to wait, and how often to poll."""
    pace = {"timeout": call["timeout_s"], "interval": call["poll_interval_s"]}
    if hasattr(client, "run_async"):
        # Up to 1.0.1. Here a parameter of the model's takes the place of an argument of its name,
        # as it does when a user writes `run_async(model, **params)`.
        body = client.run_async(call["model"], **{**pace, **call["params"]})
    else:
        body = client.submit_async(call["model"], **call["params"]).wait(**pace)
    return {"outcome": "completed", "result": body}


def _run_sync(client: Any, call: Json) -> Json:
    """Run on v1; the SDK hands the answer on as it is, and its user has to read it."""
    verb = client.run_sync if hasattr(client, "run_sync") else client.run
    answer: httpx.Response = verb(call["model"], **call["params"])
    kind = answer.headers.get("content-type", "")
    if kind.lower().startswith(("image/", "video/", "audio/", "model/")):
        content = answer.content
        media = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
        return {"outcome": "completed", "result": media | {"content_type": kind}}
    try:
        return {"outcome": "completed", "result": answer.json()}
    except ValueError as error:
        return {
            "outcome": "server_error",
            "error": _name_error(error),
            "status": answer.status_code,
        }


def _report_refusal(error: Any) -> Json:
    """Tell of an error that carries an HTTP status: a 2xx with it was of no use to the SDK."""
    status, words = error.status, _words(error)
    if not isinstance(status, int):
        return {"outcome": "client_bug", "error": _name_error(error)}
    outcome = outcome_of(status, words) or "server_error"
    return {"outcome": outcome, "error": words, "status": status}


def _words(error: Any) -> str:
    detail = error.detail
    return detail if isinstance(detail, str) else "" if detail is None else repr(detail)


def _name_error(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class InProcess:
    """The SDK as a driver in the kit's own process."""

    def __call__(self, call: Json) -> Json:
        """Answer a call."""
        return {"id": call["id"], **answer_call(act, call)}


if __name__ == "__main__":
    serve(act)
