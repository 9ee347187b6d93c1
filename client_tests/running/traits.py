"""What somebody declares of a client: peculiarities that are meant, each with a reason.

A trait is a line of a TOML file, such as `retries_polls = { is = false, reason = "why" }`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from client_tests.judging.cause import Cause
from client_tests.text_files import read_text

_SLACK = 1.5
"""A pause may be so many times as long as declared: timers are coarse, and requests take time."""

_SLACK_S = 0.5


class TraitsError(ValueError):
    """A file of traits cannot be read, or declares what cannot be declared."""


@dataclass(frozen=True)
class TraitKind:
    """What may be declared.

    Attributes:
        name: How it is called in the file, and by the causes of failures.
        expects: What the value has to be, in words.
        is_right: Whether a value is that.
        covers: Whether a value explains a cause of this trait.
        words: What a value says of the client.
        shown_by: Patterns of the checks that would show it.
        example: A line of a file.
    """

    name: str
    expects: str
    is_right: Callable[[Any], bool]
    covers: Callable[[Any, Cause], bool]
    words: Callable[[Any], str]
    shown_by: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class Trait:
    """A line of a file: which trait, of which value, and why. It goes to other processes."""

    name: str
    value: Any
    reason: str

    @property
    def kind(self) -> TraitKind:
        """What it declares."""
        return _BY_NAME[self.name]

    def covers(self, cause: Cause) -> bool:
        """Tell whether a failure of this cause is what the trait says."""
        return cause.trait == self.name and self.kind.covers(self.value, cause)

    @property
    def words(self) -> str:
        """What it says of the client."""
        return self.kind.words(self.value)


def _is_false(value: Any) -> bool:
    return value is False


def _is_names(value: Any) -> bool:
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(each, str) and each for each in value)


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _always(_value: Any, _cause: Cause) -> bool:
    return True


def _names_all(value: Any, cause: Cause) -> bool:
    return set(cause.names) <= set(value)


def _is_as_long(value: Any, cause: Cause) -> bool:
    return cause.amount is not None and cause.amount <= _SLACK * value + _SLACK_S


def _join(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


KINDS: tuple[TraitKind, ...] = (
    TraitKind(
        name="retries_polls",
        expects="false",
        is_right=_is_false,
        covers=_always,
        words=lambda _: "It gives up when a poll goes wrong",
        shown_by=("run/status/*-recovers", "run/result/*-recovers"),
        example='retries_polls = { is = false, reason = "the caller repeats wait()" }',
    ),
    TraitKind(
        name="waits_out_429",
        expects="false",
        is_right=_is_false,
        covers=_always,
        words=lambda _: "It gives up when a poll gets a 429",
        shown_by=("run/status/429-*", "run/result/429-*"),
        example='waits_out_429 = { is = false, reason = "a scheduler in front of it does" }',
    ),
    TraitKind(
        name="adds",
        expects='a list of names, such as ["credits"]',
        is_right=_is_names,
        covers=_names_all,
        words=lambda value: f"It adds {_join(value)} to the parameters of runs",
        shown_by=("run/models/*", "run_sync/blocking/*"),
        example='adds = { is = ["credits"], reason = "our models report what they cost" }',
    ),
    TraitKind(
        name="drops",
        expects='a list of names, such as ["timeout"]',
        is_right=_is_names,
        covers=_names_all,
        words=lambda value: f"It keeps {_join(value)} to itself",
        shown_by=("run/parameters/named-*", "run_sync/parameters/named-*"),
        example='drops = { is = ["timeout"], reason = "it is an argument of ours" }',
    ),
    TraitKind(
        name="max_poll_interval_s",
        expects="a number of seconds, such as 1.0",
        is_right=_is_seconds,
        covers=_is_as_long,
        words=lambda value: f"It may pause for {value:g} s between polls, whatever was asked",
        shown_by=("run/models/*", "run/states/*"),
        example='max_poll_interval_s = { is = 1.0, reason = "we back off up to a second" }',
    ),
)

_BY_NAME = {kind.name: kind for kind in KINDS}


def load_traits(path: Path) -> tuple[Trait, ...]:
    """Read a file of traits.

    Raises:
        TraitsError: it cannot be read, or a line of it is none; the message says which.
    """
    try:
        document = tomllib.loads(read_text(path))
    except ValueError as error:
        raise TraitsError(f"{path}: {error}") from None
    try:
        return tuple(_read(name, line) for name, line in document.items())
    except TraitsError as error:
        raise TraitsError(f"{path}: {error}") from None


def _read(name: str, line: Any) -> Trait:
    kind = _BY_NAME.get(name)
    if kind is None:
        close = get_close_matches(name, _BY_NAME, n=2)
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        raise TraitsError(f"there is no trait {name} ({hint}`segmock verify traits` has all)")
    if not isinstance(line, dict) or {*line} != {"is", "reason"}:
        raise TraitsError(f"{name} needs `is` and `reason`, and nothing else: {kind.example}")
    if not isinstance(line["reason"], str) or not line["reason"].strip():
        raise TraitsError(f"{name} has no reason; write: {kind.example}")
    if not kind.is_right(line["is"]):
        raise TraitsError(f"{name} is {line['is']!r}; it has to be {kind.expects}")
    return Trait(name, line["is"], " ".join(line["reason"].split()))
