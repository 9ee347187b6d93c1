"""The files that an account keeps, bounded in number and in bytes: the oldest leave first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from mockserver.rules.uploads import MAX_BYTES, Upload

MAX_UPLOADS = 1_000


class Uploads:
    """An account's files, oldest first."""

    __slots__ = ("_uploads", "total_bytes")

    def __init__(self) -> None:
        self._uploads: OrderedDict[str, Upload] = OrderedDict()
        self.total_bytes = 0

    def __iter__(self) -> Iterator[Upload]:
        return iter(self._uploads.values())

    def __len__(self) -> int:
        return len(self._uploads)

    def put(self, upload: Upload) -> list[Upload]:
        """Keep a file, in place of an older one of its id, and return those that had to leave."""
        older = self._uploads.pop(upload.upload_id, None)
        self._uploads[upload.upload_id] = upload
        self.total_bytes += upload.size - (older.size if older else 0)
        left = []
        while len(self._uploads) > MAX_UPLOADS or self.total_bytes > MAX_BYTES:
            _, oldest = self._uploads.popitem(last=False)
            self.total_bytes -= oldest.size
            left.append(oldest)
        return left
