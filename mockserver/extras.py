"""The extras: what a minimal installation does without, and the line that brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.base.errors import EmulatorError

EXTRAS = {"respx": {"httpx", "respx"}, "kit": {"httpx", "hypothesis", "pytest"}}
"""What each extra of pyproject.toml brings, by the names of the modules."""


class MissingExtraError(EmulatorError):
    """Something needs an extra that is not installed."""

    def __init__(self, what: str, module: str, extra: str) -> None:
        line = f"pip install 'segmock[{extra}]'"
        super().__init__(f"{what} needs {module}, which is not installed", hint=line)


@contextmanager
def require_extra(what: str, extra: str) -> Iterator[None]:
    """Import inside what an extra brings.

    Args:
        what: What cannot be without it, as its user names it.
        extra: The name of the extra.

    Raises:
        MissingExtraError: a module of the extra is not there; the hint is the line to type.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in EXTRAS[extra]:
            raise
        raise MissingExtraError(what, module, extra) from None
