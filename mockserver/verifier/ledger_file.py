"""The file of a ledger: each line is on the disk before the call that it is about is made."""

from __future__ import annotations

import os
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from types import TracebackType
from typing import Self

from mockserver.base.errors import EmulatorError
from mockserver.spending.ledger import (
    VERSION,
    Ledger,
    Line,
    Opening,
    parse_ledger,
    render_line,
)

_HINT = "name a file by --ledger that is yours alone to write"


class LedgerFile:
    """A ledger that is read once and then only gets longer; one process at a time writes it.

    Args:
        path: The file; it is made if it is not there.

    Raises:
        EmulatorError: it cannot be read or written, is no ledger, or another process has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            _check_regular(self._descriptor, path)
            _lock(self._descriptor, path)
            content = path.read_bytes()
            _sync_folder(path.parent)
        except OSError as error:
            raise EmulatorError(f"{path}: {error.strerror}", hint=_HINT) from None
        self.ledger: Ledger = parse_ledger(content)
        if content and not content.endswith(b"\n"):
            self._write(b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def append(self, line: Line) -> None:
        """Write a line; it is on the disk when this returns.

        Raises:
            EmulatorError: it cannot be written, so no call may follow.
        """
        self._write(render_line(line))

    def open(self, opening: Opening) -> None:
        """Begin to write for a process.

        Raises:
            EmulatorError: the ledger is about another service or another key.
        """
        first = self.ledger.opening
        if first is not None and (first.url, first.account) != (opening.url, opening.account):
            raise EmulatorError(
                f"{self.path} is the ledger of {first.url} with another key or address",
                hint="give each service and key a ledger of its own",
            )
        self.append(opening)

    def _write(self, content: bytes) -> None:
        try:
            while content:
                content = content[os.write(self._descriptor, content) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise EmulatorError(f"{self.path}: {error.strerror}", hint=_HINT) from None


def make_opening(url: str, key: str, budget_usd: Decimal, at_utc_s: float) -> Opening:
    """Return the first line of a process; it has a digest of the key and not the key."""
    return Opening(
        version=VERSION,
        url=url,
        account=name_account(key),
        budget_usd=budget_usd,
        at_utc_s=at_utc_s,
    )


def name_account(key: str) -> str:
    """Return what tells keys apart in ledgers: twelve digits of a digest."""
    return sha256(b"segmock ledger " + key.encode()).hexdigest()[:12]


def find_ledger_file(folder: Path, url: str, key: str, at_utc_s: float) -> Path:
    """Return the ledger of a verification that names none: one that was cut short, or a new one.

    Raises:
        EmulatorError: the folder cannot be made.
    """
    prefix = f"{sha256(url.encode()).hexdigest()[:8]}-{name_account(key)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in sorted(folder.glob(f"{prefix}-*.jsonl")):
            if not parse_ledger(path.read_bytes()).has_ended:
                return path
    except OSError as error:
        raise EmulatorError(f"{folder}: {error.strerror}", hint=_HINT) from None
    return folder / f"{prefix}-{int(at_utc_s * 1000)}.jsonl"


def _check_regular(descriptor: int, path: Path) -> None:
    """See that what is written can be read back: a device has no end, a pipe waits for somebody.

    Raises:
        EmulatorError: it is no file.
    """
    if not S_ISREG(os.fstat(descriptor).st_mode):
        raise EmulatorError(f"{path} is no file", hint=_HINT)


def _lock(descriptor: int, path: Path) -> None:
    """Have a ledger for this process alone, until it ends.

    Raises:
        EmulatorError: another process has it.
    """
    if os.name == "posix":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for it, or name another file"
            raise EmulatorError(f"{path}: another verification writes it", hint=hint) from None


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file on the disk too, where folders can be asked for that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
