"""The parts of a multipart body, by name (E3)."""

from __future__ import annotations

from hashlib import sha256
from logging import CRITICAL, Logger
from typing import Any

from mockserver.base.bounds import MAX_PARTS
from mockserver.base.errors import make_body_error

_SILENT = Logger("segmock.multipart", CRITICAL + 1)  # noqa: LOG001 (`dictConfig` enables the others)
"""The library would log what clients send, the keys in it as well."""


class Form:
    """What a multipart body holds.

    Attributes:
        values: What each name has, in order: the text of a field, or `urn:sha256:…` of the bytes
            of an uploaded file.
        files: The bytes of the first file of each name that is kept.
    """

    def __init__(self, kept: frozenset[str] = frozenset()) -> None:
        self.values: dict[str, list[str]] = {}
        self.files: dict[str, bytes] = {}
        self._kept = kept
        self._parts = 0
        self._is_whole = False

    def read(self, header: bytes, body: bytes) -> None:
        """Read all parts, in memory.

        Raises:
            FormParserError: it is no multipart body, or not a whole one.
            ApiError: it has too many parts, or one that is not UTF-8.
        """
        from python_multipart import FormParser
        from python_multipart.exceptions import FormParserError
        from python_multipart.multipart import parse_options_header

        boundary = parse_options_header(header)[1].get(b"boundary")
        if boundary is None:
            raise FormParserError("its content type names no boundary")
        parser: Any = FormParser(
            "multipart/form-data",
            self._on_field,
            self._on_file,
            self._on_end,
            boundary,
            config={"MAX_MEMORY_FILE_SIZE": len(body)},
        )
        parser.logger = parser.parser.logger = _SILENT
        parser.write(body)
        parser.finalize()
        if not self._is_whole:
            raise FormParserError("it ends before its closing boundary")

    def _on_field(self, field: Any) -> None:
        self._keep(field.field_name, _decode_text(field.value))

    def _on_file(self, file: Any) -> None:
        file.file_object.seek(0)
        content = file.file_object.read()
        self._keep(file.field_name, f"urn:sha256:{sha256(content).hexdigest()}")
        if (name := _decode_text(file.field_name)) in self._kept:
            self.files.setdefault(name, content)

    def _keep(self, name: bytes | None, value: str) -> None:
        if self._parts == MAX_PARTS:
            raise make_body_error(f"it has more than {MAX_PARTS:,} parts")
        self._parts += 1
        self.values.setdefault(_decode_text(name), []).append(value)

    def _on_end(self) -> None:
        self._is_whole = True


def _decode_text(value: bytes | None) -> str:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError:
        raise make_body_error("a multipart field is not UTF-8") from None
