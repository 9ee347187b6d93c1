"""Real files standing in for generated media.

A picture is described by a small value (:class:`Picture`), drawn as a flat poster that names the
model, the size, the seed and the prompt, and encoded as PNG, JPEG, WebP or GIF with the
request's parameters inside.  A film (:class:`Clip`) is a small MP4, its last picture
(:class:`Frame`) a PNG, a piece of music
(:class:`Tune`) a short WAV, a solid (:class:`Mesh`) a small GLB, OBJ, PLY or STL.  The same
description gives the same bytes; of pictures that holds for one release of Pillow and zlib: another
may draw letters and compress otherwise.

Importing this package is cheap: the imaging library is loaded by the first picture or film, not at
start-up.
"""

from mockserver.media.artefacts import CONTENT_TYPES, EXTENSIONS, Artefact, render
from mockserver.media.cache import RenderCache
from mockserver.media.clips import Clip
from mockserver.media.formats import MAX_SIDE_PX, Format
from mockserver.media.frames import Frame
from mockserver.media.images import Picture
from mockserver.media.meshes import Mesh
from mockserver.media.metadata import read_metadata
from mockserver.media.tones import Tune

__all__ = [
    "CONTENT_TYPES",
    "EXTENSIONS",
    "MAX_SIDE_PX",
    "Artefact",
    "Clip",
    "Format",
    "Frame",
    "Mesh",
    "Picture",
    "RenderCache",
    "Tune",
    "read_metadata",
    "render",
]
