"""The small parts of an account that few have: each is one value, read whole when it is used."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

import msgspec

from mockserver.rules.uploads import Upload
from mockserver.rules.webhooks import MAX_LOGGED, LogLine, Webhook, WebhookEvent
from mockserver.shared.connection import Command
from mockserver.shared.session import Session
from mockserver.state.uploads import Uploads
from mockserver.state.webhook_queue import WebhookQueue


class Blob:
    """A value under a key of its own.

    Args:
        session: The transactions.
        name: The key.
        is_there: Whether there is anything to read.
    """

    def __init__(self, session: Session, name: str, *, is_there: bool) -> None:
        self._session = session
        self._name = name
        self.is_there = is_there
        self._data = b""

    def read(self) -> bytes:
        """Return the value; empty where there is none."""
        if self.is_there:
            self._data = self._session.read(("GET", self._name))[0] or b""
        return self._data

    def list_writes(self, data: bytes) -> Iterable[Command]:
        """Return what is to be written where the value is this one now; empty is none."""
        self.is_there = bool(data)
        if data == self._data:
            return ()
        return [("SET", self._name, data) if data else ("DEL", self._name)]


class _KeptWebhooks(msgspec.Struct, array_like=True):
    webhooks: list[Webhook] = []
    logs: list[list[LogLine]] = []
    queue: list[WebhookEvent] = []


_decode_webhooks = msgspec.msgpack.Decoder(_KeptWebhooks).decode


class SharedWebhooks(WebhookQueue):
    """The webhooks of an account, read when they are first used."""

    __slots__ = ("blob", "is_read")

    def __init__(self, blob: Blob) -> None:
        self.blob = blob
        self.is_read = False

    def __getattr__(self, name: str) -> Any:
        """Read them: what is asked for is not there yet."""
        if name not in WebhookQueue.__slots__:
            raise AttributeError(name)
        data = self.blob.read()
        kept = _decode_webhooks(data) if data else _KeptWebhooks()
        super().__init__()
        self.is_read = True
        for webhook, log in zip(kept.webhooks, kept.logs, strict=True):
            self.by_id[webhook.webhook_id] = webhook
            self._logs[webhook.webhook_id] = deque(log, MAX_LOGGED)
        self._queue.extend(kept.queue)
        return getattr(self, name)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written."""
        if not self.is_read:
            return ()
        logs = [list(self._logs[webhook_id]) for webhook_id in self.by_id]
        kept = _KeptWebhooks(list(self.by_id.values()), logs, list(self._queue))
        is_empty = not self.by_id and not self._queue
        return self.blob.list_writes(b"" if is_empty else msgspec.msgpack.encode(kept))


class _UploadMark(msgspec.Struct, array_like=True, gc=False):
    """Stands for a file, which is kept by its id."""

    upload_id: str
    size: int


_decode_marks = msgspec.msgpack.Decoder(list[_UploadMark]).decode


class SharedUploads(Uploads):
    """The ids and sizes of an account's files, read when they are first used."""

    __slots__ = ("blob", "is_read")

    def __init__(self, blob: Blob) -> None:
        self.blob = blob
        self.is_read = False

    def __getattr__(self, name: str) -> Any:
        """Read them: what is asked for is not there yet."""
        if name not in Uploads.__slots__:
            raise AttributeError(name)
        data = self.blob.read()
        marks: Iterable[Any] = _decode_marks(data) if data else ()
        self._uploads = OrderedDict((mark.upload_id, mark) for mark in marks)
        self.total_bytes = sum(mark.size for mark in self._uploads.values())
        self.is_read = True
        return getattr(self, name)

    def put(self, upload: Upload) -> list[Upload]:
        """Keep a file, in place of an older one of its id, and return those that had to leave."""
        mark: Any = _UploadMark(upload.upload_id, upload.size)
        return super().put(mark)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written."""
        if not self.is_read:
            return ()
        marks = list(self._uploads.values())
        return self.blob.list_writes(msgspec.msgpack.encode(marks) if marks else b"")


_decode_ordinals = msgspec.msgpack.Decoder(list[int]).decode


class SharedWhole(MutableMapping[int, None]):
    """The ordinals of runs that still have long parameters, read when they are first used."""

    def __init__(self, blob: Blob) -> None:
        self.blob = blob
        self._ordinals: dict[int, None] | None = None

    def _read(self) -> dict[int, None]:
        if self._ordinals is None:
            data = self.blob.read()
            self._ordinals = dict.fromkeys(_decode_ordinals(data) if data else ())
        return self._ordinals

    def __getitem__(self, ordinal: int) -> None:
        return self._read()[ordinal]

    def __setitem__(self, ordinal: int, value: None) -> None:
        self._read()[ordinal] = value

    def __delitem__(self, ordinal: int) -> None:
        del self._read()[ordinal]

    def __iter__(self) -> Iterator[int]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written."""
        if self._ordinals is None:
            return ()
        return self.blob.list_writes(
            msgspec.msgpack.encode(list(self._ordinals)) if self._ordinals else b""
        )
