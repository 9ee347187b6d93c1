"""Whose fault it is decides which error it is.

Exception
 ├─ ApiError         what the emulated gateway answers; a row of contracts/errors.json
 ├─ UnmetError       a JSON Schema that nothing satisfies: told to the client as a violation
 └─ EmulatorError    what the emulator's user did wrong: a control call, a flag, a file
     ├─ ContractError    a broken file among the contracts
     └─ StoreGoneError   the store that many processes share does not answer
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer of the gateway that is not a success.

    Args:
        row: The id of a row in contracts/errors.json: it knows status, words and media type.
        headers: Response headers beyond the content type.
        values: What the row's message names in braces.
    """

    def __init__(
        self,
        row: str,
        *,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        **values: Any,
    ) -> None:
        super().__init__(row)
        self.row = row
        self.headers = headers
        self.values = values

    def detach(self) -> ApiError:
        """Return the same error without the frames in which it was raised."""
        return ApiError(self.row, headers=self.headers, **self.values)


def make_body_error(reason: str) -> ApiError:
    """Return the refusal of a body that cannot be read (E2); `reason` says what it is, a clause."""
    return ApiError("malformed_body", reason=reason)


class EmulatorError(Exception):
    """Something the emulator's user asked for that cannot be.

    Args:
        message: What came and what was expected.
        hint: What to do about it.
        status: The HTTP status with which the control plane says so.
    """

    def __init__(self, message: str, *, hint: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})"


def is_misuse(caught: Any) -> bool:
    """Tell whether an exception, as pytest holds it, is about what the emulator's user did.

    A module with `__tracebackhide__ = is_misuse` has its frames left out of pytest's traceback of
    such an exception, so that the user's own line stands beside the sentence.
    """
    return isinstance(getattr(caught, "value", None), EmulatorError)


class ContractError(EmulatorError):
    """A contract file that cannot be used: names the file, the place in it and the reason.

    Args:
        file: The file.
        path: The JSON path of what is wrong in it; empty if it is the file itself.
        reason: What came, and what was expected.
        line: The line in which that begins, if it is known.
    """

    def __init__(self, file: str, path: str, reason: str, line: int | None = None) -> None:
        place = f"{file}: {path}" if path else file
        message = f"{place}: {reason} (line {line})" if line else f"{place}: {reason}"
        super().__init__(message, hint="check with `segmock models lint DIR`")
        self.file = file
        self.line = line
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return self.message


class StoreGoneError(EmulatorError):
    """The store that many processes share does not answer; what was asked may be done or not."""

    def __init__(self) -> None:
        super().__init__(
            "the store does not answer",
            hint="segmock tries again by itself; its log says what is wrong",
            status=503,
        )


class UnmetError(Exception):
    """A JSON Schema for which no document was found; the message says why, as a clause."""
