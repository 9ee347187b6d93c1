"""What a test holds its client to when it is over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from mockserver.base.close_names import find_close
from mockserver.base.errors import EmulatorError, is_misuse
from mockserver.control.failure_report import Strict
from mockserver.testing.replays import FIELDS, Replay, find_replay

__tracebackhide__ = is_misuse

_ELSEWHERE = {
    "api_key": "each test has a key of its own, `.api_key`: give that to the client",
    "url": "--segmock-url, or url= of `mockserver.testing.segmock`, names a server that is running",
    "clock": '`.clock.set("frozen")` changes how its time goes',
    "faults": '`.faults.add({"status": 503}, on="status")` arms one',
}
"""What a marker does not take, and where it is to be had."""


def parse_strict(value: Any) -> Strict:
    """Return a value if it says how strict a test is.

    Raises:
        EmulatorError: it is neither True nor False nor "should".
    """
    if isinstance(value, bool):
        return value
    if value == "should":
        return "should"
    meant = 'did you mean "should"? ' if find_close(str(value), ["should"]) else ""
    hint = f'{meant}True holds a client to MUST rules, "should" to SHOULD rules too, False to none'
    raise EmulatorError(f"strict is {value!r}", hint=hint)


class Marked(NamedTuple):
    """What the markers of a test say.

    Attributes:
        strict: What it holds its client to.
        replay: The recording that it plays, if any.
        fields: What its account is like.
    """

    strict: Strict
    replay: Replay | None
    fields: dict[str, Any]


def read_markers(markers: Iterable[Any], folder: Path) -> Marked:
    """Return what the markers of a test say.

    Args:
        markers: The markers, as pytest has them, the nearest first.
        folder: That of the test's file, which the path of a recording is relative to.

    Raises:
        EmulatorError: they say what cannot be.
    """
    fields: dict[str, Any] = {}
    for marker in reversed(list(markers)):
        refuse_unnamed(marker.args)
        fields |= marker.kwargs
    strict = parse_strict(fields.pop("strict", True))
    if not isinstance(guard := fields.pop("guard", True), bool):  # `guard_plugin` reads it
        raise EmulatorError(f"guard is {guard!r}", hint="False lets calls to the vendor out")
    replay = find_replay(fields, folder)
    fields = {name: value for name, value in fields.items() if name not in FIELDS}
    refuse_misplaced(fields)
    return Marked(strict, replay, fields)


def refuse_unnamed(arguments: tuple[Any, ...]) -> None:
    """Refuse what the marker was given without a name: it would say nothing.

    Raises:
        EmulatorError: there is some.
    """
    if arguments:
        raise EmulatorError(
            f"the marker segmock was given {', '.join(map(repr, arguments))} without a name",
            hint="write @pytest.mark.segmock(strict=False) or @pytest.mark.segmock(credits=1)",
        )


def refuse_misplaced(fields: Iterable[str]) -> None:
    """Refuse what is not said of an account and belongs elsewhere.

    Raises:
        EmulatorError: there is some; its hint says where.
    """
    for name in fields:
        if hint := _find_place(name):
            raise EmulatorError(f"there is no field `{name}`", hint=hint)


def _find_place(name: str) -> str:
    """Return where that belongs which has this name; nothing if it may be said of an account."""
    from mockserver.settings import Settings
    from mockserver.state.account import AccountSettings

    if name in AccountSettings.__struct_fields__:
        return ""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    if name in Settings.__struct_fields__:
        return "it is a setting of a whole server: start one with it, and test with --segmock-url"
    return "did you mean `strict`?" if find_close(name, ["strict"]) else ""
