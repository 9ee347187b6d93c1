"""Files that an account was given to keep: uploads, data sets, a fine-tuned model (N1, N2).

`state/uploads` keeps them.
"""

from __future__ import annotations

import re

import msgspec

from mockserver.contract.routing import RouteName

MAX_BYTES = 64 * 1024 * 1024
"""Of one file, of one call, and of all that an account keeps."""

_EXTENSIONS = {
    "application/json": "json",
    "application/zip": "zip",
    "audio/basic": "au",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/x-aiff": "aiff",
    "image/apng": "apng",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/x-icon": "ico",
    "image/x-xbitmap": "xbm",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "video/mpeg": "mpeg",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-flv": "flv",
    "video/x-matroska": "mkv",
    "video/x-ms-wmv": "wmv",
    "video/x-msvideo": "avi",
}


BINARY = "application/octet-stream"

_WORD = r"[\w!#$&^.+-]+"
_MEDIA_TYPE = re.compile(
    rf'{_WORD}/{_WORD}(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|"[\w !#$&^.+/:=-]*"))*', re.ASCII
)
_LONGEST_MEDIA_TYPE = 200


class Upload(msgspec.Struct, frozen=True, gc=False):
    """One file; `body` None is a place that was promised and not filled yet.

    `kind` is the route that leads to it, `signature` what opens such a place for its one PUT, and
    `thumbnail` shows it, if it is a picture.
    """

    upload_id: str
    owner: str
    content_type: str
    body: bytes | None
    kind: RouteName = "asset"
    signature: str = ""
    thumbnail: bytes = b""

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.body or b"")


def make_file_name(upload_id: str, content_type: str) -> str:
    """Return the last part of an uploaded file's URL; a type without a suffix of its own is bin."""
    media = content_type.partition(";")[0].strip().lower()
    return f"{upload_id}.{_EXTENSIONS.get(media, 'bin')}"


def parse_media_type(header: bytes) -> str:
    """Return the content type under which a file is kept: as it was sent, if it is one."""
    text = header.decode("latin-1")
    is_one = len(text) <= _LONGEST_MEDIA_TYPE and _MEDIA_TYPE.fullmatch(text)
    return text if is_one else BINARY
