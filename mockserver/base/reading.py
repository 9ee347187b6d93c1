"""What a body was read as, or why it cannot be: kept, so that it can be read ahead of its turn."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.errors import ApiError


class Reading(msgspec.Struct, frozen=True):
    """What reading a body returned or raised."""

    value: Any = None
    error: Exception | None = None

    def get(self) -> Any:
        """Return what was read.

        Raises:
            ApiError: the body cannot be read, and whatever else reading it has raised.
        """
        if self.error is not None:
            raise self.error.detach() if isinstance(self.error, ApiError) else self.error
        return self.value
