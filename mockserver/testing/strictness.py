"""What a test holds its client to when it is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from mockserver.base.close_names import find_close
from mockserver.base.errors import EmulatorError, is_misuse

__tracebackhide__ = is_misuse

Strict: TypeAlias = bool | Literal["should"]
"""True: to the MUST rules, and to the faults that were armed. "should": to the SHOULD rules as
well. False: to nothing."""


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


def refuse_misspelt(fields: Iterable[str]) -> None:
    """Refuse what is meant to be `strict`, and would be taken for something about the account.

    Raises:
        EmulatorError: there is some.
    """
    for name in fields:
        if find_close(name, ["strict"]):
            raise EmulatorError(f"there is no field `{name}`", hint="did you mean `strict`?")
