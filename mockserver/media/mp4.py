"""The MP4 file around a stream of H.264 (ISO/IEC 14496-12, -14 and -15).

The index comes before the pictures, so a player can begin while the file is still arriving.  All
times are in milliseconds, and none of them is a date: the file depends on nothing but its film.
"""

from struct import pack
from typing import Final, NamedTuple

from mockserver.media.h264 import Stream

__all__ = ["wrap"]

_PER_S: Final = 1000
_MATRIX: Final = pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""Neither turned nor scaled."""
_UNDETERMINED: Final = 0x55C4
"""The language `und`."""
_UTF8: Final = 1


class Film(NamedTuple):
    """A stream, the size of its pictures, and how long they are shown; samples have a length."""

    stream: Stream
    samples: list[bytes]
    size_px: tuple[int, int]
    total_ms: int


def wrap(stream: Stream, size_px: tuple[int, int], total_ms: int, comment: str) -> bytes:
    """Return the file: this stream, shown for so long in equal steps."""
    samples = [len(unit).to_bytes(4) + unit for unit in stream.slices]
    film = Film(stream, samples, size_px, total_ms)
    head = _make_box("ftyp", b"isom", pack(">I", 0x200), b"isomiso2avc1mp41")
    # Where the pictures are is written before them, in a fixed number of bytes.
    start = len(head) + len(_make_moov(film, comment, 0)) + 8
    index = _make_moov(film, comment, start)
    return head + index + _make_box("mdat", *samples)


def _make_box(kind: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I4s", len(body) + 8, kind.encode("latin-1")) + body


def _make_full_box(kind: str, flags: int, *parts: bytes) -> bytes:
    return _make_box(kind, pack(">I", flags), *parts)


def _make_moov(film: Film, comment: str, start: int) -> bytes:
    header = _make_full_box(
        "mvhd",
        0,
        pack(">4I", 0, 0, _PER_S, film.total_ms),
        pack(">IHH8x", 0x10000, 0x100, 0),
        _MATRIX,
        bytes(24),
        pack(">I", 2),
    )
    return _make_box("moov", header, _make_track(film, start), _make_note(comment))


def _make_track(film: Film, start: int) -> bytes:
    width, height = film.size_px
    header = _make_full_box(
        "tkhd",
        3,  # enabled, in the movie
        pack(">5I8x", 0, 0, 1, 0, film.total_ms),
        pack(">4H", 0, 0, 0, 0),
        _MATRIX,
        pack(">2I", width << 16, height << 16),
    )
    media_header = _make_full_box(
        "mdhd", 0, pack(">4I", 0, 0, _PER_S, film.total_ms), pack(">HH", _UNDETERMINED, 0)
    )
    handler = _make_full_box("hdlr", 0, pack(">I4s12x", 0, b"vide"), b"segmock\0")
    here = _make_box("dinf", _make_full_box("dref", 0, pack(">I", 1), _make_full_box("url ", 1)))
    information = _make_box(
        "minf", _make_full_box("vmhd", 1, bytes(8)), here, _make_table(film, start)
    )
    return _make_box("trak", header, _make_box("mdia", media_header, handler, information))


def _make_table(film: Film, start: int) -> bytes:
    """Return which sample is where, how long it is, and when it is shown."""
    sizes = [len(sample) for sample in film.samples]
    count = len(sizes)
    step, rest = divmod(film.total_ms, count)
    steps = [(count - 1, step), (1, step + rest)] if count > 1 else [(1, film.total_ms)]
    return _make_box(
        "stbl",
        _make_full_box("stsd", 0, pack(">I", 1), _make_sample_entry(film.stream, film.size_px)),
        _make_full_box("stts", 0, pack(">I", len(steps)), *(pack(">2I", *each) for each in steps)),
        _make_full_box("stss", 0, pack(">2I", 1, 1)),  # the first picture stands alone
        _make_full_box("stsc", 0, pack(">4I", 1, 1, count, 1)),
        _make_full_box("stsz", 0, pack(">2I", 0, count), pack(f">{count}I", *sizes)),
        _make_full_box("stco", 0, pack(">2I", 1, start)),
    )


def _make_sample_entry(stream: Stream, size_px: tuple[int, int]) -> bytes:
    sequence, picture = stream.sequence, stream.picture
    configuration = _make_box(
        "avcC",
        b"\1",
        sequence[1:4],  # profile and level
        b"\xff\xe1",  # lengths of four bytes; one sequence parameter set
        pack(">H", len(sequence)),
        sequence,
        b"\1",
        pack(">H", len(picture)),
        picture,
    )
    return _make_box(
        "avc1",
        pack(">6xH16x", 1),
        pack(">2H", *size_px),
        pack(">3IH", 0x480000, 0x480000, 0, 1),  # 72 dots an inch
        bytes(32),
        pack(">Hh", 24, -1),
        configuration,
    )


def _make_note(comment: str) -> bytes:
    """Return the comment as players look for it."""
    data = _make_box("data", pack(">2I", _UTF8, 0), comment.encode())
    handler = _make_full_box("hdlr", 0, pack(">I4s12x", 0, b"mdir"), b"\0")
    return _make_box(
        "udta", _make_full_box("meta", 0, handler, _make_box("ilst", _make_box("\xa9cmt", data)))
    )
