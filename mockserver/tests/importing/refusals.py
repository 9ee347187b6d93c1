"""What reading a source was refused with."""

from collections.abc import Callable
from typing import Any

from mockserver.importing.errors import SourceError


def find_refusal(read: Callable[..., Any], *arguments: Any) -> str | None:
    """Return the words of a refusal, or None if there is none; anything else goes on as it is."""
    try:
        read(*arguments)
    except SourceError as error:
        return str(error)
    return None
