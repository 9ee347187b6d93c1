"""What is wrong with an answer, and what the author of a driver can do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from client_tests.driver.messages import OUTCOMES
from client_tests.driver_check.findings import Document
from client_tests.schemas import find_problem

ADVICE = {
    "answers": "Read stdin line by line, and answer each line with one, flushed. Whatever the "
    "client raises, catch it: that is `client_bug`.",
    "one-after-the-other": "Go on reading lines after an answer: a process is kept for many calls.",
    "fields": "Make text of whatever the client's error holds (an object as JSON), give the status "
    "as the number that HTTP has, and leave a field out where there is nothing to say.",
    "unknown-fields": "Take from a call the fields that you know; ignore all others.",
    "unknown-op": 'Answer {"outcome": "unsupported"} to operations that you do not know.',
    "parameters": "Read lines of any length (some languages have a limit on them), and JSON "
    "escapes such as \\u2028 with a JSON library.",
    "deadline": "Give timeout_s to the client, or stop it yourself, and answer `timeout`.",
    "error": "Catch the client's own error for a job that failed, and answer `failed`.",
}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_status(value: Any) -> bool:
    return type(value) is int and 100 <= value <= 599


_FIELDS = (
    ("error", _is_text, "a string"),
    ("status", _is_status, "an integer, the HTTP status (100 to 599)"),
)

_TYPES: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a number with a fraction",
    str: "a string",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def _describe_type(value: Any) -> str:
    """Return what a value is in JSON."""
    return _TYPES[type(value)]


Problem: TypeAlias = tuple[str, str, str, str]


def find_answer_problems(answer: Document, call_id: int) -> Iterator[Problem]:
    """Say what is wrong with an answer, whatever it is an answer to."""
    shown = json.dumps(answer, ensure_ascii=False)[:160]
    given = answer.get("id")
    if type(given) is not int or given != call_id:
        kind = "" if type(given) is int else f", which is {_describe_type(given)},"
        came = f"id {json.dumps(given)}{kind} in {shown}" if "id" in answer else f"no id in {shown}"
        yield "id", came, f'"id": {call_id}', "Copy the id of the call, as the integer that it is."
    outcome = answer.get("outcome")
    if outcome not in OUTCOMES:
        came = f"outcome {json.dumps(outcome)}" if "outcome" in answer else f"no outcome in {shown}"
        expected = f"one of {', '.join(OUTCOMES)}"
        advice = "Choose by the table in docs/drivers.md; what fits nowhere is `client_bug`."
        yield "outcome", came, expected, advice
    for name, is_right, words in _FIELDS:
        value = answer.get(name)
        if value is not None and not is_right(value):
            came = f"`{name}` was {_describe_type(value)}, {json.dumps(value)[:160]}"
            yield "fields", came, f"{words}, or none", ADVICE["fields"]
    valid_enough = {"id": call_id, "outcome": "failed", **answer}
    problem = find_problem("answer", {**valid_enough, "id": call_id})
    if problem and outcome in OUTCOMES:
        yield (
            "fields",
            f"{shown}: {problem}",
            "what schemas/answer.json says",
            "See docs/drivers.md.",
        )


def find_result_problems(result: Any, *, is_media: bool) -> Iterator[Problem]:
    """Say what is wrong with the result of a call that was completed."""
    shown = json.dumps(result, ensure_ascii=False)[:160]
    if result is None:
        advice = "Add the body that the client was given."
        yield "result", "`completed` without a `result`", "the result in `result`", advice
    elif not isinstance(result, dict):
        advice = "Hand on the JSON object that the gateway sent, not a string of it or a part."
        yield "result", f"`result` was {_describe_type(result)}, {shown}", "a JSON object", advice
    elif is_media and not _is_media(result):
        yield (
            "result",
            f"`result` was {shown}",
            'of media {"sha256": 64 small hex digits, "bytes": a number, "content_type": a string}',
            "Describe the bytes that came, with the Content-Type that they came with.",
        )


def _is_media(result: Document) -> bool:
    digest, size, kind = (result.get(name) for name in ("sha256", "bytes", "content_type"))
    is_digest = isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest) is not None
    return is_digest and type(size) is int and isinstance(kind, str)
