"""The formats of pictures: media types, endings of file names and the longest sides."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

__all__ = ["CONTENT_TYPES", "EXTENSIONS", "MAX_SIDE_PX", "Format"]

Format: TypeAlias = Literal["png", "jpeg", "webp", "gif"]

CONTENT_TYPES: Final[Mapping[Format, str]] = MappingProxyType(
    {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
)
"""The media type of each format."""

EXTENSIONS: Final[Mapping[str, Format]] = MappingProxyType(
    {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "gif": "gif"}
)
"""The format each file extension (lower case, without the dot) stands for."""

MAX_SIDE_PX: Final[Mapping[Format, int]] = MappingProxyType(
    {"png": 16_384, "jpeg": 16_384, "webp": 16_383, "gif": 16_384}
)
"""The longest side of a picture in pixels; a WebP file cannot hold one pixel more."""
