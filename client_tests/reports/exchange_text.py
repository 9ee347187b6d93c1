"""One exchange in words: for a timeline, for a test that failed, and for the log of a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from client_tests.plurals import count
from client_tests.reports.text import flat, to_json_line


def describe_answer(
    status: int | None,
    *,
    state: str | None = None,
    error: str | None = None,
    content: str = "",
    delivery: str = "intact",
    cut: str = "",
) -> str:
    """Return what came: `422 FAILED “Under a stone”`, `200 image/png, 815 bytes (damaged)`.

    Args:
        status: That of the answer; None if nothing was sent.
        state: The job's state in it.
        error: The error's text in it.
        content: What its body is, in words; told where there is neither.
        delivery: Whether it arrived: `intact`, `damaged` or `lost`.
        cut: How the connection was cut, where nothing was sent.
    """
    if status is None:
        return f"no answer: {cut or delivery}"
    words = [state or "", f"“{flat(error)}”"] if error is not None else [state or ""]
    told = [str(status), *(filter(None, words) if any(words) else [content])]
    if delivery != "intact":
        told.append(f"({delivery})")
    return " ".join(filter(None, told))


def describe_content(headers: Mapping[str, str], body: Any) -> str:
    """Return what the body of an answer is, in a few words, unless it is a JSON object.

    Args:
        headers: Those of the answer.
        body: As the journal shows it: JSON, text, or an object that says what it does not show.
    """
    named = {name.lower(): value for name, value in headers.items()}
    kind = named.get("content-type", "").partition(";")[0]
    match body:
        case {"binary": True, "bytes": size}:
            return f"{kind}, {count(size, 'byte')}"
        case {"truncated": True} if named.get("content-length", "").isdecimal():
            return f"{kind}, {count(int(named['content-length']), 'byte')}"
        case dict():
            return ""
        case "" | None:
            return "empty"
    return kind or "text"


def describe_rule(rule: Mapping[str, Any]) -> str | None:
    """Return what a rule of the control plane does, in words.

    Nothing is returned if there is no such rule, or if it has a list of effects: which of them
    struck is not known.
    """
    does = rule.get("do")
    return ", ".join(describe_effect(does)) if isinstance(does, dict) else None


def describe_effect(do: dict[str, Any]) -> Iterator[str]:
    """Yield what a fault does, in words, effect by effect: `status 503 html`, `delay 2 s`."""
    rest = dict(do)
    for first, second in (("status", "body"), ("state", "error")):
        if first in rest:
            parts = [str(rest.pop(name)) for name in (first, second) if name in rest]
            yield flat(" ".join([first, *parts]))
    for name, value in rest.items():
        spelled = name.removesuffix("_s").replace("_", " ")
        yield flat(spelled if value is True else f"{spelled} {_amount(name, value)}")


def _amount(name: str, value: Any) -> str:
    match value:
        case {"bytes": size, "every_s": pause}:
            return f"{count(size, 'byte')} every {pause} s"
        case dict() | list():
            return to_json_line(value)
    return f"{value} s" if name.endswith("_s") else str(value)
