"""Pictures, films, pieces of music and meshes are rendered, and kept, in the same way."""

import pytest

from mockserver.media import (
    CONTENT_TYPES,
    EXTENSIONS,
    Clip,
    Frame,
    Mesh,
    Picture,
    RenderCache,
    Tune,
    render,
)

COMMON = {"model": "m", "params": b"{}", "seed": 1}
PICTURE = Picture(**COMMON, width_px=16, height_px=16, format="png")
FILM = Clip(**COMMON, width_px=16, height_px=16, duration_s=1)
PIECE = Tune(**COMMON, duration_s=1)
MESH = Mesh(**COMMON)
FRAME = Frame(clip=FILM)
STARTS = [
    (PICTURE, b"\x89PNG"),
    (FILM, b"\0\0\0\x20ftypisom"),
    (PIECE, b"RIFF"),
    (MESH, b"glTF"),
    (FRAME, b"\x89PNG"),
]


@pytest.mark.parametrize(
    ("artefact", "start"), STARTS, ids=["picture", "film", "piece", "mesh", "frame"]
)
def test_each_kind_is_rendered_as_itself(artefact, start):
    """The first bytes tell the kind of file, and its format has a media type and an ending."""
    assert render(artefact).startswith(start)
    assert EXTENSIONS[artefact.format] == artefact.format
    assert artefact.format in CONTENT_TYPES


def test_one_cache_holds_all_kinds_within_one_bound():
    """What was used longest ago leaves first, whatever it is."""
    sizes = [len(render(artefact)) + len(artefact.params) for artefact, _ in STARTS]
    files = RenderCache(max_bytes=sum(sizes) - 1)
    first, *_ = [files.get(artefact) for artefact, _ in STARTS]
    assert files.total_bytes == sum(sizes) - sizes[0]
    assert files.get(PICTURE) == first
    assert files.get(PIECE) is files.get(PIECE)
