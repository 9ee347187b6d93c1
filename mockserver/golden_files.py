"""The golden exchanges and small input images as files: made, compared, and written.

A file that is equal to what is made now is left as it is: another release of the imaging library,
which draws letters and compresses otherwise, changes none.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec

from mockserver.contract.files import data_dir
from mockserver.core.bodies import encode
from mockserver.core.outputs import SUFFIXES
from mockserver.golden import MADE_BY, MASKED, Golden, golden_exchanges
from mockserver.media.images import Format, Picture, render
from mockserver.media.metadata import read_metadata

EXCHANGES = "exchanges"
INPUTS: tuple[Format, ...] = ("png", "jpeg", "webp")
MASKED_IMAGE = "image"
"""A picture inside JSON, which depends on the imaging library like the size of a file."""

Files = dict[str, bytes]


def write(folder: Path | None = None) -> int:
    """Write each file that differs from what is made now; return how many that are.

    Args:
        folder: Where they are, in place of `fixtures/`.
    """
    root, made = folder or data_dir("fixtures"), make_files()
    for path in _strays(root, made):
        if MADE_BY in path.read_text(encoding="utf-8"):
            path.unlink()
    changed = _changed(root, made)
    for name in changed:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[name])
    return len(changed)


def differences(folder: Path | None = None) -> list[str]:
    """Return the names of the files that are not as they are made now.

    An exchange has the name by which `mockserver.fixtures` loads it, an image its path.
    """
    root, made = folder or data_dir("fixtures"), make_files()
    strays = [path.relative_to(root).as_posix() for path in _strays(root, made)]
    return sorted(
        name.removeprefix(f"{EXCHANGES}/").removesuffix(".json")
        for name in [*_changed(root, made), *strays]
    )


def make_files() -> Files:
    """Return every file by its path in `fixtures/`."""
    exchanges = {
        f"{EXCHANGES}/{name}.json": msgspec.json.format(encode(exchange), indent=2) + b"\n"
        for name, exchange in golden_exchanges().items()
    }
    return exchanges | {f"media/input.{SUFFIXES[fmt]}": render(_input(fmt)) for fmt in INPUTS}


def _input(fmt: Format) -> Picture:
    params = b'{"prompt":"an input image"}'
    return Picture(model="input", params=params, seed=1, width_px=96, height_px=64, format=fmt)


def _changed(root: Path, made: Files) -> list[str]:
    return [
        name
        for name, content in made.items()
        if not (root / name).is_file() or not is_equal(name, (root / name).read_bytes(), content)
    ]


def _strays(root: Path, made: Files) -> Iterator[Path]:
    for path in sorted((root / EXCHANGES).glob("*/*.json")):
        if path.relative_to(root).as_posix() not in made:
            yield path


def is_equal(name: str, there: bytes, made: bytes) -> bool:
    """Tell whether two contents of a file differ in nothing but what the imaging library decides.

    Of an image that are the bytes, and in a JPEG the pixels; of an exchange `comparable` says it.
    """
    if there == made:
        return True
    if name.endswith(".json"):
        return bool(comparable(msgspec.json.decode(there)) == comparable(msgspec.json.decode(made)))
    return bool(_seen(there) == _seen(made))


def _seen(image: bytes) -> tuple[Any, ...] | None:
    """Return format, size, note and, where nothing is lost, the pixels; None if it is no image."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(image)) as opened:
            pixels = b"" if opened.format == "JPEG" else opened.convert("RGB").tobytes()
            return opened.format, opened.size, read_metadata(image), pixels
    except (UnidentifiedImageError, ValueError):
        return None


def comparable(value: Any) -> Any:
    """Return an exchange without what depends on the version of the imaging library."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    body = value.get("body")
    is_media = isinstance(body, dict) and (MASKED in str(body) or MASKED_IMAGE in body)
    return {
        name: comparable(item)
        for name, item in value.items()
        if name not in {MASKED, MASKED_IMAGE} and not (is_media and name == "headers")
    } | ({"headers": _without_length(value["headers"])} if is_media else {})


def _without_length(headers: Golden) -> Golden:
    return {name: value for name, value in headers.items() if name != "content-length"}
