"""A piece of music described as a value, and the bytes of the short WAV file it stands for.

:func:`render_tune` is a pure function of its :class:`Tune`.  Every sample is computed in whole
numbers, so the bytes are the same on any machine.  The model, the seed and the parameters are in
the file's comment.
"""

import hashlib
import sys
from array import array
from collections.abc import Iterator
from struct import pack
from typing import Final, Literal

import msgspec

from mockserver.media.metadata import describe, parse_params

__all__ = ["RATE_HZ", "Tune", "render_tune"]

RATE_HZ: Final = 16_000
MOST_SECONDS: Final = 600
_NOTES_PER_S: Final = 4
_LOUDEST: Final = 12_000
_TURN: Final = 1 << 16
"""A full turn of a tone, in the steps of its phase."""

_SCALE_MHZ: Final = (261_626, 293_665, 329_628, 391_995, 440_000, 523_251, 587_330, 659_255)
"""A pentatonic scale from middle C, in thousandths of a hertz: no two of its tones clash."""


class Tune(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything the bytes of one piece depend on.

    ``params`` is the request's parameters, a JSON object as compact UTF-8 bytes.
    """

    model: str
    params: bytes
    seed: int
    duration_s: float
    format: Literal["wav"] = "wav"


def render_tune(tune: Tune) -> bytes:
    """Compose the piece and return the bytes of a WAV file: one channel of 16 bits.

    Raises ValueError when the length is not from a millisecond to ten minutes, or the parameters
    are not a JSON object.
    """
    if not 0.001 <= tune.duration_s <= MOST_SECONDS:  # noqa: PLR2004
        raise ValueError(f"duration_s must be 0.001 to {MOST_SECONDS}; got {tune.duration_s}")
    parse_params(tune.params)
    description = describe(tune.model, tune.seed, tune.params)
    digest = hashlib.blake2b(description.encode()).digest()
    return _make_file(_play(digest, round(tune.duration_s * RATE_HZ)), description)


def _play(digest: bytes, length: int) -> bytes:
    """Return so many samples; each byte of the digest is a note, from the first one again."""
    note_length = RATE_HZ // _NOTES_PER_S
    samples = array("h")
    place = 0
    while len(samples) < length:
        tone = _SCALE_MHZ[digest[place % len(digest)] % len(_SCALE_MHZ)]
        samples.extend(_make_note(tone, min(note_length, length - len(samples))))
        place += 1
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _make_note(tone_mhz: int, length: int) -> Iterator[int]:
    """Yield the samples of a tone with its octave that begins softly and dies away."""
    step = tone_mhz * _TURN // (RATE_HZ * 1000)
    for index in range(length):
        loudness = min(index * 64, (length - index) * _LOUDEST // length)
        yield (
            (3 * _compute_wave(index * step) + _compute_wave(2 * index * step))
            * loudness
            // (4 * _TURN)
        )


def _compute_wave(phase: int) -> int:
    """Return a sine's look-alike, made of two parabolas, from -65536 to 65536."""
    half = _TURN // 2
    place = phase % half
    height = 4 * place * (half - place) * _TURN // (half * half)
    return height if phase % _TURN < half else -height


def _make_file(samples: bytes, comment: str) -> bytes:
    """Return the RIFF file: format, comment, samples."""
    kind = pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
    note = b"INFO" + _make_chunk(b"ICMT", comment.encode() + b"\0")
    body = (
        b"WAVE"
        + _make_chunk(b"fmt ", kind)
        + _make_chunk(b"LIST", note)
        + _make_chunk(b"data", samples)
    )
    return _make_chunk(b"RIFF", body)


def _make_chunk(name: bytes, content: bytes) -> bytes:
    return name + pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
