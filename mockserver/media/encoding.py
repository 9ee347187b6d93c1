"""From a drawing to the bytes of a PNG, JPEG, WebP or GIF file.

Speed decides the settings: flat colours stay small at the lightest compression.  For them a
lossless WebP is half the size of a lossy one and as quick.  Nothing but the pixels and the note is
written, so equal pictures are equal files.
"""

from io import BytesIO
from typing import Final

from PIL import Image

from mockserver.media.formats import Format
from mockserver.media.metadata import IMAGE_DESCRIPTION, KEYWORD, to_ascii
from mockserver.media.png import encode_png
from mockserver.media.strips import Drawing, assemble

__all__ = ["encode"]

# An EXIF block in a JPEG is shorter than 64 KiB; this leaves room for its headers.
_JPEG_NOTE_CHARS: Final = 65_000


def encode(drawing: Drawing, image_format: Format, note: str) -> bytes:
    """Return a drawing as a file of the given format with the JSON note inside."""
    if image_format == "png":
        return encode_png(drawing, KEYWORD, note)
    image = assemble(drawing)
    file = BytesIO()
    if image_format == "jpeg":
        exif = _make_exif(to_ascii(note, _JPEG_NOTE_CHARS))
        image.convert("RGB").save(file, "JPEG", quality=85, exif=exif)
    elif image_format == "gif":
        image.save(file, "GIF", comment=to_ascii(note).encode())
    else:
        exif = _make_exif(to_ascii(note))
        image.convert("RGB").save(file, "WEBP", lossless=True, quality=0, method=0, exif=exif)
    return file.getvalue()


def _make_exif(description: str) -> Image.Exif:
    exif = Image.Exif()
    exif[IMAGE_DESCRIPTION] = description
    return exif
