"""What the demo says of a saved file, read from the file itself."""

from __future__ import annotations

import json
import struct
import wave
from array import array
from io import BytesIO
from itertools import pairwise
from typing import Any

from PIL import Image

FULL_SCALE = 32_767
"""The loudest that a sample of 16 bits can be."""


def decoded(data: bytes) -> tuple[str, tuple[int, int]]:
    """Decode a picture to its last pixel, and return its format and its size."""
    with Image.open(BytesIO(data)) as image:
        image.load()
        return str(image.format), image.size


def describe_picture(data: bytes) -> str:
    """Return size and format of a picture."""
    kind, (width, height) = decoded(data)
    return f"{width}x{height} {kind}, {describe_weight(data)}"


def describe_film(data: bytes) -> str:
    """Return size and length of an MP4 file, from its movie and track headers."""
    scale, duration = struct.unpack_from(">II", data, data.index(b"mvhd") + 16)
    width, height = struct.unpack_from(">II", data, data.index(b"tkhd") + 80)
    seconds = duration / scale
    return f"{width >> 16}x{height >> 16} MP4, {seconds:g} s, {describe_weight(data)}"


def describe_sound(data: bytes) -> str:
    """Return length, rate, loudness and pitch of a WAV file of 16 bits, from its samples."""
    with wave.open(BytesIO(data)) as sound:
        rate, channels = sound.getframerate(), sound.getnchannels()
        seconds = sound.getnframes() / rate
        samples = array("h", sound.readframes(sound.getnframes()))[::channels]
    loudest = max(map(abs, samples)) / FULL_SCALE
    rising = sum(before < 0 <= after for before, after in pairwise(samples)) / seconds
    numbers = f"{seconds:g} s, {rate} Hz, loudest {loudest:.0%}, {rising:.0f} waves a second"
    return f"{numbers}, WAV, {describe_weight(data)}"


def describe_mesh(data: bytes) -> str:
    """Return how many triangles and corners a binary glTF file has, from its JSON."""
    length = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + length])
    primitive, counts = document["meshes"][0]["primitives"][0], document["accessors"]
    triangles = counts[primitive["indices"]]["count"] // 3
    corners = counts[primitive["attributes"]["POSITION"]]["count"]
    return f"{triangles} triangles, {corners} corners, GLB, {describe_weight(data)}"


def describe_chat(document: dict[str, Any]) -> str:
    """Return what an OpenAI chat completion says, and how long it is."""
    said = document["choices"][0]["message"]["content"].splitlines()[0]
    return f"“{said}”, {document['usage']['total_tokens']} tokens"


def describe_vectors(document: dict[str, Any]) -> str:
    """Return how many numbers the first vector of an OpenAI embedding has, and its length."""
    vector = document["data"][0]["embedding"]
    length = sum(number * number for number in vector) ** 0.5
    return f"{len(vector)} numbers, length {length:.3f}"


def describe_weight(data: bytes) -> str:
    """Return how large a file is."""
    return f"{len(data) / 1000:.0f} kB"
