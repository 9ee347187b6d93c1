"""What a run can make: pictures, films with their last frame, pieces of music and meshes.

Each is rendered by a module of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from mockserver.media import formats, images, meshes
from mockserver.media.clips import Clip, render_clip
from mockserver.media.frames import Frame, render_frame
from mockserver.media.images import Picture
from mockserver.media.meshes import Mesh, render_mesh
from mockserver.media.tones import Tune, render_tune

__all__ = ["CONTENT_TYPES", "EXTENSIONS", "FORMATS", "Artefact", "render"]

Artefact: TypeAlias = Picture | Clip | Frame | Tune | Mesh

CONTENT_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{str(key): value for key, value in formats.CONTENT_TYPES.items()},
        "mp4": "video/mp4",
        "wav": "audio/wav",
        **meshes.CONTENT_TYPES,
    }
)
"""The media type of each format."""

FORMATS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "image": tuple(formats.CONTENT_TYPES),
        "video": ("mp4",),
        "audio": ("wav",),
        "3d": tuple(meshes.CONTENT_TYPES),
    }
)
"""In which formats a file can be had, by its medium."""

EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **formats.EXTENSIONS,
        "mp4": "mp4",
        "wav": "wav",
        **{name: name for name in meshes.CONTENT_TYPES},
    }
)
"""The format each file extension (lower case, without the dot) stands for."""


def render(artefact: Artefact) -> bytes:
    """Return the bytes of the file; raise ValueError where the artefact cannot be."""
    if isinstance(artefact, Clip):
        return render_clip(artefact)
    if isinstance(artefact, Frame):
        return render_frame(artefact)
    if isinstance(artefact, Tune):
        return render_tune(artefact)
    if isinstance(artefact, Mesh):
        return render_mesh(artefact)
    return images.render(artefact)
